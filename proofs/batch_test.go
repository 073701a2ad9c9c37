package proofs

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
)

// signed returns n claims, each of one signature; those in bad are false by
// err·G, everything else about them is in order.
func signed(t testing.TB, n int, bad map[int]*group.Scalar) []*Claim {
	k := GenerateSigningKey()
	claims := make([]*Claim, n)
	for i := range claims {
		msg := fmt.Appendf(nil, "message %d", i)
		sig := k.Sign("sig-test", [32]byte{}, msg)
		if ε := bad[i]; ε != nil {
			s, err := group.NewScalar().SetCanonicalBytes(sig[32:])
			require.NoError(t, err)
			copy(sig[32:], s.Add(s, ε).Bytes())
		}
		claims[i] = new(Claim)
		require.NoError(t, VerifySignature(claims[i], "sig-test", [32]byte{}, k.Public(), msg, sig))
	}
	return claims
}

func batchOf(keys *elgamal.PublicKey, claims []*Claim) *Batch {
	b := NewBatch(keys)
	for _, c := range claims {
		b.Add(c)
	}
	return b
}

func requireBad(t *testing.T, err error, want ...int) {
	t.Helper()
	var e *BatchError
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, ErrProof)
	require.Equal(t, want, e.Bad)
}

func TestBatchOfNothingHolds(t *testing.T) {
	t.Parallel()
	require.NoError(t, NewBatch(nil).Decide())
	require.NoError(t, batchOf(nil, []*Claim{{}, {}}).Decide())
}

func TestBatchNamesTheFalseClaims(t *testing.T) {
	t.Parallel()
	const n = 37
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	for name, bad := range map[string][]int{
		"none": nil, "first": {0}, "last": {n - 1}, "middle": {18}, "two neighbours": {17, 18},
		"both ends": {0, n - 1}, "several": {1, 2, 3, 11, 30}, "all": all, "all but one": append(all[:5:5], all[6:]...),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			errs := map[int]*group.Scalar{}
			for _, i := range bad {
				errs[i] = group.RandomScalar()
			}
			err := batchOf(nil, signed(t, n, errs)).Decide()
			if len(bad) == 0 {
				require.NoError(t, err)
				return
			}
			requireBad(t, err, bad...)
		})
	}
}

func TestBatchOfOneFalseClaim(t *testing.T) {
	t.Parallel()
	requireBad(t, batchOf(nil, signed(t, 1, map[int]*group.Scalar{0: one})).Decide(), 0)
}

func TestBatchIsReusableAfterReset(t *testing.T) {
	t.Parallel()
	b := batchOf(nil, signed(t, 3, map[int]*group.Scalar{1: one}))
	requireBad(t, b.Decide(), 1)
	b.Reset()
	require.Zero(t, b.Len())
	require.NoError(t, b.Decide())
	for _, c := range signed(t, 2, nil) {
		b.Add(c)
	}
	require.Equal(t, 2, b.Len())
	require.NoError(t, b.Decide())
}

// mixedBatch has ballots, their signatures, and DLEQ proofs, with and without own
// keys; false ones are marked.
func mixedBatch(t testing.TB) (*Batch, []int) {
	b := vote(t, ofFour(), 3, []byte{1, 0, 1, 0, 0, 1})
	batch := NewBatch(b.keys)
	var bad []int
	for i := range 25 {
		c := new(Claim)
		b.r = randomScalars(b.v.B)
		b.ct = b.v.Encrypt(b.bits, b.r)
		b.points = decodeAll(t, b.ct)
		proof := b.prove()
		if i%7 == 3 {
			b.points[2].Neg(&b.points[2])
			bad = append(bad, i)
		}
		require.NoError(t, b.v.Verify(c, b.context, b.ct, b.points, proof))
		k := GenerateSigningKey()
		require.NoError(t, VerifySignature(c, "sig-test", [32]byte{}, k.Public(), proof, k.Sign("sig-test", [32]byte{}, proof)))
		x := group.RandomScalar()
		st := dleqStatement(x, i%3+1)
		if i == 20 {
			st.Pairs[0].D.Double(&st.Pairs[0].D)
			bad = append(bad, i)
		}
		require.NoError(t, st.Verify(c, st.Prove(x)))
		batch.Add(c)
	}
	return batch, bad
}

func TestBatchDecidesTheSameOnAnyNumberOfCores(t *testing.T) { // not parallel: changes GOMAXPROCS
	batch, bad := mixedBatch(t)
	weights := batch.weigh().weights
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, cores := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(cores)
		requireBad(t, batch.Decide(), bad...)
		for i, w := range batch.weigh().weights {
			for e := range w {
				require.True(t, w[e].Equal(&weights[i][e]))
			}
		}
	}
}

// TestExtendedBases: lists are bases beside the keys and generators, in batches
// whose halves use more or fewer generators.
func TestExtendedBases(t *testing.T) {
	t.Parallel()
	batch, bad := mixedBatch(t)
	first := batch.Extend(group.Affines(publicOf(scalarsOf(1, 2, 3))))
	require.Equal(t, first+3, batch.Extend(group.Affines(publicOf(scalarsOf(4, 5)))))
	for k := range int64(10) { // s·P_k − s(k+1)G, false for the last
		c, s := new(Claim), group.RandomScalar()
		c.Equation()
		c.AddShared(first+Base(k%5), s)
		factor := scalarsOf(-(k%5 + 1) - k/9)
		c.AddShared(BaseG, s.Mul(s, &factor[0]))
		c.Proof("vector", [32]byte{byte(k)})
		batch.Add(c)
	}
	requireBad(t, batch.Decide(), append(bad, 34)...)
	batch.Reset()
	require.Equal(t, first, batch.Extend(nil), "Reset forgets the lists")
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	b := vote(t, ofFour(), 3, []byte{1, 0, 1, 0, 0, 1})
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			r := randomScalars(b.v.B)
			ct := b.v.Encrypt(b.bits, r)
			proof := b.v.Prove(b.context, ct, b.bits, r, &[32]byte{byte(i)})
			errs[i] = b.otherCiphertexts(t, ct)(proof)
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
}

// weightOf returns the first weight of the first claim.
func weightOf(claims ...*Claim) string {
	return string(batchOf(nil, claims).weigh().weights[0][0].Bytes())
}

// TestWeightsDependOnEveryByte: a part of a proof that does not move the weights
// could be chosen after them ("phantom challenge").
func TestWeightsDependOnEveryByte(t *testing.T) {
	t.Parallel()
	k, msg := GenerateSigningKey(), []byte("message")
	sig := k.Sign("sig-test", [32]byte{}, msg)
	claim := func(protocol string, fp [32]byte, msg, sig []byte) *Claim {
		c := new(Claim)
		if VerifySignature(c, protocol, fp, k.Public(), msg, sig) != nil {
			return nil
		}
		return c
	}
	other := signed(t, 1, nil)[0]
	seen, parsed := map[string]bool{weightOf(other, claim("sig-test", [32]byte{}, msg, sig)): true}, 0
	add := func(c *Claim, what string, args ...any) {
		w := weightOf(other, c)
		require.False(t, seen[w], what, args)
		seen[w] = true
	}
	for bit := range 8 * len(sig) {
		changed := append([]byte(nil), sig...)
		changed[bit/8] ^= 1 << (bit % 8)
		if c := claim("sig-test", [32]byte{}, msg, changed); c != nil {
			add(c, "bit %d", bit)
			parsed++
		}
	}
	require.Greater(t, parsed, 250, "every low bit of s, and half of R's, can be read")
	add(claim("sig-test2", [32]byte{}, msg, sig), "protocol")
	add(claim("sig-test", [32]byte{1}, msg, sig), "fingerprint")
	add(claim("sig-test", [32]byte{}, msg[1:], sig), "message")
}

// TestEveryProofHandsItsDigestOver: the statement and the last response move it.
func TestEveryProofHandsItsDigestOver(t *testing.T) {
	t.Parallel()
	b, k, x := vote(t, oneOf(2), 2, []byte{1, 0}), GenerateSigningKey(), randomScalars(2)
	dleq := dleqStatement(&x[0], 2)
	for name, p := range map[string]struct {
		proof  []byte
		verify func(c *Claim, fp byte, proof []byte) error
	}{
		"bit-vector": {b.prove(), func(c *Claim, fp byte, proof []byte) error {
			return b.v.Verify(c, []byte{fp}, b.ct, b.points, proof)
		}},
		"schnorr-test": {(&Schnorr{Protocol: "schnorr-test", Y: publicOf(x)}).Prove(x), func(c *Claim, fp byte, proof []byte) error {
			return (&Schnorr{[32]byte{fp}, "schnorr-test", nil, publicOf(x)}).Verify(c, proof)
		}},
		"dleq": {dleq.Prove(&x[0]), func(c *Claim, fp byte, proof []byte) error {
			return (&DLEQ{[32]byte{fp}, nil, dleq.Y, dleq.Pairs}).Verify(c, proof)
		}},
		"sig-test": {k.Sign("sig-test", [32]byte{}, nil), func(c *Claim, fp byte, proof []byte) error {
			return VerifySignature(c, "sig-test", [32]byte{fp}, k.Public(), nil, proof)
		}},
	} {
		if name == "bit-vector" { // V2 must go on holding: only z_b may change
			b.context = []byte{0}
			p.proof = b.prove()
		}
		digest := func(fp byte, proof []byte) [32]byte {
			c := new(Claim)
			if err := p.verify(c, fp, proof); err != nil {
				require.Equal(t, "bit-vector", name)
				return [32]byte{fp}
			}
			require.Len(t, c.proofs, 1)
			require.Equal(t, name, c.proofs[0].protocol)
			return c.proofs[0].digest
		}
		changed := append([]byte(nil), p.proof...)
		changed[len(changed)-32] ^= 1
		good := digest(0, p.proof)
		require.NotEqual(t, [32]byte{}, good, name)
		require.NotEqual(t, good, digest(0, changed), name)
		require.NotEqual(t, good, digest(1, p.proof), name)
	}
}

func TestWeightsDependOnCountAndOrder(t *testing.T) {
	t.Parallel()
	c := signed(t, 3, nil)
	require.NotEqual(t, weightOf(c[0]), weightOf(c[0], c[1]))
	require.NotEqual(t, weightOf(c[0], c[1]), weightOf(c[0], c[1], c[2]))
	require.NotEqual(t, weightOf(c[0], c[1], c[2]), weightOf(c[0], c[2], c[1]))
	require.NotEqual(t, weightOf(c[0], c[0]), weightOf(c[0], c[0], c[0]))
	require.Equal(t, weightOf(c[0], c[1]), weightOf(c[0], c[1]), "two auditors see the same")
}

func TestWeightsAre128BitsAndOneForEachEquation(t *testing.T) {
	t.Parallel()
	batch, _ := mixedBatch(t)
	seen, high := map[string]bool{}, byte(0)
	for i, ws := range batch.weigh().weights {
		require.Len(t, ws, 2+1+2, "V1, V3, S4, S2, S3 of claim %d", i)
		for e := range ws {
			b := ws[e].Bytes()
			require.Equal(t, make([]byte, 16), b[16:])
			require.False(t, seen[string(b)])
			seen[string(b)] = true
			high |= b[15]
		}
	}
	require.Equal(t, byte(0xff), high, "the top byte is in use")
}

func TestEquationsWithoutADigestPanic(t *testing.T) {
	t.Parallel()
	c := new(Claim)
	c.Equation()
	c.AddShared(BaseG, one)
	require.Panics(t, func() { _ = batchOf(nil, []*Claim{c}).Decide() })
}

// TestRefusedProofsLeaveTheClaimAlone: a caller may go on with a claim whose last
// proof was refused.
func TestRefusedProofsLeaveTheClaimAlone(t *testing.T) {
	t.Parallel()
	b := vote(t, oneOf(2), 1, []byte{1, 0})
	x := randomScalars(2)
	Y := publicOf(x)
	Y[1].Set(identity)
	st := Schnorr{Protocol: "schnorr-test", Y: Y}
	dleq := dleqStatement(&x[0], 2)
	dleq.Pairs[1].A.Set(identity)
	dleq.Pairs[1].D.Set(identity)
	bits := b.prove()
	bits[len(bits)-40] ^= 1
	c := new(Claim)
	require.Error(t, st.Verify(c, st.Prove([]group.Scalar{x[0], {}})))
	require.Error(t, dleq.Verify(c, dleq.Prove(&x[0])))
	require.Error(t, b.v.Verify(c, b.context, b.ct, b.points, bits))
	require.Error(t, VerifySignature(c, "sig-test", [32]byte{}, VerifyKey{}, nil, make([]byte, 64)))
	require.Equal(t, Claim{}, *c)
}

func TestClaimResetForgetsEverything(t *testing.T) {
	t.Parallel()
	c := signed(t, 1, map[int]*group.Scalar{0: one})[0]
	c.Reset()
	good := signed(t, 1, nil)[0]
	require.NoError(t, batchOf(nil, []*Claim{c, good}).Decide())
	require.Empty(t, c.points)
	require.Empty(t, c.proofs)
}
