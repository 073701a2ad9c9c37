package threshold

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"veche.example/elgamal/group"
)

// Any t distinct indices interpolate the constant term, in the clear and in the
// exponent; one index fewer does not.
func TestLagrange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		indices := rapid.SliceOfNDistinct(rapid.IntRange(1, MaxTrustees), 1, 8, rapid.ID[int]).Draw(t, "J")
		row := randomScalars(len(indices))
		points := commitTo([][]group.Scalar{row})[0]
		sum, fewer := new(group.Scalar), new(group.Scalar)
		λ, short := lagrange(indices), lagrange(indices[1:])
		for k, j := range indices {
			value := evaluateSecret(row, j)
			require.True(t, new(group.Element).ScalarBaseMult(value).Equal(evaluate(points, j)))
			sum.MulAdd(&λ[k], value, sum)
			if k > 0 {
				fewer.MulAdd(&short[k-1], value, fewer)
			}
		}
		require.True(t, sum.Equal(&row[0]))
		require.False(t, fewer.Equal(&row[0]))
	})
}

func TestSignedDigits(t *testing.T) {
	t.Parallel()
	values := append(randomScalars(20), *scalar(0), *scalar(1), *scalar(-1), *scalar(7), *scalar(-1000))
	for i := range values {
		digits := signedDigits(&values[i])
		sum, two := new(group.Scalar), scalar(2)
		for k := len(digits) - 1; k >= 0; k-- {
			sum.MulAdd(sum, two, scalar(int(digits[k])))
			require.True(t, digits[k] == 0 || k == 0 || digits[k-1] == 0, "two digits in a row")
		}
		require.True(t, sum.Equal(&values[i]))
		require.LessOrEqual(t, len(digits), 253)
	}
	for _, λ := range lagrange([]int{1, 2, 3, 4, 5}) { // 5, -10, 10, -5, 1
		require.LessOrEqual(t, len(signedDigits(&λ)), 5)
	}
}
