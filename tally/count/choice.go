package count

import (
	"bytes"
	"slices"
	"strings"
)

// Choice is the choice of one among candidates who are equal, in a rule that goes
// stage by stage: who is excluded, or whose surplus goes first. Rules that look
// back at earlier stages do so first.
type Choice struct {
	Context string     // what for: "exclusion" or "surplus"
	Between []string   // the equals, in listed order; for a surplus in order of election
	Looks   []Look     // the stages, latest first, that told them apart
	Rule    TieBreak   // what decided between those left; empty if the looks did
	Lots    [][32]byte // for Draw, one for each of those left
	Chosen  string     // empty if Report left it open
}

// Look is an earlier stage at which equals had unequal votes.
type Look struct {
	Stage int      // counted from 1
	Left  []string // who had the most, or for an exclusion the fewest
}

// The contexts of choices; docs/spec/ranked.md, section 2.
const (
	contextExclusion = "exclusion"
	contextSurplus   = "surplus"
)

// chooser breaks ties between candidates, who are given as indices.
type chooser struct {
	names []string
	ties  TieBreak
	seed  [32]byte
}

// choose decides between equals: the last of them for an exclusion, the first for
// anything else, by listed order or by lot, low lots first. It returns -1 for
// Report.
func (d chooser) choose(c *Choice, left []int) int {
	order := slices.Clone(left)
	c.Rule = d.ties
	switch d.ties {
	case Report:
		return -1
	case Draw:
		c.Lots = lots(d.seed, c.Context, pickNames(d.names, left))
		slices.SortFunc(order, func(a, b int) int {
			return bytes.Compare(c.Lots[slices.Index(left, a)][:], c.Lots[slices.Index(left, b)][:])
		})
	}
	chosen := order[0]
	if c.Context == contextExclusion {
		chosen = order[len(order)-1]
	}
	c.Chosen = d.names[chosen]
	return chosen
}

// left is who was left when the rule for ties had to decide.
func (c *Choice) left() []string {
	if len(c.Looks) == 0 {
		return c.Between
	}
	return c.Looks[len(c.Looks)-1].Left
}

// choice writes how equals were told apart, if they had to be.
func (p *page) choice(c *Choice) {
	if c == nil {
		return
	}
	p.line("Equal votes, one of them for %s: %s.", c.Context, strings.Join(c.Between, ", "))
	for _, l := range c.Looks {
		most := "most"
		if c.Context == contextExclusion {
			most = "fewest"
		}
		p.line("At the end of stage %d the %s of their votes: %s.", l.Stage, most, strings.Join(l.Left, ", "))
	}
	for i, lot := range c.Lots {
		p.row(c.left()[i], "lot %x", lot)
	}
	switch {
	case c.Chosen == "":
		p.line("Rule %s leaves it open; the count ends here.", c.Rule)
	case c.Rule != "":
		p.line("By rule %s: %s.", c.Rule, c.Chosen)
	}
}
