package mixnet

import (
	"veche.example/elgamal/group"
)

// The product argument (Bayer–Groth 2012, section 5): the committed vectors
// d_1..d_m of n scalars have Π_{i,j} d_{i,j} = e. For m > 1 it is a Hadamard product
// argument (section 5.1), which becomes a zero argument, and a single value product
// argument on the Hadamard product; for m = 1 it is the latter alone.

// hadamardProver knows d_1..d_m, m ≥ 2, and commits to the partial products
// p_i = d_1 ∘ … ∘ d_i.
type hadamardProver struct {
	d, p   [][]group.Scalar
	rd, rp []group.Scalar // openings
}

func newHadamardProver(d [][]group.Scalar, rd []group.Scalar) *hadamardProver {
	h := &hadamardProver{d: d, rd: rd, p: [][]group.Scalar{d[0]}}
	for i := 1; i < len(d); i++ {
		h.p = append(h.p, times(h.p[i-1], d[i]))
	}
	return h
}

// commit returns c_{P,2}..c_{P,m}; c_{P,1} is the commitment to d_1.
func (h *hadamardProver) commit(work *work, from nonces) []group.Element {
	h.rp = append([]group.Scalar{h.rd[0]}, draw(from, len(h.d)-1)...)
	return comAll(work, h.p[1:], h.rp[1:])
}

// single proves the product of p_m.
func (h *hadamardProver) single() *singleProver {
	m := len(h.d)
	return newSingleProver(h.p[m-1], &h.rp[m-1])
}

// zero proves d_{i+1} ∘ p_i = p_{i+1}, all at once: with f_i = d_{i+1} for i < m,
// f_m = −1, g_{i−1} = θ^i p_i for i < m and g_{m−1} = Σ_{i<m} θ^i p_{i+1}.
func (h *hadamardProver) zero(θ, ψ *group.Scalar) *zeroProver {
	m, n := len(h.d), len(h.d[0])
	weights := powers(θ, m)[1:]
	f := append(append([][]group.Scalar{}, h.d[1:]...), constant(n, minusOne))
	rf := append(append([]group.Scalar{}, h.rd[1:]...), *group.NewScalar())
	g, rg := make([][]group.Scalar, m), make([]group.Scalar, m)
	for i := range m - 1 {
		g[i] = combine(n, weights[i:i+1], h.p[i:i+1])
		rg[i].Mul(&weights[i], &h.rp[i])
	}
	g[m-1] = combine(n, weights, h.p[1:])
	rg[m-1].Set(dot(weights, h.rp[1:]))
	return newZeroProver(powers(ψ, n+1)[1:], f, g, rf, rg)
}

// hadamard is its verifier: C_1..C_m commit to d_1..d_m, P_2..P_m are published.
type hadamard struct {
	n int
	C []*form
	P []group.Affine
}

func hadamardElements(l layout) int { return l.m - 1 }

// single returns the statement about p_m.
func (h *hadamard) single(e *group.Scalar) *single {
	return &single{h.n, published(&h.P[len(h.P)-1]), e}
}

// zero returns the statement that the Hadamard product argument comes to.
func (h *hadamard) zero(θ, ψ *group.Scalar) *zero {
	m := len(h.C)
	weights := powers(θ, m)[1:]
	z := &zero{ψ: powers(ψ, h.n+1)[1:], F: append([]*form{}, h.C[1:]...)}
	all := new(form)
	all.ones.Set(minusOne)
	z.F = append(z.F, all)
	last := new(form)
	for i := range m - 1 {
		P := h.C[0]
		if i > 0 {
			P = published(&h.P[i-1])
		}
		z.G = append(z.G, new(form).plusForm(&weights[i], P))
		last.plus(&weights[i], &h.P[i])
	}
	z.G = append(z.G, last)
	return z
}
