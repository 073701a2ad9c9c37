package count

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// tight is a contest for 3 seats in which B falls short of the quota by rounding
// while C and D both reach it, as far as the numbers of ballots bring that about.
func tight(d, a, b uint64) Ranked {
	r := Ranked{Candidates: []string{"A", "B", "C", "D"}}
	for i, last := range []int{2, 3, 2, 3, 2, 3} {
		order := [][]int{{0}, {1}, {last}}[i/2:]
		order[len(order)-1] = []int{last}
		r.Ballots = append(r.Ballots, RankedBallot{Ranks: order, Count: []uint64{d, a, b}[i/2]})
	}
	return r
}

// More candidates than there are seats left reach the quota, because an elected one
// keeps less than it by rounding. One of them is excluded.
func TestMeekFillsNoMoreThanTheSeats(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]uint64{{131, 77, 92}, {845, 574, 625}, {1472, 995, 411}, {14861, 4809, 2069}} {
		r := tight(c[0], c[1], c[2])
		out, err := STV(r, Meek, 3, ListedOrder, [32]byte{})
		require.NoError(t, err)
		last := out.Stages[len(out.Stages)-1]
		require.Equal(t, []string{"A", "B", "C"}, out.Elected)
		require.Equal(t, []string{"C"}, last.Filled)
		require.Equal(t, "D", last.Excluded)
		require.Negative(t, last.Votes[1].Cmp(last.Quota), "B is elected and short of the quota")
		require.True(t, last.Votes[2].Cmp(last.Quota) >= 0 && last.Votes[3].Cmp(last.Quota) >= 0)

		open, err := STV(r, Meek, 3, Report, [32]byte{})
		require.NoError(t, err)
		require.Equal(t, []string{"A", "B"}, open.Elected)
		require.Equal(t, []string{"C", "D"}, open.Stages[len(open.Stages)-1].Choice.Between)
	}
}

func TestMeekOfTightQuotas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ballots := rapid.Uint64Range(1, 3000)
		r := tight(ballots.Draw(t, "A"), ballots.Draw(t, "B"), ballots.Draw(t, "C"))
		out, err := STV(r, Meek, rapid.IntRange(1, 4).Draw(t, "seats"), Draw, [32]byte{})
		require.NoError(t, err)
		require.Len(t, out.Elected, out.Seats)
		require.Zero(t, out.Undecided)
	})
}

// The limit is a number of iterations that follows from the places on the ballots.
func TestMeekIterationsAreLimited(t *testing.T) {
	t.Parallel()
	require.Equal(t, 1<<20, iterations(0))
	require.Equal(t, 1048512, iterations(1))
	require.Equal(t, 4080, iterations(MaxRankings))

	papers, blank, err := tight(131, 77, 92).papers("meek")
	require.NoError(t, err)
	count := func(left int) (*Transfers, error) {
		out := &Transfers{Rule: Meek, Ties: ListedOrder, Candidates: []string{"A", "B", "C", "D"}, Seats: 3, Ballots: 600, Blank: blank}
		m := newMeek(out, chooser{out.Candidates, out.Ties, [32]byte{}}, papers)
		require.Equal(t, iterations(2*(3*1+3*1)), m.left)
		m.left = left
		return out, m.run()
	}
	whole, err := count(1000)
	require.NoError(t, err)
	needed := 0
	for _, s := range whole.Stages {
		needed += s.Iterations
	}
	again, err := count(needed)
	require.NoError(t, err)
	require.Equal(t, whole, again)
	_, err = count(needed - 1)
	require.EqualError(t, err, "stage 2: votes have not settled after the iterations that are allowed for so many ballots; use another rule")
}

// What the elected keep is defined for all votes, none included.
func TestMeekKeepFactors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keep         uint64
		votes, quota int64
		want         uint64
	}{
		"lowered to the quota":              {unit, 200, 100, unit / 2},
		"rounded up twice":                  {333_333_333, 3, 2, 333_333_334},
		"raised for one short of the quota": {500, 50, 100, 20_000_000},
		"at most 1":                         {unit, 100, 101, unit},
		"no votes":                          {5, 0, 100, unit},
	} {
		m := &meek{keep: []uint64{c.keep}, votes: []*big.Int{big.NewInt(c.votes)}, quota: big.NewInt(c.quota)}
		require.Equal(t, c.want, m.lowered(0), name)
	}
}
