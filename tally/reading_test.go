package tally

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"veche.example/ballot"
	"veche.example/elgamal/group"
	"veche.example/tally/count"
)

// row is the elements that carry a text of 30 bytes each, padded with zeros.
func row(parts ...string) []group.Element {
	out := make([]group.Element, len(parts))
	for i, part := range parts {
		var p [group.PayloadSize]byte
		copy(p[:], part)
		if _, err := out[i].SetPayload(&p); err != nil {
			panic(err)
		}
	}
	return out
}

func names(write int) *ballot.Contest {
	return &ballot.Contest{ID: "n", Title: "N", Options: options("x", "y"), Rule: ballot.Rule{Type: ballot.OneOfMany, Blank: true, WriteIn: write}}
}

func orders(min, max int, equal bool) *ballot.Contest {
	return &ballot.Contest{ID: "o", Title: "O", Options: options("a", "b", "c"),
		Rule: ballot.Rule{Type: ballot.Ranked, Min: number(min), Max: number(max), Equal: equal}}
}

// The identity is the element of zeros.
func TestIdentityIsAPayload(t *testing.T) {
	t.Parallel()
	require.Equal(t, strings.Repeat("\x00", 60), payload([]group.Element{*group.NewElement(), row("")[0]}))
}

// Every vote that is not legal is invalid for a reason that tells nothing of it, and
// changes nothing else. Votes of the texts "ok" and the ranking a are legal.
func TestInvalidVotes(t *testing.T) {
	t.Parallel()
	text := func(s string) string { return "\xff\xff" + s }
	for name, tc := range map[string]struct {
		contest *ballot.Contest
		row     []group.Element
		reason  string
	}{
		"a uniform element":             {orders(1, 3, false), []group.Element{uniform("1")}, string(ballot.NoPayload)},
		"a vote in the exponent":        {orders(1, 3, false), []group.Element{*group.Generator()}, string(ballot.NoPayload)},
		"no payload in the first part":  {names(40), []group.Element{uniform("1"), row("ok")[0]}, string(ballot.NoPayload)},
		"no payload in the second part": {names(40), []group.Element{row(text("ok"))[0], uniform("2")}, string(ballot.NoPayload)},

		"a gap between ranks":         {orders(1, 3, false), row("\x01\x03"), "ranks with a gap"},
		"no first rank":               {orders(1, 3, false), row("\x02"), "ranks with a gap"},
		"a rank far above":            {orders(1, 3, true), row("\xff\x01"), "ranks with a gap"},
		"shared ranks":                {orders(1, 3, false), row("\x01\x01"), "several options of one rank"},
		"nothing ranked":              {orders(1, 3, false), row(""), "too few options ranked"},
		"too many ranked":             {orders(1, 1, false), row("\x01\x02"), "too many options ranked"},
		"too many share a rank":       {orders(1, 1, true), row("\x01\x01"), "too many options ranked"},
		"a byte behind the ranks":     {orders(1, 3, false), row("\x01\x02\x03\x01"), "bytes that are not zero behind the vote"},
		"a mark in the last byte":     {orders(1, 3, false), row("\x01" + strings.Repeat("\x00", 28) + "!"), "bytes that are not zero behind the vote"},
		"an option that there is not": {names(0), row("\x00\x03"), "no such option"},
		"a text that is not allowed":  {names(0), row("\xff\xff"), "no such option"},
		"a text beside an option":     {names(5), row("\x00\x01hi"), "a text beside an option"},
		"no text":                     {names(5), row(text("")), "a text that may not be written"},
		"a text of a line break":      {names(5), row(text("a\nb")), "a text that may not be written"},
		"a text that is not UTF-8":    {names(5), row(text("\xc3")), "a text that may not be written"},
		"a text with a zero inside":   {names(5), row(text("a\x00b")), "a text that may not be written"},
		"a text that is too long":     {names(5), row(text("123456")), "bytes that are not zero behind the vote"},
	} {
		t.Run(name, func(t *testing.T) {
			good := row("\x01")
			if tc.contest.Rule.Type == ballot.OneOfMany {
				good = row("\x00\x01", "")[:len(tc.row)]
			}
			a := oneContest(t, tc.contest, 3)
			v := a.read(0, [][]group.Element{tc.row, good, tc.row})
			require.Equal(t, []InvalidVotes{{tc.reason, 4}}, v.Invalid)
			if v.Ranked != nil {
				require.EqualValues(t, 2, v.Ranked.Weight())
			} else {
				require.Equal(t, []uint64{2, 0, 0}, v.Totals)
				require.Empty(t, v.WriteIns)
			}
			r, err := a.Result([]*Votes{v}, [32]byte{})
			require.NoError(t, err)
			require.EqualValues(t, 4, r.Contests[0].Invalid)
			require.NotContains(t, string(r.Bytes()), "�")
		})
	}
}

// Texts are counted as they are, most votes first; equals by their bytes.
func TestWrittenTexts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 29) // 58 bytes: two elements, the first of which is cut inside a letter
	cut := func(s string) []group.Element {
		b := "\xff\xff" + s + strings.Repeat("\x00", 58-len(s))
		return row(b[:30], b[30:])
	}
	v := oneContest(t, names(58), 7).read(0, [][]group.Element{
		cut("b"), cut(long), cut("a"), cut("B"), cut(long), row("\x00\x02", ""), row("\x00\x00", ""),
	})
	require.Equal(t, []WriteIn{{long, 4}, {"B", 2}, {"a", 2}, {"b", 2}}, v.WriteIns)
	require.Equal(t, []uint64{0, 2, 2}, v.Totals)
	require.Empty(t, v.Invalid)
}

// Rankings are joined, with the weight of each ballot, as indices of options.
func TestRankings(t *testing.T) {
	t.Parallel()
	v := oneContest(t, orders(0, 3, true), 5).read(0, [][]group.Element{
		row("\x02\x01\x02"), row(""), row("\x02\x01\x02"), row("\x00\x00\x01"), row("\x01\x01\x01"),
	})
	require.Equal(t, &count.Ranked{Candidates: []string{"a", "b", "c"}, Ballots: []count.RankedBallot{
		{Count: 2},
		{Ranks: [][]int{{2}}, Count: 2},
		{Ranks: [][]int{{0, 1, 2}}, Count: 2},
		{Ranks: [][]int{{1}, {0, 2}}, Count: 4},
	}}, v.Ranked)
	require.NoError(t, v.Ranked.Check())
}

// Every vote is counted once, whatever its row says, and the order of the rows, which
// the mixes have made, plays no part: A8.
func TestEveryVoteCountsOnce(t *testing.T) {
	t.Parallel()
	contests := []*Aggregate{oneContest(t, names(5), 12), oneContest(t, orders(1, 2, true), 12), oneContest(t, names(0), 12)}
	votes := [][]group.Element{{uniform("3")}}
	for _, text := range []string{"\x00\x01", "\x00\x02", "\xff\xffé", "\x01\x02", "\x01\x01", "\x01\x02\x03", "\xff", ""} {
		votes = append(votes, row(text))
	}
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SampledFrom(contests).Draw(t, "contest")
		rows := make([][]group.Element, 12)
		for i := range rows {
			rows[i] = rapid.SampledFrom(votes).Draw(t, "vote")
		}
		v := a.read(0, rows)
		sum := uint64(0)
		for _, n := range v.Totals {
			sum += n
		}
		for _, w := range v.WriteIns {
			sum += w.Votes
		}
		for _, i := range v.Invalid {
			sum += i.Votes
		}
		if v.Ranked != nil {
			sum += v.Ranked.Weight()
		}
		require.EqualValues(t, 24, sum)
		shuffled := make([][]group.Element, len(rows))
		for i, at := range rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}).Draw(t, "order") {
			shuffled[i] = rows[at]
		}
		require.Equal(t, v, a.read(0, shuffled))
	})
}

// What a malicious voter encrypts comes into the result as numbers and known sentences.
func TestReasonsAreFew(t *testing.T) {
	t.Parallel()
	a := oneContest(t, orders(1, 2, false), 60)
	known := []string{string(ballot.NoPayload), "bytes that are not zero behind the vote", "ranks with a gap", "several options of one rank", "too few options ranked", "too many options ranked"}
	var rows [][]group.Element
	for i := range 60 {
		rows = append(rows, row(fmt.Sprintf("%c%c%c%c", i%5, i%3, i%4, i%2)))
	}
	for _, i := range a.read(0, rows).Invalid {
		require.Contains(t, known, i.Reason)
	}
}
