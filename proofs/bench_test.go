package proofs

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

// benchVote is a ballot with one choice of eleven under 16 keys with tables.
func benchVote(b *testing.B) *voted {
	v := vote(b, oneOf(11), 16, []byte{0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	v.keys.Precompute()
	v.prove() // makes the generators' tables
	return v
}

// fixedMults is the number of fixed-base multiplications of Encrypt and Prove: bits
// are committed with one addition each.
func (v *BitVector) fixedMults() int {
	encrypt := v.B + v.n
	commit := 2 + (v.B + 1) + (v.m + v.B + 1)
	return encrypt + commit + 1 + v.width
}

func BenchmarkBitVectorProve(b *testing.B) {
	v := benchVote(b)
	b.ReportAllocs()
	for b.Loop() {
		ct := v.v.Encrypt(v.bits, v.r)
		v.v.Prove(v.context, ct, v.bits, v.r, &[32]byte{9})
	}
	b.ReportMetric(float64(v.v.fixedMults()), "fixedmults/proof")
}

// BenchmarkBatchDecide verifies 500 ballots' proofs from bytes, and reports the
// time relative to the floor: decoding the same elements and one multi-scalar
// multiplication over them.
func BenchmarkBatchDecide(b *testing.B) {
	const ballots = 500
	v := benchVote(b)
	var cts, proofs [][]byte
	for range ballots {
		v.r = randomScalars(v.v.B)
		v.ct = v.v.Encrypt(v.bits, v.r)
		cts, proofs = append(cts, v.ct), append(proofs, v.prove())
	}
	elements := ballots * (v.v.n + v.v.B + 3)
	scalars := randomScalars(elements)
	claims := make([]Claim, ballots)
	var full, floor time.Duration
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		batch := NewBatch(v.keys)
		for k := range claims {
			claims[k].Reset()
			require.NoError(b, v.v.Verify(&claims[k], v.context, cts[k], decodeAll(b, cts[k]), proofs[k]))
			batch.Add(&claims[k])
		}
		require.NoError(b, batch.Decide())
		full += time.Since(start)

		start = time.Now()
		points := make([]group.Affine, 0, elements)
		for k := range claims {
			points = append(append(points, decodeAll(b, cts[k])...), decodeAll(b, proofs[k][:96])...)
		}
		group.VarTimeMultiScalarMult(scalars, points)
		floor += time.Since(start)
	}
	b.ReportMetric(float64(full)/float64(floor), "x-floor")
	b.ReportMetric(float64(full.Microseconds())/float64(b.N*ballots), "µs/ballot")
}
