package mixnet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/internal/vectors"
)

func small(k int) *group.Scalar { return group.NewScalar().SetUint64(uint64(k)) }

// example returns a statement of N rows in m rows with its proof, in which nothing is
// random.
func example(t require.TestingT, N, m int) (*Statement, []byte) {
	keys, err := elgamal.NewPublicKey([]group.Element{*group.NewElement().ScalarBaseMult(small(101))})
	require.NoError(t, err)
	w := &Witness{}
	var rows [][]group.Element
	for i := 1; i <= N; i++ {
		row := []group.Element{*group.NewElement(), *group.NewElement()}
		shape{1}.addEncryption(keys, row, []group.Scalar{*small(i)}, []group.Scalar{*small(10 + i)})
		rows = append(rows, row)
		w.π = append(w.π, i%N)
		w.ρ = append(w.ρ, *small(20 + i))
	}
	in := listOf(t, rows, []int{1})
	out, err := w.apply(idle(), in, w.zeros(idle(), keys, in.shape))
	require.NoError(t, err)
	s := &Statement{[32]byte{1}, []byte("ctx"), keys, in, out, m, wideRows[m]}
	count := 0
	counting := func() *group.Scalar { count++; return small(count) }
	return s, s.prove(&proving{s.bind(s.layout()).Prove(), func(string) nonces { return counting }, idle()}, w)
}

// TestShuffleExample is docs/spec/shuffle.md.
func TestShuffleExample(t *testing.T) {
	t.Parallel()
	s, proof := example(t, 3, 4)
	require.NoError(t, s.VerifyAlone(proof))
	m := s.read(s.bind(s.layout()).Verify(proof), s.layout())

	var e vectors.Example
	e.Add("key", s.Keys.Bytes())
	e.Add("input", s.In.bytes)
	e.Add("output", s.Out.bytes)
	e.Add("root_input", s.In.root[:])
	e.Add("root_output", s.Out.root[:])
	for _, c := range []struct {
		name string
		s    *group.Scalar
	}{{"u", m.u}, {"y", m.y}, {"z", m.z}, {"theta", m.θ}, {"psi", m.ψ},
		{"x_zero", m.zero.x}, {"x_single", m.single.x}, {"x_multiexp", m.multiexp.x}} {
		e.Add(c.name, c.s.Bytes())
	}
	e.Add("e", productOf(powers(m.u, 9)[1:], m.y, m.z).Bytes())
	e.Add("proof", proof)
	e.Check(t, "../docs/spec/shuffle.md")
}

// TestLayoutIsTheSpecs pins the table of m and the formula of a proof's size.
func TestLayoutIsTheSpecs(t *testing.T) {
	t.Parallel()
	for N, want := range map[int]layout{
		1: {1, 2, 1}, 2: {1, 2, 1}, 3: {1, 3, 1}, 16: {1, 16, 1}, 17: {8, 3, 4}, 512: {8, 64, 4}, 513: {16, 33, 4},
		4096: {16, 256, 4}, 4097: {32, 129, 8}, 32_768: {32, 1024, 8}, 32_769: {80, 410, 10}, 100_000: {80, 1250, 10}, 1 << 20: {80, 13_108, 10},
	} {
		require.Equal(t, want, newLayout(N), "%d", N)
		require.Zero(t, want.m%want.κ)
	}
	for _, f := range families() {
		if f.N == 0 {
			continue
		}
		x := newMix(t, f.N, f.m, f.widths...)
		l, c, blocks := x.layout(), x.In.shape.plaintexts(), len(f.widths)
		want := 32 * (2*l.m + (2*l.m/l.κ-1)*(c+blocks+1) + (2+l.κ)*l.n + 2*l.κ + c + blocks + 4)
		if l.m > 1 {
			want += 32 * (3*l.m + 2*l.n + 4)
		}
		require.Equal(t, want, x.ProofSize(), "%v", f)
	}
}
