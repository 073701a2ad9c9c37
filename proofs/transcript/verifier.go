package transcript

import (
	"errors"
	"fmt"

	"veche.example/elgamal/group"
)

var errTruncated = errors.New("transcript: proof is truncated")

// Verifier reads a proof: every message is taken from the proof and absorbed in
// one call, in the order of the calls. The first fault sticks; Close reports it.
type Verifier struct {
	s      sponge
	rest   []byte
	err    error
	points []*group.Affine // where Close puts the elements that were received
	enc    []byte          // their encodings
	few    struct {        // where both begin, enough for most proofs
		points [4]*group.Affine
		enc    [4 * 32]byte
	}
}

// Verify closes the instance and starts reading its proof.
func (i *Instance) Verify(proof []byte) *Verifier {
	v := &Verifier{s: i.s, rest: proof}
	v.points, v.enc = v.few.points[:0], v.few.enc[:0]
	return v
}

func (v *Verifier) take() []byte {
	if v.err == nil && len(v.rest) < 32 {
		v.err = errTruncated
	}
	if v.err != nil {
		return nil
	}
	b := v.rest[:32]
	v.rest = v.rest[32:]
	v.s.absorb(b)
	return b
}

// Element receives an element, the identity included. Close decodes all elements
// together, which is faster, and puts this one into dst, unless there is a fault.
func (v *Verifier) Element(dst *group.Affine) {
	if b := v.take(); b != nil {
		v.points = append(v.points, dst)
		v.enc = append(v.enc, b...)
	}
}

// Encoded receives an element that the caller decodes together with others; nil
// after a fault.
func (v *Verifier) Encoded() []byte { return v.take() }

// Scalar receives a scalar into dst, which is left alone after a fault.
func (v *Verifier) Scalar(dst *group.Scalar) {
	if b := v.take(); b != nil {
		_, v.err = dst.SetCanonicalBytes(b)
	}
}

// Challenge draws what the prover's Challenge drew.
func (v *Verifier) Challenge() *group.Scalar { return v.s.scalar(challengeSize) }

// Challenge128 draws what the prover's Challenge128 drew.
func (v *Verifier) Challenge128() *group.Scalar { return v.s.scalar(16) }

// Close returns the first fault, or one if bytes are left over, or else 32 bytes
// that commit to the instance and to the whole proof, responses included.
func (v *Verifier) Close() (digest [32]byte, err error) {
	if v.err == nil && len(v.rest) > 0 {
		v.err = fmt.Errorf("transcript: %d bytes too many after the proof", len(v.rest))
	}
	if v.err != nil {
		return digest, v.err
	}
	points, err := group.DecodeAffines(v.enc)
	if err != nil {
		return digest, err
	}
	for k := range points {
		v.points[k].Set(&points[k])
	}
	v.s.squeeze(digest[:])
	return digest, nil
}
