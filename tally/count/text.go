package count

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// page is a text under construction, with IDs padded to one width and votes to
// another.
type page struct {
	strings.Builder
	width, digits int
}

func (p *page) fit(id string, votes uint64) {
	p.width = max(p.width, utf8.RuneCountInString(id))
	p.digits = max(p.digits, len(strconv.FormatUint(votes, 10)))
}

func (p *page) line(format string, args ...any) {
	fmt.Fprintf(p, format+"\n", args...)
}

// row is an indented line that starts with an ID.
func (p *page) row(id, format string, args ...any) {
	p.line("  %-*s  "+format, append([]any{p.width, id}, args...)...)
}

// count is a row that goes on with a number of votes.
func (p *page) count(id string, votes uint64, format string, args ...any) {
	p.row(id, "%*d"+format, append([]any{p.digits, votes}, args...)...)
}

// Text is the whole working, every number that was compared, line by line.
// Decimals are cut off, not rounded, where they end in dots; nothing is decided by
// them.
func (a *Allocation) Text() string {
	p := &page{}
	for _, l := range a.Lists {
		p.fit(l.ID, l.Votes)
	}
	p.line("%d seats, %d ballots, %d votes for %d lists.", a.House, a.Ballots, a.Votes, len(a.Lists))
	a.writeRule(p)
	a.writeThreshold(p)
	if a.Rule.Method == LargestRemainder {
		a.writeQuotas(p)
	} else {
		p.line("\nEach seat to the highest quotient of votes and divisor (%s):", a.Rule.Divisor)
	}
	a.writeAwards(p)
	p.tie(a.Tie)
	a.writeResult(p)
	return p.String()
}

func (a *Allocation) writeRule(p *page) {
	r := a.Rule
	detail := fmt.Sprintf("quota %s of %s", r.Quota, r.Base)
	if r.Method == HighestAverages {
		detail = "divisor " + string(r.Divisor)
	}
	p.line("Rule: %s, %s, ties %s.", r.Method, detail, r.Ties)
}

func (a *Allocation) writeThreshold(p *page) {
	t := a.Rule.Threshold
	if t == (Threshold{}) {
		p.line("\nThreshold: none, every list with a vote qualifies.")
	} else {
		part := new(big.Int).Mul(number(t.Numerator), number(a.thresholdBase()))
		p.line("\nThreshold: %d/%d of %d %s = %s; it takes %d votes to qualify.", t.Numerator, t.Denominator,
			a.thresholdBase(), t.Base, decimal(part, number(t.Denominator)), a.Needed)
	}
	for _, l := range a.Lists {
		if l.Qualified {
			p.count(l.ID, l.Votes, " qualifies")
		} else {
			p.count(l.ID, l.Votes, " is %d short", a.Needed-l.Votes)
		}
	}
	p.line("%d of %d lists qualify, with %d votes.", len(a.qualified()), len(a.Lists), a.Qualified)
}

func (a *Allocation) writeQuotas(p *page) {
	q, base := a.Quota, a.Votes
	if a.Rule.Base == QualifiedVotes {
		base = a.Qualified
	}
	if a.Rule.Quota == Droop {
		p.line("\nQuota: %d/%d rounded down, plus 1, = %d votes.", base, a.House+1, q.Numerator)
	} else {
		p.line("\nQuota: %d/%d = %s votes.", q.Numerator, q.Denominator, decimal(number(q.Numerator), number(q.Denominator)))
	}
	full, even := 0, false
	for _, l := range a.Lists {
		if l.Qualified {
			full += l.Full
			even = even || l.Remainder == q.Numerator
			p.count(l.ID, l.Votes, " × %d = %d × %d + %d", q.Denominator, l.Full, q.Numerator, l.Remainder)
		}
	}
	if even {
		p.line("The lists have %d full quotas for %d seats, so each list's last quota counts as remainder.", a.House+1, a.House)
	}
	if full == a.House {
		p.line("%d seats for full quotas, none left over.", full)
	} else {
		p.line("%d seats for full quotas, %d left over for the largest remainders:", full, a.House-full)
	}
}

func (a *Allocation) writeAwards(p *page) {
	seat := a.given() - len(a.Awards)
	for _, w := range a.Awards {
		seat++
		p.line("  seat %d: %s, %s", seat, a.Lists[w.List].ID, a.claimed(w))
	}
}

// claimed says what won an award.
func (a *Allocation) claimed(w Award) string {
	l := a.Lists[w.List]
	if a.Rule.Method == HighestAverages {
		return fmt.Sprintf("%d / %s", l.Votes, a.Rule.Divisor.quotient(l.Votes, uint64(w.Held)))
	}
	if round := w.Held - l.Full + 1; round > 1 {
		return fmt.Sprintf("remainder %d, round %d", l.Remainder, round)
	}
	return fmt.Sprintf("remainder %d", l.Remainder)
}

// quotient writes d(s) and votes/d(s).
func (d Divisor) quotient(votes, s uint64) string {
	v := number(votes)
	switch {
	case d.scaled(s) == 0:
		return "0 is infinite"
	case d == HuntingtonHill:
		return fmt.Sprintf("√(%d·%d) = %s", s, s+1, decimalRoot(v.Mul(v, v), number(d.scaled(s))))
	case d == ModifiedSainteLague && s == 0:
		return "1.4 = " + decimal(v.Mul(v, number(10)), number(14))
	case d == ModifiedSainteLague:
		d = SainteLague
	}
	return fmt.Sprintf("%d = %s", d.scaled(s), decimal(v, number(d.scaled(s))))
}

func (a *Allocation) writeResult(p *page) {
	p.line("\nSeats:")
	for i, l := range a.Lists {
		next := ""
		if l.Qualified && a.Rule.Method == HighestAverages {
			next = ", next quotient " + a.claimed(Award{List: i, Held: a.Seats[i]})
		}
		p.row(l.ID, "%d%s", a.Seats[i], next)
	}
	if a.Undecided > 0 {
		p.line("  undecided: %d", a.Undecided)
	}
}

// tie writes a tie and how it was broken, if there is one.
func (p *page) tie(t *Tie) {
	if t == nil {
		return
	}
	p.line("\nTie: %s are equal in %s, and %d of the %d can have a seat.",
		strings.Join(t.Between, ", "), t.Context, t.Seats, len(t.Between))
	for i, lot := range t.Lots {
		p.row(t.Between[i], "lot %x", lot)
	}
	if len(t.Won) > 0 {
		p.line("By rule %s: %s.", t.Rule, strings.Join(t.Won, ", "))
	}
	if len(t.Open) > 0 {
		p.line("Rule %s leaves %d undecided between %s.", t.Rule, t.Seats-len(t.Won), strings.Join(t.Open, ", "))
	}
}

// Text is the ranking with its tie, one line for each place.
func (r *Ranking) Text() string {
	p := &page{}
	for _, place := range r.Places {
		p.fit(place.ID, place.Votes)
	}
	p.line("The %d highest of %d totals:", r.Seats, len(r.Places))
	for _, place := range r.Places {
		mark := ""
		if place.Elected {
			mark = " elected"
		}
		p.count(place.ID, place.Votes, ", rank %d%s", place.Rank, mark)
	}
	p.tie(r.Tie)
	return p.String()
}

func number(n uint64) *big.Int { return new(big.Int).SetUint64(n) }

// decimal writes n/d with three decimals, and dots where it goes on.
func decimal(n, d *big.Int) string {
	scaled, rest := new(big.Int).Mul(n, number(1000)), new(big.Int)
	scaled.QuoRem(scaled, d, rest)
	return thousandths(scaled, rest.Sign() == 0)
}

// decimalRoot writes √(n/d) likewise.
func decimalRoot(n, d *big.Int) string {
	scaled, rest := new(big.Int).Mul(n, number(1_000_000)), new(big.Int)
	scaled.QuoRem(scaled, d, rest)
	root := new(big.Int).Sqrt(scaled)
	exact := rest.Sign() == 0 && new(big.Int).Mul(root, root).Cmp(scaled) == 0
	return thousandths(root, exact)
}

func thousandths(n *big.Int, exact bool) string {
	whole, rest := new(big.Int).QuoRem(n, number(1000), new(big.Int))
	if !exact {
		return fmt.Sprintf("%s.%03d…", whole, rest)
	}
	if rest.Sign() == 0 {
		return whole.String()
	}
	return strings.TrimRight(fmt.Sprintf("%s.%03d", whole, rest), "0")
}
