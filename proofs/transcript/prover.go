package transcript

import (
	"crypto/rand"

	"veche.example/elgamal/group"
)

// Prover writes a proof: every message goes into the proof and into the sponge
// in one call, in the order of the calls.
type Prover struct {
	s     sponge
	proof []byte
}

// Prove closes the instance and starts its proof.
func (i *Instance) Prove() *Prover { return &Prover{s: i.s} }

// Encoded sends elements that are already encoded, 32 bytes each.
func (p *Prover) Encoded(b []byte) {
	p.s.absorb(b)
	p.proof = append(p.proof, b...)
}

// Element sends e. Encoding is constant time.
func (p *Prover) Element(e *group.Element) { p.Encoded(e.Bytes()) }

// Scalar sends s.
func (p *Prover) Scalar(s *group.Scalar) { p.Encoded(s.Bytes()) }

// Challenge draws a scalar: 48 bytes of output, little endian, mod q.
func (p *Prover) Challenge() *group.Scalar { return p.s.scalar(challengeSize) }

// Challenge128 draws a scalar below 2^128.
func (p *Prover) Challenge128() *group.Scalar { return p.s.scalar(16) }

// Proof returns everything sent.
func (p *Prover) Proof() []byte { return p.proof }

// Nonces is a stream of secret scalars for one proof.
type Nonces struct{ s sponge }

// Nonces returns hedged nonces: derived from the state of the proof, the
// witness, a label, and 32 fresh bytes of the system's randomness, so that
// neither a broken generator nor a restored snapshot repeats one under another
// statement.
func (p *Prover) Nonces(witness []byte, label string) *Nonces {
	var fresh [32]byte
	rand.Read(fresh[:])
	return p.nonces("nonce/hedged", &fresh, witness, label)
}

// SeededNonces returns nonces that depend on nothing but the arguments and the
// state of the proof, for proofs that must be rebuilt byte for byte from seed.
func (p *Prover) SeededNonces(seed *[32]byte, witness []byte, label string) *Nonces {
	return p.nonces("nonce/seeded", seed, witness, label)
}

func (p *Prover) nonces(protocol string, seed *[32]byte, witness []byte, label string) *Nonces {
	// A copy is squeezed, so that drawing nonces does not change the challenges.
	at := p.s
	var state [32]byte
	at.squeeze(state[:])
	n := &Nonces{start(protocol)}
	n.s.absorb(seed[:])
	n.s.absorb(state[:])
	n.s.absorbVector(witness)
	n.s.absorbVector([]byte(label))
	return n
}

// Scalar returns the next nonce: 64 bytes of output, little endian, mod q.
func (n *Nonces) Scalar() *group.Scalar { return n.s.scalar(64) }
