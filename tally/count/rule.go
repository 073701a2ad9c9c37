package count

import (
	"fmt"
	"strings"
)

// Method is the family of an allocation rule.
type Method string

// The two families; docs/spec/count.md, sections 3 and 4.
const (
	LargestRemainder Method = "largest-remainder"
	HighestAverages  Method = "highest-averages"
)

// Quota is the number of votes that earns a list one seat outright, from the
// base B and the number of seats S. For LargestRemainder only.
type Quota string

// The quotas.
const (
	Hare              Quota = "hare"               // B/S
	Droop             Quota = "droop"              // ⌊B/(S+1)⌋ + 1
	HagenbachBischoff Quota = "hagenbach-bischoff" // B/(S+1)
)

// Base says which votes the quota is taken of. It has no default: the same
// totals under the same quota give other seats with the other base.
type Base string

// The quota bases. Blank ballots belong to neither.
const (
	AllVotes       Base = "all-votes"       // votes for all lists, below the threshold too
	QualifiedVotes Base = "qualified-votes" // votes for the lists that qualify
)

// Divisor is the sequence d(0), d(1), … by which a list's votes are divided once
// it holds 0, 1, … seats. For HighestAverages only.
type Divisor string

// The divisor sequences.
const (
	DHondt              Divisor = "dhondt"                // 1, 2, 3, … (Jefferson)
	SainteLague         Divisor = "sainte-lague"          // 1, 3, 5, … (Webster)
	ModifiedSainteLague Divisor = "modified-sainte-lague" // 1.4, 3, 5, …
	Adams               Divisor = "adams"                 // 0, 1, 2, …
	HuntingtonHill      Divisor = "huntington-hill"       // √(0·1), √(1·2), √(2·3), …
	Danish              Divisor = "danish"                // 1, 4, 7, …
)

// ThresholdBase says of what a threshold is a part.
type ThresholdBase string

// The threshold bases.
const (
	AllBallots ThresholdBase = "all-ballots" // all ballots, blank ones included
	ValidVotes ThresholdBase = "valid-votes" // votes for all lists
)

// Threshold is the part of its base, Numerator/Denominator, that a list must
// reach: exactly that much is enough. The zero value is no threshold.
type Threshold struct {
	Numerator, Denominator uint64
	Base                   ThresholdBase
}

// TieBreak says what decides between equals when there are fewer seats than
// equals.
type TieBreak string

// The tie rules; docs/spec/count.md, section 5.
const (
	Report      TieBreak = "report"       // nothing: the seats stay undecided and the tie is named
	Draw        TieBreak = "draw"         // the lowest lots, hashed from the seed
	ListedOrder TieBreak = "listed-order" // whoever is listed first
	MoreVotes   TieBreak = "more-votes"   // more votes; as Report between equal votes
)

// Rule is an allocation rule. Every choice is explicit: only Threshold may be
// left at its zero value.
type Rule struct {
	Method    Method
	Quota     Quota   // LargestRemainder only, else empty
	Base      Base    // LargestRemainder only, else empty
	Divisor   Divisor // HighestAverages only, else empty
	Threshold Threshold
	Ties      TieBreak
}

// Check reports the first field that is missing, unknown or out of place, by the
// name that it has in a manifest, and what is allowed there.
func (r Rule) Check() error {
	if err := oneOf("method", r.Method, LargestRemainder, HighestAverages); err != nil {
		return err
	}
	checkMethod := r.checkQuota
	if r.Method == HighestAverages {
		checkMethod = r.checkDivisor
	}
	if err := checkMethod(); err != nil {
		return err
	}
	if err := r.Threshold.check(); err != nil {
		return err
	}
	return oneOf("ties", r.Ties, Report, Draw, ListedOrder, MoreVotes)
}

func (r Rule) checkQuota() error {
	if err := oneOf("quota", r.Quota, Hare, Droop, HagenbachBischoff); err != nil {
		return err
	}
	if err := oneOf("quota.base", r.Base, AllVotes, QualifiedVotes); err != nil {
		return err
	}
	return absent("divisor", r.Divisor, r.Method)
}

func (r Rule) checkDivisor() error {
	err := oneOf("divisor", r.Divisor, DHondt, SainteLague, ModifiedSainteLague, Adams, HuntingtonHill, Danish)
	if err != nil {
		return err
	}
	if err := absent("quota", r.Quota, r.Method); err != nil {
		return err
	}
	return absent("quota.base", r.Base, r.Method)
}

func (t Threshold) check() error {
	if t == (Threshold{}) {
		return nil
	}
	if t.Numerator < 1 || t.Numerator > t.Denominator {
		return fmt.Errorf("threshold: must be more than 0 and at most 1, not %d/%d; leave it out for none",
			t.Numerator, t.Denominator)
	}
	return oneOf("threshold.base", t.Base, AllBallots, ValidVotes)
}

func oneOf[T ~string](field string, got T, allowed ...T) error {
	names := make([]string, len(allowed))
	for i, a := range allowed {
		if got == a {
			return nil
		}
		names[i] = fmt.Sprintf("%q", a)
	}
	return fmt.Errorf("%s: must be %s, not %q", field, strings.Join(names, " or "), got)
}

func absent[T ~string](field string, got T, method Method) error {
	if got == "" {
		return nil
	}
	return fmt.Errorf("%s: has no meaning for method %q, leave out %q", field, method, got)
}
