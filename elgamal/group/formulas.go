package group

import fp "github.com/cloudflare/circl/math/fp25519"

// The formulas work in place on p's coordinates, with the letters of Hisil,
// Wong, Carter and Dawson (2008), section 3, for a = -1: a sum is
// (EF : GH : FG), T = EH. They are complete: no input is special.

// doubleTimes sets p = 2^n p for n > 0. T is needed only at the end.
func (p *Element) doubleTimes(n int) *Element {
	for range n - 1 {
		p.doubleCompleted()
		fp.Mul(&p.t, &p.t, &p.z) // EF
		fp.Mul(&p.z, &p.z, &p.y) // FG
		fp.Mul(&p.y, &p.y, &p.x) // GH
		copyElt(&p.x, &p.t)
	}
	p.doubleCompleted()
	var ef fp.Elt
	fp.Mul(&ef, &p.t, &p.z)
	fp.Mul(&p.t, &p.t, &p.x) // EH
	fp.Mul(&p.z, &p.z, &p.y) // FG
	fp.Mul(&p.y, &p.y, &p.x) // GH
	copyElt(&p.x, &ef)
	return p
}

// doubleCompleted leaves H, G, F and E of 2p in X, Y, Z and T (section 3.3,
// all four negated). It does not read T.
func (p *Element) doubleCompleted() {
	fp.Add(&p.t, &p.x, &p.y)
	fp.Sqr(&p.t, &p.t)
	fp.Sqr(&p.x, &p.x)
	fp.Sqr(&p.y, &p.y)
	fp.Sqr(&p.z, &p.z)
	fp.AddSub(&p.x, &p.y)    // H = X² + Y², G = X² - Y²
	fp.Sub(&p.t, &p.x, &p.t) // E = H - (X+Y)²
	fp.Add(&p.z, &p.z, &p.z)
	fp.Add(&p.z, &p.z, &p.y) // F = 2Z² + G
}

// cached is a point prepared for addition: Y+X, Y-X, 2Z, 2DT.
type cached struct {
	yPlusX, yMinusX, z2, t2d fp.Elt
}

func (c *cached) set(q *Element) {
	fp.Add(&c.yPlusX, &q.y, &q.x)
	fp.Sub(&c.yMinusX, &q.y, &q.x)
	fp.Add(&c.z2, &q.z, &q.z)
	fp.Mul(&c.t2d, &q.t, &d2)
}

func (c *cached) condNeg(bit uint) {
	fp.Cswap(&c.yPlusX, &c.yMinusX, bit)
	condNeg(&c.t2d, bit)
}

// addCached sets p = p + q (section 3.1).
func (p *Element) addCached(q *cached) *Element {
	fp.AddSub(&p.y, &p.x) // Y+X, Y-X
	fp.Mul(&p.t, &p.t, &q.t2d)
	fp.Mul(&p.z, &p.z, &q.z2)
	fp.Mul(&p.x, &p.x, &q.yMinusX)
	fp.Mul(&p.y, &p.y, &q.yPlusX)
	fp.AddSub(&p.z, &p.t) // G, F
	fp.AddSub(&p.y, &p.x) // H, E
	return p.addComplete()
}

// addNiels sets p = p + q for sign 0 and p = p - q for sign 1, where q has the
// given (y+x)/2 and (y-x)/2, already swapped if sign is 1, and Dxy.
func (p *Element) addNiels(yPlusX, yMinusX, dxy *fp.Elt, sign uint) *Element {
	fp.AddSub(&p.y, &p.x) // Y+X, Y-X
	fp.Mul(&p.t, &p.t, dxy)
	fp.Mul(&p.x, &p.x, yMinusX)
	fp.Mul(&p.y, &p.y, yPlusX)
	fp.AddSub(&p.z, &p.t) // G, F
	fp.AddSub(&p.y, &p.x) // H, E
	fp.Cswap(&p.z, &p.t, sign)
	return p.addComplete()
}

// varTimeAddNiels sets p = p + q for sign 0 and p = p - q for sign 1. It does
// not branch on sign, but reads q in an order that depends on it.
func (p *Element) varTimeAddNiels(q *Affine, sign uint) *Element {
	sign &= 1
	return p.addNiels(&q.yx[sign], &q.yx[1^sign], &q.dxy, sign)
}

// addComplete ends an addition, which left E, H, G and F in X, Y, Z and T.
func (p *Element) addComplete() *Element {
	var eh fp.Elt
	fp.Mul(&eh, &p.x, &p.y)
	fp.Mul(&p.x, &p.x, &p.t) // EF
	fp.Mul(&p.y, &p.y, &p.z) // GH
	fp.Mul(&p.z, &p.z, &p.t) // FG
	copyElt(&p.t, &eh)
	return p
}

// setNiels sets p = q for sign 0 and p = -q for sign 1, with Z = 1.
func (p *Element) setNiels(q *Affine, sign uint) *Element {
	sign &= 1
	fp.Add(&p.y, &q.yx[0], &q.yx[1])
	fp.Sub(&p.x, &q.yx[sign], &q.yx[1^sign])
	fp.Mul(&p.t, &p.x, &p.y)
	p.z = one
	return p
}
