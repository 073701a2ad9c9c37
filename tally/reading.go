package tally

import (
	"cmp"
	"maps"
	"slices"

	"veche.example/ballot"
	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
	"veche.example/tally/count"
)

// read reads the votes of a mixed contest, one for each row of plaintexts. Equal votes
// are read once, and all in the order of their bytes, so that nothing depends on the
// order of the rows.
func (a *Aggregate) read(k int, plain [][]group.Element) *Votes {
	votes := map[string]uint64{}
	for _, payload := range payloads(plain) {
		votes[payload]++
	}
	weight := uint64(1)
	if s := &a.sums[k]; s.ballots > 0 {
		weight = s.weight / s.ballots // all voters of the contest have one weight
	}
	r := newReading(a.election.Manifest.Contests[k])
	for _, payload := range slices.Sorted(maps.Keys(votes)) {
		r.add(payload, votes[payload]*weight) // A8
	}
	return r.votes()
}

// payloads returns what the elements of every row carry, joined, or nothing if one of
// them carries none: A7.
func payloads(plain [][]group.Element) []string {
	out := make([]string, len(plain))
	parallel.For(len(plain), 16, func(lo, hi int) {
		for e := lo; e < hi; e++ {
			out[e] = payload(plain[e])
		}
	})
	return out
}

func payload(row []group.Element) string {
	out := make([]byte, 0, len(row)*group.PayloadSize)
	for i := range row {
		p, ok := row[i].Payload() // A7
		if !ok {
			return ""
		}
		out = append(out, p[:]...)
	}
	return string(out)
}

// reading is the count of the votes of a mixed contest.
type reading struct {
	contest *ballot.Contest
	option  map[string]int // index by ID
	totals  []uint64
	texts   map[string]uint64
	ranked  []count.RankedBallot
	invalid map[string]uint64
}

func newReading(c *ballot.Contest) *reading {
	r := &reading{contest: c, option: map[string]int{}, texts: map[string]uint64{}, invalid: map[string]uint64{}}
	for i, o := range c.Options {
		r.option[o.ID] = i
	}
	r.totals = make([]uint64, len(c.Outputs()))
	return r
}

// add counts a payload that was found n times.
func (r *reading) add(payload string, n uint64) {
	if payload == "" {
		r.invalid[string(ballot.NoPayload)] += n
		return
	}
	choice, err := r.contest.ReadVote([]byte(payload))
	switch {
	case err != nil:
		r.invalid[err.Error()] += n
	case r.contest.Rule.Type == ballot.Ranked:
		r.ranked = append(r.ranked, count.RankedBallot{Ranks: r.ranks(&choice), Count: n})
	case choice.WriteIn != "":
		r.texts[choice.WriteIn] += n
	case choice.Blank:
		r.totals[len(r.contest.Options)] += n // the output behind the options
	default:
		r.totals[r.option[choice.Selected[0]]] += n
	}
}

// ranks are the ranks of a choice as indices of options, those of one rank in the
// manifest's order.
func (r *reading) ranks(choice *ballot.Choice) (out [][]int) {
	ranks := choice.Ranks
	for _, id := range choice.Ranking {
		ranks = append(ranks, []string{id})
	}
	for _, rank := range ranks {
		indices := make([]int, len(rank))
		for i, id := range rank {
			indices[i] = r.option[id]
		}
		out = append(out, indices)
	}
	return out
}

func (r *reading) votes() *Votes {
	v := new(Votes)
	if r.contest.Rule.Type == ballot.Ranked {
		v.Ranked = &count.Ranked{Ballots: r.ranked}
		for _, o := range r.contest.Options {
			v.Ranked.Candidates = append(v.Ranked.Candidates, o.ID)
		}
	} else {
		v.Totals = r.totals
	}
	for _, text := range slices.Sorted(maps.Keys(r.texts)) {
		v.WriteIns = append(v.WriteIns, WriteIn{text, r.texts[text]})
	}
	slices.SortStableFunc(v.WriteIns, func(a, b WriteIn) int { return cmp.Compare(b.Votes, a.Votes) })
	for _, reason := range slices.Sorted(maps.Keys(r.invalid)) {
		v.Invalid = append(v.Invalid, InvalidVotes{reason, r.invalid[reason]})
	}
	return v
}
