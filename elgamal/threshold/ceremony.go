package threshold

import (
	"errors"
	"fmt"
	"slices"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// MaxTrustees is the greatest number of trustees.
const MaxTrustees = 64

const (
	hashSize      = 32
	keySize       = 32
	elementSize   = 32
	scalarSize    = 32
	signatureSize = 64
)

// Ceremony is what everybody knows before a key ceremony begins; the manifest
// fixes it. It must not change once it is in use.
type Ceremony struct {
	// Session is 32 bytes that no other ceremony had: a repetition has new ones.
	Session [32]byte
	// Width is the number of components of the election key, 1..elgamal.MaxWidth.
	Width int
	// Threshold is how many trustees decrypt, 1..len(Trustees).
	Threshold int
	// Trustees are the identity keys, 1..MaxTrustees of them and all distinct.
	// The index of a trustee is its position, counted from 1.
	Trustees []proofs.VerifyKey
	// Witnesses are the identity keys of those whose signatures count for a quorum
	// besides the trustees', 0..n-Threshold of them, distinct from all others. With
	// more of them all trustees together would be no quorum.
	Witnesses []proofs.VerifyKey
}

// Check returns an error that says which field of c is out of its range.
func (c *Ceremony) Check() error {
	n := len(c.Trustees)
	switch {
	case n < 1 || n > MaxTrustees:
		return fmt.Errorf("ceremony: %d trustees, must be 1 to %d", n, MaxTrustees)
	case c.Threshold < 1 || c.Threshold > n:
		return fmt.Errorf("ceremony: threshold %d, must be 1 to %d (the number of trustees)", c.Threshold, n)
	case c.Width < 1 || c.Width > elgamal.MaxWidth:
		return fmt.Errorf("ceremony: width %d, must be 1 to %d", c.Width, elgamal.MaxWidth)
	case c.Session == [32]byte{}:
		return errors.New("ceremony: the session is all zero: draw or derive 32 bytes of its own")
	case len(c.Witnesses) > n-c.Threshold:
		return fmt.Errorf("ceremony: %d witnesses, must be 0 to %d (trustees less threshold)", len(c.Witnesses), n-c.Threshold)
	}
	return c.checkIdentities()
}

// checkIdentities returns an error unless all keys are valid and distinct.
func (c *Ceremony) checkIdentities() error {
	seen := make(map[proofs.VerifyKey]string)
	for i, k := range c.signers() {
		name := fmt.Sprintf("trustee %d", i+1)
		if n := len(c.Trustees); i >= n {
			name = fmt.Sprintf("witness %d", i-n+1)
		}
		if err := k.Check(); err != nil {
			return fmt.Errorf("ceremony: %s: identity key: %w", name, err)
		}
		if first, ok := seen[k]; ok {
			return fmt.Errorf("ceremony: %s has the identity key of %s: keys must be distinct", name, first)
		}
		seen[k] = name
	}
	return nil
}

// signers returns the trustees' identity keys and then the witnesses'.
func (c *Ceremony) signers() []proofs.VerifyKey { return slices.Concat(c.Trustees, c.Witnesses) }

// id returns F, the fingerprint of everything in this ceremony: K1.
func (c *Ceremony) id() [32]byte {
	return transcript.Hash("ceremony", c.Session[:], c.sizes(), c.identities())
}

// sizes returns W ‖ t ‖ n ‖ w.
func (c *Ceremony) sizes() (b []byte) {
	for _, v := range []int{c.Width, c.Threshold, len(c.Trustees), len(c.Witnesses)} {
		b = wire.AppendUint16(b, uint16(v))
	}
	return b
}

// identities returns I_1 ‖ … ‖ I_(n+w).
func (c *Ceremony) identities() []byte {
	var b []byte
	for _, k := range c.signers() {
		b = append(b, k[:]...)
	}
	return b
}

func appendElements(b []byte, points []group.Element) []byte {
	for i := range points {
		b = append(b, points[i].Bytes()...)
	}
	return b
}

func appendScalars(b []byte, s []group.Scalar) []byte {
	for i := range s {
		b = append(b, s[i].Bytes()...)
	}
	return b
}

// parseScalars returns the canonical scalars that make up b.
func parseScalars(b []byte, count int) ([]group.Scalar, error) {
	if len(b) != count*scalarSize {
		return nil, fmt.Errorf("%d bytes, must be %d", len(b), count*scalarSize)
	}
	s := make([]group.Scalar, count)
	for l := range s {
		if _, err := s[l].SetCanonicalBytes(b[l*scalarSize : (l+1)*scalarSize]); err != nil {
			return nil, fmt.Errorf("scalar %d: %w", l+1, err)
		}
	}
	return s, nil
}

// parseElements returns the canonical elements that make up b.
func parseElements(b []byte, count int) ([]group.Element, error) {
	if len(b) != count*elementSize {
		return nil, fmt.Errorf("%d bytes, must be %d", len(b), count*elementSize)
	}
	p := make([]group.Element, count)
	for l := range p {
		if _, err := p[l].SetCanonicalBytes(b[l*elementSize : (l+1)*elementSize]); err != nil {
			return nil, fmt.Errorf("element %d: %w", l+1, err)
		}
	}
	return p, nil
}
