package group

import "veche.example/internal/parallel"

// ScalarMult sets p = s*q. Constant time. A Table is several times faster if q
// is used again.
func (p *Element) ScalarMult(s *Scalar, q *Element) *Element {
	return p.straus([]Scalar{*s}, []Element{*q})
}

// strausBlock is the number of points whose multiples are held at a time: few
// enough for a core's cache, enough to share the doublings.
const strausBlock = 256

// strausGrain is the least number of points worth a core's own doublings.
const strausGrain = 32

// MultiScalarMult returns the sum of scalars[i]*points[i], the identity for
// empty slices. Constant time: Straus's method, with shared doublings, on all
// cores. It panics if the lengths differ.
func MultiScalarMult(scalars []Scalar, points []Element) *Element {
	if len(scalars) != len(points) {
		panic("group: MultiScalarMult takes as many scalars as points")
	}
	blocks := max((len(points)+strausBlock-1)/strausBlock, parallel.Parts(len(points), strausGrain))
	sums := make([]Element, blocks)
	parallel.For(blocks, 1, func(first, last int) {
		for k := first; k < last; k++ {
			lo, hi := k*len(points)/blocks, (k+1)*len(points)/blocks
			sums[k].straus(scalars[lo:hi], points[lo:hi])
		}
	})
	sum := NewElement()
	for k := range sums {
		sum.Add(sum, &sums[k])
	}
	return sum
}

// straus sets p to the sum of scalars[i]*points[i].
func (p *Element) straus(scalars []Scalar, points []Element) *Element {
	rows := multiples(points)
	digits := make([][numDigits]int8, len(scalars))
	for i := range scalars {
		digits[i] = scalars[i].digits()
	}
	p.setIdentity()
	for i := numDigits - 1; i >= 0; i-- {
		if i < numDigits-1 {
			p.doubleTimes(digitBits)
		}
		for j := range rows {
			rows[j].add(p, digits[j][i])
		}
	}
	return p
}
