package group

import (
	"crypto/sha512"

	fp "github.com/cloudflare/circl/math/fp25519"
)

// HashToElement hashes msg to the group under the domain separation tag dst:
// hash_to_ristretto255 with suite ristretto255_XMD:SHA-512_R255MAP_RO_ (RFC 9380,
// appendix B). Nobody knows a logarithm of the result. It panics unless dst is 1
// to 255 bytes long.
func HashToElement(dst string, msg []byte) *Element {
	if len(dst) == 0 || len(dst) > 255 {
		panic("group: the domain separation tag of HashToElement is 1 to 255 bytes long")
	}
	b := expandMessage(dst, msg)
	return new(Element).SetUniformBytes(b[:])
}

// expandMessage is expand_message_xmd with SHA-512 for 64 bytes of output, which
// is one block (RFC 9380, section 5.3.1).
func expandMessage(dst string, msg []byte) [sha512.Size]byte {
	dstPrime := append([]byte(dst), byte(len(dst)))
	h := sha512.New()
	h.Write(make([]byte, sha512.BlockSize))
	h.Write(msg)
	h.Write([]byte{0, sha512.Size, 0}) // I2OSP(64, 2) and I2OSP(0, 1)
	h.Write(dstPrime)
	b := append(h.Sum(nil), 1)
	return sha512.Sum512(append(b, dstPrime...))
}

// SetUniformBytes maps 64 uniform bytes to a uniform element: the one-way map of
// RFC 9496, section 4.3.4. It panics on another length.
func (p *Element) SetUniformBytes(b []byte) *Element {
	if len(b) != 64 {
		panic("group: Element.SetUniformBytes takes 64 bytes")
	}
	var q Element
	p.mapToPoint(fp.Elt(b[:32]))
	q.mapToPoint(fp.Elt(b[32:]))
	return p.Add(p, &q)
}

// mapToPoint is MAP of the same section.
func (p *Element) mapToPoint(t fp.Elt) {
	var r, u, v, c, s, sPrime, n, tmp fp.Elt
	t[31] &= 0x7f
	fp.Sqr(&r, &t)
	fp.Mul(&r, &r, &sqrtM1)
	fp.Add(&u, &r, &one)
	fp.Mul(&u, &u, &oneMinusDSq)
	fp.Neg(&c, &one)
	fp.Mul(&v, &r, &d)
	fp.Sub(&v, &c, &v)
	fp.Add(&tmp, &r, &d)
	fp.Mul(&v, &v, &tmp)

	notSquare := 1 ^ sqrtRatio(&s, &u, &v)
	fp.Mul(&sPrime, &s, &t)
	abs(&sPrime)
	fp.Neg(&sPrime, &sPrime)
	fp.Cmov(&s, &sPrime, notSquare)
	fp.Cmov(&c, &r, notSquare)

	fp.Sub(&n, &r, &one)
	fp.Mul(&n, &n, &c)
	fp.Mul(&n, &n, &dMinusOneSq)
	fp.Sub(&n, &n, &v)

	var w0, w1, w2, w3 fp.Elt
	fp.Mul(&w0, &s, &v)
	fp.Add(&w0, &w0, &w0)
	fp.Mul(&w1, &n, &sqrtADMinusOne)
	fp.Sqr(&tmp, &s)
	fp.Sub(&w2, &one, &tmp)
	fp.Add(&w3, &one, &tmp)

	fp.Mul(&p.x, &w0, &w3)
	fp.Mul(&p.y, &w2, &w1)
	fp.Mul(&p.z, &w1, &w3)
	fp.Mul(&p.t, &w0, &w2)
}
