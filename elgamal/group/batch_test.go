package group

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAppendDoubled(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 3, 17, 600} {
		points := randomElements(n)
		want := []byte("prefix")
		for i := range points {
			want = append(want, new(Element).Double(&points[i]).Bytes()...)
		}
		require.Equal(t, want, AppendDoubled([]byte("prefix"), points), "n = %d", n)
	}
}

// TestAppendDoubledIdentity has zeros in the shared inversion, alone, in front,
// at the end and next to each other.
func TestAppendDoubledIdentity(t *testing.T) {
	t.Parallel()
	p, q := randomElement(), randomElement()
	for _, o := range torsion() {
		for _, points := range [][]Element{
			{o}, {o, o}, {o, *p}, {*p, o}, {*p, o, *q}, {o, *p, o, o, *q, o},
			{*new(Element).Add(p, &o), o, *new(Element).Add(&o, q)},
		} {
			var want []byte
			for i := range points {
				want = append(want, new(Element).Add(&points[i], &points[i]).Bytes()...)
			}
			require.Equal(t, want, AppendDoubled(nil, points))
		}
	}
}

func TestAppendDoubledProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 6).Draw(t, "n")
		points := make([]Element, n)
		var want []byte
		for i := range points {
			p := drawElement(t, "p")
			want = append(want, p.Bytes()...)
			points[i].ScalarMult(half, p)
			points[i].Add(&points[i], &torsion()[rapid.IntRange(0, 3).Draw(t, "coset")])
		}
		require.Equal(t, want, AppendDoubled(nil, points))
	})
}

func TestAppendDoubledKeepsItsInput(t *testing.T) {
	t.Parallel()
	points := append(randomElements(3), *NewElement())
	before := slices.Clone(points)
	AppendDoubled(nil, points)
	for i := range points {
		requireValid(t, &before[i], &points[i])
	}
}

func TestAffines(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 600} {
		points := randomElements(n)
		if n > 1 {
			points[1] = torsion()[1]
		}
		a := Affines(points)
		require.Len(t, a, n)
		for i := range a {
			requireValid(t, &points[i], a[i].Element())
		}
	}
}
