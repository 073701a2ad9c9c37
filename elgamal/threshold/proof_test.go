package threshold

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
)

// variant is the decryption proof written a second time, from the specification,
// with its challenges in the open. The zero value is the protocol; the fields
// weaken it.
type variant struct {
	perBlock bool // one weight per block instead of one per position
	merged   bool // the key equations T9 added up
}

// conversation is one run of the proof.
type conversation struct {
	factors []group.Affine
	weights []group.Scalar
	t       []group.Affine // T_1 … T_W, T'
	c       *group.Scalar
	s       []group.Scalar
}

func (v variant) weights(l *list, draw func() *group.Scalar) []group.Scalar {
	w := make([]group.Scalar, len(l.pairs))
	for i, p := range l.pairs {
		if v.perBlock && i > 0 && l.pairs[i-1].block == p.block {
			w[i].Set(&w[i-1])
			continue
		}
		w[i].Set(draw())
	}
	return w
}

// accepts evaluates T9 and T10 for trustee j.
func (v variant) accepts(d *Decryption, j int, k *conversation) bool {
	l, w := d.mustPrepare(), len(k.s)
	left, right := group.NewElement(), group.NewElement()
	for i := range k.s { // T9
		left.Add(left, new(group.Element).ScalarBaseMult(&k.s[i]))
		right.AddAffine(right, &k.t[i])
		right.Add(right, new(group.Element).ScalarMult(k.c, &d.Keys.verification[j-1][i]))
		if (!v.merged || i == w-1) && !left.Equal(right) {
			return false
		}
	}
	left, right = group.NewElement(), k.t[w].Element()
	for i, p := range l.pairs { // T10
		sω, cω := new(group.Scalar).Mul(&k.s[p.key], &k.weights[i]), new(group.Scalar).Mul(k.c, &k.weights[i])
		left.Add(left, new(group.Element).ScalarMult(sω, l.blocks[p.block].Element()))
		right.Add(right, new(group.Element).ScalarMult(cω, k.factors[i].Element()))
	}
	return left.Equal(right)
}

// read parses a share and draws its challenges.
func (v variant) read(d *Decryption, j int, share []byte) *conversation {
	l, w := d.mustPrepare(), d.Keys.Election.Width()
	k := &conversation{factors: make([]group.Affine, len(l.pairs)), t: make([]group.Affine, w+1), s: make([]group.Scalar, w)}
	r := d.bind(j).Verify(share)
	for i := range k.factors {
		r.Element(&k.factors[i])
	}
	k.weights = v.weights(l, r.Challenge128)
	for i := range k.t {
		r.Element(&k.t[i])
	}
	k.c = r.Challenge()
	for i := range k.s {
		r.Scalar(&k.s[i])
	}
	if _, err := r.Close(); err != nil {
		panic(err)
	}
	return k
}

func (v variant) verify(d *Decryption, j int, share []byte) bool {
	return v.accepts(d, j, v.read(d, j, share))
}

// prove runs the prover with secrets x on any factors.
func (v variant) prove(d *Decryption, j int, x []group.Scalar, factors []byte) []byte {
	l := d.mustPrepare()
	p := d.bind(j).Prove()
	p.Encoded(factors)
	ω := v.weights(l, p.Challenge128)
	t, list := randomScalars(len(x)), group.NewElement()
	for i := range t {
		p.Element(new(group.Element).ScalarBaseMult(&t[i]))
	}
	for i, at := range l.pairs {
		list.Add(list, new(group.Element).ScalarMult(new(group.Scalar).Mul(&t[at.key], &ω[i]), l.blocks[at.block].Element()))
	}
	p.Element(list)
	c := p.Challenge()
	for i := range t {
		p.Scalar(new(group.Scalar).MulAdd(c, &x[i], &t[i]))
	}
	return p.Proof()
}

func randomScalars(n int) []group.Scalar {
	s := make([]group.Scalar, n)
	for i := range s {
		s[i].Set(group.RandomScalar())
	}
	return s
}

// The protocol as written here and the library agree, so that what is shown of
// one holds for the other.
func TestVariantIsTheProtocol(t *testing.T) {
	t.Parallel()
	h := house32()
	d := h.list("variant", []uint64{1, 2, 3}, []uint64{4})
	for i, share := range h.shares(t, d) {
		require.True(t, variant{}.verify(d, i+1, share))
		x := h.trustees[i].secret
		require.NoError(t, verify(d, i+1, variant{}.prove(d, i+1, x, d.factors(x))))
	}
}

func TestForgeSharedWeights(t *testing.T) {
	t.Parallel()
	h := house32()
	d := h.list("shared weights", []uint64{10, 10, 10})
	x := h.trustees[1].secret
	factors := shift(1, -7)(shift(0, 7)(d.factors(x)))
	weak := variant{perBlock: true}
	forged := weak.prove(d, 2, x, factors)
	require.True(t, weak.verify(d, 2, forged), "the weakened verifier moves seven votes")
	require.Error(t, verify(d, 2, forged))
	require.Error(t, verify(d, 2, variant{}.prove(d, 2, x, factors)))
	require.False(t, weak.verify(d, 2, weak.prove(d, 2, x, shift(2, -7)(shift(0, 7)(d.factors(x))))), "across blocks not even that one does")
}

func TestForgeMergedKeys(t *testing.T) {
	t.Parallel()
	h := house32()
	d := h.list("merged keys", []uint64{10, 10, 10})
	x := make([]group.Scalar, 2)
	x[0].Add(&h.trustees[1].secret[0], scalar(7))
	x[1].Sub(&h.trustees[1].secret[1], scalar(7))
	weak := variant{merged: true}
	forged := weak.prove(d, 2, x, d.factors(x))
	require.True(t, weak.verify(d, 2, forged), "the weakened verifier takes factors of other keys")
	require.Error(t, verify(d, 2, forged))
	require.False(t, variant{}.verify(d, 2, forged))
}

// A prover with one wrong secret among the right ones, and factors that fit it.
func TestWrongSecret(t *testing.T) {
	t.Parallel()
	h := house32()
	d := h.list("wrong secret", []uint64{10, 10, 10})
	for l := range 2 {
		x := append([]group.Scalar(nil), h.trustees[1].secret...)
		x[l].Add(&x[l], scalar(1))
		require.Error(t, verify(d, 2, variant{}.prove(d, 2, x, d.factors(x))), "key %d", l+1)
		require.Error(t, verify(d, 2, variant{}.prove(d, 2, x, d.factors(h.trustees[1].secret))), "key %d", l+1)
	}
}

// A hash that leaves the factors out lets the prover solve for one of them.
func TestForgeFactorAfterChallenge(t *testing.T) {
	t.Parallel()
	h := house32()
	d := h.list("late factor", []uint64{10, 10, 10})
	l, x := d.mustPrepare(), h.trustees[1].secret
	weak := func(k *conversation) *transcript.Prover { // absorbs T only
		p := d.bind(2).Prove()
		k.weights = variant{}.weights(l, p.Challenge128)
		for i := range k.t {
			p.Element(k.t[i].Element())
		}
		k.c = p.Challenge()
		return p
	}
	nonces := randomScalars(2)
	k := &conversation{t: group.Affines([]group.Element{*new(group.Element).ScalarBaseMult(&nonces[0]),
		*new(group.Element).ScalarBaseMult(&nonces[1]), *baseTimes(1234)}), s: make([]group.Scalar, 2)}
	weak(k)
	for i := range k.s {
		k.s[i].MulAdd(k.c, &x[i], &nonces[i])
	}
	factors := []group.Element{*baseTimes(1), *baseTimes(2), *group.NewElement()}
	rest := group.NewElement() // c ω_3 D_3 = Σ s ω A - T' - c ω_1 D_1 - c ω_2 D_2
	for i, p := range l.pairs {
		rest.Add(rest, new(group.Element).ScalarMult(new(group.Scalar).Mul(&k.s[p.key], &k.weights[i]), l.blocks[p.block].Element()))
		rest.Sub(rest, new(group.Element).ScalarMult(new(group.Scalar).Mul(k.c, &k.weights[i]), &factors[i]))
	}
	rest.SubAffine(rest, &k.t[2])
	inv := new(group.Scalar).Mul(k.c, &k.weights[2])
	factors[2].ScalarMult(inv.Inv(inv), rest)
	k.factors = group.Affines(factors)
	require.True(t, variant{}.accepts(d, 2, k), "all equations hold for factors at will")

	forged := appendElements(nil, factors)
	for i := range k.t {
		forged = append(forged, k.t[i].Element().Bytes()...)
	}
	forged = appendScalars(forged, k.s)
	require.Len(t, forged, d.ShareSize())
	require.Error(t, verify(d, 2, forged))
}

// Two answers after the same first messages give away the secret.
func TestExtractor(t *testing.T) {
	t.Parallel()
	h := house32()
	d := h.list("extractor", []uint64{1, 2, 3})
	l, x := d.mustPrepare(), h.trustees[1].secret
	nonces := randomScalars(2) // the prover's state, to which the extractor rewinds it
	ask := func(weights []group.Scalar, c *group.Scalar) *conversation {
		list := group.NewElement()
		for i, p := range l.pairs {
			list.Add(list, new(group.Element).ScalarMult(new(group.Scalar).Mul(&nonces[p.key], &weights[i]), l.blocks[p.block].Element()))
		}
		k := &conversation{weights: weights, c: c, s: make([]group.Scalar, 2)}
		k.t = group.Affines([]group.Element{*new(group.Element).ScalarBaseMult(&nonces[0]), *new(group.Element).ScalarBaseMult(&nonces[1]), *list})
		k.factors = variant{}.read(d, 2, h.trustees[1].mustProve(d)).factors
		for i := range k.s {
			k.s[i].MulAdd(c, &x[i], &nonces[i])
		}
		return k
	}
	ω := randomScalars(3)
	first, second := ask(ω, group.RandomScalar()), ask(ω, group.RandomScalar())
	require.True(t, variant{}.accepts(d, 2, first))
	require.True(t, variant{}.accepts(d, 2, second))
	dc := new(group.Scalar).Sub(first.c, second.c)
	dc.Inv(dc)
	for i := range x {
		got := new(group.Scalar).Sub(&first.s[i], &second.s[i])
		require.True(t, got.Mul(got, dc).Equal(&x[i]))
	}
}

// mustProve is Decrypt without quorum and memory.
func (t *Trustee) mustProve(d *Decryption) []byte {
	return d.prove(t.index, t.secret, func(*transcript.Prover) []group.Scalar { return randomScalars(len(t.secret)) })
}

// Without any secret: factors from the plaintexts and the shares of a corrupt
// coalition below the threshold, answers before commitments.
func TestSimulator(t *testing.T) {
	t.Parallel()
	h := house32() // t = 2: trustee 1 is corrupt, trustee 2 is simulated
	votes := []uint64{1, 2, 3}
	d := h.list("simulator", votes)
	l, λ := d.mustPrepare(), lagrange([]int{1, 2})
	inv := new(group.Scalar).Inv(&λ[1])
	var corrupt, factors []group.Element
	for _, p := range l.pairs {
		corrupt = append(corrupt, *new(group.Element).ScalarMult(&h.trustees[0].secret[p.key], l.blocks[p.block].Element()))
	}
	for i := range l.pairs { // D_2 = (B - M - λ_1 D_1) / λ_2
		f := new(group.Element).Sub(&d.Ciphertexts[0].B[i], baseTimes(int(votes[i])))
		f.Sub(f, new(group.Element).ScalarMult(&λ[0], &corrupt[i]))
		factors = append(factors, *f.ScalarMult(inv, f))
	}
	require.Equal(t, d.factors(h.trustees[1].secret), appendElements(nil, factors), "exactly the real factors")

	k := &conversation{factors: group.Affines(factors), weights: randomScalars(3), c: group.RandomScalar(), s: randomScalars(2)}
	var first []group.Element
	for i := range k.s {
		e := new(group.Element).ScalarBaseMult(&k.s[i])
		first = append(first, *e.Sub(e, new(group.Element).ScalarMult(k.c, &h.keys.verification[1][i])))
	}
	list := group.NewElement()
	for i, p := range l.pairs {
		list.Add(list, new(group.Element).ScalarMult(new(group.Scalar).Mul(&k.s[p.key], &k.weights[i]), l.blocks[p.block].Element()))
		list.Sub(list, new(group.Element).ScalarMult(new(group.Scalar).Mul(k.c, &k.weights[i]), &factors[i]))
	}
	k.t = group.Affines(append(first, *list))
	require.True(t, variant{}.accepts(d, 2, k))
}
