package group

import fp "github.com/cloudflare/circl/math/fp25519"

// Element is an element of the group. The zero value is not an element: start
// from NewElement or Generator, or write to it.
//
// It is held as a point of edwards25519 in extended coordinates, x = X/Z,
// y = Y/Z, xy = T/Z (Hisil, Wong, Carter, Dawson: Twisted Edwards Curves
// Revisited, ASIACRYPT 2008); the four points that differ by a point of order
// dividing four are the same element (RFC 9496, section 4).
type Element struct {
	_          [0]func()
	x, y, z, t fp.Elt
}

// generator is the base point of RFC 9496, section 4.1, with Z = 1.
var generator = Element{
	x: fp.Elt{
		0x1a, 0xd5, 0x25, 0x8f, 0x60, 0x2d, 0x56, 0xc9, 0xb2, 0xa7, 0x25, 0x95, 0x60, 0xc7, 0x2c, 0x69,
		0x5c, 0xdc, 0xd6, 0xfd, 0x31, 0xe2, 0xa4, 0xc0, 0xfe, 0x53, 0x6e, 0xcd, 0xd3, 0x36, 0x69, 0x21,
	},
	y: fp.Elt{
		0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
		0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
	},
	z: fp.Elt{1},
	t: fp.Elt{
		0xa3, 0xdd, 0xb7, 0xa5, 0xb3, 0x8a, 0xde, 0x6d, 0xf5, 0x52, 0x51, 0x77, 0x80, 0x9f, 0xf0, 0x20,
		0x7d, 0xe3, 0xab, 0x64, 0x8e, 0x4e, 0xea, 0x66, 0x65, 0x76, 0x8b, 0xd7, 0x0f, 0x5f, 0x87, 0x67,
	},
}

// NewElement returns the identity.
func NewElement() *Element { return new(Element).setIdentity() }

// Generator returns the generator G of RFC 9496.
func Generator() *Element { return new(Element).Set(&generator) }

func (p *Element) setIdentity() *Element {
	*p = Element{y: one, z: one}
	return p
}

// check panics if p was never set: no point has Z = 0.
func (p *Element) check() {
	if p.z == (fp.Elt{}) {
		panic("group: use of an uninitialised Element; begin with NewElement or Generator")
	}
}

// Set sets p = q.
func (p *Element) Set(q *Element) *Element {
	q.check()
	*p = *q
	return p
}

// Add sets p = p1 + q.
func (p *Element) Add(p1, q *Element) *Element {
	p1.check()
	q.check()
	var c cached
	c.set(q)
	return p.addCached(p1, &c)
}

// Sub sets p = p1 - q.
func (p *Element) Sub(p1, q *Element) *Element {
	p1.check()
	q.check()
	var c cached
	c.set(q)
	c.condNeg(1)
	return p.addCached(p1, &c)
}

// Neg sets p = -q.
func (p *Element) Neg(q *Element) *Element {
	p.Set(q)
	fp.Neg(&p.x, &p.x)
	fp.Neg(&p.t, &p.t)
	return p
}

// Double sets p = 2q.
func (p *Element) Double(q *Element) *Element {
	q.check()
	return p.double(q)
}

// double is dbl-2008-hwcd for a = -1 with E, F, G and H negated.
func (p *Element) double(q *Element) *Element {
	var e, f, g, h fp.Elt
	doubleCompleted(&e, &f, &g, &h, q)
	return p.complete(&e, &f, &g, &h)
}

// doubleTimes sets p = 2^n p, n > 0, leaving out T in between.
func (p *Element) doubleTimes(n int) *Element {
	var e, f, g, h fp.Elt
	for range n - 1 {
		doubleCompleted(&e, &f, &g, &h, p)
		fp.Mul(&p.x, &e, &f)
		fp.Mul(&p.y, &g, &h)
		fp.Mul(&p.z, &f, &g)
	}
	return p.double(p)
}

// doubleCompleted finds 2q = (EF : GH : FG), T = EH.
func doubleCompleted(e, f, g, h *fp.Elt, q *Element) {
	fp.Add(e, &q.x, &q.y)
	fp.Sqr(e, e)
	fp.Sqr(h, &q.x)
	fp.Sqr(g, &q.y)
	fp.Sqr(f, &q.z)
	fp.Add(f, f, f)
	fp.AddSub(h, g) // H = X² + Y², G = X² - Y²
	fp.Sub(e, h, e) // E = H - (X+Y)²
	fp.Add(f, f, g) // F = 2Z² + G
}

// AddAffine sets p = p1 + q.
func (p *Element) AddAffine(p1 *Element, q *Affine) *Element {
	p1.check()
	q.check()
	return p.addNiels(p1, q)
}

// SubAffine sets p = p1 - q.
func (p *Element) SubAffine(p1 *Element, q *Affine) *Element {
	p1.check()
	q.check()
	return p.subNiels(p1, q)
}

// CondAddAffine sets p = p1 + bit*q for a bit of 0 or 1. Constant time.
func (p *Element) CondAddAffine(p1 *Element, q *Affine, bit int) *Element {
	p1.check()
	q.check()
	c := affineIdentity
	fp.Cmov(&c.yPlusX, &q.yPlusX, uint(bit))
	fp.Cmov(&c.yMinusX, &q.yMinusX, uint(bit))
	fp.Cmov(&c.dxy, &q.dxy, uint(bit))
	return p.addNiels(p1, &c)
}

// Equal reports whether p = q (RFC 9496, section 4.3.3).
func (p *Element) Equal(q *Element) bool {
	p.check()
	q.check()
	var a, b, c, e fp.Elt
	fp.Mul(&a, &p.x, &q.y)
	fp.Mul(&b, &p.y, &q.x)
	fp.Mul(&c, &p.y, &q.y)
	fp.Mul(&e, &p.x, &q.x)
	return isEqual(&a, &b)|isEqual(&c, &e) == 1
}

// IsIdentity reports whether p is the identity: xy = 0 on exactly the four
// points that stand for it.
func (p *Element) IsIdentity() bool {
	p.check()
	return isZero(&p.t) == 1
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

// addCached is add-2008-hwcd-3: p = p1 + q. Complete on edwards25519.
func (p *Element) addCached(p1 *Element, q *cached) *Element {
	var e, f, g, h fp.Elt
	fp.Sub(&e, &p1.y, &p1.x)
	fp.Mul(&e, &e, &q.yMinusX)
	fp.Add(&h, &p1.y, &p1.x)
	fp.Mul(&h, &h, &q.yPlusX)
	fp.Mul(&f, &p1.t, &q.t2d)
	fp.Mul(&g, &p1.z, &q.z2)
	fp.AddSub(&h, &e)
	fp.AddSub(&g, &f)
	return p.complete(&e, &f, &g, &h)
}

// addNiels is addCached for a point with Z = 1 that is scaled by 1/2.
func (p *Element) addNiels(p1 *Element, q *Affine) *Element {
	var c, e, f, g, h fp.Elt
	fp.Sub(&e, &p1.y, &p1.x)
	fp.Mul(&e, &e, &q.yMinusX)
	fp.Add(&h, &p1.y, &p1.x)
	fp.Mul(&h, &h, &q.yPlusX)
	fp.AddSub(&h, &e)
	fp.Mul(&c, &p1.t, &q.dxy)
	fp.Sub(&f, &p1.z, &c)
	fp.Add(&g, &p1.z, &c)
	return p.complete(&e, &f, &g, &h)
}

// subNiels is addNiels with q negated.
func (p *Element) subNiels(p1 *Element, q *Affine) *Element {
	var c, e, f, g, h fp.Elt
	fp.Sub(&e, &p1.y, &p1.x)
	fp.Mul(&e, &e, &q.yPlusX)
	fp.Add(&h, &p1.y, &p1.x)
	fp.Mul(&h, &h, &q.yMinusX)
	fp.AddSub(&h, &e)
	fp.Mul(&c, &p1.t, &q.dxy)
	fp.Add(&f, &p1.z, &c)
	fp.Sub(&g, &p1.z, &c)
	return p.complete(&e, &f, &g, &h)
}

// complete sets p = (EF : GH : FG), T = EH.
func (p *Element) complete(e, f, g, h *fp.Elt) *Element {
	fp.Mul(&p.x, e, f)
	fp.Mul(&p.y, g, h)
	fp.Mul(&p.z, f, g)
	fp.Mul(&p.t, e, h)
	return p
}
