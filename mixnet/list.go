package mixnet

import (
	"fmt"
	"slices"

	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
)

// List is a list of ciphertext rows, encoded and decoded. It is public and
// immutable. No element of it is the identity.
type List struct {
	shape  shape
	rows   int
	bytes  []byte
	points []group.Affine
	root   [32]byte
}

// ParseList decodes a list of rows whose blocks have the given numbers of
// plaintexts. A row is the A of every block, then the B's of the first block, of
// the second, …, 32 bytes each. Elements that are not canonical or are the identity
// are an error, and so are more than MaxRows rows or MaxElements elements.
// It keeps b, which must not change. Variable time.
func ParseList(b []byte, widths []int) (*List, error) {
	shape, err := newShape(widths)
	if err != nil {
		return nil, err
	}
	l := &List{shape: shape, bytes: b}
	if err := l.decode(); err != nil {
		return nil, err
	}
	l.root = shape.root(b)
	return l, nil
}

// decode fills in the rows of a list that has its shape and its bytes.
func (l *List) decode() (err error) {
	P := l.shape.elements()
	l.rows = len(l.bytes) / (32 * P)
	if len(l.bytes)%(32*P) != 0 || l.rows > MaxRows || len(l.bytes) > 32*MaxElements {
		return fmt.Errorf("mixnet: list of %d bytes, must be %d for each of at most %d rows and %d elements", len(l.bytes), 32*P, MaxRows, MaxElements)
	}
	if l.points, err = group.DecodeAffines(l.bytes); err != nil {
		return fmt.Errorf("mixnet: list of %d elements a row: %w", P, err)
	}
	return l.checkIdentities()
}

func (l *List) checkIdentities() error {
	for k := range l.points {
		if P := l.shape.elements(); l.points[k].IsIdentity() {
			return fmt.Errorf("mixnet: element %d of row %d is the identity", k%P+1, k/P+1)
		}
	}
	return nil
}

// root returns the hash of the shape and of the bytes of a list, or of what is
// published as one.
func (s shape) root(b []byte) [32]byte { return transcript.Hash("mix-list", s.encode(), b) }

// encode returns LE(B', 8) ‖ LE(w_1, 8) ‖ ….
func (s shape) encode() []byte {
	b := appendUint64(nil, len(s))
	for _, w := range s {
		b = appendUint64(b, w)
	}
	return b
}

// Len returns the number of rows.
func (l *List) Len() int { return l.rows }

// Widths returns the number of plaintexts of each block of a row.
func (l *List) Widths() []int { return slices.Clone(l.shape) }

// Bytes returns what ParseList decodes. It must not be changed.
func (l *List) Bytes() []byte { return l.bytes }

// Root returns a hash of the shape and of all rows.
func (l *List) Root() [32]byte { return l.root }

// Points returns the elements of all rows. They must not be changed.
func (l *List) Points() []group.Affine { return l.points }

// Row returns the elements of the i-th row, from 0. They must not be changed.
func (l *List) Row(i int) []group.Affine {
	P := l.shape.elements()
	return l.points[i*P : (i+1)*P : (i+1)*P]
}
