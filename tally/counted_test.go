package tally

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/tally/count"
)

// rankings is 9 ballots: a before b before c, mostly; "d" is nobody's first.
var rankings = count.Ranked{Candidates: []string{"a", "b", "c", "d"}, Ballots: []count.RankedBallot{
	{Ranks: [][]int{{0}, {1}, {2}, {3}}, Count: 4}, {Ranks: [][]int{{1}, {2}}, Count: 3}, {Ranks: [][]int{{2}, {1}}, Count: 2},
}}

// Every method of a manifest is the rule of package count with its name, and its whole
// outcome is there for charts.
func TestEveryCount(t *testing.T) {
	t.Parallel()
	seed := [32]byte{1}
	irv := must(count.InstantRunoff(rankings, count.Draw, seed))
	schulze := must(count.Schulze(rankings, count.Draw, seed))
	pairs := must(count.RankedPairs(rankings, count.Draw, seed))
	copeland := must(count.Copeland(rankings, count.Draw, seed))
	borda := must(count.Borda(rankings, count.Draw, seed))
	winner := func(id string) []string { return []string{id} }
	want := map[string]struct {
		seats   int
		outcome Outcome
		elected []string
	}{
		ballot.InstantRunoff: {1, irv, winner(irv.Winner)},
		ballot.Schulze:       {1, schulze, winner(schulze.Winner)},
		ballot.RankedPairs:   {1, pairs, winner(pairs.Winner)},
		ballot.Copeland:      {1, copeland, winner(copeland.Winner)},
		ballot.Borda:         {1, borda, winner(borda.Winner)},
	}
	for method, rule := range map[string]count.STVRule{ballot.STVScottish: count.Scottish, ballot.STVGregory: count.Gregory, ballot.STVMeek: count.Meek} {
		o := must(count.STV(rankings, rule, 2, count.Draw, seed))
		tc := want[method]
		tc.seats, tc.outcome, tc.elected = 2, o, o.Elected
		want[method] = tc
	}
	require.Len(t, want, 8)
	for method, tc := range want {
		rule := &ballot.CountRule{ID: "x", Title: "X", Method: method, Seats: tc.seats, Ties: "draw"}
		got := countRanked(rule, rankings, count.Draw, seed)
		require.Equal(t, CountResult{ID: "x", Title: "X", Method: method, Seats: tc.seats, Elected: tc.elected,
			Working: strings.Split(strings.TrimSuffix(tc.outcome.Text(), "\n"), "\n"), Outcome: tc.outcome}, got)
		require.Len(t, got.Elected, tc.seats)
		require.NotContains(t, got.Elected, "", method)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A tie is left open by report, and by draw if nothing was decrypted: whoever closes
// the box could otherwise try out closings for the lot.
func TestTiesOfCounts(t *testing.T) {
	t.Parallel()
	tied := &count.Ranked{Candidates: []string{"a", "b", "c"}, Ballots: []count.RankedBallot{{Ranks: [][]int{{0}}, Count: 1}, {Ranks: [][]int{{1}}, Count: 1}}}
	for _, method := range []string{ballot.InstantRunoff, ballot.STVScottish, ballot.STVGregory, ballot.STVMeek,
		ballot.Schulze, ballot.RankedPairs, ballot.Copeland, ballot.Borda} {
		c := orders(1, 3, false)
		for _, ties := range []string{"report", "draw", "listed-order"} {
			c.Counts = append(c.Counts, ballot.CountRule{ID: ties, Title: "T", Method: method, Seats: 1, Ties: ties})
		}
		a := oneContest(t, c, 2)
		for _, coin := range [][]byte{nil, []byte("coin")} {
			v := &Votes{Ranked: tied, coin: coin}
			r, err := a.Result([]*Votes{v}, [32]byte{})
			require.NoError(t, err)
			report, draw, listed := r.Contests[0].Counts[0], r.Contests[0].Counts[1], r.Contests[0].Counts[2]
			require.Empty(t, report.Elected)
			require.Equal(t, 1, report.Undecided)
			require.Equal(t, []string{"a"}, listed.Elected, method)
			if coin == nil {
				require.Empty(t, draw.Elected)
				require.Equal(t, report.Working, draw.Working, method)
			} else {
				require.Len(t, draw.Elected, 1)
			}
		}
	}
}

// The lot depends on the coin and on the closing, and each candidate can win it.
func TestCountsDrawFromTheSeed(t *testing.T) {
	t.Parallel()
	c := orders(1, 3, false)
	c.Counts = []ballot.CountRule{{ID: "x", Title: "X", Method: ballot.Borda, Seats: 1, Ties: "draw"}}
	a := oneContest(t, c, 3)
	tied := &count.Ranked{Candidates: []string{"a", "b", "c"}, Ballots: []count.RankedBallot{{Count: 3}}}
	byCoin, byClosing := map[string]bool{}, map[string]bool{}
	for i := range byte(32) {
		r := must(a.Result([]*Votes{{Ranked: tied, coin: []byte{i}}}, [32]byte{}))
		byCoin[fmt.Sprint(r.Contests[0].Counts[0].Elected)] = true
		r = must(a.Result([]*Votes{{Ranked: tied, coin: []byte{1}}}, [32]byte{i}))
		byClosing[fmt.Sprint(r.Contests[0].Counts[0].Elected)] = true
	}
	require.Len(t, byCoin, 3)
	require.Len(t, byClosing, 3)
}

// Nothing is decrypted of ballots that cancel each other out: there is no coin.
func TestSeatsAreNotDrawnWithoutACoin(t *testing.T) {
	t.Parallel()
	a := contestOf(t, &ballot.SeatRule{Seats: 1, Method: ballot.HighestTotals, Ties: "draw"}, false, 4, "a", "b")
	r, err := a.Result([]*Votes{{Totals: []uint64{0, 0}}}, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, []int{0, 0}, seatsOf(r))
	require.Equal(t, 1, r.Contests[0].Undecided)
	require.Contains(t, strings.Join(r.Contests[0].Working, "\n"), "report")
}

// A count that is given up leaves the election its other results.
func TestCountThatIsGivenUp(t *testing.T) {
	t.Parallel()
	c := orders(1, 3, true)
	c.Counts = []ballot.CountRule{{ID: "good", Title: "G", Method: ballot.Schulze, Seats: 1, Ties: "report"}}
	a := oneContest(t, c, 1)
	a.election.Manifest.Contests[0].Counts = append(c.Counts, ballot.CountRule{ID: "bad", Title: "B", Method: ballot.STVMeek, Seats: 2, Ties: "report"})
	v := &Votes{Ranked: &count.Ranked{Candidates: []string{"a", "b", "c"}, Ballots: []count.RankedBallot{{Ranks: [][]int{{0}, {1, 2}}, Count: 2}}}}
	r, err := a.Result([]*Votes{v}, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, r.Contests[0].Counts[0].Elected)
	require.Equal(t, CountResult{ID: "bad", Title: "B", Method: ballot.STVMeek, Seats: 2, Undecided: 2, Working: []string{givenUp}}, r.Contests[0].Counts[1])
}

// One-of-many gives seats by the same rules as one-of-n; invalid votes count as ballots
// and as no votes.
func TestSeatsOfOneOfMany(t *testing.T) {
	t.Parallel()
	c := names(0)
	c.Seats = &ballot.SeatRule{Seats: 3, Method: ballot.HighestAverages, Divisor: "dhondt", Ties: "report",
		Threshold: &ballot.SeatThreshold{Numerator: 1, Denominator: 4, Base: "all-ballots"}}
	a := oneContest(t, c, 50)
	r, err := a.Result([]*Votes{{Totals: []uint64{60, 24, 4}, Invalid: []InvalidVotes{{Reason: "x", Votes: 12}}}}, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, []int{3, 0}, seatsOf(r), "24 of 100 ballots are fewer than a quarter")
	require.Nil(t, r.Contests[0].Totals[2].Seats)
}
