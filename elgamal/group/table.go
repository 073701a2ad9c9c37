package group

import (
	"sync"

	"veche.example/internal/parallel"
)

// Table holds multiples of one base for constant-time multiplication without
// doublings. It takes 77 KB and costs about as much as 20 multiplications to make;
// it is immutable and may be used concurrently.
type Table struct {
	windows [numDigits]affineRows // windows[i]: multiples of 32^i * base
}

// affineRows holds the multiples 1..16 of a point in affine form.
type affineRows struct {
	yPlusX, yMinusX, dxy column
}

func (r *affineRows) read(dst *Affine, digit int8) {
	var s selection
	s.set(digit)
	s.read(&dst.yPlusX, &r.yPlusX, &affineIdentity.yPlusX)
	s.read(&dst.yMinusX, &r.yMinusX, &affineIdentity.yMinusX)
	s.read(&dst.dxy, &r.dxy, &affineIdentity.dxy)
	dst.condNeg(s.sign)
}

// NewTable returns a table for base.
func NewTable(base *Element) *Table {
	affine := make([]Affine, numDigits*numRows)
	affines(affine, windowMultiples(base, numDigits, numRows))
	t := new(Table)
	for i := range affine {
		w, row := &t.windows[i/numRows], i%numRows
		w.yPlusX[row] = affine[i].yPlusX
		w.yMinusX[row] = affine[i].yMinusX
		w.dxy[row] = affine[i].dxy
	}
	return t
}

// NewTables returns a table for every base, using all cores.
func NewTables(bases []Element) []*Table {
	tables := make([]*Table, len(bases))
	parallel.For(len(bases), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			tables[i] = NewTable(&bases[i])
		}
	})
	return tables
}

// windowMultiples returns (j+1) (2 rows)^i base at index i*rows + j.
func windowMultiples(base *Element, windows, rows int) []Element {
	out := make([]Element, 0, windows*rows)
	p := new(Element).Set(base)
	for range windows {
		var c cached
		c.set(p)
		out = append(out, *p)
		for range rows - 1 {
			p.addCached(p, &c)
			out = append(out, *p)
		}
		p.double(p)
	}
	return out
}

// ScalarMult sets dst = s*base. Constant time.
func (t *Table) ScalarMult(dst *Element, s *Scalar) *Element {
	return t.AddScalarMult(dst.setIdentity(), s)
}

// AddScalarMult sets dst = dst + s*base. Constant time.
func (t *Table) AddScalarMult(dst *Element, s *Scalar) *Element {
	dst.check()
	digits := s.digits()
	var a Affine
	for i := range t.windows {
		t.windows[i].read(&a, digits[i])
		dst.addNiels(dst, &a)
	}
	return dst
}

// GeneratorTable returns the table of Generator, which it makes once.
var generatorTable = sync.OnceValue(func() *Table { return NewTable(&generator) })

// GeneratorTable returns the generator's table, made at the first call.
func GeneratorTable() *Table { return generatorTable() }

// ScalarBaseMult sets p = s*G. Constant time.
func (p *Element) ScalarBaseMult(s *Scalar) *Element {
	return GeneratorTable().ScalarMult(p, s)
}

const (
	varTimeDigitBits = 8
	varTimeWindows   = 32
	varTimeRows      = 1 << (varTimeDigitBits - 1)
)

// VarTimeTable is a Table for public scalars: 390 KB, about twice as fast.
type VarTimeTable struct {
	rows []Affine // (j+1) 256^i base at index 128i + j
}

// NewVarTimeTable returns a table for base.
func NewVarTimeTable(base *Element) *VarTimeTable {
	return &VarTimeTable{Affines(windowMultiples(base, varTimeWindows, varTimeRows))}
}

// ScalarMult sets dst = s*base. Variable time.
func (t *VarTimeTable) ScalarMult(dst *Element, s *Scalar) *Element {
	return t.AddScalarMult(dst.setIdentity(), s)
}

// AddScalarMult sets dst = dst + s*base. Variable time.
func (t *VarTimeTable) AddScalarMult(dst *Element, s *Scalar) *Element {
	dst.check()
	w := s.words()
	carry := 0
	for i := range varTimeWindows {
		v := int(bitsAt(&w, uint(i)*varTimeDigitBits, varTimeDigitBits)) + carry
		carry = (v + varTimeRows) >> varTimeDigitBits
		v -= carry << varTimeDigitBits
		switch {
		case v > 0:
			dst.addNiels(dst, &t.rows[i*varTimeRows+v-1])
		case v < 0:
			dst.subNiels(dst, &t.rows[i*varTimeRows-v-1])
		}
	}
	return dst
}
