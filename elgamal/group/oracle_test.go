package group

import (
	"testing"

	circl "github.com/cloudflare/circl/group"
	"github.com/gtank/ristretto255"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// gtankOf decodes our encodings with the independent implementation.
func gtankOf(t require.TestingT, p *Element) *ristretto255.Element {
	q := ristretto255.NewElement()
	require.NoError(t, q.Decode(p.Bytes()))
	return q
}

func gtankScalar(t require.TestingT, s *Scalar) *ristretto255.Scalar {
	r := ristretto255.NewScalar()
	require.NoError(t, r.Decode(s.Bytes()))
	return r
}

func circlOf(t require.TestingT, p *Element) circl.Element {
	q := circl.Ristretto255.NewElement()
	require.NoError(t, q.UnmarshalBinary(p.Bytes()))
	return q
}

func circlScalar(t require.TestingT, s *Scalar) circl.Scalar {
	r := circl.Ristretto255.NewScalar()
	require.NoError(t, r.UnmarshalBinary(s.Bytes()))
	return r
}

func requireCircl(t require.TestingT, want circl.Element, got *Element) {
	b, err := want.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, b, got.Bytes())
}

func TestAgainstGtank(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, q, s := drawElement(t, "p"), drawElement(t, "q"), drawScalar(t, "s")
		P, Q, S := gtankOf(t, p), gtankOf(t, q), gtankScalar(t, s)
		E := ristretto255.NewElement
		require.Equal(t, E().Add(P, Q).Encode(nil), new(Element).Add(p, q).Bytes())
		require.Equal(t, E().Subtract(P, Q).Encode(nil), new(Element).Sub(p, q).Bytes())
		require.Equal(t, E().Negate(P).Encode(nil), new(Element).Neg(p).Bytes())
		require.Equal(t, E().ScalarMult(S, P).Encode(nil), new(Element).ScalarMult(s, p).Bytes())
		require.Equal(t, E().ScalarBaseMult(S).Encode(nil), new(Element).ScalarBaseMult(s).Bytes())
		require.Equal(t, P.Equal(Q) == 1, p.Equal(q))

		uniform := rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, "uniform")
		require.Equal(t, E().FromUniformBytes(uniform).Encode(nil), new(Element).SetUniformBytes(uniform).Bytes())
		require.Equal(t, ristretto255.NewScalar().FromUniformBytes(uniform).Encode(nil), NewScalar().SetWideBytes(uniform).Bytes())
	})
}

func TestAgainstCircl(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, q, s := drawElement(t, "p"), drawElement(t, "q"), drawScalar(t, "s")
		P, Q, S := circlOf(t, p), circlOf(t, q), circlScalar(t, s)
		E := circl.Ristretto255.NewElement
		requireCircl(t, E().Add(P, Q), new(Element).Add(p, q))
		requireCircl(t, E().Neg(P), new(Element).Neg(p))
		requireCircl(t, E().Dbl(P), new(Element).Double(p))
		requireCircl(t, E().Mul(P, S), new(Element).ScalarMult(s, p))
		requireCircl(t, E().MulGen(S), new(Element).ScalarBaseMult(s))
		require.Equal(t, P.IsEqual(Q), p.Equal(q))
		require.Equal(t, P.IsIdentity(), p.IsIdentity())
	})
}
