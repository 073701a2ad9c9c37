package mixnet

import (
	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// singleProver is the prover of the single value product argument (Bayer–Groth
// 2012, section 5.3; Groth 2010): the committed vector v of n ≥ 2 scalars has
// Π v_j = e.
type singleProver struct {
	v, d, b, δ    []group.Scalar // b_j = v_1 ⋯ v_j
	ρ, ρd, sδ, sΔ group.Scalar
}

func newSingleProver(v []group.Scalar, ρ *group.Scalar) *singleProver {
	s := &singleProver{v: v, b: make([]group.Scalar, len(v))}
	s.ρ.Set(ρ)
	s.b[0].Set(&v[0])
	for j := 1; j < len(v); j++ {
		s.b[j].Mul(&s.b[j-1], &v[j])
	}
	return s
}

// commit returns c_d, c_δ and c_Δ.
func (s *singleProver) commit(work *work, from nonces) []group.Element {
	n := len(s.v)
	s.d, s.δ = draw(from, n), draw(from, n)
	s.δ[0].Set(&s.d[0])
	s.δ[n-1].Set(group.NewScalar())
	s.ρd.Set(from())
	s.sδ.Set(from())
	s.sΔ.Set(from())
	low, mid := make([]group.Scalar, n-1), make([]group.Scalar, n-1)
	t := group.NewScalar()
	for j := range n - 1 {
		low[j].Neg(low[j].Mul(&s.δ[j], &s.d[j+1])) // −δ_j d_{j+1}
		t.MulAdd(&s.v[j+1], &s.δ[j], t.Mul(&s.b[j], &s.d[j+1]))
		mid[j].Sub(&s.δ[j+1], t) // δ_{j+1} − v_{j+1} δ_j − b_j d_{j+1}
	}
	return comAll(work, [][]group.Scalar{s.d, low, mid}, []group.Scalar{s.ρd, s.sδ, s.sΔ})
}

// respond returns ṽ, ρ̃, b̃_2..b̃_{n−1}, s̃.
func (s *singleProver) respond(x *group.Scalar) []group.Scalar {
	n := len(s.v)
	out := make([]group.Scalar, 0, 2*n)
	mask := func(value, mask *group.Scalar) { out = append(out, *group.NewScalar().MulAdd(x, value, mask)) }
	for j := range n {
		mask(&s.v[j], &s.d[j])
	}
	mask(&s.ρ, &s.ρd)
	for j := 1; j < n-1; j++ {
		mask(&s.b[j], &s.δ[j])
	}
	mask(&s.sΔ, &s.sδ)
	return out
}

// single is its verifier.
type single struct {
	n int
	V *form // commitment to v
	e *group.Scalar
}

const singleElements = 3

func singleScalars(l layout) int { return 2 * l.n }

// equations adds U4 and U5. The verifier itself sets b̃_1 = ṽ_1 and b̃_n = x e.
func (s *single) equations(c *proofs.Claim, x *group.Scalar, first []group.Affine, last []group.Scalar) {
	n := s.n
	v, ρ, sΔ := last[:n], &last[n], &last[2*n-1]
	b := make([]group.Scalar, n)
	b[0].Set(&v[0])
	for j := 1; j < n-1; j++ {
		b[j].Set(&last[n+j])
	}
	b[n-1].Mul(x, s.e)
	published(&first[0]).plusForm(x, s.V).opens(c, v, ρ) // U4: x c_v + c_d − Com(ṽ; ρ̃) = O
	steps, t := make([]group.Scalar, n-1), group.NewScalar()
	for j := range steps {
		steps[j].Sub(t.Mul(x, &b[j+1]), steps[j].Mul(&b[j], &v[j+1]))
	}
	published(&first[1]).plus(x, &first[2]).opens(c, steps, sΔ) // U5: x c_Δ + c_δ − Com(x b̃_{j+1} − b̃_j ṽ_{j+1}; s̃) = O
}
