package ballot

import (
	"fmt"
	"math"

	"veche.example/proofs"
)

// quadratic lets a voter buy v votes for an option at v² out of a budget. Bits: for
// every option one of 0..most, then slack. Implements C4 and C5 of
// docs/spec/rules.md.
type quadratic struct {
	n, most int
	budget  uint64
	slack   weights
}

func (r *Rule) quadratic(p *problems, at string, c *Contest) scheme {
	if *r.Budget < 1 {
		p.add(at+".budget", "must be at least 1; with 0 there is nothing to say")
	}
	return &quadratic{
		n:      len(c.Options),
		most:   int(math.Sqrt(float64(*r.Budget))), // exact for numbers this small
		budget: uint64(*r.Budget),
		slack:  weightsFor(uint64(*r.Budget)),
	}
}

func (s *quadratic) bits() int { return s.n*(s.most+1) + len(s.slack) }

func (s *quadratic) build() *piece {
	p := &piece{bits: s.bits()}
	var cost []proofs.Term
	for i := range s.n {
		at := i * (s.most + 1)
		p.require(1, bitRange(at, at+s.most+1)...) // C4
		votes := make([]proofs.Term, s.most)
		for v := 1; v <= s.most; v++ {
			votes[v-1] = proofs.Term{Bit: at + v, Coef: int64(v)}
			cost = append(cost, proofs.Term{Bit: at + v, Coef: int64(v * v)})
		}
		p.position(votes...)
	}
	p.require(int64(s.budget), append(cost, s.slack.terms(s.n*(s.most+1))...)...) // C5
	return p
}

func (s *quadratic) outputs(c *Contest) []Output { return c.optionOutputs(uint64(s.most)) }

func (s *quadratic) encode(c *Contest, ch *Choice, bits []byte) error {
	values, _, err := ch.scores(c, uint64(s.most))
	if err != nil {
		return err
	}
	var cost uint64
	for i, v := range values {
		cost += v * v
		bits[i*(s.most+1)+int(v)] = 1
	}
	if cost > s.budget {
		return fmt.Errorf("the votes cost %d, the budget is %d", cost, s.budget)
	}
	s.slack.encode(s.budget-cost, bits[s.n*(s.most+1):])
	return nil
}

func (s *quadratic) decode(c *Contest, bits []byte) Choice {
	return Choice{Scores: c.options.marked(func(i int) (votes uint64) {
		for v := 1; v <= s.most; v++ {
			votes += uint64(v) * uint64(bits[i*(s.most+1)+v])
		}
		return votes
	})}
}
