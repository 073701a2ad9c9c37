package group

import fp "github.com/cloudflare/circl/math/fp25519"

// CosetKeys returns for every point the first 16 bytes of the canonical (x y)^2,
// which is the same for all coordinates of one element and for its negative, and
// costs one shared inversion instead of a square root each: P + (0,-1) is
// (-x,-y) and P + (i,0) is (iy, ix). Different elements that are not opposite
// share a key with probability about 2^-125. For tables of public elements.
func CosetKeys(points []Element) [][16]byte {
	keys := make([][16]byte, len(points))
	inBatches(len(points), func(lo, hi int) { cosetKeys(keys[lo:hi], points[lo:hi]) })
	return keys
}

func cosetKeys(keys [][16]byte, points []Element) {
	for i, zInv := range invertZ(points) {
		var xy fp.Elt
		fp.Mul(&xy, &points[i].t, &zInv)
		fp.Sqr(&xy, &xy)
		fp.Modp(&xy)
		copy(keys[i][:], xy[:])
	}
}
