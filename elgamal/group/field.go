package group

import (
	"encoding/binary"

	fp "github.com/cloudflare/circl/math/fp25519"
)

// Constants of RFC 9496, section 4.1, and what follows from them: d is D.
var (
	one = fp.Elt{1}
	// oneHalf is 1/2 mod p.
	oneHalf = fp.Elt{
		0xf7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f,
	}

	d = fp.Elt{
		0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75, 0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70, 0x00,
		0x98, 0xe8, 0x79, 0x77, 0x79, 0x40, 0xc7, 0x8c, 0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c, 0x03, 0x52,
	}
	// minusD is -D.
	minusD = fp.Elt{
		0x4a, 0x87, 0xa6, 0xec, 0x35, 0xb2, 0x14, 0x8a, 0x54, 0x27, 0xbe, 0xbe, 0xb2, 0xf5, 0x8f, 0xff,
		0x67, 0x17, 0x86, 0x88, 0x86, 0xbf, 0x38, 0x73, 0x8c, 0x01, 0x90, 0xd4, 0x11, 0x93, 0xfc, 0x2d,
	}
	// d2 is 2D.
	d2 = fp.Elt{
		0x59, 0xf1, 0xb2, 0x26, 0x94, 0x9b, 0xd6, 0xeb, 0x56, 0xb1, 0x83, 0x82, 0x9a, 0x14, 0xe0, 0x00,
		0x30, 0xd1, 0xf3, 0xee, 0xf2, 0x80, 0x8e, 0x19, 0xe7, 0xfc, 0xdf, 0x56, 0xdc, 0xd9, 0x06, 0x24,
	}
	sqrtM1 = fp.Elt{
		0xb0, 0xa0, 0x0e, 0x4a, 0x27, 0x1b, 0xee, 0xc4, 0x78, 0xe4, 0x2f, 0xad, 0x06, 0x18, 0x43, 0x2f,
		0xa7, 0xd7, 0xfb, 0x3d, 0x99, 0x00, 0x4d, 0x2b, 0x0b, 0xdf, 0xc1, 0x4f, 0x80, 0x24, 0x83, 0x2b,
	}
	sqrtADMinusOne = fp.Elt{
		0x1b, 0x2e, 0x7b, 0x49, 0xa0, 0xf6, 0x97, 0x7e, 0xbd, 0x54, 0x78, 0x1b, 0x0c, 0x8e, 0x9d, 0xaf,
		0xfd, 0xd1, 0xf5, 0x31, 0xc9, 0xfc, 0x3c, 0x0f, 0xac, 0x48, 0x83, 0x2b, 0xbf, 0x31, 0x69, 0x37,
	}
	invSqrtAMinusD = fp.Elt{
		0xea, 0x40, 0x5d, 0x80, 0xaa, 0xfd, 0xc8, 0x99, 0xbe, 0x72, 0x41, 0x5a, 0x17, 0x16, 0x2f, 0x9d,
		0x40, 0xd8, 0x01, 0xfe, 0x91, 0x7b, 0xc2, 0x16, 0xa2, 0xfc, 0xaf, 0xcf, 0x05, 0x89, 0x6c, 0x78,
	}
	oneMinusDSq = fp.Elt{
		0x76, 0xc1, 0x5f, 0x94, 0xc1, 0x09, 0x7c, 0xe2, 0x0f, 0x35, 0x5e, 0xcd, 0x38, 0xa1, 0x81, 0x2c,
		0xe4, 0xdf, 0x70, 0xbe, 0xdd, 0xab, 0x94, 0x99, 0xd7, 0xe0, 0xb3, 0xb2, 0xa8, 0x72, 0x90, 0x02,
	}
	dMinusOneSq = fp.Elt{
		0x20, 0x4d, 0xed, 0x44, 0xaa, 0x5a, 0xad, 0x31, 0x99, 0x19, 0x1e, 0xb0, 0x2c, 0x4a, 0x9e, 0xd2,
		0xeb, 0x4e, 0x9b, 0x52, 0x2f, 0xd3, 0xdc, 0x4c, 0x41, 0x22, 0x6c, 0xf6, 0x7a, 0xb3, 0x68, 0x59,
	}
)

// copyElt sets z = x word by word: the wide loads of an assignment would wait
// for words that fp25519 has just stored.
func copyElt(z, x *fp.Elt) { setWords(z, word(x, 0), word(x, 1), word(x, 2), word(x, 3)) }

// reduce sets z = x mod p, canonical.
func reduce(z, x *fp.Elt) {
	copyElt(z, x)
	fp.Modp(z)
}

// isZero returns 1 if x = 0 mod p, else 0.
func isZero(x *fp.Elt) uint {
	var r fp.Elt
	reduce(&r, x)
	w := word(&r, 0) | word(&r, 1) | word(&r, 2) | word(&r, 3)
	return uint(1 ^ ((w | -w) >> 63))
}

// isNegative returns 1 if x mod p is odd, else 0 (IS_NEGATIVE of RFC 9496).
func isNegative(x *fp.Elt) uint {
	var r fp.Elt
	reduce(&r, x)
	return uint(r[0] & 1)
}

// isEqual returns 1 if x = y mod p, else 0.
func isEqual(x, y *fp.Elt) uint {
	var r fp.Elt
	fp.Sub(&r, x, y)
	return isZero(&r)
}

// condNeg negates x if bit is 1.
func condNeg(x *fp.Elt, bit uint) {
	var r fp.Elt
	fp.Neg(&r, x)
	fp.Cmov(x, &r, bit)
}

// abs makes x non-negative (CT_ABS of RFC 9496).
func abs(x *fp.Elt) { condNeg(x, isNegative(x)) }

// word returns the i-th little-endian 64-bit word of x.
func word(x *fp.Elt, i int) uint64 { return binary.LittleEndian.Uint64(x[8*i : 8*i+8]) }

// setWords writes four little-endian words to x.
func setWords(x *fp.Elt, w0, w1, w2, w3 uint64) {
	binary.LittleEndian.PutUint64(x[0:8], w0)
	binary.LittleEndian.PutUint64(x[8:16], w1)
	binary.LittleEndian.PutUint64(x[16:24], w2)
	binary.LittleEndian.PutUint64(x[24:32], w3)
}

// maxLanes bounds how many exponentiations powP58 does side by side. Squarings
// of one chain wait for each other; a processor overlaps those of several.
const maxLanes = 4

// powP58 sets z[k] = x[k]^((p-5)/8) = x[k]^(2^252 - 3) for every k. There are at
// most maxLanes, and z and x do not overlap.
func powP58(z, x []fp.Elt) {
	var aa, bb, cc [maxLanes]fp.Elt
	a, b, c := aa[:len(x)], bb[:len(x)], cc[:len(x)]
	sqrTimes(a, x, 1)   // 2
	sqrTimes(b, a, 2)   // 8
	mulLanes(b, b, x)   // 9
	mulLanes(a, a, b)   // 11
	sqrTimes(a, a, 1)   // 22
	mulLanes(a, a, b)   // 2^5 - 1
	sqrTimes(b, a, 5)   //
	mulLanes(a, a, b)   // 2^10 - 1
	sqrTimes(b, a, 10)  //
	mulLanes(b, b, a)   // 2^20 - 1
	sqrTimes(c, b, 20)  //
	mulLanes(b, b, c)   // 2^40 - 1
	sqrTimes(b, b, 10)  //
	mulLanes(a, a, b)   // 2^50 - 1
	sqrTimes(b, a, 50)  //
	mulLanes(b, b, a)   // 2^100 - 1
	sqrTimes(c, b, 100) //
	mulLanes(b, b, c)   // 2^200 - 1
	sqrTimes(b, b, 50)  //
	mulLanes(a, a, b)   // 2^250 - 1
	sqrTimes(a, a, 2)   // 2^252 - 4
	mulLanes(z, a, x)   // 2^252 - 3
}

// sqrTimes sets z = x^(2^n), n > 0, lane by lane.
func sqrTimes(z, x []fp.Elt, n int) {
	for k := range z {
		fp.Sqr(&z[k], &x[k])
	}
	for range n - 1 {
		for k := range z {
			fp.Sqr(&z[k], &z[k])
		}
	}
}

// mulLanes sets z = xy, lane by lane.
func mulLanes(z, x, y []fp.Elt) {
	for k := range z {
		fp.Mul(&z[k], &x[k], &y[k])
	}
}

// invSqrt sets r to the non-negative root of 1/v and returns 1 if v is a
// nonzero square; otherwise r is the non-negative root of sqrt(-1)/v, or 0 for
// v = 0, and the result is 0. Constant time; SQRT_RATIO_M1(1, v) of RFC 9496,
// section 4.2, with v^((p-5)/8) as the first guess, since v times its square is
// v^((p-1)/4), a fourth root of one.
func invSqrt(r, v *fp.Elt) uint {
	var root [1]fp.Elt
	powP58(root[:], []fp.Elt{*v})
	guess := &root[0]

	var check, minusOne, minusI, turned fp.Elt
	fp.Sqr(&check, guess)
	fp.Mul(&check, &check, v)

	fp.Neg(&minusOne, &one)
	fp.Neg(&minusI, &sqrtM1)
	isMinusOne := isEqual(&check, &minusOne)
	isMinusI := isEqual(&check, &minusI)
	fp.Mul(&turned, guess, &sqrtM1)
	fp.Cmov(guess, &turned, isMinusOne|isMinusI)
	abs(guess)
	copyElt(r, guess)
	return isEqual(&check, &one) | isMinusOne
}

// sqrtRatio sets r to the non-negative root of u/v and returns 1 if u/v is a
// square or u = 0; otherwise r is the non-negative root of sqrt(-1)*u/v, or 0 for
// v = 0, and the result is 0. Constant time; SQRT_RATIO_M1 of RFC 9496,
// section 4.2, as u times the inverse root of uv.
func sqrtRatio(r, u, v *fp.Elt) uint {
	var uv, root fp.Elt
	fp.Mul(&uv, u, v)
	isSquare := invSqrt(&root, &uv)
	fp.Mul(r, u, &root)
	abs(r)
	return isSquare | isZero(u)
}
