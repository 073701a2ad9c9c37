package ballot

import (
	"fmt"

	"veche.example/proofs"
)

// partyList is one list, with up to k preferences among its candidates, or blank.
// Bits: lists, candidates list by list, blank, then the slack of each list that has
// candidates. Implements C6 and C7 of docs/spec/rules.md.
type partyList struct {
	k          int
	blank      bool
	first      []int    // first[l] is the index of list l's first candidate, first[len(lists)] their number
	candidates *nameSet // of all lists
	slack      weights
}

func (r *Rule) partyList(p *problems, at string, c *Contest) scheme {
	s := &partyList{k: *r.Preferences, blank: r.Blank, first: []int{0}}
	var ids []string
	longest := 0
	for _, o := range c.Options {
		for _, candidate := range o.Candidates {
			ids = append(ids, candidate.ID)
		}
		s.first = append(s.first, len(ids))
		longest = max(longest, len(o.Candidates))
	}
	s.candidates = newNameSet(ids)
	s.slack = weightsFor(uint64(s.k))
	switch {
	case s.k < 1 || s.k > longest:
		p.add(at+".preferences", "%d preferences are impossible, the longest list has %d candidates; for lists alone use %q", s.k, longest, OneOfN)
	case len(c.Options) == 1 && !r.Blank:
		p.add(at, "one list is no choice; add another or allow blank")
	}
	return s
}

func (s *partyList) lists() int { return len(s.first) - 1 }

// places is the number of positions: lists, candidates, blank.
func (s *partyList) places() int {
	n := s.lists() + s.first[s.lists()]
	if s.blank {
		n++
	}
	return n
}

func (s *partyList) bits() int {
	n := s.places()
	for l := range s.lists() {
		if s.first[l] < s.first[l+1] {
			n += len(s.slack)
		}
	}
	return n
}

func (s *partyList) build() *piece {
	p := &piece{bits: s.bits()}
	for j := range s.places() {
		p.position(bit(j))
	}
	one := bitRange(0, s.lists())
	if s.blank {
		one = append(one, bit(s.places()-1))
	}
	p.require(1, one...) // C6
	s.eachSlack(func(l, lo, hi, slackAt int) {
		sum := append(bitRange(s.lists()+lo, s.lists()+hi), s.slack.terms(slackAt)...)
		p.require(0, append(sum, proofs.Term{Bit: l, Coef: -int64(s.k)})...) // C7
	})
	return p
}

// eachSlack calls f for every list l with candidates lo..hi-1 and the first bit of
// its slack.
func (s *partyList) eachSlack(f func(l, lo, hi, slackAt int)) {
	at := s.places()
	for l := range s.lists() {
		if lo, hi := s.first[l], s.first[l+1]; lo < hi {
			f(l, lo, hi, at)
			at += len(s.slack)
		}
	}
}

func (s *partyList) outputs(c *Contest) []Output {
	out := make([]Output, 0, s.places())
	for _, o := range c.Options {
		out = append(out, Output{o.ID, o.Name, 1})
	}
	for _, o := range c.Options {
		for _, candidate := range o.Candidates {
			out = append(out, Output{candidate.ID, candidate.Name, 1})
		}
	}
	if s.blank {
		out = append(out, Output{blankID, "Blank", 1})
	}
	return out
}

func (s *partyList) encode(c *Contest, ch *Choice, bits []byte) error {
	if err := ch.only(c, "selected", "list"); err != nil {
		return err
	}
	if ch.Blank {
		if err := ch.checkBlank(c); err != nil {
			return err
		}
		bits[s.places()-1] = 1
		return nil
	}
	list, ok := c.options.index[ch.List]
	if !ok {
		return fmt.Errorf("list %q cannot be chosen here", shorten(ch.List))
	}
	chosen, err := s.candidates.indices(ch.Selected)
	if err != nil {
		return err
	}
	if len(chosen) > s.k {
		return fmt.Errorf("%d candidates preferred, at most %d are allowed", len(chosen), s.k)
	}
	bits[list] = 1
	for _, i := range chosen {
		if i < s.first[list] || i >= s.first[list+1] {
			return fmt.Errorf("candidate %q is not on list %q", s.candidates.ids[i], ch.List)
		}
		bits[s.lists()+i] = 1
	}
	s.eachSlack(func(l, _, _, at int) {
		if l == list {
			s.slack.encode(uint64(s.k-len(chosen)), bits[at:])
		}
	})
	return nil
}

func (s *partyList) decode(c *Contest, bits []byte) Choice {
	if s.blank && bits[s.places()-1] == 1 {
		return Choice{Blank: true}
	}
	ch := Choice{Selected: s.candidates.chosen(bits[s.lists():])}
	for l, id := range c.options.ids {
		if bits[l] == 1 {
			ch.List = id
		}
	}
	return ch
}
