package group

import (
	"encoding/binary"

	fp "github.com/cloudflare/circl/math/fp25519"
)

const (
	digitBits = 5                                 // of a digit of a secret scalar
	numDigits = (253 + digitBits - 1) / digitBits // a scalar is below 2^253
	numRows   = 1 << (digitBits - 1)              // multiples 1..16
)

// words returns the canonical value of s as little-endian words, and a zero word.
func (s *Scalar) words() (w [5]uint64) {
	b := s.s.Bytes()
	for i := range 4 {
		w[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return w
}

// bitsAt returns n bits of w from bit pos on.
func bitsAt(w *[5]uint64, pos, n uint) uint64 {
	i, shift := pos/64, pos%64
	return (w[i]>>shift | w[i+1]<<1<<(63-shift)) & (1<<n - 1)
}

// digits writes s = sum of digits[i] * 32^i with -16 <= digits[i] < 16.
func (s *Scalar) digits() (digits [numDigits]int8) {
	w := s.words()
	carry := uint64(0)
	for i := range digits {
		v := bitsAt(&w, uint(i)*digitBits, digitBits) + carry
		carry = (v + numRows) >> digitBits
		digits[i] = int8(v) - int8(carry<<digitBits)
	}
	return digits
}

// column is one coordinate of the multiples 1..16 of a point.
type column [numRows]fp.Elt

// selection says which row of a column to read, in constant time.
type selection struct {
	masks [numRows]uint64 // all bits set in the wanted row's
	zero  uint64          // all bits set if the digit is zero
	sign  uint            // 1 if the digit is negative, else 0
}

func (s *selection) set(digit int8) {
	sign := digit >> 7 // 0 or -1
	row := uint64((digit ^ sign) - sign)
	s.sign = uint(sign & 1)
	s.zero = -((row - 1) >> 63)
	for i := range s.masks {
		s.masks[i] = -(((row ^ uint64(i+1)) - 1) >> 63)
	}
}

// read writes the selected row of c to dst, or zero if the digit is zero. It
// reads every row.
func (s *selection) read(dst *fp.Elt, c *column, zero *fp.Elt) {
	m := s.zero
	w0, w1, w2, w3 := m&word(zero, 0), m&word(zero, 1), m&word(zero, 2), m&word(zero, 3)
	for i := range c {
		m, row := s.masks[i], &c[i]
		w0 |= m & word(row, 0)
		w1 |= m & word(row, 1)
		w2 |= m & word(row, 2)
		w3 |= m & word(row, 3)
	}
	setWords(dst, w0, w1, w2, w3)
}
