package group

import (
	"runtime"
	"sync/atomic"

	fp "github.com/cloudflare/circl/math/fp25519"

	"veche.example/internal/parallel"
)

// VarTimeMultiScalarMult returns the sum of scalars[i]*points[i], the identity
// for empty slices. Variable time, for public values only; it uses all cores.
// Scalars below 2^128 or above q - 2^128 cost about half, zeros nothing. It panics
// if the lengths differ.
//
// For many points it is the bucket method of Pippenger with signed digits
// (Bernstein, Doumen, Lange, Oosterwijk: Faster batch forgery identification,
// INDOCRYPT 2012), else Straus's method.
func VarTimeMultiScalarMult(scalars []Scalar, points []Affine) *Element {
	if len(scalars) != len(points) {
		panic("group: VarTimeMultiScalarMult takes as many scalars as points")
	}
	for i := range points {
		points[i].check()
	}
	if len(points) < minBucketed {
		return varTimeStraus(scalars, points)
	}
	width := windowWidth(len(points))
	digits := bucketDigits(scalars, width)
	sums := windowSums(digits, points, width)
	sum := NewElement()
	for w := len(sums) - 1; w >= 0; w-- {
		sum.doubleTimes(width)
		sum.Add(sum, &sums[w])
	}
	return sum
}

// minBucketed is the number of points from which buckets beat Straus's method,
// by measurement.
const minBucketed = 120

// windowWidth returns the digit size in bits for n points, by measurement.
func windowWidth(n int) int {
	for _, c := range []struct{ below, width int }{
		{300, 6}, {800, 7}, {1800, 8}, {4500, 9}, {7500, 10}, {20_000, 11}, {150_000, 12},
	} {
		if n < c.below {
			return c.width
		}
	}
	return 14 // 13 leaves most of the last window empty
}

// scalarBits is enough for the absolute value of a scalar that is taken from
// [-q/2, q/2], and 2^(scalarBits-1) exceeds it by so little that the last of the
// signed digits never carries.
const scalarBits = 252

// bucketDigits returns digits[w][i] with scalars[i] = sum of digits[w][i] *
// 2^(width*w) mod q, each at most 2^(width-1) in absolute value. Scalars near 0
// or q have zeros in the upper windows.
func bucketDigits(scalars []Scalar, width int) [][]int16 {
	digits := make([][]int16, (scalarBits+width-1)/width)
	for w := range digits {
		digits[w] = make([]int16, len(scalars))
	}
	parallel.For(len(scalars), 1024, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			words, sign := scalars[i].absWords()
			carry := 0
			for w := range digits {
				v := int(bitsAt(&words, uint(w*width), uint(width))) + carry
				carry = (v + 1<<(width-1) - 1) >> width
				v -= carry << width
				digits[w][i] = int16(sign * v)
			}
		}
	})
	return digits
}

// windowSums returns, for every window, the sum of its digits times the points.
// Cores take one window after the other, since windows differ in work; if there
// are many cores, windows are cut into pieces.
func windowSums(digits [][]int16, points []Affine, width int) []Element {
	windows, cores := len(digits), runtime.GOMAXPROCS(0)
	pieces := max(1, min(3*cores/windows, len(points)>>width))
	parts := make([]Element, windows*pieces)
	var next atomic.Int64
	parallel.For(min(cores, len(parts)), 1, func(int, int) {
		buckets := make([]Element, 1<<(width-1))
		for {
			k := int(next.Add(1)) - 1
			if k >= len(parts) {
				return
			}
			w, piece := k/pieces, k%pieces
			lo, hi := piece*len(points)/pieces, (piece+1)*len(points)/pieces
			parts[k].bucketSum(buckets, digits[w][lo:hi], points[lo:hi])
		}
	})
	sums := make([]Element, windows)
	for w := range sums {
		sums[w].setIdentity()
		for k := range pieces {
			sums[w].Add(&sums[w], &parts[w*pieces+k])
		}
	}
	return sums
}

// bucketSum sets p to the sum of digits[i]*points[i]. A bucket with Z = 0 is
// empty. Signs are random, hence no branch on them.
func (p *Element) bucketSum(buckets []Element, digits []int16, points []Affine) {
	clear(buckets)
	for i, digit := range digits {
		if digit == 0 {
			continue
		}
		minus := int(digit >> 15) // 0 or -1
		b := &buckets[(int(digit)^minus)-minus-1]
		if b.z == (fp.Elt{}) {
			b.setNiels(&points[i], uint(minus&1))
		} else {
			b.varTimeAddNiels(&points[i], uint(minus&1))
		}
	}
	p.weightedSum(buckets)
}

// weightedSum sets p to the sum of (i+1)*buckets[i].
func (p *Element) weightedSum(buckets []Element) {
	running := NewElement()
	p.setIdentity()
	empty := true
	for i := len(buckets) - 1; i >= 0; i-- {
		if buckets[i].z != (fp.Elt{}) {
			running.Add(running, &buckets[i])
			empty = false
		}
		if !empty {
			p.Add(p, running)
		}
	}
}
