package mixnet

import (
	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
	"veche.example/proofs"
)

// zeroProver is the prover of the zero argument (Bayer–Groth 2012, section 5.2):
// the committed vectors f_1..f_m and g_0..g_{m-1} have Σ_i f_i * g_{i-1} = 0 under
// the map v * w = Σ_j v_j w_j ψ^j.
type zeroProver struct {
	ψ       []group.Scalar   // ψ^1..ψ^n
	f, g    [][]group.Scalar // f_0..f_m and g_0..g_m; f_0 and g_m are masks
	rf, rg  []group.Scalar   // their openings
	t       []group.Scalar   // openings of c_{D,k}
	m, size int
}

// newZeroProver takes f_1..f_m and g_0..g_{m-1} with their openings.
func newZeroProver(ψ []group.Scalar, f, g [][]group.Scalar, rf, rg []group.Scalar) *zeroProver {
	z := &zeroProver{ψ: ψ, m: len(f), size: len(ψ)}
	z.f, z.g = append([][]group.Scalar{nil}, f...), append(append([][]group.Scalar{}, g...), nil)
	z.rf, z.rg = append(make([]group.Scalar, 1), rf...), append(append([]group.Scalar{}, rg...), group.Scalar{})
	return z
}

// commit returns c_{F,0}, c_{G,m} and c_{D,k} for k = 0..2m, k ≠ m+1.
func (z *zeroProver) commit(work *work, from nonces) []group.Element {
	z.f[0], z.g[z.m] = draw(from, z.size), draw(from, z.size)
	z.rf[0].Set(from())
	z.rg[z.m].Set(from())
	z.t = draw(from, 2*z.m+1)
	z.t[z.m+1].Set(group.NewScalar())
	out := comAll(work, [][]group.Scalar{z.f[0], z.g[z.m]}, []group.Scalar{z.rf[0], z.rg[z.m]})
	for k, d := range z.diagonals(work) {
		if k != z.m+1 {
			out = append(out, *com([]group.Scalar{d}, &z.t[k]))
		}
	}
	return out
}

// diagonals returns d_k = Σ_{i−j = k−m} f_i * g_j.
func (z *zeroProver) diagonals(work *work) []group.Scalar {
	d := make([]group.Scalar, 2*z.m+1)
	for i := range z.f {
		work.step(0, func() {
			weighted := times(z.f[i], z.ψ)
			parallel.For(z.m+1, 1, func(lo, hi int) {
				for j := lo; j < hi; j++ {
					k := i + z.m - j
					d[k].Add(&d[k], dot(weighted, z.g[j])) // f_i * g_j
				}
			})
		})
	}
	return d
}

// respond returns f = Σ x^i f_i, r_f, g = Σ x^{m−j} g_j, r_g, t = Σ x^k t_k.
func (z *zeroProver) respond(x *group.Scalar) []group.Scalar {
	up := powers(x, 2*z.m+1)
	down := reversed(up[:z.m+1])
	out := combine(z.size, up, z.f)
	out = append(out, *dot(up[:z.m+1], z.rf))
	out = append(append(out, combine(z.size, down, z.g)...), *dot(down, z.rg))
	return append(out, *dot(up, z.t))
}

// zero is its verifier: F_1..F_m and G_0..G_{m-1} are the commitments.
type zero struct {
	ψ    []group.Scalar // ψ^1..ψ^n
	F, G []*form
}

func zeroElements(l layout) int { return 2 + 2*l.m }
func zeroScalars(l layout) int  { return 2*l.n + 3 }

// equations adds U1, U2 and U3.
func (z *zero) equations(c *proofs.Claim, x *group.Scalar, first []group.Affine, last []group.Scalar) {
	m, n := len(z.F), len(z.ψ)
	up := powers(x, 2*m+1)
	f, rf, g, rg, t := last[:n], &last[n], last[n+1:2*n+1], &last[2*n+1], &last[2*n+2]
	F, G := published(&first[0]), published(&first[1])
	for i := range m {
		F.plusForm(&up[i+1], z.F[i])
		G.plusForm(&up[m-i], z.G[i])
	}
	F.opens(c, f, rf) // U1: Σ_{i≤m} x^i c_{F,i} − Com(f; r_f) = O
	G.opens(c, g, rg) // U2: Σ_{j≤m} x^{m−j} c_{G,j} − Com(g; r_g) = O
	D := new(form)
	for k := range 2*m + 1 {
		if k <= m {
			D.plus(&up[k], &first[2+k])
		} else if k > m+1 {
			D.plus(&up[k], &first[1+k])
		}
	}
	D.opens(c, []group.Scalar{*dot(times(f, z.ψ), g)}, t) // U3: Σ_{k≠m+1} x^k c_{D,k} − Com(f * g; t) = O
}
