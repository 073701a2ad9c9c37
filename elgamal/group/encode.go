package group

import (
	"errors"

	fp "github.com/cloudflare/circl/math/fp25519"
)

var errElement = errors.New("group: an element is 32 bytes in the canonical encoding of RFC 9496; these bytes are not")

// Bytes returns the canonical 32-byte encoding of p (RFC 9496, section 4.3.2).
// Many elements are encoded faster by AppendDoubled.
func (p *Element) Bytes() []byte {
	p.check()
	var s fp.Elt
	p.encode(&s)
	return s[:]
}

// AppendBinary appends the encoding of p to b. The error is always nil.
func (p *Element) AppendBinary(b []byte) ([]byte, error) {
	return append(b, p.Bytes()...), nil
}

// encode follows the RFC's ENCODE line by line.
func (p *Element) encode(s *fp.Elt) {
	var u1, u2, root, den1, den2, zInv, t fp.Elt
	fp.Add(&u1, &p.z, &p.y)
	fp.Sub(&t, &p.z, &p.y)
	fp.Mul(&u1, &u1, &t)
	fp.Mul(&u2, &p.x, &p.y)

	fp.Sqr(&t, &u2)
	fp.Mul(&t, &t, &u1)
	invSqrt(&root, &t)
	fp.Mul(&den1, &root, &u1)
	fp.Mul(&den2, &root, &u2)
	fp.Mul(&zInv, &den1, &den2)
	fp.Mul(&zInv, &zInv, &p.t)

	var ix, iy, enchanted fp.Elt
	fp.Mul(&ix, &p.x, &sqrtM1)
	fp.Mul(&iy, &p.y, &sqrtM1)
	fp.Mul(&enchanted, &den1, &invSqrtAMinusD)

	fp.Mul(&t, &p.t, &zInv)
	rotate := isNegative(&t)
	x, y, denInv := p.x, p.y, den2
	fp.Cmov(&x, &iy, rotate)
	fp.Cmov(&y, &ix, rotate)
	fp.Cmov(&denInv, &enchanted, rotate)

	fp.Mul(&t, &x, &zInv)
	condNeg(&y, isNegative(&t))
	fp.Sub(s, &p.z, &y)
	fp.Mul(s, s, &denInv)
	abs(s)
	fp.Modp(s)
}

// SetCanonicalBytes decodes the encoding of an element, in variable time.
// Everything but the one canonical encoding is an error and leaves p unchanged.
// The identity is accepted.
func (p *Element) SetCanonicalBytes(b []byte) (*Element, error) {
	var a Affine
	if err := a.SetCanonicalBytes(b); err != nil {
		return nil, err
	}
	return p.setNiels(&a), nil
}

// decoding holds what both ways of decoding share: s, u1 = 1 - s², u2 = 1 + s²,
// v = -(D u1²) - u2² and w = v u2² of RFC 9496, section 4.3.1.
type decoding struct {
	s, u1, u2, v, w fp.Elt
}

// start reads s and reports whether it is a canonical, non-negative field element.
func (c *decoding) start(b []byte) bool {
	if len(b) != fp.Size {
		return false
	}
	c.s = fp.Elt(b)
	if !isCanonical(&c.s) {
		return false
	}
	var ss, t fp.Elt
	fp.Sqr(&ss, &c.s)
	fp.Sub(&c.u1, &one, &ss)
	fp.Add(&c.u2, &one, &ss)
	fp.Sqr(&t, &c.u1)
	fp.Mul(&c.v, &t, &minusD)
	fp.Sqr(&t, &c.u2)
	fp.Sub(&c.v, &c.v, &t)
	fp.Mul(&c.w, &c.v, &t)
	return true
}

// isRoot reports whether root² w = 1.
func (c *decoding) isRoot(root *fp.Elt) bool {
	var t fp.Elt
	fp.Sqr(&t, root)
	fp.Mul(&t, &t, &c.w)
	return isEqual(&t, &one) == 1
}

// finish computes the point from a root of 1/w, either of the two, and reports
// whether it is valid: t non-negative, y nonzero. Only then it writes a. With
// x and y both halved throughout, it ends in the coordinates of an Affine.
func (c *decoding) finish(a *Affine, root *fp.Elt) bool {
	var denX, denY, x, y, t fp.Elt
	fp.Mul(&denX, root, &c.u2)
	fp.Mul(&denY, root, &denX)
	fp.Mul(&denY, &denY, &c.v)
	fp.Mul(&x, &c.s, &denX)
	fp.Add(&t, &x, &x)
	condNeg(&x, isNegative(&t))
	fp.Mul(&y, &c.u1, &denY)
	fp.Mul(&y, &y, &oneHalf)
	fp.Mul(&t, &x, &y)
	fp.Add(&t, &t, &t)
	fp.Add(&t, &t, &t)
	if isNegative(&t) == 1 || isZero(&y) == 1 {
		return false
	}
	a.setHalves(&x, &y, &t)
	return true
}

// isCanonical reports whether x is below p and even. Variable time.
func isCanonical(x *fp.Elt) bool {
	var r fp.Elt
	reduce(&r, x)
	return r == *x && x[0]&1 == 0
}

// SetCanonicalBytes decodes the encoding of a public element, in variable time
// (RFC 9496, section 4.3.1). Everything but the one canonical encoding is an
// error and leaves a unchanged. The identity is accepted.
func (a *Affine) SetCanonicalBytes(b []byte) error {
	var root fp.Elt
	return a.decode(b, &root)
}

// decode also returns a root of 1/w, not reduced.
func (a *Affine) decode(b []byte, root *fp.Elt) error {
	var c decoding
	if !c.start(b) || !varTimeInvSqrt(root, &c.w) || !c.finish(a, root) {
		return errElement
	}
	return nil
}

// SetCanonicalBytesHinted is SetCanonicalBytes with advice that makes it some
// ten times faster: a claimed root of 1/(v u2²), as DecodeHint returns it. The
// claim is checked. A wrong or malformed hint costs time and nothing else: the
// result and the error are those of SetCanonicalBytes(b) for every hint.
func (a *Affine) SetCanonicalBytesHinted(b, hint []byte) error {
	var c decoding
	if len(hint) != fp.Size || !c.start(b) {
		return a.SetCanonicalBytes(b)
	}
	root := fp.Elt(hint)
	if !isCanonical(&root) || !c.isRoot(&root) {
		return a.SetCanonicalBytes(b)
	}
	if !c.finish(a, &root) {
		return errElement
	}
	return nil
}

// DecodeHint returns the hint for the canonical encoding b: the non-negative
// root of 1/(v u2²). It is an error if b does not decode.
func DecodeHint(b []byte) (hint [32]byte, err error) {
	var a Affine
	var root fp.Elt
	if err := a.decode(b, &root); err != nil {
		return hint, err
	}
	abs(&root)
	fp.Modp(&root)
	return [32]byte(root), nil
}
