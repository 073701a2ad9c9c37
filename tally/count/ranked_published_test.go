package count

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The capital of Tennessee: 42 voters near Memphis, 26 near Nashville, 15 near
// Chattanooga and 17 near Knoxville. The results are those of the articles on
// these rules in Wikipedia.
func TestCapitalOfTennessee(t *testing.T) {
	t.Parallel()
	r := capital()
	m, err := Pairwise(r)
	require.NoError(t, err)
	winner, ok := m.CondorcetWinner()
	require.True(t, ok)
	require.Equal(t, "Nashville", winner)

	runoff, err := InstantRunoff(r, Report, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, "Knoxville", runoff.Winner)
	require.Len(t, runoff.Rounds, 3)
	require.Equal(t, []uint64{42, 26, 0, 32}, runoff.Rounds[1].Votes)
	require.Equal(t, []uint64{42, 0, 0, 58}, runoff.Rounds[2].Votes)

	borda, err := Borda(r, Report, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, []uint64{252, 388, 346, 214}, borda.Halves) // 126, 194, 173, 107
	require.Equal(t, "Nashville", borda.Winner)

	copeland, err := Copeland(r, Report, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, []uint64{0, 6, 4, 2}, copeland.Halves)

	schulze, err := Schulze(r, Report, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, []int{4, 1, 2, 3}, schulze.Ranks)

	pairs, err := RankedPairs(r, Report, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, []int{4, 1, 2, 3}, pairs.Ranks)
	require.Equal(t, 83, int(pairs.Pairs[0].For))
}

// The examples of M. Schulze, "A new monotonic, clone-independent, reversal
// symmetric, and Condorcet-consistent single-winner election method", Social Choice
// and Welfare 36 (2011), and of his page of examples.
func TestSchulzeExamples(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		contest Ranked
		ranks   []int
		winner  string
	}{
		"45 voters, E > A > C > B > D": {schulze45(), []int{2, 4, 3, 5, 1}, "E"},
		"30 voters, D > A > C > B": {strict("ABCD", "5 ACBD", "2 ACDB", "3 ADCB", "4 BACD", "3 CBDA", "3 CDBA", "1 DACB", "5 DBAC", "4 DCBA"),
			[]int{2, 4, 3, 1}, "D"},
		"30 voters, B > A > D > E > C": {strict("ABCDE", "3 ABDEC", "5 ADEBC", "1 ADECB", "2 BADEC", "2 BDECA", "4 CABDE", "6 CBADE", "2 DBECA", "5 DECAB"),
			[]int{2, 1, 5, 3, 4}, "B"},
		"9 voters, B and D tie": {strict("ABCD", "3 ABCD", "2 DABC", "2 DBCA", "2 CBDA"), []int{2, 1, 2, 1}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Schulze(c.contest, Report, [32]byte{})
			require.NoError(t, err)
			require.Equal(t, c.ranks, s.Ranks)
			require.Equal(t, c.winner, s.Winner)
			require.Equal(t, c.winner == "", s.Tie != nil)
		})
	}
	s, err := Schulze(schulze45(), Report, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, [][]uint64{{0, 20, 26, 30, 22}, {25, 0, 16, 33, 18}, {19, 29, 0, 17, 24}, {15, 12, 28, 0, 14}, {23, 27, 21, 31, 0}}, s.Matrix.Prefer)
	require.Equal(t, [][]uint64{{0, 28, 28, 30, 24}, {25, 0, 28, 33, 24}, {25, 29, 0, 29, 24}, {25, 28, 28, 0, 24}, {25, 28, 28, 31, 0}}, s.Strength)
	require.Equal(t, []int{4, 3, 2, 1, 0}, s.Path(4, 0))
	require.Nil(t, s.Path(1, 1))
}

func schulze45() Ranked {
	return strict("ABCDE", "5 ACBED", "5 ADECB", "8 BEDAC", "3 CABED", "7 CAEBD", "2 CBADE", "7 DCEBA", "8 EBADC")
}

// The steering committee of the Green Party of the United States, 24 July 2005:
// 94 ballots, 13 candidates, 4 seats. The numbers are those that the program Droop
// (J. Lundell) keeps as its references for these ballots, under the rules that it
// calls scotland, wigm with rational numbers, and meek-prf.
func TestSteeringCommittee(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule    STVRule
		stages  map[int]string // votes of the candidates of one stage, then exhausted
		elected []string
	}{
		"scottish": {Scottish, map[int]string{
			2:  "6.84848 3.42424 8.42424 22.00000 2.42424 0 19.00000 12.45448 1.42424 0 0 0 18.00000 0",
			3:  "7.80300 3.56060 9.24240 19.00000 2.69696 0 19.00000 12.72720 1.42424 0 0 0 18.54544 0",
			9:  "8.80300 3.69696 9.24240 19.00000 0 0 19.00000 14.57568 0 0 0 0 19.68180 0",
			10: "9.01084 3.95360 9.45496 19.00000 0 0 19.00000 14.57568 0 0 0 0 19.00000 0.00472",
			12: "0 0 16.62204 19.00000 0 0 19.00000 16.59988 0 0 0 0 19.00000 3.77788",
			13: "0 0 18.59172 19.00000 0 0 19.00000 0 0 0 0 0 19.00000 18.40808",
		}, []string{"Rebecca Rotzler", "Pat LaMarche", "Steve Kramer", "Tom Sevigny"}},
		"gregory": {Gregory, map[int]string{
			2:  "6.860606060606 3.430303030303 8.430303030303 22 2.430303030303 0 18.8 12.618181818182 1.430303030303 0 0 0 18 0",
			10: "9.160815528557 4.070755481078 9.591894986734 18.8 0 0 18.8 14.769696969697 0 0 0 0 18.8 0.006837033934",
			13: "0 0 18.911062700740 18.8 0 0 18.8 0 0 0 0 0 18.8 18.688937299260",
		}, []string{"Rebecca Rotzler", "Pat LaMarche", "Steve Kramer", "Tom Sevigny"}},
		"meek": {Meek, map[int]string{
			2:  "8.006073598 3.232685848 9.408174589 18.800000609 2.759954125 0 18.800000299 13.000470959 1.435843893 0 0 0 18.556796080 0",
			8:  "9.006073598 3.394740964 9.408174589 19.165213770 0 0 18.800000299 14.506945584 0 0 0 0 19.718851196 0",
			9:  "9.427381450 3.730149807 9.774255128 18.799133460 0 0 18.799133416 14.666479770 0 0 0 0 18.799133497 0.004333472",
			10: "10.204118384 0 11.498644230 18.789719457 0 0 18.789719396 15.876675538 0 0 0 0 18.789719467 0.051403528",
			11: "0 0 16.482212783 19.087429756 0 0 19.073682122 19.085721549 0 0 0 0 19.202438090 1.068515700",
		}, []string{"Rebecca Rotzler", "Pat LaMarche", "Steve Kramer", "Kristen Olsen"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := steering(t)
			require.Equal(t, "GPUS Steering Committee Election 2005-07-24", b.Title)
			// Four candidates without votes go first, in an order that changes nothing.
			out, err := STV(b.Ranked, c.rule, b.Seats, ListedOrder, [32]byte{})
			require.NoError(t, err)
			for k, want := range c.stages {
				s := out.Stages[k-1]
				for i, w := range strings.Fields(want) {
					v := s.Exhausted
					if i < len(s.Votes) {
						v = s.Votes[i]
					}
					_, decimals, _ := strings.Cut(w, ".")
					require.Equal(t, w, v.FloatString(len(decimals)), "stage %d, number %d", k, i)
				}
			}
			require.Equal(t, c.elected, out.Elected)
			require.Zero(t, out.Undecided)
		})
	}
}

// The keep factors of the same reference.
func TestSteeringCommitteeKeepFactors(t *testing.T) {
	t.Parallel()
	b := steering(t)
	out, err := STV(b.Ranked, Meek, b.Seats, ListedOrder, [32]byte{})
	require.NoError(t, err)
	require.Len(t, out.Stages, 11)
	last := out.Stages[10]
	require.Equal(t, "18.586296861", last.Quota.FloatString(9))
	for c, want := range map[int]string{3: "0.602321356", 6: "0.491875685", 7: "1.000000000", 12: "0.667516215", 0: "0.000000000"} {
		require.Equal(t, want, last.Keep[c].FloatString(9))
	}
}

// A stage of the count by the Scottish rules looks back: both are excluded in turn,
// but first the one with fewer votes at the latest stage that tells them apart.
func TestScottishRulesLookBack(t *testing.T) {
	t.Parallel()
	// Stage 2 gives the vote of D to C: B and C have 4 then, but had 4 and 3.
	r := strict("ABCDE", "9 A", "4 BA", "3 CA", "1 DC", "8 EA")
	out, err := STV(r, Scottish, 1, Report, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, "D", out.Stages[1].Excluded)
	require.Equal(t, "C", out.Stages[2].Excluded)
	require.Equal(t, &Choice{Context: "exclusion", Between: []string{"B", "C"}, Looks: []Look{{1, []string{"C"}}}, Chosen: "C"}, out.Stages[2].Choice)
	require.Contains(t, out.Text(), "At the end of stage 1 the fewest of their votes: C.")
	require.Equal(t, []string{"A"}, out.Elected)
}

// M. Balinski and R. Laraki give the majority-value as the medians in the order
// of their removal; these grades are the example of the article on the method in
// Wikipedia: X good, good, fair, poor and Y excellent, fair, fair, fair have the
// median fair, and X wins when one fair is removed from each.
func TestMajorityJudgmentExample(t *testing.T) {
	t.Parallel()
	g := Graded{[]string{"X", "Y"}, []string{"excellent", "good", "fair", "poor"},
		[]GradedBallot{{[]int{1, 0}, 1}, {[]int{1, 2}, 1}, {[]int{2, 2}, 1}, {[]int{3, 2}, 1}}}
	j, err := MajorityJudgment(g, Report, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, []int{2, 2}, j.Medians)
	require.Equal(t, Comparison{Better: -1, Removed: 1, First: 1, Second: 2}, j.Compare(0, 1))
	require.Equal(t, "X", j.Winner)
	require.Contains(t, j.Text(), "X and Y: after 1 medians are removed from each, good and fair.")
}

// The example file of Hill, Wichmann and Woodall, Computer Journal 30 (1987).
func TestAlgorithm123File(t *testing.T) {
	t.Parallel()
	file := "4 2\n-2\n3 1 3 4 0\n4 1 3 2 0\n2 4 1 3 0\n1 2 0\n2 2 4 3 1 0\n1 3 4 2 0\n0\n\"Adam\"\n\"Basil\"\n\"Charlotte\"\n\"Donald\"\n\"Title\"\n"
	b, err := ParseBLT([]byte(file))
	require.NoError(t, err)
	require.Equal(t, []int{1}, b.Withdrawn)
	require.Equal(t, uint64(13), b.Weight())
	r, err := b.Contest()
	require.NoError(t, err)
	require.Equal(t, []string{"Adam", "Charlotte", "Donald"}, r.Candidates)
	again, err := b.Bytes()
	require.NoError(t, err)
	require.Equal(t, file, string(again))
	out, err := STV(r, Meek, b.Seats, Report, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, uint64(1), out.Blank, "one ballot named Basil alone")
	require.Equal(t, []string{"Adam", "Donald"}, out.Elected)
}
