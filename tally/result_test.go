package tally

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
	"veche.example/tally/count"
)

// contestOf returns an election of one contest of lists with this seat rule, and its
// aggregate in which so many ballots count.
func contestOf(t testing.TB, seats *ballot.SeatRule, blank bool, weight uint64, ids ...string) *Aggregate {
	a := oneContest(t, &ballot.Contest{ID: "c", Title: "C & <D>", Options: options(ids...), Rule: ballot.Rule{Type: ballot.OneOfN, Blank: blank}, Seats: seats}, 1)
	a.sums[0].ballots, a.sums[0].weight = weight, weight
	return a
}

// votes is what was decrypted, with a coin.
func votes(totals ...uint64) []*Votes {
	return []*Votes{{Totals: totals, coin: []byte("coin")}}
}

func seatsOf(r *Result) (out []int) {
	for _, total := range r.Contests[0].Totals {
		if total.Seats != nil {
			out = append(out, *total.Seats)
		}
	}
	return out
}

// The text of result.json, byte for byte. The fingerprint differs from run to run.
func TestResultText(t *testing.T) {
	t.Parallel()
	a := contestOf(t, &ballot.SeatRule{Seats: 3, Method: ballot.HighestAverages, Divisor: "dhondt", Ties: "report"}, true, 100, "red", "blue")
	r, err := a.Result(votes(60, 25, 15), [32]byte{})
	require.NoError(t, err)
	requireExample(t, 1, r)
	require.Contains(t, string(r.Bytes()), "C & <D>")
}

// requireExample demands that the n-th example of the specification is the result's text.
func requireExample(t *testing.T, n int, r *Result) {
	r.Fingerprint = strings.Repeat("0", 64)
	spec, err := os.ReadFile("../docs/spec/tally.md")
	require.NoError(t, err)
	example, _, _ := strings.Cut(strings.Split(string(spec), "```json\n")[n], "```")
	require.Equal(t, example, string(r.Bytes()))
}

func TestResultTextOfMixedContests(t *testing.T) {
	t.Parallel()
	ranked, many := orders(1, 3, false), names(20)
	ranked.Counts = []ballot.CountRule{{ID: "chair", Title: "Chair", Method: ballot.InstantRunoff, Seats: 1, Ties: "draw"},
		{ID: "board", Title: "Board", Method: ballot.STVScottish, Seats: 2, Ties: "report"}}
	a := ofContests(t, 6, ranked, many)
	order := a.read(0, [][]group.Element{row("\x01\x02"), row("\x01\x02"), row("\x01"), row("\x00\x01\x02"), row("\x02"), row("\x02\x00\x01")})
	name := a.read(1, [][]group.Element{row("\x00\x01"), row("\x00\x00"), row("\xff\xffJane \"J\" Doe"), row("\xff\xffA&B"), row("\xff\xffA&B"), {uniform("3")}})
	r, err := a.Result([]*Votes{order, name}, [32]byte{})
	require.NoError(t, err)
	requireExample(t, 2, r)
}

// Without a seat rule there are no seats and no working.
func TestResultWithoutSeats(t *testing.T) {
	t.Parallel()
	a := contestOf(t, nil, false, 4, "yes", "no")
	r, err := a.Result(votes(3, 1), [32]byte{})
	require.NoError(t, err)
	require.NotContains(t, string(r.Bytes()), "seats")
	require.NotContains(t, string(r.Bytes()), "working")
	require.Empty(t, seatsOf(r))
}

// Every rule of a manifest comes out as package count computes it.
func TestEveryMethodIsCounted(t *testing.T) {
	t.Parallel()
	totals := []uint64{4160, 3380, 2460}
	var rules []*ballot.SeatRule
	for _, quota := range []string{"hare", "droop", "hagenbach-bischoff"} {
		for _, base := range []string{"all-votes", "qualified-votes"} {
			rules = append(rules, &ballot.SeatRule{Method: ballot.LargestRemainder, Quota: quota, QuotaBase: base})
		}
	}
	for _, divisor := range []string{"dhondt", "sainte-lague", "modified-sainte-lague", "adams", "huntington-hill", "danish"} {
		rules = append(rules, &ballot.SeatRule{Method: ballot.HighestAverages, Divisor: divisor})
	}
	for i, rule := range rules {
		rule.Seats, rule.Ties = 8, []string{"report", "draw", "listed-order", "more-votes"}[i%4]
		if i%2 == 0 {
			rule.Threshold = &ballot.SeatThreshold{Numerator: 1, Denominator: 4, Base: []string{"all-ballots", "valid-votes"}[i/2%2]}
		}
		a := contestOf(t, rule, true, 11_000, "a", "b", "c")
		r, err := a.Result(votes(append(totals, 1000)...), [32]byte{})
		require.NoError(t, err)

		converted := Rule(rule)
		require.NoError(t, converted.Check())
		want, err := count.Allocate(converted, 8, 11_000, []count.Tally{{ID: "a", Votes: 4160}, {ID: "b", Votes: 3380}, {ID: "c", Votes: 2460}}, [32]byte{})
		require.NoError(t, err)
		require.Equal(t, want.Seats, seatsOf(r), rule)
		require.Equal(t, strings.TrimSuffix(want.Text(), "\n"), strings.Join(r.Contests[0].Working, "\n"))
		require.Nil(t, r.Contests[0].Totals[3].Seats, "blank has no seats")
	}

	a := contestOf(t, &ballot.SeatRule{Seats: 2, Method: ballot.HighestTotals, Ties: "report"}, false, 6, "a", "b", "c")
	r, err := a.Result(votes(1, 3, 2), [32]byte{})
	require.NoError(t, err)
	require.Equal(t, []int{0, 1, 1}, seatsOf(r))
	require.Contains(t, strings.Join(r.Contests[0].Working, "\n"), "b")
}

// The strings of a manifest are those of package count, in both directions: every
// constant of count is accepted by a manifest, and converts to itself.
func TestRuleConvertsEveryConstant(t *testing.T) {
	t.Parallel()
	require.EqualValues(t, count.LargestRemainder, ballot.LargestRemainder)
	require.EqualValues(t, count.HighestAverages, ballot.HighestAverages)
	require.Equal(t, count.MaxSeats, ballot.MaxSeats)
	remainder := func() *ballot.SeatRule {
		return &ballot.SeatRule{Seats: 2, Method: ballot.LargestRemainder, Quota: "hare", QuotaBase: "all-votes", Ties: "report",
			Threshold: &ballot.SeatThreshold{Numerator: 1, Denominator: 20, Base: "all-ballots"}}
	}
	convert := func(edit func(*ballot.SeatRule)) count.Rule {
		s := remainder()
		edit(s)
		contestOf(t, s, false, 1, "a", "b") // the manifest accepts it
		r := Rule(s)
		require.NoError(t, r.Check())
		return r
	}
	for _, q := range []count.Quota{count.Hare, count.Droop, count.HagenbachBischoff} {
		require.Equal(t, q, convert(func(s *ballot.SeatRule) { s.Quota = string(q) }).Quota)
	}
	for _, b := range []count.Base{count.AllVotes, count.QualifiedVotes} {
		require.Equal(t, b, convert(func(s *ballot.SeatRule) { s.QuotaBase = string(b) }).Base)
	}
	for _, d := range []count.Divisor{count.DHondt, count.SainteLague, count.ModifiedSainteLague, count.Adams, count.HuntingtonHill, count.Danish} {
		require.Equal(t, d, convert(func(s *ballot.SeatRule) {
			s.Method, s.Quota, s.QuotaBase, s.Divisor = ballot.HighestAverages, "", "", string(d)
		}).Divisor)
	}
	for _, ties := range []count.TieBreak{count.Report, count.Draw, count.ListedOrder, count.MoreVotes} {
		require.Equal(t, ties, convert(func(s *ballot.SeatRule) { s.Ties = string(ties) }).Ties)
	}
	for _, b := range []count.ThresholdBase{count.AllBallots, count.ValidVotes} {
		require.Equal(t, count.Threshold{Numerator: 1, Denominator: 20, Base: b},
			convert(func(s *ballot.SeatRule) { s.Threshold.Base = string(b) }).Threshold)
	}
	require.Zero(t, convert(func(s *ballot.SeatRule) { s.Threshold = nil }).Threshold)
}

func TestNoListReachesTheThreshold(t *testing.T) {
	t.Parallel()
	rule := &ballot.SeatRule{Seats: 4, Method: ballot.LargestRemainder, Quota: "hare", QuotaBase: "all-votes", Ties: "report",
		Threshold: &ballot.SeatThreshold{Numerator: 1, Denominator: 1, Base: "all-ballots"}}
	for _, totals := range [][]uint64{{2, 2}, {0, 0}} {
		r, err := contestOf(t, rule, false, totals[0]+totals[1], "a", "b").Result(votes(totals...), [32]byte{})
		require.NoError(t, err)
		require.Equal(t, 4, r.Contests[0].Undecided)
		require.Equal(t, []string{"no list reaches the threshold: no seat is given"}, r.Contests[0].Working)
		require.Empty(t, seatsOf(r))
	}
}

func TestMoreVotesThanBallots(t *testing.T) {
	t.Parallel()
	rule := &ballot.SeatRule{Seats: 4, Method: ballot.LargestRemainder, Quota: "hare", QuotaBase: "all-votes", Ties: "report"}
	_, err := contestOf(t, rule, false, 3, "a", "b").Result(votes(2, 2), [32]byte{})
	require.ErrorContains(t, err, `contest "c"`)
}

// Ties are drawn with a seed that the closed box fixes, another for every closing.
func TestTieIsDrawnFromTheClosing(t *testing.T) {
	t.Parallel()
	for _, method := range []*ballot.SeatRule{
		{Seats: 1, Method: ballot.HighestTotals, Ties: "draw"},
		{Seats: 1, Method: ballot.HighestAverages, Divisor: "dhondt", Ties: "draw"},
	} {
		a := contestOf(t, method, false, 4, "a", "b")
		winners := map[string]int{}
		for i := range 32 {
			closing := [32]byte{byte(i)}
			r, err := a.Result(votes(2, 2), closing)
			require.NoError(t, err)
			again, err := a.Result(votes(2, 2), closing)
			require.NoError(t, err)
			require.Equal(t, r, again)
			winners[fmt.Sprint(seatsOf(r))]++

			seed := transcript.Hash("tie-seed", a.election.Fingerprint[:], closing[:], []byte("c"), []byte("coin"))
			ranking, err := count.Elect([]count.Tally{{ID: "a", Votes: 2}, {ID: "b", Votes: 2}}, 1, count.Draw, seed)
			require.NoError(t, err)
			if method.Method == ballot.HighestTotals {
				require.Equal(t, ranking.Elected()[0] == "a", *r.Contests[0].Totals[0].Seats == 1)
			}
		}
		require.Len(t, winners, 2, "both win for some closing")
	}
}

func TestTieStaysOpen(t *testing.T) {
	t.Parallel()
	a := contestOf(t, &ballot.SeatRule{Seats: 2, Method: ballot.HighestTotals, Ties: "report"}, false, 7, "a", "b", "c")
	r, err := a.Result(votes(3, 2, 2), [32]byte{})
	require.NoError(t, err)
	require.Equal(t, []int{1, 0, 0}, seatsOf(r))
	require.Equal(t, 1, r.Contests[0].Undecided)
}
