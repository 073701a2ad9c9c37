package proofs

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

// weakBatch decides a batch with weights of its own making.
func weakBatch(claims []*Claim, weight func(c *Claim) *group.Scalar) bool {
	d := batchOf(nil, claims).weigh()
	for i, c := range claims {
		for e := range c.ends {
			d.weights[i][e].Set(weight(c))
		}
	}
	return d.holds(0, len(claims))
}

// TestFalseProofsThatCancel: one signature is false by εG, another by −εG. A sum
// without weights is zero (Boyd–Pavlovski 2000 on small exponents).
func TestFalseProofsThatCancel(t *testing.T) {
	t.Parallel()
	ε := group.RandomScalar()
	claims := signed(t, 5, map[int]*group.Scalar{1: ε, 3: group.NewScalar().Neg(ε)})
	require.True(t, weakBatch(claims, func(*Claim) *group.Scalar { return one }), "the weakened batch accepts")
	requireBad(t, batchOf(nil, claims).Decide(), 1, 3)
}

// TestFalseProofsThatCancelWithinAClaim: two equations of one claim.
func TestFalseProofsThatCancelWithinAClaim(t *testing.T) {
	t.Parallel()
	x := randomScalars(2)
	st := Schnorr{Protocol: "schnorr-test", Y: publicOf(x)}
	proof := st.Prove(x)
	for l, ε := range []*group.Scalar{one, group.NewScalar().Neg(one)} {
		field := proof[64+32*l : 96+32*l]
		s, err := group.NewScalar().SetCanonicalBytes(field)
		require.NoError(t, err)
		copy(field, s.Add(s, ε).Bytes())
	}
	c := new(Claim)
	require.NoError(t, st.Verify(c, proof))
	require.True(t, weakBatch([]*Claim{c}, func(*Claim) *group.Scalar { return one }))
	requireBad(t, batchOf(nil, []*Claim{c}).Decide(), 0)
}

// weight48 is 48 bits that depend on one proof, all of it, but on no other proof.
func weight48(digest []byte) uint64 { return binary.LittleEndian.Uint64(digest) & (1<<48 - 1) }

// forger makes signatures that are false by G or −G, about a microsecond each.
type forger struct {
	key *SigningKey
	t   group.Scalar
	R   []byte
}

func (f *forger) sign(list byte, n uint32, ε *group.Scalar) (msg, sig []byte, weight uint64) {
	msg = binary.LittleEndian.AppendUint32([]byte{list}, n)
	p := f.key.public.bind("sig-test", [32]byte{}, msg).Prove()
	p.Encoded(f.R)
	s := group.NewScalar().MulAdd(p.Challenge(), &f.key.x, &f.t)
	p.Scalar(s.Add(s, ε))
	return msg, p.Proof(), weight48(p.Challenge128().Bytes()) // the digest begins with these bytes
}

type weighed struct {
	n uint32
	w uint64
}

// differences returns the pairs of two lists whose weights agree in the low 16
// bits, by the difference of the weights.
func differences(a, b []weighed) map[int64][2]uint32 {
	byLow := make(map[uint16][]weighed, 1<<16)
	for _, v := range a {
		byLow[uint16(v.w)] = append(byLow[uint16(v.w)], v)
	}
	out := make(map[int64][2]uint32, len(a))
	for _, v := range b {
		for _, u := range byLow[uint16(v.w)] {
			out[int64(u.w)-int64(v.w)] = [2]uint32{u.n, v.n}
		}
	}
	return out
}

// TestGeneralisedBirthday is Wagner's attack (CRYPTO 2002) with four lists: if a
// proof's weight depends on that proof alone, four false ones are found whose
// weights satisfy w1 + w2 = w3 + w4, in a fraction of the time that a guess of a
// weight would take. Sums under different roots would fall the same way.
func TestGeneralisedBirthday(t *testing.T) {
	if testing.Short() {
		t.Skip("takes over a minute under the race detector")
	}
	t.Parallel()
	minus := group.NewScalar().Neg(one)
	errs := []*group.Scalar{one, one, minus, minus}
	for {
		f := &forger{key: GenerateSigningKey()}
		f.t.Set(group.RandomScalar())
		f.R = group.NewElement().ScalarBaseMult(&f.t).Bytes()
		var lists [4][]weighed
		for l := range lists {
			for n := range uint32(100_000) {
				_, _, w := f.sign(byte(l), n, errs[l])
				lists[l] = append(lists[l], weighed{n, w})
			}
		}
		left, right := differences(lists[0], lists[2]), differences(lists[3], lists[1])
		for d, a := range left {
			if b, ok := right[d]; ok { // w1 − w3 = w4 − w2
				f.requireForged(t, errs, [4]uint32{a[0], b[1], a[1], b[0]})
				return
			}
		}
	}
}

func (f *forger) requireForged(t *testing.T, errs []*group.Scalar, found [4]uint32) {
	claims := signed(t, 3, nil)
	for l, n := range found {
		msg, sig, w := f.sign(byte(l), n, errs[l])
		c := new(Claim)
		require.NoError(t, VerifySignature(c, "sig-test", [32]byte{}, f.key.Public(), msg, sig))
		require.Equal(t, w, weight48(c.proofs[0].digest[:]))
		claims = append(claims, c)
	}
	perProof := func(c *Claim) *group.Scalar {
		return group.NewScalar().SetUint64(weight48(c.proofs[0].digest[:]))
	}
	require.True(t, weakBatch(claims, perProof), "the weakened batch accepts four false proofs")
	require.False(t, weakBatch(claims[:6], perProof), "three of them it would see")
	requireBad(t, batchOf(nil, claims).Decide(), 3, 4, 5, 6)
}
