package mixnet

import (
	"math/bits"

	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
)

// matrix is a list arranged as m rows of n ciphertexts of P elements.
type matrix struct {
	layout
	P      int
	points []group.Affine // row by row; those missing at the end are the identity
}

// at returns element p of the ciphertext in row i and column j, nil for the identity.
func (e *matrix) at(i, j, p int) *group.Affine {
	if k := (i*e.n+j)*e.P + p; k < len(e.points) {
		return &e.points[k]
	}
	return nil
}

// diagonals returns, for b_0..b_m, the sums E_k = Σ_{1≤i≤m, 0≤k−m+i≤m} b_{k−m+i}·E'_i
// for k = 0..2m−1, P elements each: the coefficients of the product of Σ_j b_j X^j and
// Σ_i E'_i X^{m−i}. It evaluates both at 2m points and interpolates (Toom 1963, Cook
// 1966; Bayer–Groth 2012, section 4.1), with 2m rows of multiplications in place of
// (m+1)m. Evaluating E' takes public additions only. Constant time in b.
func (e *matrix) diagonals(work *work, b [][]group.Scalar) [][]group.Element {
	values := [][]group.Element{e.product(work, b[0], e.m-1), e.product(work, b[e.m], 0)}
	for _, t := range evaluationPoints(e.m)[2:] {
		if t.minus {
			continue // comes with its opposite
		}
		plus, minus := e.productAt(work, b, t)
		values = append(values, plus, minus)
	}
	return interpolate(values)
}

// units is the work of diagonals.
func (e matrix) units() int { return 2 * e.size() * e.P }

// product returns b·E'_{i+1}.
func (e *matrix) product(work *work, b []group.Scalar, i int) []group.Element {
	sum := e.neutral()
	e.pieces(work, 1, func(lo, hi int) {
		columns := e.columns(hi - lo)
		for p := range columns {
			for j := range columns[p] {
				columns[p][j].Set(identity)
				addPoint(&columns[p][j], e.at(i, lo+j, p))
			}
		}
		addProducts(sum, b[lo:hi], columns)
	})
	return sum
}

// pieces calls f on ranges that cover the columns, and counts the multiplications of
// so many vectors.
func (e *matrix) pieces(work *work, vectors int, f func(lo, hi int)) {
	for lo := 0; lo < e.n; lo += pieceSize {
		hi := min(lo+pieceSize, e.n)
		work.step(vectors*(hi-lo)*e.P, func() { f(lo, hi) })
	}
}

func (e *matrix) neutral() []group.Element {
	row := make([]group.Element, e.P)
	for p := range row {
		row[p].Set(identity)
	}
	return row
}

func (e *matrix) columns(n int) [][]group.Element {
	c := make([][]group.Element, e.P)
	for p := range c {
		c[p] = make([]group.Element, n)
	}
	return c
}

// addProducts adds b·columns to sum, component by component. Constant time.
func addProducts(sum []group.Element, b []group.Scalar, columns [][]group.Element) {
	for p := range sum {
		sum[p].Add(&sum[p], group.MultiScalarMult(b, columns[p]))
	}
}

// evaluationPoint is ±t, or ±1/t if it is reversed: the polynomial with its
// coefficients from back to front is evaluated at ±t then.
type evaluationPoint struct {
	t               uint64
	reversed, minus bool
}

// evaluationPoints returns 2m points: 0, ∞ (0 reversed), ±1, ±2, ±1/2, ±3, ±1/3, ….
func evaluationPoints(m int) []evaluationPoint {
	points := []evaluationPoint{{0, false, false}, {0, true, false}}
	for k := range m - 1 {
		t, reversed := uint64(1+(k+1)/2), k > 0 && k%2 == 0
		points = append(points, evaluationPoint{t, reversed, false}, evaluationPoint{t, reversed, true})
	}
	return points
}

// productAt returns the product of the polynomials at t and at -t, both from their
// even and odd parts.
func (e *matrix) productAt(work *work, b [][]group.Scalar, t evaluationPoint) (plus, minus []group.Element) {
	bPlus, bMinus := scalarsAt(b, t)
	plus, minus = e.neutral(), e.neutral()
	e.pieces(work, 2, func(lo, hi int) {
		cPlus, cMinus := e.columns(hi-lo), e.columns(hi-lo)
		parallel.For((hi-lo)*e.P, 16, func(from, to int) {
			for k := from; k < to; k++ {
				j, p := k/e.P, k%e.P
				even, odd := e.pointsAt(lo+j, p, t)
				cPlus[p][j].Add(even, odd)
				cMinus[p][j].Sub(even, odd)
			}
		})
		addProducts(plus, bPlus[lo:hi], cPlus)
		addProducts(minus, bMinus[lo:hi], cMinus)
	})
	return plus, minus
}

// pointsAt returns the even and the odd part of Σ_i E'_i t^{m−i} in one place of
// the rows, by Horner's rule in t². Variable time; all is public.
func (e *matrix) pointsAt(j, p int, t evaluationPoint) (even, odd *group.Element) {
	parts := [2]*group.Element{group.NewElement(), group.NewElement()}
	for l := e.m - 1; l >= 0; l-- {
		i := e.m - 1 - l // E'_i is the coefficient of degree m−i
		if t.reversed {
			i = l
		}
		part := parts[l%2]
		varTimeTimes(part, t.t*t.t)
		addPoint(part, e.at(i, j, p))
	}
	varTimeTimes(parts[1], t.t)
	return parts[0], parts[1]
}

func addPoint(dst *group.Element, p *group.Affine) {
	if p != nil {
		dst.AddAffine(dst, p)
	}
}

// varTimeTimes sets p = k p for a small public k ≥ 1.
func varTimeTimes(p *group.Element, k uint64) {
	if k == 1 {
		return
	}
	q := group.NewElement().Set(p)
	for bit := bits.Len64(k) - 2; bit >= 0; bit-- {
		p.Double(p)
		if k>>bit&1 == 1 {
			p.Add(p, q)
		}
	}
}

// scalarsAt returns Σ_j b_j t^j and Σ_j b_j (−t)^j, or both reversed.
func scalarsAt(b [][]group.Scalar, t evaluationPoint) (plus, minus []group.Scalar) {
	n := len(b[0])
	x := powers(group.NewScalar().SetUint64(t.t), len(b))
	plus, minus = make([]group.Scalar, n), make([]group.Scalar, n) // even and odd parts first
	for l := range b {
		j := l
		if t.reversed {
			j = len(b) - 1 - l
		}
		part := plus
		if l%2 == 1 {
			part = minus
		}
		addScaled(part, &x[l], b[j])
	}
	for j := range plus {
		even, odd := group.NewScalar().Set(&plus[j]), group.NewScalar().Set(&minus[j])
		plus[j].Add(even, odd)
		minus[j].Sub(even, odd)
	}
	return plus, minus
}

// interpolate returns the coefficients of the polynomial of degree 2m−1 that has the
// given values at the 2m points. Constant time in the values.
func interpolate(values [][]group.Element) [][]group.Element {
	inverse := invertMatrix(vandermonde(evaluationPoints(len(values) / 2)))
	P := len(values[0])
	out := make([][]group.Element, len(values))
	parallel.For(len(values), 1, func(lo, hi int) {
		column := make([]group.Element, len(values))
		for k := lo; k < hi; k++ {
			out[k] = make([]group.Element, P)
			for p := range P {
				for i := range values {
					column[i].Set(&values[i][p])
				}
				out[k][p].Set(group.MultiScalarMult(inverse[k], column))
			}
		}
	})
	return out
}

// vandermonde returns the matrix that takes coefficients to values.
func vandermonde(points []evaluationPoint) [][]group.Scalar {
	rows := make([][]group.Scalar, len(points))
	for k, at := range points {
		t := group.NewScalar().SetUint64(at.t)
		if at.minus {
			t.Neg(t)
		}
		rows[k] = powers(t, len(points))
		if at.reversed {
			rows[k] = reversed(rows[k])
		}
	}
	return rows
}

// invertMatrix returns the inverse of an invertible matrix, by Gauss and Jordan.
// Variable time; the matrix is public.
func invertMatrix(a [][]group.Scalar) [][]group.Scalar {
	n := len(a)
	inv := make([][]group.Scalar, n)
	for i := range inv {
		inv[i] = make([]group.Scalar, n)
		inv[i][i].Set(one)
	}
	for c := range n {
		r := c
		for a[r][c].IsZero() {
			r++
		}
		a[c], a[r], inv[c], inv[r] = a[r], a[c], inv[r], inv[c]
		s := group.NewScalar().Inv(&a[c][c])
		scale(a[c], s)
		scale(inv[c], s)
		for i := range n {
			if i != c {
				s.Neg(&a[i][c])
				addScaled(a[i], s, a[c])
				addScaled(inv[i], s, inv[c])
			}
		}
	}
	return inv
}

func scale(v []group.Scalar, s *group.Scalar) {
	for j := range v {
		v[j].Mul(&v[j], s)
	}
}
