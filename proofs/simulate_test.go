package proofs

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

// simulate produces the bit-vector proof's moves from the challenges alone.
func (v *BitVector) simulate(θ, x *group.Scalar, points []group.Affine) *moves {
	m := &moves{f: randomScalars(v.m + v.B + 1)}
	m.Cb.ScalarBaseMult(group.RandomScalar())
	m.zb.Set(group.RandomScalar())
	m.X1.Set(group.RandomScalar())
	v.solveX0(θ, x, m)
	v.solveCa(x, m)
	v.solveD(θ, x, points, m)
	return m
}

// TestBitVectorSimulator makes accepting transcripts for given challenges without
// any witness, for a ciphertext that nobody can open, and for one that breaks the
// rules: what an honest verifier sees tells it nothing.
func TestBitVectorSimulator(t *testing.T) {
	t.Parallel()
	for name, f := range families() {
		t.Run(name, func(t *testing.T) {
			b := vote(t, f.rel, 3, f.bits)
			random := make([]group.Element, len(b.points))
			for k := range random {
				random[k].ScalarBaseMult(group.RandomScalar())
			}
			for _, points := range [][]group.Affine{b.points, group.Affines(random)} {
				for _, x := range []*group.Scalar{group.RandomScalar(), one, group.NewScalar()} {
					θ := group.RandomScalar()
					require.True(t, b.v.accepts(θ, x, points, b.v.simulate(θ, x, points)))
				}
			}
		})
	}
}

// TestBitVectorSimulatorGivesWhatAProverGives checks that everything the
// simulator draws freely is free in the real proof too, and that the rest follows
// from it: solving for X0, C_a and D in an honest transcript gives its own values.
func TestBitVectorSimulatorGivesWhatAProverGives(t *testing.T) {
	t.Parallel()
	b := vote(t, ofFour(), 3, []byte{1, 0, 1, 0, 0, 1})
	p := newLiar(b.v, scalarsOf(1, 0, 1, 0, 0, 1), b.r)
	for _, x := range []*group.Scalar{group.RandomScalar(), group.NewScalar()} {
		θ := group.RandomScalar()
		p.masks(θ)
		p.open(x)
		Ca, D, X0 := group.NewElement().Set(&p.m.Ca), group.NewElement().Set(&p.m.D), group.NewScalar().Set(&p.m.X0)
		b.v.solveCa(x, &p.m)
		b.v.solveD(θ, x, b.points, &p.m)
		b.v.solveX0(θ, x, &p.m)
		require.True(t, Ca.Equal(&p.m.Ca) && D.Equal(&p.m.D) && X0.Equal(&p.m.X0))
	}
}

// TestBitVectorSimulationIsRefused: a simulated transcript is no proof, since its
// challenges are not the sponge's.
func TestBitVectorSimulationIsRefused(t *testing.T) {
	t.Parallel()
	b := vote(t, oneOf(3), 3, []byte{0, 1, 0})
	m := b.v.simulate(group.RandomScalar(), group.RandomScalar(), b.points)
	require.ErrorIs(t, b.verify(m.bytes()), ErrProof)
}

func TestSchnorrSimulator(t *testing.T) {
	t.Parallel()
	Y, c, s := group.NewElement().ScalarBaseMult(group.RandomScalar()), group.RandomScalar(), group.RandomScalar()
	T := group.NewElement().ScalarBaseMult(s)
	T.Sub(T, group.NewElement().ScalarMult(c, Y))
	require.True(t, schnorrHolds(Y, T, c, s))
}

// TestDLEQSimulator simulates a false statement too.
func TestDLEQSimulator(t *testing.T) {
	t.Parallel()
	st := dleqStatement(group.RandomScalar(), 3)
	for range 2 {
		ω, c, s := randomScalars(3), group.RandomScalar(), group.RandomScalar()
		A, D := st.weighted(ω)
		T := group.NewElement().ScalarBaseMult(s)
		T.Sub(T, group.NewElement().ScalarMult(c, &st.Y))
		T2 := A.ScalarMult(s, A)
		T2.Sub(T2, D.ScalarMult(c, D))
		require.True(t, st.dleqHolds(ω, T, T2, c, s))
		st.Pairs[0].D.Double(&st.Pairs[0].D)
	}
}
