package ballot

import (
	"errors"
	"fmt"
	"slices"
)

// ranked is an order of min to max of n options, perhaps with equal ranks. Payload: for
// every option its rank from 1, or 0. Implements C12 of docs/spec/rules.md.
type ranked struct {
	n, min, max int
	equal       bool
}

// maxRanked is the most options of a ranked contest: a rank is a byte.
const maxRanked = 255

func (r *Rule) ranked(p *problems, at string, c *Contest) form {
	n, min, max := len(c.Options), *r.Min, *r.Max
	switch {
	case n < 2:
		p.add(at, "there is nothing to rank; add an option")
	case n > maxRanked:
		p.add(at, "%d options cannot be ranked, at most %d can; hold several contests", n, maxRanked)
	case max < 1 || max > n:
		p.add(at+".max", "%d of %d options cannot be ranked; state 1 to %d", max, n, n)
	case min > max:
		p.add(at+".min", "%d is more than max %d; lower it", min, max)
	}
	return &ranked{n, min, max, r.Equal}
}

func (s *ranked) size() int { return s.n }

// rankings is the number of legal votes, exact below 2^53.
func (s *ranked) rankings() float64 {
	sum, sets := 0.0, 1.0 // sets of k options
	for k, orders := range s.orders() {
		if k >= s.min {
			sum += sets * orders
		}
		sets = sets * float64(s.n-k) / float64(k+1)
	}
	return sum
}

// orders returns in how many ways k options can be ordered, for k = 0, …, max.
func (s *ranked) orders() []float64 {
	a := []float64{1}
	for k := 1; k <= s.max; k++ {
		if !s.equal {
			a = append(a, float64(k)*a[k-1])
			continue
		}
		sum, first := 0.0, 1.0 // sets of j options for the first rank
		for j := 1; j <= k; j++ {
			first = first * float64(k-j+1) / float64(j)
			sum += first * a[k-j]
		}
		a = append(a, sum)
	}
	return a
}

func (s *ranked) encode(c *Contest, ch *Choice, payload []byte) error {
	ranks, err := s.ranks(c, ch)
	if err != nil {
		return err
	}
	order, err := c.options.indices(slices.Concat(ranks...))
	if err != nil {
		return err
	}
	if len(order) < s.min || len(order) > s.max {
		return fmt.Errorf("%d options ranked, the rule wants %d to %d", len(order), s.min, s.max)
	}
	for k, rank := range ranks {
		for range rank {
			payload[order[0]] = byte(k + 1)
			order = order[1:]
		}
	}
	return nil
}

// ranks returns the IDs of every rank, best first.
func (s *ranked) ranks(c *Contest, ch *Choice) ([][]string, error) {
	if ch.Blank {
		return nil, errors.New("a blank vote says so by ranking nothing")
	}
	if !s.equal {
		return slices.Collect(slices.Chunk(ch.Ranking, 1)), ch.only(c, "ranking")
	}
	for k, rank := range ch.Ranks {
		if len(rank) == 0 {
			return nil, fmt.Errorf("rank %d is empty; leave it out", k+1)
		}
	}
	return ch.Ranks, ch.only(c, "ranks")
}

func (s *ranked) decode(c *Contest, payload []byte) (Choice, error) {
	var at [maxRanked + 1][]string // by rank
	var last byte
	for i, rank := range payload {
		at[rank] = append(at[rank], c.options.ids[i])
		last = max(last, rank)
	}
	ranks, ranked := at[1:int(last)+1], s.n-len(at[0])
	switch {
	case slices.ContainsFunc(ranks, func(of []string) bool { return len(of) == 0 }):
		return Choice{}, rankGap
	case !s.equal && len(ranks) < ranked:
		return Choice{}, sharedRank
	case ranked < s.min:
		return Choice{}, tooFewRanked
	case ranked > s.max:
		return Choice{}, tooMany
	case s.equal:
		return Choice{Ranks: slices.Clone(ranks)}, nil
	}
	return Choice{Ranking: slices.Concat(ranks...)}, nil
}
