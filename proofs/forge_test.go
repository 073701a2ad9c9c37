package proofs

import (
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
)

// weakness is a verifier of the bit-vector proof with one flaw in what its
// challenges depend on. The zero value has none and reads the library's proofs.
type weakness struct {
	noCiphertext bool // the ciphertexts are not absorbed
	lateCb       bool // C_b is absorbed after θ
	lateCa       bool // absorbed after x: C_a …
	lateD        bool
	lateX        bool
}

// run plays the transcript; the prover's callbacks are nil for a verifier.
func (k weakness) run(b *voted, m *moves, onθ, onx func(*group.Scalar)) (θ, x *group.Scalar) {
	i := b.v.prefix.Clone().Bytes(b.context)
	if !k.noCiphertext {
		i.Fixed(b.ct)
	}
	p := i.Prove()
	send := func(late bool, f func()) {
		if !late {
			f()
		}
	}
	Cb := func() { p.Element(&m.Cb) }
	send(k.lateCb, Cb)
	θ = p.Challenge()
	onθ(θ)
	send(!k.lateCb, Cb)
	send(k.lateCa, func() { p.Element(&m.Ca) })
	send(k.lateD, func() { p.Element(&m.D) })
	send(k.lateX, func() { p.Scalar(&m.X1); p.Scalar(&m.X0) })
	x = p.Challenge()
	onx(x)
	return θ, x
}

func nothing(*group.Scalar) {}

func (k weakness) accepts(b *voted, m *moves) bool {
	θ, x := k.run(b, m, nothing, nothing)
	return b.v.accepts(θ, x, b.points, m)
}

// lie is a ballot whose ciphertext holds the given votes, with no proof yet.
func lie(t *testing.T, rel *Relation, votes ...int64) *voted {
	keys, x := testKeys(t, 3)
	v, err := NewBitVector([32]byte{1}, keys, rel)
	require.NoError(t, err)
	b := &voted{v: v, keys: keys, x: x, r: randomScalars(v.B), context: []byte("ctx")}
	b.setPoints(lyingCiphertext(v, votes, b.r))
	return b
}

func (b *voted) setPoints(points []group.Affine) {
	b.points, b.ct = points, nil
	for k := range points {
		b.ct = append(b.ct, points[k].Element().Bytes()...)
	}
}

// forged demands that the weakened verifier accepts and that the library does not.
func (k weakness) forged(t *testing.T, b *voted, m *moves) {
	require.True(t, k.accepts(b, m), "the weakened verifier accepts")
	require.False(t, weakness{}.accepts(b, m), "the same equations with the right challenges")
	require.ErrorIs(t, b.verify(m.bytes()), ErrProof)
}

func TestWeakVerifierWithoutFlawIsTheLibrary(t *testing.T) {
	t.Parallel()
	b := lie(t, ofFour(), 1, 0, 1, 0)
	p := newLiar(b.v, scalarsOf(1, 0, 1, 0, 0, 1), b.r)
	weakness{}.run(b, &p.m, p.masks, p.open)
	require.True(t, weakness{}.accepts(b, &p.m))
	require.NoError(t, b.verify(p.m.bytes()))
	b.bits = []byte{1, 0, 1, 0, 0, 1}
	require.NoError(t, b.verify(b.prove()))
}

func TestForgeryBitsKnownAfterTheta(t *testing.T) {
	t.Parallel()
	// v = b_1, b_1 + b_2 = 1. With θ known, b_2 solves the one quadratic equation
	// into which θ merges the three that should hold.
	rel := &Relation{Bits: 2, Contests: [][][]Term{{{{0, 1}}}}, Constraints: []Constraint{{[]Term{{0, 1}, {1, 1}}, 1}}}
	weak := weakness{lateCb: true}
	for votes := int64(1000); ; votes++ {
		b := lie(t, rel, votes)
		p := newLiar(b.v, scalarsOf(votes, 0), b.r)
		solved := false
		weak.run(b, &p.m, func(θ *group.Scalar) {
			var b2 *group.Scalar
			if b2, solved = solveSecondBit(θ, votes); solved {
				p.w[1].Set(b2)
				p.m.Cb.Set(commitment(p.w, &p.ρb))
			}
			p.masks(θ)
		}, p.open)
		if solved {
			weak.forged(t, b, &p.m)
			return
		}
	}
}

// TestForgeryTrapdooredGenerators: with G_2 = τH for a known τ, C_b is opened to
// another second bit once θ is known, in the right order of moves. The library
// derives its generators by hash and reads none.
func TestForgeryTrapdooredGenerators(t *testing.T) {
	t.Parallel()
	rel := &Relation{Bits: 2, Contests: [][][]Term{{{{0, 1}}}}, Constraints: []Constraint{{[]Term{{0, 1}, {1, 1}}, 1}}}
	τ := group.RandomScalar()
	trapdoored := func(u []group.Scalar, ρ *group.Scalar) *group.Element {
		rest := append([]group.Scalar(nil), u...)
		rest[1].Set(group.NewScalar())
		return commitment(rest, group.NewScalar().MulAdd(τ, &u[1], ρ))
	}
	for votes := int64(1000); ; votes++ {
		b := lie(t, rel, votes)
		p := newLiar(b.v, scalarsOf(votes, 0), b.r)
		p.m.Cb.Set(trapdoored(p.w, &p.ρb))
		solved := false
		θ, x := weakness{}.run(b, &p.m, func(θ *group.Scalar) {
			var b2 *group.Scalar
			if b2, solved = solveSecondBit(θ, votes); solved {
				p.w[1].Set(b2)
				p.ρb.Sub(&p.ρb, b2.Mul(τ, b2)) // the same C_b
			}
			p.masks(θ)
			p.m.Ca.Set(trapdoored(p.a, &p.ρa))
		}, p.open)
		if solved {
			left := group.NewElement().ScalarMult(x, &p.m.Cb)
			require.True(t, left.Add(left, &p.m.Ca).Equal(trapdoored(p.m.f, &p.m.zb)), "V1 under the trapdoored generators")
			v1, v2, v3 := b.v.equations(θ, x, b.points, &p.m)
			require.Equal(t, []bool{false, true, true}, []bool{v1, v2, v3})
			require.ErrorIs(t, b.verify(p.m.bytes()), ErrProof)
			return
		}
	}
}

// solveSecondBit solves θ v(1−v) + θ² b(1−b) + θ³(v + b − 1) = 0 for b.
func solveSecondBit(θ *group.Scalar, v int64) (*group.Scalar, bool) {
	q, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	T, V := bigOf(θ), big.NewInt(v)
	mul := func(a, b *big.Int) *big.Int { r := new(big.Int).Mul(a, b); return r.Mod(r, q) }
	one := big.NewInt(1)
	// Divided by −θ: θ b² − (θ + θ²) b + v(v−1) − θ²(v−1) = 0.
	c1 := mul(T, new(big.Int).Add(T, one))
	c0 := new(big.Int).Sub(mul(V, new(big.Int).Sub(V, one)), mul(mul(T, T), new(big.Int).Sub(V, one)))
	disc := new(big.Int).Sub(mul(c1, c1), mul(big.NewInt(4), mul(T, c0)))
	root := new(big.Int).ModSqrt(disc.Mod(disc, q), q)
	if root == nil {
		return nil, false
	}
	b := mul(root.Add(root, c1), new(big.Int).ModInverse(mul(big.NewInt(2), T), q))
	return scalarOf(b), true
}

func bigOf(s *group.Scalar) *big.Int {
	b := s.Bytes()
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

func scalarOf(v *big.Int) *group.Scalar {
	b := v.FillBytes(make([]byte, 32))
	slices.Reverse(b)
	return group.NewScalar().SetWideBytes(b)
}

func TestForgeryXKnownBeforeX1AndX0(t *testing.T) {
	t.Parallel()
	b := lie(t, oneOf(3), 7, -3, 2)
	p, weak := newLiar(b.v, scalarsOf(7, -3, 2), b.r), weakness{lateX: true}
	θ, x := weak.run(b, &p.m, p.masks, p.open)
	b.v.solveX0(θ, x, &p.m)
	weak.forged(t, b, &p.m)
}

func TestForgeryXKnownBeforeD(t *testing.T) {
	t.Parallel()
	// Honest bits are committed, the ciphertext holds other votes.
	b := lie(t, oneOf(3), 1000, 0, 0)
	p, weak := newLiar(b.v, scalarsOf(0, 1, 0), b.r), weakness{lateD: true}
	θ, x := weak.run(b, &p.m, p.masks, p.open)
	b.v.solveD(θ, x, b.points, &p.m)
	weak.forged(t, b, &p.m)
}

func TestForgeryXKnownBeforeCa(t *testing.T) {
	t.Parallel()
	// The masks are not committed before x, so that f_e may be anything: it solves V2.
	b := lie(t, oneOf(3), 1000, 0, 0)
	p, weak := newLiar(b.v, scalarsOf(1000, 0, 0), b.r), weakness{lateCa: true}
	θ, x := weak.run(b, &p.m, p.masks, p.open)
	powers, fe := b.v.powers(θ), &p.m.f[len(p.m.f)-1]
	fe.Set(group.NewScalar())
	fe.Sub(group.NewScalar().MulAdd(x, &p.m.X1, &p.m.X0), b.v.rightV2(powers, x, p.m.f))
	b.v.solveCa(x, &p.m)
	weak.forged(t, b, &p.m)
}

func TestForgeryCiphertextsNotAbsorbed(t *testing.T) {
	t.Parallel()
	// The proof comes first, then B_1 is solved from V3: nobody knows what it holds.
	b := lie(t, oneOf(3), 0, 1, 0)
	p, weak := newLiar(b.v, scalarsOf(0, 1, 0), b.r), weakness{noCiphertext: true}
	weak.run(b, &p.m, p.masks, p.open)
	p.m.D.ScalarBaseMult(group.RandomScalar()) // any D; x must be drawn again
	θ, x := weak.run(b, &p.m, nothing, p.open)
	powers := b.v.powers(θ)
	// x θ^{B+1} ΔB_1 = right − left
	Δ := group.NewElement().ScalarMult(x, b.v.ciphertextSum(powers, b.points))
	Δ.Sub(b.v.linkPoint(powers, p.m.f), Δ.Add(Δ, &p.m.D))
	inv := group.NewScalar().Mul(x, &powers[b.v.B+1])
	Δ.ScalarMult(inv.Inv(inv), Δ)
	b.shift(0, Δ)
	require.False(t, Δ.IsIdentity())
	weak.forged(t, b, &p.m)
}

// shift adds Δ to B_(i+1).
func (b *voted) shift(i int, Δ *group.Element) {
	elements := make([]group.Element, len(b.points))
	for k := range b.points {
		elements[k].Set(b.points[k].Element())
	}
	at := &elements[b.v.at[i]]
	at.Add(at, Δ)
	b.setPoints(group.Affines(elements))
}

// TestForgeryMergedDAndCa: with V1 + V3 as one equation on C_a + D, a ciphertext
// with a part along H (or any G_j) passes, and no total that contains it can be
// decrypted.
func TestForgeryMergedDAndCa(t *testing.T) {
	t.Parallel()
	b := lie(t, oneOf(3), 0, 1, 0)
	δ := group.RandomScalar()
	b.shift(1, group.NewElement().ScalarMult(δ, generator(0)))
	p := newLiar(b.v, scalarsOf(0, 1, 0), b.r)
	θ, x := weakness{}.run(b, &p.m, p.masks, p.open)
	powers := b.v.powers(θ)
	zb := &p.m.zb // takes up x θ^{B+2} δ
	zb.MulAdd(group.NewScalar().Mul(x, &powers[b.v.B+2]), δ, zb)

	left := group.NewElement().Add(&p.m.Cb, b.v.ciphertextSum(powers, b.points))
	left.ScalarMult(x, left).Add(left, &p.m.Ca).Add(left, &p.m.D)
	right := commitment(p.m.f, zb)
	right.Add(right, b.v.linkPoint(powers, p.m.f))
	require.True(t, left.Equal(right), "the merged equation holds")
	v1, v2, v3 := b.v.equations(θ, x, b.points, &p.m)
	require.Equal(t, []bool{false, true, false}, []bool{v1, v2, v3})
	require.ErrorIs(t, b.verify(p.m.bytes()), ErrProof)
}

// TestForgeryEqualWeightsInTheLink: without a power of θ of its own for each
// position, votes move between positions under one key, and under several for a
// prover who knows their logarithms.
func TestForgeryEqualWeightsInTheLink(t *testing.T) {
	t.Parallel()
	b := lie(t, oneOf(5), 1+7, 0, 0, -7, 0)
	p := newLiar(b.v, scalarsOf(1, 0, 0, 0, 0), b.r)
	flat := func(θ *group.Scalar) []group.Scalar { // θ for every block and position
		powers := b.v.powers(θ)
		for k := 1; k < len(powers); k++ {
			powers[k].Set(θ)
		}
		return powers
	}
	θ, x := weakness{}.run(b, &p.m, func(θ *group.Scalar) {
		p.masks(θ)
		p.m.D.Set(b.v.linkPoint(flat(θ), p.a))
	}, p.open)
	left := group.NewElement().ScalarMult(x, b.v.ciphertextSum(flat(θ), b.points))
	require.True(t, left.Add(left, &p.m.D).Equal(b.v.linkPoint(flat(θ), p.m.f)), "the flat link holds")
	v1, v2, _ := b.v.equations(θ, x, b.points, &p.m)
	require.True(t, v1 && v2)
	require.ErrorIs(t, b.verify(p.m.bytes()), ErrProof)
	p.masks(θ) // and with the honest D it fails as well
	require.ErrorIs(t, b.verify(p.m.bytes()), ErrProof)
}

// TestForgeryKnownLogarithms: whoever knows the x_l can shift A_β and B_i so that
// Σ over one block stays in the span of one key; the separate powers catch it.
func TestForgeryKnownLogarithms(t *testing.T) {
	t.Parallel()
	b := lie(t, oneOf(3), 1, 0, 0)
	δ := group.RandomScalar()
	elements := make([]group.Element, len(b.points))
	for k := range b.points {
		elements[k].Set(b.points[k].Element())
	}
	// A_1 + δG and B_i + δ x_i G decrypts the same but is no encryption under r.
	elements[0].Add(&elements[0], group.NewElement().ScalarBaseMult(δ))
	for i := range 2 { // B_3 is left out: its vote is now −δ x_3
		s := group.NewScalar().Mul(δ, &b.x[i])
		elements[1+i].Add(&elements[1+i], group.NewElement().ScalarBaseMult(s))
	}
	b.setPoints(group.Affines(elements))
	for _, r := range []*group.Scalar{&b.r[0], group.NewScalar().Add(&b.r[0], δ)} {
		p := newLiar(b.v, scalarsOf(1, 0, 0), []group.Scalar{*group.NewScalar().Set(r)})
		θ, x := weakness{}.run(b, &p.m, p.masks, p.open)
		v1, v2, v3 := b.v.equations(θ, x, b.points, &p.m)
		require.Equal(t, []bool{true, true, false}, []bool{v1, v2, v3})
		require.ErrorIs(t, b.verify(p.m.bytes()), ErrProof)
	}
}

// TestProofOrderIsTheSpecs pins the order of the moves to docs/spec/bit-vector.md.
func TestProofOrderIsTheSpecs(t *testing.T) {
	t.Parallel()
	b := vote(t, oneOf(2), 2, []byte{1, 0})
	proof := b.prove()
	p := transcript.New("bit-vector", [32]byte{1}).Bytes(b.keys.Bytes())
	digest := b.v.rel.digest()
	q := p.Fixed(digest[:]).Bytes([]byte("ctx")).Fixed(b.ct).Prove()
	q.Encoded(proof[:32])
	θ := q.Challenge()
	q.Encoded(proof[32:160])
	x := q.Challenge()
	m := readMoves(t, b.v, proof)
	require.True(t, b.v.accepts(θ, x, b.points, m))
	require.Equal(t, proof, m.bytes())
}

func readMoves(t *testing.T, v *BitVector, proof []byte) *moves {
	m := &moves{f: make([]group.Scalar, v.m+v.B+1)}
	field := func() (b []byte) { b, proof = proof[:32], proof[32:]; return b }
	for _, e := range []*group.Element{&m.Cb, &m.Ca, &m.D} {
		_, err := e.SetCanonicalBytes(field())
		require.NoError(t, err)
	}
	scalars := []*group.Scalar{&m.X1, &m.X0}
	for j := range m.f {
		scalars = append(scalars, &m.f[j])
	}
	for _, s := range append(scalars, &m.zb) {
		_, err := s.SetCanonicalBytes(field())
		require.NoError(t, err)
	}
	return m
}
