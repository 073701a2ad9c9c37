package count

import (
	"fmt"
	"math/big"
	"strings"
	"unicode/utf8"
)

// Text is the whole working, stage by stage. Decimals are cut off, not rounded,
// where they end in dots; nothing is decided by them.
func (t *Transfers) Text() string {
	p := &page{}
	p.line("Single transferable vote, rule %s: %d seats for %d candidates, ties %s.", t.Rule, t.Seats, len(t.Candidates), t.Ties)
	p.line("%d ballots, %d of them blank.", t.Ballots, t.Blank)
	switch t.Rule {
	case Scottish:
		p.line("Quota: %d/%d rounded down, plus 1, = %s.", t.Valid(), t.Seats+1, places(t.Stages[0].Quota))
	case Gregory:
		p.line("Quota: more than %d/%d = %s.", t.Valid(), t.Seats+1, places(t.Stages[0].Quota))
	}
	for _, id := range append(t.Candidates[:len(t.Candidates):len(t.Candidates)], "exhausted") {
		p.fit(id, 0)
	}
	for k := range t.Stages {
		t.writeStage(p, k)
	}
	p.line("\nElected: %s.", listed(t.Elected))
	if t.Undecided > 0 {
		p.line("Undecided: %d of %d seats.", t.Undecided, t.Seats)
	}
	return p.String()
}

func (t *Transfers) writeStage(p *page, k int) {
	s := &t.Stages[k]
	p.line("\nStage %d: %s.", k+1, t.action(k))
	if t.Rule != Meek {
		p.choice(s.Choice)
		t.writeParcels(p, s)
	}
	t.writeVotes(p, k)
	if t.Rule == Meek {
		p.choice(s.Choice)
		if s.Excluded != "" {
			p.line("Excluded: %s.", s.Excluded)
		}
	}
	if len(s.Elected) > 0 {
		p.line("Elected with the quota: %s.", strings.Join(s.Elected, ", "))
	}
	if len(s.Filled) > 0 {
		p.line("Elected without the quota, being as many as the seats left: %s.", strings.Join(s.Filled, ", "))
	}
}

// action says what a stage does.
func (t *Transfers) action(k int) string {
	s := &t.Stages[k]
	switch {
	case t.Rule == Meek && s.Iterations == 1:
		return "1 iteration, quota " + places(s.Quota)
	case t.Rule == Meek:
		return fmt.Sprintf("%d iterations, quota %s", s.Iterations, places(s.Quota))
	case s.Surplus != "":
		votes := t.Stages[k-1].Votes[t.index(s.Surplus)]
		return fmt.Sprintf("surplus of %s, %s - %s = %s", s.Surplus, places(votes), places(s.Quota),
			places(new(big.Rat).Sub(votes, s.Quota)))
	case s.Excluded != "":
		return s.Excluded + " is excluded"
	case k == 0:
		return "first preferences"
	}
	return "a tie"
}

func (t *Transfers) index(id string) int {
	for c, other := range t.Candidates {
		if other == id {
			return c
		}
	}
	panic("count: a stage names " + id + ", who is no candidate")
}

// writeParcels says where ballots go and what each is worth there.
func (t *Transfers) writeParcels(p *page, s *Stage) {
	for _, b := range s.Parcels {
		var to []string
		papers := b.None
		for c, n := range b.To {
			if papers += n; n > 0 {
				to = append(to, fmt.Sprintf("%s %d", t.Candidates[c], n))
			}
		}
		if b.None > 0 {
			to = append(to, fmt.Sprintf("nobody %d", b.None))
		}
		p.line("Ballots of value %s: %d, each goes on with %s: %s.", places(b.Received), papers, places(b.Value), strings.Join(to, ", "))
	}
}

// writeVotes lists the votes after a stage, with what they were before where they
// changed.
func (t *Transfers) writeVotes(p *page, k int) {
	s := &t.Stages[k]
	width := 0
	for _, v := range append(s.Votes[:len(s.Votes):len(s.Votes)], s.Exhausted, s.Lost) {
		width = max(width, utf8.RuneCountInString(places(v)))
	}
	for c, v := range s.Votes {
		note := ""
		switch {
		case t.Rule == Meek && s.Keep[c].Sign() == 0:
			note = " keeps nothing, excluded"
		case t.Rule == Meek && s.Keep[c].Cmp(big.NewRat(1, 1)) < 0:
			note = " keeps " + places(s.Keep[c])
		case t.Rule != Meek && k > 0 && v.Cmp(t.Stages[k-1].Votes[c]) != 0:
			note = " from " + places(t.Stages[k-1].Votes[c])
		}
		p.row(t.Candidates[c], "%*s%s", width, places(v), note)
	}
	p.row("exhausted", "%*s", width, places(s.Exhausted))
	if t.Rule == Scottish {
		p.row("cut off", "%*s", width, places(s.Lost))
	}
}

func listed(ids []string) string {
	if len(ids) == 0 {
		return "nobody"
	}
	return strings.Join(ids, ", ")
}

// places writes a number with up to 9 decimals, and dots where it goes on.
func places(x *big.Rat) string {
	scaled, rest := new(big.Int).QuoRem(new(big.Int).Mul(x.Num(), number(unit)), x.Denom(), new(big.Int))
	whole, part := scaled.QuoRem(scaled, number(unit), new(big.Int))
	if rest.Sign() != 0 {
		return fmt.Sprintf("%s.%09d…", whole, part)
	}
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%s.%09d", whole, part), "0"), ".")
}
