package proofs

import (
	"fmt"

	"veche.example/elgamal/group"
)

// Encrypt returns the ciphertexts of the votes M b of bits b, each 0 or 1, with
// one randomiser for each block, uniform and used once. Constant time.
func (v *BitVector) Encrypt(b []byte, r []group.Scalar) []byte {
	v.checkWitness(b, r)
	halfG := &group.Affines([]group.Element{*group.NewElement().ScalarBaseMult(half)})[0]
	out := make([]group.Element, v.n+v.B)
	halves := halved(r)
	for β, at := range v.atA {
		out[at].ScalarBaseMult(&halves[β])
	}
	for i, at := range v.at {
		v.halfVote(out[at].Set(identity), i, b, halfG)
		v.keys.MulAdd(&out[at], v.key[i], &halves[v.block[i]])
	}
	return group.AppendDoubled(nil, out)
}

var identity = group.NewElement()

// halfVote adds ½ v_i G = Σ_j M_ij b_j (½ G) to dst.
func (v *BitVector) halfVote(dst *group.Element, i int, b []byte, halfG *group.Affine) {
	if row := v.rows[i]; len(row) == 1 && row[0].unit {
		dst.CondAddAffine(dst, halfG, int(b[row[0].bit]))
		return
	}
	vote, bit := group.NewScalar(), group.NewScalar()
	for k := range v.rows[i] {
		t := &v.rows[i][k]
		vote.MulAdd(&t.coef, bit.SetUint64(uint64(b[t.bit])), vote)
	}
	group.GeneratorTable().AddScalarMult(dst, vote.Halve(vote))
}

func halved(s []group.Scalar) []group.Scalar {
	h := make([]group.Scalar, len(s))
	for k := range s {
		h[k].Halve(&s[k])
	}
	return h
}

func (v *BitVector) checkWitness(b []byte, r []group.Scalar) {
	if len(b) != v.m || len(r) != v.B {
		panic(fmt.Sprintf("proofs: %d bits and %d randomisers needed", v.m, v.B))
	}
}

// Prove returns the proof for what Encrypt returned from the same bits and
// randomisers. All its randomness comes from the seed and the statement, so
// that it can be rebuilt byte for byte; a seed is secret and used for one
// statement. Bits that break the relation give a proof that does not verify.
// Constant time.
func (v *BitVector) Prove(context, ciphertext, b []byte, r []group.Scalar, seed *[32]byte) []byte {
	v.checkWitness(b, r)
	p := v.bind(context, ciphertext).Prove()
	nonces := p.SeededNonces(seed, appendScalars(append([]byte(nil), b...), r), bitProtocol)
	draw := func(n int) []group.Scalar {
		s := make([]group.Scalar, n)
		for k := range s {
			s[k].Set(nonces.Scalar())
		}
		return s
	}
	w := v.witness(b, r, nonces.Scalar())
	a := draw(len(w))
	ρ := draw(2) // ρ_b, ρ_a
	commitments := v.commit(b, w, a, ρ)
	p.Encoded(commitments[:32]) // C_b
	θ := v.powers(p.Challenge())
	p.Encoded(commitments[32:]) // C_a
	p.Encoded(v.proveD(θ, a))
	X1, X0 := v.proveX(θ, w, a)
	p.Scalar(X1)
	p.Scalar(X0)
	x, f := p.Challenge(), group.NewScalar()
	for j := range w {
		p.Scalar(f.MulAdd(&w[j], x, &a[j])) // f_j = w_j x + a_j
	}
	p.Scalar(f.MulAdd(&ρ[0], x, &ρ[1])) // z_b = ρ_b x + ρ_a
	return p.Proof()
}

// witness returns w = (b_1..b_m, r_1..r_B, e).
func (v *BitVector) witness(b []byte, r []group.Scalar, e *group.Scalar) []group.Scalar {
	w := make([]group.Scalar, v.m+v.B+1)
	for j := range b {
		w[j].SetUint64(uint64(b[j]))
	}
	for β := range r {
		w[v.m+β].Set(&r[β])
	}
	w[v.m+v.B].Set(e)
	return w
}

// commit returns the encodings of C_b = Com(w; ρ_b) and C_a = Com(a; ρ_a). It
// computes both with halved scalars, so that one shared inversion encodes them.
func (v *BitVector) commit(b []byte, w, a, ρ []group.Scalar) []byte {
	halves, _ := provingKey(len(w))
	ρ = halved(ρ)
	C := make([]group.Element, 2)
	addCom(C[0].Set(identity), 0, ρ[:1])
	for j := range b { // a bit costs one conditional addition
		C[0].CondAddAffine(&C[0], &halves[1+j], int(b[j]))
	}
	addCom(&C[0], 1+v.m, halved(w[v.m:]))
	addCom(C[1].Set(identity), 0, ρ[1:])
	addCom(&C[1], 1, halved(a))
	return group.AppendDoubled(nil, C)
}

// proveD returns the encoding of D, the left-hand side of V3 for the masks.
func (v *BitVector) proveD(θ, a []group.Scalar) []byte {
	g, y := v.link(θ, a)
	D := v.keys.MulSum(halved(y))
	group.GeneratorTable().AddScalarMult(D, g.Halve(g))
	return group.AppendDoubled(nil, []group.Element{*D})
}

// proveX returns X1 = Σ_j θ^j a_j (1 − 2 b_j) + Σ_l θ^{m+l} Σ_j K_lj a_j + e and
// X0 = −Σ_j θ^j a_j² + a_e.
func (v *BitVector) proveX(θ, w, a []group.Scalar) (X1, X0 *group.Scalar) {
	X1 = group.NewScalar().Set(&w[v.m+v.B])
	X0 = group.NewScalar()
	t := group.NewScalar()
	for j := range v.m {
		t.Sub(one, t.Add(&w[j], &w[j]))
		X1.MulAdd(&θ[1+j], t.Mul(t, &a[j]), X1)
		X0.MulAdd(&θ[1+j], t.Mul(&a[j], &a[j]), X0)
	}
	for l := range v.cons {
		X1.MulAdd(&θ[v.m+1+l], linear(t, v.cons[l], a), X1)
	}
	return X1, X0.Sub(&a[v.m+v.B], X0)
}
