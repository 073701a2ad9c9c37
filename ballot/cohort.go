package ballot

import (
	"fmt"

	"veche.example/elgamal"
)

// cohort is the voters of a style or a contest: how many, and their weights.
type cohort struct {
	voters      int
	least, most uint32
}

func (h *cohort) add(o cohort) {
	switch {
	case o.voters == 0:
	case h.voters == 0:
		*h = o
	default:
		*h = cohort{h.voters + o.voters, min(h.least, o.least), max(h.most, o.most)}
	}
}

// cohorts returns the voters of every style and of every contest.
func (m *Manifest) cohorts(r *Roll) (styles, contests []cohort) {
	styles, contests = make([]cohort, max(len(m.Styles), r.styles)), make([]cohort, len(m.Contests))
	for i := range r.Len() {
		v := r.Voter(i)
		styles[v.Style].add(cohort{1, v.Weight, v.Weight})
	}
	for i := range m.Styles {
		for _, c := range m.Styles[i].contests {
			contests[c.index].add(styles[i])
		}
	}
	return styles, contests
}

// What a mix and a count of rankings can hold; packages mixnet and tally/count have the
// same limits, and an election must not learn of them at its end.
const (
	maxRows     = 1 << 20
	maxElements = 1 << 22
	maxRankings = 1 << 22
)

// checkVoters checks a mixed contest's voters (M6 and M7 of docs/spec/manifest.md).
func (c *Contest) checkVoters(h *cohort, width int) error {
	row := c.Plaintexts() + elgamal.Blocks(c.Plaintexts(), width)
	switch {
	case h.least != h.most: // M6
		return fmt.Errorf("its voters have weights from %d to %d, and a vote that is counted by its weight is recognised by it; give them all one weight", h.least, h.most)
	case h.voters > maxRows || h.voters*row > maxElements: // M7
		return fmt.Errorf("%d voters with %d elements each are too many for one mix, which holds %d and %d elements in all; divide them among several contests",
			h.voters, row, maxRows, maxElements)
	}
	if s, ok := c.form.(*ranked); ok && min(float64(h.voters), s.rankings())*float64(1+s.max) > maxRankings { // M7
		return fmt.Errorf("%d voters can rank %d options in more ways than one count holds, which is %d places; lower max or divide the voters among several contests",
			h.voters, s.max, maxRankings)
	}
	return nil
}
