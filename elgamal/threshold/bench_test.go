package threshold

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

// fixedBase measures one constant-time multiplication of G.
func fixedBase() time.Duration {
	s, p := group.RandomScalar(), group.NewElement()
	p.ScalarBaseMult(s)
	start := time.Now()
	for range 500 {
		p.ScalarBaseMult(s)
	}
	return time.Since(start) / 500
}

// report gives the time per (pair, trustee) in fixed-base multiplications.
func report(b *testing.B, unit time.Duration, pairs int) {
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(pairs)/float64(unit), "basemults/pair")
}

func benchHouse(b *testing.B, ciphertexts int) (*house, *Decryption, [][]byte) {
	h := newHouse(5, 3, 16, 0)
	var votes [][]uint64
	for range ciphertexts {
		votes = append(votes, make([]uint64, 11))
	}
	d := h.list("bench", votes...)
	shares := h.shares(b, d)
	b.ResetTimer()
	return h, d, shares
}

func benchShare(b *testing.B, ciphertexts int) {
	h, d, _ := benchHouse(b, ciphertexts)
	unit := fixedBase()
	for b.Loop() {
		h.trustees[0].mustProve(d)
	}
	report(b, unit, 11*ciphertexts)
}

func benchVerify(b *testing.B, ciphertexts int) {
	_, d, shares := benchHouse(b, ciphertexts)
	unit := fixedBase()
	for b.Loop() {
		_, err := d.VerifyShares(shares)
		require.NoError(b, err)
	}
	report(b, unit, 5*11*ciphertexts)
}

func benchCombine(b *testing.B, ciphertexts int) {
	_, d, shares := benchHouse(b, ciphertexts)
	verified, err := d.VerifyShares(shares)
	require.NoError(b, err)
	unit := fixedBase()
	for b.Loop() {
		_, err := d.Combine(verified)
		require.NoError(b, err)
	}
	report(b, unit, 11*ciphertexts)
}

// One aggregate of 11 positions, W = 16, and a mixed list of 100 such ballots;
// verification is of the shares of 5 trustees.
func BenchmarkShareAggregate(b *testing.B)   { benchShare(b, 1) }
func BenchmarkShareList(b *testing.B)        { benchShare(b, 100) }
func BenchmarkVerifyAggregate(b *testing.B)  { benchVerify(b, 1) }
func BenchmarkVerifyList(b *testing.B)       { benchVerify(b, 100) }
func BenchmarkCombineAggregate(b *testing.B) { benchCombine(b, 1) }
func BenchmarkCombineList(b *testing.B)      { benchCombine(b, 100) }

// BenchmarkFloor decodes the elements of one list share and multiplies them once.
func BenchmarkFloor(b *testing.B) {
	_, d, shares := benchHouse(b, 100)
	unit, points := fixedBase(), (d.ShareSize()-16*32)/32
	scalars := randomScalars(points)
	for b.Loop() {
		decoded := make([]group.Affine, points)
		for i := range decoded {
			require.NoError(b, decoded[i].SetCanonicalBytes(shares[0][i*32:i*32+32]))
		}
		group.VarTimeMultiScalarMult(scalars, decoded)
	}
	report(b, unit, 11*100)
}

func BenchmarkCeremonyVerify(b *testing.B) {
	p := newPlay(5, 3, 16).run(nil)
	for b.Loop() {
		_, err := p.c.Verify(&p.rounds)
		require.NoError(b, err)
	}
}
