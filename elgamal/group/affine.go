package group

import fp "github.com/cloudflare/circl/math/fp25519"

// Affine is a public element prepared for fast addition. The zero value is not
// an element.
type Affine struct {
	_                    [0]func()
	yPlusX, yMinusX, dxy fp.Elt // (y+x)/2, (y-x)/2, Dxy
}

var affineIdentity = Affine{yPlusX: oneHalf, yMinusX: oneHalf}

// check panics if a was never set: no point has y = -x.
func (a *Affine) check() {
	if a.yPlusX == (fp.Elt{}) {
		panic("group: use of an uninitialised Affine; decode it or take it from Affines")
	}
}

// Set sets a = b.
func (a *Affine) Set(b *Affine) *Affine {
	b.check()
	*a = *b
	return a
}

// Neg sets a = -b.
func (a *Affine) Neg(b *Affine) *Affine {
	a.Set(b)
	a.condNeg(1)
	return a
}

func (a *Affine) condNeg(bit uint) {
	fp.Cswap(&a.yPlusX, &a.yMinusX, bit)
	condNeg(&a.dxy, bit)
}

// IsIdentity reports whether a is the identity.
func (a *Affine) IsIdentity() bool {
	a.check()
	return isZero(&a.dxy) == 1
}

// Element returns a as an Element.
func (a *Affine) Element() *Element {
	a.check()
	return new(Element).setNiels(a)
}

// setNiels sets p to a, with Z = 1.
func (p *Element) setNiels(a *Affine) *Element {
	fp.Add(&p.y, &a.yPlusX, &a.yMinusX)
	fp.Sub(&p.x, &a.yPlusX, &a.yMinusX)
	fp.Mul(&p.t, &p.x, &p.y)
	p.z = one
	return p
}

// setHalves sets a to the point (2x, 2y), t = 4xy.
func (a *Affine) setHalves(x, y, t *fp.Elt) {
	fp.Add(&a.yPlusX, y, x)
	fp.Sub(&a.yMinusX, y, x)
	fp.Mul(&a.dxy, t, &d)
}
