package group

import (
	"sync"

	"veche.example/internal/parallel"
)

// Table holds multiples of one base for constant-time multiplication without
// doublings. It takes 48 KB and costs about as much as 16 multiplications to make;
// it is immutable and may be used concurrently.
type Table struct {
	windows []rows // windows[i]: multiples of 16^i * base
}

// NewTable returns a table for base.
func NewTable(base *Element) *Table {
	bases := make([]Element, numDigits)
	p := new(Element).Set(base)
	for i := range bases {
		bases[i].Set(p)
		p.doubleTimes(digitBits)
	}
	return &Table{multiples(bases)}
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

// ScalarMult sets dst = s*base. Constant time.
func (t *Table) ScalarMult(dst *Element, s *Scalar) *Element {
	return t.AddScalarMult(dst.setIdentity(), s)
}

// AddScalarMult sets dst = dst + s*base. Constant time.
func (t *Table) AddScalarMult(dst *Element, s *Scalar) *Element {
	dst.check()
	for i, digit := range s.digits() {
		t.windows[i].add(dst, digit)
	}
	return dst
}

var generatorTable = sync.OnceValue(func() *Table { return NewTable(&generator) })

// GeneratorTable returns the generator's table, made at the first call.
func GeneratorTable() *Table { return generatorTable() }

// ScalarBaseMult sets p = s*G. Constant time.
func (p *Element) ScalarBaseMult(s *Scalar) *Element {
	return GeneratorTable().ScalarMult(p, s)
}
