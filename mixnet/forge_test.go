package mixnet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// Every test here is a mixer who succeeds against a verifier without one of the
// checks, and fails against the library.

func scaleRow(row []group.Element, s *group.Scalar) {
	for p := range row {
		row[p].ScalarMult(s, &row[p])
	}
}

// TestForgeryEqualChallenges: a sponge whose squeezes restart gives y = z. Then the
// factors are y(a_i − 1) + b_i, and a mixer multiplies one ballot by λ and another by
// 1/λ.
func TestForgeryEqualChallenges(t *testing.T) {
	t.Parallel()
	for _, m := range []int{1, 2, 3, 4, 6} {
		x := newMix(t, 6, m, 2, 1)
		x.w.π = []int{0, 1, 2, 3, 4, 5}
		λ := constant(x.layout().size(), one)
		λ[1].Set(group.RandomScalar())
		λ[2].Inv(&λ[1])
		inverse := draw(group.RandomScalar, 6)
		rows := rowsOf(x.In)
		for i := range rows {
			scaleRow(rows[i], inverse[i].Inv(&λ[i]))
			x.In.shape.addEncryption(x.Keys, rows[i], nil, x.w.randomisers(i, 2))
		}
		x.Out = listOf(t, rows, x.widths)
		s := newSession(x)
		for i := range s.a { // a_i = 1 + λ_i (i − 1)
			s.a[i].MulAdd(&λ[i], group.NewScalar().Sub(&s.a[i], one), one)
		}
		s.commitA()
		s.b = times(λ, s.u())
		s.ρ = x.w.total(s.b, 2)
		s.commitB()
		s.m.z.Set(s.m.y)
		s.product()
		s.multi()
		s.forged(t)
		s.commitB() // and with y ≠ z the product does not hold
		s.product()
		s.multi()
		product, multi := s.accepts()
		require.False(t, product)
		require.True(t, multi)
	}
}

func TestEqualChallengesAreRefused(t *testing.T) {
	t.Parallel()
	same := group.RandomScalar()
	_, _, ok := distinct(func() *group.Scalar { return group.NewScalar().Set(same) })
	require.False(t, ok)
	_, _, ok = distinct(group.RandomScalar)
	require.True(t, ok)
}

// residuals returns the left-hand sides of U8, component by component.
func (s *session) residuals() []group.Element {
	e, P := s.m.multiexp, s.In.shape.elements()
	μ := s.l.wide().m
	a := &multiexp{layout: s.l, shape: s.In.shape, rows: s.In.rows, u: s.u(), B: s.m.B}
	up, r := powers(e.x, 2*μ), a.answer(e.last)
	sum := a.known(s.mix, up, r.b)
	β, τ := append([]group.Scalar{}, r.β...), append([]group.Scalar{}, r.τ...)
	scale(β, minusOne)
	scale(τ, minusOne)
	s.In.shape.addEncryption(s.Keys, sum, β, τ)
	E := e.first[s.l.κ+2*μ-1:]
	for p := range sum {
		at := 0
		for k := range up {
			if k != μ {
				sum[p].Add(&sum[p], group.NewElement().ScalarMult(&up[k], E[at*P+p].Element()))
				at++
			}
		}
	}
	return sum
}

// TestForgeryComponentWeights: if the verifier merges the P components of U8 with
// weights that are known before the last response, a mixer who colludes with the
// trustees changes a vote and repairs the sum with another ρ.
func TestForgeryComponentWeights(t *testing.T) {
	t.Parallel()
	for _, m := range []int{1, 2, 4} {
		x := newMix(t, 4, m, 2, 1) // A_1 A_2 B_1 B_2 B_3
		δ := group.NewScalar().SetUint64(1000)
		x.lie(t, func(rows [][]group.Element) {
			rows[0][2].Add(&rows[0][2], group.NewElement().ScalarBaseMult(δ))
		})
		γ := draw(group.RandomScalar, 5)
		s := newSession(x)
		s.commitA()
		s.honest()
		s.commitB()
		s.product()
		// b_1 δ γ_{B_1} + Δ (γ_{A_1} + γ_{B_1} x_1 + γ_{B_2} x_2) = 0
		Δ := group.NewScalar().MulAdd(&γ[2], &x.x[0], &γ[0])
		Δ.MulAdd(&γ[3], &x.x[1], Δ)
		Δ.Mul(Δ.Inv(Δ), group.NewScalar().Mul(&γ[2], group.NewScalar().Mul(δ, &s.b[0])))
		s.ρ[0].Sub(&s.ρ[0], Δ)
		s.multi()

		R := s.residuals()
		require.True(t, group.MultiScalarMult(γ, R).IsIdentity(), "the merged equation holds")
		require.False(t, R[0].IsIdentity() || R[2].IsIdentity())
		product, multi := s.accepts()
		require.True(t, product)
		require.False(t, multi)
		require.ErrorIs(t, s.VerifyAlone(s.m.bytes()), proofs.ErrProof)
	}
}

// TestForgeryOutputAfterTheChallenge: if the output is not bound before u, what is
// taken from one ballot is added to another with the ratio of two known challenges.
func TestForgeryOutputAfterTheChallenge(t *testing.T) {
	t.Parallel()
	for _, m := range []int{1, 3, 4} {
		s := newSession(newMix(t, 5, m, 1))
		s.commitA()
		s.honest()
		s.lie(t, func(rows [][]group.Element) {
			ratio := group.NewScalar().Inv(&s.b[1])
			ratio.Mul(ratio, &s.b[0])
			rows[0][1].Add(&rows[0][1], group.Generator())
			rows[1][1].Sub(&rows[1][1], group.NewElement().ScalarBaseMult(ratio))
		})
		s.commitB()
		s.product()
		s.multi()
		s.forged(t)
	}
}

// known makes both lists from plaintexts and randomisers that the mixer knows.
func (x *mix) known(t *testing.T, v, r, v2, r2 []group.Scalar) {
	list := func(v, r []group.Scalar) *List {
		rows := make([][]group.Element, len(v))
		for i := range rows {
			rows[i] = []group.Element{*group.NewElement(), *group.NewElement()}
			x.In.shape.addEncryption(x.Keys, rows[i], v[i:i+1], r[i:i+1])
		}
		return listOf(t, rows, x.widths)
	}
	x.In, x.Out = list(v, r), list(v2, r2)
}

// TestForgeryPowersAfterYAndZ: if c_B comes after y and z, a mixer who knows the
// plaintexts (or the keys) has two equations for N free numbers b_i, and replaces
// every ballot.
func TestForgeryPowersAfterYAndZ(t *testing.T) {
	t.Parallel()
	x := newMix(t, 4, 1, 1)
	v, r, r2 := draw(group.RandomScalar, 4), draw(group.RandomScalar, 4), draw(group.RandomScalar, 4)
	v2 := draw(group.RandomScalar, 4)
	v2[3].Set(group.NewScalar())
	x.known(t, v, r, v2, r2)
	s := newSession(x)
	s.commitA()
	y, z := group.RandomScalar(), group.RandomScalar()
	s.b = draw(group.RandomScalar, 4)
	// Σ b_i v'_i = Σ u_i v_i by b_3; then Π (y a_i + b_i − z) = e by b_4, whose vote is 0.
	u, q := s.u(), group.NewScalar()
	s.b[2].Sub(dot(u, v), q.MulAdd(&s.b[1], &v2[1], q.Mul(&s.b[0], &v2[0])))
	s.b[2].Mul(&s.b[2], q.Inv(&v2[2]))
	rest := group.NewScalar().Set(one)
	for i := range 3 {
		q.MulAdd(y, &s.a[i], &s.b[i])
		rest.Mul(rest, q.Sub(q, z))
	}
	s.b[3].Mul(productOf(u, y, z), rest.Inv(rest))
	s.b[3].Sub(s.b[3].Add(&s.b[3], z), q.Mul(y, &s.a[3]))
	s.ρ = []group.Scalar{*group.NewScalar().Sub(dot(u, r), dot(s.b, r2))}
	s.commitB()
	s.m.y, s.m.z = y, z
	s.product()
	s.multi()
	s.forged(t)
}

// TestForgeryTrapdooredGenerators: with generators G_j = g_j H that the mixer made,
// c_B opens to two vectors, one for each half of the argument.
func TestForgeryTrapdooredGenerators(t *testing.T) {
	t.Parallel()
	x := newMix(t, 4, 1, 1)
	v, r, v2, r2 := draw(group.RandomScalar, 4), draw(group.RandomScalar, 4), draw(group.RandomScalar, 4), draw(group.RandomScalar, 4)
	x.known(t, v, r, v2, r2)
	x.w.π = []int{0, 1, 2, 3}
	g, H := draw(group.RandomScalar, 4), group.NewElement().ScalarBaseMult(group.RandomScalar())
	trap := func(v []group.Scalar, ρ *group.Scalar) *group.Element {
		return group.NewElement().ScalarMult(group.NewScalar().Add(ρ, dot(v, g)), H)
	}
	s := newSession(x)
	s.commitA()
	s.honest()
	s.commitB()
	s.product() // honest, with b = u
	honest, opening, cB := s.b, group.NewScalar().Set(&s.t[0]), s.m.B
	product, _ := halves(s)
	require.True(t, product)

	// Any b* with Σ b*_i v'_i = Σ u_i v_i serves the other half.
	s.b = draw(group.RandomScalar, 4)
	q := group.NewScalar().Sub(dot(s.u(), v), dot(s.b[:3], v2[:3]))
	s.b[3].Mul(q, group.NewScalar().Inv(&v2[3]))
	s.ρ = []group.Scalar{*q.Sub(dot(s.u(), r), dot(s.b, r2))}
	s.t[0].Add(opening, q.Sub(dot(honest, g), dot(s.b, g)))
	require.True(t, trap(honest, opening).Equal(trap(s.b, &s.t[0])), "one commitment under the trapdoored generators")
	s.m.B = group.Affines(comAll(idle(), s.l.cut(s.b), s.t))
	s.multi()
	_, multi := halves(s)
	require.True(t, multi)

	// Under generators derived by hash the two halves need different c_B.
	require.False(t, cB[0].Element().Equal(s.m.B[0].Element()))
	for _, B := range [][]group.Affine{cB, s.m.B} {
		s.m.B = B
		product, multi := s.accepts()
		require.False(t, product && multi)
		require.ErrorIs(t, s.VerifyAlone(s.m.bytes()), proofs.ErrProof)
	}
}

func halves(s *session) (product, multi bool) {
	if s.m.multiexp.x == nil {
		s.m.multiexp = exchange{group.Affines(unknown(multiexpElements(s.l, s.In.shape))), group.RandomScalar(), draw(group.RandomScalar, multiexpScalars(s.l, s.In.shape))}
	}
	return s.accepts()
}

// TestForgeryMasksAfterTheChallenge: in each sub-argument, a first message that comes
// after x can be solved for, whatever the statement (a simulation).
func TestForgeryMasksAfterTheChallenge(t *testing.T) {
	t.Parallel()
	for _, m := range []int{1, 2, 3, 4, 6} {
		x := newMix(t, 5, m, 2)
		x.lie(t, func(rows [][]group.Element) { copyRow(rows[0], rows[1]) })
		s := newSession(x).all()
		a := &multiexp{layout: s.l, shape: x.In.shape, rows: 5, u: s.u(), B: s.m.B}
		s.m.multiexp = a.simulate(x, group.RandomScalar())
		s.forged(t)
	}
}

// TestForgeryProductMasksAfterTheChallenge: the same for the product argument, with an
// output that holds one ballot twice and a c_B for which U6–U8 hold.
func TestForgeryProductMasksAfterTheChallenge(t *testing.T) {
	t.Parallel()
	x := newMix(t, 4, 2, 1)
	v, r, v2, r2 := draw(group.RandomScalar, 4), draw(group.RandomScalar, 4), draw(group.RandomScalar, 4), draw(group.RandomScalar, 4)
	x.known(t, v, r, v2, r2)
	s := newSession(x)
	s.commitA()
	s.b = draw(group.RandomScalar, 4)
	q := group.NewScalar().Sub(dot(s.u(), v), dot(s.b[:3], v2[:3]))
	s.b[3].Mul(q, group.NewScalar().Inv(&v2[3]))
	s.ρ = []group.Scalar{*q.Sub(dot(s.u(), r), dot(s.b, r2))}
	s.commitB()
	s.product()
	s.multi()
	product, multi := s.accepts()
	require.False(t, product)
	require.True(t, multi)

	e := productOf(s.u(), s.m.y, s.m.z)
	sv := &single{s.l.n, published(&s.m.P[0]), e}
	s.m.single = sv.simulate(group.RandomScalar())
	s.forged(t)

	// Or a false c_{P,2} whose product is e, and a simulated zero argument.
	s.product()
	d := draw(group.RandomScalar, 2)
	d[1].Mul(e, group.NewScalar().Inv(&d[0]))
	ρ := group.RandomScalar()
	s.m.P = group.Affines([]group.Element{*com(d, ρ)})
	p := newSingleProver(d, ρ)
	s.m.single = run(argument{"", p.commit, p.respond})
	C := make([]*form, 2)
	for i := range C {
		C[i] = new(form).plus(s.m.y, &s.m.A[i]).plus(one, &s.m.B[i])
		C[i].ones.Neg(s.m.z)
	}
	h := &hadamard{s.l.n, C, s.m.P}
	s.m.zero = h.zero(s.m.θ, s.m.ψ).simulate(group.RandomScalar())
	s.forged(t)
}

// TestForgeryEndsNotChecked: without b̃_1 = ṽ_1 or b̃_n = x e the product is free.
func TestForgeryEndsNotChecked(t *testing.T) {
	t.Parallel()
	x := newMix(t, 1, 1, 1)
	v, ρ := draw(group.RandomScalar, 4), group.RandomScalar()
	p := newSingleProver(v, ρ)
	e := run(argument{"", p.commit, p.respond})
	C := group.Affines([]group.Element{*com(v, ρ)})
	check := func(product *group.Scalar) bool {
		s := &single{4, published(&C[0]), product}
		return holds(x, func(c *proofs.Claim, _, _ proofs.Base) { s.equations(c, e.x, e.first, e.last) })
	}
	require.True(t, check(&p.b[3]))
	require.False(t, check(group.RandomScalar()))
	// b_1 = w v_1 with another first partial product: e is w times too large.
	w := group.RandomScalar()
	for j := range p.b {
		p.b[j].Mul(&p.b[j], w)
	}
	e = run(argument{"", p.commit, p.respond})
	require.False(t, check(&p.b[3]), "b̃_1 is ṽ_1, whatever the prover meant")
}
