package ballot

import "fmt"

// choose is min to max of n options, or blank. Bits: options, blank, slack.
// Implements C2 of docs/spec/rules.md.
type choose struct {
	n, min, max int
	blank       bool
	slack       weights
}

func newChoose(n, min, max int, blank bool) *choose {
	s := &choose{n: n, min: min, max: max, blank: blank}
	if !s.free() {
		s.slack = weightsFor(uint64(max - min))
	}
	return s
}

// free reports that any set of options is legal, so that there is no constraint.
func (s *choose) free() bool { return s.min == 0 && s.max == s.n }

func (r *Rule) oneOfN(p *problems, at string, c *Contest) scheme {
	if len(c.Options) == 1 && !r.Blank {
		p.add(at, "one option is no choice; add another or allow blank")
	}
	return newChoose(len(c.Options), 1, 1, r.Blank)
}

func (r *Rule) kOfN(p *problems, at string, c *Contest) scheme {
	n, min, max := len(c.Options), *r.Min, *r.Max
	switch {
	case max < 1 || max > n:
		p.add(at+".max", "%d of %d options cannot be chosen; state 1 to %d", max, n, n)
		return nil
	case min > max:
		p.add(at+".min", "%d is more than max %d; lower it", min, max)
		return nil
	case r.Blank && min == 0:
		p.add(at+".min", "with blank the least number of options is 1, so that only blank says nothing")
	case min == n && !r.Blank:
		p.add(at+".min", "all %d of %d options are no choice; lower it or allow blank", min, n)
	}
	return newChoose(n, min, max, r.Blank)
}

func (r *Rule) approval(_ *problems, _ string, c *Contest) scheme {
	return newChoose(len(c.Options), 0, len(c.Options), false)
}

// places is the number of options, blank included.
func (s *choose) places() int {
	if s.blank {
		return s.n + 1
	}
	return s.n
}

func (s *choose) bits() int { return s.places() + len(s.slack) }

func (s *choose) build() *piece {
	p := &piece{bits: s.bits()}
	for j := range s.places() {
		p.position(bit(j))
	}
	if s.free() {
		return p
	}
	sum := append(bitRange(0, s.n), s.slack.terms(s.places())...)
	if s.blank {
		b0 := bit(s.n)
		b0.Coef = int64(s.max)
		sum = append(sum, b0)
	}
	p.require(int64(s.max), sum...) // C2
	return p
}

func (s *choose) outputs(c *Contest) []Output { return c.optionOutputs(1) }

// optionOutputs is one output per option, and blank if the rule has it.
func (c *Contest) optionOutputs(max uint64) []Output {
	out := make([]Output, 0, len(c.Options)+1)
	for _, o := range c.Options {
		out = append(out, Output{o.ID, o.Name, max})
	}
	if c.Rule.Blank {
		out = append(out, Output{blankID, "Blank", 1})
	}
	return out
}

func (s *choose) encode(c *Contest, ch *Choice, bits []byte) error {
	if err := ch.only(c, "selected"); err != nil {
		return err
	}
	if ch.Blank {
		if err := ch.checkBlank(c); err != nil {
			return err
		}
		bits[s.n] = 1
		return nil
	}
	chosen, err := c.options.indices(ch.Selected)
	if err != nil {
		return err
	}
	if len(chosen) < s.min || len(chosen) > s.max {
		return fmt.Errorf("%d options chosen, the rule wants %d to %d", len(chosen), s.min, s.max)
	}
	for _, i := range chosen {
		bits[i] = 1
	}
	s.slack.encode(uint64(s.max-len(chosen)), bits[s.places():])
	return nil
}

func (s *choose) decode(c *Contest, bits []byte) Choice {
	if s.blank && bits[s.n] == 1 {
		return Choice{Blank: true}
	}
	return Choice{Selected: c.options.chosen(bits[:s.n])}
}

// chosen returns the IDs whose bit is 1.
func (s *nameSet) chosen(bits []byte) []string {
	var out []string
	for i, id := range s.ids {
		if bits[i] == 1 {
			out = append(out, id)
		}
	}
	return out
}
