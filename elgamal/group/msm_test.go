package group

import (
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// msmCase is a sum whose value is known from logarithms: points[i] = logs[i]*G.
type msmCase struct {
	scalars, logs []Scalar
	points        []Element
	want          *Element
}

func newCase(scalars, logs []Scalar) msmCase {
	c := msmCase{scalars: scalars, logs: logs, points: make([]Element, len(logs))}
	sum := NewScalar()
	for i := range logs {
		c.points[i].ScalarBaseMult(&logs[i])
		sum.MulAdd(&scalars[i], &logs[i], sum)
	}
	c.want = new(Element).ScalarBaseMult(sum)
	return c
}

func (c msmCase) check(t require.TestingT, msg ...any) {
	requireValid(t, c.want, MultiScalarMult(c.scalars, c.points), msg...)
	c.checkVarTime(t, msg...)
}

func (c msmCase) checkVarTime(t require.TestingT, msg ...any) {
	requireValid(t, c.want, VarTimeMultiScalarMult(c.scalars, Affines(c.points)), msg...)
}

func TestMultiScalarMultSizes(t *testing.T) {
	t.Parallel()
	sizes := []int{0, 1, 2, 3, 31, 32, 63, 64, 119, 120, 121, 255, 256, 257, 299, 300, 800}
	for _, n := range sizes {
		newCase(randomScalars(n), randomScalars(n)).check(t, "n = %d", n)
	}
	require.True(t, MultiScalarMult(nil, nil).IsIdentity())
	require.True(t, VarTimeMultiScalarMult(nil, nil).IsIdentity())
}

// TestEveryWindowWidth covers the boundaries of windowWidth, and widths that it
// does not choose.
func TestEveryWindowWidth(t *testing.T) {
	t.Parallel()
	edges := edgeScalars()
	var scalars []Scalar
	for _, name := range sortedKeys(edges) {
		scalars = append(scalars, *edges[name])
	}
	scalars = append(scalars, randomScalars(20)...)
	c := newCase(scalars, randomScalars(len(scalars)))
	points := Affines(c.points)
	for width := 2; width <= 15; width++ {
		sums := windowSums(bucketDigits(scalars, width), points, width)
		sum := NewElement()
		for w := len(sums) - 1; w >= 0; w-- {
			sum.doubleTimes(width)
			sum.Add(sum, &sums[w])
		}
		requireValid(t, c.want, sum, "width %d", width)
	}
	for n, last := 1, 0; n < 1<<18; n++ {
		width := windowWidth(n)
		require.GreaterOrEqual(t, width, last)
		require.LessOrEqual(t, width, 15, "digits are 16 bits wide")
		last = width
	}
}

// TestMultiScalarMultPatterns has what goes wrong in bucket methods: equal and
// opposite points in a bucket, identities, zeros, digits at their bounds.
func TestMultiScalarMultPatterns(t *testing.T) {
	t.Parallel()
	minusOne := NewScalar().Neg(scalarOf(1))
	short := func() *Scalar {
		var b [16]byte
		copy(b[:], RandomScalar().Bytes())
		return NewScalar().SetWideBytes(b[:])
	}
	for name, at := range map[string]func(i int) (scalar, log *Scalar){
		"all zero scalars":      func(int) (*Scalar, *Scalar) { return NewScalar(), RandomScalar() },
		"all ones":              func(int) (*Scalar, *Scalar) { return scalarOf(1), RandomScalar() },
		"all q-1":               func(int) (*Scalar, *Scalar) { return minusOne, RandomScalar() },
		"128 bits":              func(int) (*Scalar, *Scalar) { return short(), RandomScalar() },
		"minus 128 bits":        func(int) (*Scalar, *Scalar) { return NewScalar().Neg(short()), RandomScalar() },
		"short and long":        func(i int) (*Scalar, *Scalar) { return []*Scalar{short(), RandomScalar()}[i%2], RandomScalar() },
		"every other zero":      func(i int) (*Scalar, *Scalar) { return []*Scalar{{}, RandomScalar()}[i%2], RandomScalar() },
		"all identities":        func(int) (*Scalar, *Scalar) { return RandomScalar(), NewScalar() },
		"identities among":      func(i int) (*Scalar, *Scalar) { return RandomScalar(), []*Scalar{{}, RandomScalar()}[i%2] },
		"one point repeated":    func(int) (*Scalar, *Scalar) { return scalarOf(77), scalarOf(5) },
		"a point and its minus": func(i int) (*Scalar, *Scalar) { return scalarOf(77), []*Scalar{scalarOf(1), minusOne}[i%2] },
		"doubles in a bucket":   func(i int) (*Scalar, *Scalar) { return scalarOf(3), scalarOf(1 << (i % 60)) },
		"edges against randoms": edgeAt,
		"randoms against edges": func(i int) (*Scalar, *Scalar) { a, b := edgeAt(i); return b, a },
		"a sum that is the zero": func(i int) (*Scalar, *Scalar) {
			return []*Scalar{scalarOf(9), minusOne}[i%2], []*Scalar{scalarOf(1), scalarOf(9)}[i%2]
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, n := range []int{2, 40, 130, 310} {
				scalars, logs := make([]Scalar, n), make([]Scalar, n)
				for i := range n {
					s, l := at(i)
					scalars[i], logs[i] = *s, *l
				}
				c := newCase(scalars, logs)
				for i := range c.points {
					c.points[i].Add(&c.points[i], &torsion()[i%4])
				}
				c.check(t, "n = %d", n)
			}
		})
	}
}

var edgeNames = sortedKeys(edgeScalars())

func edgeAt(i int) (scalar, log *Scalar) {
	return edgeScalars()[edgeNames[i%len(edgeNames)]], RandomScalar()
}

func TestMultiScalarMultProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 8).Draw(t, "n")
		scalars, logs := make([]Scalar, n), make([]Scalar, n)
		for i := range n {
			scalars[i], logs[i] = *drawScalar(t, "scalar"), *drawScalar(t, "log")
		}
		newCase(scalars, logs).check(t)
	})
}

// TestLargeVarTimeMultiScalarMult reaches the wider windows, with repeated points
// to be quick.
func TestLargeVarTimeMultiScalarMult(t *testing.T) {
	t.Parallel()
	c := newCase(randomScalars(500), randomScalars(500))
	points := Affines(c.points)
	for _, copies := range []int{2, 4, 10, 16} {
		got := VarTimeMultiScalarMult(repeated(c.scalars, copies), repeated(points, copies))
		requireValid(t, new(Element).ScalarMult(scalarOf(uint64(copies)), c.want), got, "%d copies", copies)
	}
}

func repeated[T any](s []T, copies int) (out []T) {
	for range copies {
		out = append(out, s...)
	}
	return out
}

// TestCoresDoNotMatter is not parallel, because it changes GOMAXPROCS.
func TestCoresDoNotMatter(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, n := range []int{3, 70, 700} {
		c := newCase(randomScalars(n), randomScalars(n))
		encoding := AppendDoubled(nil, c.points)
		for _, cores := range []int{1, 2, 3, 7, 64} {
			runtime.GOMAXPROCS(cores)
			c.check(t, "n = %d on %d cores", n, cores)
			require.Equal(t, encoding, AppendDoubled(nil, c.points))
		}
	}
}

func TestMultiScalarMultLengths(t *testing.T) {
	t.Parallel()
	s, p := randomScalars(2), randomElements(2)
	require.PanicsWithValue(t, "group: MultiScalarMult takes as many scalars as points",
		func() { MultiScalarMult(s, p[:1]) })
	require.PanicsWithValue(t, "group: VarTimeMultiScalarMult takes as many scalars as points",
		func() { VarTimeMultiScalarMult(s[:1], Affines(p)) })
}

func TestMultiScalarMultKeepsItsInput(t *testing.T) {
	t.Parallel()
	for _, n := range []int{5, 200} {
		c := newCase(randomScalars(n), randomScalars(n))
		points := Affines(c.points)
		before, beforeAffine := slices.Clone(c.points), slices.Clone(points)
		MultiScalarMult(c.scalars, c.points)
		VarTimeMultiScalarMult(c.scalars, points)
		require.Equal(t, fmt.Sprint(before), fmt.Sprint(c.points))
		require.Equal(t, fmt.Sprint(beforeAffine), fmt.Sprint(points))
	}
}
