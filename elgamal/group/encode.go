package group

import fp "github.com/cloudflare/circl/math/fp25519"

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
