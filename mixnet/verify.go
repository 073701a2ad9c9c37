package mixnet

import (
	"veche.example/elgamal/group"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// exchange is one sub-argument as a verifier reads it: elements, a challenge,
// scalars.
type exchange struct {
	first []group.Affine
	x     *group.Scalar
	last  []group.Scalar
}

// messages is a whole proof with its challenges.
type messages struct {
	A, B                   []group.Affine // c_A and c_B
	u, y, z, θ, ψ          *group.Scalar
	P                      []group.Affine // c_{P,2}..c_{P,m}
	zero, single, multiexp exchange
	distinct               bool
}

func readElements(v *transcript.Verifier, n int) []group.Affine {
	out := make([]group.Affine, n)
	for k := range out {
		v.Element(&out[k])
	}
	return out
}

func readExchange(v *transcript.Verifier, elements, scalars int) exchange {
	e := exchange{first: readElements(v, elements), x: v.Challenge(), last: make([]group.Scalar, scalars)}
	for k := range e.last {
		v.Scalar(&e.last[k])
	}
	return e
}

// read takes all messages in the order of the specification.
func (s *Statement) read(v *transcript.Verifier, l layout) *messages {
	m := &messages{A: readElements(v, l.m)}
	m.u = v.Challenge()
	m.B = readElements(v, l.m)
	m.y, m.z, m.distinct = distinct(v.Challenge)
	if l.m > 1 {
		m.P = readElements(v, hadamardElements(l))
		m.θ, m.ψ = v.Challenge(), v.Challenge()
		m.zero = readExchange(v, zeroElements(l), zeroScalars(l))
	}
	m.single = readExchange(v, singleElements, singleScalars(l))
	m.multiexp = readExchange(v, multiexpElements(l, s.In.shape), multiexpScalars(l, s.In.shape))
	return m
}

// Verify adds the equations U1–U8 to the claim. in and out are where the batch
// holds In.Points() and Out.Points(), see [proofs.Batch.Extend]. The error is an
// ErrProof.
func (s *Statement) Verify(c *proofs.Claim, in, out proofs.Base, proof []byte) error {
	if err := s.Check(); err != nil {
		return err
	}
	if len(proof) != s.ProofSize() {
		return proofs.ErrProof
	}
	if s.In.rows == 0 {
		return nil
	}
	l := s.layout()
	v := s.bind(l).Verify(proof)
	m := s.read(v, l)
	digest, err := v.Close()
	if err != nil || !m.distinct {
		return proofs.ErrProof
	}
	u := powers(m.u, l.size()+1)[1:]
	m.product(c, l, productOf(u, m.y, m.z))
	arg := &multiexp{layout: l, shape: s.In.shape, rows: s.In.rows, u: u, B: m.B, in: in, out: out}
	arg.equations(c, m.multiexp.x, m.multiexp.first, m.multiexp.last)
	c.Proof(shuffleProtocol, digest)
	return nil
}

// product adds U1–U5 for the product e over y c_A + c_B − Com(z, …, z; 0).
func (m *messages) product(c *proofs.Claim, l layout, e *group.Scalar) {
	C := make([]*form, l.m)
	for i := range C {
		C[i] = new(form).plus(m.y, &m.A[i]).plus(one, &m.B[i])
		C[i].ones.Neg(m.z)
	}
	sv := &single{l.n, C[0], e}
	if l.m > 1 {
		h := &hadamard{l.n, C, m.P}
		h.zero(m.θ, m.ψ).equations(c, m.zero.x, m.zero.first, m.zero.last)
		sv = h.single(e)
	}
	sv.equations(c, m.single.x, m.single.first, m.single.last)
}

// VerifyAlone decides one proof. The error is an ErrProof.
func (s *Statement) VerifyAlone(proof []byte) error {
	var c proofs.Claim
	b := proofs.NewBatch(s.Keys)
	if err := s.Verify(&c, b.Extend(s.In.points), b.Extend(s.Out.points), proof); err != nil {
		return err
	}
	b.Add(&c)
	if b.Decide() != nil {
		return proofs.ErrProof
	}
	return nil
}
