package count

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	workedExample = regexp.MustCompile(`(?s)\nExample \((\S+); ([A-Z ]+); (\d) seats?; ties (\S+?)(?:; grades ([a-z ]+))?\): ([^\n]*)\.\n\n` + "```\n(.*?)```\n")
	label         = regexp.MustCompile(`\(([A-Z]\d)\)  `)
)

// worked counts an example of docs/spec/ranked.md and returns its working.
func worked(t *testing.T, method, candidates, seats, ties, grades, ballots string) string {
	ids := strings.Fields(candidates)
	if method == "majority-judgment" {
		return textOf(t)(judged(t, ids, strings.Fields(grades), ballots, TieBreak(ties)))
	}
	n, err := strconv.Atoi(seats)
	require.NoError(t, err)
	r := profile(strings.Join(ids, ""), strings.Split(strings.ReplaceAll(ballots, " blank", " "), ", ")...)
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(i)
	}
	rule := TieBreak(ties)
	switch method {
	case "instant-runoff":
		return textOf(t)(InstantRunoff(r, rule, seed))
	case "schulze":
		return textOf(t)(Schulze(r, rule, seed))
	case "ranked-pairs":
		return textOf(t)(RankedPairs(r, rule, seed))
	case "copeland":
		return textOf(t)(Copeland(r, rule, seed))
	case "borda":
		return textOf(t)(Borda(r, rule, seed))
	}
	name, found := strings.CutPrefix(method, "stv-")
	require.True(t, found, method)
	return textOf(t)(STV(r, STVRule(name), n, rule, seed))
}

// textOf is the text of an outcome that is no error.
func textOf(t *testing.T) func(interface{ Text() string }, error) string {
	return func(outcome interface{ Text() string }, err error) string {
		require.NoError(t, err)
		return outcome.Text()
	}
}

// judged counts ballots such as "2 good fair".
func judged(t *testing.T, ids, grades []string, ballots string, ties TieBreak) (*Judgment, error) {
	g := Graded{Candidates: ids, Grades: grades}
	for _, line := range strings.Split(ballots, ", ") {
		words := strings.Fields(line)
		n, err := strconv.ParseUint(words[0], 10, 64)
		require.NoError(t, err)
		b := GradedBallot{Count: n}
		for _, word := range words[1:] {
			b.Grades = append(b.Grades, slices.Index(grades, word))
		}
		g.Ballots = append(g.Ballots, b)
	}
	return MajorityJudgment(g, ties, [32]byte{})
}

// Section 13 of docs/spec/ranked.md shows the working of every rule.
func TestSpecifiedWorking(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../docs/spec/ranked.md")
	require.NoError(t, err)
	var methods []string
	for _, m := range workedExample.FindAllStringSubmatch(string(raw), -1) {
		methods = append(methods, m[1])
		require.Equal(t, m[7], worked(t, m[1], m[2], m[3], m[4], m[5], m[6]), m[1])
	}
	require.Equal(t, []string{"instant-runoff", "stv-gregory", "stv-meek", "copeland", "borda", "schulze", "ranked-pairs", "majority-judgment"}, methods)
	require.Equal(t, len(methods), strings.Count(string(raw), "\nExample ("), "an example that the test cannot read")
}

// A label names one equation, and the code says which it implements.
func TestEquationLabels(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../docs/spec/ranked.md")
	require.NoError(t, err)
	var code strings.Builder
	for _, name := range []string{"irv.go", "stv.go", "gregory.go", "meek.go", "pairwise.go", "schulze.go", "rankedpairs.go", "judgment.go"} {
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		code.Write(source)
	}
	seen := map[string]bool{}
	for _, m := range label.FindAllStringSubmatch(string(raw), -1) {
		require.False(t, seen[m[1]], "%s names two equations", m[1])
		seen[m[1]] = true
		require.True(t, regexp.MustCompile(`//[^\n]*\b`+m[1]+`\b`).MatchString(code.String()), "no comment names %s", m[1])
	}
	require.Len(t, seen, 19)
}
