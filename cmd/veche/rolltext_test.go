package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
)

func rollText(n int) string {
	text := new(strings.Builder)
	for range n {
		l := rollLine{key: ballot.GenerateCredential().Key(), style: allStyle, weight: 2}
		text.WriteString(l.String() + "\n")
	}
	return text.String()
}

func TestParseRollListsEveryLineThatIsWrong(t *testing.T) {
	t.Parallel()
	line := strings.TrimSuffix(rollText(1), "\n")
	voter := strings.Fields(line)[0]
	for name, c := range map[string]struct{ line, fault string }{
		"no style and weight":    {voter, "1 words, must be"},
		"a word too many":        {line + " x", "4 words"},
		"a voter that is none":   {"x" + line, "voter: must begin with"},
		"a voter mistyped":       {strings.Replace(line, voter[len(voter)-3:], "", 1), "voter: "},
		"a style in capitals":    {voter + " All 1", `style: "All"`},
		"weight 0":               {voter + " all 0", "weight: must be"},
		"a negative weight":      {voter + " all -1", "weight: must be"},
		"a weight with a sign":   {voter + " all +1", "weight: must be"},
		"a weight with a 0":      {voter + " all 01", "weight: must be"},
		"a fraction of a weight": {voter + " all 1.5", "weight: must be"},
		"a weight too great":     {voter + " all 4294967296", "weight: must be"},
	} {
		lines, problems := parseRoll("club.roll", []byte(rollText(1)+c.line+"\n"+rollText(1)))
		require.Len(t, lines, 2, name)
		require.Len(t, problems, 1, name)
		require.ErrorContains(t, problems[0], "club.roll: line 2: "+c.fault, name)
	}
	lines, problems := parseRoll("club.roll", []byte("# people\n\n  "+line+"\r\n"+line))
	require.Len(t, lines, 1)
	require.Equal(t, 3, lines[0].number)
	require.Len(t, problems, 1)
	require.ErrorContains(t, problems[0], "line 4: the voter of line 3 again")
}

func TestCompileRollKnowsTheStylesOfTheManifest(t *testing.T) {
	t.Parallel()
	lines, problems := parseRoll("club.roll", []byte(rollText(3)))
	require.Empty(t, problems)
	roll, err := compileRoll("club.roll", lines, nil)
	require.NoError(t, err)
	require.Equal(t, 3, roll.Len())
	require.EqualValues(t, 6, roll.Weight())
	styles := []ballot.Style{{ID: "guests"}, {ID: "members"}}
	_, err = compileRoll("club.roll", lines, styles)
	require.ErrorContains(t, err, `club.roll: line 1: style "all" is not one of the manifest's`)
	for i := range lines {
		lines[i].style = "members"
	}
	roll, err = compileRoll("club.roll", lines, styles)
	require.NoError(t, err)
	require.Equal(t, 1, roll.Voter(0).Style)
	_, err = compileRoll("club.roll", append(lines, lines[0]), styles)
	require.ErrorContains(t, err, "club.roll: roll: voter")
	_, err = compileRoll("club.roll", nil, nil)
	require.ErrorContains(t, err, "0 voters")
}

func FuzzParseRoll(f *testing.F) {
	f.Add([]byte(rollText(2)))
	f.Add([]byte("# people\n\nveche-voter-1:00 all 1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		lines, _ := parseRoll("club.roll", text)
		for _, l := range lines {
			again, err := parseRollLine(l.String())
			require.NoError(t, err)
			again.number = l.number
			require.Equal(t, l, again)
		}
	})
}
