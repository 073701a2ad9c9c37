package chart

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func capitalRounds() ([]Round, []Course) {
	return []Round{{"Round 1", 50.5}, {"Round 2", 50.5}, {"Round 3", 50.5}}, []Course{
		{"Memphis", []float64{42, 42, 42}, "", false}, {"Nashville", []float64{26, 26, 0}, "excluded", false},
		{"Chattanooga", []float64{15, 0, 0}, "excluded", false}, {"Knoxville", []float64{17, 32, 58}, "elected", false},
		{"exhausted", []float64{0, 0, 0.004}, "", true}}
}

func transfers(t *testing.T, title string, rounds []Round, courses []Course) []element {
	var b bytes.Buffer
	require.NoError(t, Transfers(&b, title, rounds, courses))
	return parse(t, b.Bytes())
}

func matrix(t *testing.T, title string, names []string, above [][]uint64) []element {
	var b bytes.Buffer
	require.NoError(t, Matrix(&b, title, names, above))
	return parse(t, b.Bytes())
}

// texts are all texts of a picture with the weight of their letters.
func texts(all []element) map[string]string {
	out := map[string]string{}
	for _, e := range pick(all, "text") {
		out[e.text] = e.attr["font-weight"]
	}
	return out
}

// TestRoundHeadsAreNotCut: letters get smaller before words are cut, down to a size that
// can be read.
func TestRoundHeadsAreNotCut(t *testing.T) {
	t.Parallel()
	for label, size := range map[string]string{"without Fir": "12", "without Dogwood": "10", "Llanfairpwllgwyngyll": "9"} {
		rounds, votes := make([]Round, 10), make([]float64, 10)
		for k := range rounds {
			rounds[k].Label = label
		}
		heads := pick(transfers(t, "Capital", rounds, []Course{{"Memphis", votes, "", false}}), "text")[1:]
		require.Equal(t, size, heads[0].attr["font-size"], label)
		for _, word := range strings.Fields(label) {
			whole := slices.ContainsFunc(heads, func(e element) bool { return e.text == word })
			require.Equal(t, size != "9", whole, word)
		}
	}
}

// TestLabelsStandOnTheLine of their bars, with a note or without.
func TestLabelsStandOnTheLine(t *testing.T) {
	t.Parallel()
	rounds, courses := []Round{{"1", 0}}, []Course{{"with", []float64{1}, "note", false}, {"without", []float64{1}, "", false}}
	all := transfers(t, "Capital", rounds, courses)
	y := map[string]float64{}
	for _, e := range pick(all, "text") {
		y[e.text] = e.number(t, "y")
	}
	require.InDelta(t, y["note"]+courseHeight+courseGap, y["without"], 4)
}

func TestTransfersAreInProportion(t *testing.T) {
	t.Parallel()
	rounds, courses := capitalRounds()
	all := transfers(t, "Capital", rounds, courses)
	requireInside(t, all)
	heights := map[string][]float64{}
	for _, e := range pick(all, "rect") {
		heights[e.attr["fill"]] = append(heights[e.attr["fill"]], e.number(t, "height"))
	}
	require.Equal(t, []float64{56}, heights[palette[0]], "only Knoxville reaches the quota, with the highest bar")
	require.Len(t, heights[palette[4]], 9, "a bar of nothing is not drawn")
	require.InDelta(t, 56*42.0/58, heights[palette[4]][0], 0.1)
	words := texts(all)
	require.Equal(t, "600", words["58"], "the number is bold too")
	require.Equal(t, "400", words["42"])
	require.Contains(t, words, "<0.01")
	require.Contains(t, words, "quota 50.5")
	lines := 0
	for _, e := range pick(all, "path") {
		if e.attr["stroke-dasharray"] != "" {
			lines++
		}
	}
	require.Equal(t, 4*3+1, lines, "a line in each round of each candidate, and one to explain it")
	require.Contains(t, pick(all, "desc")[0].text, "Knoxville, Round 1 17, Round 2 32, Round 3 58, elected; exhausted")
}

func TestTransfersOfAnything(t *testing.T) {
	t.Parallel()
	many := slices.Repeat([]Round{{Label: "a long label", Quota: 0}}, maxRounds)
	for name, c := range map[string]struct {
		rounds  []Round
		courses []Course
	}{
		"nobody":       {many[:1], nil},
		"no votes":     {many[:1], []Course{{"a", []float64{0}, "", false}}},
		"many rounds":  {many, []Course{{"a", slices.Repeat([]float64{1}, maxRounds), "", false}}},
		"many courses": {many[:1], slices.Repeat([]Course{{"a", []float64{1}, "", false}}, maxItems)},
		"largest":      {[]Round{{"", maxVotes}, {"", 1}}, []Course{{"a", []float64{maxVotes, 1e-300}, "", false}}},
		"falling quota": {[]Round{{"1", 18.8}, {"2", 18.59}}, []Course{
			{strings.Repeat("Movement for Freedom ", 23), []float64{18.5, 18.7}, strings.Repeat("no ", 99), false}}},
	} {
		t.Run(name, func(t *testing.T) {
			all := transfers(t, name, c.rounds, c.courses)
			requireInside(t, all)
			for _, e := range pick(all, "rect") {
				require.Positive(t, e.number(t, "height"))
			}
		})
	}
	all := transfers(t, "x", []Round{{"1", 18.8}, {"2", 18.59}}, nil)
	require.Contains(t, texts(all), "quota 18.8 to 18.59")
}

func TestMatrixCells(t *testing.T) {
	t.Parallel()
	all := matrix(t, "Capital", []string{"Memphis", "Nashville", "Knoxville"}, [][]uint64{{0, 42, 7}, {58, 0, 0}, {7, 93, 0}})
	requireInside(t, all)
	cells := pick(all, "rect")[1:]
	require.Len(t, cells, 9)
	fills := make([]string, 9)
	for i, e := range cells {
		fills[i] = e.attr["fill"]
	}
	light, _ := blue(0.58)
	require.Equal(t, []string{line, track, "#ffffff", light, line, track, "#ffffff", palette[0], line}, fills)
	words := texts(all)
	require.Equal(t, "600", words["58"])
	require.Equal(t, "600", words["93"])
	require.Equal(t, "400", words["42"])
	require.Equal(t, "400", words["7"], "equals are not bold")
	require.Contains(t, pick(all, "desc")[0].text, "Memphis over Nashville 42, the other way 58;")
}

func TestMatrixOfAnything(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, maxMatrix} {
		names, above := make([]string, n), make([][]uint64, n)
		for i := range names {
			names[i] = strings.Repeat("Name ", i%9)
			above[i] = slices.Repeat([]uint64{math.MaxUint64 - uint64(i)}, n)
		}
		all := matrix(t, fmt.Sprint(n), names, above)
		requireInside(t, all)
		for _, e := range pick(all, "rect") {
			require.Regexp(t, hexColor, e.attr["fill"])
			require.LessOrEqual(t, e.number(t, "width"), float64(pageWidth))
		}
	}
}

func TestNamesInTransfersAndMatrixAreEscaped(t *testing.T) {
	t.Parallel()
	hostile := `<&">'</text><script>alert(1)</script>]]><!--`
	for name, all := range map[string][]element{
		"transfers": transfers(t, hostile, []Round{{hostile, 1}}, []Course{{hostile, []float64{1}, hostile, false}}),
		"matrix":    matrix(t, hostile, []string{hostile}, [][]uint64{{0}}),
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, pick(all, "script"))
			require.Equal(t, hostile, pick(all, "title")[0].text)
			requireInside(t, all)
		})
	}
}

func TestTransfersAndMatrixRefuse(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", maxText+1)
	one := []Round{{"", 0}}
	tr := func(title string, r []Round, c ...Course) error { return Transfers(io.Discard, title, r, c) }
	m := func(names []string, above ...[]uint64) error { return Matrix(io.Discard, "", names, above) }
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"long title":         {tr(long, one), "title: must be at most"},
		"no rounds":          {tr("", nil), "rounds: must be 1 to 60, not 0"},
		"too many rounds":    {tr("", make([]Round, maxRounds+1)), "rounds: must be 1 to 60, not 61"},
		"too many courses":   {tr("", one, make([]Course, maxItems+1)...), "courses: must be at most 500"},
		"long round":         {tr("", []Round{{long, 0}}), "rounds[0].label: "},
		"negative quota":     {tr("", []Round{{"", -1}}), "rounds[0].quota: must be 0 to 10^18"},
		"quota not a number": {tr("", []Round{{"", math.NaN()}}), "rounds[0].quota: must be 0 to 10^18"},
		"votes missing":      {tr("", one, Course{}), "courses[0].votes: must be one for each of 1 rounds, not 0"},
		"negative votes":     {tr("", one, Course{Votes: []float64{-1}}), "courses[0].votes[0]: must be 0 to 10^18"},
		"votes too large":    {tr("", one, Course{Votes: []float64{1.1e18}}), "courses[0].votes[0]: must be 0 to 10^18"},
		"infinite votes":     {tr("", one, Course{Votes: []float64{math.Inf(1)}}), "courses[0].votes[0]: must be 0 to 10^18"},
		"votes not a number": {tr("", one, Course{Votes: []float64{math.NaN()}}), "courses[0].votes[0]: must be 0 to 10^18"},
		"long course":        {tr("", one, Course{Label: long, Votes: []float64{0}}), "courses[0].label: "},
		"note not UTF-8":     {tr("", one, Course{Note: "\xff", Votes: []float64{0}}), "courses[0].note: "},
		"no names":           {m(nil), "names: must be 1 to 40, not 0"},
		"too many names":     {m(make([]string, maxMatrix+1)), "names: must be 1 to 40, not 41"},
		"long name":          {m([]string{long}, []uint64{0}), "names[0]: "},
		"row missing":        {m([]string{"a", "b"}, []uint64{0, 0}), "above: must be a row for each of 2 names, not 1"},
		"number missing":     {m([]string{"a", "b"}, []uint64{0, 0}, []uint64{0}), "above[1]: must be a number for each of 2 names, not 1"},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, c.err, "chart: ")
			require.ErrorContains(t, c.err, c.want)
		})
	}
	require.ErrorIs(t, Transfers(brokenWriter{}, "", one, nil), io.ErrClosedPipe)
	require.ErrorIs(t, Matrix(brokenWriter{}, "", []string{"a"}, [][]uint64{{0}}), io.ErrClosedPipe)
}

func TestSameTransfersSameBytes(t *testing.T) {
	t.Parallel()
	var a, b bytes.Buffer
	rounds, courses := capitalRounds()
	require.NoError(t, Transfers(&a, "x", rounds, courses))
	require.NoError(t, Transfers(&b, "x", rounds, courses))
	require.Equal(t, a.String(), b.String())
}
