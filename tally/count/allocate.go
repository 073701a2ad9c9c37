package count

import (
	"errors"
	"fmt"
)

// ErrNoList is wrapped by the error of Allocate when no list qualifies, so that
// there is nobody to give the seats to.
var ErrNoList = errors.New("no list qualifies")

// Allocation is the outcome of Allocate with its working. Slices indexed by list
// follow the order of the lists that were given.
type Allocation struct {
	Rule    Rule
	House   int    // S, the seats to allocate
	Ballots uint64 // all ballots, blank ones included
	Votes   uint64 // V, votes for all lists

	Needed    uint64 // votes with which a list qualifies, at least 1
	Qualified uint64 // votes for the lists that qualify
	Quota     Quotient
	Lists     []Share
	Awards    []Award // the seats given one by one, in order; leftover seats only, for LargestRemainder
	Tie       *Tie    // nil if nothing depended on a tie

	Seats     []int // seats per list; they and Undecided add up to House
	Undecided int   // seats that an unbroken Tie leaves open
}

// Quotient is a fraction as it arises, not reduced.
type Quotient struct {
	Numerator, Denominator uint64
}

// Share is the working of one list.
type Share struct {
	ID        string
	Votes     uint64
	Qualified bool
	// For LargestRemainder and a list that qualifies: Full quotas and Remainder,
	// in units of 1/Quota.Denominator votes, so that
	// Votes·Quota.Denominator = Full·Quota.Numerator + Remainder.
	Full      int
	Remainder uint64
}

// Award is one seat given to Lists[List] when it held Held seats.
type Award struct {
	List, Held int
}

// Allocate gives seats to lists by rule. Ballots is the number of all ballots,
// blank ones included, each with at most one vote for one list, so that the votes
// never add up to more; with a weighted roll both are sums of weights. The seed is read only by the tie rule Draw and must be
// fixed by the record of the contest. The error names the input that is wrong, or
// wraps ErrNoList. Time is at most linear in lists and seats, up to a logarithm.
// Implements docs/spec/count.md, sections 2 to 5.
func Allocate(rule Rule, seats int, ballots uint64, lists []Tally, seed [32]byte) (*Allocation, error) {
	if err := rule.Check(); err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	a, err := qualify(rule, seats, ballots, lists)
	if err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	if rule.Method == LargestRemainder {
		a.largestRemainder(seed)
	} else {
		a.highestAverages(seed)
	}
	a.Undecided = a.House - a.given()
	return a, nil
}

// qualify starts an allocation: totals, threshold and the lists that reach it.
func qualify(rule Rule, seats int, ballots uint64, lists []Tally) (*Allocation, error) {
	votes, err := sum(seats, "lists", lists)
	if err != nil {
		return nil, err
	}
	if ballots < votes {
		return nil, fmt.Errorf("ballots: %d ballots cannot hold %d votes for lists", ballots, votes)
	}
	a := &Allocation{
		Rule: rule, House: seats, Ballots: ballots, Votes: votes,
		Lists: make([]Share, len(lists)),
		Seats: make([]int, len(lists)),
	}
	a.Needed = a.needed()
	for i, l := range lists {
		a.Lists[i] = Share{ID: l.ID, Votes: l.Votes, Qualified: l.Votes >= a.Needed}
		if a.Lists[i].Qualified {
			a.Qualified += l.Votes
		}
	}
	if a.Qualified == 0 {
		return nil, fmt.Errorf("%w: none of %d lists has %d or more votes", ErrNoList, len(lists), a.Needed)
	}
	return a, nil
}

// needed is the least number of votes that reaches the threshold: the fraction of
// the base rounded up, and one vote in any case (equation T1).
func (a *Allocation) needed() uint64 {
	t := a.Rule.Threshold
	if t == (Threshold{}) {
		return 1
	}
	quo, rem := mulDiv(t.Numerator, a.thresholdBase(), t.Denominator)
	if rem > 0 {
		quo++
	}
	return max(quo, 1)
}

func (a *Allocation) thresholdBase() uint64 {
	if a.Rule.Threshold.Base == AllBallots {
		return a.Ballots
	}
	return a.Votes
}

// qualified lists the indices of the lists that qualify, in listed order.
func (a *Allocation) qualified() []int {
	var in []int
	for i, l := range a.Lists {
		if l.Qualified {
			in = append(in, i)
		}
	}
	return in
}

func (a *Allocation) given() int {
	n := 0
	for _, s := range a.Seats {
		n += s
	}
	return n
}

// award gives one seat to each of the lists, in order.
func (a *Allocation) award(lists []int) {
	for _, i := range lists {
		a.Awards = append(a.Awards, Award{List: i, Held: a.Seats[i]})
		a.Seats[i]++
	}
}

// awardTied gives seats to so many of the equals as the tie rule decides.
func (a *Allocation) awardTied(tied []int, seats int, context string, seed [32]byte) {
	contenders := make([]contender, len(tied))
	for k, i := range tied {
		contenders[k] = contender{index: i, Tally: Tally{a.Lists[i].ID, a.Lists[i].Votes}}
	}
	var won []int
	a.Tie, won = breakTie(a.Rule.Ties, contenders, seats, context, seed)
	a.award(won)
}
