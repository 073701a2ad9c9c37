package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
)

func TestContestsOfTheShortForm(t *testing.T) {
	t.Parallel()
	one, three := 1, 3
	for text, want := range map[string]*ballot.Contest{
		"q: Pass it?: one-of-n(blank): Yes, No": {ID: "q", Title: "Pass it?", Rule: ballot.Rule{Type: ballot.OneOfN, Blank: true},
			Options: []ballot.Option{{ID: "yes", Name: "Yes"}, {ID: "no", Name: "No"}}},
		"q:Q:k-of-n( min=1 ,max = 3):A  b - C!,x=A, y = Z=1": {ID: "q", Title: "Q", Rule: ballot.Rule{Type: ballot.KOfN, Min: &one, Max: &three},
			Options: []ballot.Option{{ID: "a-b-c", Name: "A  b - C!"}, {ID: "x", Name: "A"}, {ID: "y", Name: "Z=1"}}},
		"q: Q: positional(points=3 1): Алесь, A: B": {ID: "q", Title: "Q", Rule: ballot.Rule{Type: ballot.Positional, Points: []int{3, 1}},
			Options: []ballot.Option{{ID: "option-1", Name: "Алесь"}, {ID: "a-b", Name: "A: B"}}},
		"q: Q: one-of-many(write_in=30)":  {ID: "q", Title: "Q", Rule: ballot.Rule{Type: ballot.OneOfMany, WriteIn: 30}},
		"q: Q: one-of-many(write_in=30):": {ID: "q", Title: "Q", Rule: ballot.Rule{Type: ballot.OneOfMany, WriteIn: 30}},
	} {
		got, err := parseContest(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

func TestParseContestRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, fault string }{
		"nothing":                   {"", "must have the form"},
		"no rule":                   {"q: Q", "must have the form"},
		"a bracket that stays open": {"q: Q: score(max=3: A, B", `rule "score(max=3": the bracket is not closed`},
		"an unknown field":          {"q: Q: score(maximum=3): A", `unknown field "maximum"`},
		"a field twice":             {"q: Q: score(max=3,max=4): A", `"max" is stated twice`},
		"the type as a field":       {"q: Q: score(type=3): A", `"type" is stated twice`},
		"no number":                 {"q: Q: score(max=three): A", `max: "three" is no number`},
		"two numbers":               {"q: Q: score(max=3 4): A", "max: must be one number"},
		"an empty number":           {"q: Q: score(max=): A", "max: must be one number"},
		"a flag with a number":      {"q: Q: one-of-n(blank=1): A", "cannot unmarshal number"},
		"a number without one":      {"q: Q: score(max): A", "cannot unmarshal bool"},
		"empty brackets":            {"q: Q: score(): A", "unknown field"},
		"a number too great":        {"q: Q: score(max=99999999999999999999): A", "is no number"},
	} {
		_, err := parseContest(c.text)
		require.ErrorContains(t, err, c.fault, name)
	}
}

func FuzzParseContest(f *testing.F) {
	f.Add("q: Pass it?: k-of-n(min=1, max=2, blank): x=Yes, No")
	f.Add("q: Q: positional(points=3 1): A, B")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := parseContest(text); err == nil {
			require.NotNil(t, c)
		}
	})
}
