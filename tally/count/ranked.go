package count

import (
	"fmt"
	"slices"
)

// Limits on ranked and graded ballots, checked before any work.
const (
	MaxCandidates = 256     // candidates in one ranked or graded contest
	MaxRankings   = 1 << 22 // ballots and places on them together, a ballot once whatever its Count
	MaxWeight     = 1 << 54 // ballots, the sum of all counts
)

// Ranked is a contest with ranked ballots. Candidates are IDs as in Tally. The
// rules that count it are stated in docs/spec/ranked.md.
type Ranked struct {
	Candidates []string
	Ballots    []RankedBallot
}

// RankedBallot is one ranking with the number, or total weight, of the ballots
// that bear it. Ranks are groups of equals as indices of candidates, best first.
// Who is in no group is ranked below all who are. A ballot without ranks is blank.
type RankedBallot struct {
	Ranks [][]int
	Count uint64
}

// Check reports the first thing that is wrong, by its place, and what is allowed.
func (r Ranked) Check() error {
	if err := checkCandidates(r.Candidates); err != nil {
		return err
	}
	used, weight := 0, uint64(0)
	for i, b := range r.Ballots {
		if err := checkWeight(&weight, b.Count); err != nil {
			return fmt.Errorf("ballots[%d].count: %w", i, err)
		}
		if err := b.check(len(r.Candidates), &used); err != nil {
			return fmt.Errorf("ballots[%d]%w", i, err)
		}
	}
	return nil
}

func checkCandidates(candidates []string) error {
	if len(candidates) < 1 || len(candidates) > MaxCandidates {
		return fmt.Errorf("candidates: must be 1 to %d, not %d", MaxCandidates, len(candidates))
	}
	seen := make(map[string]int, len(candidates))
	for i, id := range candidates {
		if err := checkID(id); err != nil {
			return fmt.Errorf("candidates[%d]: %w", i, err)
		}
		if j, ok := seen[id]; ok {
			return fmt.Errorf("candidates[%d]: %q is number %d already, ids must differ", i, id, j)
		}
		seen[id] = i
	}
	return nil
}

// checkWeight adds a ballot's count to the sum so far.
func checkWeight(sum *uint64, count uint64) error {
	if count < 1 {
		return fmt.Errorf("must be 1 or more, leave out a ranking that nobody gave")
	}
	if count > MaxWeight-*sum {
		return fmt.Errorf("the sum of all counts passes %d", uint64(MaxWeight))
	}
	*sum += count
	return nil
}

func (b RankedBallot) check(candidates int, used *int) error {
	var seen [MaxCandidates]bool
	if *used++; *used > MaxRankings {
		return fmt.Errorf(": ballots and places on them pass %d; join equal rankings", MaxRankings)
	}
	for k, group := range b.Ranks {
		if len(group) == 0 {
			return fmt.Errorf(".ranks[%d]: must not be empty, leave out a rank without candidates", k)
		}
		for _, c := range group {
			if c < 0 || c >= candidates {
				return fmt.Errorf(".ranks[%d]: there is no candidate %d, they are 0 to %d", k, c, candidates-1)
			}
			if seen[c] {
				return fmt.Errorf(".ranks[%d]: candidate %d is ranked already, once is enough", k, c)
			}
			seen[c] = true
		}
		if *used += len(group); *used > MaxRankings {
			return fmt.Errorf(".ranks[%d]: ballots and places on them pass %d; join equal rankings", k, MaxRankings)
		}
	}
	return nil
}

// Weight is the number of ballots, or the sum of their weights.
func (r Ranked) Weight() uint64 {
	var sum uint64
	for _, b := range r.Ballots {
		sum += b.Count
	}
	return sum
}

// Without is the contest without some candidates, given by index: everybody else
// moves up. A ballot that ranked nobody else becomes blank.
func (r Ranked) Without(withdrawn []int) (Ranked, error) {
	if err := r.Check(); err != nil {
		return Ranked{}, fmt.Errorf("count: %w", err)
	}
	index := make([]int, len(r.Candidates))
	for k, c := range withdrawn {
		if c < 0 || c >= len(index) || index[c] < 0 {
			return Ranked{}, fmt.Errorf("count: withdrawn[%d]: there is no candidate %d, or twice", k, c)
		}
		index[c] = -1
	}
	out := Ranked{Ballots: make([]RankedBallot, len(r.Ballots))}
	for c, id := range r.Candidates {
		if index[c] == 0 {
			index[c] = len(out.Candidates)
			out.Candidates = append(out.Candidates, id)
		}
	}
	for i, b := range r.Ballots {
		out.Ballots[i] = b.renumber(index)
	}
	return out, nil
}

// renumber gives candidates new indices and drops those whose index is negative.
func (b RankedBallot) renumber(index []int) RankedBallot {
	out := RankedBallot{Count: b.Count}
	for _, group := range b.Ranks {
		var left []int
		for _, c := range group {
			if index[c] >= 0 {
				left = append(left, index[c])
			}
		}
		if left != nil {
			out.Ranks = append(out.Ranks, left)
		}
	}
	return out
}

// paper is a ballot without equal ranks, being counted.
type paper struct {
	order []int
	at    int // everybody before this place is out
	count uint64
}

// papers checks the contest for a rule that knows no equal ranks, and tells the
// blank ballots apart.
func (r Ranked) papers(rule string) (marked []paper, blank uint64, err error) {
	if err := r.Check(); err != nil {
		return nil, 0, err
	}
	for i, b := range r.Ballots {
		if len(b.Ranks) == 0 {
			blank += b.Count
			continue
		}
		p := paper{order: make([]int, len(b.Ranks)), count: b.Count}
		for k, group := range b.Ranks {
			if len(group) > 1 {
				return nil, 0, fmt.Errorf("ballots[%d].ranks[%d]: %d candidates share a rank, which %s does not allow",
					i, k, len(group), rule)
			}
			p.order[k] = group[0]
		}
		marked = append(marked, p)
	}
	return marked, blank, nil
}

// next is the best candidate of a ballot who is still in, -1 if there is none.
// Whoever is out stays out, so that all calls together walk the ballot once.
func (p *paper) next(in []bool) int {
	for ; p.at < len(p.order); p.at++ {
		if in[p.order[p.at]] {
			return p.order[p.at]
		}
	}
	return -1
}

// checkTies allows the tie rules that can decide between candidates who are equal
// in everything that the rule compares.
func checkTies(ties TieBreak) error {
	return oneOf("ties", ties, Report, Draw, ListedOrder)
}

// members are the indices that are true.
func members(in []bool) []int {
	var out []int
	for c, ok := range in {
		if ok {
			out = append(out, c)
		}
	}
	return out
}

func pickNames(names []string, indices []int) []string {
	out := make([]string, len(indices))
	for k, c := range indices {
		out[k] = names[c]
	}
	return out
}

func allIn(n int) []bool {
	return slices.Repeat([]bool{true}, n)
}
