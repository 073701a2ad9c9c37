package ballot

import "fmt"

// Contest is one question on the ballot. It is valid as part of a parsed Manifest.
// Specified in docs/spec/rules.md.
type Contest struct {
	ID      string      `json:"id"`
	Title   string      `json:"title"`
	Options []Option    `json:"options,omitempty"` // none only if all votes are written
	Rule    Rule        `json:"rule"`
	Seats   *SeatRule   `json:"seats,omitempty"`
	Counts  []CountRule `json:"counts,omitempty"` // of a ranked contest, up to MaxCounts

	index   int      // in the manifest
	options *nameSet // options, not candidates
	scheme  scheme
	piece   *piece // of the scheme, built once, shared by all styles
	form    form   // of a mixed contest, which has no scheme and no piece
}

// Option is what a voter can choose: an answer, a person or a list. Only lists of a
// party-list contest have candidates.
type Option struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Candidates []Candidate `json:"candidates,omitempty"`
}

// Candidate is a person on a list.
type Candidate struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// blankID is the ID of the output that counts explicit blank votes; no option may
// have it.
const blankID = "blank"

// Output is one number of a contest's result: a position of the vote vector, if the
// contest is not mixed.
type Output struct {
	ID   string // of the option or candidate; "blank"; "a>b" for a pair
	Name string
	Max  uint64 // the most that one ballot adds, without its weight
}

// Outputs names the positions of the contest's vote vector, in order: the options,
// then a party list's candidates, then blank if the rule has it. A pairwise contest
// has one output for each pair i < j of options instead, in lexicographic order:
// ballots that rank option i above option j. A mixed contest has no vote vector: the
// outputs of one-of-many are what votes are counted for, written texts apart, and a
// ranked contest has none.
func (c *Contest) Outputs() []Output {
	switch {
	case c.Rule.Type == Ranked:
		return nil
	case c.Mixed():
		return c.optionOutputs(1)
	}
	return c.scheme.outputs(c)
}

// Index returns the contest's position in the manifest.
func (c *Contest) Index() int { return c.index }

// nameSet finds the index of an ID.
type nameSet struct {
	ids   []string
	index map[string]int
}

func newNameSet(ids []string) *nameSet {
	s := &nameSet{ids, make(map[string]int, len(ids))}
	for i, id := range ids {
		s.index[id] = i
	}
	return s
}

func (c *Contest) check(p *problems, at string) {
	before := p.found
	p.text(at+".title", c.Title)
	c.checkOptions(p, at)
	if p.found == before {
		c.compile(p, at+".rule")
	}
	if c.Seats != nil {
		c.Seats.check(p, at+".seats", c)
	}
	c.checkCounts(p, at+".counts")
}

func (c *Contest) checkOptions(p *problems, at string) {
	least := 1
	if c.Rule.Type == OneOfMany && c.Rule.WriteIn != 0 {
		least = 0
	}
	if !p.count(at+".options", "options", len(c.Options), least, MaxOptions) {
		return
	}
	total := len(c.Options)
	seen := p.ids()
	seen.seen[blankID] = `the reserved id of a blank vote (state "blank": true in the rule)`
	for i := range c.Options {
		if p.full() {
			return
		}
		o := &c.Options[i]
		here := fmt.Sprintf("%s.options[%d]", at, i)
		seen.add(here, o.ID)
		p.text(here+".name", o.Name)
		total += len(o.Candidates)
		if len(o.Candidates) > 0 && c.Rule.Type != PartyList {
			p.add(here+".candidates", "only the lists of a %q contest have candidates; leave it out", PartyList)
		}
		o.checkCandidates(p, seen, here)
	}
	p.count(at+".options", "options and candidates", total, least, MaxOptions)
}

func (o *Option) checkCandidates(p *problems, seen *ids, at string) {
	for j := range o.Candidates {
		here := fmt.Sprintf("%s.candidates[%d]", at, j)
		seen.add(here, o.Candidates[j].ID)
		p.text(here+".name", o.Candidates[j].Name)
	}
}

func (c *Contest) compile(p *problems, at string) {
	ids := make([]string, len(c.Options))
	for i := range c.Options {
		ids[i] = c.Options[i].ID
	}
	c.options = newNameSet(ids)
	before := p.found
	scheme, form := c.Rule.compile(p, at, c)
	switch {
	case p.found > before:
	case form != nil:
		c.form = form
	case scheme.bits() > MaxBallotBits:
		p.add(at, "needs %d bits, at most %d are possible; have fewer options, smaller numbers or several contests", scheme.bits(), MaxBallotBits)
	default:
		c.scheme, c.piece = scheme, scheme.build()
	}
}
