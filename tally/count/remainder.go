package count

import (
	"cmp"
	"slices"
)

// largestRemainder gives every list its full quotas and then the leftover seats,
// one by one, to the list that is furthest short of its votes, v − s·Q: in order
// of remainder and, once every list has had one, in the same order again
// (equations R1 to R4).
func (a *Allocation) largestRemainder(seed [32]byte) {
	a.Quota = a.quota()
	order := a.qualified()
	for _, i := range order {
		l := &a.Lists[i]
		full, rem := mulDiv(l.Votes, a.Quota.Denominator, a.Quota.Numerator)
		l.Full, l.Remainder = int(full), rem
		a.Seats[i] = l.Full
	}
	if a.given() > a.House {
		a.holdBackLastQuota(order)
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Compare(a.Lists[j].Remainder, a.Lists[i].Remainder)
	})
	left := a.House - a.given()
	for ; left >= len(order); left -= len(order) {
		a.award(order)
	}
	in, tied := cut(order, left, func(i, j int) bool {
		return a.Lists[i].Remainder == a.Lists[j].Remainder
	})
	a.award(in)
	if len(tied) > 0 {
		a.awardTied(tied, left-len(in), contextRemainder, seed)
	}
}

// quota is Q as an unreduced fraction of votes (equation R1).
func (a *Allocation) quota() Quotient {
	base, seats := a.Votes, uint64(a.House)
	if a.Rule.Base == QualifiedVotes {
		base = a.Qualified
	}
	switch a.Rule.Quota {
	case Hare:
		return Quotient{base, seats}
	case Droop:
		return Quotient{base/(seats+1) + 1, 1}
	default:
		return Quotient{base, seats + 1}
	}
}

// holdBackLastQuota deals with the one case of more full quotas than seats: under
// Hagenbach-Bischoff every list divides evenly and the full quotas are S+1. They
// are all equal claims, so the last one of each list counts as its remainder and
// the seats short of them are a tie like any other (equation R4).
func (a *Allocation) holdBackLastQuota(lists []int) {
	for _, i := range lists {
		a.Lists[i].Full--
		a.Lists[i].Remainder = a.Quota.Numerator
		a.Seats[i]--
	}
}
