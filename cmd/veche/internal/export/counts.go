package export

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"veche.example/ballot"
	"veche.example/tally"
	"veche.example/tally/count"
)

// ranked adds a ranked contest: a contest of the report for each way in which it is
// counted, with candidates of its own, since each elects others.
func (d *cdf) ranked(k int, c *ballot.Contest, r *tally.ContestResult) {
	for i := range c.Counts {
		var result *tally.CountResult
		if !r.Withheld {
			result = &r.Counts[i]
		}
		d.counted(k, c, r, &c.Counts[i], result)
	}
	if len(c.Counts) == 0 {
		d.note("Contest %q: the votes are ranked and were not counted.", c.Title)
		d.counted(k, c, r, nil, nil)
	}
}

// counted adds a count; the rule is nil if there is none, the result if nobody counted.
func (d *cdf) counted(k int, c *ballot.Contest, r *tally.ContestResult, rule *ballot.CountRule, result *tally.CountResult) {
	x, name := &contest{cdf: d, of: c, result: r}, c.Title
	if rule != nil {
		name += ": " + rule.Title
	}
	x.begin("CandidateContest", k, name)
	x.fields["VotesAllowed"], x.fields["VoteVariation"] = votesAllowed(c), "rcv"
	if rule != nil {
		x.fields["NumberElected"] = rule.Seats
		x.method(rule.Method)
	}
	for i, o := range c.Options {
		status, counts := "", []class(nil)
		if result != nil {
			status, counts = elected(slices.Contains(result.Elected, o.ID), result.Undecided), rounds(result.Outcome, i)
		}
		id := x.person(o.ID, o.Name, status)
		x.selection("CandidateSelection", class{"CandidateIds": []string{id}}, counts)
	}
	if r.Ranked != nil {
		x.other("Undervotes", blank(r.Ranked))
	}
	if result != nil && result.Undecided > 0 {
		d.note("Contest %q: %d seats are undecided.", name, result.Undecided)
	}
	x.end()
}

// blank is how many votes rank nobody.
func blank(r *count.Ranked) (n uint64) {
	for _, b := range r.Ballots {
		if len(b.Ranks) == 0 {
			n += b.Count
		}
	}
	return n
}

// method names a way to count that is not one by rounds.
func (x *contest) method(name string) {
	switch name {
	case ballot.InstantRunoff, ballot.STVScottish, ballot.STVGregory, ballot.STVMeek:
		return
	case ballot.Borda:
		x.fields["VoteVariation"] = "borda"
		return
	}
	x.fields["VoteVariation"], x.fields["OtherVoteVariation"] = "other", name
}

// rounds are the votes of the i-th candidate, round by round, or the points. A method that
// only compares candidates gives none.
func rounds(o tally.Outcome, i int) (counts []class) {
	round := func(votes *big.Rat) {
		counts = append(counts, of("VoteCounts", class{"GpUnitId": unit, "Type": "total", "Round": len(counts) + 1, "Count": decimal(votes)}))
	}
	switch o := o.(type) {
	case *count.Runoff:
		for _, r := range o.Rounds {
			round(whole(r.Votes[i]))
		}
	case *count.Transfers:
		for _, s := range o.Stages {
			round(s.Votes[i])
		}
	case *count.Points:
		points := new(big.Rat).Quo(whole(o.Halves[i]), big.NewRat(2, 1))
		counts = []class{of("VoteCounts", class{"GpUnitId": unit, "Type": "other", "OtherType": "points", "Count": decimal(points)})}
	}
	return counts
}

func whole(n uint64) *big.Rat { return new(big.Rat).SetInt(new(big.Int).SetUint64(n)) }

// decimal is a number, rounded to nine decimals: what a method has more than these is in
// its working.
func decimal(n *big.Rat) json.Number {
	s := n.FloatString(9)
	return json.Number(strings.TrimSuffix(strings.TrimRight(s, "0"), "."))
}
