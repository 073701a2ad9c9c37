package group

import (
	"crypto/rand"
	"encoding/binary"
	"errors"

	"filippo.io/edwards25519"
)

// Scalar is an integer modulo the group order
// q = 2^252 + 27742317777372353535851937790883648493. The zero value is 0.
type Scalar struct {
	_ [0]func()
	s edwards25519.Scalar
}

var errScalar = errors.New("group: a scalar is 32 bytes, little endian, below the group order; these bytes are not")

// half is 1/2 mod q.
var half = mustScalar([]byte{
	0xf7, 0xe9, 0x7a, 0x2e, 0x8d, 0x31, 0x09, 0x2c, 0x6b, 0xce, 0x7b, 0x51, 0xef, 0x7c, 0x6f, 0x0a,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x08,
})

func mustScalar(b []byte) *Scalar {
	s, err := NewScalar().SetCanonicalBytes(b)
	if err != nil {
		panic(err)
	}
	return s
}

// NewScalar returns 0.
func NewScalar() *Scalar { return &Scalar{} }

// RandomScalar returns a uniformly random scalar from the system's generator.
func RandomScalar() *Scalar {
	var b [64]byte
	rand.Read(b[:])
	return NewScalar().SetWideBytes(b[:])
}

// Set sets s = a.
func (s *Scalar) Set(a *Scalar) *Scalar {
	s.s.Set(&a.s)
	return s
}

// SetUint64 sets s = v.
func (s *Scalar) SetUint64(v uint64) *Scalar {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	return s.SetWideBytes(b[:])
}

// Add sets s = a + b.
func (s *Scalar) Add(a, b *Scalar) *Scalar {
	s.s.Add(&a.s, &b.s)
	return s
}

// Sub sets s = a - b.
func (s *Scalar) Sub(a, b *Scalar) *Scalar {
	s.s.Subtract(&a.s, &b.s)
	return s
}

// Neg sets s = -a.
func (s *Scalar) Neg(a *Scalar) *Scalar {
	s.s.Negate(&a.s)
	return s
}

// Mul sets s = a * b.
func (s *Scalar) Mul(a, b *Scalar) *Scalar {
	s.s.Multiply(&a.s, &b.s)
	return s
}

// MulAdd sets s = a * b + c.
func (s *Scalar) MulAdd(a, b, c *Scalar) *Scalar {
	s.s.MultiplyAdd(&a.s, &b.s, &c.s)
	return s
}

// Inv sets s = 1/a, and 0 if a = 0.
func (s *Scalar) Inv(a *Scalar) *Scalar {
	s.s.Invert(&a.s)
	return s
}

// Halve sets s = a/2.
func (s *Scalar) Halve(a *Scalar) *Scalar { return s.Mul(a, half) }

// SetWideBytes sets s to the little-endian integer b mod q. It panics if b is
// longer than 64 bytes. The result is close to uniform if b is uniform and at
// least 16 bytes longer than q.
func (s *Scalar) SetWideBytes(b []byte) *Scalar {
	var wide [64]byte
	if len(b) > len(wide) {
		panic("group: Scalar.SetWideBytes takes at most 64 bytes")
	}
	copy(wide[:], b)
	if _, err := s.s.SetUniformBytes(wide[:]); err != nil {
		panic(err)
	}
	return s
}

// SetCanonicalBytes decodes 32 little-endian bytes. A value of q or more, or
// another length, is an error and leaves s unchanged. Whether it is an error is
// not kept secret.
func (s *Scalar) SetCanonicalBytes(b []byte) (*Scalar, error) {
	if _, err := s.s.SetCanonicalBytes(b); err != nil {
		return nil, errScalar
	}
	return s, nil
}

// Bytes returns the canonical 32-byte little-endian encoding of s.
func (s *Scalar) Bytes() []byte { return s.s.Bytes() }

// AppendBinary appends the encoding of s to b. The error is always nil.
func (s *Scalar) AppendBinary(b []byte) ([]byte, error) {
	return append(b, s.s.Bytes()...), nil
}

// Equal reports whether s = b.
func (s *Scalar) Equal(b *Scalar) bool { return s.s.Equal(&b.s) == 1 }

// IsZero reports whether s = 0.
func (s *Scalar) IsZero() bool { return s.Equal(&Scalar{}) }

// BatchInvert replaces every scalar of s by its inverse with one inversion in
// all (Montgomery's trick). All must be nonzero; one zero makes all of them 0.
func BatchInvert(s []Scalar) {
	products := make([]Scalar, len(s)) // products[i] = s[0] * ... * s[i-1]
	acc := *NewScalar().SetUint64(1)
	for i := range s {
		products[i].Set(&acc)
		acc.Mul(&acc, &s[i])
	}
	acc.Inv(&acc)
	for i := len(s) - 1; i >= 0; i-- {
		products[i].Mul(&products[i], &acc)
		acc.Mul(&acc, &s[i])
		s[i].Set(&products[i])
	}
}
