package tally

import (
	"errors"
	"strings"

	"veche.example/ballot"
	"veche.example/tally/count"
)

// count applies the contest's seat rule or its counts, if it has any.
func (res *ContestResult) count(c *ballot.Contest, v *Votes, seed [32]byte) error {
	for i := range c.Counts {
		rule := &c.Counts[i]
		res.Counts = append(res.Counts, countRanked(rule, *v.Ranked, v.ties(rule.Ties), seed))
	}
	if c.Seats == nil {
		return nil
	}
	return res.allocate(c, v.ties(c.Seats.Ties), seed)
}

// allocate gives the seats to the options, which are the first outputs.
func (res *ContestResult) allocate(c *ballot.Contest, ties count.TieBreak, seed [32]byte) error {
	options := make([]count.Tally, len(c.Options))
	for i := range options {
		options[i] = count.Tally{ID: res.Totals[i].ID, Votes: res.Totals[i].Votes}
	}
	if c.Seats.Method == ballot.HighestTotals {
		return res.elect(c, options, ties, seed)
	}
	rule := Rule(c.Seats)
	rule.Ties = ties
	allocation, err := count.Allocate(rule, c.Seats.Seats, res.Weight, options, seed)
	if errors.Is(err, count.ErrNoList) {
		res.Undecided = c.Seats.Seats
		res.Working = []string{"no list reaches the threshold: no seat is given"}
		return nil
	}
	if err != nil {
		return err
	}
	res.publish(allocation.Seats, allocation.Undecided, allocation.Text())
	return nil
}

func (res *ContestResult) elect(c *ballot.Contest, options []count.Tally, ties count.TieBreak, seed [32]byte) error {
	ranking, err := count.Elect(options, c.Seats.Seats, ties, seed)
	if err != nil {
		return err
	}
	elected := map[string]int{}
	for _, id := range ranking.Elected() {
		elected[id] = 1
	}
	seats := make([]int, len(options))
	for i := range options {
		seats[i] = elected[options[i].ID]
	}
	res.publish(seats, c.Seats.Seats-len(elected), ranking.Text())
	return nil
}

func (res *ContestResult) publish(seats []int, undecided int, working string) {
	for i := range seats {
		res.Totals[i].Seats = &seats[i]
	}
	res.Undecided = undecided
	res.Working = lines(working)
}

func lines(text string) []string { return strings.Split(strings.TrimRight(text, "\n"), "\n") }

// Rule is a manifest's seat rule in the terms of package count.
func Rule(s *ballot.SeatRule) count.Rule {
	r := count.Rule{
		Method:  count.Method(s.Method),
		Quota:   count.Quota(s.Quota),
		Base:    count.Base(s.QuotaBase),
		Divisor: count.Divisor(s.Divisor),
		Ties:    count.TieBreak(s.Ties),
	}
	if t := s.Threshold; t != nil {
		r.Threshold = count.Threshold{Numerator: t.Numerator, Denominator: t.Denominator, Base: count.ThresholdBase(t.Base)}
	}
	return r
}
