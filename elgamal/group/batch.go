package group

import (
	fp "github.com/cloudflare/circl/math/fp25519"

	"veche.example/internal/parallel"
)

// batchGrain is the least number of elements that share an inversion when a
// batch is split over the cores: there it costs a few per cent.
const batchGrain = 256

// Affines returns the points as Affines, with one shared inversion (Montgomery's
// trick). Constant time.
func Affines(points []Element) []Affine {
	out := make([]Affine, len(points))
	parallel.For(len(points), batchGrain, func(lo, hi int) {
		affines(out[lo:hi], points[lo:hi])
	})
	return out
}

func affines(out []Affine, points []Element) {
	acc := one
	for i := range points {
		points[i].check()
		out[i].dxy = acc // Z_0 * ... * Z_(i-1)
		fp.Mul(&acc, &acc, &points[i].z)
	}
	fp.Inv(&acc, &acc)
	var zInv, halfZInv, x, y, t fp.Elt
	for i := len(points) - 1; i >= 0; i-- {
		p, a := &points[i], &out[i]
		fp.Mul(&zInv, &acc, &a.dxy)
		fp.Mul(&acc, &acc, &p.z)
		fp.Mul(&t, &p.t, &zInv)
		fp.Mul(&halfZInv, &zInv, &oneHalf)
		fp.Mul(&x, &p.x, &halfZInv)
		fp.Mul(&y, &p.y, &halfZInv)
		a.setHalves(&x, &y, &t)
	}
}

// doubled is 2P in completed form: 2P = (eh : fg : ..) on the curve, see
// doubledOf.
type doubled struct {
	e, f, g, h, eg, fh, product fp.Elt
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
	parallel.For(len(points), batchGrain, func(lo, hi int) {
		encodeDoubled(out[fp.Size*lo:fp.Size*hi], points[lo:hi])
	})
	return dst
}

func encodeDoubled(out []byte, points []Element) {
	states := make([]doubled, len(points))
	before := make([]fp.Elt, len(points))
	acc := one
	for i := range points {
		points[i].check()
		states[i].set(&points[i])
		before[i] = acc
		// A zero product means that 2P is the identity; it must not spoil the rest.
		factor := states[i].product
		fp.Cmov(&factor, &one, isZero(&factor))
		fp.Mul(&acc, &acc, &factor)
	}
	fp.Inv(&acc, &acc)
	for i := len(points) - 1; i >= 0; i-- {
		var inv fp.Elt
		fp.Mul(&inv, &acc, &before[i])
		factor := states[i].product
		zero := isZero(&factor)
		fp.Cmov(&factor, &one, zero)
		fp.Mul(&acc, &acc, &factor)
		fp.Cmov(&inv, &fp.Elt{}, zero)
		s := states[i].encode(&inv)
		copy(out[fp.Size*i:], s[:])
	}
}

func (c *doubled) set(p *Element) {
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
	fp.Mul(&c.product, &c.eg, &c.fh)
}

func (c *doubled) encode(inv *fp.Elt) (s fp.Elt) {
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

	fp.Sub(&s, &h, &g)
	fp.Mul(&s, &s, &magic)
	fp.Mul(&t, &g, &tInv)
	fp.Mul(&s, &s, &t)
	abs(&s)
	fp.Modp(&s)
	return s
}
