package group

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSmoke(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 17, 300} {
		scalars := make([]Scalar, n)
		points := make([]Element, n)
		halves := make([]Element, n)
		want := NewElement()
		var enc []byte
		for i := range scalars {
			scalars[i] = *RandomScalar()
			points[i].ScalarBaseMult(RandomScalar())
			want.Add(want, new(Element).ScalarMult(&scalars[i], &points[i]))
			halves[i].ScalarMult(half, &points[i])
			enc = append(enc, points[i].Bytes()...)
			tb, vt := NewElement(), NewElement()
			if i < 3 {
				NewTable(&points[i]).ScalarMult(tb, &scalars[i])
				NewVarTimeTable(&points[i]).ScalarMult(vt, &scalars[i])
				require.True(t, tb.Equal(vt))
				require.True(t, tb.Equal(new(Element).ScalarMult(&scalars[i], &points[i])))
				h, err := DecodeHint(points[i].Bytes())
				require.NoError(t, err)
				var a Affine
				require.NoError(t, a.SetCanonicalBytesHinted(points[i].Bytes(), h[:]))
				require.True(t, a.Element().Equal(&points[i]))
			}
		}
		require.True(t, MultiScalarMult(scalars, points).Equal(want))
		require.True(t, VarTimeMultiScalarMult(scalars, Affines(points)).Equal(want), n)
		require.Equal(t, enc, AppendDoubled(nil, halves))
	}
}
