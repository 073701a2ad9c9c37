package ballot

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

var (
	strictRule = Rule{Type: Ranked, Min: num(1), Max: num(3)}
	equalRule  = Rule{Type: Ranked, Min: num(2), Max: num(3), Equal: true}
	blankRule  = Rule{Type: Ranked, Min: num(0), Max: num(2)}
	manyRule   = Rule{Type: OneOfMany}
	textRule   = Rule{Type: OneOfMany, Blank: true, WriteIn: 8}
)

func TestIllegalMixedChoicesAreRefusedByName(t *testing.T) {
	t.Parallel()
	ids := func(s string) []string { return strings.Fields(s) }
	for _, tc := range []struct {
		name   string
		rule   Rule
		choice Choice
		says   string
	}{
		{"nothing ranked", strictRule, Choice{}, "0 options ranked, the rule wants 1 to 3"},
		{"too many ranked", strictRule, Choice{Ranking: ids("o0 o1 o2 o3")}, "4 options ranked"},
		{"stranger ranked", strictRule, Choice{Ranking: ids("o0 o9")}, `"o9" cannot be chosen`},
		{"ranked twice", strictRule, Choice{Ranking: ids("o0 o1 o0")}, `"o0" is chosen twice`},
		{"empty id", strictRule, Choice{Ranking: []string{""}}, `"" cannot be chosen`},
		{"blank ranking", strictRule, Choice{Blank: true}, "a blank vote says so by ranking nothing"},
		{"blank with min 0", blankRule, Choice{Blank: true}, "a blank vote says so by ranking nothing"},
		{"ranks without equal", strictRule, Choice{Ranks: [][]string{{"o0"}}}, "takes no ranks"},
		{"ranks beside a ranking", strictRule, Choice{Ranking: ids("o0"), Ranks: [][]string{{"o1"}}}, "takes no ranks"},
		{"ranking with equal", equalRule, Choice{Ranking: ids("o0 o1")}, "takes no ranking"},
		{"empty rank", equalRule, Choice{Ranks: [][]string{{"o0"}, {}, {"o1"}}}, "rank 2 is empty"},
		{"too few of equal rank", equalRule, Choice{Ranks: [][]string{{"o0"}}}, "1 options ranked, the rule wants 2 to 3"},
		{"too many of equal rank", equalRule, Choice{Ranks: [][]string{ids("o0 o1 o2 o3")}}, "4 options ranked"},
		{"in two ranks", equalRule, Choice{Ranks: [][]string{ids("o0 o1"), ids("o1")}}, `"o1" is chosen twice`},
		{"twice in a rank", equalRule, Choice{Ranks: [][]string{ids("o0 o0")}}, `"o0" is chosen twice`},
		{"selection for a ranking", strictRule, Choice{Selected: ids("o0")}, "takes no selected"},
		{"scores for a ranking", equalRule, Choice{Scores: map[string]uint64{"o0": 1}}, "takes no scores"},
		{"text for a ranking", strictRule, Choice{WriteIn: "o0"}, "takes no write_in"},

		{"nothing chosen", manyRule, Choice{}, "0 options chosen, the rule wants one"},
		{"two chosen", manyRule, Choice{Selected: ids("o0 o1")}, "2 options chosen"},
		{"stranger chosen", manyRule, Choice{Selected: ids("o9")}, `"o9" cannot be chosen`},
		{"the word blank", textRule, Choice{Selected: ids("blank")}, `"blank" cannot be chosen`},
		{"blank where it is not allowed", manyRule, Choice{Blank: true}, "a blank vote is not allowed"},
		{"blank and an option", textRule, Choice{Blank: true, Selected: ids("o0")}, "nothing else"},
		{"blank and a text", textRule, Choice{Blank: true, WriteIn: "x"}, "nothing else"},
		{"text where it is not allowed", manyRule, Choice{WriteIn: "x"}, "takes no write_in"},
		{"text and an option", textRule, Choice{WriteIn: "x", Selected: ids("o0")}, "a written text chooses nothing else"},
		{"text too long", textRule, Choice{WriteIn: "123456789"}, "9 bytes, at most 8"},
		{"text too long in bytes", textRule, Choice{WriteIn: "жжжжж"}, "10 bytes, at most 8"},
		{"text of a space", textRule, Choice{WriteIn: " "}, "begins or ends with a space"},
		{"text ends with a space", textRule, Choice{WriteIn: "x\u3000"}, "begins or ends with a space"},
		{"text with NUL", textRule, Choice{WriteIn: "x\x00y"}, "has a control character"},
		{"text ends with NUL", textRule, Choice{WriteIn: "x\x00"}, "has a control character"},
		{"text not UTF-8", textRule, Choice{WriteIn: "\xff"}, "has a control character"},
		{"text cut in a character", textRule, Choice{WriteIn: "x\xd0"}, "has a control character"},
		{"text overlong", textRule, Choice{WriteIn: "\xc0\xaf"}, "has a control character"},
		{"text with a direction", textRule, Choice{WriteIn: "x\u202ey"}, "has a control character, a change of writing direction"},
		{"ranking for one of many", textRule, Choice{Ranking: ids("o0")}, "takes no ranking"},
		{"list for one of many", textRule, Choice{List: "o0"}, "takes no list"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := mustContest(t, tc.rule, 4).Encode(tc.choice)
			require.ErrorContains(t, err, tc.says)
			require.ErrorContains(t, err, `contest "c"`)
		})
	}
}

func TestIllegalVotesAreReadAsInvalid(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		rule    Rule
		payload string
		says    InvalidVote
	}{
		{"nothing ranked", strictRule, "\x00\x00\x00\x00", tooFewRanked},
		{"one too many ranked", strictRule, "\x01\x02\x03\x04", tooMany},
		{"no first rank", strictRule, "\x02\x00\x00\x00", rankGap},
		{"no second rank", strictRule, "\x01\x00\x03\x00", rankGap},
		{"last rank above the options", strictRule, "\x01\x02\x03\x05", rankGap},
		{"rank 255", strictRule, "\xff\x00\x00\x00", rankGap},
		{"gap between equal ranks", equalRule, "\x01\x01\x03\x00", rankGap},
		{"shared first rank", strictRule, "\x01\x01\x00\x00", sharedRank},
		{"shared last rank", strictRule, "\x01\x02\x02\x00", sharedRank},
		{"all of one rank", strictRule, "\x01\x01\x01\x01", sharedRank},
		{"one of two", equalRule, "\x00\x01\x00\x00", tooFewRanked},
		{"four of three", equalRule, "\x01\x01\x02\x02", tooMany},
		{"three of two", blankRule, "\x01\x02\x03\x00", tooMany},
		{"a fifth option", strictRule, "\x01\x02\x00\x00\x03", unpadded},
		{"last byte of the padding", strictRule, "\x01" + strings.Repeat("\x00", 28) + "\x01", unpadded},
		{"padding of an illegal vote", strictRule, "\x02\x00\x00\x00\x01", unpadded},

		{"option 5 of 4", manyRule, "\x00\x05", noOption},
		{"option 256", manyRule, "\x01\x00", noOption},
		{"no option", manyRule, "\x00\x00", noOption},
		{"a text that is not allowed", manyRule, "\xff\xff", noOption},
		{"text of a rule without texts", manyRule, "\xff\xffx", unpadded},
		{"padding", manyRule, "\x00\x01\x01", unpadded},
		{"the number before that of a text", textRule, "\xff\xfex", noOption},
		{"text beside an option", textRule, "\x00\x01x", besideText},
		{"text beside blank", textRule, "\x00\x00x", besideText},
		{"zeros before a text beside an option", textRule, "\x00\x01\x00\x00x", besideText},
		{"last byte of a text beside an option", textRule, "\x00\x01\x00\x00\x00\x00\x00\x00\x00x", besideText},
		{"empty text", textRule, "\xff\xff", badText},
		{"text longer than it may be", textRule, "\xff\xff12345678x", unpadded},
		{"text with NUL in front", textRule, "\xff\xff\x00x", badText},
		{"text with NUL inside", textRule, "\xff\xffx\x00y", badText},
		{"text not UTF-8", textRule, "\xff\xff\xff", badText},
		{"text cut in a character", textRule, "\xff\xff1234567\xd0", badText},
		{"text with a surrogate", textRule, "\xff\xff\xed\xa0\x80", badText},
		{"text overlong", textRule, "\xff\xff\xc1\x81", badText},
		{"text with U+FFFD", textRule, "\xff\xff\ufffd", badText},
		{"space in front", textRule, "\xff\xff x", badText},
		{"space behind", textRule, "\xff\xffx ", badText},
		{"no-break space behind", textRule, "\xff\xffx\u00a0", badText},
		{"line break", textRule, "\xff\xffx\ny", badText},
		{"paragraph separator", textRule, "\xff\xffx\u2029y", badText},
		{"direction mark", textRule, "\xff\xffx\u200f", badText},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := mustContest(t, tc.rule, 4)
			require.Equal(t, 1, c.Plaintexts())
			_, err := c.ReadVote(append([]byte(tc.payload), make([]byte, 30-len(tc.payload))...))
			require.Equal(t, tc.says, err)
		})
	}
}

func TestLegalVotesAreRead(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		rule    Rule
		payload string
		want    Choice
	}{
		{"one ranked", strictRule, "\x00\x00\x01\x00", Choice{Ranking: []string{"o2"}}},
		{"three ranked", strictRule, "\x03\x00\x01\x02", Choice{Ranking: []string{"o2", "o3", "o0"}}},
		{"two equal", equalRule, "\x01\x00\x00\x01", Choice{Ranks: [][]string{{"o0", "o3"}}}},
		{"none equal", equalRule, "\x02\x01\x00\x00", Choice{Ranks: [][]string{{"o1"}, {"o0"}}}},
		{"blank", blankRule, "\x00\x00\x00\x00", Choice{}},
		{"last option", manyRule, "\x00\x04", Choice{Selected: []string{"o3"}}},
		{"blank option", textRule, "\x00\x00", Choice{Blank: true}},
		{"full text", textRule, "\xff\xffЯк Я", Choice{WriteIn: "Як Я"}},
		{"text like an option", textRule, "\xff\xffo0", Choice{WriteIn: "o0"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			payload := append([]byte(tc.payload), make([]byte, 30-len(tc.payload))...)
			c := mustContest(t, tc.rule, 4)
			got, err := c.ReadVote(payload)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
			again, err := c.Encode(got)
			require.NoError(t, err)
			require.Equal(t, payload, again)
		})
	}
}

// The characters that C14 lists are those that the code refuses, whatever the tables of
// the Unicode version that it is compiled with.
func TestCharactersOfTexts(t *testing.T) {
	t.Parallel()
	in := func(r rune, ranges ...[2]rune) bool {
		for _, of := range ranges {
			if r >= of[0] && r <= of[1] {
				return true
			}
		}
		return false
	}
	one := func(r rune) [2]rune { return [2]rune{r, r} }
	for r := range rune(unicode.MaxRune + 1) {
		if !utf8.ValidRune(r) {
			continue
		}
		never := in(r, [2]rune{0, 0x1f}, [2]rune{0x7f, 0x9f}, one(0x61c), one(0x200e), one(0x200f), [2]rune{0x2028, 0x202e}, [2]rune{0x2066, 0x2069}, one(0xfffd))
		notOutside := in(r, one(0x20), one(0xa0), one(0x1680), [2]rune{0x2000, 0x200a}, one(0x202f), one(0x205f), one(0x3000))
		if never != (textFault("a"+string(r)+"a") != "") || (never || notOutside) != (textFault(string(r)) != "") {
			t.Fatalf("U+%04X", r)
		}
	}
}
