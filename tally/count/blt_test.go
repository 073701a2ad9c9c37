package count

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const smallBLT = "3 2\n-3\n4 1 2 0\n2 3=1 0\n1 0\n0\n\"Ann\"\n\"Ben # the younger\"\n\"Cay\"\n\"Board\"\n"

func TestParseBLT(t *testing.T) {
	t.Parallel()
	want := &BLT{Title: "Board", Seats: 2, Withdrawn: []int{2}, Ranked: Ranked{
		Candidates: []string{"Ann", "Ben # the younger", "Cay"},
		Ballots:    []RankedBallot{{[][]int{{0}, {1}}, 4}, {[][]int{{2, 0}}, 2}, {nil, 1}}}}
	for name, file := range map[string]string{
		"plain":               smallBLT,
		"with CR":             strings.ReplaceAll(smallBLT, "\n", "\r\n"),
		"no last new line":    strings.TrimSuffix(smallBLT, "\n"),
		"byte order mark":     "\ufeff" + smallBLT,
		"comments, blanks":    "# a file\n\n" + strings.ReplaceAll(smallBLT, "\n", "  # so\n\n"),
		"more room, and tabs": strings.ReplaceAll(smallBLT, " 2", "\t  2"),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseBLT([]byte(file))
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
	r, err := want.Contest()
	require.NoError(t, err)
	require.Equal(t, [][]int{{0}}, r.Ballots[1].Ranks)
}

func TestParseBLTRefuses(t *testing.T) {
	t.Parallel()
	edit := func(old, new string) string {
		if !strings.Contains(smallBLT, old) {
			panic("nothing to edit: " + old)
		}
		return strings.Replace(smallBLT, old, new, 1)
	}
	for name, c := range map[string]struct{ file, want string }{
		"nothing":                    {"", "line 0: must be the numbers"},
		"only comments":              {"# a\n# b\n", "line 2: must be the numbers"},
		"one number":                 {edit("3 2", "3"), "line 1: must be the numbers"},
		"three numbers":              {edit("3 2", "3 2 1"), "line 1: must be the numbers"},
		"no candidates":              {edit("3 2", "0 2"), `line 1: number of candidates: must be a number from 1 to 256, not "0"`},
		"too many candidates":        {edit("3 2", "257 2"), "line 1: number of candidates: "},
		"negative candidates":        {edit("3 2", "-3 2"), "line 1: number of candidates: "},
		"no seats":                   {edit("3 2", "3 0"), "line 1: number of seats: "},
		"more seats than candidates": {edit("3 2", "3 4"), `line 1: number of seats: must be a number from 1 to 3, not "4"`},
		"withdrawn beyond":           {edit("-3", "-4"), `line 2: withdrawn: must be candidates as -1 to -3, not "-4"`},
		"withdrawn without a minus":  {edit("-3", "-1 2"), `line 2: withdrawn: must be candidates as -1 to -3, not "2"`},
		"withdrawn twice":            {edit("-3", "-3 -3"), "line 2: withdrawn: must be in ascending order, not -3 after -3"},
		"ballot without 0":           {edit("1 2 0", "1 2"), "line 3: must be a ballot that ends with 0"},
		"ballot in two lines":        {edit("1 2 0", "1\n2 0"), "line 3: must be a ballot"},
		"ballot with 0 inside":       {edit("1 2 0", "1 0 2 0"), `line 3: ballot: candidate in "0"`},
		"weight of nothing":          {edit("4 1 2 0", "0 1 2 0"), "line 3: weight: must be a whole number from 1"},
		"weight with decimals":       {edit("4 1 2 0", "1.5 1 2 0"), `line 3: weight: must be a whole number from 1, not "1.5"`},
		"negative weight":            {edit("4 1 2 0", "-4 1 2 0"), "line 3: weight: "},
		"weight with a plus":         {edit("4 1 2 0", "+4 1 2 0"), "line 3: weight: "},
		"weight with a zero":         {edit("4 1 2 0", "04 1 2 0"), "line 3: weight: "},
		"weight too large":           {edit("4 1 2 0", "18014398509481985 1 2 0"), "line 3: weight: the sum of all counts passes"},
		"weight beyond words":        {edit("4 1 2 0", "99999999999999999999 1 0"), "line 3: weight: "},
		"ballot id":                  {edit("4 1 2 0", "(7) 4 1 2 0"), "line 3: weight: "},
		"skipped rank":               {edit("1 2 0", "1 - 2 0"), `line 3: ballot: candidate in "-"`},
		"candidate beyond":           {edit("1 2 0", "1 4 0"), `line 3: ballot: candidate in "4": must be a number from 1 to 3`},
		"candidate twice":            {edit("1 2 0", "1 2 1 0"), "line 3: ballot.ranks[2]: candidate 0 is ranked already"},
		"equal to itself":            {edit("3=1", "3=3"), "line 4: ballot.ranks[0]: candidate 2 is ranked already"},
		"equal to nothing":           {edit("3=1", "3="), `line 4: ballot: candidate in "3="`},
		"equal in brackets":          {edit("3=1", "(3 1)"), "line 4: ballot: candidate in"},
		"no end of ballots":          {edit("1 0\n0\n", "1 0\n"), "line 6: must be a ballot that ends with 0"},
		"a name too few":             {edit("\"Cay\"\n", ""), "line 9: title: must be a text in quotes"},
		"a name too many":            {edit("\"Cay\"\n", "\"Cay\"\n\"Dan\"\n"), "line 11: the title must be last"},
		"name without quotes":        {edit(`"Ann"`, "Ann"), "line 7: candidate 1: must be a text in quotes"},
		"name with one quote":        {edit(`"Ann"`, `"Ann`), "line 7: candidate 1: must be a text in quotes"},
		"name with a quote inside":   {edit(`"Ann"`, `"A"nn"`), "line 7: candidate 1: must be"},
		"empty name":                 {edit(`"Ann"`, `""`), "candidates[0]: must not be empty"},
		"name twice":                 {edit(`"Ann"`, `"Cay"`), `candidates[2]: "Cay" is number 0 already`},
		"name too long":              {edit(`"Ann"`, `"`+strings.Repeat("a", MaxID+1)+`"`), "candidates[0]: must be at most 255 bytes"},
		"name not UTF-8":             {edit(`"Ann"`, "\"\xff\""), "candidates[0]: "},
		"title not printable":        {edit(`"Board"`, "\"Bo\x00ard\""), "title: "},
		"no title":                   {edit("\"Board\"\n", ""), "line 9: title: "},
		"more after the title":       {smallBLT + "\"source\"\n", "line 11: the title must be last"},
		"too large":                  {strings.Repeat("#\n", MaxBLT/2) + "\n", "must be at most 33554432 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseBLT([]byte(c.file))
			require.ErrorContains(t, err, "count: blt: ")
			require.ErrorContains(t, err, c.want)
			require.Nil(t, got)
		})
	}
}

func TestBLTBytesRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit func(*BLT)
		want string
	}{
		"no seats":               {func(b *BLT) { b.Seats = 0 }, "seats: must be 1 to 3"},
		"too many seats":         {func(b *BLT) { b.Seats = 4 }, "seats: must be"},
		"withdrawn beyond":       {func(b *BLT) { b.Withdrawn = []int{3} }, "withdrawn[0]: must be"},
		"withdrawn not in order": {func(b *BLT) { b.Withdrawn = []int{1, 0} }, "withdrawn[1]: must be"},
		"quote in a name":        {func(b *BLT) { b.Candidates[1] = `B"n` }, "candidates[1]: "},
		"quote in the title":     {func(b *BLT) { b.Title = `"` }, "title: "},
		"new line in the title":  {func(b *BLT) { b.Title = "a\nb" }, "title: "},
		"bad ballot":             {func(b *BLT) { b.Ballots[0].Count = 0 }, "ballots[0].count: "},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := ParseBLT([]byte(smallBLT))
			require.NoError(t, err)
			c.edit(b)
			out, err := b.Bytes()
			require.ErrorContains(t, err, "count: "+c.want)
			require.Nil(t, out)
		})
	}
}

func TestBLTRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := &BLT{Title: rapid.SampledFrom([]string{"", "A # title", "Übung"}).Draw(t, "title"), Ranked: drawRanked(t, true)}
		b.Seats = rapid.IntRange(1, len(b.Candidates)).Draw(t, "seats")
		for c := range b.Candidates {
			if rapid.IntRange(0, 4).Draw(t, "withdrawn") == 0 {
				b.Withdrawn = append(b.Withdrawn, c)
			}
		}
		out, err := b.Bytes()
		require.NoError(t, err)
		got, err := ParseBLT(out)
		require.NoError(t, err)
		require.Equal(t, b, got)
	})
}

// What is read can be written, and is the same when read again.
func FuzzParseBLT(f *testing.F) {
	f.Add([]byte(smallBLT))
	f.Add([]byte("1 1\n0\n\"a\"\n\"\"\n"))
	f.Add([]byte("2 1\n-1 -2\n18014398509481984 2=1 0\n0\n\"a\"\n\"b\" # c\n\"#\""))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ParseBLT(data)
		if err != nil {
			require.Nil(t, b)
			return
		}
		out, err := b.Bytes()
		require.NoError(t, err)
		again, err := ParseBLT(out)
		require.NoError(t, err)
		require.Equal(t, b, again)
		if r, err := b.Contest(); len(b.Withdrawn) < len(b.Candidates) {
			require.NoError(t, err)
			require.NoError(t, r.Check())
			require.Equal(t, b.Weight(), r.Weight())
		}
	})
}

// Every count of every contest ends, adds up and says who is elected.
func FuzzSTV(f *testing.F) {
	f.Add([]byte{3, 1, 0, 2, 0, 1, 0, 5, 2, 3, 0, 1}, byte(2))
	f.Add(bytes.Repeat([]byte{6, 1, 2, 3, 4, 5, 0}, 9), byte(3))
	f.Fuzz(func(t *testing.T, data []byte, seats byte) {
		r := contestOf(data)
		n := int(seats)%len(r.Candidates) + 1
		for _, rule := range stvRules {
			for _, ties := range []TieBreak{Report, Draw} {
				out, err := STV(r, rule, n, ties, [32]byte{seats})
				require.NoError(t, err)
				checkTransfers(t, out)
			}
		}
	})
}

// contestOf makes a contest of any bytes: the number of candidates, then ballots as
// counts and candidates, where anything that is not a new candidate ends a ballot.
func contestOf(data []byte) Ranked {
	r := Ranked{Candidates: manyNames(1)}
	if len(data) > 0 {
		r.Candidates, data = manyNames(int(data[0]%12)+1), data[1:]
	}
	for len(data) > 0 && len(r.Ballots) < 100 {
		b := RankedBallot{Count: uint64(data[0]) + 1}
		seen := make([]bool, len(r.Candidates))
		for data = data[1:]; len(data) > 0 && int(data[0]) < len(seen) && !seen[data[0]]; data = data[1:] {
			seen[data[0]] = true
			b.Ranks = append(b.Ranks, []int{int(data[0])})
		}
		r.Ballots = append(r.Ballots, b)
	}
	return r
}
