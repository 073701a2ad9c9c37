package count

import (
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var stvRules = []STVRule{Scottish, Gregory, Meek}

// checkTransfers checks what holds in every count: votes add up, seats are filled or
// left undecided by name, nobody has the quota who is not elected.
func checkTransfers(t require.TestingT, out *Transfers) {
	require.Equal(t, out.Seats, len(out.Elected)+out.Undecided)
	require.NotEmpty(t, out.Stages)
	open := 0
	var elected, excluded []string
	for _, s := range out.Stages {
		elected = append(elected, append(slices.Clone(s.Elected), s.Filled...)...)
		if s.Choice != nil && s.Choice.Chosen == "" {
			open++
		}
		checkStage(t, out, s, elected)
		if s.Excluded != "" {
			require.NotContains(t, excluded, s.Excluded)
			excluded = append(excluded, s.Excluded)
		}
	}
	require.Equal(t, out.Elected, elected)
	for _, id := range elected {
		require.NotContains(t, excluded, id)
	}
	require.Equal(t, out.Undecided > 0, open == 1)
	require.True(t, out.Undecided == 0 || out.Ties == Report)
	require.LessOrEqual(t, len(out.Stages), 2*len(out.Candidates))
	if out.Undecided > 0 {
		require.NotNil(t, out.Stages[len(out.Stages)-1].Choice)
	}
	require.Contains(t, out.Text(), "\nElected: ")
}

func checkStage(t require.TestingT, out *Transfers, s Stage, elected []string) {
	sum := new(big.Rat).Add(s.Exhausted, s.Lost)
	for c, v := range s.Votes {
		require.GreaterOrEqual(t, v.Sign(), 0)
		sum.Add(sum, v)
		require.True(t, v.Cmp(s.Quota) <= 0 || slices.Contains(elected, out.Candidates[c]), "nobody above the quota is left out")
	}
	require.Zero(t, sum.Cmp(new(big.Rat).SetInt(number(out.Valid()))), "votes, exhausted and lost are the ballots")
	require.True(t, s.Lost.Sign() >= 0 && (out.Rule == Scottish || s.Lost.Sign() == 0))
	for _, id := range s.Elected {
		v := s.Votes[slices.Index(out.Candidates, id)].Cmp(s.Quota)
		require.True(t, v > 0 || v == 0 && out.Rule != Gregory)
	}
}

func TestTransfersAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, false)
		seats := rapid.IntRange(1, len(r.Candidates)).Draw(t, "seats")
		for _, rule := range stvRules {
			for _, ties := range []TieBreak{Report, Draw, ListedOrder} {
				out, err := STV(r, rule, seats, ties, [32]byte{1})
				require.NoError(t, err)
				checkTransfers(t, out)
			}
		}
	})
}

// Large weights neither overflow nor lose a vote.
func TestTransfersOfLargeWeights(t *testing.T) {
	t.Parallel()
	r := strict("ABCDE", "1 ABC", "1 BCD", "1 CDE", "1 DEA", "1 EAB")
	for i, n := range []uint64{MaxWeight/2 - 3, MaxWeight / 4, MaxWeight / 8, MaxWeight / 16, MaxWeight / 16} {
		r.Ballots[i].Count = n
	}
	for _, rule := range stvRules {
		for seats := 1; seats <= 5; seats++ {
			out, err := STV(r, rule, seats, ListedOrder, [32]byte{})
			require.NoError(t, err)
			checkTransfers(t, out)
		}
	}
	for rule, err := range everyRule(r, 1, ListedOrder) {
		require.NoError(t, err, rule)
	}
}

// The exact count, ballot by ballot: every ballot has a value of its own, and is
// looked through from its first rank each time.
func TestGregoryByBallots(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, false)
		seats := rapid.IntRange(1, len(r.Candidates)).Draw(t, "seats")
		out, err := STV(r, Gregory, seats, ListedOrder, [32]byte{})
		require.NoError(t, err)
		value := make([]*big.Rat, len(r.Ballots))
		holder := make([]int, len(r.Ballots))
		in := allIn(len(r.Candidates))
		move := func(i int) {
			holder[i] = -1
			for _, g := range r.Ballots[i].Ranks {
				if in[g[0]] {
					holder[i] = g[0]
					return
				}
			}
		}
		for i, b := range r.Ballots {
			value[i] = new(big.Rat).SetInt(number(b.Count))
			move(i)
		}
		index := func(id string) int { return slices.Index(r.Candidates, id) }
		kept := make([]*big.Rat, len(r.Candidates)) // the quota that a transferred surplus leaves behind
		total := func(c int) *big.Rat {
			sum := new(big.Rat)
			if kept[c] != nil {
				sum.Set(kept[c])
			}
			for i := range r.Ballots {
				if holder[i] == c {
					sum.Add(sum, value[i])
				}
			}
			return sum
		}
		for _, s := range out.Stages {
			from, part := -1, big.NewRat(1, 1)
			if s.Surplus != "" {
				from = index(s.Surplus)
				votes := total(from)
				part.Quo(new(big.Rat).Sub(votes, s.Quota), votes)
				kept[from] = s.Quota
			}
			if s.Excluded != "" {
				from = index(s.Excluded)
				in[from] = false
			}
			for i := range r.Ballots {
				if from >= 0 && holder[i] == from {
					value[i].Mul(value[i], part)
					move(i)
				}
			}
			for c := range r.Candidates {
				require.Zero(t, total(c).Cmp(s.Votes[c]), "%s", r.Candidates[c])
			}
			for _, id := range append(slices.Clone(s.Elected), s.Filled...) {
				in[index(id)] = false
			}
		}
	})
}

// With one seat and exact values nobody has a surplus before the end, so that the
// count is an instant runoff.
func TestOneSeatIsAnInstantRunoff(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, false)
		out, err := STV(r, Gregory, 1, Draw, [32]byte{3})
		require.NoError(t, err)
		for _, s := range out.Stages {
			if s.Choice != nil {
				t.Skip("ties are broken by earlier stages, which the runoff does not know")
			}
		}
		runoff, err := InstantRunoff(r, Report, [32]byte{})
		require.NoError(t, err)
		require.Equal(t, out.Elected, []string{runoff.Winner})
	})
}

// naiveRunoff excludes the lowest one at a time; it returns -1 at any tie.
func naiveRunoff(r Ranked, in []bool) int {
	votes, total := make([]uint64, len(in)), uint64(0)
	for _, b := range r.Ballots {
		for _, g := range b.Ranks {
			if in[g[0]] {
				votes[g[0]] += b.Count
				total += b.Count
				break
			}
		}
	}
	last := -1
	for _, c := range members(in) {
		if 2*votes[c] > total || len(members(in)) == 1 {
			return c
		}
		if last < 0 || votes[c] < votes[last] {
			last = c
		}
	}
	for _, c := range members(in) {
		if c != last && votes[c] == votes[last] {
			return -1
		}
	}
	in[last] = false
	return naiveRunoff(r, in)
}

func TestRunoffByRecursion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, false)
		out, err := InstantRunoff(r, Report, [32]byte{})
		require.NoError(t, err)
		if want := naiveRunoff(r, allIn(len(r.Candidates))); want >= 0 {
			require.Equal(t, r.Candidates[want], out.Winner)
		}
		for _, round := range out.Rounds {
			require.Equal(t, out.Ballots-out.Blank, round.Continuing()+round.Exhausted)
			require.False(t, round.Choice != nil && len(round.Excluded) > 0, "report breaks no tie")
			for i, c := range round.Excluded {
				var moved uint64
				for _, n := range round.Moves[i] {
					moved += n
				}
				require.Equal(t, round.Votes[c], moved)
			}
		}
	})
}

// Equals who go together could as well go one by one in any order.
func TestExcludedTogetherIsHarmless(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, false)
		out, err := InstantRunoff(r, Report, [32]byte{})
		require.NoError(t, err)
		if out.Winner == "" {
			t.Skip("a tie that matters")
		}
		for k, round := range out.Rounds {
			if len(round.Excluded) < 2 {
				continue
			}
			for _, first := range round.Excluded {
				in := slices.Clone(out.Rounds[k].In)
				in[first] = false
				if w := naiveRunoff(r, in); w >= 0 {
					require.Equal(t, out.Winner, r.Candidates[w])
				}
			}
		}
	})
}

// More than half of the first preferences win at once.
func TestMajorityWinsTheRunoff(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, false)
		c := rapid.IntRange(0, len(r.Candidates)-1).Draw(t, "majority")
		r.Ballots = append(r.Ballots, RankedBallot{[][]int{{c}}, r.Weight() + 1})
		out, err := InstantRunoff(r, Report, [32]byte{})
		require.NoError(t, err)
		require.Equal(t, r.Candidates[c], out.Winner)
		require.Len(t, out.Rounds, 1)
		for _, rule := range stvRules {
			stv, err := STV(r, rule, 1, Report, [32]byte{})
			require.NoError(t, err)
			require.Equal(t, []string{r.Candidates[c]}, stv.Elected)
		}
	})
}

// A group of voters with k quotas, who rank the same k candidates above all others,
// gets k seats (M. Dummett's proportionality for solid coalitions).
func TestSolidCoalitionsGetTheirSeats(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "candidates")
		r := Ranked{Candidates: manyNames(n)}
		seats := rapid.IntRange(1, n-1).Draw(t, "seats")
		k := rapid.IntRange(1, seats).Draw(t, "coalition")
		all := members(allIn(n))
		for range rapid.IntRange(1, 5).Draw(t, "ballots") {
			b := RankedBallot{Count: rapid.Uint64Range(1, 20).Draw(t, "count")}
			order := append(rapid.Permutation(all[:k]).Draw(t, "ours"), rapid.Permutation(all[k:]).Draw(t, "others")...)
			for _, c := range order {
				b.Ranks = append(b.Ranks, []int{c})
			}
			r.Ballots = append(r.Ballots, b)
		}
		ours := r.Weight()
		most := ours * uint64(seats+1-k) / uint64(k) // others, so that ours are k quotas
		if k == seats+1 || most < 2 {
			t.Skip("no room for others")
		}
		order := rapid.Permutation(all).Draw(t, "theirs")
		theirs := RankedBallot{Count: rapid.Uint64Range(1, most-1).Draw(t, "their count")}
		for _, c := range order {
			theirs.Ranks = append(theirs.Ranks, []int{c})
		}
		r.Ballots = append(r.Ballots, theirs)
		for _, rule := range []STVRule{Gregory, Meek} {
			out, err := STV(r, rule, seats, Draw, [32]byte{5})
			require.NoError(t, err)
			for _, c := range all[:k] {
				require.Contains(t, out.Elected, r.Candidates[c], rule)
			}
		}
	})
}

func TestEveryTieIsReported(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		contest Ranked
		between []string
	}{
		"two equals":          {strict("AB", "3 A", "3 B"), []string{"A", "B"}},
		"all blank":           {strict("AB", "3 "), []string{"A", "B"}},
		"three, two the same": {strict("ABC", "3 A", "2 B", "2 C"), []string{"B", "C"}},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := InstantRunoff(c.contest, Report, [32]byte{})
			require.NoError(t, err)
			require.Empty(t, out.Winner)
			require.Equal(t, c.between, out.Rounds[0].Choice.Between)
			require.Contains(t, out.Text(), "Rule report leaves it open; the count ends here.\n\nElected: undecided.")
			for _, rule := range stvRules {
				stv, err := STV(c.contest, rule, 1, Report, [32]byte{})
				require.NoError(t, err)
				require.Empty(t, stv.Elected)
				require.Equal(t, 1, stv.Undecided)
				require.Contains(t, stv.Text(), "Undecided: 1 of 1 seats.")
			}
			listed, err := InstantRunoff(c.contest, ListedOrder, [32]byte{})
			require.NoError(t, err)
			require.Equal(t, "A", listed.Winner)
		})
	}
}

// The lot decides an exclusion against the highest, by the bytes of equation D1.
func TestRunoffDraws(t *testing.T) {
	t.Parallel()
	winners := map[string]bool{}
	for s := range byte(32) {
		seed := [32]byte{s}
		out, err := InstantRunoff(strict("AB", "3 A", "3 B"), Draw, seed)
		require.NoError(t, err)
		l := lots(seed, "exclusion", []string{"A", "B"})
		want := "A"
		if string(l[0][:]) > string(l[1][:]) {
			want = "B"
		}
		require.Equal(t, want, out.Winner)
		require.Equal(t, l, out.Rounds[0].Choice.Lots)
		winners[want] = true
	}
	require.Len(t, winners, 2)
}

// Each surplus can double the length of exact fractions. The count gives up in time,
// where the rule with decimals goes on.
func TestGregoryGivesUpOnLongFractions(t *testing.T) {
	t.Parallel()
	r := Ranked{Candidates: manyNames(120)}
	for i := range 120 { // every candidate has a surplus in turn, most of it for the ones after
		for step := range 40 {
			b := RankedBallot{Count: uint64(1000 - 8*i + step)}
			for k := range 30 {
				b.Ranks = append(b.Ranks, []int{(i + k*(step+1)) % 120})
			}
			if b.check(120, new(int)) == nil {
				r.Ballots = append(r.Ballots, b)
			}
		}
	}
	_, err := STV(r, Gregory, 60, ListedOrder, [32]byte{})
	require.ErrorContains(t, err, "exact fractions have grown too long; use another rule")
	out, err := STV(r, Scottish, 60, ListedOrder, [32]byte{})
	require.NoError(t, err)
	checkTransfers(t, out)
}
