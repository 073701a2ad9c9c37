package mixnet

import (
	"flag"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
	"veche.example/proofs"
)

var (
	long   = flag.Bool("long", false, "benchmark lists of 100,000 rows too")
	layers = flag.Int("m", 0, "benchmark with another number of rows m")
	size   = flag.Int("size", 0, "benchmark lists of that many rows")
	wide   = flag.Int("wide", 1, "benchmark with another number κ of rows in a wide row, if m is given")
)

func benchSizes() []int {
	if *size > 0 {
		return []int{*size}
	}
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
	out, w := shuffle(b, keys, in)
	return &mix{Statement: Statement{[32]byte{1}, nil, keys, in, out, *layers, *wide}, x: x, w: w, widths: []int{1}}
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

func usage() (r syscall.Rusage) {
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return r
}

func processorTime() time.Duration {
	r := usage()
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
			proof := x.proof(x.w)
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

// BenchmarkShuffleProve reports the time to prove relative to re-encryption, which is
// what BenchmarkReencrypt measures.
func BenchmarkShuffleProve(b *testing.B) {
	for _, N := range benchSizes() {
		b.Run(fmt.Sprintf("N=%d", N), func(b *testing.B) {
			x := benchMix(b, N)
			proofs.CommitmentKey(x.layout().n)
			var prove, reencrypt stopwatch
			size := 0
			for b.Loop() {
				reencrypt.time(x.reencrypt)
				prove.time(func() { size = len(x.proof(x.w)) })
			}
			prove.over(b, &reencrypt, "reencrypt")
			b.ReportMetric(float64(prove.wall.Nanoseconds())/float64(b.N*N), "ns/ct")
			b.ReportMetric(float64(size)/float64(N), "B/ct")
		})
	}
}

// BenchmarkMix reports what the owner of a mix sees: the longest time between two
// reports of progress, which is how long it may take to stop, and the peak of the
// process's memory.
func BenchmarkMix(b *testing.B) {
	for _, N := range benchSizes() {
		b.Run(fmt.Sprintf("N=%d", N), func(b *testing.B) {
			id := proofs.GenerateSigningKey()
			x := benchMix(b, N)
			c := x.cascade()
			c.Mixers = []proofs.VerifyKey{id.Public()}
			longest := time.Duration(0)
			for b.Loop() {
				last := time.Now()
				_, err := c.Mix(b.Context(), id, 1, x.In, nil, nil, func(int, int) {
					longest, last = max(longest, time.Since(last)), time.Now()
				})
				require.NoError(b, err)
			}
			b.ReportMetric(float64(longest.Milliseconds()), "ms-longest-step")
			b.ReportMetric(float64(usage().Maxrss)/1024, "MB-peak")
		})
	}
}

// reencrypt is what a mixer cannot do without: two fixed-base multiplications with
// tables for each ciphertext, two additions, and the encoding of the output.
func (x *mix) reencrypt() {
	_, err := x.w.apply(idle(), x.In, x.w.zeros(idle(), x.Keys, x.In.shape))
	if err != nil {
		panic(err)
	}
}

// BenchmarkReencrypt reports a ciphertext's time, and its ratio to a fixed-base
// multiplication.
func BenchmarkReencrypt(b *testing.B) {
	const N = 1000
	x := benchMix(b, N)
	scalars := draw(group.RandomScalar, N)
	var reencrypt, multiply stopwatch
	for b.Loop() {
		reencrypt.time(x.reencrypt)
		multiply.time(func() {
			parallel.For(N, 8, func(lo, hi int) {
				for e := group.NewElement(); lo < hi; lo++ {
					e.ScalarBaseMult(&scalars[lo])
				}
			})
		})
	}
	reencrypt.over(b, &multiply, "multiplication")
	b.ReportMetric(float64(reencrypt.wall.Nanoseconds())/float64(b.N*N), "ns/ct")
}
