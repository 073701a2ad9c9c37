package verify

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
	"veche.example/tally/record"
)

const mixedBallots = 2048

// manyMixed is an election in which many rank three options; three mixers mix, and three
// trustees decrypt.
var manyMixed = sync.OnceValue(func() *election {
	m := clubManifest()
	m.Contests, m.Styles, m.Width = m.Contests[:1], nil, 1
	e := newElection(m, 3, 0, slices.Repeat([]ballot.Voter{{Weight: 1}}, mixedBallots))
	e.Keys.Precompute()
	group.GeneratorTable()
	ballots := make([][]byte, mixedBallots)
	parallel.For(mixedBallots, 1, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			order := [][]string{{"ann", "bob"}, {"bob"}, {"cy", "ann", "bob"}}[k%3]
			ballots[k] = e.ballot(k, 1, ballot.Code{}, ballot.Choices{"order": {Ranking: order}})
		}
	})
	return e.write(func(w *record.Writer) {
		for _, b := range ballots {
			must(w.Append(box.Ballot, b[1:]))
		}
	})
})

// BenchmarkVerifyMixedRecord verifies a whole record of 2,048 ranked ballots of one
// element, three mixes and three shares, and says what of it is the mixes and the shares.
func BenchmarkVerifyMixedRecord(b *testing.B) {
	e := manyMixed()
	size := map[string]int{}
	for name, data := range e.files {
		kind, _, _ := strings.Cut(strings.NewReplacer(".bin", "", "/", "-").Replace(name), "-")
		size[kind] += len(data)
	}
	var atLog, atContests float64
	for b.Loop() {
		start := b.Elapsed()
		r, err := Record(context.Background(), e.files.fs(), func(phase Phase, done, total uint64) {
			if phase == Entries && done == total {
				atLog += (b.Elapsed() - start).Seconds()
			} else if phase == Contests {
				atContests += (b.Elapsed() - start).Seconds()
			}
		})
		require.NoError(b, err)
		require.True(b, r.Verified(), r.Text())
	}
	perRow := 1e9 / float64(b.N*mixedBallots)
	b.ReportMetric(atLog*perRow, "log-ns/ballot")
	b.ReportMetric((atContests-atLog)*perRow, "mixes-ns/ballot")
	for _, kind := range []string{"log", "mix", "tally"} {
		b.ReportMetric(float64(size[kind])/mixedBallots, kind+"-bytes/ballot")
	}
}
