package count

import "fmt"

// Runoff is the outcome of InstantRunoff with its working.
type Runoff struct {
	Candidates []string
	Ballots    uint64 // all, blank ones included
	Blank      uint64
	Ties       TieBreak
	Rounds     []Round
	Winner     string // empty if Report left a choice open
}

// Round is one round of a Runoff. Slices follow the candidates.
type Round struct {
	Votes     []uint64 // ballots whose best candidate still in it is; 0 if excluded before
	In        []bool
	Exhausted uint64 // ballots, not blank, none of whose candidates is still in
	Choice    *Choice
	Excluded  []int      // at the end of the round; more than one only as in equation I2
	Moves     [][]uint64 // the ballots of each of Excluded by where they go; the last entry is nowhere
}

// InstantRunoff excludes the candidate with the fewest votes, round by round,
// until one has more than half of the votes that are not exhausted. Candidates
// with equally few votes are excluded together if that cannot matter; otherwise
// ties decides, and the count ends if it is Report. Equal ranks are an error. Time
// is linear in places on ballots and in ballots times candidates. Implements docs/spec/ranked.md, section 3.
func InstantRunoff(r Ranked, ties TieBreak, seed [32]byte) (*Runoff, error) {
	papers, blank, err := r.papers("instant runoff")
	if err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	if err := checkTies(ties); err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	out := &Runoff{Candidates: r.Candidates, Ballots: r.Weight(), Blank: blank, Ties: ties}
	in := allIn(len(r.Candidates))
	for {
		round := countRound(papers, in)
		if w := round.winner(); w >= 0 {
			out.Winner = r.Candidates[w]
		} else {
			round.exclude(chooser{r.Candidates, ties, seed}, papers)
		}
		out.Rounds = append(out.Rounds, *round)
		if len(round.Excluded) == 0 {
			return out, nil
		}
		for _, c := range round.Excluded {
			in[c] = false
		}
	}
}

func countRound(papers []paper, in []bool) *Round {
	r := &Round{Votes: make([]uint64, len(in)), In: append([]bool(nil), in...)}
	for i := range papers {
		if c := papers[i].next(in); c >= 0 {
			r.Votes[c] += papers[i].count
		} else {
			r.Exhausted += papers[i].count
		}
	}
	return r
}

// Continuing is the number of votes that are not exhausted.
func (r *Round) Continuing() uint64 {
	var sum uint64
	for _, v := range r.Votes {
		sum += v
	}
	return sum
}

// winner has more than half of the votes, or is the only one in (equation I1).
func (r *Round) winner() int {
	half, left := r.Continuing()/2, members(r.In)
	for _, c := range left {
		if r.Votes[c] > half || len(left) == 1 {
			return c
		}
	}
	return -1
}

// exclude finds who goes. Equals with fewer votes together than the next candidate
// go together: whichever went first, none of them could pass the next one, so all
// of them go before him and the votes end in the same places (equation I2).
func (r *Round) exclude(d chooser, papers []paper) {
	lowest, next := r.lowest()
	switch {
	case len(lowest) == 1, next > 0 && uint64(len(lowest))*r.Votes[lowest[0]] < next:
		r.Excluded = lowest
	default:
		r.Choice = &Choice{Context: contextExclusion, Between: pickNames(d.names, lowest)}
		if c := d.choose(r.Choice, lowest); c >= 0 {
			r.Excluded = []int{c}
		}
	}
	r.move(papers)
}

// lowest are the candidates with the fewest votes, and the votes of the next one,
// 0 if there is none.
func (r *Round) lowest() (lowest []int, next uint64) {
	for _, c := range members(r.In) {
		switch {
		case len(lowest) == 0 || r.Votes[c] == r.Votes[lowest[0]]:
			lowest = append(lowest, c)
		case r.Votes[c] < r.Votes[lowest[0]]:
			next, lowest = r.Votes[lowest[0]], []int{c}
		case next == 0 || r.Votes[c] < next:
			next = r.Votes[c]
		}
	}
	return lowest, next
}

// move records where the votes of the excluded go.
func (r *Round) move(papers []paper) {
	after := append([]bool(nil), r.In...)
	row := map[int][]uint64{}
	for _, c := range r.Excluded {
		after[c] = false
		row[c] = make([]uint64, len(after)+1)
		r.Moves = append(r.Moves, row[c])
	}
	for i := range papers {
		c := papers[i].next(r.In)
		if c < 0 || after[c] {
			continue
		}
		to := papers[i].next(after)
		if to < 0 {
			to = len(after)
		}
		row[c][to] += papers[i].count
	}
}
