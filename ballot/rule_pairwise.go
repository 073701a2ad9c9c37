package ballot

import "veche.example/proofs"

// pairwise is a full ranking as its comparisons. Bits: p_ij for i < j (option i
// stands above option j), then t_ijk for i < j < k, both in lexicographic order.
// p_ij + p_jk - p_ik = t_ijk excludes exactly the cycles. Implements C10 of docs/spec/rules.md.
type pairwise struct{ n int }

func (r *Rule) pairwise(p *problems, at string, c *Contest) scheme {
	return rankOf(p, at, c, &pairwise{len(c.Options)})
}

func (s *pairwise) pairs() int { return s.n * (s.n - 1) / 2 }

func (s *pairwise) bits() int { return s.pairs() + s.pairs()*(s.n-2)/3 }

// pair is the index of p_ij, i < j.
func (s *pairwise) pair(i, j int) int { return i*(2*s.n-i-1)/2 + j - i - 1 }

func (s *pairwise) build() *piece {
	p := &piece{bits: s.bits()}
	for j := range s.pairs() {
		p.position(bit(j))
	}
	s.eachTriple(func(ij, jk, ik, t int) {
		p.require(0, bit(ij), bit(jk), proofs.Term{Bit: ik, Coef: -1}, proofs.Term{Bit: t, Coef: -1}) // C10
	})
	return p
}

// eachTriple calls f with the bits of p_ij, p_jk, p_ik and t_ijk.
func (s *pairwise) eachTriple(f func(ij, jk, ik, t int)) {
	t := s.pairs()
	for i := range s.n {
		for j := i + 1; j < s.n; j++ {
			for k := j + 1; k < s.n; k++ {
				f(s.pair(i, j), s.pair(j, k), s.pair(i, k), t)
				t++
			}
		}
	}
}

func (s *pairwise) outputs(c *Contest) []Output {
	out := make([]Output, 0, s.pairs())
	for i, a := range c.Options {
		for _, b := range c.Options[i+1:] {
			out = append(out, Output{a.ID + ">" + b.ID, a.Name + " over " + b.Name, 1})
		}
	}
	return out
}

func (s *pairwise) encode(c *Contest, ch *Choice, bits []byte) error {
	order, err := ch.ranking(c)
	if err != nil {
		return err
	}
	for place, i := range order {
		for _, j := range order[place+1:] {
			if i < j {
				bits[s.pair(i, j)] = 1
			}
		}
	}
	s.eachTriple(func(ij, jk, ik, t int) { bits[t] = bits[ij] + bits[jk] - bits[ik] })
	return nil
}

func (s *pairwise) decode(c *Contest, bits []byte) Choice {
	ranking := make([]string, s.n)
	for i, id := range c.options.ids {
		place := 0
		for j := range s.n {
			if j < i && bits[s.pair(j, i)] == 1 || j > i && bits[s.pair(i, j)] == 0 {
				place++
			}
		}
		ranking[place] = id
	}
	return Choice{Ranking: ranking}
}
