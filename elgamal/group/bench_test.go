package group

import (
	"fmt"
	"testing"
	"time"

	"veche.example/internal/parallel"
)

// stopwatch keeps the fastest round of several things that a benchmark does in
// turn, so that their ratios come from one run and a busy machine matters less.
// All benchmarks here count to b.N: testing runs the loops of b.Loop before it
// obeys the first number of -cpu.
type stopwatch map[string]time.Duration

func (w stopwatch) time(what string, f func()) {
	start := time.Now()
	f()
	t := time.Since(start)
	if best, ok := w[what]; !ok || t < best {
		w[what] = t
	}
}

// report gives the time of each thing per element, for n elements a round.
func (w stopwatch) report(b *testing.B, n int) {
	for what, t := range w {
		b.ReportMetric(float64(t.Nanoseconds())/float64(n), what+"-ns/element")
	}
	b.ReportMetric(0, "ns/op")
}

func (w stopwatch) ratio(b *testing.B, over, under string) {
	b.ReportMetric(float64(w[over])/float64(w[under]), over+"/"+under)
}

// steps returns n different elements fast.
func steps(n int) []Element {
	out, p, step := make([]Element, n), randomElement(), randomElement()
	for i := range out {
		out[i].Set(p.Add(p, step))
	}
	return out
}

// BenchmarkFloor is what verifying costs at the least: decode n elements, with or
// without hints, and multiply once.
func BenchmarkFloor(b *testing.B) {
	for _, n := range []int{1024, 16384, 131072} {
		scalars, encodings := randomScalars(n), AppendDoubled(nil, steps(n))
		hints := make([][32]byte, n)
		for i := range hints {
			hints[i], _ = DecodeHint(encodings[32*i : 32*i+32])
		}
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			w := stopwatch{}
			for range b.N {
				w.time("plain", func() { floor(b, scalars, encodings) })
				w.time("hinted", func() { hintedFloor(b, scalars, encodings, hints) })
			}
			w.report(b, n)
			w.ratio(b, "hinted", "plain")
		})
	}
}

func floor(b *testing.B, scalars []Scalar, encodings []byte) {
	points, err := DecodeAffines(encodings)
	if err != nil {
		b.Fatal(err)
	}
	VarTimeMultiScalarMult(scalars, points)
}

func hintedFloor(b *testing.B, scalars []Scalar, encodings []byte, hints [][32]byte) {
	points := make([]Affine, len(scalars))
	parallel.For(len(points), 64, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if err := points[i].SetCanonicalBytesHinted(encodings[32*i:32*i+32], hints[i][:]); err != nil {
				b.Error(err)
			}
		}
	})
	VarTimeMultiScalarMult(scalars, points)
}

// BenchmarkShortScalars compares 128-bit weights with full-size scalars.
func BenchmarkShortScalars(b *testing.B) {
	const n = 16384
	long, short, points := randomScalars(n), make([]Scalar, n), Affines(steps(n))
	for i := range short {
		short[i].SetWideBytes(long[i].Bytes()[:16])
	}
	w := stopwatch{}
	for range b.N {
		w.time("long", func() { VarTimeMultiScalarMult(long, points) })
		w.time("short", func() { VarTimeMultiScalarMult(short, points) })
	}
	w.report(b, n)
	w.ratio(b, "short", "long")
}

func BenchmarkDecode(b *testing.B) {
	const n = 256
	encodings := AppendDoubled(nil, steps(n))
	hints := make([][32]byte, n)
	for i := range hints {
		hints[i], _ = DecodeHint(encodings[32*i : 32*i+32])
	}
	var a Affine
	w := stopwatch{}
	for range b.N {
		w.time("plain", func() {
			for i := range n {
				_ = a.SetCanonicalBytes(encodings[32*i : 32*i+32])
			}
		})
		w.time("list", func() { _, _ = DecodeAffines(encodings) })
		w.time("hinted", func() {
			for i := range n {
				_ = a.SetCanonicalBytesHinted(encodings[32*i:32*i+32], hints[i][:])
			}
		})
	}
	w.report(b, n)
	w.ratio(b, "hinted", "plain")
}

func BenchmarkEncode(b *testing.B) {
	for _, n := range []int{1, 16, 1024} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			points := steps(n)
			dst := make([]byte, 0, 32*n)
			w := stopwatch{}
			for range b.N {
				w.time("Bytes", func() {
					for i := range points {
						points[i].Bytes()
					}
				})
				w.time("AppendDoubled", func() { AppendDoubled(dst, points) })
			}
			w.report(b, n)
			w.ratio(b, "AppendDoubled", "Bytes")
		})
	}
}

func BenchmarkScalarMult(b *testing.B) {
	base, s, dst := randomElement(), RandomScalar(), NewElement()
	table, varTime := NewTable(base), NewVarTimeTable(base)
	for name, f := range map[string]func(){
		"variable base": func() { dst.ScalarMult(s, base) },
		"Table":         func() { table.ScalarMult(dst, s) },
		"VarTimeTable":  func() { varTime.ScalarMult(dst, s) },
		"NewTable":      func() { NewTable(base) },
	} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				f()
			}
		})
	}
}

func BenchmarkMultiScalarMult(b *testing.B) {
	for _, n := range []int{8, 64, 1024} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			scalars, points := randomScalars(n), steps(n)
			affine := Affines(points)
			w := stopwatch{}
			for range b.N {
				w.time("secret", func() { MultiScalarMult(scalars, points) })
				w.time("public", func() { VarTimeMultiScalarMult(scalars, affine) })
			}
			w.report(b, n)
		})
	}
}
