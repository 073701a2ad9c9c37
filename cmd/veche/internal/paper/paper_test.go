package paper

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/proofs"
	"veche.example/tally/record"
)

func manifest(t testing.TB) *ballot.Manifest {
	key := func() string { return proofs.GenerateSigningKey().Public().String() }
	options := `[{"id":"a","name":"Ann"},{"id":"b","name":"Bob"},{"id":"c","name":"Cyd"}]`
	contest := func(id, rule, options string) string {
		return `{"id":"` + id + `","title":"` + strings.ToUpper(id) + `","options":` + options + `,"rule":{"type":` + rule + `}}`
	}
	contests := []string{
		contest("one", `"one-of-n","blank":true`, options), contest("some", `"k-of-n","min":1,"max":2`, options),
		contest("any", `"approval"`, options), contest("score", `"score","max":9`, options),
		contest("sum", `"cumulative","per_option":3,"total":5,"exact":true`, options), contest("square", `"quadratic","budget":9`, options),
		contest("lists", `"party-list","preferences":2,"blank":true`, `[{"id":"l","name":"Left","candidates":[{"id":"l1","name":"Lea"},{"id":"l2","name":"Leo"}]},{"id":"r","name":"Right"}]`),
		contest("borda", `"borda"`, options), contest("pairs", `"pairwise"`, options),
		contest("ranked", `"ranked","min":0,"max":2`, options), contest("equal", `"ranked","min":1,"max":3,"equal":true`, options),
		contest("many", `"one-of-many","blank":true,"write_in":20`, options), contest("digits", `"one-of-n"`, `[{"id":"1st","name":"First"},{"id":"2nd","name":"Second"}]`),
	}
	b := `{"version":"veche/v1","id":"e","title":"E","width":3,"trustees":[{"id":"t","name":"T","key":"` + key() + `"}],"threshold":1,
		"mixers":[{"id":"m","name":"M","key":"` + key() + `"}],"mixes":1,"box":` + box(t) + `,"roll":{"hash":"` + strings.Repeat("00", 32) + `","voters":1},
		"contests":[` + strings.Join(contests, ",") + `]}`
	m, err := ballot.ParseManifest([]byte(b))
	require.NoError(t, err)
	return m
}

func box(t testing.TB) string {
	b, err := json.Marshal(record.BoxParty(proofs.GenerateSigningKey(), "log"))
	require.NoError(t, err)
	return string(b)
}

func TestChoicesOfEveryRule(t *testing.T) {
	t.Parallel()
	m := manifest(t)
	for argument, want := range map[string]ballot.Choice{
		"one=a":              {Selected: []string{"a"}},
		"one= blank ":        {Blank: true},
		"some=a, c":          {Selected: []string{"a", "c"}},
		"any=":               {},
		"any=a,b,c":          {Selected: []string{"a", "b", "c"}},
		"score=a=9,b = 0":    {Scores: map[string]uint64{"a": 9, "b": 0}},
		"score=":             {Scores: map[string]uint64{}},
		"sum=a=3,c=2":        {Scores: map[string]uint64{"a": 3, "c": 2}},
		"square=b=3":         {Scores: map[string]uint64{"b": 3}},
		"lists=l":            {List: "l", Selected: []string{}},
		"lists=l,l2,l1":      {List: "l", Selected: []string{"l2", "l1"}},
		"lists=blank":        {Blank: true},
		"borda=c>a>b":        {Ranking: []string{"c", "a", "b"}},
		"pairs=c > a > b":    {Ranking: []string{"c", "a", "b"}},
		"ranked=b>a":         {Ranking: []string{"b", "a"}},
		"ranked=":            {},
		"equal=a>b=c":        {Ranks: [][]string{{"a"}, {"b", "c"}}},
		"equal=b":            {Ranks: [][]string{{"b"}}},
		"many=c":             {Selected: []string{"c"}},
		"many=blank":         {Blank: true},
		"many=write: Zoë =,": {WriteIn: "Zoë =,"},
	} {
		id, text, _ := strings.Cut(argument, "=")
		got, err := Parse(find(m.Contests, id), text)
		require.NoError(t, err, argument)
		require.Equal(t, want, got, argument)
	}
}

func TestChoicesThatAreNone(t *testing.T) {
	t.Parallel()
	m := manifest(t)
	for argument, fault := range map[string]string{
		"one=":                                  "0 options chosen, the rule wants 1 to 1: write OPTION, or blank, of a, b, c",
		"one=d":                                 `"d"`,
		"one=a,b":                               "2 options",
		"one=a=1":                               `"a=1"`,
		"one=Ann":                               `"Ann"`,
		"one=write:Zoe":                         "write",
		"some=a,b,c":                            "3 options",
		"some=a,a":                              "twice",
		"some=blank":                            "blank",
		"any=a,,b":                              `""`,
		"score=a":                               `"a" is no option, an equals sign and a number`,
		"score=a=10":                            "10",
		"score=a=-1":                            `"a=-1" is no option`,
		"score=a=1,a=2":                         "stated twice",
		"score=a=99999999999999999999":          "is no option",
		"score=d=1":                             `"d"`,
		"sum=a=3":                               "3 points given of 5",
		"square=a=3,b=1":                        "the votes cost 10, the budget is 9",
		"lists=":                                "list",
		"lists=l1":                              `"l1"`,
		"lists=r,l1":                            `not on list "r"`,
		"lists=l,l1,l2,l1":                      "",
		"borda=a>b":                             "",
		"borda=a=b>c":                           "",
		"pairs=a>b>b":                           "",
		"ranked=a>b>c":                          "3 options ranked, the rule wants 0 to 2",
		"ranked=a=b":                            `"a=b"`,
		"equal=":                                "0 options ranked",
		"equal=a>>b":                            "",
		"many=write:":                           "",
		"many=write:" + strings.Repeat("x", 21): "",
		"many=a,b":                              "2 options",
	} {
		id, text, _ := strings.Cut(argument, "=")
		_, err := Parse(find(m.Contests, id), text)
		require.ErrorContains(t, err, fault, argument)
		require.ErrorContains(t, err, `contest "`+id+`"`, argument)
		require.ErrorContains(t, err, "write ", argument)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	contests := manifest(t).Contests[:2]
	choices, err := Arguments(contests, []string{"some=a,b", " one =c"})
	require.NoError(t, err)
	require.Equal(t, ballot.Choices{"one": {Selected: []string{"c"}}, "some": {Selected: []string{"a", "b"}}}, choices)
	for fault, arguments := range map[string][]string{
		`contest "some" (SOME) has no choice: state some=OPTION`: {"one=a"},
		`contest "one" (ONE) has no choice`:                      nil,
		`"two": no such contest is on this ballot, it has one`:   {"one=a", "two=a"},
		`contest "one" is stated twice`:                          {"one=a", "one=b", "some=a"},
		`"one": must have the form CONTEST=CHOICE`:               {"one"},
		`"": no such contest`:                                    {"=a"},
	} {
		_, err := Arguments(contests, arguments)
		require.ErrorContains(t, err, fault)
	}
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	m := manifest(t)
	answers := []string{"", "4", "2", "1,3", "1, 2", "b=2,3=9", "1>2=3", "write:3,1", "2", "2nd"}
	asked := []string{"one", "some", "score", "equal", "many", "digits"}
	var contests []*ballot.Contest
	for _, id := range asked {
		contests = append(contests, find(m.Contests, id))
	}
	var out bytes.Buffer
	for n := range len(answers) - 1 {
		choices, err := NewAsker(strings.NewReader(strings.Join(answers[:n], "\n")), &out).Choices(contests)
		require.ErrorIs(t, err, ErrNoAnswer)
		require.Nil(t, choices)
	}
	choices, err := NewAsker(strings.NewReader(strings.Join(answers, "\r\n")), &out).Choices(contests)
	require.NoError(t, err)
	require.Equal(t, ballot.Choices{
		"one": {Selected: []string{"b"}}, "some": {Selected: []string{"a", "c"}}, "score": {Scores: map[string]uint64{"b": 2, "c": 9}},
		"equal": {Ranks: [][]string{{"a"}, {"b", "c"}}}, "many": {WriteIn: "3,1"}, "digits": {Selected: []string{"2nd"}},
	}, choices)
	require.Contains(t, out.String(), "\nONE\n   1  a                Ann\n")
	require.Contains(t, out.String(), `contest "digits": `, "2 could be an ID")
	require.Equal(t, "  ONE: Bob\n  SOME: Ann, Cyd\n  SCORE: Ann 0, Bob 2, Cyd 9\n  EQUAL: Ann, then Bob and Cyd\n  MANY: written: \"3,1\"\n  DIGITS: Second\n", Text(contests, choices))
}

func TestChoicesInWords(t *testing.T) {
	t.Parallel()
	m := manifest(t)
	for argument, want := range map[string]string{
		"one=blank": "a blank vote", "any=": "nothing", "ranked=": "nothing", "ranked=b>a": "Bob, then Ann", "lists=l,l2": "Left, Leo", "lists=r": "Right",
	} {
		id, text, _ := strings.Cut(argument, "=")
		c := find(m.Contests, id)
		choice, err := Parse(c, text)
		require.NoError(t, err)
		require.Equal(t, "  "+strings.ToUpper(id)+": "+want+"\n", Text([]*ballot.Contest{c}, ballot.Choices{id: choice}))
	}
}
