package group

import (
	"encoding/hex"
	"maps"
	"slices"
	"testing"

	fp "github.com/cloudflare/circl/math/fp25519"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

func randomElement() *Element { return new(Element).ScalarBaseMult(RandomScalar()) }

func randomElements(n int) []Element {
	out := make([]Element, n)
	for i := range out {
		out[i].ScalarBaseMult(RandomScalar())
	}
	return out
}

func randomScalars(n int) []Scalar {
	out := make([]Scalar, n)
	for i := range out {
		out[i] = *RandomScalar()
	}
	return out
}

func scalarOf(v uint64) *Scalar { return NewScalar().SetUint64(v) }

// torsion returns the four points that stand for the identity: of order 1, 2, 4, 4.
func torsion() []Element {
	var minusOne, minusI fp.Elt
	fp.Neg(&minusOne, &one)
	fp.Neg(&minusI, &sqrtM1)
	return []Element{
		*NewElement(), {y: minusOne, z: one}, {x: sqrtM1, z: one}, {x: minusI, z: one},
	}
}

// edgeScalars are those at which digits, carries and signs change.
func edgeScalars() map[string]*Scalar {
	power := func(n int) *Scalar {
		var b [64]byte
		b[n/8] = 1 << (n % 8)
		return NewScalar().SetWideBytes(b[:])
	}
	minusOne := NewScalar().Neg(scalarOf(1))
	return map[string]*Scalar{
		"0": NewScalar(), "1": scalarOf(1), "2": scalarOf(2),
		"q-1": minusOne, "q-2": NewScalar().Sub(minusOne, scalarOf(1)),
		"(q+1)/2": half, "(q-1)/2": NewScalar().Sub(half, scalarOf(1)),
		"2^64": power(64), "2^127": power(127), "2^128": power(128),
		"2^128-1": NewScalar().Sub(power(128), scalarOf(1)),
		"1-2^128": NewScalar().Sub(scalarOf(1), power(128)),
		"2^251":   power(251), "2^251-1": NewScalar().Sub(power(251), scalarOf(1)),
		"2^252": power(252), "2^252-1": NewScalar().Sub(power(252), scalarOf(1)),
		"all digits 8":  mustScalar(append(repeat(0x88, 31), 0x08)),
		"all digits -8": mustScalar(append(repeat(0x77, 31), 0x07)),
		"all digits 7f": mustScalar(append(repeat(0x7f, 31), 0x0f)),
		"all digits 80": mustScalar(append(repeat(0x80, 31), 0x00)),
	}
}

func repeat(b byte, n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = b
	}
	return out
}

// drawScalar draws edge scalars and uniform ones.
func drawScalar(t *rapid.T, label string) *Scalar {
	if rapid.Bool().Draw(t, label+" is an edge") {
		edges := edgeScalars()
		return edges[rapid.SampledFrom(sortedKeys(edges)).Draw(t, label)]
	}
	return NewScalar().SetWideBytes(rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, label))
}

// drawElement draws an element in one of its four representations.
func drawElement(t *rapid.T, label string) *Element {
	p := new(Element).ScalarBaseMult(drawScalar(t, label))
	return p.Add(p, &torsion()[rapid.IntRange(0, 3).Draw(t, label+" coset")])
}

// naive is double-and-add, with Add alone.
func naive(s *Scalar, p *Element) *Element {
	sum, b := NewElement(), s.Bytes()
	for i := 255; i >= 0; i-- {
		sum.Add(sum, sum)
		if b[i/8]>>(i%8)&1 == 1 {
			sum.Add(sum, p)
		}
	}
	return sum
}

// requireValid checks that p's coordinates are those of a point of the curve and
// that p equals want.
func requireValid(t require.TestingT, want, p *Element, msg ...any) {
	var a, b, c fp.Elt
	fp.Mul(&a, &p.x, &p.y)
	fp.Mul(&b, &p.z, &p.t)
	require.EqualValues(t, 1, isEqual(&a, &b), "XY = ZT")
	fp.Sqr(&a, &p.y)
	fp.Sqr(&b, &p.x)
	fp.Sub(&a, &a, &b)
	fp.Sqr(&b, &p.t)
	fp.Mul(&b, &b, &d)
	fp.Sqr(&c, &p.z)
	fp.Add(&b, &b, &c)
	require.EqualValues(t, 1, isEqual(&a, &b), "Y² - X² = Z² + DT²")
	require.True(t, want.Equal(p), msg...)
	require.Equal(t, want.Bytes(), p.Bytes(), msg...)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
