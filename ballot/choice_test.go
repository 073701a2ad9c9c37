package ballot

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIllegalChoicesAreRefusedByName(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		rule   Rule
		choice Choice
		says   string
	}{
		{"two of one", Rule{Type: OneOfN}, Choice{Selected: []string{"o0", "o1"}}, "2 options chosen"},
		{"nothing", Rule{Type: OneOfN}, Choice{}, "0 options chosen"},
		{"stranger", Rule{Type: OneOfN}, Choice{Selected: []string{"o9"}}, `"o9" cannot be chosen`},
		{"twice", Rule{Type: KOfN, Min: num(1), Max: num(2)}, Choice{Selected: []string{"o1", "o1"}}, `"o1" is chosen twice`},
		{"blank where it is not allowed", Rule{Type: OneOfN}, Choice{Blank: true}, "blank vote is not allowed"},
		{"blank and more", Rule{Type: OneOfN, Blank: true}, Choice{Blank: true, Selected: []string{"o0"}}, "nothing else"},
		{"the word blank", Rule{Type: OneOfN, Blank: true}, Choice{Selected: []string{"blank"}}, "cannot be chosen"},
		{"too few", Rule{Type: KOfN, Min: num(2), Max: num(3)}, Choice{Selected: []string{"o1"}}, "2 to 3"},
		{"scores for a selection", Rule{Type: Approval}, Choice{Scores: map[string]uint64{"o0": 1}}, "takes no scores"},
		{"a list for a selection", Rule{Type: Approval}, Choice{List: "o0"}, "takes no list"},
		{"a selection for scores", Rule{Type: Score, Max: num(3)}, Choice{Selected: []string{"o0"}}, "takes no selected"},
		{"a ranking for scores", Rule{Type: Score, Max: num(3)}, Choice{Ranking: []string{"o0"}}, "takes no ranking"},
		{"score above the maximum", Rule{Type: Score, Max: num(5)}, Choice{Scores: map[string]uint64{"o1": 6}}, `"o1" has 6`},
		{"score that wraps", Rule{Type: Score, Max: num(5)}, Choice{Scores: map[string]uint64{"o1": 1<<64 - 1}}, "at most 5"},
		{"score for a stranger", Rule{Type: Score, Max: num(5)}, Choice{Scores: map[string]uint64{"x": 0, "y": 1}}, `"x" cannot`},
		{"blank score", Rule{Type: Score, Max: num(5)}, Choice{Blank: true}, "blank vote is not allowed"},
		{"too many points", Rule{Type: Cumulative, PerOption: num(3), Total: num(4)}, Choice{Scores: map[string]uint64{"o0": 3, "o1": 2}}, "5 points given of 4"},
		{"too few points", Rule{Type: Cumulative, PerOption: num(3), Total: num(4), Exact: true}, Choice{Scores: map[string]uint64{"o0": 3}}, "3 points given of 4"},
		{"over budget", Rule{Type: Quadratic, Budget: num(9)}, Choice{Scores: map[string]uint64{"o0": 3, "o1": 1}}, "cost 10"},
		{"one option over budget", Rule{Type: Quadratic, Budget: num(9)}, Choice{Scores: map[string]uint64{"o0": 4}}, "at most 3"},
		{"incomplete ranking", Rule{Type: Borda}, Choice{Ranking: []string{"o0", "o1"}}, "2 options ranked"},
		{"equal rank", Rule{Type: Pairwise}, Choice{Ranking: []string{"o0", "o1", "o1", "o2"}}, "chosen twice"},
		{"selection for a ranking", Rule{Type: Pairwise}, Choice{Selected: []string{"o0"}}, "takes no selected"},
		{"no list", Rule{Type: PartyList, Preferences: num(2)}, Choice{}, `list "" cannot`},
		{"candidate of another list", Rule{Type: PartyList, Preferences: num(2)}, Choice{List: "o0", Selected: []string{"o1-0"}}, `"o1-0" is not on list "o0"`},
		{"too many candidates", Rule{Type: PartyList, Preferences: num(2)}, Choice{List: "o0", Selected: []string{"o0-0", "o0-1", "o0-2"}}, "3 candidates"},
		{"candidate as list", Rule{Type: PartyList, Preferences: num(2)}, Choice{List: "o0-0"}, "cannot be chosen"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var lists []int
			if tc.rule.Type == PartyList {
				lists = []int{3, 2, 1, 0}
			}
			_, err := mustContest(t, tc.rule, 4, lists...).Encode(tc.choice)
			require.ErrorContains(t, err, tc.says)
			require.ErrorContains(t, err, `contest "c"`)
		})
	}
}

func TestImpossibleRulesAreRefused(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		rule    Rule
		options int
		says    string
	}{
		{"unknown type", Rule{Type: "two-of-n"}, 3, "contest.rule.type: must be one of approval, borda"},
		{"no type", Rule{}, 3, "contest.rule.type"},
		{"one option", Rule{Type: OneOfN}, 1, "no choice"},
		{"no options", Rule{Type: Approval}, 0, "contest.options: 0 options"},
		{"no limits", Rule{Type: KOfN}, 3, "contest.rule.min: missing"},
		{"max above the options", Rule{Type: KOfN, Min: num(1), Max: num(4)}, 3, "contest.rule.max: 4 of 3"},
		{"max 0", Rule{Type: KOfN, Min: num(0), Max: num(0)}, 3, "contest.rule.max"},
		{"min above max", Rule{Type: KOfN, Min: num(3), Max: num(2)}, 3, "contest.rule.min: 3 is more"},
		{"negative min", Rule{Type: KOfN, Min: num(-1), Max: num(2)}, 3, "contest.rule.min"},
		{"everybody elected", Rule{Type: KOfN, Min: num(3), Max: num(3)}, 3, "no choice"},
		{"blank beside nothing", Rule{Type: KOfN, Min: num(0), Max: num(2), Blank: true}, 3, "only blank says nothing"},
		{"blank approval", Rule{Type: Approval, Blank: true}, 3, `use "k-of-n"`},
		{"blank score", Rule{Type: Score, Max: num(3), Blank: true}, 3, "contest.rule.blank: rule \"score\" has no such field"},
		{"misplaced budget", Rule{Type: Approval, Budget: num(3)}, 3, "contest.rule.budget"},
		{"misplaced points", Rule{Type: Borda, Points: []int{2, 1, 0}}, 3, "contest.rule.points"},
		{"misplaced exact", Rule{Type: Approval, Exact: true}, 3, "contest.rule.exact"},
		{"score 0", Rule{Type: Score, Max: num(0)}, 3, "contest.rule.max"},
		{"score out of bounds", Rule{Type: Score, Max: num(65_536)}, 3, "from 0 to 65535"},
		{"overflowing score", Rule{Type: Score, Max: num(1 << 62)}, 3, "contest.rule.max"},
		{"more for one than for all", Rule{Type: Cumulative, PerOption: num(5), Total: num(4)}, 3, "contest.rule.per_option"},
		{"unspendable total", Rule{Type: Cumulative, PerOption: num(2), Total: num(7)}, 3, "never be spent"},
		{"one way to spend", Rule{Type: Cumulative, PerOption: num(2), Total: num(6), Exact: true}, 3, "one legal vote"},
		{"no points", Rule{Type: Cumulative, PerOption: num(0), Total: num(0)}, 3, "at least 1"},
		{"no budget", Rule{Type: Quadratic, Budget: num(0)}, 3, "contest.rule.budget"},
		{"lists without candidates", Rule{Type: PartyList, Preferences: num(1)}, 3, "use \"one-of-n\""},
		{"nothing to rank", Rule{Type: Borda}, 1, "nothing to rank"},
		{"nothing to compare", Rule{Type: Pairwise}, 1, "nothing to rank"},
		{"points for fewer places", Rule{Type: Positional, Points: []int{1, 0}}, 3, "2 numbers for 3"},
		{"rising points", Rule{Type: Positional, Points: []int{2, 0, 1}}, 3, "contest.rule.points[2]"},
		{"negative points", Rule{Type: Positional, Points: []int{2, 0, -1}}, 3, "contest.rule.points[2]"},
		{"equal points", Rule{Type: Positional, Points: []int{2, 2, 2}}, 3, "earn the same"},
		{"too many options", Rule{Type: Approval}, 4097, "contest.options: 4097 options"},
		{"too many bits for scores", Rule{Type: Score, Max: num(65_535)}, 4096, "needs 65536 bits, at most 2048"},
		{"too many bits for borda", Rule{Type: Borda}, 4096, "needs 16777216 bits"},
		{"too many bits for pairwise", Rule{Type: Pairwise}, 4096, "needs 11453245440 bits"},
		{"too many bits for quadratic", Rule{Type: Quadratic, Budget: num(65_535)}, 4096, "needs 1048592 bits"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := makeContest(tc.rule, tc.options)
			require.ErrorContains(t, err, tc.says)
		})
	}
}

func TestErrorsQuoteLittleOfTheInput(t *testing.T) {
	t.Parallel()
	_, err := mustContest(t, Rule{Type: OneOfN}, 2).Encode(Choice{Selected: []string{strings.Repeat("x", 1000)}})
	require.Less(t, len(err.Error()), 200)
}
