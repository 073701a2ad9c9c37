// Package elgamal is vector ElGamal over ristretto255: a plaintext vector is
// cut into blocks of at most W components, each block encrypted with one
// randomiser under W independent keys, so that n components cost n + ⌈n/W⌉
// elements (Kurosawa 2002; Bellare–Boldyreva–Staddon 2003). Ciphertexts add up
// and can be re-encrypted. Voting applications use package ballot instead.
//
// It implements docs/spec/elgamal.md.
package elgamal

import (
	"bytes"
	"fmt"

	"veche.example/elgamal/group"
)

// MaxWidth is the largest number of keys, W.
const MaxWidth = 256

// PublicKey is the election key: W independent keys Y_l = x_l G. It is
// immutable and safe for concurrent use once Precompute has returned.
type PublicKey struct {
	keys    []group.Element
	affine  []group.Affine
	encoded []byte
	tables  []*group.Table
}

// NewPublicKey returns the public key of 1 to MaxWidth elements, none of them
// the identity and no two equal. That the keys are independent must be known
// from their proofs of possession: related keys leak differences of votes.
func NewPublicKey(keys []group.Element) (*PublicKey, error) {
	if len(keys) < 1 || len(keys) > MaxWidth {
		return nil, fmt.Errorf("elgamal: public key of %d elements, must be 1 to %d", len(keys), MaxWidth)
	}
	k := &PublicKey{keys: make([]group.Element, len(keys)), affine: group.Affines(keys)}
	seen := make(map[string]int, len(keys))
	for l := range keys {
		k.keys[l].Set(&keys[l])
		enc := keys[l].Bytes()
		if keys[l].IsIdentity() {
			return nil, fmt.Errorf("elgamal: key %d is the identity", l+1)
		}
		if other, ok := seen[string(enc)]; ok {
			return nil, fmt.Errorf("elgamal: keys %d and %d are equal", other+1, l+1)
		}
		seen[string(enc)] = l
		k.encoded = append(k.encoded, enc...)
	}
	return k, nil
}

// ParsePublicKey decodes what Bytes returned, under the rules of NewPublicKey.
func ParsePublicKey(b []byte) (*PublicKey, error) {
	if len(b)%32 != 0 || len(b) > 32*MaxWidth {
		return nil, fmt.Errorf("elgamal: public key of %d bytes, must be 32 for each of 1 to %d keys", len(b), MaxWidth)
	}
	keys := make([]group.Element, len(b)/32)
	for l := range keys {
		if _, err := keys[l].SetCanonicalBytes(b[32*l : 32*l+32]); err != nil {
			return nil, fmt.Errorf("elgamal: key %d: %w", l+1, err)
		}
	}
	return NewPublicKey(keys)
}

// Width returns W.
func (k *PublicKey) Width() int { return len(k.keys) }

// Key returns Y_(l+1), for l from 0 to W-1. It must not be changed.
func (k *PublicKey) Key(l int) *group.Element { return &k.keys[l] }

// Affine returns the same key as Key in affine form. It must not be changed.
func (k *PublicKey) Affine(l int) *group.Affine { return &k.affine[l] }

// Bytes returns the encodings of the W keys, 32 bytes each.
func (k *PublicKey) Bytes() []byte { return bytes.Clone(k.encoded) }

// Precompute builds a fixed-base table for every key, about 48 KB each, which
// pays from the second ballot on: with it a multiplication costs a fifth. It is
// called before the key is shared between goroutines.
func (k *PublicKey) Precompute() {
	if k.tables == nil {
		k.tables = group.NewTables(k.keys)
	}
}

// MulAdd sets dst += s Y_(l+1), in constant time, and returns dst.
func (k *PublicKey) MulAdd(dst *group.Element, l int, s *group.Scalar) *group.Element {
	if k.tables != nil {
		return k.tables[l].AddScalarMult(dst, s)
	}
	return dst.Add(dst, group.NewElement().ScalarMult(s, &k.keys[l]))
}

// MulSum returns Σ s_l Y_(l+1) over the first len(s) keys, in constant time.
func (k *PublicKey) MulSum(s []group.Scalar) *group.Element {
	if k.tables == nil {
		return group.MultiScalarMult(s, k.keys[:len(s)])
	}
	sum := group.NewElement()
	for l := range s {
		k.tables[l].AddScalarMult(sum, &s[l])
	}
	return sum
}
