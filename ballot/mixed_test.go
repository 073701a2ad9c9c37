package ballot

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"veche.example/elgamal/group"
)

// mixture edits a manifest to have styles with mixed contests between others, without
// any, and with nothing else.
func mixture(m *Manifest) {
	var five []Option
	for _, id := range []string{"ada", "bea", "cal", "dan", "eve"} {
		five = append(five, Option{ID: id, Name: strings.ToUpper(id)})
	}
	m.Mixers = []Party{{ID: "m1", Name: "Mia", Key: hexKey(401)}, {ID: "m2", Name: "Max", Key: hexKey(402)}}
	m.Mixes = 2
	m.Contests = append(m.Contests,
		&Contest{ID: "order", Title: "Order", Options: five, Rule: Rule{Type: Ranked, Min: num(1), Max: num(4)},
			Counts: []CountRule{{"stv", "Two seats", STVMeek, 2, "draw"}, {"irv", "One seat", InstantRunoff, 1, "report"}}},
		&Contest{ID: "name", Title: "Name", Options: five[:2], Rule: Rule{Type: OneOfMany, Blank: true, WriteIn: 150}})
	m.Styles = []Style{
		{ID: "all", Contests: []string{"order", "lists", "name", "chair"}},
		{ID: "summed", Contests: []string{"lists"}},
		{ID: "mixed", Contests: []string{"name", "order"}},
	}
}

var mixtureChoices = []Choices{
	{"lists": home["lists"], "chair": home["chair"], "order": {Ranking: []string{"eve", "ada", "cal"}}, "name": {WriteIn: "Якуб Колас"}},
	abroad,
	{"order": {Ranking: []string{"bea"}}, "name": {Selected: []string{"bea"}}},
}

// mixed is the election of mixture, with three voters of each style.
func mixed(t testing.TB) *fixture { return newFixture(t, 9, mixture) }

// castMixed returns a signed ballot of voter k.
func (f *fixture) castMixed(t testing.TB, k int) []byte {
	b, err := f.draft(t, f.header(k, 1, Code{}), mixtureChoices[k%3]).Sign(f.voters[k])
	require.NoError(t, err)
	return b
}

// read decrypts a mixed contest of a ballot and reads the vote.
func (f *fixture) read(t testing.TB, b *Ballot, k int) (Choice, error) {
	var payloads []byte
	for _, m := range f.plaintexts(b, k) {
		payload, ok := m.Payload()
		require.True(t, ok)
		payloads = append(payloads, payload[:]...)
	}
	return b.Contests()[k].ReadVote(payloads)
}

func TestBallotsWithMixedContestsMakeTheirRoundTrip(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	require.NoError(t, f.Manifest.CheckRoll(f.roll))
	for k := range 3 {
		signed := f.castMixed(t, k)
		require.Len(t, signed, f.BallotSize(k))
		b := f.mustVerify(t, signed)
		for i, c := range b.Contests() {
			if c.Mixed() {
				got, err := f.read(t, b, i)
				require.NoError(t, err)
				require.Equal(t, mixtureChoices[k][c.ID], got)
			}
		}
	}
}

func TestLengthsSayNothing(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	for _, name := range []Choice{{Blank: true}, {Selected: []string{"ada"}}, {WriteIn: "x"}, {WriteIn: strings.Repeat("é", 75)}} {
		for _, order := range []Choice{{Ranking: []string{"ada"}}, {Ranking: []string{"dan", "cal", "bea", "ada"}}} {
			d := f.draft(t, f.header(2, 1, Code{}), Choices{"name": name, "order": order})
			require.Len(t, d.Body(), f.papers[2].bodySize())
		}
	}
}

// The sizes of docs/spec/ballot.md, section 4.
func TestSizesOfMixedBallots(t *testing.T) {
	t.Parallel()
	f := mixed(t) // W = 4; order has 1 element in 1 block, name 6 in 2
	require.Equal(t, 75+32*(1+6)+32*(1+2)+64+64, f.BallotSize(2))
	// lists: 3 outputs and bits; chair: 3 outputs, 4 bits
	require.Equal(t, 75+32*(6+2)+32*(7+3)+32*(7+2+7)+64+64, f.BallotSize(0))
	require.Equal(t, []int{3}, f.Manifest.Contests[0].Widths(4))
	require.Equal(t, []int{2, 1}, f.Manifest.Contests[0].Widths(2))
	require.Equal(t, []int{1}, f.Manifest.Contests[2].Widths(4))
	require.Equal(t, []int{4, 2}, f.Manifest.Contests[3].Widths(4))
	require.Equal(t, []int{1, 1, 1, 1, 1, 1}, f.Manifest.Contests[3].Widths(1))
	require.Equal(t, []int{6}, f.Manifest.Contests[3].Widths(256))
	for i, n := range []int{0, 0, 1, 6} {
		require.Equal(t, n, f.Manifest.Contests[i].Plaintexts())
		require.Equal(t, n > 0, f.Manifest.Contests[i].Mixed())
	}
	require.Nil(t, f.Manifest.Contests[2].Outputs())
	require.Equal(t, []Output{{"ada", "ADA", 1}, {"bea", "BEA", 1}, {"blank", "Blank", 1}}, f.Manifest.Contests[3].Outputs())
	keys := f.Manifest.MixerKeys()
	require.Len(t, keys, 2)
	require.Equal(t, f.Manifest.Mixers[1].VerifyKey(), keys[1])
}

// Summed contests come first in a body, and a row is a mixed contest's part of it.
func TestRowsArePartsOfTheBody(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	signed := f.castMixed(t, 0)
	b := f.mustVerify(t, signed)
	rest := signed[headerSize:]
	for _, k := range []int{1, 3, 0, 2} { // lists, chair, order, name
		encoded, points := b.Row(k)
		A, B := b.Points(k)
		require.True(t, bytes.Equal(encoded, rest[:len(encoded)]))
		require.Len(t, encoded, 32*len(points))
		require.Equal(t, len(points), cap(points), "an append must not write into the ballot")
		require.Equal(t, len(encoded), cap(encoded))
		for i, p := range slices.Concat(A, B) {
			require.Equal(t, encoded[32*i:][:32], p.Element().Bytes())
		}
		rest = rest[len(encoded):]
	}
	require.Len(t, rest, f.papers[0].proofSize()+64)
}

func TestRulesAndFormsAgree(t *testing.T) {
	t.Parallel()
	for name, rule := range ruleTypes {
		c := &Contest{Rule: Rule{Type: name}}
		require.Equal(t, rule.form != nil, c.Mixed(), name)
		require.NotEqual(t, rule.form != nil, rule.scheme != nil, name)
	}
}

func TestReadVoteIsForItsContest(t *testing.T) {
	t.Parallel()
	c := mustContest(t, Rule{Type: Ranked, Min: num(0), Max: num(2)}, 31)
	require.Equal(t, 2, c.Plaintexts())
	for name, payloads := range map[string][]byte{"too short": make([]byte, 30), "unpadded": make([]byte, 31), "too long": make([]byte, 90), "none": nil} {
		require.Panics(t, func() { _, _ = c.ReadVote(payloads) }, name)
	}
	require.Panics(t, func() { _, _ = mustContest(t, Rule{Type: Approval}, 2).ReadVote(nil) })
}

func TestVotesAreReadBackFromTheirCarriers(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	v, err := f.papers[2].encode(mixtureChoices[2])
	require.NoError(t, err)
	m, err := v.carriers()
	require.NoError(t, err)
	require.Len(t, m, 7)
	for i := range m {
		payload, ok := m[i].Payload()
		require.True(t, ok)
		require.Equal(t, v.payloads[30*i:][:30], payload[:])
	}
}

func TestEveryLegalMixedChoiceMakesItsRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, choice := drawMixed(t)
		payloads, err := c.Encode(choice)
		if err != nil {
			t.Fatal(err)
		}
		if len(payloads) != c.Plaintexts()*group.PayloadSize {
			t.Fatal(len(payloads), c.Plaintexts())
		}
		back, err := c.ReadVote(payloads)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(inOrder(c, back)) != fmt.Sprint(inOrder(c, choice)) {
			t.Fatal(back, choice)
		}
		again, err := c.Encode(back)
		if err != nil || !bytes.Equal(again, payloads) {
			t.Fatal("another payload", err)
		}
	})
}

// inOrder sorts the options of a rank as the manifest does.
func inOrder(c *Contest, ch Choice) Choice {
	ch.Ranks = slices.Clone(ch.Ranks)
	for k := range ch.Ranks {
		ch.Ranks[k] = slices.SortedFunc(slices.Values(ch.Ranks[k]), func(a, b string) int { return c.options.index[a] - c.options.index[b] })
	}
	return ch
}

func drawMixed(t *rapid.T) (*Contest, Choice) {
	number := func(label string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(t, label) }
	n := number("options", 2, 64)
	var rule Rule
	var choice Choice
	if rapid.Bool().Draw(t, "ranked") {
		high := number("max", 1, n)
		low := number("min", 0, high)
		rule = Rule{Type: Ranked, Min: &low, Max: &high, Equal: rapid.Bool().Draw(t, "equal")}
		var ids []string
		for i := range n {
			ids = append(ids, fmt.Sprint("o", i))
		}
		ids = rapid.Permutation(ids).Draw(t, "ranking")[:number("ranked", low, high)]
		for !rule.Equal && len(ids) > 0 {
			choice.Ranking, ids = append(choice.Ranking, ids[0]), ids[1:]
		}
		for len(ids) > 0 {
			share := number("share", 1, len(ids))
			choice.Ranks, ids = append(choice.Ranks, ids[:share]), ids[share:]
		}
	} else {
		rule = Rule{Type: OneOfMany, Blank: rapid.Bool().Draw(t, "blank"), WriteIn: number("write_in", 0, 300)}
		text := rapid.StringN(0, min(80, rule.WriteIn), rule.WriteIn).Draw(t, "text")
		switch {
		case rule.WriteIn > 0 && text != "" && textFault(text) == "":
			choice.WriteIn = text
		case rule.Blank && rapid.Bool().Draw(t, "says blank"):
			choice.Blank = true
		default:
			choice.Selected = []string{fmt.Sprint("o", number("option", 0, n-1))}
		}
	}
	c, err := makeContest(rule, n)
	if err != nil {
		t.Fatal(err)
	}
	return c, choice
}

// Whatever a payload is, a vote that is read from it has that payload and no other.
func FuzzReadVote(f *testing.F) {
	contests := []*Contest{
		mustContest(f, Rule{Type: Ranked, Min: num(0), Max: num(3)}, 4),
		mustContest(f, Rule{Type: Ranked, Min: num(2), Max: num(31), Equal: true}, 31),
		mustContest(f, Rule{Type: OneOfMany}, 4),
		mustContest(f, Rule{Type: OneOfMany, Blank: true, WriteIn: 40}, 3),
	}
	f.Add(0, []byte{2, 0, 1, 3})
	f.Add(1, []byte{2, 1, 1, 3, 29: 4, 30: 4})
	f.Add(2, []byte{0, 4})
	f.Add(3, []byte{0xff, 0xff, 'x', 0xc3, 0xa9})
	f.Fuzz(func(t *testing.T, which int, b []byte) {
		c := contests[uint(which)%uint(len(contests))]
		payloads := make([]byte, c.Plaintexts()*group.PayloadSize)
		copy(payloads, b)
		choice, err := c.ReadVote(payloads)
		if err != nil {
			require.IsType(t, InvalidVote(""), err)
			return
		}
		again, err := c.Encode(choice)
		require.NoError(t, err)
		require.Equal(t, payloads, again)
	})
}
