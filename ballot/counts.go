package ballot

import "fmt"

// CountRule is a way in which the votes of a ranked contest are counted. Package
// tally/count explains and applies the methods.
type CountRule struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Method string `json:"method"`
	Seats  int    `json:"seats"`
	Ties   string `json:"ties"` // report, draw or listed-order
}

// The methods of a CountRule; one more is Borda.
const (
	InstantRunoff = "instant-runoff"
	STVScottish   = "stv-scottish"
	STVGregory    = "stv-gregory"
	STVMeek       = "stv-meek"
	Schulze       = "schulze"
	RankedPairs   = "ranked-pairs"
	Copeland      = "copeland"
)

// MaxCounts is how many counts a contest can have.
const MaxCounts = 8

func (c *Contest) checkCounts(p *problems, at string) {
	if len(c.Counts) == 0 {
		return
	}
	if c.Rule.Type != Ranked {
		p.add(at, "only a %q contest has counts; leave it out", Ranked)
		return
	}
	if !p.count(at, "counts", len(c.Counts), 1, MaxCounts) {
		return
	}
	seen := p.ids()
	for i := range c.Counts {
		here := fmt.Sprintf("%s[%d]", at, i)
		seen.add(here, c.Counts[i].ID)
		c.Counts[i].check(p, here, c)
	}
}

func (k *CountRule) check(p *problems, at string, c *Contest) {
	p.text(at+".title", k.Title)
	p.oneOf(at+".method", k.Method, InstantRunoff, STVScottish, STVGregory, STVMeek, Schulze, RankedPairs, Copeland, Borda)
	p.oneOf(at+".ties", k.Ties, "report", "draw", "listed-order")
	most := 1
	switch k.Method {
	case STVScottish, STVGregory, STVMeek:
		most = len(c.Options)
	}
	p.within(at+".seats", k.Seats, 1, most)
	switch k.Method {
	case InstantRunoff, STVScottish, STVGregory, STVMeek:
		if c.Rule.Equal {
			p.add(at+".method", `%q knows no equal ranks; leave "equal" out of the rule or choose another method`, k.Method)
		}
	}
}
