package threshold

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

// unit measures one constant-time multiplication of any element.
func unit() time.Duration {
	s, p := group.RandomScalar(), group.HashToElement("bench", nil)
	start := time.Now()
	for range 500 {
		p.ScalarMult(s, p)
	}
	return time.Since(start) / 500
}

// report gives the time per position, or per position and trustee, in variable-base
// multiplications.
func report(b *testing.B, unit time.Duration, positions int) {
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(positions)/float64(unit), "mults/position")
}

// size is a list's form: its ciphertexts, and the positions of the one block of each.
type size struct{ rows, width int }

func (s size) positions() int { return s.rows * s.width }

// sizes are an aggregate, a list of marks or names, and one of longer payloads.
func sizes(b *testing.B, f func(b *testing.B, s size)) {
	for _, s := range []size{{1, 11}, {1, 256}, {10_000, 1}, {2000, 5}, {1000, 11}} {
		b.Run(fmt.Sprintf("%dx%d", s.rows, s.width), func(b *testing.B) { f(b, s) })
	}
}

var benchHouse = sync.OnceValue(func() *house { return newHouse(5, 3, 16, 0) })

// benchList is a list of a few ciphertexts again and again, which takes the time of
// others.
func benchList(b *testing.B, s size) *Decryption {
	vote := make([]uint64, s.width)
	d := benchHouse().list("bench", vote, vote, vote)
	rows := make([]int, s.rows)
	for e := range rows {
		rows[e] = e % 3
	}
	pick(d, rows...)
	require.NoError(b, d.Check())
	return d
}

func BenchmarkShare(b *testing.B) {
	sizes(b, func(b *testing.B, s size) {
		d, unit := benchList(b, s), unit()
		b.ReportAllocs()
		for b.Loop() {
			benchHouse().trustees[0].mustProve(d)
		}
		report(b, unit, s.positions())
	})
}

func BenchmarkVerify(b *testing.B) {
	sizes(b, func(b *testing.B, s size) {
		d, unit := benchList(b, s), unit()
		shares := benchHouse().proved(d)
		for b.Loop() {
			_, err := d.VerifyShares(shares)
			require.NoError(b, err)
		}
		report(b, unit, len(shares)*s.positions())
	})
}

func BenchmarkCombine(b *testing.B) {
	sizes(b, func(b *testing.B, s size) {
		d, unit := benchList(b, s), unit()
		verified, err := d.VerifyShares(benchHouse().proved(d))
		require.NoError(b, err)
		for b.Loop() {
			_, err := d.Combine(verified)
			require.NoError(b, err)
		}
		report(b, unit, s.positions())
	})
}

// BenchmarkFloor decodes the elements of one share and multiplies them once.
func BenchmarkFloor(b *testing.B) {
	sizes(b, func(b *testing.B, s size) {
		d, unit := benchList(b, s), unit()
		share, scalars := benchHouse().trustees[0].mustProve(d), randomScalars(s.positions())
		for b.Loop() {
			decoded, err := group.DecodeAffines(share[:s.positions()*elementSize])
			require.NoError(b, err)
			group.VarTimeMultiScalarMult(scalars, decoded)
		}
		report(b, unit, s.positions())
	})
}

func BenchmarkCeremonyVerify(b *testing.B) {
	p := newPlay(5, 3, 16).run(nil)
	for b.Loop() {
		_, err := p.c.Verify(&p.rounds)
		require.NoError(b, err)
	}
}
