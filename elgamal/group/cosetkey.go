package group

import (
	fp "github.com/cloudflare/circl/math/fp25519"
)

// CosetKeys returns for every point the first 16 bytes of the canonical (x y)^2,
// which is the same for all coordinates of one element and for its negative, and
// costs one shared inversion instead of a square root each: P + (0,-1) is
// (-x,-y) and P + (i,0) is (iy, ix). Different elements that are not opposite
// share a key with probability about 2^-125. For tables of public elements.
func CosetKeys(points []Element) [][16]byte {
	keys := make([][16]byte, len(points))
	zInv := make([]fp.Elt, len(points))
	acc := one
	for i := range points {
		points[i].check()
		zInv[i] = acc
		fp.Mul(&acc, &acc, &points[i].z)
	}
	fp.Inv(&acc, &acc)
	for i := len(points) - 1; i >= 0; i-- {
		p := &points[i]
		var xy fp.Elt
		fp.Mul(&xy, &acc, &zInv[i])
		fp.Mul(&acc, &acc, &p.z)
		fp.Mul(&xy, &xy, &p.t) // t/z = xy
		fp.Sqr(&xy, &xy)
		fp.Modp(&xy)
		copy(keys[i][:], xy[:])
	}
	return keys
}
