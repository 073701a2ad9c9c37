package count

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// The election of the Coordination Council of Belarus, third convocation, May
// 2024: 6,723 ballots, 80 seats, a threshold of 3% of all valid votes. Published
// seats: 28-13-8-8-8-6-6-3.
func council() []Tally {
	return []Tally{
		{"latushka", 2358}, {"prakopyeu", 1050}, {"independent", 616}, {"european", 605},
		{"youth", 598}, {"ourcause", 489}, {"volya", 432}, {"fear", 226},
		{"diasporas", 184}, {"solidarity", 104}, {"strana", 61},
	}
}

const (
	councilSeats   = 80
	councilBallots = 6723
)

var (
	threePercent = Threshold{Numerator: 3, Denominator: 100, Base: ValidVotes}
	councilRule  = Rule{Method: LargestRemainder, Quota: Hare, Base: AllVotes, Threshold: threePercent, Ties: Report}
)

func averages(d Divisor) Rule {
	return Rule{Method: HighestAverages, Divisor: d, Ties: Report}
}

func remainders(q Quota, b Base) Rule {
	return Rule{Method: LargestRemainder, Quota: q, Base: b, Ties: Report}
}

// over returns the rule with a threshold.
func (r Rule) over(t Threshold) Rule {
	r.Threshold = t
	return r
}

// by returns the rule with another tie rule.
func (r Rule) by(t TieBreak) Rule {
	r.Ties = t
	return r
}

// allocate allocates with as many ballots as votes and a seed of zeros.
func allocate(t require.TestingT, rule Rule, seats int, lists []Tally) *Allocation {
	var ballots uint64
	for _, l := range lists {
		ballots += l.Votes
	}
	a, err := Allocate(rule, seats, ballots, lists, [32]byte{})
	require.NoError(t, err)
	return a
}

func TestCouncil(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule Rule
		want []int
	}{
		"Hare of all votes, as published": {councilRule, []int{28, 13, 8, 8, 8, 6, 6, 3, 0, 0, 0}},
		"Hare of qualified votes":         {remainders(Hare, QualifiedVotes).over(threePercent), []int{30, 13, 8, 8, 7, 6, 5, 3, 0, 0, 0}},
		"Sainte-Laguë":                    {averages(SainteLague).over(threePercent), []int{30, 13, 8, 8, 7, 6, 5, 3, 0, 0, 0}},
		"D'Hondt":                         {averages(DHondt).over(threePercent), []int{31, 13, 8, 8, 7, 6, 5, 2, 0, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := Allocate(c.rule, councilSeats, councilBallots, council(), [32]byte{})
			require.NoError(t, err)
			require.Equal(t, c.want, a.Seats)
			require.Nil(t, a.Tie)
			require.Zero(t, a.Undecided)
			require.EqualValues(t, 202, a.Needed)
			require.EqualValues(t, 6374, a.Qualified)
		})
	}
}

// A division on paper: 2358·80 = 188640 = 28·6723 + 396, and so on.
func TestCouncilWorking(t *testing.T) {
	t.Parallel()
	a, err := Allocate(councilRule, councilSeats, councilBallots, council(), [32]byte{})
	require.NoError(t, err)
	require.Equal(t, Quotient{6723, 80}, a.Quota)
	full := []int{28, 12, 7, 7, 7, 5, 5, 2, 0, 0, 0}
	remainder := []uint64{396, 3324, 2219, 1339, 779, 5505, 945, 4634, 0, 0, 0}
	for i, l := range a.Lists {
		require.Equal(t, full[i], l.Full, l.ID)
		require.Equal(t, remainder[i], l.Remainder, l.ID)
	}
	var order []string
	for _, w := range a.Awards {
		order = append(order, a.Lists[w.List].ID)
	}
	require.Equal(t, []string{"ourcause", "fear", "prakopyeu", "independent", "european", "volya", "youth"}, order)
}

// Three ballots that move from Youth Offensive to Latushka's list move the last
// seat; it is the only pair of lists for which three are enough, and two never are.
func TestThreeBallotsMoveASeat(t *testing.T) {
	t.Parallel()
	published := allocate(t, councilRule, councilSeats, council()).Seats
	moved := func(from, to int, n uint64) []int {
		lists := council()
		lists[from].Votes -= n
		lists[to].Votes += n
		return allocate(t, councilRule, councilSeats, lists).Seats
	}
	require.Equal(t, []int{29, 13, 8, 8, 7, 6, 6, 3, 0, 0, 0}, moved(4, 0, 3))
	for from := range published {
		for to := range published {
			if from == to {
				continue
			}
			require.Equal(t, published, moved(from, to, 2), "from %d to %d", from, to)
			if from != 4 || to != 0 {
				require.Equal(t, published, moved(from, to, 3), "from %d to %d", from, to)
			}
		}
	}
}

func TestThresholdIsReachedByExactlyEnough(t *testing.T) {
	t.Parallel()
	lists := []Tally{{"a", 94}, {"b", 3}, {"c", 2}}
	for name, c := range map[string]struct {
		threshold Threshold
		ballots   uint64
		needed    uint64
	}{
		"3% of 100 ballots is 3":        {Threshold{3, 100, AllBallots}, 100, 3},
		"3% of 101 ballots is above 3":  {Threshold{3, 100, AllBallots}, 101, 4},
		"1% of 101 ballots is above 1":  {Threshold{1, 100, AllBallots}, 101, 2},
		"3% of 99 valid votes is below": {Threshold{3, 100, ValidVotes}, 101, 3},
		"2% of 100 ballots is 2":        {Threshold{2, 100, AllBallots}, 100, 2},
		"never below one vote":          {Threshold{1, 1000, AllBallots}, 100, 1},
		"none is one vote":              {Threshold{}, 100, 1},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := Allocate(averages(DHondt).over(c.threshold), 10, c.ballots, lists, [32]byte{})
			require.NoError(t, err)
			require.Equal(t, c.needed, a.Needed)
			for _, l := range a.Lists {
				require.Equal(t, l.Votes >= c.needed, l.Qualified, l.ID)
			}
		})
	}
}

// Blank ballots raise a threshold over all ballots and no quota.
func TestBlankBallotsBelongToNoQuota(t *testing.T) {
	t.Parallel()
	for _, base := range []Base{AllVotes, QualifiedVotes} {
		without := allocate(t, remainders(Hare, base).over(threePercent), councilSeats, council())
		with, err := Allocate(without.Rule, councilSeats, 1_000_000, council(), [32]byte{})
		require.NoError(t, err)
		require.Equal(t, without.Quota, with.Quota)
		require.Equal(t, without.Seats, with.Seats)
	}
}

func ExampleAllocate() {
	rule := Rule{Method: HighestAverages, Divisor: SainteLague, Ties: Report}
	lists := []Tally{{"red", 53}, {"green", 24}, {"blue", 23}}
	a, err := Allocate(rule, 5, 100, lists, [32]byte{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(a.Text())
	// Output:
	// 5 seats, 100 ballots, 100 votes for 3 lists.
	// Rule: highest-averages, divisor sainte-lague, ties report.
	//
	// Threshold: none, every list with a vote qualifies.
	//   red    53 qualifies
	//   green  24 qualifies
	//   blue   23 qualifies
	// 3 of 3 lists qualify, with 100 votes.
	//
	// Each seat to the highest quotient of votes and divisor (sainte-lague):
	//   seat 1: red, 53 / 1 = 53
	//   seat 2: green, 24 / 1 = 24
	//   seat 3: blue, 23 / 1 = 23
	//   seat 4: red, 53 / 3 = 17.666…
	//   seat 5: red, 53 / 5 = 10.6
	//
	// Seats:
	//   red    3, next quotient 53 / 7 = 7.571…
	//   green  1, next quotient 24 / 3 = 8
	//   blue   1, next quotient 23 / 3 = 7.666…
}
