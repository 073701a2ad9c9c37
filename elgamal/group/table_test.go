package group

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestTables(t *testing.T) {
	t.Parallel()
	p := randomElement()
	table, varTime := NewTable(p), NewVarTimeTable(p)
	check := func(t require.TestingT, s *Scalar, msg ...any) {
		want, q := naive(s, p), randomElement()
		sum := new(Element).Add(q, want)
		requireValid(t, want, table.ScalarMult(new(Element), s), msg...)
		requireValid(t, want, varTime.ScalarMult(new(Element), s), msg...)
		requireValid(t, sum, table.AddScalarMult(new(Element).Set(q), s), msg...)
		requireValid(t, sum, varTime.AddScalarMult(new(Element).Set(q), s), msg...)
	}
	for name, s := range edgeScalars() {
		check(t, s, name)
	}
	for range 50 {
		check(t, RandomScalar())
	}
	rapid.Check(t, func(t *rapid.T) { check(t, drawScalar(t, "s")) })
}

func TestTableReturnsItsReceiver(t *testing.T) {
	t.Parallel()
	e := randomElement()
	s := RandomScalar()
	require.Same(t, e, GeneratorTable().ScalarMult(e, s))
	require.Same(t, e, GeneratorTable().AddScalarMult(e, s))
	requireValid(t, new(Element).ScalarMult(NewScalar().Add(s, s), Generator()), e)
	require.Same(t, GeneratorTable(), GeneratorTable())
}

func TestTableOfIdentity(t *testing.T) {
	t.Parallel()
	for _, o := range torsion() {
		require.True(t, NewTable(&o).ScalarMult(new(Element), RandomScalar()).IsIdentity())
		require.True(t, NewVarTimeTable(&o).ScalarMult(new(Element), RandomScalar()).IsIdentity())
	}
}

func TestNewTables(t *testing.T) {
	t.Parallel()
	require.Empty(t, NewTables(nil))
	bases, s := randomElements(5), RandomScalar()
	tables := NewTables(bases)
	require.Len(t, tables, len(bases))
	for i := range bases {
		requireValid(t, naive(s, &bases[i]), tables[i].ScalarMult(new(Element), s))
	}
}
