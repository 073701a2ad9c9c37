package mixnet

import (
	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// multiexpProver is the prover of the multi-exponentiation argument (Bayer–Groth
// 2012, section 4) for rows of blocks: Σ_i u_i E_i = Enc(0; ρ) + Σ_i b_i E'_i, with
// b_1..b_m committed in c_B.
type multiexpProver struct {
	shape shape
	keys  *elgamal.PublicKey
	b     [][]group.Scalar // b_0..b_m; b_0 is a mask
	s     []group.Scalar   // openings of c_{B,1}..c_{B,m}, and of c_{b,0} first
	β, τ  [][]group.Scalar // masks of E_k, k = 0..2m−1; β_m = 0 and τ_m = ρ
	σ     []group.Scalar   // openings of c_k, k = 0..2m−1; σ_m = 0
	ρ     []group.Scalar
	out   matrix
}

// commit returns c_{b,0}, c_k for k ≠ m, and E_k for k ≠ m.
func (a *multiexpProver) commit(from nonces) []group.Element {
	m, n, c := len(a.b), len(a.b[0]), a.shape.plaintexts()
	a.b = append([][]group.Scalar{draw(from, n)}, a.b...)
	a.s = append([]group.Scalar{*from()}, a.s...)
	a.σ, a.β, a.τ = draw(from, 2*m), make([][]group.Scalar, 2*m), make([][]group.Scalar, 2*m)
	for k := range a.β {
		a.β[k], a.τ[k] = draw(from, c), draw(from, len(a.shape))
	}
	a.σ[m].Set(group.NewScalar())
	a.β[m], a.τ[m] = make([]group.Scalar, c), a.ρ
	out := []group.Element{*com(a.b[0], &a.s[0])}
	E := a.out.diagonals(a.b)
	var Es []group.Element
	for k := range E {
		if k == m {
			continue
		}
		out = append(out, *com(a.β[k], &a.σ[k]))
		a.shape.addEncryption(a.keys, E[k], a.β[k], a.τ[k])
		Es = append(Es, E[k]...)
	}
	return append(out, Es...)
}

// respond returns b = Σ x^j b_j, s, β = Σ x^k β_k, σ, τ = Σ x^k τ_k.
func (a *multiexpProver) respond(x *group.Scalar) []group.Scalar {
	up := powers(x, len(a.σ))
	out := append(combine(len(a.b[0]), up, a.b), *dot(up[:len(a.s)], a.s))
	out = append(append(out, combine(len(a.β[0]), up, a.β)...), *dot(up, a.σ))
	return append(out, combine(len(a.shape), up, a.τ)...)
}

// multiexp is its verifier.
type multiexp struct {
	layout
	shape   shape
	rows    int            // N: the others are padding
	u       []group.Scalar // u_1..u_N at least
	B       []group.Affine // c_{B,1}..c_{B,m}
	in, out proofs.Base
}

func multiexpElements(l layout, s shape) int { return 2*l.m + (2*l.m-1)*s.elements() }
func multiexpScalars(l layout, s shape) int  { return l.n + 1 + s.plaintexts() + 1 + len(s) }

// equations adds U6, U7 and, for each of the P components of a row, U8.
func (a *multiexp) equations(c *proofs.Claim, x *group.Scalar, first []group.Affine, last []group.Scalar) {
	up := powers(x, 2*a.m)
	b, last := last[:a.n], last[a.n:]
	s, β, last := &last[0], last[1:1+a.shape.plaintexts()], last[1+a.shape.plaintexts():]
	σ, τ := &last[0], last[1:]

	Cb := published(&first[0])
	for j := range a.m {
		Cb.plus(&up[j+1], &a.B[j])
	}
	Cb.opens(c, b, s) // U6: c_{b,0} + Σ_{j≥1} x^j c_{B,j} − Com(b; s) = O
	first = first[1:]

	sent := append(append([]group.Scalar{}, up[:a.m]...), up[a.m+1:]...) // x^k, k ≠ m
	Ck := new(form)
	for k := range sent {
		Ck.plus(&sent[k], &first[k])
	}
	Ck.opens(c, β, σ) // U7: Σ_{k≠m} x^k c_k − Com(β; σ) = O
	a.addU8(c, up, b, β, τ, sent, first[len(sent):])
}

// addU8 adds, for component p of a row,
// Σ_{k≠m} x^k E_{k,p} + x^m Σ_i u_i E_{i,p} − Enc(β; τ)_p − Σ_i x^{m−i} (b·E'_i)_p = O.
func (a *multiexp) addU8(c *proofs.Claim, up, b, β, τ, sent []group.Scalar, E []group.Affine) {
	in, out := make([]group.Scalar, a.rows), make([]group.Scalar, a.rows)
	down := reversed(up[:a.m]) // x^{m−i}, i = 1..m
	t := group.NewScalar()
	for i := range in {
		in[i].Mul(&up[a.m], &a.u[i])
		out[i].Neg(t.Mul(&down[i/a.n], &b[i%a.n]))
	}
	P := a.shape.elements()
	c.Grow(P*len(sent), P*(2*a.rows+2))
	for p, at := range a.shape.components() {
		c.Equation() // U8
		for k := range sent {
			c.Add(&sent[k], &E[k*P+p])
		}
		for i := range in {
			c.AddShared(a.in+proofs.Base(i*P+p), &in[i])
			c.AddShared(a.out+proofs.Base(i*P+p), &out[i])
		}
		if at.key < 0 {
			c.AddShared(proofs.BaseG, t.Neg(&τ[at.block]))
			continue
		}
		c.AddShared(proofs.BaseG, t.Neg(&β[at.plaintext]))
		c.AddShared(proofs.BaseKey(at.key), t.Neg(&τ[at.block]))
	}
}
