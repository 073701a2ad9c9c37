package count

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// profile builds a contest from lines such as "5 A>B=C". The candidates are
// those of the first word, and its letters are their ids.
func profile(candidates string, lines ...string) Ranked {
	r := Ranked{Candidates: strings.Split(candidates, "")}
	for _, l := range lines {
		count, ranks, _ := strings.Cut(l, " ")
		n, err := strconv.ParseUint(count, 10, 64)
		if err != nil {
			panic(err)
		}
		b := RankedBallot{Count: n}
		for _, group := range strings.FieldsFunc(ranks, func(r rune) bool { return r == '>' }) {
			var g []int
			for _, id := range strings.Split(group, "=") {
				g = append(g, strings.Index(candidates, id))
			}
			b.Ranks = append(b.Ranks, g)
		}
		r.Ballots = append(r.Ballots, b)
	}
	return r
}

// strict builds a contest from lines such as "5 ACBED", without equal ranks.
func strict(candidates string, lines ...string) Ranked {
	for i, l := range lines {
		count, order, _ := strings.Cut(l, " ")
		lines[i] = count + " " + strings.Join(strings.Split(order, ""), ">")
	}
	return profile(candidates, lines...)
}

// capital is the choice of a capital of Tennessee that is the usual example:
// Memphis, Nashville, Chattanooga and Knoxville.
func capital() Ranked {
	r := strict("MNCK", "42 MNCK", "26 NCKM", "15 CKNM", "17 KCNM")
	r.Candidates = []string{"Memphis", "Nashville", "Chattanooga", "Knoxville"}
	return r
}

func steering(t *testing.T) *BLT {
	t.Helper()
	data, err := os.ReadFile("testdata/steering2005.blt")
	require.NoError(t, err)
	b, err := ParseBLT(data)
	require.NoError(t, err)
	return b
}

// drawRanked draws a contest with few voters, so that ties are frequent.
func drawRanked(t *rapid.T, equal bool) Ranked {
	n := rapid.IntRange(1, 6).Draw(t, "candidates")
	r := Ranked{Candidates: strings.Split("ABCDEF"[:n], "")}
	for range rapid.IntRange(0, 10).Draw(t, "ballots") {
		b := RankedBallot{Count: rapid.Uint64Range(1, 4).Draw(t, "count")}
		order := rapid.Permutation(members(allIn(n))).Draw(t, "order")
		for _, c := range order[:rapid.IntRange(0, n).Draw(t, "length")] {
			if equal && len(b.Ranks) > 0 && rapid.IntRange(0, 3).Draw(t, "equal") == 0 {
				last := len(b.Ranks) - 1
				b.Ranks[last] = append(b.Ranks[last], c)
				continue
			}
			b.Ranks = append(b.Ranks, []int{c})
		}
		r.Ballots = append(r.Ballots, b)
	}
	return r
}

// shuffled is the same contest with the candidates and the ballots in another
// order.
func shuffled(t *rapid.T, r Ranked) Ranked {
	order := rapid.Permutation(members(allIn(len(r.Candidates)))).Draw(t, "new order of candidates")
	index := make([]int, len(order))
	out := Ranked{}
	for to, from := range order {
		index[from] = to
		out.Candidates = append(out.Candidates, r.Candidates[from])
	}
	for _, b := range r.Ballots {
		out.Ballots = append(out.Ballots, b.renumber(index))
	}
	if len(out.Ballots) > 0 {
		out.Ballots = rapid.Permutation(out.Ballots).Draw(t, "new order of ballots")
	}
	return out
}
