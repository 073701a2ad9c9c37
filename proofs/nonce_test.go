package proofs

import (
	"testing"
	"testing/cryptotest"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

// TestFrozenRandomnessRepeatsNoNonce: a restored snapshot gives the same system
// randomness twice. Nonces depend on statement and secret too, so that R repeats
// only together with everything else.
func TestFrozenRandomnessRepeatsNoNonce(t *testing.T) { // not parallel: freezes the system's randomness
	k, other, x := GenerateSigningKey(), GenerateSigningKey(), randomScalars(2)
	dleq := [2]*DLEQ{dleqStatement(&x[0], 1), dleqStatement(&x[0], 2)}
	firsts := map[string]string{}
	for name, prove := range map[string]func() []byte{
		"signature":      func() []byte { return k.Sign("sig-test", [32]byte{}, []byte("a")) },
		"other message":  func() []byte { return k.Sign("sig-test", [32]byte{}, []byte("b")) },
		"other election": func() []byte { return k.Sign("sig-test", [32]byte{1}, []byte("a")) },
		"other protocol": func() []byte { return k.Sign("sig-test2", [32]byte{}, []byte("a")) },
		"other key":      func() []byte { return other.Sign("sig-test", [32]byte{}, []byte("a")) },
		"possession":     func() []byte { return (&Schnorr{Protocol: "schnorr-test", Y: publicOf(x)}).Prove(x) },
		"possession, another context": func() []byte {
			return (&Schnorr{Protocol: "schnorr-test", Context: []byte("a"), Y: publicOf(x)}).Prove(x)
		},
		"equality":              func() []byte { return dleq[0].Prove(&x[0]) },
		"equality of two pairs": func() []byte { return dleq[1].Prove(&x[0]) },
	} {
		t.Run(name, func(t *testing.T) {
			cryptotest.SetGlobalRandom(t, 1)
			first := string(prove()[:32])
			require.Empty(t, firsts[first])
			firsts[first] = name
			cryptotest.SetGlobalRandom(t, 1)
			require.Equal(t, first, string(prove()[:32]), "the randomness is frozen indeed")
			cryptotest.SetGlobalRandom(t, 2)
			require.NotEqual(t, first, string(prove()[:32]), "fresh randomness moves the nonce")
		})
	}
}

// TestRepeatedNonceTellsTheKey is why: two signatures under one nonce.
func TestRepeatedNonceTellsTheKey(t *testing.T) {
	t.Parallel()
	k, nonce := GenerateSigningKey(), group.RandomScalar()
	var c, s [2]group.Scalar
	for i, msg := range [][]byte{[]byte("a"), []byte("b")} {
		sig := k.signWith(nonce, msg)
		p := k.public.bind("vector", [32]byte{1}, msg).Prove()
		p.Encoded(sig[:32])
		c[i].Set(p.Challenge())
		_, err := s[i].SetCanonicalBytes(sig[32:])
		require.NoError(t, err)
	}
	x, _ := lineThrough(&c[0], &s[0], &c[1], &s[1])
	require.Equal(t, k.Bytes(), x.Bytes())
}
