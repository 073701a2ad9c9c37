package tally

import (
	"veche.example/ballot"
	"veche.example/tally/count"
)

// CountResult is one count of a ranked contest.
type CountResult struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Method    string   `json:"method"`
	Seats     int      `json:"seats"`
	Elected   []string `json:"elected,omitempty"` // options in the order of their election
	Undecided int      `json:"undecided_seats,omitempty"`
	Working   []string `json:"working"`

	// Outcome is the whole count, for exports and charts; nil if it was given up. It is
	// not in the text of the result.
	Outcome Outcome `json:"-"`
}

// Outcome is a *count.Runoff, *count.Transfers, *count.Beatpaths, *count.Majorities or
// *count.Points.
type Outcome interface{ Text() string }

// givenUp is the working of a count that is more than the limits of
// docs/spec/ranked.md allow. It must not keep the election from its other results.
const givenUp = "the count takes more work than its rule allows: nobody is elected"

// countRanked counts ranked votes by a rule of the manifest.
func countRanked(rule *ballot.CountRule, r count.Ranked, ties count.TieBreak, seed [32]byte) CountResult {
	res := CountResult{ID: rule.ID, Title: rule.Title, Method: rule.Method, Seats: rule.Seats, Working: []string{givenUp}}
	outcome, elected, err := outcomeOf(rule, r, ties, seed)
	if err == nil {
		res.Outcome, res.Elected, res.Working = outcome, elected, lines(outcome.Text())
	}
	res.Undecided = rule.Seats - len(res.Elected)
	return res
}

func outcomeOf(rule *ballot.CountRule, r count.Ranked, ties count.TieBreak, seed [32]byte) (Outcome, []string, error) {
	switch rule.Method {
	case ballot.InstantRunoff:
		o, err := count.InstantRunoff(r, ties, seed)
		return one(o, err, func() string { return o.Winner })
	case ballot.Schulze:
		o, err := count.Schulze(r, ties, seed)
		return one(o, err, func() string { return o.Winner })
	case ballot.RankedPairs:
		o, err := count.RankedPairs(r, ties, seed)
		return one(o, err, func() string { return o.Winner })
	case ballot.Copeland:
		o, err := count.Copeland(r, ties, seed)
		return one(o, err, func() string { return o.Winner })
	case ballot.Borda:
		o, err := count.Borda(r, ties, seed)
		return one(o, err, func() string { return o.Winner })
	}
	o, err := count.STV(r, stvRules[rule.Method], rule.Seats, ties, seed)
	if err != nil {
		return nil, nil, err
	}
	return o, o.Elected, nil
}

var stvRules = map[string]count.STVRule{
	ballot.STVScottish: count.Scottish, ballot.STVGregory: count.Gregory, ballot.STVMeek: count.Meek,
}

// one is the outcome of a rule that elects one, or nobody if a tie is left open.
func one(o Outcome, err error, winner func() string) (Outcome, []string, error) {
	if err != nil {
		return nil, nil, err
	}
	if id := winner(); id != "" {
		return o, []string{id}, nil
	}
	return o, nil, nil
}
