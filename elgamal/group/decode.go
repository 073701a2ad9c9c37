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

// decoding holds what both ways of decoding share: s, u1 = 1 - s², u2 = 1 + s² and
// v = -(D u1²) - u2² of RFC 9496, section 4.3.1.
type decoding struct {
	s, u1, u2, v fp.Elt
}

// start reads s and reports whether it is a canonical, non-negative field element
// (D1 of docs/spec/group.md).
func (c *decoding) start(b []byte) bool {
	if len(b) != fp.Size {
		return false
	}
	c.s = fp.Elt(b)
	if !isCanonical(&c.s) {
		return false
	}
	var t fp.Elt
	fp.Sqr(&t, &c.s) // D2
	fp.Sub(&c.u1, &one, &t)
	fp.Add(&c.u2, &one, &t)
	fp.Sqr(&c.v, &c.u1)
	fp.Mul(&c.v, &c.v, &minusD)
	fp.Sqr(&t, &c.u2)
	fp.Sub(&c.v, &c.v, &t)
	return true
}

// radicand sets w = v u2², whose inverse root finish needs.
func (c *decoding) radicand(w *fp.Elt) {
	fp.Sqr(w, &c.u2)
	fp.Mul(w, w, &c.v)
}

// verdict says what became of a decoding.
type verdict int

const (
	valid   verdict = iota
	invalid         // the bytes are no encoding, whatever the root
	noRoot          // neither the candidate nor sqrt(-1) times it is a root
)

// finish computes the point, given a candidate for a root of 1/(v u2²), and makes
// a root of it if a factor sqrt(-1) is missing. It writes a only if the verdict
// is valid: t non-negative, y nonzero. With x and y both halved throughout, it
// ends in the coordinates of an Affine.
func (c *decoding) finish(a *Affine, root *fp.Elt) verdict {
	var u2Inv, x, y, t fp.Elt
	fp.Sqr(&t, root)
	fp.Mul(&t, &t, &c.v)
	fp.Mul(&u2Inv, &t, &c.u2) // 1/u2 if root is a root
	fp.Mul(&t, &u2Inv, &c.u2)
	if isEqual(&t, &one) == 0 { // D3
		fp.Add(&t, &t, &one)
		if isZero(&t) == 0 {
			return noRoot
		}
		fp.Mul(root, root, &sqrtM1)
		fp.Neg(&u2Inv, &u2Inv)
	}
	fp.Mul(&x, root, &c.u2) // D4
	fp.Mul(&x, &x, &c.s)
	fp.Add(&t, &x, &x)
	condNeg(&x, isNegative(&t))
	fp.Mul(&y, &c.u1, &u2Inv) // u1 den_y, as den_y = root² u2 v
	fp.Mul(&y, &y, &oneHalf)
	fp.Mul(&t, &x, &y)
	fp.Add(&t, &t, &t)
	fp.Add(&t, &t, &t)
	if isNegative(&t) == 1 || isZero(&y) == 1 { // D5
		return invalid
	}
	a.setHalves(&x, &y, &t)
	return valid
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

// decode also returns a root of 1/(v u2²), not reduced, in root[0].
func (a *Affine) decode(b []byte, root []fp.Elt) error {
	var c decoding
	if !c.start(b) {
		return errElement
	}
	var w [1]fp.Elt
	c.radicand(&w[0])
	powP58(root, w[:])
	if c.finish(a, &root[0]) != valid {
		return errElement
	}
	return nil
}

// SetCanonicalBytesHinted is SetCanonicalBytes with advice that makes it some
// ten times faster: a claimed root of 1/(v u2²), as DecodeHint returns it. The
// claim is checked (D6 of docs/spec/group.md). A wrong or malformed hint costs
// time and nothing else: the result and the error are those of
// SetCanonicalBytes(b) for every hint.
func (a *Affine) SetCanonicalBytesHinted(b, hint []byte) error {
	var c decoding
	if len(hint) != fp.Size || !c.start(b) {
		return a.SetCanonicalBytes(b)
	}
	root := fp.Elt(hint)
	if !isCanonical(&root) {
		return a.SetCanonicalBytes(b)
	}
	switch c.finish(a, &root) {
	case valid:
		return nil
	case invalid:
		return errElement
	default:
		return a.SetCanonicalBytes(b)
	}
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
	bad := len(points)
	if bad < decodeGrain {
		bad = decodeRange(points, b)
	} else {
		bad = decodeOnAllCores(points, b)
	}
	if fp.Size*bad < len(b) {
		return nil, fmt.Errorf("element %d: %w", bad, errElement)
	}
	return points, nil
}

// decodeGrain is the least number of elements for which another core pays.
const decodeGrain = 32

func decodeOnAllCores(points []Affine, b []byte) int {
	var first atomic.Int64 // the least index of a bad element
	first.Store(int64(len(points)))
	parallel.For(len(points), decodeGrain/2, func(lo, hi int) {
		if bad := decodeRange(points[lo:hi], b[fp.Size*lo:]); bad < hi-lo {
			storeMin(&first, int64(lo+bad))
		}
	})
	return int(first.Load())
}

// decodeRange decodes elements and returns the index of the first bad one, or
// their number.
func decodeRange(points []Affine, b []byte) int {
	for at := 0; at < len(points); at += maxLanes {
		n := min(maxLanes, len(points)-at)
		if bad := decodeLanes(points[at:at+n], b[fp.Size*at:]); bad < n {
			return at + bad
		}
	}
	return len(points)
}

// decodeLanes decodes up to maxLanes elements and returns the index of the first
// bad one, or their number.
func decodeLanes(points []Affine, b []byte) int {
	var c [maxLanes]decoding
	var w, roots [maxLanes]fp.Elt
	n := 0
	for n < len(points) && c[n].start(b[fp.Size*n:fp.Size*(n+1)]) {
		c[n].radicand(&w[n])
		n++
	}
	powP58(roots[:n], w[:n])
	for k := range n {
		if c[k].finish(&points[k], &roots[k]) != valid {
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
