package group

import fp "github.com/cloudflare/circl/math/fp25519"

// Affine is a public element prepared for fast addition. The zero value is not
// an element.
type Affine struct {
	_   [0]func()
	yx  [2]fp.Elt // (y+x)/2, (y-x)/2
	dxy fp.Elt    // Dxy
}

var affineIdentity = Affine{yx: [2]fp.Elt{oneHalf, oneHalf}}

// check panics if a was never set: no point has y = -x.
func (a *Affine) check() {
	if a.yx[0] == (fp.Elt{}) {
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
	fp.Cswap(&a.yx[0], &a.yx[1], bit)
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
	return new(Element).setNiels(a, 0)
}

// setHalves sets a to the point (2x, 2y), t = 4xy.
func (a *Affine) setHalves(x, y, t *fp.Elt) {
	fp.Add(&a.yx[0], y, x)
	fp.Sub(&a.yx[1], y, x)
	fp.Mul(&a.dxy, t, &d)
}
