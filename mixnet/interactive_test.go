package mixnet

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// This file is the argument as an interactive protocol: the test draws the
// challenges, and the prover may lie at every step.

// session is a prover who talks to a test.
type session struct {
	*mix
	l    layout
	a, b []group.Scalar // committed in c_A and c_B
	r, t []group.Scalar // their openings
	ρ    []group.Scalar
	m    messages
}

func newSession(x *mix) *session {
	s := &session{mix: x, l: x.layout()}
	for _, i := range x.w.padded(s.l.size()) {
		s.a = append(s.a, *group.NewScalar().SetUint64(uint64(i)))
	}
	s.r, s.t = draw(group.RandomScalar, s.l.m), draw(group.RandomScalar, s.l.m)
	return s
}

func (s *session) u() []group.Scalar { return powers(s.m.u, s.l.size()+1)[1:] }

// commitA sends c_A and draws u.
func (s *session) commitA() {
	s.m.A = group.Affines(comAll(idle(), s.l.cut(s.a), s.r))
	s.m.u = group.RandomScalar()
}

// honest sets b and ρ as the honest prover does.
func (s *session) honest() {
	s.b = permuted(s.u(), s.w.padded(s.l.size()))
	s.ρ = s.w.total(s.b, len(s.In.shape))
}

// commitB sends c_B and draws y and z.
func (s *session) commitB() {
	s.m.B = group.Affines(comAll(idle(), s.l.cut(s.b), s.t))
	s.m.y, s.m.z = group.RandomScalar(), group.RandomScalar()
}

func run(a argument) exchange {
	e := exchange{first: group.Affines(a.commit(idle(), group.RandomScalar)), x: group.RandomScalar()}
	e.last = a.respond(e.x)
	return e
}

// product runs the product argument for d = y a + b − z.
func (s *session) product() {
	d, t := make([]group.Scalar, s.l.size()), group.NewScalar()
	for i := range d {
		d[i].MulAdd(s.m.y, &s.a[i], t.Sub(&s.b[i], s.m.z))
	}
	rows, rd := s.l.cut(d), openings(s.m.y, s.r, s.t)
	sv := newSingleProver(rows[0], &rd[0])
	if s.l.m > 1 {
		h := newHadamardProver(rows, rd)
		s.m.P = group.Affines(h.commit(idle(), group.RandomScalar))
		s.m.θ, s.m.ψ = group.RandomScalar(), group.RandomScalar()
		zero := h.zero(s.m.θ, s.m.ψ)
		s.m.zero = run(argument{"", zero.commit, zero.respond})
		sv = h.single()
	}
	s.m.single = run(argument{"", sv.commit, sv.respond})
}

// multi runs the multi-exponentiation argument for b and ρ.
func (s *session) multi() {
	arg := s.multiProver()
	s.m.multiexp = run(argument{"", arg.commit, arg.respond})
}

func (s *session) multiProver() *multiexpProver {
	return s.multiexpProver(s.l, s.b, s.t, s.ρ)
}

// all runs the whole protocol honestly.
func (s *session) all() *session {
	s.commitA()
	s.honest()
	s.commitB()
	s.product()
	s.multi()
	return s
}

// holds decides the equations that f adds, under the challenges that f used.
func holds(x *mix, f func(c *proofs.Claim, in, out proofs.Base)) bool {
	b, c := proofs.NewBatch(x.Keys), new(proofs.Claim)
	f(c, b.Extend(x.In.points), b.Extend(x.Out.points))
	c.Proof("test", [32]byte(group.RandomScalar().Bytes()))
	b.Add(c)
	return b.Decide() == nil
}

// accepts says which of the two halves hold: U1–U5, and U6–U8.
func (s *session) accepts() (product, multi bool) {
	e := productOf(s.u(), s.m.y, s.m.z)
	product = holds(s.mix, func(c *proofs.Claim, _, _ proofs.Base) { s.m.product(c, s.l, e) })
	multi = holds(s.mix, func(c *proofs.Claim, in, out proofs.Base) {
		a := &multiexp{s.l, s.In.shape, s.In.rows, s.u(), s.m.B, in, out}
		a.equations(c, s.m.multiexp.x, s.m.multiexp.first, s.m.multiexp.last)
	})
	return product, multi
}

// bytes returns what was sent, in the order of the proof.
func (m *messages) bytes() []byte {
	var b []byte
	elements := func(points []group.Affine) {
		for k := range points {
			b = append(b, points[k].Element().Bytes()...)
		}
	}
	elements(m.A)
	elements(m.B)
	elements(m.P)
	for _, e := range []exchange{m.zero, m.single, m.multiexp} {
		elements(e.first)
		for k := range e.last {
			b = append(b, e.last[k].Bytes()...)
		}
	}
	return b
}

// forged requires that a weakened verifier accepts and that the library does not.
func (s *session) forged(t *testing.T) {
	t.Helper()
	product, multi := s.accepts()
	require.True(t, product && multi, "the weakened verifier accepts: %v %v", product, multi)
	require.ErrorIs(t, s.VerifyAlone(s.m.bytes()), proofs.ErrProof)
}

func TestInteractiveRunsAreAccepted(t *testing.T) {
	t.Parallel()
	for _, f := range []family{{1, 1, []int{1}}, {7, 2, []int{2, 1}}, {7, 3, []int{1}}, {20, 8, []int{1}}, {20, 4, []int{2, 1}}, {20, 5, []int{1}}, {20, 6, []int{1}}} {
		s := newSession(newMix(t, f.N, f.m, f.widths...)).all()
		product, multi := s.accepts()
		require.True(t, product && multi, "%v", f)
		require.Len(t, s.m.bytes(), s.ProofSize())
		require.ErrorIs(t, s.VerifyAlone(s.m.bytes()), proofs.ErrProof, "its challenges are not the sponge's")
	}
}

// TestEveryEquationCounts changes an answer that occurs in one equation alone, under
// challenges that stay, so that a verifier without this equation would accept.
func TestEveryEquationCounts(t *testing.T) {
	t.Parallel()
	for _, m := range []int{1, 2, 3, 4, 5, 6} {
		s := newSession(newMix(t, 7, m, 2, 1)).all()
		n, c, P, answer := s.l.n, 3, 5, s.l.wide().n
		changes := map[string]*group.Scalar{
			"U4": &s.m.single.last[n], "U5": &s.m.single.last[2*n-1],
			"U7": &s.m.multiexp.last[answer+s.l.κ+c],
		}
		for q := range s.l.κ {
			changes[fmt.Sprint("U6, commitment ", q)] = &s.m.multiexp.last[answer+q]
		}
		if m > 1 {
			changes["U1"], changes["U2"], changes["U3"] = &s.m.zero.last[n], &s.m.zero.last[2*n+1], &s.m.zero.last[2*n+2]
		}
		for name, r := range changes {
			good := group.NewScalar().Set(r)
			r.Add(r, one)
			product, multi := s.accepts()
			require.False(t, product && multi, name)
			r.Set(good)
		}
		g := group.Affines([]group.Element{*group.Generator()})
		for p := range P {
			E := &s.m.multiexp.first[s.l.κ+2*s.l.wide().m-1+p]
			good := *E
			E.Set(&g[0])
			_, multi := s.accepts()
			require.False(t, multi, "U8, component %d", p)
			E.Set(&good)
		}
		product, multi := s.accepts()
		require.True(t, product && multi)
	}
}

// TestProofOrderIsTheSpecs reads a proof back and compares its bytes.
func TestProofOrderIsTheSpecs(t *testing.T) {
	t.Parallel()
	for _, m := range []int{1, 2, 3, 4, 5, 6} {
		x := newMix(t, 5, m, 2, 1)
		proof := x.proof(x.w)
		v := x.bind(x.layout()).Verify(proof)
		read := x.read(v, x.layout())
		_, err := v.Close()
		require.NoError(t, err)
		require.Equal(t, proof, read.bytes())
		s := &session{mix: x, l: x.layout(), m: *read}
		product, multi := s.accepts()
		require.True(t, product && multi)
	}
}
