package group

import (
	"encoding/binary"
	"math/bits"
)

// Secret scalars are written in signed digits of four bits. With five, a Table is
// a few per cent faster and everything else slower.
const (
	digitBits = 4
	numDigits = 64                   // a scalar is below 2^253
	numRows   = 1 << (digitBits - 1) // multiples of a point to choose from
)

// words returns the canonical value of s as little-endian words, and a zero word.
func (s *Scalar) words() (w [5]uint64) {
	b := s.s.Bytes()
	for i := range 4 {
		w[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return w
}

// absWords returns the absolute value and the sign of s as an integer in
// [-q/2, q/2]. Variable time.
func (s *Scalar) absWords() (abs [5]uint64, sign int) {
	abs = s.words()
	var minus [5]uint64
	var borrow uint64
	for i := range order {
		minus[i], borrow = bits.Sub64(order[i], abs[i], borrow)
	}
	for i := range order {
		_, borrow = bits.Sub64(minus[i], abs[i], borrow)
	}
	if borrow == 1 {
		return minus, -1
	}
	return abs, 1
}

// order is q.
var order = [4]uint64{0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 1 << 60}

// bitsAt returns n bits of w from bit pos on.
func bitsAt(w *[5]uint64, pos, n uint) uint64 {
	i, shift := pos/64, pos%64
	return (w[i]>>shift | w[i+1]<<1<<(63-shift)) & (1<<n - 1)
}

// digits writes s = sum of digits[i] * 16^i with -8 <= digits[i] < 8.
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
