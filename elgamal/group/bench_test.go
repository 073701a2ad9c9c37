package group

import (
	"fmt"
	"testing"

	fp "github.com/cloudflare/circl/math/fp25519"
)

func BenchmarkField(b *testing.B) {
	x, y, z := fp.Elt{3, 5, 7, 31: 9}, fp.Elt{4, 5, 31: 8}, fp.Elt{}
	b.Run("Mul", func(b *testing.B) {
		for b.Loop() {
			fp.Mul(&x, &x, &y)
		}
	})
	b.Run("MulIndep", func(b *testing.B) {
		for b.Loop() {
			fp.Mul(&z, &x, &y)
		}
	})
	b.Run("Sqr", func(b *testing.B) {
		for b.Loop() {
			fp.Sqr(&x, &x)
		}
	})
	b.Run("Add", func(b *testing.B) {
		for b.Loop() {
			fp.Add(&x, &x, &y)
		}
	})
	b.Run("Sub", func(b *testing.B) {
		for b.Loop() {
			fp.Sub(&x, &x, &y)
		}
	})
	b.Run("AddSub", func(b *testing.B) {
		for b.Loop() {
			fp.AddSub(&x, &y)
		}
	})
	b.Run("Modp", func(b *testing.B) {
		for b.Loop() {
			fp.Modp(&x)
		}
	})
}

func BenchmarkOps(b *testing.B) {
	p, q := Generator(), Generator().Double(Generator())
	a := Affines([]Element{*q})
	s := RandomScalar()
	tab := GeneratorTable()
	vt := NewVarTimeTable(q)
	enc := q.Bytes()
	h, _ := DecodeHint(enc)
	run := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
		})
	}
	run("Add", func() { p.Add(p, q) })
	run("AddAffine", func() { p.AddAffine(p, &a[0]) })
	run("SubAffine", func() { p.SubAffine(p, &a[0]) })
	run("Double", func() { p.Double(p) })
	run("ScalarMult", func() { p.ScalarMult(s, q) })
	run("Table", func() { tab.ScalarMult(p, s) })
	run("VarTimeTable", func() { vt.ScalarMult(p, s) })
	run("NewTable", func() { NewTable(q) })
	run("NewVarTimeTable", func() { NewVarTimeTable(q) })
	run("Bytes", func() { p.Bytes() })
	run("Decode", func() { a[0].SetCanonicalBytes(enc) })
	run("DecodeHinted", func() { a[0].SetCanonicalBytesHinted(enc, h[:]) })
	run("ScalarBytes", func() { s.Bytes() })
	run("ScalarMul", func() { s.Mul(s, s) })
	run("ScalarInv", func() { s.Inv(s) })
	for _, n := range []int{1, 8, 64, 1024} {
		pts := make([]Element, n)
		sc := make([]Scalar, n)
		for i := range pts {
			pts[i].ScalarBaseMult(RandomScalar())
			sc[i] = *RandomScalar()
		}
		dst := make([]byte, 0, 32*n)
		b.Run(fmt.Sprintf("AppendDoubled/%d", n), func(b *testing.B) {
			for b.Loop() {
				AppendDoubled(dst, pts)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/element")
		})
		b.Run(fmt.Sprintf("Affines/%d", n), func(b *testing.B) {
			for b.Loop() {
				Affines(pts)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/element")
		})
		if n < 1000 {
			b.Run(fmt.Sprintf("MSM/%d", n), func(b *testing.B) {
				for b.Loop() {
					MultiScalarMult(sc, pts)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/element")
			})
		}
	}
}
