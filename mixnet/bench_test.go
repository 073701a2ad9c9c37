package mixnet

import (
	"flag"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

var (
	long   = flag.Bool("long", false, "benchmark lists of 100,000 rows too")
	layers = flag.Int("m", 0, "benchmark with another number of rows m")
)

func benchSizes() []int {
	if *long {
		return []int{1000, 10_000, 100_000}
	}
	return []int{1000, 10_000}
}

// benchMix is a list of one plaintext a row; encryption is as cheap as it gets,
// since only its form counts.
func benchMix(b *testing.B, N int) *mix {
	keys, x := keyPair(b, 1)
	row := make([]group.Element, 2*N)
	for i := range row {
		row[i].Set(group.Generator())
		if i > 0 {
			row[i].Add(&row[i-1], keys.Key(0))
		}
	}
	in := listOf(b, [][]group.Element{row}, []int{1})
	out, w, err := Shuffle(keys, in)
	require.NoError(b, err)
	return &mix{Statement: Statement{[32]byte{1}, nil, keys, in, out, *layers}, x: x, w: w, widths: []int{1}}
}

// stopwatch adds up wall-clock time and, for a machine that others use too, the time
// of all its processors.
type stopwatch struct{ wall, cpu time.Duration }

func (s *stopwatch) time(f func()) {
	start, used := time.Now(), processorTime()
	f()
	s.wall += time.Since(start)
	s.cpu += processorTime() - used
}

func processorTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// over reports s/t.
func (s *stopwatch) over(b *testing.B, t *stopwatch, unit string) {
	b.ReportMetric(float64(s.wall)/float64(t.wall), "x/"+unit)
	b.ReportMetric(float64(s.cpu)/float64(t.cpu), "cpu-x/"+unit)
}

// BenchmarkShuffleVerify reads and verifies one mix, and reports the time relative
// to the floor: decoding the 4N elements and one multi-scalar multiplication over
// them, with scalars of full size.
func BenchmarkShuffleVerify(b *testing.B) {
	for _, N := range benchSizes() {
		b.Run(fmt.Sprintf("N=%d", N), func(b *testing.B) {
			x := benchMix(b, N)
			proof := x.Prove(x.w)
			scalars := draw(group.RandomScalar, 4*N)
			both := append(append([]byte{}, x.In.bytes...), x.Out.bytes...)
			require.NoError(b, x.VerifyAlone(proof)) // derives the generators
			var full, floor stopwatch
			for b.Loop() {
				full.time(func() {
					st := x.Statement
					st.In, st.Out = parse(b, x.In.bytes, x.widths), parse(b, x.Out.bytes, x.widths)
					require.NoError(b, st.VerifyAlone(proof))
				})
				floor.time(func() {
					points, err := group.DecodeAffines(both)
					require.NoError(b, err)
					group.VarTimeMultiScalarMult(scalars, points)
				})
			}
			full.over(b, &floor, "floor")
			b.ReportMetric(float64(full.wall.Nanoseconds())/float64(b.N*N), "ns/ct")
			b.ReportMetric(float64(len(proof))/float64(N), "B/ct")
		})
	}
}

func parse(t require.TestingT, b []byte, widths []int) *List {
	l, err := ParseList(b, widths)
	require.NoError(t, err)
	return l
}

// BenchmarkShuffleProve reports the time to prove relative to the fixed-base
// multiplications of re-encryption alone, and to the whole shuffle, encoding included.
func BenchmarkShuffleProve(b *testing.B) {
	for _, N := range benchSizes() {
		b.Run(fmt.Sprintf("N=%d", N), func(b *testing.B) {
			x := benchMix(b, N)
			proofs.CommitmentKey(x.layout().n)
			var prove, reencrypt, shuffle stopwatch
			for b.Loop() {
				reencrypt.time(x.reencrypt)
				shuffle.time(func() { x.w.apply(x.In, x.w.zeros(x.Keys, x.In.shape)) })
				prove.time(func() { x.Prove(x.w) })
			}
			prove.over(b, &reencrypt, "reencrypt")
			prove.over(b, &shuffle, "shuffle")
			b.ReportMetric(float64(prove.wall.Nanoseconds())/float64(b.N*N), "ns/ct")
		})
	}
}

func (x *mix) reencrypt() { x.w.zeros(x.Keys, x.In.shape) }

func BenchmarkReencrypt(b *testing.B) {
	x := benchMix(b, 1000)
	for b.Loop() {
		x.reencrypt()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*1000), "ns/ct")
}
