package group

import (
	"errors"

	fp "github.com/cloudflare/circl/math/fp25519"
)

// PayloadSize is the number of bytes that one element carries.
const PayloadSize = 30

// payloadTries is the number of encodings that may carry one payload, a multiple
// of maxLanes. A quarter of all even numbers below p are encodings, so that every
// one of them fails with probability (3/4)^256 < 2^-106.
const payloadTries = 256

var errPayload = errors.New("group: none of the 256 encodings that may carry this payload is an element; choose another payload")

// SetPayload sets p to the element that carries the payload: the first of 256
// encodings around it that decodes (Y1, Y2 of docs/spec/payload.md). It is an
// error, of probability below 2^-100 for any payload not searched for with that
// effort, if none does; p is unchanged then. Constant time: all 256 are always
// tried.
func (p *Element) SetPayload(payload *[PayloadSize]byte) (*Element, error) {
	return p.setPayload(payload, payloadTries)
}

func (p *Element) setPayload(payload *[PayloadSize]byte, tries int) (*Element, error) {
	first, root, found := firstEncoding(payload, tries)
	if found == 0 {
		return nil, errPayload
	}
	// start and finish branch on the encoding and its root, but both are right: the
	// way through them is always the same.
	var c decoding
	var a Affine
	c.start(first[:])
	c.finish(&a, &root)
	return p.setNiels(&a, 0), nil
}

// payloadEncoding returns the encoding of try t (Y1).
func payloadEncoding(payload *[PayloadSize]byte, t int) (b [fp.Size]byte) {
	b[0] = byte(2 * (t % 128))
	copy(b[1:], payload[:])
	b[31] = byte(t / 128)
	return b
}

// firstEncoding returns the first try that decodes and its root of D3; found is 0
// if none does, else 1. Constant time.
func firstEncoding(payload *[PayloadSize]byte, tries int) (first, root fp.Elt, found uint) {
	var c [maxLanes]decoding
	var w, roots [maxLanes]fp.Elt
	for t := 0; t < tries; t += maxLanes {
		for k := range c {
			b := payloadEncoding(payload, t+k)
			c[k].start(b[:]) // even and below 2^249: never refused
			c[k].radicand(&w[k])
		}
		powP58(roots[:], w[:])
		for k := range c {
			valid := c[k].decodes(&roots[k])
			take := valid &^ found
			fp.Cmov(&first, &c[k].s, take)
			fp.Cmov(&root, &roots[k], take)
			found |= valid
		}
	}
	return first, root, found
}

// decodes is finish without branches: it returns 1 if s is an encoding, else 0, and
// multiplies root by sqrt(-1) if that factor is missing.
func (c *decoding) decodes(root *fp.Elt) uint {
	var u2Inv, check, turned, x, y fp.Elt
	fp.Sqr(&u2Inv, root)
	fp.Mul(&u2Inv, &u2Inv, &c.v)
	fp.Mul(&u2Inv, &u2Inv, &c.u2)
	fp.Mul(&check, &u2Inv, &c.u2)
	isOne := isEqual(&check, &one) // D3
	fp.Add(&check, &check, &one)
	isMinusOne := isZero(&check)
	fp.Mul(&turned, root, &sqrtM1)
	fp.Cmov(root, &turned, isMinusOne)
	condNeg(&u2Inv, isMinusOne)

	fp.Mul(&x, root, &c.u2) // D4
	fp.Mul(&x, &x, &c.s)
	fp.Add(&x, &x, &x)
	abs(&x)
	fp.Mul(&y, &c.u1, &u2Inv)
	fp.Mul(&x, &x, &y)
	return (isOne | isMinusOne) &^ (isNegative(&x) | isZero(&y)) // D5
}

// Payload returns the payload of an element that SetPayload gives; ok is false for
// every other element, so that no two elements carry one payload (Y3 of
// docs/spec/payload.md). Variable time.
func (p *Element) Payload() (payload [PayloadSize]byte, ok bool) {
	b := [fp.Size]byte(p.Bytes())
	payload = [PayloadSize]byte(b[1:31])
	var a Affine
	for t := range payloadTries {
		e := payloadEncoding(&payload, t)
		if e == b {
			return payload, true
		}
		if a.SetCanonicalBytes(e[:]) == nil {
			break
		}
	}
	return [PayloadSize]byte{}, false
}
