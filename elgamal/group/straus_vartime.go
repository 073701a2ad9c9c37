package group

// nafRows is the number of odd multiples 1, 3, ..., 15 of a point that
// non-adjacent forms of width 5 need.
const nafRows = 8

// varTimeStraus is Straus's method with sliding windows.
func varTimeStraus(scalars []Scalar, points []Affine) *Element {
	rows := oddMultiples(points)
	digits := make([][256]int8, len(scalars))
	for i := range scalars {
		digits[i] = scalars[i].varTimeNAF()
	}
	sum := NewElement()
	for bit := 255; bit >= 0; bit-- {
		sum.doubleTimes(1)
		for i := range digits {
			switch d := digits[i][bit]; {
			case d > 0:
				sum.varTimeAddNiels(&rows[nafRows*i+int(d)/2], 0)
			case d < 0:
				sum.varTimeAddNiels(&rows[nafRows*i+int(-d)/2], 1)
			}
		}
	}
	return sum
}

// oddMultiples returns (2j+1) points[i] at index nafRows*i + j.
func oddMultiples(points []Affine) []Affine {
	out := make([]Element, 0, nafRows*len(points))
	for i := range points {
		p := points[i].Element()
		var twice cached
		twice.set(new(Element).Double(p))
		for range nafRows {
			out = append(out, *p)
			p.addCached(&twice)
		}
	}
	return Affines(out)
}

// varTimeNAF returns digits with s = sum of digits[i] * 2^i, each zero or odd
// and below 16 in absolute value.
func (s *Scalar) varTimeNAF() (digits [256]int8) {
	w := s.words()
	carry := uint64(0)
	for i := 0; i < 256; {
		v := bitsAt(&w, uint(i), 5) + carry
		if v&1 == 0 {
			i++
			continue
		}
		carry = v >> 4 // 1 if v > 16
		digits[i] = int8(v) - int8(carry<<5)
		i += 5
	}
	return digits
}
