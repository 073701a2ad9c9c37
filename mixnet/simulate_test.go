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
	c, P := a.shape.plaintexts(), a.shape.elements()
	first, last := unknown(multiexpElements(a.layout, a.shape)), draw(group.RandomScalar, multiexpScalars(a.layout, a.shape))
	up := powers(ch, 2*a.m)
	B := make([]group.Element, a.m)
	for j := range B {
		B[j].Set(a.B[j].Element())
	}
	solve(&first[0], com(last[:a.n], &last[a.n]), up[1:], B)
	rest := append(append([]group.Scalar{}, up[1:a.m]...), up[a.m+1:]...) // k = 1..2m−1, k ≠ m
	β, σ, τ := last[a.n+1:a.n+1+c], &last[a.n+1+c], last[a.n+2+c:]
	solve(&first[1], com(β, σ), rest, first[2:2*a.m])
	E := first[2*a.m:]
	right := make([]group.Element, P)
	for p := range right {
		right[p].Set(identity)
	}
	a.shape.addEncryption(x.Keys, right, β, τ)
	left := a.known(x, up, last[:a.n])
	for p := range right {
		column := make([]group.Element, len(rest))
		for k := range rest {
			column[k].Set(&E[(1+k)*P+p])
		}
		solve(&E[p], right[p].Sub(&right[p], &left[p]), rest, column)
	}
	return exchange{group.Affines(first), ch, last}
}

// known returns x^m Σ_i u_i E_i − Σ_i x^{m−i} b·E'_i.
func (a *multiexp) known(x *mix, up, b []group.Scalar) []group.Element {
	sum := make([]group.Element, a.shape.elements())
	t := group.NewScalar()
	for p := range sum {
		sum[p].Set(identity)
		for i := range a.rows {
			t.Mul(&up[a.m], &a.u[i])
			sum[p].Add(&sum[p], group.NewElement().ScalarMult(t, x.In.Row(i)[p].Element()))
			t.Mul(&up[a.m-1-i/a.n], &b[i%a.n])
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
	for _, l := range []layout{{1, 2}, {2, 2}, {3, 5}} {
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
	for _, f := range []family{{2, 1, []int{1}}, {5, 2, []int{2, 1}}, {7, 3, []int{3}}} {
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
	x := newMix(t, 5, 2, 2, 1)
	s := newSession(x).all()
	a := &multiexp{layout: s.l, shape: x.In.shape, rows: 5, u: s.u(), B: s.m.B}
	b := s.m.multiexp.last[:s.l.n]
	sum := a.known(x, powers(s.m.multiexp.x, 2*s.l.m), b)
	right := unknown(len(sum))
	for p := range right {
		right[p].Set(identity)
	}
	c := x.In.shape.plaintexts()
	x.In.shape.addEncryption(x.Keys, right, s.m.multiexp.last[s.l.n+1:s.l.n+1+c], s.m.multiexp.last[s.l.n+2+c:])
	up := powers(s.m.multiexp.x, 2*s.l.m)
	E := s.m.multiexp.first[2*s.l.m:]
	for p := range sum {
		at := 0
		for k := range up {
			if k != s.l.m {
				sum[p].Add(&sum[p], group.NewElement().ScalarMult(&up[k], E[at*len(sum)+p].Element()))
				at++
			}
		}
		require.True(t, sum[p].Equal(&right[p]), "U8, component %d", p)
	}
}
