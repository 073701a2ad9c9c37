package mixnet

import (
	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// multiexpProver is the prover of the multi-exponentiation argument (Bayer–Groth
// 2012, section 4) for rows of blocks: Σ_i u_i E_i = Enc(0; ρ) + Σ_i b_i E'_i, with b
// committed in c_B, κ commitments for each of the μ wide rows.
type multiexpProver struct {
	shape shape
	keys  *elgamal.PublicKey
	n     int              // numbers in a commitment
	b     [][]group.Scalar // b_0..b_μ, κn numbers each; b_0 is a mask
	s     [][]group.Scalar // openings of c_{b,0} and of c_B, κ for each wide row
	β, τ  [][]group.Scalar // masks of E_k, k = 0..2μ−1; β_μ = 0 and τ_μ = ρ
	σ     []group.Scalar   // openings of c_k, k = 0..2μ−1; σ_μ = 0
	ρ     []group.Scalar
	out   matrix
}

// commit returns c_{b,0}, c_k for k ≠ μ, and E_k for k ≠ μ.
func (a *multiexpProver) commit(work *work, from nonces) []group.Element {
	μ, c := len(a.b), a.shape.plaintexts()
	a.b = append([][]group.Scalar{draw(from, len(a.b[0]))}, a.b...)
	a.s = append([][]group.Scalar{draw(from, len(a.s[0]))}, a.s...)
	a.σ, a.β, a.τ = draw(from, 2*μ), make([][]group.Scalar, 2*μ), make([][]group.Scalar, 2*μ)
	for k := range a.β {
		a.β[k], a.τ[k] = draw(from, c), draw(from, len(a.shape))
	}
	a.σ[μ].Set(group.NewScalar())
	a.β[μ], a.τ[μ] = make([]group.Scalar, c), a.ρ
	out := comAll(work, cut(a.b[0], a.n), a.s[0])
	E := a.out.diagonals(work, a.b)
	var Es []group.Element
	for k := range E {
		if k == μ {
			continue
		}
		out = append(out, *com(a.β[k], &a.σ[k]))
		a.shape.addEncryption(a.keys, E[k], a.β[k], a.τ[k])
		Es = append(Es, E[k]...)
	}
	return append(out, Es...)
}

// respond returns b = Σ x^j b_j, s = Σ x^j s_j, β = Σ x^k β_k, σ, τ = Σ x^k τ_k.
func (a *multiexpProver) respond(x *group.Scalar) []group.Scalar {
	up := powers(x, len(a.σ))
	out := append(combine(len(a.b[0]), up, a.b), combine(len(a.s[0]), up, a.s)...)
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

func multiexpElements(l layout, s shape) int { return l.κ + (2*l.wide().m-1)*(1+s.elements()) }
func multiexpScalars(l layout, s shape) int {
	return l.wide().n + l.κ + s.plaintexts() + 1 + len(s)
}

// multiexpAnswer is what the verifier reads behind x.
type multiexpAnswer struct {
	b, s, β []group.Scalar
	σ       *group.Scalar
	τ       []group.Scalar
}

func (a *multiexp) answer(last []group.Scalar) *multiexpAnswer {
	n, c := a.wide().n, a.shape.plaintexts()
	r := &multiexpAnswer{b: last[:n], s: last[n : n+a.κ]}
	last = last[n+a.κ:]
	r.β, r.σ, r.τ = last[:c], &last[c], last[c+1:]
	return r
}

// equations adds U6 for each of the κ commitments of a wide row, U7 and, for each of
// the P components of a row, U8.
func (a *multiexp) equations(c *proofs.Claim, x *group.Scalar, first []group.Affine, last []group.Scalar) {
	μ, r := a.m/a.κ, a.answer(last)
	up := powers(x, 2*μ)
	for q := range a.κ {
		Cb := published(&first[q])
		for j := range μ {
			Cb.plus(&up[j+1], &a.B[j*a.κ+q])
		}
		Cb.opens(c, r.b[q*a.n:(q+1)*a.n], &r.s[q]) // U6: c_{b,0,q} + Σ_{j≥1} x^j c_{B,(j−1)κ+q} − Com(b_q; s_q) = O
	}
	first = first[a.κ:]

	sent := append(append([]group.Scalar{}, up[:μ]...), up[μ+1:]...) // x^k, k ≠ μ
	Ck := new(form)
	for k := range sent {
		Ck.plus(&sent[k], &first[k])
	}
	Ck.opens(c, r.β, r.σ) // U7: Σ_{k≠μ} x^k c_k − Com(β; σ) = O
	a.addU8(c, up, r, sent, first[len(sent):])
}

// addU8 adds, for component p of a row,
// Σ_{k≠μ} x^k E_{k,p} + x^μ Σ_i u_i E_{i,p} − Enc(β; τ)_p − Σ_i x^{μ−i} (b·E'_i)_p = O.
func (a *multiexp) addU8(c *proofs.Claim, up []group.Scalar, r *multiexpAnswer, sent []group.Scalar, E []group.Affine) {
	in, out := make([]group.Scalar, a.rows), make([]group.Scalar, a.rows)
	wide := a.wide()
	down := reversed(up[:wide.m]) // x^{μ−i}, i = 1..μ
	t := group.NewScalar()
	for i := range in {
		in[i].Mul(&up[wide.m], &a.u[i])
		out[i].Neg(t.Mul(&down[i/wide.n], &r.b[i%wide.n]))
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
			c.AddShared(proofs.BaseG, t.Neg(&r.τ[at.block]))
			continue
		}
		c.AddShared(proofs.BaseG, t.Neg(&r.β[at.plaintext]))
		c.AddShared(proofs.BaseKey(at.key), t.Neg(&r.τ[at.block]))
	}
}
