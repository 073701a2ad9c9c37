package ballot

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
)

// manyCandidates edits a manifest to one contest: up to 80 of 234 candidates.
func manyCandidates(m *Manifest) {
	elevenLists(m)
	c := m.Contests[0]
	c.Rule = Rule{Type: KOfN, Min: num(0), Max: num(80)}
	c.Options = nil
	for i := range 234 {
		c.Options = append(c.Options, Option{ID: fmt.Sprint("c", i), Name: "Candidate"})
	}
}

func pickOne(i int) Choices {
	return Choices{"lists": {Selected: []string{fmt.Sprint("l", i%11)}}}
}

func pickThree(i int) Choices {
	return Choices{"lists": {Selected: []string{fmt.Sprint("c", i%234), fmt.Sprint("c", (i+1)%234), fmt.Sprint("c", (i+77)%234)}}}
}

// pile is many valid ballots of one election.
type pile struct {
	*fixture
	ballots [][]byte
}

func makePile(b testing.TB, n int, edit func(*Manifest), choices func(i int) Choices) *pile {
	p := &pile{newFixture(b, 64, edit), make([][]byte, n)}
	p.Keys.Precompute()
	group.GeneratorTable()
	parallel.For(n, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			d, err := p.Build(p.header(i%64, uint64(i), Code{}), choices(i), GenerateSeed())
			if err == nil {
				p.ballots[i], err = d.Sign(p.voters[i%64])
			}
			if err != nil {
				panic(err)
			}
		}
	})
	return p
}

// piles are made once for all runs of a benchmark.
var piles = map[int]func() *pile{
	11:  sync.OnceValue(func() *pile { return makePile(&testing.B{}, 4096, elevenLists, pickOne) }),
	234: sync.OnceValue(func() *pile { return makePile(&testing.B{}, 256, manyCandidates, pickThree) }),
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// BenchmarkBallotEncrypt builds a ballot of 11 choices, one picked. fixedmults/ballot
// is its time in multiplications with a fixed-base table.
func BenchmarkBallotEncrypt(b *testing.B) {
	for _, precomputed := range []bool{true, false} {
		b.Run(map[bool]string{true: "tables", false: "fresh-key"}[precomputed], func(b *testing.B) {
			f := newFixture(b, 1, elevenLists)
			if precomputed {
				f.Keys.Precompute()
			}
			table, s, dst := group.NewTable(group.Generator()), group.RandomScalar(), group.NewElement()
			build := func() { f.draft(b, f.header(0, 1, Code{}), pickOne(3)) }
			build() // the generators' tables
			for b.Loop() {
				build()
			}
			var ratios []float64
			for range 41 {
				const mults = 200
				start := time.Now()
				for range mults {
					table.ScalarMult(dst, s)
				}
				one := time.Since(start) / mults
				start = time.Now()
				for range 4 {
					build()
				}
				ratios = append(ratios, float64(time.Since(start)/4)/float64(one))
			}
			b.ReportMetric(median(ratios), "fixedmults/ballot")
		})
	}
}

// elements returns the encodings of every element that the ballots publish.
func (p *pile) elements(t testing.TB, ballots [][]byte) []byte {
	var out []byte
	for _, signed := range ballots {
		b, err := p.ParseBallot(signed)
		require.NoError(t, err)
		end := headerSize + b.paper.vector.CiphertextSize() + 3*32 // C_b, C_a, D
		out = append(out, signed[headerSize:end]...)
		out = append(out, signed[3:35]...)                          // credential
		out = append(out, signed[len(signed)-64:len(signed)-32]...) // R
	}
	return out
}

// floor decodes the elements and does one multi-scalar multiplication.
func floor(t testing.TB, encoded []byte, scalars []group.Scalar) *group.Element {
	points, err := group.DecodeAffines(encoded)
	require.NoError(t, err)
	return group.VarTimeMultiScalarMult(scalars, points)
}

// BenchmarkBallotVerify verifies signed ballots. x/floor is the median, over short
// interleaved rounds, of the time relative to decoding the same published elements and
// one multi-scalar multiplication over them.
func BenchmarkBallotVerify(b *testing.B) {
	for _, c := range []struct{ choices, slice int }{{11, 512}, {234, 64}} {
		b.Run(fmt.Sprint(c.choices), func(b *testing.B) {
			p := piles[c.choices]()
			verify := func(ballots [][]byte) {
				_, errs := p.VerifyBallots(context.Background(), ballots)
				for _, err := range errs {
					require.NoError(b, err)
				}
			}
			part := func(i int) [][]byte {
				at := i * c.slice % len(p.ballots)
				return p.ballots[at : at+c.slice]
			}
			verify(part(0))
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				verify(part(i))
				i++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(i*c.slice), "ns/ballot")
			b.ReportMetric(float64(len(p.ballots[0])), "bytes/ballot")

			scalars := make([]group.Scalar, len(p.elements(b, part(0)))/32)
			for k := range scalars {
				scalars[k].Set(group.RandomScalar())
			}
			var ratios []float64
			for round := range 31 {
				encoded := p.elements(b, part(round))
				start := time.Now()
				floor(b, encoded, scalars)
				least := time.Since(start)
				start = time.Now()
				verify(part(round))
				ratios = append(ratios, float64(time.Since(start))/float64(least))
			}
			b.ReportMetric(median(ratios), "x/floor")
		})
	}
}
