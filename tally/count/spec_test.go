package count

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The worked example and every name in docs/spec/count.md are what the code
// computes and reads.
func TestSpecification(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../docs/spec/count.md")
	require.NoError(t, err)
	spec := string(raw)

	a, err := Allocate(councilRule, councilSeats, councilBallots, council(), [32]byte{})
	require.NoError(t, err)
	require.Contains(t, spec, "```\n"+a.Text()+"```\n")

	row := func(name string, rule Rule) string {
		return "| " + name + " | " + joined(allocate(t, rule.over(threePercent), councilSeats, council()).Seats[:8]) + " |\n"
	}
	require.Contains(t, spec, row("Hare of all votes, largest remainder", remainders(Hare, AllVotes)))
	require.Contains(t, spec, row("Hare of qualified votes, largest remainder", remainders(Hare, QualifiedVotes)))
	require.Contains(t, spec, row("Droop of all votes, largest remainder", remainders(Droop, AllVotes)))
	for name, d := range map[string]Divisor{"D'Hondt": DHondt, "Sainte-Laguë": SainteLague, "Sainte-Laguë from 1.4": ModifiedSainteLague,
		"Adams": Adams, "Huntington–Hill": HuntingtonHill, "Danish": Danish} {
		require.Contains(t, spec, row(name, averages(d)))
	}

	var seed [32]byte
	for i := range seed {
		seed[i] = byte(i)
	}
	even := remainders(HagenbachBischoff, AllVotes).over(threePercent)
	tied, err := Allocate(even.by(Draw), councilSeats, councilBallots, council(), seed)
	require.NoError(t, err)
	p := &page{}
	p.fit("independent", 0)
	p.tie(tied.Tie)
	require.Contains(t, spec, "```"+p.String()+"```\n")
	require.Contains(t, spec, "so the seats are "+joined(tied.Seats[:8])+".\n")

	lists := council()
	lists[4].Votes -= 3
	lists[0].Votes += 3
	require.Contains(t, spec, joined(allocate(t, councilRule, councilSeats, lists).Seats[:8])+" with three ballots moved")

	for _, name := range []string{string(LargestRemainder), string(HighestAverages), string(Hare), string(Droop),
		string(HagenbachBischoff), string(AllVotes), string(QualifiedVotes), string(DHondt), string(SainteLague),
		string(ModifiedSainteLague), string(Adams), string(HuntingtonHill), string(Danish), string(AllBallots),
		string(ValidVotes), string(Report), string(Draw), string(ListedOrder), string(MoreVotes),
		contextRemainder, contextAverage, contextVotes} {
		require.Contains(t, spec, "`"+name+"`")
	}
	for _, limit := range []int{MaxSeats, MaxLists, MaxID} {
		require.Contains(t, spec, strconv.Itoa(limit))
	}
}

func joined(seats []int) string {
	out := make([]string, len(seats))
	for i, s := range seats {
		out[i] = strconv.Itoa(s)
	}
	return strings.Join(out, "-")
}
