// Package transcript turns interactive proofs into non-interactive ones with
// the duplex sponge of draft-irtf-cfrg-fiat-shamir-03 over SHAKE128. Its types
// follow a proof's life: an [Instance] collects the statement and cannot give a
// challenge; [Instance.Prove] and [Instance.Verify] close it; from then on the
// call that writes or reads a prover message also absorbs it. Only authors of
// proofs need it.
//
// It implements docs/spec/transcript.md.
package transcript

import (
	"encoding/binary"

	"veche.example/elgamal/group"
)

// challengeSize is 32 + 16 bytes, so that a challenge reduced mod q is within
// 2^-128 of uniform.
const challengeSize = 48

// Instance collects everything that a proof is about: all public inputs, all
// lengths, who proves. Each method documents the bytes that it absorbs.
type Instance struct{ s sponge }

// Tag returns the application tag of a protocol, "veche/v1/<protocol>".
func Tag(protocol string) string { return "veche/v1/" + protocol }

// New starts an instance of the named protocol within one election; it absorbs
// the 32 bytes of the fingerprint.
func New(protocol string, fingerprint [32]byte) *Instance {
	i := &Instance{start(protocol)}
	i.s.absorb(fingerprint[:])
	return i
}

// Clone returns an independent copy, to share a prefix among many statements.
func (i *Instance) Clone() *Instance { c := *i; return &c }

// Uint64 absorbs v as 8 bytes, little endian.
func (i *Instance) Uint64(v uint64) *Instance {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	i.s.absorb(b[:])
	return i
}

// Bytes absorbs a string of any length below 2^32: its length as 4 bytes,
// little endian, then the string.
func (i *Instance) Bytes(b []byte) *Instance {
	i.s.absorbVector(b)
	return i
}

// Fixed absorbs b as it is; its length must follow from what was absorbed before.
func (i *Instance) Fixed(b []byte) *Instance {
	i.s.absorb(b)
	return i
}

// Element absorbs the 32-byte encoding of e.
func (i *Instance) Element(e *group.Element) *Instance { return i.Fixed(e.Bytes()) }

func (s *sponge) absorbVector(b []byte) {
	var n [4]byte
	binary.LittleEndian.PutUint32(n[:], uint32(len(b)))
	s.absorb(n[:])
	s.absorb(b)
}

func (s *sponge) scalar(size int) *group.Scalar { return s.setScalar(group.NewScalar(), size) }

func (s *sponge) setScalar(dst *group.Scalar, size int) *group.Scalar {
	var b [64]byte
	s.squeeze(b[:size])
	return dst.SetWideBytes(b[:size])
}

// Hash returns a 32-byte hash of the parts, each absorbed with its length,
// under the tag of the named protocol.
func Hash(protocol string, parts ...[]byte) (h [32]byte) {
	s := start(protocol)
	for _, p := range parts {
		s.absorbVector(p)
	}
	s.squeeze(h[:])
	return h
}

// Weights is a stream of 128-bit scalars derived from 32 bytes that commit to
// everything they are meant to weigh.
type Weights struct{ s sponge }

// NewWeights returns the stream of the named protocol under root.
func NewWeights(protocol string, root [32]byte) *Weights {
	w := &Weights{start(protocol)}
	w.s.absorb(root[:])
	return w
}

// Next sets dst to the next 128 bits and returns it.
func (w *Weights) Next(dst *group.Scalar) *group.Scalar { return w.s.setScalar(dst, 16) }
