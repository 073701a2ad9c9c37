package count

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// prefers says whether a ballot ranks x above y, from the definition.
func prefers(b RankedBallot, x, y int) bool {
	place := func(c int) int {
		for k, group := range b.Ranks {
			if slices.Contains(group, c) {
				return k
			}
		}
		return len(b.Ranks)
	}
	return place(x) < place(y)
}

func TestPairwiseByDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, true)
		m, err := Pairwise(r)
		require.NoError(t, err)
		for x := range r.Candidates {
			for y := range r.Candidates {
				var want uint64
				for _, b := range r.Ballots {
					if x != y && prefers(b, x, y) {
						want += b.Count
					}
				}
				require.Equal(t, want, m.Prefer[x][y])
			}
		}
	})
}

// strongestByPaths tries every path that visits nobody twice.
func strongestByPaths(m *Matrix, at, to int, seen []bool, strength uint64) uint64 {
	if at == to {
		return strength
	}
	seen[at] = true
	defer func() { seen[at] = false }()
	var best uint64
	for next := range m.Candidates {
		if !seen[next] && m.Prefer[at][next] > m.Prefer[next][at] {
			best = max(best, strongestByPaths(m, next, to, seen, min(strength, m.Prefer[at][next])))
		}
	}
	return best
}

func TestSchulzeByEveryPath(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, true)
		s, err := Schulze(r, Report, [32]byte{})
		require.NoError(t, err)
		for x := range r.Candidates {
			for y := range r.Candidates {
				if x == y {
					continue
				}
				require.Equal(t, strongestByPaths(s.Matrix, x, y, make([]bool, len(r.Candidates)), 1<<63), s.Strength[x][y])
				path := s.Path(x, y)
				require.Equal(t, s.Strength[x][y] == 0, path == nil)
				weakest := uint64(1 << 63)
				for k := 1; k < len(path); k++ {
					require.True(t, s.Matrix.beats(path[k-1], path[k]))
					weakest = min(weakest, s.Matrix.Prefer[path[k-1]][path[k]])
				}
				if path != nil {
					require.Equal(t, []int{x, y}, []int{path[0], path[len(path)-1]})
					require.Equal(t, s.Strength[x][y], weakest)
				}
			}
		}
	})
}

// A candidate who beats all others wins under every rule that compares pairs, and
// under ranked pairs even where ties of others are reported.
func TestCondorcetWinnerWins(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, true)
		m, err := Pairwise(r)
		require.NoError(t, err)
		want, ok := m.CondorcetWinner()
		if !ok {
			t.Skip("nobody beats everybody")
		}
		schulze, err := Schulze(r, Report, [32]byte{})
		require.NoError(t, err)
		require.Equal(t, want, schulze.Winner)
		copeland, err := Copeland(r, Report, [32]byte{})
		require.NoError(t, err)
		require.Equal(t, want, copeland.Winner)
		for _, ties := range []TieBreak{Report, Draw, ListedOrder} {
			pairs, err := RankedPairs(r, ties, [32]byte{})
			require.NoError(t, err)
			require.Equal(t, want, pairs.Winner)
		}
	})
}

// Borda counted ballot by ballot, in halves of points.
func TestBordaByBallots(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, true)
		got, err := Borda(r, Report, [32]byte{})
		require.NoError(t, err)
		want, sum := make([]uint64, len(r.Candidates)), uint64(0)
		for _, b := range r.Ballots {
			for x := range r.Candidates {
				for y := range r.Candidates {
					switch {
					case x == y:
					case prefers(b, x, y):
						want[x] += 2 * b.Count
					case !prefers(b, y, x):
						want[x] += b.Count
					}
				}
			}
		}
		for _, n := range want {
			sum += n
		}
		require.Equal(t, want, got.Halves)
		n := uint64(len(r.Candidates))
		require.Equal(t, n*(n-1)*r.Weight(), sum, "every ballot is worth the same")
	})
}

// Ranked pairs with a search through the locked pairs instead of sets of bits.
func TestRankedPairsBySearch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, true)
		m, err := RankedPairs(r, ListedOrder, [32]byte{})
		require.NoError(t, err)
		var locked []Pair
		var above func(x, y int) bool
		above = func(x, y int) bool {
			return slices.ContainsFunc(locked, func(p Pair) bool { return p.Winner == x && (p.Loser == y || above(p.Loser, y)) })
		}
		pairs := slices.Clone(m.Pairs)
		slices.SortStableFunc(pairs, func(p, q Pair) int {
			for _, d := range []int{int(q.For) - int(p.For), int(p.Against) - int(q.Against), p.Winner - q.Winner, q.Loser - p.Loser} {
				if d != 0 {
					return d
				}
			}
			return 0
		})
		for _, p := range pairs {
			if !above(p.Loser, p.Winner) {
				locked = append(locked, p)
			}
		}
		for x := range r.Candidates {
			rank := 1
			for y := range r.Candidates {
				if above(y, x) {
					rank++
				}
			}
			require.Equal(t, rank, m.Ranks[x])
		}
	})
}

// If the report finds nothing that depends on the order of equal pairs, then no
// order changes anything; if it does, it elects nobody without a majority over all.
func TestRankedPairsReportsOnlyWhatMatters(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, true)
		report, err := RankedPairs(r, Report, [32]byte{})
		require.NoError(t, err)
		for s := range byte(5) {
			drawn, err := RankedPairs(r, Draw, [32]byte{s})
			require.NoError(t, err)
			if report.Ranks != nil {
				require.Equal(t, report.Ranks, drawn.Ranks)
			}
			if report.Winner != "" {
				require.Equal(t, report.Winner, drawn.Winner)
			}
			require.NotEmpty(t, drawn.Winner)
		}
		require.False(t, report.Open && report.Winner != "")
	})
}

// everyWinner is who wins under each rule, with lots, which do not depend on any
// order.
func everyWinner(t *rapid.T, r Ranked) map[string]string {
	seed, out := [32]byte{7}, map[string]string{}
	runoff, err := InstantRunoff(r, Draw, seed)
	require.NoError(t, err)
	schulze, err := Schulze(r, Draw, seed)
	require.NoError(t, err)
	pairs, err := RankedPairs(r, Draw, seed)
	require.NoError(t, err)
	copeland, err := Copeland(r, Draw, seed)
	require.NoError(t, err)
	borda, err := Borda(r, Draw, seed)
	require.NoError(t, err)
	out["runoff"], out["schulze"], out["pairs"], out["copeland"], out["borda"] =
		runoff.Winner, schulze.Winner, pairs.Winner, copeland.Winner, borda.Winner
	return out
}

// Neither the order of the candidates nor that of the ballots matters.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, false)
		other := shuffled(t, r)
		require.Equal(t, everyWinner(t, r), everyWinner(t, other))
		seats := rapid.IntRange(1, len(r.Candidates)).Draw(t, "seats")
		for _, rule := range []STVRule{Scottish, Gregory, Meek} {
			a, err := STV(r, rule, seats, Draw, [32]byte{7})
			require.NoError(t, err)
			b, err := STV(other, rule, seats, Draw, [32]byte{7})
			require.NoError(t, err)
			require.ElementsMatch(t, a.Elected, b.Elected, rule)
			require.Len(t, b.Stages, len(a.Stages))
		}
	})
}

// raise moves a candidate up on a ballot: out of a group of equals above the others,
// else above the group before, or onto the ballot.
func raise(b RankedBallot, c int) RankedBallot {
	out := RankedBallot{Ranks: slices.Clone(b.Ranks), Count: b.Count}
	at := slices.IndexFunc(b.Ranks, func(g []int) bool { return slices.Contains(g, c) })
	switch {
	case at < 0:
		out.Ranks = append(out.Ranks, []int{c})
	case len(b.Ranks[at]) > 1:
		out.Ranks[at] = slices.DeleteFunc(slices.Clone(b.Ranks[at]), func(x int) bool { return x == c })
		out.Ranks = slices.Insert(out.Ranks, at, []int{c})
	case at > 0:
		out.Ranks[at-1], out.Ranks[at] = out.Ranks[at], out.Ranks[at-1]
	}
	return out
}

// Raising a winner on a ballot never costs him the seat.
func TestMonotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, true)
		if len(r.Ballots) == 0 {
			t.Skip("no ballots")
		}
		i := rapid.IntRange(0, len(r.Ballots)-1).Draw(t, "ballot")
		before := everyPairwise(t, r)
		for rule, winner := range before {
			if winner < 0 {
				continue
			}
			other := Ranked{r.Candidates, slices.Clone(r.Ballots)}
			other.Ballots[i] = raise(other.Ballots[i], winner)
			require.NoError(t, other.Check())
			require.Equal(t, winner, everyPairwise(t, other)[rule], rule)
		}
	})
}

// everyPairwise is the only winner of each monotone rule, -1 if there is a tie.
func everyPairwise(t *rapid.T, r Ranked) map[string]int {
	schulze, err := Schulze(r, Report, [32]byte{})
	require.NoError(t, err)
	copeland, err := Copeland(r, Report, [32]byte{})
	require.NoError(t, err)
	borda, err := Borda(r, Report, [32]byte{})
	require.NoError(t, err)
	return map[string]int{
		"schulze":  slices.Index(r.Candidates, schulze.Winner),
		"copeland": slices.Index(r.Candidates, copeland.Winner),
		"borda":    slices.Index(r.Candidates, borda.Winner),
	}
}

// A candidate whom every ballot ranks next to another one changes nothing for the
// others: who wins without the clone wins with it, or the clone does.
func TestSchulzeIsIndependentOfClones(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanked(t, false)
		original, clone := rapid.IntRange(0, len(r.Candidates)-1).Draw(t, "original"), len(r.Candidates)
		with := Ranked{Candidates: append(slices.Clone(r.Candidates), "clone")}
		for _, b := range r.Ballots {
			out := RankedBallot{Count: b.Count}
			for _, group := range b.Ranks {
				pair := [][]int{group}
				if group[0] == original {
					pair = append(pair, []int{clone})
					if rapid.Bool().Draw(t, "clone first") {
						slices.Reverse(pair)
					}
				}
				out.Ranks = append(out.Ranks, pair...)
			}
			with.Ballots = append(with.Ballots, out)
		}
		a, err := Schulze(r, Report, [32]byte{})
		require.NoError(t, err)
		b, err := Schulze(with, Report, [32]byte{})
		require.NoError(t, err)
		for c := range r.Candidates {
			won := b.Ranks[c] == 1 || c == original && b.Ranks[clone] == 1
			require.Equal(t, a.Ranks[c] == 1, won, r.Candidates[c])
		}
	})
}
