package threshold

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
)

// variant is the decryption proof written a second time, from the specification,
// with its challenges in the open. The zero value is the protocol; the fields
// weaken it.
type variant struct {
	merged bool             // the key equations T9 added up
	group  func(p pair) any // positions of one group share their weight; nil: each its own
}

// conversation is one run of the proof.
type conversation struct {
	factors []group.Affine
	weights []group.Scalar
	t       []group.Affine // T_1 … T_W, T'
	c       *group.Scalar
	s       []group.Scalar
}

func (v variant) weights(d *Decryption, draw func() *group.Scalar) []group.Scalar {
	drawn := map[any]*group.Scalar{}
	var w []group.Scalar
	for i, p := range pairs(d) {
		key := any(i)
		if v.group != nil {
			key = v.group(p)
		}
		if drawn[key] == nil {
			drawn[key] = draw()
		}
		w = append(w, *drawn[key])
	}
	return w
}

// listSum returns Σ_p s_{l(p)} ω_p A_{β(p)}.
func listSum(d *Decryption, s, ω []group.Scalar) *group.Element {
	sum := group.NewElement()
	for i, p := range pairs(d) {
		sum.Add(sum, new(group.Element).ScalarMult(new(group.Scalar).Mul(&s[p.key], &ω[i]), p.a))
	}
	return sum
}

// accepts evaluates T9 and T10 for trustee j.
func (v variant) accepts(d *Decryption, j int, k *conversation) bool {
	w := len(k.s)
	left, right := group.NewElement(), group.NewElement()
	for i := range k.s { // T9
		left.Add(left, new(group.Element).ScalarBaseMult(&k.s[i]))
		right.AddAffine(right, &k.t[i])
		right.Add(right, new(group.Element).ScalarMult(k.c, &d.Keys.verification[j-1][i]))
		if (!v.merged || i == w-1) && !left.Equal(right) {
			return false
		}
	}
	right = k.t[w].Element()
	for i := range k.factors { // T10
		cω := new(group.Scalar).Mul(k.c, &k.weights[i])
		right.Add(right, new(group.Element).ScalarMult(cω, k.factors[i].Element()))
	}
	return listSum(d, k.s, k.weights).Equal(right)
}

// read parses a share and draws its challenges.
func (v variant) read(d *Decryption, j int, share []byte) *conversation {
	w := d.Keys.Election.Width()
	k := &conversation{factors: make([]group.Affine, len(pairs(d))), t: make([]group.Affine, w+1), s: make([]group.Scalar, w)}
	r := d.bind(j).Verify(share)
	for i := range k.factors {
		r.Element(&k.factors[i])
	}
	k.weights = v.weights(d, r.Challenge128)
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
	p := d.bind(j).Prove()
	p.Encoded(factors)
	return finish(d, p, x, v.weights(d, p.Challenge128))
}

// finish is the rest of a proof after the weights, whatever they are.
func finish(d *Decryption, p *transcript.Prover, x, ω []group.Scalar) []byte {
	t := randomScalars(len(x))
	for i := range t {
		p.Element(new(group.Element).ScalarBaseMult(&t[i]))
	}
	p.Element(listSum(d, t, ω))
	c := p.Challenge()
	for i := range t {
		p.Scalar(new(group.Scalar).MulAdd(c, &x[i], &t[i]))
	}
	return p.Proof()
}

// factors returns the encodings of D_p = x_{l(p)} A_{β(p)}.
func factors(d *Decryption, x []group.Scalar) (out []byte) {
	for _, p := range pairs(d) {
		out = append(out, new(group.Element).ScalarMult(&x[p.key], p.a).Bytes()...)
	}
	return out
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
	d := h.list("variant", []uint64{1, 2, 3}, []uint64{4, 5, 6})
	for i, share := range h.shares(t, d) {
		require.True(t, variant{}.verify(d, i+1, share))
		x := h.trustees[i].secret
		require.Equal(t, factors(d, x), share[:6*32])
		require.NoError(t, verify(d, i+1, variant{}.prove(d, i+1, x, factors(d, x))))
	}
}

// Errors that cancel wherever two positions share their weight: in a block, under a
// key, at equal A's of two ciphertexts.
func TestForgeSharedWeights(t *testing.T) {
	t.Parallel()
	h := house32()
	one := h.list("shared weights", []uint64{10, 10, 10})
	add(one, h.encrypt(one.Widths, 20, 20, 20))
	pick(one, 0, 1, 0)
	x := h.trustees[1].secret
	plusMinus := func(p, q int) []byte { return shift(q, -7)(shift(p, 7)(factors(one, x))) }
	for name, test := range map[string]struct {
		weak      variant
		seven     []byte // what it accepts
		otherwise []byte // what even it does not
	}{
		"per block":      {variant{group: func(p pair) any { return [2]int{p.row, p.block} }}, plusMinus(0, 1), plusMinus(0, 2)},
		"per key":        {variant{group: func(p pair) any { return p.key }}, plusMinus(0, 3), plusMinus(0, 1)},
		"per column":     {variant{group: func(p pair) any { return [2]int{p.block, p.key} }}, plusMinus(0, 3), plusMinus(0, 2)},
		"per ciphertext": {variant{group: func(p pair) any { return p.row }}, plusMinus(0, 2), plusMinus(0, 3)},
		"per A and key":  {variant{group: func(p pair) any { return string(p.a.Bytes()) + string(rune(p.key)) }}, plusMinus(0, 6), plusMinus(0, 3)},
		"one for all":    {variant{group: func(pair) any { return 0 }}, plusMinus(0, 8), shift(0, 1)(factors(one, x))},
	} {
		forged := test.weak.prove(one, 2, x, test.seven)
		require.True(t, test.weak.verify(one, 2, forged), "%s: the weakened verifier moves seven votes", name)
		require.Error(t, verify(one, 2, forged), name)
		require.Error(t, verify(one, 2, variant{}.prove(one, 2, x, test.seven)), name)
		require.False(t, test.weak.verify(one, 2, test.weak.prove(one, 2, x, test.otherwise)), name)
	}
}

// Weights that are not those of this share: of another trustee, of another list, of
// the same list with other factors.
func TestReusedWeights(t *testing.T) {
	t.Parallel()
	h := house32()
	d, other := h.list("reused weights", []uint64{1, 2, 3}), h.list("reused weights", []uint64{1, 2, 3})
	x := h.trustees[1].secret
	honest := factors(d, x)
	drawn := func(d *Decryption, j int, factors []byte) []group.Scalar {
		p := d.bind(j).Prove()
		p.Encoded(factors)
		return variant{}.weights(d, p.Challenge128)
	}
	late := drawn(d, 2, honest) // factors that cancel under weights known before
	rest := new(group.Scalar).Mul(scalar(-7), new(group.Scalar).Mul(&late[0], new(group.Scalar).Inv(&late[1])))
	wrong := appendElements(nil, []group.Element{*plus(d, x, 0, scalar(7)), *plus(d, x, 1, rest), *plus(d, x, 2, scalar(0))})
	for name, test := range map[string]struct {
		factors []byte
		ω       []group.Scalar
	}{
		"another trustee's": {honest, drawn(d, 1, factors(d, h.trustees[0].secret))},
		"for trustee 1":     {honest, drawn(d, 1, honest)},
		"another list's":    {honest, drawn(other, 2, factors(other, x))},
		"of other factors":  {honest, drawn(d, 2, shift(0, 1)(factors(d, x)))},
		"of honest factors": {wrong, late},
	} {
		p := d.bind(2).Prove()
		p.Encoded(test.factors)
		share := finish(d, p, x, test.ω)
		k := variant{}.read(d, 2, share)
		k.weights = test.ω
		require.True(t, variant{}.accepts(d, 2, k), "%s: with these weights all equations hold", name)
		require.Error(t, verify(d, 2, share), name)
	}
}

// plus returns D_p + error·G.
func plus(d *Decryption, x []group.Scalar, at int, wrong *group.Scalar) *group.Element {
	p := pairs(d)[at]
	e := new(group.Element).ScalarBaseMult(wrong)
	return e.Add(e, new(group.Element).ScalarMult(&x[p.key], p.a))
}

func TestForgeMergedKeys(t *testing.T) {
	t.Parallel()
	h := house32()
	d := h.list("merged keys", []uint64{10, 10, 10})
	x := make([]group.Scalar, 2)
	x[0].Add(&h.trustees[1].secret[0], scalar(7))
	x[1].Sub(&h.trustees[1].secret[1], scalar(7))
	weak := variant{merged: true}
	forged := weak.prove(d, 2, x, factors(d, x))
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
		require.Error(t, verify(d, 2, variant{}.prove(d, 2, x, factors(d, x))), "key %d", l+1)
		require.Error(t, verify(d, 2, variant{}.prove(d, 2, x, factors(d, h.trustees[1].secret))), "key %d", l+1)
	}
}

// A hash that leaves the factors out lets the prover solve for one of them.
func TestForgeFactorAfterChallenge(t *testing.T) {
	t.Parallel()
	h := house32()
	d := h.list("late factor", []uint64{10, 10, 10})
	x := h.trustees[1].secret
	weak := func(k *conversation) *transcript.Prover { // absorbs T only
		p := d.bind(2).Prove()
		k.weights = variant{}.weights(d, p.Challenge128)
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
	rest := listSum(d, k.s, k.weights) // c ω_3 D_3 = Σ s ω A - T' - c ω_1 D_1 - c ω_2 D_2
	for i := range factors {
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
	x := h.trustees[1].secret
	nonces := randomScalars(2) // the prover's state, to which the extractor rewinds it
	ask := func(weights []group.Scalar, c *group.Scalar) *conversation {
		list := listSum(d, nonces, weights)
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
	factors, err := d.factors(context.Background(), t.secret, nil)
	if err != nil {
		panic(err)
	}
	share, err := d.prove(context.Background(), t.index, t.secret, factors, t.nonces)
	if err != nil {
		panic(err)
	}
	return share
}

// proved returns everybody's share without quorum and memory.
func (h *house) proved(d *Decryption) (shares [][]byte) {
	for _, t := range h.trustees {
		shares = append(shares, t.mustProve(d))
	}
	return shares
}

// Without any secret: factors from the plaintexts and the shares of a corrupt
// coalition below the threshold, answers before commitments.
func TestSimulator(t *testing.T) {
	t.Parallel()
	h := house32() // t = 2: trustee 1 is corrupt, trustee 2 is simulated
	votes := []uint64{1, 2, 3}
	d := h.list("simulator", votes)
	λ := lagrange([]int{1, 2})
	inv := new(group.Scalar).Inv(&λ[1])
	var simulated []group.Element
	for i, p := range pairs(d) { // D_2 = (B - M - λ_1 D_1) / λ_2
		f := new(group.Element).Sub(p.b, baseTimes(int(votes[i])))
		corrupt := new(group.Element).ScalarMult(&h.trustees[0].secret[p.key], p.a)
		f.Sub(f, corrupt.ScalarMult(&λ[0], corrupt))
		simulated = append(simulated, *f.ScalarMult(inv, f))
	}
	require.Equal(t, factors(d, h.trustees[1].secret), appendElements(nil, simulated), "exactly the real factors")

	k := &conversation{factors: group.Affines(simulated), weights: randomScalars(3), c: group.RandomScalar(), s: randomScalars(2)}
	var first []group.Element
	for i := range k.s {
		e := new(group.Element).ScalarBaseMult(&k.s[i])
		first = append(first, *e.Sub(e, new(group.Element).ScalarMult(k.c, &h.keys.verification[1][i])))
	}
	list := listSum(d, k.s, k.weights)
	for i := range simulated {
		list.Sub(list, new(group.Element).ScalarMult(new(group.Scalar).Mul(k.c, &k.weights[i]), &simulated[i]))
	}
	k.t = group.Affines(append(first, *list))
	require.True(t, variant{}.accepts(d, 2, k))
}
