package proofs

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
)

// oneOf is the relation of a contest with n options of which one is chosen.
func oneOf(n int) *Relation {
	r := &Relation{Bits: n, Contests: [][][]Term{make([][]Term, n)}, Constraints: []Constraint{{Equals: 1}}}
	for j := range n {
		r.Contests[0][j] = []Term{{j, 1}}
		r.Constraints[0].Terms = append(r.Constraints[0].Terms, Term{j, 1})
	}
	return r
}

func testKeys(t testing.TB, width int) (*elgamal.PublicKey, []group.Scalar) {
	x := randomScalars(width)
	keys := make([]group.Element, width)
	for l := range keys {
		keys[l].ScalarBaseMult(&x[l])
	}
	pk, err := elgamal.NewPublicKey(keys)
	require.NoError(t, err)
	return pk, x
}

func randomScalars(n int) []group.Scalar {
	s := make([]group.Scalar, n)
	for k := range s {
		s[k].Set(group.RandomScalar())
	}
	return s
}

func decodeAll(t testing.TB, b []byte) []group.Affine {
	points := make([]group.Affine, len(b)/32)
	for k := range points {
		require.NoError(t, points[k].SetCanonicalBytes(b[32*k:32*k+32]))
	}
	return points
}

func TestBitVectorAcceptsHonestProofs(t *testing.T) {
	t.Parallel()
	for _, width := range []int{1, 3, 16} {
		for _, tables := range []bool{false, true} {
			pk, _ := testKeys(t, width)
			if tables {
				pk.Precompute()
			}
			v, err := NewBitVector([32]byte{1}, pk, oneOf(11))
			require.NoError(t, err)
			b := make([]byte, 11)
			b[4] = 1
			r := randomScalars(v.Blocks())
			ct := v.Encrypt(b, r)
			proof := v.Prove([]byte("ctx"), ct, b, r, &[32]byte{9})
			require.Len(t, ct, v.CiphertextSize())
			require.Len(t, proof, v.ProofSize())
			require.NoError(t, Check(pk, func(c *Claim) error {
				return v.Verify(c, []byte("ctx"), ct, decodeAll(t, ct), proof)
			}))
		}
	}
}
