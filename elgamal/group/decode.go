package group

import (
	"errors"
	"fmt"
	"sync/atomic"

	fp "github.com/cloudflare/circl/math/fp25519"

	"veche.example/internal/parallel"
)

var errElement = errors.New("group: an element is 32 bytes in the canonical encoding of RFC 9496; these bytes are not")

// SetCanonicalBytes decodes the encoding of an element, in variable time.
// Everything but the one canonical encoding is an error and leaves p unchanged.
// The identity is accepted.
func (p *Element) SetCanonicalBytes(b []byte) (*Element, error) {
	var a Affine
	if err := a.SetCanonicalBytes(b); err != nil {
		return nil, err
	}
	return p.setNiels(&a, 0), nil
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
	c.rootSquareW(&t, root)
	return isEqual(&t, &one) == 1
}

// turn makes a root of 1/w of root = w^((p-5)/8), if w is a nonzero square, and
// reports whether it is: root² w is a fourth root of one.
func (c *decoding) turn(root *fp.Elt) bool {
	var t fp.Elt
	c.rootSquareW(&t, root)
	if isEqual(&t, &one) == 1 {
		return true
	}
	fp.Mul(root, root, &sqrtM1)
	fp.Add(&t, &t, &one)
	return isZero(&t) == 1
}

func (c *decoding) rootSquareW(t, root *fp.Elt) {
	fp.Sqr(t, root)
	fp.Mul(t, t, &c.w)
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
	var root [1]fp.Elt
	return a.decode(b, root[:])
}

// decode also returns a root of 1/w, not reduced, in root[0].
func (a *Affine) decode(b []byte, root []fp.Elt) error {
	var c decoding
	if !c.start(b) {
		return errElement
	}
	powP58(root, []fp.Elt{c.w})
	if !c.turn(&root[0]) || !c.finish(a, &root[0]) {
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
	var root [1]fp.Elt
	if err := a.decode(b, root[:]); err != nil {
		return hint, err
	}
	abs(&root[0])
	fp.Modp(&root[0])
	return [32]byte(root[0]), nil
}

// DecodeAffines decodes consecutive 32-byte encodings of public elements, in
// variable time. It uses all cores and is a fifth faster than one
// SetCanonicalBytes after the other. An error names the first bad element,
// counted from 0; so does a length that is no multiple of 32.
func DecodeAffines(b []byte) ([]Affine, error) {
	points := make([]Affine, len(b)/fp.Size)
	var first atomic.Int64 // the least index of a bad element
	first.Store(int64(len(points)))
	parallel.For(len(points), 16, func(lo, hi int) {
		for ; lo < hi; lo += maxLanes {
			n := min(maxLanes, hi-lo)
			if bad := decodeLanes(points[lo:lo+n], b[fp.Size*lo:]); bad < n {
				storeMin(&first, int64(lo+bad))
				return
			}
		}
	})
	if bad := first.Load(); fp.Size*bad < int64(len(b)) {
		return nil, fmt.Errorf("element %d: %w", bad, errElement)
	}
	return points, nil
}

// decodeLanes decodes up to maxLanes elements and returns the index of the first
// bad one, or their number.
func decodeLanes(points []Affine, b []byte) int {
	var c [maxLanes]decoding
	var w, roots [maxLanes]fp.Elt
	n := 0
	for n < len(points) && c[n].start(b[fp.Size*n:fp.Size*(n+1)]) {
		w[n] = c[n].w
		n++
	}
	powP58(roots[:n], w[:n])
	for k := range n {
		if !c[k].turn(&roots[k]) || !c[k].finish(&points[k], &roots[k]) {
			return k
		}
	}
	return n
}

// storeMin lowers m to v.
func storeMin(m *atomic.Int64, v int64) {
	for old := m.Load(); v < old && !m.CompareAndSwap(old, v); old = m.Load() {
	}
}
