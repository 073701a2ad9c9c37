package group

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestGroupLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, q, r := drawElement(t, "p"), drawElement(t, "q"), drawElement(t, "r")
		a, b := drawScalar(t, "a"), drawScalar(t, "b")
		e := func() *Element { return new(Element) }

		sum := e().Add(p, q)
		requireValid(t, sum, e().Add(q, p), "commutative")
		requireValid(t, e().Add(sum, r), e().Add(p, e().Add(q, r)), "associative")
		requireValid(t, p, e().Add(p, NewElement()), "neutral")
		requireValid(t, p, e().Sub(sum, q), "p + q - q")
		requireValid(t, e().Neg(p), e().Sub(NewElement(), p), "0 - p")
		requireValid(t, e().Add(p, p), e().Double(p), "2p")
		require.True(t, e().Sub(p, p).IsIdentity())
		require.Equal(t, a.IsZero(), e().ScalarBaseMult(a).IsIdentity())

		requireValid(t, e().ScalarMult(NewScalar().Add(a, b), p),
			e().Add(e().ScalarMult(a, p), e().ScalarMult(b, p)), "(a + b)p")
		requireValid(t, e().ScalarMult(NewScalar().Mul(a, b), p), e().ScalarMult(a, e().ScalarMult(b, p)), "(ab)p")
		requireValid(t, e().ScalarMult(a, sum), e().Add(e().ScalarMult(a, p), e().ScalarMult(a, q)), "a(p + q)")
	})
}

func TestScalarMultEdges(t *testing.T) {
	t.Parallel()
	p := randomElement()
	for name, s := range edgeScalars() {
		requireValid(t, naive(s, p), new(Element).ScalarMult(s, p), name)
		requireValid(t, naive(s, Generator()), new(Element).ScalarBaseMult(s), name)
		require.True(t, new(Element).ScalarMult(s, NewElement()).IsIdentity(), name)
	}
}

func TestTorsionIsInvisible(t *testing.T) {
	t.Parallel()
	p, q := randomElement(), randomElement()
	s := RandomScalar()
	for _, o := range torsion() {
		require.True(t, o.IsIdentity())
		require.Equal(t, make([]byte, 32), o.Bytes())
		r := new(Element).Add(p, &o)
		requireValid(t, p, r)
		require.False(t, r.Equal(q))
		require.False(t, r.IsIdentity())
		requireValid(t, new(Element).ScalarMult(s, p), new(Element).ScalarMult(s, r))
		require.True(t, Affines([]Element{o})[0].IsIdentity())
		requireValid(t, p, Affines([]Element{*r})[0].Element())
	}
}

func TestEqualTellsApart(t *testing.T) {
	t.Parallel()
	p := randomElement()
	require.False(t, p.Equal(new(Element).Neg(p)))
	require.False(t, p.Equal(new(Element).Double(p)))
	require.False(t, p.Equal(NewElement()))
	require.False(t, NewElement().Equal(p))
	require.True(t, NewElement().Equal(&torsion()[3]))
}

func TestElementAliasing(t *testing.T) {
	t.Parallel()
	p, q := randomElement(), randomElement()
	a := Affines([]Element{*q})[0]
	s := RandomScalar()
	binary := map[string]func(p, a, b *Element) *Element{
		"Add": (*Element).Add, "Sub": (*Element).Sub,
	}
	for name, f := range binary {
		want := f(new(Element), p, q)
		x := new(Element).Set(p)
		require.Same(t, x, f(x, x, q), name)
		requireValid(t, want, x, name)
		x.Set(q)
		requireValid(t, want, f(x, p, x), name)
		x.Set(p)
		requireValid(t, f(new(Element), p, p), f(x, x, x), name)
	}
	unary := map[string]func(p, a *Element) *Element{
		"Set": (*Element).Set, "Neg": (*Element).Neg, "Double": (*Element).Double,
		"AddAffine":       func(p, b *Element) *Element { return p.AddAffine(b, &a) },
		"SubAffine":       func(p, b *Element) *Element { return p.SubAffine(b, &a) },
		"CondAddAffine 0": func(p, b *Element) *Element { return p.CondAddAffine(b, &a, 0) },
		"CondAddAffine 1": func(p, b *Element) *Element { return p.CondAddAffine(b, &a, 1) },
		"ScalarMult":      func(p, b *Element) *Element { return p.ScalarMult(s, b) },
	}
	for name, f := range unary {
		x := new(Element).Set(p)
		require.Same(t, x, f(x, x), name)
		requireValid(t, f(new(Element), p), x, name)
	}
}

func TestAffineArithmetic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, q := drawElement(t, "p"), drawElement(t, "q")
		a := Affines([]Element{*q})[0]
		requireValid(t, q, a.Element())
		requireValid(t, new(Element).Neg(q), new(Affine).Neg(&a).Element())
		requireValid(t, q, new(Affine).Set(&a).Element())
		requireValid(t, new(Element).Add(p, q), new(Element).AddAffine(p, &a))
		requireValid(t, new(Element).Sub(p, q), new(Element).SubAffine(p, &a))
		requireValid(t, new(Element).Add(p, q), new(Element).CondAddAffine(p, &a, 1))
		requireValid(t, p, new(Element).CondAddAffine(p, &a, 0))
		require.Equal(t, q.IsIdentity(), a.IsIdentity())
		requireValid(t, q, a.Neg(&a).Neg(&a).Element(), "Neg in place")
	})
}

func TestUninitialisedPanics(t *testing.T) {
	t.Parallel()
	var e Element
	var a Affine
	g, ga, s := Generator(), Affines([]Element{*Generator()})[0], RandomScalar()
	const element, affine = "group: use of an uninitialised Element", "group: use of an uninitialised Affine"
	for name, c := range map[string]struct {
		message string
		use     func()
	}{
		"Add, first":             {element, func() { new(Element).Add(&e, g) }},
		"Add, second":            {element, func() { new(Element).Add(g, &e) }},
		"Sub, first":             {element, func() { new(Element).Sub(&e, g) }},
		"Sub, second":            {element, func() { new(Element).Sub(g, &e) }},
		"Neg":                    {element, func() { new(Element).Neg(&e) }},
		"Double":                 {element, func() { new(Element).Double(&e) }},
		"Set":                    {element, func() { new(Element).Set(&e) }},
		"AddAffine, first":       {element, func() { new(Element).AddAffine(&e, &ga) }},
		"AddAffine, second":      {affine, func() { new(Element).AddAffine(g, &a) }},
		"SubAffine, first":       {element, func() { new(Element).SubAffine(&e, &ga) }},
		"SubAffine, second":      {affine, func() { new(Element).SubAffine(g, &a) }},
		"CondAddAffine, first":   {element, func() { new(Element).CondAddAffine(&e, &ga, 0) }},
		"CondAddAffine, second":  {affine, func() { new(Element).CondAddAffine(g, &a, 0) }},
		"ScalarMult":             {element, func() { new(Element).ScalarMult(s, &e) }},
		"Equal, receiver":        {element, func() { e.Equal(g) }},
		"Equal, argument":        {element, func() { g.Equal(&e) }},
		"IsIdentity":             {element, func() { e.IsIdentity() }},
		"Bytes":                  {element, func() { e.Bytes() }},
		"AppendBinary":           {element, func() { _, _ = e.AppendBinary(nil) }},
		"MultiScalarMult":        {element, func() { MultiScalarMult([]Scalar{*s}, []Element{e}) }},
		"AppendDoubled":          {element, func() { AppendDoubled(nil, []Element{*g, e}) }},
		"Affines":                {element, func() { Affines([]Element{*g, e}) }},
		"NewTable":               {element, func() { NewTable(&e) }},
		"NewTables":              {element, func() { NewTables([]Element{*g, e}) }},
		"NewVarTimeTable":        {element, func() { NewVarTimeTable(&e) }},
		"Table.AddScalarMult":    {element, func() { GeneratorTable().AddScalarMult(&e, s) }},
		"VarTimeTable.Add":       {element, func() { NewVarTimeTable(g).AddScalarMult(&e, s) }},
		"Affine.Set":             {affine, func() { new(Affine).Set(&a) }},
		"Affine.Neg":             {affine, func() { new(Affine).Neg(&a) }},
		"Affine.Element":         {affine, func() { a.Element() }},
		"Affine.IsIdentity":      {affine, func() { a.IsIdentity() }},
		"VarTimeMultiScalarMult": {affine, func() { VarTimeMultiScalarMult([]Scalar{{}}, []Affine{a}) }},
	} {
		require.PanicsWithValue(t, messageThatBegins(t, c.message, c.use), c.use, name)
	}
	require.Panics(t, func() { new(Table).ScalarMult(new(Element), s) }, "an empty table")
	require.Panics(t, func() { new(VarTimeTable).ScalarMult(new(Element), s) }, "an empty table")
}

// messageThatBegins returns the message that use panics with, if it begins so.
func messageThatBegins(t *testing.T, begin string, use func()) (message string) {
	defer func() {
		message, _ = recover().(string)
		require.Contains(t, message, begin)
	}()
	use()
	return ""
}

func TestElementAppendBinary(t *testing.T) {
	t.Parallel()
	p := randomElement()
	b, err := p.AppendBinary([]byte("prefix"))
	require.NoError(t, err)
	require.Equal(t, slices.Concat([]byte("prefix"), p.Bytes()), b)
	q, err := new(Element).SetCanonicalBytes(p.Bytes())
	require.NoError(t, err)
	requireValid(t, p, q)
}
