package proofs

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
)

// knowledgeSum is T + Σ_β e_β A_β, one group operation after the other.
func knowledgeSum(T *group.Element, e []group.Scalar, A []group.Element) *group.Element {
	sum := group.NewElement().Set(T)
	for β := range A {
		sum.Add(sum, group.NewElement().ScalarMult(&e[β], &A[β]))
	}
	return sum
}

// knowledgeHolds checks N2 a second way, under a given challenge.
func knowledgeHolds(A []group.Element, T *group.Element, c, s *group.Scalar) bool {
	return knowledgeSum(T, powersFrom(c, 1, len(A)), A).Equal(group.NewElement().ScalarBaseMult(s))
}

// powersFrom returns c^first, c^(first+1), …, n of them.
func powersFrom(c *group.Scalar, first, n int) []group.Scalar {
	out, power := make([]group.Scalar, n), group.NewScalar().Set(one)
	for range first {
		power.Mul(power, c)
	}
	for k := range out {
		out[k].Set(power)
		power.Mul(power, c)
	}
	return out
}

// polynomial returns the coefficients, lowest first, of the polynomial of degree
// below len(x) through the points (x_i, y_i): Newton's divided differences.
func polynomial(x, y []group.Scalar) []group.Scalar {
	n := len(x)
	div, coef, t := append([]group.Scalar(nil), y...), make([]group.Scalar, n), group.NewScalar()
	for d := 1; d < n; d++ {
		for i := n - 1; i >= d; i-- {
			t.Sub(&x[i], &x[i-d])
			div[i].Sub(&div[i], &div[i-1])
			div[i].Mul(&div[i], t.Inv(t))
		}
	}
	for i := n - 1; i >= 0; i-- { // coef = coef·(X − x_i) + div_i
		for k := n - 1; k > 0; k-- {
			coef[k].Sub(&coef[k-1], t.Mul(&coef[k], &x[i]))
		}
		coef[0].Sub(&div[i], t.Mul(&coef[0], &x[i]))
	}
	return coef
}

// TestKnowledgeExtractor rewinds a prover, of which it sees the moves alone, to
// B + 1 challenges and takes the randomisers from the answers.
func TestKnowledgeExtractor(t *testing.T) {
	t.Parallel()
	for _, B := range []int{1, 2, 5, 16} {
		r, nonce := randomScalars(B), group.RandomScalar()
		A, T := publicOf(r), group.NewElement().ScalarBaseMult(nonce)
		answer := func(c *group.Scalar) *group.Scalar {
			s := group.NewScalar().Set(nonce)
			for β, e := range powersFrom(c, 1, B) {
				s.MulAdd(&e, &r[β], s)
			}
			return s
		}
		c, s := randomScalars(B+1), make([]group.Scalar, B+1)
		for k := range c {
			s[k].Set(answer(&c[k]))
			require.True(t, knowledgeHolds(A, T, &c[k], &s[k]))
		}
		got := polynomial(c, s)
		require.True(t, group.NewElement().ScalarBaseMult(&got[0]).Equal(T))
		for β := range A {
			require.True(t, group.NewElement().ScalarBaseMult(&got[1+β]).Equal(&A[β]), "r_%d", β+1)
		}
		t.Logf("B = %d: %d accepting transcripts", B, B+1)
	}
}

// TestKnowledgeSoundnessErrorIsTight: a prover that knows no logarithm of any A
// prepares for B challenges, is accepted for these, and for no other. So B
// transcripts are not enough for an extractor.
func TestKnowledgeSoundnessErrorIsTight(t *testing.T) {
	t.Parallel()
	const B = 4
	U := group.HashToElement("test", []byte("nobody knows its logarithm"))
	prepared := randomScalars(B)
	e := rootsAt(prepared)        // e(c) = Π (c − c_k)
	known := randomScalars(B + 1) // t, then what is known of the A's
	A := make([]group.Element, B+1)
	for β := range A { // A[0] is T
		A[β].Add(group.NewElement().ScalarBaseMult(&known[β]), group.NewElement().ScalarMult(&e[β], U))
	}
	answer := func(c *group.Scalar) *group.Scalar {
		s := group.NewScalar()
		for β, power := range powersFrom(c, 0, B+1) {
			s.MulAdd(&power, &known[β], s)
		}
		return s
	}
	for k := range prepared {
		require.True(t, knowledgeHolds(A[1:], &A[0], &prepared[k], answer(&prepared[k])))
	}
	for range 20 {
		c := group.RandomScalar()
		require.False(t, knowledgeHolds(A[1:], &A[0], c, answer(c)))
	}
}

// rootsAt returns the coefficients of Π (X − x_k).
func rootsAt(x []group.Scalar) []group.Scalar {
	coef, t := scalarsOf(1), group.NewScalar()
	for k := range x {
		coef = append([]group.Scalar{{}}, coef...) // X·coef
		for i := range len(coef) - 1 {
			coef[i].Sub(&coef[i], t.Mul(&x[k], &coef[i+1]))
		}
	}
	return coef
}

// TestKnowledgeSimulator makes accepting transcripts for given challenges of A's
// whose logarithms nobody knows; as a proof they are refused, since the challenge
// is the sponge's.
func TestKnowledgeSimulator(t *testing.T) {
	t.Parallel()
	A := make([]group.Element, 3)
	for β := range A {
		A[β].Set(group.HashToElement("test", []byte{byte(β)}))
	}
	k := newKnown(randomScalars(3))
	k.setPoints(A)
	for _, c := range []*group.Scalar{group.RandomScalar(), one, zero} {
		s := group.RandomScalar()
		T := simulateT(A, c, s)
		require.True(t, knowledgeHolds(A, T, c, s))
		require.ErrorIs(t, k.verify(append(T.Bytes(), s.Bytes()...)), ErrProof)
	}
}

// simulateT solves N2 for T.
func simulateT(A []group.Element, c, s *group.Scalar) *group.Element {
	T := knowledgeSum(group.NewElement(), powersFrom(c, 1, len(A)), A)
	return T.Sub(group.NewElement().ScalarBaseMult(s), T)
}

// TestKnowledgeSimulatorGivesWhatAProverGives: s is free in the real proof too, and
// T follows from it.
func TestKnowledgeSimulatorGivesWhatAProverGives(t *testing.T) {
	t.Parallel()
	k := newKnown(randomScalars(3))
	T, c, s := k.moves(t, k.prove())
	require.True(t, simulateT(publicOf(k.r), c, s).Equal(T))
}

// knowledgeWeakness is a verifier with one flaw. The zero value is the library's.
type knowledgeWeakness struct {
	noContext bool // the context is not absorbed
	noA       bool // the A's are not absorbed: the weak Fiat–Shamir transformation
	first     int  // the power of c on A_1, less one
	flat      bool // c on every A
}

func (w knowledgeWeakness) challenge(k *known, A []group.Element, T *group.Element) *group.Scalar {
	i := transcript.New(knowledgeProtocol, k.fingerprint)
	if !w.noContext {
		i.Bytes(k.context)
	}
	i.Uint64(uint64(len(A)))
	if !w.noA {
		i.Fixed(encodeAll(A))
	}
	p := i.Prove()
	p.Element(T)
	return p.Challenge()
}

func (w knowledgeWeakness) weights(c *group.Scalar, B int) []group.Scalar {
	e := powersFrom(c, 1+w.first, B)
	for β := range e {
		if w.flat {
			e[β].Set(c)
		}
	}
	return e
}

func (w knowledgeWeakness) accepts(k *known, A []group.Element, T *group.Element, s *group.Scalar) bool {
	e := w.weights(w.challenge(k, A, T), len(A))
	return knowledgeSum(T, e, A).Equal(group.NewElement().ScalarBaseMult(s))
}

// forged demands that the weakened verifier accepts and that the library does not.
func (w knowledgeWeakness) forged(t *testing.T, k *known, A []group.Element, T *group.Element, s *group.Scalar) {
	require.True(t, w.accepts(k, A, T, s), "the weakened verifier accepts")
	k.setPoints(A)
	require.ErrorIs(t, k.verify(append(T.Bytes(), s.Bytes()...)), ErrProof)
}

func TestKnowledgeWeakVerifierWithoutFlawIsTheLibrary(t *testing.T) {
	t.Parallel()
	k := newKnown(randomScalars(3))
	T, _, s := k.moves(t, k.prove())
	require.True(t, knowledgeWeakness{}.accepts(k, publicOf(k.r), T, s))
}

// TestForgeryKnowledgeTakenOver: without who makes it in the context, a voter
// takes over another's ciphertexts with their proof.
func TestForgeryKnowledgeTakenOver(t *testing.T) {
	t.Parallel()
	victim := newKnown(randomScalars(2))
	A, s := publicOf(victim.r), group.RandomScalar() // the nonce at first
	T := group.NewElement().ScalarBaseMult(s)
	weak := knowledgeWeakness{noContext: true}
	for β, e := range weak.weights(weak.challenge(victim, A, T), 2) {
		s.MulAdd(&e, &victim.r[β], s)
	}
	thief := newKnown(randomScalars(2))
	thief.context = []byte("another credential")
	weak.forged(t, thief, A, T, s)
}

// TestForgeryKnowledgeBeforeTheCiphertext: with the A's not absorbed, the proof
// comes first and A_1 is solved from N2: nobody knows what it encrypts.
func TestForgeryKnowledgeBeforeTheCiphertext(t *testing.T) {
	t.Parallel()
	k, weak := newKnown(randomScalars(2)), knowledgeWeakness{noA: true}
	T := group.HashToElement("test", []byte("no logarithm"))
	s, A := group.RandomScalar(), publicOf(k.r)
	e := weak.weights(weak.challenge(k, A, T), 2)
	rest := knowledgeSum(T, e[1:], A[1:])
	A[0].Sub(group.NewElement().ScalarBaseMult(s), rest)
	A[0].ScalarMult(e[0].Inv(&e[0]), &A[0])
	weak.forged(t, k, A, T, s)
}

// TestForgeryKnowledgeOfTheSumAlone: with one weight for all blocks, a prover takes
// another's A and hides it in the sum.
func TestForgeryKnowledgeOfTheSumAlone(t *testing.T) {
	t.Parallel()
	k, weak := newKnown(randomScalars(2)), knowledgeWeakness{flat: true}
	sum, nonce := group.RandomScalar(), group.RandomScalar()
	A := []group.Element{*group.HashToElement("test", []byte("a victim's A")), *group.NewElement()}
	A[1].Sub(group.NewElement().ScalarBaseMult(sum), &A[0])
	T := group.NewElement().ScalarBaseMult(nonce)
	s := group.NewScalar().MulAdd(weak.challenge(k, A, T), sum, nonce)
	weak.forged(t, k, A, T, s)
}

// TestForgeryKnowledgeFromPowerZero: if the powers began with c^0, T would take up
// A_1.
func TestForgeryKnowledgeFromPowerZero(t *testing.T) {
	t.Parallel()
	k, weak := newKnown(randomScalars(2)), knowledgeWeakness{first: -1}
	A, nonce := publicOf(k.r), group.RandomScalar()
	A[0].Set(group.HashToElement("test", []byte("a victim's A")))
	T := group.NewElement().ScalarBaseMult(nonce)
	T.Sub(T, &A[0])
	s := group.NewScalar().MulAdd(weak.challenge(k, A, T), &k.r[1], nonce)
	weak.forged(t, k, A, T, s)
}

// TestKnowledgeOfARelatedCiphertext: every ciphertext that is computed from a
// victim's by a known difference, factor or order is refused with the victim's
// proof shifted in the same way.
func TestKnowledgeOfARelatedCiphertext(t *testing.T) {
	t.Parallel()
	victim := newKnown(randomScalars(2))
	T, c, s := victim.moves(t, victim.prove())
	δ, t1 := group.RandomScalar(), group.NewScalar()
	for name, related := range map[string]struct {
		A []group.Element
		T *group.Element
		s *group.Scalar
	}{
		"copied": {publicOf(victim.r), T, s},
		"re-encrypted": { // r_1 + δ is answered by s + cδ
			publicOf([]group.Scalar{*group.NewScalar().Add(&victim.r[0], δ), victim.r[1]}), T,
			group.NewScalar().MulAdd(c, δ, s),
		},
		"multiplied": { // δ r_β under the nonce δ t is answered by δ s
			publicOf([]group.Scalar{*group.NewScalar().Mul(δ, &victim.r[0]), *group.NewScalar().Mul(δ, &victim.r[1])}),
			group.NewElement().ScalarMult(δ, T), group.NewScalar().Mul(δ, s),
		},
		"own block behind it": {
			publicOf(append(slices.Clone(victim.r), *δ)), T,
			group.NewScalar().MulAdd(t1.Mul(c, t1.Mul(c, c)), δ, s),
		},
	} {
		require.True(t, knowledgeHolds(related.A, related.T, c, related.s), "%s: right under the victim's challenge", name)
		k := newKnown(victim.r)
		k.context = []byte("another credential")
		k.setPoints(related.A)
		require.ErrorIs(t, k.verify(append(related.T.Bytes(), related.s.Bytes()...)), ErrProof, name)
	}
}
