package group

import fp "github.com/cloudflare/circl/math/fp25519"

// cachedRows holds the multiples 1..16 of a point for addition.
type cachedRows struct {
	yPlusX, yMinusX, z2, t2d column
}

func (r *cachedRows) set(p *Element) {
	var c cached
	c.set(p)
	q := *p
	for i := range numRows {
		if i > 0 {
			q.addCached(&q, &c)
		}
		var row cached
		row.set(&q)
		r.yPlusX[i], r.yMinusX[i], r.z2[i], r.t2d[i] = row.yPlusX, row.yMinusX, row.z2, row.t2d
	}
}

func (r *cachedRows) read(dst *cached, digit int8) {
	var s selection
	s.set(digit)
	s.read(&dst.yPlusX, &r.yPlusX, &one)
	s.read(&dst.yMinusX, &r.yMinusX, &one)
	s.read(&dst.z2, &r.z2, &fp.Elt{2})
	s.read(&dst.t2d, &r.t2d, &fp.Elt{})
	dst.condNeg(s.sign)
}

// ScalarMult sets p = s*q. Constant time. A Table is several times faster if q
// is used again.
func (p *Element) ScalarMult(s *Scalar, q *Element) *Element {
	q.check()
	rows := make([]cachedRows, 1)
	rows[0].set(q)
	return p.straus(rows, [][numDigits]int8{s.digits()})
}

// MultiScalarMult returns the sum of scalars[i]*points[i], the identity for
// empty slices. Constant time: Straus's method, with shared doublings. It panics
// if the lengths differ.
func MultiScalarMult(scalars []Scalar, points []Element) *Element {
	if len(scalars) != len(points) {
		panic("group: MultiScalarMult takes as many scalars as points")
	}
	rows := make([]cachedRows, len(points))
	digits := make([][numDigits]int8, len(points))
	for i := range points {
		points[i].check()
		rows[i].set(&points[i])
		digits[i] = scalars[i].digits()
	}
	return new(Element).straus(rows, digits)
}

func (p *Element) straus(rows []cachedRows, digits [][numDigits]int8) *Element {
	var c cached
	p.setIdentity()
	for i := numDigits - 1; i >= 0; i-- {
		if i < numDigits-1 {
			p.doubleTimes(digitBits)
		}
		for j := range rows {
			rows[j].read(&c, digits[j][i])
			p.addCached(p, &c)
		}
	}
	return p
}
