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

// rankEleven edits a manifest to one contest that ranks eleven options.
func rankEleven(m *Manifest) {
	elevenLists(m)
	m.Contests[0].Rule = Rule{Type: Ranked, Min: num(0), Max: num(11)}
	m.Mixers, m.Mixes = []Party{{ID: "m", Name: "M", Key: hexKey(401)}}, 1
}

func pickOne(i int) Choices {
	return Choices{"lists": {Selected: []string{fmt.Sprint("l", i%11)}}}
}

func rankThree(i int) Choices {
	return Choices{"lists": {Ranking: []string{fmt.Sprint("l", i%11), fmt.Sprint("l", (i+1)%11), fmt.Sprint("l", (i+5)%11)}}}
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
var piles = map[string]func() *pile{
	"11":     sync.OnceValue(func() *pile { return makePile(&testing.B{}, 4096, elevenLists, pickOne) }),
	"234":    sync.OnceValue(func() *pile { return makePile(&testing.B{}, 256, manyCandidates, pickThree) }),
	"ranked": sync.OnceValue(func() *pile { return makePile(&testing.B{}, 4096, rankEleven, rankThree) }),
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// BenchmarkBallotEncrypt builds a ballot of 11 choices, one picked, and one that ranks
// three of 11. fixedmults/ballot is its time in multiplications with a fixed-base table.
func BenchmarkBallotEncrypt(b *testing.B) {
	for _, c := range []struct {
		name        string
		edit        func(m *Manifest)
		choices     func(i int) Choices
		precomputed bool
	}{{"tables", elevenLists, pickOne, true}, {"fresh-key", elevenLists, pickOne, false}, {"ranked", rankEleven, rankThree, true}} {
		b.Run(c.name, func(b *testing.B) {
			f := newFixture(b, 1, c.edit)
			if c.precomputed {
				f.Keys.Precompute()
			}
			table, s, dst := group.NewTable(group.Generator()), group.RandomScalar(), group.NewElement()
			build := func() { f.draft(b, f.header(0, 1, Code{}), c.choices(3)) }
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
		p := b.paper
		end := p.encrypted()
		if p.vector != nil {
			end += 3 * 32 // C_b, C_a, D
		}
		out = append(out, signed[headerSize:end]...)
		if len(p.mixed) > 0 {
			out = append(out, signed[p.encrypted()+p.vectorSize():][:32]...) // T
		}
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
	for _, c := range []struct {
		name  string
		slice int
	}{{"11", 512}, {"234", 64}, {"ranked", 512}} {
		b.Run(c.name, func(b *testing.B) {
			p := piles[c.name]()
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
