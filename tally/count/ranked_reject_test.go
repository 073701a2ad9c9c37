package count

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRankedCheckNamesThePlace(t *testing.T) {
	t.Parallel()
	two := []string{"a", "b"}
	one := func(count uint64, ranks ...[]int) Ranked {
		return Ranked{two, []RankedBallot{{nil, 1}, {ranks, count}}}
	}
	long := make([][]int, 0, MaxCandidates)
	for c := range MaxCandidates {
		long = append(long, []int{c})
	}
	full := Ranked{Candidates: manyNames(MaxCandidates)}
	for range MaxRankings/(MaxCandidates+1) + 1 {
		full.Ballots = append(full.Ballots, RankedBallot{long, 1})
	}
	for name, c := range map[string]struct {
		contest Ranked
		want    string
	}{
		"no candidates":         {Ranked{}, "candidates: must be 1 to 256, not 0"},
		"too many candidates":   {Ranked{Candidates: make([]string, MaxCandidates+1)}, "candidates: must be 1 to 256, not 257"},
		"empty name":            {Ranked{Candidates: []string{"a", ""}}, "candidates[1]: must not be empty"},
		"name with a new line":  {Ranked{Candidates: []string{"a\nb"}}, "candidates[0]: "},
		"name twice":            {Ranked{Candidates: []string{"a", "b", "a"}}, `candidates[2]: "a" is number 0 already`},
		"weight of nothing":     {one(0, []int{0}), "ballots[1].count: must be 1 or more"},
		"weights too large":     {one(MaxWeight, []int{0}), "ballots[1].count: the sum of all counts passes 18014398509481984"},
		"weights overflow":      {one(1<<64-1, []int{0}), "ballots[1].count: the sum of all counts passes"},
		"empty rank":            {one(1, []int{0}, []int{}), "ballots[1].ranks[1]: must not be empty"},
		"negative candidate":    {one(1, []int{-1}), "ballots[1].ranks[0]: there is no candidate -1, they are 0 to 1"},
		"candidate beyond":      {one(1, []int{0}, []int{2}), "ballots[1].ranks[1]: there is no candidate 2"},
		"candidate twice":       {one(1, []int{0}, []int{1}, []int{0}), "ballots[1].ranks[2]: candidate 0 is ranked already"},
		"candidate equal twice": {one(1, []int{1, 1}), "ballots[1].ranks[0]: candidate 1 is ranked already"},
		"too many places":       {full, "ballots and places on them pass 4194304"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, c.contest.Check(), c.want)
			for rule, err := range everyRule(c.contest, 1, Report) {
				require.ErrorContains(t, err, "count: ", rule)
				require.ErrorContains(t, err, c.want, rule)
			}
		})
	}
}

func manyNames(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.Repeat("x", i/26+1) + string(rune('a'+i%26))
	}
	return out
}

// everyRule counts a contest by all rules and returns their errors.
func everyRule(r Ranked, seats int, ties TieBreak) map[string]error {
	out := map[string]error{}
	_, out["instant runoff"] = InstantRunoff(r, ties, [32]byte{})
	for _, rule := range []STVRule{Scottish, Gregory, Meek} {
		_, out[string(rule)] = STV(r, rule, seats, ties, [32]byte{})
	}
	_, out["schulze"] = Schulze(r, ties, [32]byte{})
	_, out["ranked pairs"] = RankedPairs(r, ties, [32]byte{})
	_, out["copeland"] = Copeland(r, ties, [32]byte{})
	_, out["borda"] = Borda(r, ties, [32]byte{})
	return out
}

func TestRankedRulesRefuse(t *testing.T) {
	t.Parallel()
	for _, ties := range []TieBreak{"", "coin", MoreVotes} {
		for rule, err := range everyRule(capital(), 1, ties) {
			require.ErrorContains(t, err, `count: ties: must be "report" or "draw" or "listed-order", not `, rule)
		}
	}
	equal := profile("ab", "2 a>b", "1 a=b")
	_, err := InstantRunoff(equal, Report, [32]byte{})
	require.EqualError(t, err, "count: ballots[1].ranks[0]: 2 candidates share a rank, which instant runoff does not allow")
	_, err = STV(equal, Meek, 1, Report, [32]byte{})
	require.EqualError(t, err, "count: ballots[1].ranks[0]: 2 candidates share a rank, which the single transferable vote does not allow")
	for name, c := range map[string]struct {
		rule  STVRule
		seats int
		want  string
	}{
		"no rule":        {"", 1, `count: rule: must be "scottish" or "gregory" or "meek", not ""`},
		"unknown rule":   {"ers97", 1, `count: rule: must be`},
		"no seats":       {Scottish, 0, "count: seats: must be 1 to 4, the number of candidates, not 0"},
		"negative seats": {Meek, -1, "count: seats: must be"},
		"too many seats": {Gregory, 5, "count: seats: must be 1 to 4, the number of candidates, not 5"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := STV(capital(), c.rule, c.seats, Report, [32]byte{})
			require.ErrorContains(t, err, c.want)
			require.Nil(t, out)
		})
	}
}

func TestWithoutRefuses(t *testing.T) {
	t.Parallel()
	for name, withdrawn := range map[string][]int{"negative": {-1}, "beyond": {4}, "twice": {1, 1}} {
		t.Run(name, func(t *testing.T) {
			_, err := capital().Without(withdrawn)
			require.ErrorContains(t, err, "count: withdrawn[")
		})
	}
	_, err := Ranked{}.Without(nil)
	require.ErrorContains(t, err, "candidates: must be")
}

func TestWithout(t *testing.T) {
	t.Parallel()
	r := profile("abcd", "3 a=b>c", "2 b", "1 d>b>a", "4 ")
	out, err := r.Without([]int{1})
	require.NoError(t, err)
	require.Equal(t, profile("acd", "3 a>c", "2 ", "1 d>a", "4 "), out)
	require.Equal(t, profile("abcd", "3 a=b>c", "2 b", "1 d>b>a", "4 "), r, "the contest itself must not change")
}

func TestGradedRefuses(t *testing.T) {
	t.Parallel()
	grades, two := []string{"good", "bad"}, []string{"a", "b"}
	for name, c := range map[string]struct {
		contest Graded
		want    string
	}{
		"no candidates":     {Graded{nil, grades, nil}, "candidates: must be"},
		"one grade":         {Graded{two, []string{"good"}, nil}, "grades: must be 2 to 20, not 1"},
		"too many grades":   {Graded{two, make([]string, MaxGrades+1), nil}, "grades: must be 2 to 20, not 21"},
		"empty grade":       {Graded{two, []string{"good", ""}, nil}, "grades[1]: must not be empty"},
		"grade twice":       {Graded{two, []string{"good", "good"}, nil}, `grades[1]: "good" is there already`},
		"no ballots":        {Graded{two, grades, nil}, "ballots: must be 1 to"},
		"weight of nothing": {Graded{two, grades, []GradedBallot{{[]int{0, 0}, 0}}}, "ballots[0].count: must be 1 or more"},
		"a grade missing":   {Graded{two, grades, []GradedBallot{{[]int{0}, 1}}}, "ballots[0].grades: must be one for each of 2 candidates, not 1"},
		"a grade too many":  {Graded{two, grades, []GradedBallot{{[]int{0, 0, 0}, 1}}}, "ballots[0].grades: must be one"},
		"grade beyond":      {Graded{two, grades, []GradedBallot{{[]int{0, 2}, 1}}}, "ballots[0].grades[1]: there is no grade 2, they are 0 to 1"},
		"grade below none":  {Graded{two, grades, []GradedBallot{{[]int{-2, 0}, 1}}}, "ballots[0].grades[0]: there is no grade -2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := MajorityJudgment(c.contest, Report, [32]byte{})
			require.ErrorContains(t, err, "count: "+c.want)
		})
	}
	_, err := MajorityJudgment(Graded{two, grades, []GradedBallot{{[]int{0, 0}, 1}}}, MoreVotes, [32]byte{})
	require.ErrorContains(t, err, "count: ties: must be")
}
