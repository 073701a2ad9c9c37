package group

import (
	fp "github.com/cloudflare/circl/math/fp25519"

	"veche.example/internal/parallel"
)

// batchSize is the number of elements that share an inversion: it costs them one
// or two per cent, and what they need in between stays in a core's cache.
const batchSize = 512

// inBatches calls f on consecutive ranges of [0, n), on all cores.
func inBatches(n int, f func(lo, hi int)) {
	parallel.For(n, batchSize/2, func(lo, hi int) {
		for ; lo < hi; lo += batchSize {
			f(lo, min(lo+batchSize, hi))
		}
	})
}

// Affines returns the points as Affines, which takes a shared inversion
// (Montgomery's trick) and a few multiplications each. Constant time.
func Affines(points []Element) []Affine {
	out := make([]Affine, len(points))
	inBatches(len(points), func(lo, hi int) { affines(out[lo:hi], points[lo:hi]) })
	return out
}

func affines(out []Affine, points []Element) {
	var halfInv, x, y, t fp.Elt
	for i, zInv := range invertZ(points) {
		p := &points[i]
		fp.Mul(&halfInv, &zInv, &oneHalf)
		fp.Mul(&x, &p.x, &halfInv)
		fp.Mul(&y, &p.y, &halfInv)
		fp.Mul(&t, &p.t, &zInv)
		out[i].setHalves(&x, &y, &t)
	}
}

// invertZ returns 1/Z for every point.
func invertZ(points []Element) []fp.Elt {
	zs := make([]fp.Elt, len(points))
	for i := range points {
		points[i].check()
		zs[i] = points[i].z
	}
	return invert(zs)
}

// invert returns the inverses of xs, all nonzero, at the price of one inversion
// and three multiplications each (Montgomery's trick). Constant time.
func invert(xs []fp.Elt) []fp.Elt {
	out := make([]fp.Elt, len(xs)+1)
	out[0] = one
	for i := range xs {
		fp.Mul(&out[i+1], &out[i], &xs[i]) // xs[0] * ... * xs[i]
	}
	var inv fp.Elt
	fp.Inv(&inv, &out[len(xs)])
	for i := len(xs) - 1; i >= 0; i-- {
		fp.Mul(&out[i], &out[i], &inv)
		fp.Mul(&inv, &inv, &xs[i])
	}
	return out[:len(xs)]
}

// AppendDoubled appends the encodings of 2P for every P, 32 bytes each. The
// points share one inversion and need no square root, so that it costs a tenth
// of Bytes: whoever encodes many results computes with halved scalars (see
// Scalar.Halve) and doubles here. Constant time. Hamburg's batch trick for
// Ristretto ("double and compress", also in curve25519-dalek).
func AppendDoubled(dst []byte, points []Element) []byte {
	n := len(dst)
	dst = append(dst, make([]byte, fp.Size*len(points))...)
	out := dst[n:]
	inBatches(len(points), func(lo, hi int) { encodeDoubled(out[fp.Size*lo:fp.Size*hi], points[lo:hi]) })
	return dst
}

func encodeDoubled(out []byte, points []Element) {
	sums := make([]completed, len(points))
	products := make([]fp.Elt, len(points))
	for i := range points {
		points[i].check()
		sums[i].setDouble(&points[i])
		fp.Mul(&products[i], &sums[i].eg, &sums[i].fh)
		// Zero must not spoil the inverses of the others.
		fp.Cmov(&products[i], &one, isZero(&products[i]))
	}
	inverses := invert(products)
	for i := range sums {
		sums[i].encode((*fp.Elt)(out[fp.Size*i:]), &inverses[i])
	}
}

// completed is a sum before its last multiplications: (EF : GH : FG), T = EH.
type completed struct {
	e, f, g, h, eg, fh fp.Elt
}

// setDouble sets c = 2p. Other than doubleCompleted it takes F and H from the
// curve equation, Z² ± DT², which are never zero.
func (c *completed) setDouble(p *Element) {
	var xx, yy, zz, dtt fp.Elt
	fp.Sqr(&xx, &p.x)
	fp.Sqr(&yy, &p.y)
	fp.Sqr(&zz, &p.z)
	fp.Sqr(&dtt, &p.t)
	fp.Mul(&dtt, &dtt, &d)
	fp.Mul(&c.e, &p.x, &p.y)
	fp.Add(&c.e, &c.e, &c.e)
	fp.Add(&c.f, &zz, &dtt)
	fp.Add(&c.g, &yy, &xx)
	fp.Sub(&c.h, &zz, &dtt)
	fp.Mul(&c.eg, &c.e, &c.g)
	fp.Mul(&c.fh, &c.f, &c.h)
}

// encode sets s to the encoding, given 1/(EFGH), or anything if EG = 0: then XY = 0
// and the point is the identity.
func (c *completed) encode(s, inv *fp.Elt) {
	var zInv, tInv, t, minusE, fi fp.Elt
	fp.Mul(&zInv, &c.eg, inv)
	fp.Mul(&tInv, &c.fh, inv)
	fp.Mul(&t, &c.eg, &zInv)
	rotate := isNegative(&t)

	fp.Neg(&minusE, &c.e)
	fp.Mul(&fi, &c.f, &sqrtM1)
	e, g, h, magic := c.e, c.g, c.h, invSqrtAMinusD
	fp.Cmov(&e, &c.g, rotate)
	fp.Cmov(&g, &minusE, rotate)
	fp.Cmov(&h, &fi, rotate)
	fp.Cmov(&magic, &sqrtM1, rotate)

	fp.Mul(&t, &h, &e)
	fp.Mul(&t, &t, &zInv)
	condNeg(&g, isNegative(&t))

	fp.Sub(s, &h, &g)
	fp.Mul(s, s, &magic)
	fp.Mul(&t, &g, &tInv)
	fp.Mul(s, s, &t)
	abs(s)
	fp.Cmov(s, &fp.Elt{}, isZero(&c.eg))
	fp.Modp(s)
}
