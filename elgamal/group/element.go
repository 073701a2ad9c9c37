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
	if p != q {
		*p = *q
	}
	return p
}

// Add sets p = p1 + q.
func (p *Element) Add(p1, q *Element) *Element {
	q.check()
	var c cached
	c.set(q)
	return p.Set(p1).addCached(&c)
}

// Sub sets p = p1 - q.
func (p *Element) Sub(p1, q *Element) *Element {
	q.check()
	var c cached
	c.set(q)
	c.condNeg(1)
	return p.Set(p1).addCached(&c)
}

// Neg sets p = -q.
func (p *Element) Neg(q *Element) *Element {
	p.Set(q)
	fp.Neg(&p.x, &p.x)
	fp.Neg(&p.t, &p.t)
	return p
}

// Double sets p = 2q.
func (p *Element) Double(q *Element) *Element { return p.Set(q).doubleTimes(1) }

// AddAffine sets p = p1 + q.
func (p *Element) AddAffine(p1 *Element, q *Affine) *Element {
	q.check()
	return p.Set(p1).addNiels(&q.yx[0], &q.yx[1], &q.dxy, 0)
}

// SubAffine sets p = p1 - q.
func (p *Element) SubAffine(p1 *Element, q *Affine) *Element {
	q.check()
	return p.Set(p1).addNiels(&q.yx[1], &q.yx[0], &q.dxy, 1)
}

// CondAddAffine sets p = p1 + bit*q for a bit of 0 or 1, which stays secret.
func (p *Element) CondAddAffine(p1 *Element, q *Affine, bit int) *Element {
	q.check()
	c, take := affineIdentity, uint(bit&1)
	fp.Cmov(&c.yx[0], &q.yx[0], take)
	fp.Cmov(&c.yx[1], &q.yx[1], take)
	fp.Cmov(&c.dxy, &q.dxy, take)
	return p.Set(p1).addNiels(&c.yx[0], &c.yx[1], &c.dxy, 0)
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
