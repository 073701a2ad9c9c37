package ballot

import (
	"fmt"

	"veche.example/proofs"
)

// points gives each of n options 0 to most, and, unless total is 0, all of them
// together total exactly or, with slack, at most. Bits: the weights of option 1, of
// option 2, …, slack. Implements C3 of docs/spec/rules.md.
type points struct {
	n     int
	most  weights
	total uint64
	exact bool
	slack weights
}

func (r *Rule) score(p *problems, at string, c *Contest) scheme {
	if *r.Max < 1 {
		p.add(at+".max", "must be at least 1; with 0 there is nothing to say")
	}
	return &points{n: len(c.Options), most: weightsFor(uint64(*r.Max))}
}

func (r *Rule) cumulative(p *problems, at string, c *Contest) scheme {
	n, each, total := len(c.Options), *r.PerOption, *r.Total
	switch {
	case each < 1 || total < 1:
		p.add(at, "per_option and total must be at least 1")
		return nil
	case each > total:
		p.add(at+".per_option", "%d is more than the total %d; lower it", each, total)
	case total > n*each:
		p.add(at+".total", "%d can never be spent on %d options with at most %d each; lower it", total, n, each)
	case r.Exact && total == n*each:
		p.add(at+".total", "%d leaves one legal vote; lower it", total)
	}
	s := &points{n: n, most: weightsFor(uint64(each)), total: uint64(total), exact: r.Exact}
	if !s.exact {
		s.slack = weightsFor(s.total)
	}
	return s
}

func (s *points) bits() int { return s.n*len(s.most) + len(s.slack) }

func (s *points) build() *piece {
	p := &piece{bits: s.bits()}
	var sum []proofs.Term
	for i := range s.n {
		value := s.most.terms(i * len(s.most))
		p.position(value...)
		sum = append(sum, value...)
	}
	if s.total > 0 {
		p.require(int64(s.total), append(sum, s.slack.terms(s.n*len(s.most))...)...) // C3
	}
	return p
}

func (s *points) max() uint64 {
	var max uint64
	for _, w := range s.most {
		max += w
	}
	return max
}

func (s *points) outputs(c *Contest) []Output { return c.optionOutputs(s.max()) }

func (s *points) encode(c *Contest, ch *Choice, bits []byte) error {
	values, sum, err := ch.scores(c, s.max())
	if err != nil {
		return err
	}
	if s.total > 0 && (sum > s.total || s.exact && sum < s.total) {
		return fmt.Errorf("%d points given of %d", sum, s.total)
	}
	k := len(s.most)
	for i, v := range values {
		s.most.encode(v, bits[i*k:(i+1)*k])
	}
	s.slack.encode(s.total-sum, bits[s.n*k:])
	return nil
}

// scores reads a choice that consists of Scores alone.
func (ch *Choice) scores(c *Contest, max uint64) ([]uint64, uint64, error) {
	if err := ch.only(c, "scores"); err != nil {
		return nil, 0, err
	}
	if ch.Blank {
		return nil, 0, ch.checkBlank(c)
	}
	return c.options.scores(ch.Scores, max)
}

func (s *points) decode(c *Contest, bits []byte) Choice {
	k := len(s.most)
	return Choice{Scores: c.options.marked(func(i int) uint64 {
		return s.most.decode(bits[i*k : (i+1)*k])
	})}
}
