package mixnet

import (
	"flag"
	"fmt"
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
			var full, floor time.Duration
			for b.Loop() {
				start := time.Now()
				in, err := ParseList(x.In.bytes, x.widths)
				require.NoError(b, err)
				out, err := ParseList(x.Out.bytes, x.widths)
				require.NoError(b, err)
				st := x.Statement
				st.In, st.Out = in, out
				require.NoError(b, st.VerifyAlone(proof))
				full += time.Since(start)

				start = time.Now()
				points, err := group.DecodeAffines(both)
				require.NoError(b, err)
				group.VarTimeMultiScalarMult(scalars, points)
				floor += time.Since(start)
			}
			b.ReportMetric(float64(full)/float64(floor), "x/floor")
			b.ReportMetric(float64(full.Nanoseconds())/float64(b.N*N), "ns/ct")
			b.ReportMetric(float64(len(proof))/float64(N), "B/ct")
		})
	}
}

// BenchmarkShuffleProve reports the time to prove relative to the fixed-base
// multiplications of re-encryption alone, and to the whole shuffle, encoding included.
func BenchmarkShuffleProve(b *testing.B) {
	for _, N := range benchSizes() {
		b.Run(fmt.Sprintf("N=%d", N), func(b *testing.B) {
			x := benchMix(b, N)
			proofs.CommitmentKey(x.layout().n)
			var prove, reencrypt, shuffle time.Duration
			for b.Loop() {
				start := time.Now()
				x.reencrypt()
				reencrypt += time.Since(start)
				start = time.Now()
				x.w.apply(x.In, x.w.zeros(x.Keys, x.In.shape))
				shuffle += time.Since(start)
				start = time.Now()
				x.Prove(x.w)
				prove += time.Since(start)
			}
			b.ReportMetric(float64(prove)/float64(reencrypt), "x/reencrypt")
			b.ReportMetric(float64(prove)/float64(shuffle), "x/shuffle")
			b.ReportMetric(float64(prove.Nanoseconds())/float64(b.N*N), "ns/ct")
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
