package proofs

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
)

// fixedVote is one ballot, the same in every run, so that a fuzzer's corpus keeps
// its meaning.
func fixedVote(t testing.TB) (*voted, []byte) {
	Y := make([]group.Element, 2)
	Y[0].Set(group.HashToElement("fuzz", []byte("1")))
	Y[1].Set(group.HashToElement("fuzz", []byte("2")))
	keys, err := elgamal.NewPublicKey(Y)
	require.NoError(t, err)
	v, err := NewBitVector([32]byte{1}, keys, ofFour())
	require.NoError(t, err)
	b := &voted{v: v, keys: keys, context: []byte("ctx"), bits: []byte{1, 0, 1, 0, 0, 1}, r: scalarsOf(3, 5)}
	b.ct = v.Encrypt(b.bits, b.r)
	b.points = decodeAll(t, b.ct)
	return b, b.prove()
}

func FuzzBitVectorVerify(f *testing.F) {
	b, good := fixedVote(f)
	f.Add(good)
	f.Add([]byte{})
	f.Add(make([]byte, len(good)))
	f.Add(good[:len(good)-1])
	f.Fuzz(func(t *testing.T, proof []byte) {
		err := b.verify(proof)
		if bytes.Equal(proof, good) {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, ErrProof)
		}
	})
}

func FuzzSignatureVerify(f *testing.F) {
	k := newSigningKey(group.NewScalar().SetUint64(7))
	public := k.Public()
	msg := []byte("message")
	f.Add(public[:], msg, k.Sign("sig-test", [32]byte{}, msg))
	f.Add(make([]byte, 32), msg, make([]byte, 64))
	f.Add(public[:], []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, key, msg, sig []byte) {
		var pub VerifyKey
		copy(pub[:], key)
		if pub.Verify("sig-test", [32]byte{}, msg, sig) != nil {
			return
		}
		require.NoError(t, pub.Check())
		require.Len(t, sig, SignatureSize)
		require.ErrorIs(t, pub.Verify("sig-test", [32]byte{1}, msg, sig), ErrProof)
	})
}
