package count

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTieRules(t *testing.T) {
	t.Parallel()
	// D'Hondt: a 60, a 30, then c 20, a 20 and b 20 for two seats.
	lists := []Tally{{"c", 20}, {"a", 60}, {"b", 20}}
	for name, c := range map[string]struct {
		ties      TieBreak
		want      []int
		undecided int
		won, open []string
	}{
		"report leaves both seats open":        {Report, []int{0, 2, 0}, 2, []string{}, []string{"c", "a", "b"}},
		"listed order takes the first two":     {ListedOrder, []int{1, 3, 0}, 0, []string{"c", "a"}, []string{}},
		"more votes helps a and is then stuck": {MoreVotes, []int{0, 3, 0}, 1, []string{"a"}, []string{"c", "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := allocate(t, averages(DHondt).by(c.ties), 4, lists)
			require.Equal(t, c.want, a.Seats)
			require.Equal(t, c.undecided, a.Undecided)
			require.Equal(t, []string{"c", "a", "b"}, a.Tie.Between)
			require.Equal(t, 2, a.Tie.Seats)
			require.Equal(t, c.won, a.Tie.Won)
			require.Equal(t, c.open, a.Tie.Open)
		})
	}
}

func TestMoreVotesDecides(t *testing.T) {
	t.Parallel()
	// Hare of 100 for 5 seats is 20: b and c both have remainder 10 for the last.
	lists := []Tally{{"b", 30}, {"c", 70}}
	a := allocate(t, remainders(Hare, AllVotes).by(MoreVotes), 5, lists)
	require.Equal(t, []int{1, 4}, a.Seats)
	require.Equal(t, []string{"c"}, a.Tie.Won)
	require.Empty(t, a.Tie.Open)
}

func TestNoTieWhenAllEqualsGetASeat(t *testing.T) {
	t.Parallel()
	equal := named(7, 7, 7)
	for _, rule := range []Rule{averages(DHondt), averages(Adams), remainders(Droop, AllVotes), remainders(Hare, AllVotes)} {
		a := allocate(t, rule, 6, equal)
		require.Nil(t, a.Tie)
		require.Equal(t, []int{2, 2, 2}, a.Seats)
	}
}

// The lots are computed here from the bytes of docs/spec/count.md, equation D1.
func TestDrawFollowsTheLots(t *testing.T) {
	t.Parallel()
	lists := []Tally{{"left", 5}, {"right", 5}}
	for s := range byte(32) {
		seed := [32]byte{s}
		lot := func(id string) [32]byte {
			b := append([]byte{}, seed[:]...)
			b = append(b, "veche/v1/tie\x07\x00\x00\x00average"...)
			b = append(b, byte(len(id)), 0, 0, 0)
			return sha256.Sum256(append(b, id...))
		}
		l, r := lot("left"), lot("right")
		want := []int{1, 0}
		if string(r[:]) < string(l[:]) {
			want = []int{0, 1}
		}
		a, err := Allocate(averages(DHondt).by(Draw), 1, 10, lists, seed)
		require.NoError(t, err)
		require.Equal(t, want, a.Seats)
		require.Equal(t, [][32]byte{l, r}, a.Tie.Lots)
		lists[0], lists[1] = lists[1], lists[0]
		swapped, err := Allocate(averages(DHondt).by(Draw), 1, 10, lists, seed)
		require.NoError(t, err)
		require.Equal(t, a.Tie.Won, swapped.Tie.Won, "the order of the lists must not matter")
		lists[0], lists[1] = lists[1], lists[0]
	}
}

// Computed with Python's hashlib.
func TestDrawKnownAnswer(t *testing.T) {
	t.Parallel()
	got := lots([32]byte{}, contextVotes, []string{"yes", "no"})
	require.Equal(t, "b52f0997fccc4b066fc9aaafe4336dd9e1dcc8aa18fa75d07a8a88378a7dcfe4", hex.EncodeToString(got[0][:]))
	require.Equal(t, "6f63843dd649ce901a3010cfed19254a234166cdc67a8f83e69f85c65346ef04", hex.EncodeToString(got[1][:]))
}

// Every draw must be possible: over many seeds both sides win about equally.
func TestDrawPrefersNobody(t *testing.T) {
	t.Parallel()
	wins := [3]int{}
	const draws = 3000
	for s := range draws {
		r, err := Elect(named(1, 1, 1), 1, Draw, [32]byte{byte(s), byte(s >> 8)})
		require.NoError(t, err)
		wins[r.Elected()[0][0]-'A']++
	}
	for i, w := range wins {
		require.InDelta(t, draws/3, w, 150, "list %d", i) // more than five standard deviations
	}
}

// The lots of different contexts differ, so that one draw says nothing of another.
func TestDrawDependsOnItsContext(t *testing.T) {
	t.Parallel()
	ids := []string{"x"}
	require.NotEqual(t, lots([32]byte{}, contextVotes, ids), lots([32]byte{}, contextAverage, ids))
	require.NotEqual(t, lots([32]byte{}, "ab", []string{"c"}), lots([32]byte{}, "a", []string{"bc"}))
}

// Hagenbach-Bischoff of 30 votes for 5 seats is 5: six full quotas for five seats.
func TestHagenbachBischoffOneQuotaTooMany(t *testing.T) {
	t.Parallel()
	rule := remainders(HagenbachBischoff, AllVotes)
	a := allocate(t, rule, 5, named(10, 10, 10))
	require.Equal(t, []int{1, 1, 1}, a.Seats)
	require.Equal(t, 2, a.Undecided)
	require.Equal(t, []string{"A", "B", "C"}, a.Tie.Open)
	require.Equal(t, Share{ID: "A", Votes: 10, Qualified: true, Full: 1, Remainder: 30}, a.Lists[0])
	require.Contains(t, a.Text(), "The lists have 6 full quotas for 5 seats, so each list's last quota counts as remainder.")
	a = allocate(t, rule.by(MoreVotes), 5, named(15, 10, 5))
	require.Equal(t, []int{3, 2, 0}, a.Seats)
	a = allocate(t, rule, 5, named(30))
	require.Equal(t, []int{5}, a.Seats)
	require.Nil(t, a.Tie)
	a = allocate(t, rule.over(Threshold{1, 5, ValidVotes}), 5, named(25, 5))
	require.Equal(t, []int{5, 0}, a.Seats, "a list below the threshold holds no quota")
}

// With the quota over all votes and a high threshold the leftover seats go round
// in the order of remainders until none is left.
func TestLeftoverSeatsGoRound(t *testing.T) {
	t.Parallel()
	lists := named(30, 21, 9, 9, 9, 9, 9, 4)
	rule := remainders(Hare, AllVotes).over(Threshold{1, 10, ValidVotes})
	a := allocate(t, rule, 10, lists) // quota 10: 3 and 2, remainders 0 and 1 vote, five left
	require.Equal(t, []Award{{1, 2}, {0, 3}, {1, 3}, {0, 4}, {1, 4}}, a.Awards)
	require.Equal(t, []int{5, 5, 0, 0, 0, 0, 0, 0}, a.Seats)
	require.Contains(t, a.Text(), "seat 7: A, remainder 0\n")
	require.Contains(t, a.Text(), "seat 8: B, remainder 10, round 2\n")
	require.Contains(t, a.Text(), "seat 10: B, remainder 10, round 3")
}

// A Droop quota of few votes leaves more seats over than there are lists.
func TestDroopOfFewVotes(t *testing.T) {
	t.Parallel()
	a := allocate(t, remainders(Droop, AllVotes), 30, named(23, 26, 51))
	require.Equal(t, Quotient{4, 1}, a.Quota)
	require.Equal(t, []int{7, 8, 14}, a.Seats) // 5, 6 and 12, two rounds, then A and C tie with 3 for the last
	require.Equal(t, []string{"A", "C"}, a.Tie.Open)
	require.Equal(t, 1, a.Undecided)
}

func TestMoreListsThanSeatsWithInfiniteQuotients(t *testing.T) {
	t.Parallel()
	for _, d := range []Divisor{Adams, HuntingtonHill} {
		a := allocate(t, averages(d), 2, named(5, 9, 0, 7))
		require.Equal(t, []int{0, 1, 0, 1}, a.Seats, d)
		a = allocate(t, averages(d), 2, named(5, 9, 0, 5))
		require.Equal(t, []int{0, 1, 0, 0}, a.Seats, d)
		require.Equal(t, []string{"A", "D"}, a.Tie.Open, d)
		a = allocate(t, averages(d), 100, named(0, 1))
		require.Equal(t, []int{0, 100}, a.Seats, "no votes, no seat, %s", d)
	}
}
