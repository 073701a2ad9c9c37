package mixnet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// The extractors rewind a prover to its first message, ask for answers to several
// challenges, and find the witness by interpolation.

// rewound is one first message with several answers.
type rewound struct {
	first []group.Affine
	x     []group.Scalar
	last  [][]group.Scalar
}

func rewind(a argument, times int) *rewound {
	r := &rewound{first: group.Affines(a.commit(idle(), group.RandomScalar)), x: draw(group.RandomScalar, times)}
	for k := range r.x {
		r.last = append(r.last, a.respond(&r.x[k]))
	}
	return r
}

// accepted requires that the verifier accepts every answer.
func (r *rewound) accepted(t *testing.T, x *mix, equations func(c *proofs.Claim, in, out proofs.Base, x *group.Scalar, first []group.Affine, last []group.Scalar)) {
	for k := range r.x {
		require.True(t, holds(x, func(c *proofs.Claim, in, out proofs.Base) { equations(c, in, out, &r.x[k], r.first, r.last[k]) }))
	}
}

// coefficients returns v_0, v_1, … for answers from, to that are Σ_{j≤degree} x^j v_j.
func (r *rewound) coefficients(degree, from, to int) [][]group.Scalar {
	matrix := make([][]group.Scalar, degree+1)
	answers := make([][]group.Scalar, degree+1)
	for k := range matrix {
		matrix[k] = powers(&r.x[k], degree+1)
		answers[k] = r.last[k][from:to]
	}
	inverse := invertMatrix(matrix)
	out := make([][]group.Scalar, degree+1)
	for j := range out {
		out[j] = combine(to-from, inverse[j], answers)
	}
	return out
}

func requireOpens(t *testing.T, f *form, v []group.Scalar, ρ *group.Scalar) {
	t.Helper()
	require.True(t, f.value(len(v)).Equal(com(v, ρ)))
}

func TestZeroExtractor(t *testing.T) {
	t.Parallel()
	x := newMix(t, 1, 1, 1)
	for _, l := range []layout{{2, 2, 1}, {3, 4, 1}} {
		m, n := l.m, l.n
		ψ := powers(group.RandomScalar(), n+1)[1:]
		f, g := l.cut(draw(group.RandomScalar, l.size())), l.cut(draw(group.RandomScalar, l.size()))
		star := func(v, w []group.Scalar) *group.Scalar { return dot(times(v, ψ), w) }
		sum := group.NewScalar()
		for i := range f {
			sum.Add(sum, star(f[i], g[i]))
		}
		// Make the sum zero with the first coordinate of the last g.
		inv := group.NewScalar().Mul(&f[m-1][0], &ψ[0])
		g[m-1][0].Sub(&g[m-1][0], sum.Mul(sum, inv.Inv(inv)))
		rf, rg := draw(group.RandomScalar, m), draw(group.RandomScalar, m)
		p := newZeroProver(ψ, f, g, rf, rg)
		z := &zero{ψ: ψ}
		for i := range f {
			C := group.Affines([]group.Element{*com(f[i], &rf[i]), *com(g[i], &rg[i])})
			z.F, z.G = append(z.F, published(&C[0])), append(z.G, published(&C[1]))
		}
		r := rewind(argument{"", p.commit, p.respond}, 2*m+2)
		r.accepted(t, x, func(c *proofs.Claim, _, _ proofs.Base, x *group.Scalar, first []group.Affine, last []group.Scalar) {
			z.equations(c, x, first, last)
		})
		up, down := r.coefficients(m, 0, n+1), r.coefficients(m, n+1, 2*n+2)
		got := group.NewScalar()
		for i := range m {
			fi, gi := up[i+1], down[m-i]
			requireOpens(t, z.F[i], fi[:n], &fi[n])
			requireOpens(t, z.G[i], gi[:n], &gi[n])
			got.Add(got, star(fi[:n], gi[:n]))
		}
		require.True(t, got.IsZero(), "the extracted witness satisfies the statement")
		d := r.coefficients(2*m, 2*n+2, 2*n+3)
		require.True(t, d[m+1][0].IsZero())
	}
}

// TestZeroArgumentOfAFalseStatement: with Σ f_i * g_{i−1} ≠ 0 an honest run fails, and
// c_{D,m+1} = O is why.
func TestZeroArgumentOfAFalseStatement(t *testing.T) {
	t.Parallel()
	x, l := newMix(t, 1, 1, 1), layout{3, 4, 1}
	f, g := l.cut(draw(group.RandomScalar, 12)), l.cut(draw(group.RandomScalar, 12))
	rf, rg := draw(group.RandomScalar, 3), draw(group.RandomScalar, 3)
	p := newZeroProver(powers(group.RandomScalar(), 5)[1:], f, g, rf, rg)
	z := &zero{ψ: p.ψ}
	for i := range f {
		C := group.Affines([]group.Element{*com(f[i], &rf[i]), *com(g[i], &rg[i])})
		z.F, z.G = append(z.F, published(&C[0])), append(z.G, published(&C[1]))
	}
	e := run(argument{"", p.commit, p.respond})
	require.False(t, holds(x, func(c *proofs.Claim, _, _ proofs.Base) { z.equations(c, e.x, e.first, e.last) }))
	// A verifier that took c_{D,m+1} from the prover would accept.
	missing := com([]group.Scalar{p.diagonals(idle())[4]}, group.NewScalar())
	missing.ScalarMult(&powers(e.x, 5)[4], missing)
	D := group.Affines([]group.Element{*missing})
	require.True(t, holds(x, func(c *proofs.Claim, _, _ proofs.Base) {
		z.equations(c, e.x, e.first, e.last)
		c.Add(one, &D[0])
	}))
}

func TestSingleExtractor(t *testing.T) {
	t.Parallel()
	x := newMix(t, 1, 1, 1)
	for _, n := range []int{2, 3, 6} {
		v, ρ, e := draw(group.RandomScalar, n), group.RandomScalar(), group.NewScalar().Set(one)
		for j := range v {
			e.Mul(e, &v[j])
		}
		p := newSingleProver(v, ρ)
		C := group.Affines([]group.Element{*com(v, ρ)})
		s := &single{n, published(&C[0]), e}
		r := rewind(argument{"", p.commit, p.respond}, 3)
		r.accepted(t, x, func(c *proofs.Claim, _, _ proofs.Base, x *group.Scalar, first []group.Affine, last []group.Scalar) {
			s.equations(c, x, first, last)
		})
		got := r.coefficients(1, 0, 2*n)[1]
		requireOpens(t, s.V, got[:n], &got[n])
		product := group.NewScalar().Set(one)
		for j := range n {
			product.Mul(product, &got[j])
			if j > 0 && j < n-1 {
				require.True(t, product.Equal(&got[n+j]), "b_%d", j+1)
			}
		}
		require.True(t, product.Equal(e))
		s.e.Add(s.e, one) // a false statement
		require.False(t, holds(x, func(c *proofs.Claim, _, _ proofs.Base) { s.equations(c, &r.x[0], r.first, r.last[0]) }))
	}
}

// extractMulti returns b_1..b_m and ρ, and checks that they satisfy the statement.
func (s *session) extractMulti(t *testing.T) (b [][]group.Scalar, ρ []group.Scalar) {
	arg := s.multiProver()
	m, n, c := s.l.wide().m, s.l.wide().n, s.In.shape.plaintexts()
	r := rewind(argument{"", arg.commit, arg.respond}, 2*m)
	r.accepted(t, s.mix, func(cl *proofs.Claim, in, out proofs.Base, x *group.Scalar, first []group.Affine, last []group.Scalar) {
		(&multiexp{s.l, s.In.shape, s.In.rows, s.u(), s.m.B, in, out}).equations(cl, x, first, last)
	})
	κ := s.l.κ
	opened := r.coefficients(m, 0, n+κ)
	for j := range m {
		vectors := cut(opened[j+1][:n], s.l.n)
		for q := range κ {
			requireOpens(t, published(&s.m.B[j*κ+q]), vectors[q], &opened[j+1][n+q])
		}
		b = append(b, opened[j+1][:n])
	}
	masks := r.coefficients(2*m-1, n+κ, len(r.last[0]))[m]
	for k := range c + 1 {
		require.True(t, masks[k].IsZero(), "β_m and σ_m are 0")
	}
	ρ = masks[c+1:]
	row := make([]group.Element, s.In.shape.elements()) // Enc(0; ρ) + Σ b_i E'_i − Σ u_i E_i
	u := s.u()
	for p := range row {
		row[p].Set(identity)
		for i := range s.In.rows {
			row[p].Add(&row[p], group.NewElement().ScalarMult(&b[i/n][i%n], s.Out.Row(i)[p].Element()))
			row[p].Sub(&row[p], group.NewElement().ScalarMult(&u[i], s.In.Row(i)[p].Element()))
		}
	}
	s.In.shape.addEncryption(s.Keys, row, nil, ρ)
	for p := range row {
		require.True(t, row[p].IsIdentity(), "component %d", p)
	}
	return b, ρ
}

func TestMultiexpExtractor(t *testing.T) {
	t.Parallel()
	for _, f := range []family{{2, 1, []int{1}}, {5, 2, []int{2, 1}}, {7, 3, []int{3}}, {9, 4, []int{1, 1}}, {6, 5, []int{1}}, {13, 6, []int{1}}} {
		s := newSession(newMix(t, f.N, f.m, f.widths...)).all()
		s.extractMulti(t)
	}
}

// TestShuffleExtractor finds π and all ρ_i from answers under N challenges u.
func TestShuffleExtractor(t *testing.T) {
	t.Parallel()
	for _, m := range []int{1, 2, 4} {
		s := newSession(newMix(t, 4, m, 2, 1))
		var bs, ρs [][]group.Scalar
		for range 4 {
			s.all() // the same c_A, another u
			b, ρ := s.extractMulti(t)
			var flat []group.Scalar
			for i := range b {
				flat = append(flat, b[i]...)
			}
			bs, ρs = append(bs, flat[:4]), append(ρs, ρ)
		}
		// ρ(u) = −Σ_i b_i(u) ρ_i
		inverse := invertMatrix(bs)
		for i := range 4 {
			ρ := combine(2, inverse[i], ρs)
			scale(ρ, minusOne)
			row := make([]group.Element, 5)
			copyInto(row, s.In.Row(s.w.π[i]))
			s.In.shape.addEncryption(s.Keys, row, nil, ρ)
			for p := range row {
				require.True(t, row[p].Equal(s.Out.Row(i)[p].Element()))
			}
		}
	}
}

func copyInto(row []group.Element, points []group.Affine) {
	for p := range row {
		row[p].Set(points[p].Element())
	}
}
