package ballot

import (
	"fmt"

	"veche.example/proofs"
)

// positional is a full ranking in which place r earns points[r]. Bits: row i of the
// permutation matrix says at which place option i stands. Implements C8 and C9 of
// docs/spec/rules.md.
type positional struct{ points []int }

func (r *Rule) borda(p *problems, at string, c *Contest) scheme {
	n := len(c.Options)
	points := make([]int, n)
	for k := range points {
		points[k] = n - 1 - k
	}
	return rankOf(p, at, c, &positional{points})
}

func (r *Rule) positional(p *problems, at string, c *Contest) scheme {
	n := len(c.Options)
	if len(r.Points) != n {
		p.add(at+".points", "%d numbers for %d options; state one for every place", len(r.Points), n)
		return nil
	}
	for k, points := range r.Points {
		p.within(fmt.Sprintf("%s.points[%d]", at, k), points, 0, maxNumber)
		if k > 0 && points > r.Points[k-1] {
			p.add(fmt.Sprintf("%s.points[%d]", at, k), "%d is more than the better place's %d", points, r.Points[k-1])
		}
	}
	if r.Points[0] == r.Points[n-1] {
		p.add(at+".points", "all places earn the same; let the first earn more than the last")
	}
	return rankOf(p, at, c, &positional{r.Points})
}

func rankOf(p *problems, at string, c *Contest, s scheme) scheme {
	if len(c.Options) < 2 {
		p.add(at, "there is nothing to rank; add an option")
	}
	return s
}

func (s *positional) bits() int { return len(s.points) * len(s.points) }

func (s *positional) build() *piece {
	n := len(s.points)
	p := &piece{bits: n * n}
	for i := range n {
		var row []proofs.Term
		for k, points := range s.points {
			if points > 0 {
				row = append(row, proofs.Term{Bit: i*n + k, Coef: int64(points)})
			}
		}
		p.position(row...)
		p.require(1, bitRange(i*n, (i+1)*n)...) // C8
	}
	for k := range n {
		column := make([]proofs.Term, n)
		for i := range column {
			column[i] = bit(i*n + k)
		}
		p.require(1, column...) // C9
	}
	return p
}

func (s *positional) outputs(c *Contest) []Output { return c.optionOutputs(uint64(s.points[0])) }

// ranking reads a choice that consists of a full Ranking alone, as option indices.
func (ch *Choice) ranking(c *Contest) ([]int, error) {
	if err := ch.only(c, "ranking"); err != nil {
		return nil, err
	}
	if ch.Blank {
		return nil, ch.checkBlank(c)
	}
	order, err := c.options.indices(ch.Ranking)
	if err == nil && len(order) != len(c.Options) {
		err = fmt.Errorf("%d options ranked, the rule wants all %d", len(order), len(c.Options))
	}
	return order, err
}

func (s *positional) encode(c *Contest, ch *Choice, bits []byte) error {
	order, err := ch.ranking(c)
	for place, i := range order {
		bits[i*len(s.points)+place] = 1
	}
	return err
}

func (s *positional) decode(c *Contest, bits []byte) Choice {
	n := len(s.points)
	ranking := make([]string, n)
	for j, b := range bits {
		if b == 1 {
			ranking[j%n] = c.options.ids[j/n]
		}
	}
	return Choice{Ranking: ranking}
}
