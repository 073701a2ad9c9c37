package group

import fp "github.com/cloudflare/circl/math/fp25519"

// rows holds the multiples 1..numRows of a point, coordinate by coordinate.
type rows struct {
	yPlusX, yMinusX, dxy column
}

// column is one coordinate of the multiples of a point.
type column [numRows]fp.Elt

// multiples returns the rows of every point, with one inversion in all.
func multiples(points []Element) []rows {
	all := make([]Element, 0, numRows*len(points))
	for i := range points {
		p := new(Element).Set(&points[i])
		var c cached
		c.set(p)
		all = append(all, *p)
		for range numRows - 1 {
			p.addCached(&c)
			all = append(all, *p)
		}
	}
	affine := make([]Affine, len(all))
	affines(affine, all)
	out := make([]rows, len(points))
	for i := range affine {
		r, k := &out[i/numRows], i%numRows
		r.yPlusX[k], r.yMinusX[k], r.dxy[k] = affine[i].yx[0], affine[i].yx[1], affine[i].dxy
	}
	return out
}

// add sets p = p + digit * point for -numRows <= digit <= numRows. It reads every
// row, whatever the digit.
func (r *rows) add(p *Element, digit int8) {
	sign := digit >> 7 // 0 or -1
	var s selection
	s.set(uint64((digit ^ sign) - sign))
	var yPlusX, yMinusX, dxy fp.Elt
	s.read(&yPlusX, &r.yPlusX, &affineIdentity.yx[0])
	s.read(&yMinusX, &r.yMinusX, &affineIdentity.yx[1])
	s.read(&dxy, &r.dxy, &affineIdentity.dxy)
	minus := uint(sign & 1)
	fp.Cswap(&yPlusX, &yMinusX, minus)
	p.addNiels(&yPlusX, &yMinusX, &dxy, minus)
}

// selection says which row of a column to read, in constant time: all bits of
// its mask are set, and of no other.
type selection struct {
	masks [numRows]uint64
	none  uint64
}

// set selects the k-th row, counted from 1, or none for 0.
func (s *selection) set(k uint64) {
	s.none = -((k - 1) >> 63)
	for i := range s.masks {
		s.masks[i] = -(((k ^ uint64(i+1)) - 1) >> 63)
	}
}

// read writes the selected row of c to dst, or zero if there is none.
func (s *selection) read(dst *fp.Elt, c *column, zero *fp.Elt) {
	m := s.none
	w0, w1, w2, w3 := m&word(zero, 0), m&word(zero, 1), m&word(zero, 2), m&word(zero, 3)
	for i := range c {
		m, row := s.masks[i], &c[i]
		w0 |= m & word(row, 0)
		w1 |= m & word(row, 1)
		w2 |= m & word(row, 2)
		w3 |= m & word(row, 3)
	}
	setWords(dst, w0, w1, w2, w3)
}
