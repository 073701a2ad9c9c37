package mixnet

import (
	"encoding/binary"
	"fmt"
	"slices"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

const shuffleProtocol = "shuffle"

// Statement says: I know a permutation π and randomisers with
// Out_i = In_π(i) + Enc(0; ρ_i) for every row. The proof is a Bayer–Groth argument
// (EUROCRYPT 2012) of size O(m + n) for N = mn rows.
type Statement struct {
	Fingerprint [32]byte // of the election
	Context     []byte   // contest, mixer, position: what else the proof is bound to
	Keys        *elgamal.PublicKey
	In, Out     *List
	m, κ        int // 0 for the layout of the specification; tests set others
}

func appendUint64(b []byte, v int) []byte { return binary.LittleEndian.AppendUint64(b, uint64(v)) }

// layout returns the arrangement of N ≥ 1 rows.
func (s *Statement) layout() layout {
	if s.m > 0 {
		return layoutOf(s.In.rows, s.m, s.κ)
	}
	return newLayout(s.In.rows)
}

// Check returns an error, which is an ErrProof, if no shuffle can lead from In to
// Out because of their forms alone.
func (s *Statement) Check() error {
	if s.In.rows != s.Out.rows || !slices.Equal(s.In.shape, s.Out.shape) {
		return fmt.Errorf("mixnet: lists of %d rows of %v and of %d rows of %v: %w", s.In.rows, s.In.shape, s.Out.rows, s.Out.shape, proofs.ErrProof)
	}
	return checkWidth(s.Keys, s.In.shape)
}

func checkWidth(keys *elgamal.PublicKey, s shape) error {
	if w := slices.Max(s); w > keys.Width() {
		return fmt.Errorf("mixnet: a block of %d plaintexts needs as many keys, there are %d: %w", w, keys.Width(), proofs.ErrProof)
	}
	return nil
}

// bind starts the instance: the lists enter by their roots, which cover their
// lengths and shapes.
func (s *Statement) bind(l layout) *transcript.Instance {
	i := transcript.New(shuffleProtocol, s.Fingerprint).Bytes(s.Keys.Bytes()).Bytes(s.Context)
	i.Uint64(uint64(s.In.rows)).Uint64(uint64(l.m)).Uint64(uint64(l.n)).Uint64(uint64(l.κ))
	i.Fixed(s.In.shape.encode())
	in, out := s.In.root, s.Out.root
	return i.Fixed(in[:]).Fixed(out[:])
}

// ProofSize returns the bytes of a proof.
func (s *Statement) ProofSize() int {
	if s.In.rows == 0 {
		return 0
	}
	l := s.layout()
	fields := 2*l.m + singleElements + singleScalars(l) + multiexpElements(l, s.In.shape) + multiexpScalars(l, s.In.shape)
	if l.m > 1 {
		fields += hadamardElements(l) + zeroElements(l) + zeroScalars(l)
	}
	return 32 * fields
}

// units is the work of a proof: a unit is about one multiplication.
func (s *Statement) units() int {
	if s.In.rows == 0 {
		return 0
	}
	l := s.layout()
	vectors := 2*l.m + 3 + l.κ // c_A, c_B, c_d, c_δ, c_Δ, c_{b,0}
	if l.m > 1 {
		vectors += l.m + 1 // c_P, c_{F,0}, c_{G,m}
	}
	return vectors*l.n + matrix{l.wide(), s.In.shape.elements(), nil}.units()
}

// productOf returns e = Π_{i≤mn} (y i + u^i − z).
func productOf(u []group.Scalar, y, z *group.Scalar) *group.Scalar {
	e, t, yi := group.NewScalar().Set(one), group.NewScalar(), group.NewScalar()
	for i := range u {
		yi.Add(yi, y)
		e.Mul(e, t.Sub(t.Add(yi, &u[i]), z))
	}
	return e
}

// distinct draws y and z. They are equal with a probability of 2^-252, and if they
// are, nobody may rely on the proof: the argument needs two independent challenges.
func distinct(challenge func() *group.Scalar) (y, z *group.Scalar, ok bool) {
	y = challenge()
	z = challenge()
	return y, z, !y.Equal(z)
}
