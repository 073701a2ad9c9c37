package count

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// The worked example, every name and every limit in docs/spec/ranked.md are what
// the code computes and reads.
func TestRankedSpecification(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../docs/spec/ranked.md")
	require.NoError(t, err)
	spec := string(raw)

	file := regexp.MustCompile("(?s)```\n(4 2\n.*?)```").FindStringSubmatch(spec)
	require.NotNil(t, file)
	b, err := ParseBLT([]byte(file[1]))
	require.NoError(t, err)
	r, err := b.Contest()
	require.NoError(t, err)

	scottish, err := STV(r, Scottish, b.Seats, Report, [32]byte{})
	require.NoError(t, err)
	require.Contains(t, spec, "```\n"+scottish.Text()+"```\n")
	m, err := Pairwise(r)
	require.NoError(t, err)
	require.Contains(t, spec, "```\n"+m.Text()+"```\n")

	gregory, err := STV(r, Gregory, b.Seats, Report, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, "4", gregory.Stages[0].Quota.RatString())
	require.Equal(t, []Look{{1, []string{"Charlotte"}}}, gregory.Stages[2].Choice.Looks)
	require.Equal(t, []string{"Adam", "Donald"}, gregory.Elected)
	meek, err := STV(r, Meek, b.Seats, Report, [32]byte{})
	require.NoError(t, err)
	last := meek.Stages[1]
	require.Equal(t, []string{"4.000000004", "3.999999996", "4.000000000"},
		[]string{last.Votes[0].FloatString(9), last.Votes[1].FloatString(9), last.Votes[2].FloatString(9)})
	require.Equal(t, "Charlotte", last.Excluded)
	require.Nil(t, last.Choice)
	require.Contains(t, spec, "Charlotte and Donald have 4 votes each after stage 2")
	require.Contains(t, spec, "they have 3.999999996 and 4 votes when the surplus is\n0.000000003")

	schulze, err := Schulze(r, Report, [32]byte{})
	require.NoError(t, err)
	pairs, err := RankedPairs(r, Report, [32]byte{})
	require.NoError(t, err)
	copeland, err := Copeland(r, Report, [32]byte{})
	require.NoError(t, err)
	borda, err := Borda(r, Report, [32]byte{})
	require.NoError(t, err)
	runoff, err := InstantRunoff(r, Report, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, []string{"Adam", "Adam", "Adam", "Adam", "Adam"},
		[]string{runoff.Winner, schulze.Winner, pairs.Winner, copeland.Winner, borda.Winner})
	require.Contains(t, spec, "Runoff, Schulze, ranked pairs, Copeland and Borda elect Adam.")

	for _, name := range []string{string(Report), string(Draw), string(ListedOrder), string(MoreVotes), string(Scottish),
		string(Gregory), string(Meek), string(SOI), string(TOC), contextExclusion, contextSurplus, contextPoints, contextPaths,
		contextLocked, contextGrades, contextPair} {
		require.Contains(t, spec, "`"+name+"`")
	}
	for _, limit := range []int{MaxCandidates, MaxRankings, MaxGrades, MaxBLT >> 20} {
		require.Contains(t, spec, strconv.Itoa(limit))
	}
	require.Contains(t, spec, strconv.FormatUint(MaxWeight, 10))
	require.Equal(t, int64(1<<34), int64(maxEffort))
	require.Contains(t, spec, "⌊2^34 / (p + 2^14)⌋ iterations")
	require.Equal(t, 1<<14, iterationCost)
}
