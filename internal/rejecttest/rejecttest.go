// Package rejecttest is the rejection suite that every proof and signature of
// the module runs: whatever differs from a valid proof by a bit, a byte or a
// field, or is read for another statement, must be refused. Only tests use it.
package rejecttest

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Suite is a valid proof with everything that a verifier could confuse it with.
// A proof is a row of 32-byte fields, each an element or a scalar.
type Suite struct {
	Proof  []byte
	Verify func(proof []byte) error
	Others map[string]func(proof []byte) error // other statements, named after the fault
	Err    error                               // what a refusal must be
}

// Run checks that Verify accepts Proof and refuses every change of it, and that
// all Others refuse it.
func (s Suite) Run(t *testing.T) {
	require.NoError(t, s.Verify(s.Proof), "the valid proof")
	t.Run("every bit flipped", s.bits)
	t.Run("truncated and extended", s.lengths)
	t.Run("every two fields swapped", s.swaps)
	t.Run("other encodings and constants", s.fields)
	for name, verify := range s.Others {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, verify(s.Proof), s.Err)
		})
	}
}

func (s Suite) refuse(t *testing.T, proof []byte, format string, args ...any) {
	t.Helper()
	if err := s.Verify(proof); !errors.Is(err, s.Err) {
		require.Failf(t, "accepted, or refused with another error", "%s: %v", fmt.Sprintf(format, args...), err)
	}
}

func (s Suite) bits(t *testing.T) {
	for k := range 8 * len(s.Proof) {
		p := bytes.Clone(s.Proof)
		p[k/8] ^= 1 << (k % 8)
		s.refuse(t, p, "bit %d of byte %d", k%8, k/8)
	}
}

func (s Suite) lengths(t *testing.T) {
	for n := range s.Proof {
		s.refuse(t, s.Proof[:n], "the first %d bytes", n)
		s.refuse(t, s.Proof[n+1:], "without the first %d bytes", n+1)
	}
	for k := 0; k < len(s.Proof); k += 32 {
		s.refuse(t, slices.Delete(bytes.Clone(s.Proof), k, k+32), "field %d deleted", k/32)
		s.refuse(t, slices.Insert(bytes.Clone(s.Proof), k, s.Proof[k:k+32]...), "field %d doubled", k/32)
	}
	for _, n := range []int{1, 31, 32, 33, 64, 1 << 16} {
		s.refuse(t, append(bytes.Clone(s.Proof), make([]byte, n)...), "%d zero bytes more", n)
		s.refuse(t, append(make([]byte, n), s.Proof...), "%d zero bytes in front", n)
	}
}

func (s Suite) swaps(t *testing.T) {
	n := len(s.Proof) / 32
	for i := range n {
		for j := range i {
			p := bytes.Clone(s.Proof)
			copy(p[32*i:], s.Proof[32*j:32*j+32])
			copy(p[32*j:], s.Proof[32*i:32*i+32])
			if !bytes.Equal(p, s.Proof) {
				s.refuse(t, p, "fields %d and %d", i, j)
			}
		}
	}
}

var (
	// The group order q and the field's prime p of ristretto255 (RFC 9496).
	q, _ = new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	p, _ = new(big.Int).SetString("57896044618658097711785492504343953926634992332820282019728792003956564819949", 10)
)

// fields replaces each field by what stands for the same value if an encoding is
// not checked, and by constants.
func (s Suite) fields(t *testing.T) {
	for k := 0; k < len(s.Proof); k += 32 {
		v := littleEndian(s.Proof[k : k+32])
		for name, x := range map[string]*big.Int{
			"plus q":      new(big.Int).Add(v, q),
			"plus 8q":     new(big.Int).Add(v, new(big.Int).Lsh(q, 3)),
			"plus p":      new(big.Int).Add(v, p),
			"negated":     new(big.Int).Sub(p, v),
			"negated (q)": new(big.Int).Sub(q, new(big.Int).Mod(v, q)),
			"plus 2^255":  new(big.Int).SetBit(v, 255, 1),
			"zero":        new(big.Int),
			"one":         big.NewInt(1),
			"q":           q,
			"p":           p,
			"all ones":    new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1)),
		} {
			if x.Cmp(v) == 0 || x.Sign() < 0 || x.BitLen() > 256 {
				continue
			}
			changed := bytes.Clone(s.Proof)
			slices.Reverse(x.FillBytes(changed[k : k+32]))
			s.refuse(t, changed, "field %d %s", k/32, name)
		}
	}
}

func littleEndian(b []byte) *big.Int {
	b = bytes.Clone(b)
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}
