package count

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckNamesTheField(t *testing.T) {
	t.Parallel()
	lr, ha := remainders(Hare, AllVotes), averages(DHondt)
	edit := func(r Rule, f func(*Rule)) Rule { f(&r); return r }
	for name, c := range map[string]struct {
		rule Rule
		want string
	}{
		"empty rule":                 {Rule{}, `method: must be "largest-remainder" or "highest-averages", not ""`},
		"unknown method":             {edit(lr, func(r *Rule) { r.Method = "stv" }), `method: must be`},
		"no quota":                   {edit(lr, func(r *Rule) { r.Quota = "" }), `quota: must be "hare" or "droop"`},
		"unknown quota":              {edit(lr, func(r *Rule) { r.Quota = "imperiali" }), `not "imperiali"`},
		"no base":                    {edit(lr, func(r *Rule) { r.Base = "" }), `quota.base: must be "all-votes" or "qualified-votes", not ""`},
		"unknown base":               {edit(lr, func(r *Rule) { r.Base = "all-ballots" }), `quota.base: must be`},
		"divisor with a quota":       {edit(lr, func(r *Rule) { r.Divisor = DHondt }), `divisor: has no meaning`},
		"no divisor":                 {edit(ha, func(r *Rule) { r.Divisor = "" }), `divisor: must be "dhondt"`},
		"unknown divisor":            {edit(ha, func(r *Rule) { r.Divisor = "D'Hondt" }), `divisor: must be`},
		"quota with a divisor":       {edit(ha, func(r *Rule) { r.Quota = Hare }), `quota: has no meaning`},
		"base with a divisor":        {edit(ha, func(r *Rule) { r.Base = AllVotes }), `quota.base: has no meaning`},
		"no tie rule":                {edit(ha, func(r *Rule) { r.Ties = "" }), `ties: must be "report" or "draw" or "listed-order" or "more-votes", not ""`},
		"unknown tie rule":           {edit(ha, func(r *Rule) { r.Ties = "coin" }), `ties: must be`},
		"threshold of nothing":       {ha.over(Threshold{0, 100, ValidVotes}), `threshold: must be more than 0`},
		"threshold with a zero base": {ha.over(Threshold{3, 0, ValidVotes}), `threshold: must be more than 0`},
		"threshold above one":        {ha.over(Threshold{101, 100, ValidVotes}), `threshold: must be more than 0 and at most 1, not 101/100`},
		"threshold base alone":       {ha.over(Threshold{Base: ValidVotes}), `threshold: must be`},
		"threshold without a base":   {ha.over(Threshold{3, 100, ""}), `threshold.base: must be "all-ballots" or "valid-votes", not ""`},
		"threshold, unknown base":    {ha.over(Threshold{3, 100, "all-votes"}), `threshold.base: must be`},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, c.rule.Check(), c.want)
			a, err := Allocate(c.rule, 1, 1, named(1), [32]byte{})
			require.ErrorContains(t, err, c.want)
			require.Nil(t, a)
		})
	}
}

func TestCheckAllows(t *testing.T) {
	t.Parallel()
	for _, ties := range []TieBreak{Report, Draw, ListedOrder, MoreVotes} {
		for _, q := range []Quota{Hare, Droop, HagenbachBischoff} {
			for _, b := range []Base{AllVotes, QualifiedVotes} {
				require.NoError(t, remainders(q, b).by(ties).Check())
			}
		}
		for _, d := range []Divisor{DHondt, SainteLague, ModifiedSainteLague, Adams, HuntingtonHill, Danish} {
			require.NoError(t, averages(d).by(ties).over(Threshold{1, 1, AllBallots}).Check())
		}
	}
}

func TestAllocateRefuses(t *testing.T) {
	t.Parallel()
	many := make([]Tally, MaxLists+1)
	for name, c := range map[string]struct {
		seats   int
		ballots uint64
		lists   []Tally
		want    string
	}{
		"no seats":                  {0, 9, named(9), "seats: must be 1 to 100000, not 0"},
		"negative seats":            {-1, 9, named(9), "seats: must be 1 to 100000, not -1"},
		"too many seats":            {MaxSeats + 1, 9, named(9), "seats: must be"},
		"no lists":                  {1, 9, nil, "lists: must be 1 to 10000, not 0"},
		"too many lists":            {1, 9, many, "lists: must be 1 to 10000, not 10001"},
		"empty id":                  {1, 9, []Tally{{"", 9}}, "lists[0].id: must not be empty"},
		"long id":                   {1, 9, []Tally{{strings.Repeat("a", MaxID+1), 9}}, "lists[0].id: must be at most 255 bytes, not 256"},
		"id that is not UTF-8":      {1, 9, []Tally{{"\xff", 9}}, "lists[0].id: "},
		"id with a new line":        {1, 9, []Tally{{"a\nb", 9}}, "cannot be printed"},
		"id that turns the text":    {1, 9, []Tally{{"a\u202e", 9}}, "cannot be printed"},
		"same id twice":             {1, 9, []Tally{{"a", 4}, {"b", 1}, {"a", 4}}, `lists[2].id: "a" is the id of number 0 already`},
		"votes past 64 bits":        {1, math.MaxUint64, named(math.MaxUint64, 1), "lists[1].votes: the sum of all votes passes"},
		"fewer ballots than votes":  {1, 8, named(5, 4), "ballots: 8 ballots cannot hold 9 votes"},
		"ballots and seats swapped": {80, 1, named(9), "ballots: 1 ballots cannot hold 9 votes"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, rule := range []Rule{averages(DHondt), remainders(Hare, AllVotes)} {
				a, err := Allocate(rule, c.seats, c.ballots, c.lists, [32]byte{})
				require.ErrorContains(t, err, "count: ")
				require.ErrorContains(t, err, c.want)
				require.Nil(t, a)
			}
		})
	}
}

func TestNoListQualifies(t *testing.T) {
	t.Parallel()
	half := Threshold{1, 2, ValidVotes}
	for name, c := range map[string]struct {
		rule  Rule
		lists []Tally
	}{
		"no votes, largest remainder":    {remainders(Hare, AllVotes), named(0, 0)},
		"no votes, highest averages":     {averages(Adams), named(0, 0)},
		"no votes, with a threshold":     {averages(DHondt).over(half), named(0, 0, 0)},
		"all below, over all votes":      {remainders(Droop, AllVotes).over(half), named(3, 3, 3)},
		"all below, over qualified ones": {remainders(Hare, QualifiedVotes).over(half), named(3, 3, 3)},
		"all below, highest averages":    {averages(HuntingtonHill).over(half), named(3, 3, 3)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Allocate(c.rule, 5, 100, c.lists, [32]byte{})
			require.ErrorIs(t, err, ErrNoList)
			require.NotContains(t, err.Error(), "has 0 or more votes")
		})
	}
}

func TestElectRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		totals []Tally
		seats  int
		ties   TieBreak
		want   string
	}{
		"no totals":             {nil, 1, Report, "totals: must be 1 to"},
		"no seats":              {named(1, 2), 0, Report, "seats: must be 1 to"},
		"more seats than names": {named(1, 2), 3, Report, "seats: 3 seats are too many for 2 options"},
		"no tie rule":           {named(1, 2), 1, "", "ties: must be"},
		"unknown tie rule":      {named(1, 2), 1, "coin", "ties: must be"},
		"same id twice":         {[]Tally{{"a", 1}, {"a", 2}}, 1, Report, "totals[1].id: "},
		"votes past 64 bits":    {named(math.MaxUint64, math.MaxUint64), 1, Report, "totals[1].votes: "},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Elect(c.totals, c.seats, c.ties, [32]byte{})
			require.ErrorContains(t, err, c.want)
			require.Nil(t, r)
		})
	}
}

// The largest inputs that are allowed, with totals at the edge of 64 bits.
func TestLimitsAreReached(t *testing.T) {
	t.Parallel()
	top := named(math.MaxUint64/2, math.MaxUint64/2, 1)
	lists := make([]Tally, MaxLists)
	for i := range lists {
		lists[i] = Tally{ID: string(rune(0x4e00 + i)), Votes: uint64(i + 1)}
	}
	for _, rule := range []Rule{averages(HuntingtonHill), averages(ModifiedSainteLague), remainders(Droop, AllVotes), remainders(HagenbachBischoff, AllVotes)} {
		for _, l := range [][]Tally{top, lists} {
			a := allocate(t, rule.by(Draw), MaxSeats, l)
			require.Equal(t, MaxSeats, a.given())
		}
	}
}
