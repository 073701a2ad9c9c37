package ballot

import (
	"fmt"
	"slices"
	"strings"
)

// SeatRule says how the seats of a contest follow from its totals. The strings are
// those of package tally/count, which explains and applies them; the one more,
// HighestTotals, is count.Elect.
type SeatRule struct {
	Seats     int            `json:"seats"`
	Method    string         `json:"method"`
	Quota     string         `json:"quota,omitempty"`      // largest-remainder only
	QuotaBase string         `json:"quota_base,omitempty"` // largest-remainder only
	Divisor   string         `json:"divisor,omitempty"`    // highest-averages only
	Threshold *SeatThreshold `json:"threshold,omitempty"`
	Ties      string         `json:"ties"`
}

// SeatThreshold is the part, Numerator/Denominator, of the base that a list must
// reach.
type SeatThreshold struct {
	Numerator   uint64 `json:"numerator"`
	Denominator uint64 `json:"denominator"`
	Base        string `json:"base"`
}

// The methods of a SeatRule.
const (
	LargestRemainder = "largest-remainder"
	HighestAverages  = "highest-averages"
	HighestTotals    = "highest-totals" // the options with most votes
)

// MaxSeats is the most seats that a contest has.
const MaxSeats = 100_000

// maxDenominator keeps products of thresholds and totals (< 2^40) below 2^63.
const maxDenominator = 1 << 20

func (s *SeatRule) check(p *problems, at string, c *Contest) {
	p.within(at+".seats", s.Seats, 1, MaxSeats)
	p.oneOf(at+".method", s.Method, LargestRemainder, HighestAverages, HighestTotals)
	p.oneOf(at+".ties", s.Ties, "report", "draw", "listed-order", "more-votes")
	p.forMethod(at+".quota", s.Quota, s.Method == LargestRemainder, "hare", "droop", "hagenbach-bischoff")
	p.forMethod(at+".quota_base", s.QuotaBase, s.Method == LargestRemainder, "all-votes", "qualified-votes")
	p.forMethod(at+".divisor", s.Divisor, s.Method == HighestAverages,
		"dhondt", "sainte-lague", "modified-sainte-lague", "adams", "huntington-hill", "danish")
	s.checkThreshold(p, at+".threshold")
	s.checkContest(p, at, c)
}

func (s *SeatRule) checkThreshold(p *problems, at string) {
	t := s.Threshold
	switch {
	case t == nil:
	case s.Method == HighestTotals:
		p.add(at, "has no meaning for method %q; leave it out", s.Method)
	case t.Denominator > maxDenominator || t.Numerator < 1 || t.Numerator > t.Denominator:
		p.add(at, "must be more than 0 and at most 1 with a denominator up to %d, not %d/%d; leave it out for none",
			maxDenominator, t.Numerator, t.Denominator)
	default:
		p.oneOf(at+".base", t.Base, "all-ballots", "valid-votes")
	}
}

// checkContest checks that the method can be applied to the contest's totals: seats
// are shared out in proportion to votes for one option each, and nobody gets two
// seats of a contest that elects persons.
func (s *SeatRule) checkContest(p *problems, at string, c *Contest) {
	switch {
	case c.Rule.Type == Pairwise:
		p.add(at, "a pairwise contest has no totals to give seats by; leave it out")
	case c.Rule.Type == Ranked:
		p.add(at, "a ranked contest gives seats by its counts; leave it out")
	case c.Rule.Type == OneOfMany && c.Rule.WriteIn != 0:
		p.add(at, "who has written votes is for people to say, and the seats with it; leave it out")
	case s.Method == HighestTotals && c.Rule.Type == PartyList:
		p.add(at+".method", "lists get seats by %q or %q", LargestRemainder, HighestAverages)
	case s.Method == HighestTotals && s.Seats > len(c.Options):
		p.add(at+".seats", "%d seats are too many for %d options", s.Seats, len(c.Options))
	case s.Method != HighestTotals && c.Rule.Type != OneOfN && c.Rule.Type != OneOfMany && c.Rule.Type != PartyList:
		p.add(at+".method", "%q needs one vote per ballot, rule %q, %q or %q; use %q", s.Method, OneOfN, OneOfMany, PartyList, HighestTotals)
	}
}

func (p *problems) oneOf(path, got string, allowed ...string) {
	if !slices.Contains(allowed, got) {
		p.add(path, "must be one of %s, not %q", strings.Join(allowed, ", "), shorten(got))
	}
}

// forMethod checks a field that exists for some methods only.
func (p *problems) forMethod(path, got string, applies bool, allowed ...string) {
	switch {
	case applies:
		p.oneOf(path, got, allowed...)
	case got != "":
		p.add(path, "has no meaning for this method; leave %s out", fmt.Sprintf("%q", shorten(got)))
	}
}
