package count

import (
	"cmp"
	"fmt"
	"slices"
)

// Ranking is the outcome of Elect.
type Ranking struct {
	Seats  int
	Places []Place // most votes first, equals in listed order
	Tie    *Tie    // nil if no seat depended on a tie
}

// Place is an option or candidate in a Ranking. Equal votes share a Rank, counted
// from 1; the next rank leaves out as many as shared it.
type Place struct {
	ID      string
	Votes   uint64
	Rank    int
	Elected bool
}

// Elect gives the seats of a referendum, a plurality or a k-of-n contest to the
// highest totals. Equal totals at the last seat are a tie, broken by ties or left
// open; MoreVotes never breaks it. There may be no more seats than totals. The
// seed is read by Draw only. Implements docs/spec/count.md, sections 5 and 6.
func Elect(totals []Tally, seats int, ties TieBreak, seed [32]byte) (*Ranking, error) {
	if _, err := sum(seats, "totals", totals); err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	if seats > len(totals) {
		return nil, fmt.Errorf("count: seats: %d seats are too many for %d options", seats, len(totals))
	}
	if err := oneOf("ties", ties, Report, Draw, ListedOrder, MoreVotes); err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	order := make([]int, len(totals))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return compareVotes(totals[i], totals[j]) })
	r := &Ranking{Seats: seats}
	elected := r.elect(totals, order, ties, seed)
	for k, i := range order {
		p := Place{ID: totals[i].ID, Votes: totals[i].Votes, Rank: k + 1, Elected: elected[i]}
		if k > 0 && r.Places[k-1].Votes == p.Votes {
			p.Rank = r.Places[k-1].Rank
		}
		r.Places = append(r.Places, p)
	}
	return r, nil
}

// elect decides who of order gets a seat, and records the tie if there is one.
func (r *Ranking) elect(totals []Tally, order []int, ties TieBreak, seed [32]byte) map[int]bool {
	in, tied := cut(order, r.Seats, func(i, j int) bool { return totals[i].Votes == totals[j].Votes })
	elected := map[int]bool{}
	for _, i := range in {
		elected[i] = true
	}
	if len(tied) == 0 {
		return elected
	}
	group := make([]contender, len(tied))
	for k, i := range tied {
		group[k] = contender{index: i, Tally: totals[i]}
	}
	var won []int
	r.Tie, won = breakTie(ties, group, r.Seats-len(in), contextVotes, seed)
	for _, i := range won {
		elected[i] = true
	}
	return elected
}

// Elected returns the IDs of those elected, most votes first.
func (r *Ranking) Elected() []string {
	var out []string
	for _, p := range r.Places {
		if p.Elected {
			out = append(out, p.ID)
		}
	}
	return out
}

// compareVotes orders more votes first.
func compareVotes(a, b Tally) int {
	return cmp.Compare(b.Votes, a.Votes)
}
