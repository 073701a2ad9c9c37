package group

import (
	"math/bits"

	"veche.example/internal/parallel"
)

// VarTimeMultiScalarMult returns the sum of scalars[i]*points[i], the identity
// for empty slices. Variable time, for public values only; it uses all cores.
// Scalars below 2^128 or above q - 2^128 cost about half, zeros nothing. It panics
// if the lengths differ.
//
// It is the bucket method of Pippenger with signed digits (Bernstein, Doumen,
// Lange, Oosterwijk: Faster batch forgery identification, INDOCRYPT 2012).
func VarTimeMultiScalarMult(scalars []Scalar, points []Affine) *Element {
	if len(scalars) != len(points) {
		panic("group: VarTimeMultiScalarMult takes as many scalars as points")
	}
	for i := range points {
		points[i].check()
	}
	width := windowWidth(len(points))
	digits := bucketDigits(scalars, width)
	sums := make([]Element, len(digits))
	parallel.For(len(digits), 1, func(lo, hi int) {
		buckets := make([]Element, 1<<(width-1))
		for w := lo; w < hi; w++ {
			sums[w] = *bucketSum(buckets, digits[w], points)
		}
	})
	sum := NewElement()
	for w := len(sums) - 1; w >= 0; w-- {
		sum.doubleTimes(int(width))
		sum.Add(sum, &sums[w])
	}
	return sum
}

// windowWidth returns the digit size in bits for n points, by measurement.
func windowWidth(n int) uint {
	return uint(max(3, min(13, bits.Len(uint(n))-3)))
}

// bucketDigits returns digits[w][i] with scalars[i] = sum of digits[w][i] * 2^(width*w),
// each at most 2^(width-1) in absolute value.
func bucketDigits(scalars []Scalar, width uint) [][]int16 {
	digits := make([][]int16, (253+width)/width)
	for w := range digits {
		digits[w] = make([]int16, len(scalars))
	}
	for i := range scalars {
		words, carry := scalars[i].words(), 0
		for w := range digits {
			v := int(bitsAt(&words, uint(w)*width, width)) + carry
			carry = (v + 1<<(width-1)) >> width
			digits[w][i] = int16(v - carry<<width)
		}
	}
	return digits
}

// bucketSum returns the sum of digits[i]*points[i].
func bucketSum(buckets []Element, digits []int16, points []Affine) *Element {
	for i := range buckets {
		buckets[i].setIdentity()
	}
	for i, digit := range digits {
		switch {
		case digit > 0:
			b := &buckets[digit-1]
			b.addNiels(b, &points[i])
		case digit < 0:
			b := &buckets[-digit-1]
			b.subNiels(b, &points[i])
		}
	}
	running, sum := NewElement(), NewElement()
	for i := len(buckets) - 1; i >= 0; i-- {
		running.Add(running, &buckets[i])
		sum.Add(sum, running)
	}
	return sum
}
