package mixnet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

// naive computes E_k = Σ_i b_{k−m+i}·E'_i as it is written.
func (e *matrix) naive(b [][]group.Scalar, k, p int) *group.Element {
	sum := group.NewElement()
	for i := 1; i <= e.m; i++ {
		j := k - e.m + i
		if j < 0 || j > e.m {
			continue
		}
		for column := range e.n {
			if at := e.at(i-1, column, p); at != nil {
				sum.Add(sum, group.NewElement().ScalarMult(&b[j][column], at.Element()))
			}
		}
	}
	return sum
}

func TestDiagonals(t *testing.T) {
	t.Parallel()
	for _, m := range []int{1, 2, 3, 4, 7, 12} {
		for _, N := range []int{1, 2*m + 1, 3 * m} {
			x := newMix(t, N, m, 2)
			e := &matrix{layoutOf(N, m, 1), x.In.shape.elements(), x.Out.points}
			b := e.cut(draw(group.RandomScalar, e.size()))
			b = append([][]group.Scalar{draw(group.RandomScalar, e.n)}, b...)
			E := e.diagonals(idle(), b)
			require.Len(t, E, 2*m)
			for k := range E {
				for p := range E[k] {
					require.True(t, E[k][p].Equal(e.naive(b, k, p)), "m=%d N=%d k=%d p=%d", m, N, k, p)
				}
			}
		}
	}
}

func TestEvaluationPointsDiffer(t *testing.T) {
	t.Parallel()
	for m := 1; m <= 40; m++ {
		points := evaluationPoints(m)
		require.Len(t, points, 2*m)
		seen := map[string]bool{}
		for k, row := range vandermonde(points) {
			// The point s : t in projective coordinates, as s/t or t/s.
			value := "∞"
			if !row[0].IsZero() {
				v := group.NewScalar().Inv(&row[0])
				value = string(v.Mul(v, &row[1]).Bytes())
			}
			require.False(t, seen[value], "m=%d, point %d", m, k)
			seen[value] = true
		}
	}
}

func TestCommitmentsToIndices(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 2, 7, 8, 1000} {
		v, s := []int{limit, 1, limit / 2, 0}, make([]group.Scalar, 4)
		for j := range v {
			s[j].SetUint64(uint64(v[j]))
		}
		ρ := group.RandomScalar()
		require.True(t, comIndices(v, limit, ρ).Equal(com(s, ρ)), "%d", limit)
		for range 6 { // long enough for several cores
			v, s = append(v, v...), append(s, s...)
		}
		require.True(t, comIndices(v, limit, ρ).Equal(com(s, ρ)), "%d", limit)
	}
}

func TestPermutationsAreUniform(t *testing.T) {
	t.Parallel()
	count := map[[3]int]int{}
	for range 6000 {
		count[[3]int(randomPermutation(3))]++
	}
	require.Len(t, count, 6)
	for π, n := range count {
		require.InDelta(t, 1000, n, 200, "%v", π) // seven standard deviations
	}
	for n := 1; n < 70; n++ {
		seen := map[int]bool{}
		for _, i := range randomPermutation(n) {
			seen[i] = true
			require.True(t, i >= 0 && i < n)
		}
		require.Len(t, seen, n)
	}
}
