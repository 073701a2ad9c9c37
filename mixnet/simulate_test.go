package mixnet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// The simulators choose the answer to a given challenge and then solve for the
// first message. They need no witness, and the statement may be false.

// unknown returns elements that nobody can open.
func unknown(n int) []group.Element {
	out := make([]group.Element, n)
	for k := range out {
		out[k].ScalarBaseMult(group.RandomScalar())
	}
	return out
}

// value returns the element that a form stands for, n coordinates long.
func (f *form) value(n int) *group.Element {
	sum := com(constant(n, &f.ones), group.NewScalar())
	for k := range f.terms {
		sum.Add(sum, group.NewElement().ScalarMult(&f.terms[k].s, f.terms[k].point.Element()))
	}
	return sum
}

// solve sets dst so that dst + Σ s_k P_k = want.
func solve(dst, want *group.Element, s []group.Scalar, P []group.Element) {
	dst.Set(want)
	for k := range P {
		dst.Sub(dst, group.NewElement().ScalarMult(&s[k], &P[k]))
	}
}

func (z *zero) simulate(x *group.Scalar) exchange {
	m, n := len(z.F), len(z.ψ)
	first, last := unknown(2+2*m), draw(group.RandomScalar, 2*n+3)
	up := powers(x, 2*m+1)
	f, rf, g, rg, t := last[:n], &last[n], last[n+1:2*n+1], &last[2*n+1], &last[2*n+2]
	var F, G []group.Element
	for i := range m {
		F, G = append(F, *z.F[i].value(n)), append(G, *z.G[i].value(n))
	}
	solve(&first[0], com(f, rf), up[1:], F)
	solve(&first[1], com(g, rg), reversed(up[1:m+1]), G)
	rest := append(append([]group.Scalar{}, up[1:m+1]...), up[m+2:]...) // k = 1..2m, k ≠ m+1
	solve(&first[2], com([]group.Scalar{*dot(times(f, z.ψ), g)}, t), rest, first[3:])
	return exchange{group.Affines(first), x, last}
}

func (s *single) simulate(x *group.Scalar) exchange {
	n := s.n
	first, last := unknown(3), draw(group.RandomScalar, 2*n)
	b := append(append([]group.Scalar{last[0]}, last[n+1:2*n-1]...), *group.NewScalar().Mul(x, s.e))
	steps := make([]group.Scalar, n-1)
	for j := range steps {
		steps[j].Sub(group.NewScalar().Mul(x, &b[j+1]), group.NewScalar().Mul(&b[j], &last[j+1]))
	}
	X := []group.Scalar{*x}
	solve(&first[0], com(last[:n], &last[n]), X, []group.Element{*s.V.value(n)})
	solve(&first[1], com(steps, &last[2*n-1]), X, first[2:])
	return exchange{group.Affines(first), x, last}
}

func (a *multiexp) simulate(x *mix, ch *group.Scalar) exchange {
	P := a.shape.elements()
	first, last := unknown(multiexpElements(a.layout, a.shape)), draw(group.RandomScalar, multiexpScalars(a.layout, a.shape))
	μ, r := a.m/a.κ, a.answer(last)
	up := powers(ch, 2*μ)
	for q := range a.κ {
		B := make([]group.Element, μ)
		for j := range B {
			B[j].Set(a.B[j*a.κ+q].Element())
		}
		solve(&first[q], com(cut(r.b, a.n)[q], &r.s[q]), up[1:], B)
	}
	rest := append(append([]group.Scalar{}, up[1:μ]...), up[μ+1:]...) // k = 1..2μ−1, k ≠ μ
	solve(&first[a.κ], com(r.β, r.σ), rest, first[a.κ+1:a.κ+2*μ-1])
	E := first[a.κ+2*μ-1:]
	right := make([]group.Element, P)
	for p := range right {
		right[p].Set(identity)
	}
	a.shape.addEncryption(x.Keys, right, r.β, r.τ)
	left := a.known(x, up, r.b)
	for p := range right {
		column := make([]group.Element, len(rest))
		for k := range rest {
			column[k].Set(&E[(1+k)*P+p])
		}
		solve(&E[p], right[p].Sub(&right[p], &left[p]), rest, column)
	}
	return exchange{group.Affines(first), ch, last}
}

// known returns x^μ Σ_i u_i E_i − Σ_i x^{μ−i} b·E'_i.
func (a *multiexp) known(x *mix, up, b []group.Scalar) []group.Element {
	sum := make([]group.Element, a.shape.elements())
	t, wide := group.NewScalar(), a.wide()
	for p := range sum {
		sum[p].Set(identity)
		for i := range a.rows {
			t.Mul(&up[wide.m], &a.u[i])
			sum[p].Add(&sum[p], group.NewElement().ScalarMult(t, x.In.Row(i)[p].Element()))
			t.Mul(&up[wide.m-1-i/wide.n], &b[i%wide.n])
			sum[p].Sub(&sum[p], group.NewElement().ScalarMult(t, x.Out.Row(i)[p].Element()))
		}
	}
	return sum
}

func challenges() []*group.Scalar {
	return []*group.Scalar{group.RandomScalar(), one, minusOne}
}

func randomForms(n int) []*form {
	out := make([]*form, n)
	for i, p := range group.Affines(unknown(n)) {
		out[i] = published(&p)
		out[i].ones.Set(group.RandomScalar())
	}
	return out
}

func TestZeroSimulator(t *testing.T) {
	t.Parallel()
	x := newMix(t, 1, 1, 1)
	for _, l := range []layout{{1, 2, 1}, {2, 2, 1}, {3, 5, 1}} {
		z := &zero{powers(group.RandomScalar(), l.n+1)[1:], randomForms(l.m), randomForms(l.m)}
		for _, ch := range challenges() {
			e := z.simulate(ch)
			require.True(t, holds(x, func(c *proofs.Claim, _, _ proofs.Base) { z.equations(c, e.x, e.first, e.last) }))
			require.False(t, holds(x, func(c *proofs.Claim, _, _ proofs.Base) { z.equations(c, group.RandomScalar(), e.first, e.last) }))
		}
	}
}

func TestSingleSimulator(t *testing.T) {
	t.Parallel()
	x := newMix(t, 1, 1, 1)
	for _, n := range []int{2, 3, 6} {
		s := &single{n, randomForms(1)[0], group.RandomScalar()}
		for _, ch := range challenges() {
			e := s.simulate(ch)
			require.True(t, holds(x, func(c *proofs.Claim, _, _ proofs.Base) { s.equations(c, e.x, e.first, e.last) }))
			require.False(t, holds(x, func(c *proofs.Claim, _, _ proofs.Base) { s.equations(c, group.RandomScalar(), e.first, e.last) }))
		}
	}
}

func TestMultiexpSimulator(t *testing.T) {
	t.Parallel()
	for _, f := range []family{{2, 1, []int{1}}, {5, 2, []int{2, 1}}, {7, 3, []int{3}}, {9, 4, []int{1, 1}}, {6, 5, []int{1}}, {13, 6, []int{1}}} {
		x := newMix(t, f.N, f.m, f.widths...)
		x.Out = listOf(t, [][]group.Element{unknown(len(x.Out.points))}, f.widths) // nobody's shuffle
		a := &multiexp{layout: x.layout(), shape: x.In.shape, rows: f.N, u: draw(group.RandomScalar, f.N), B: group.Affines(unknown(f.m))}
		for _, ch := range challenges() {
			e := a.simulate(x, ch)
			check := func(ch *group.Scalar) bool {
				return holds(x, func(c *proofs.Claim, in, out proofs.Base) {
					a.in, a.out = in, out
					a.equations(c, ch, e.first, e.last)
				})
			}
			require.True(t, check(ch))
			require.False(t, check(group.RandomScalar()))
		}
	}
}

// TestSimulatorsGiveWhatProversGive: what a simulator solves for is, in an honest run,
// what the prover sent, so that both have the same distribution.
func TestSimulatorsGiveWhatProversGive(t *testing.T) {
	t.Parallel()
	x := newMix(t, 5, 4, 2, 1)
	for p, left := range newSession(x).all().residuals() {
		require.True(t, left.IsIdentity(), "U8, component %d", p)
	}
}
