package count

import (
	"fmt"
	"math/big"
	"slices"
)

// gregory is a count by the weighted inclusive Gregory method: a surplus is
// transferred on all ballots of the candidate, each at a part of the value that it
// had for him.
type gregory struct {
	standing
	papers    []paper
	quota     *big.Rat
	held      [][]bundle // by candidate
	votes     []*big.Rat
	exhausted *big.Rat
	lost      *big.Rat
	pending   []int // elected, with a surplus that is not transferred yet
	effort    int64 // work done so far
}

// bundle is papers of one value, by index.
type bundle struct {
	value  *big.Rat
	papers []int
}

func newGregory(t *Transfers, d chooser, papers []paper) *gregory {
	n := len(t.Candidates)
	g := &gregory{standing: standing{t, d, allIn(n)}, papers: papers,
		held: make([][]bundle, n), votes: make([]*big.Rat, n), exhausted: new(big.Rat), lost: new(big.Rat)}
	for c := range g.votes {
		g.votes[c] = new(big.Rat)
	}
	g.quota = g.droop()
	return g
}

// droop is the quota (equations S1 and G1).
func (g *gregory) droop() *big.Rat {
	valid, parts := number(g.Valid()), number(uint64(g.Seats)+1)
	if g.Rule == Gregory {
		return new(big.Rat).SetFrac(valid, parts)
	}
	whole := new(big.Int).Quo(valid, parts)
	return new(big.Rat).SetInt(whole.Add(whole, number(1)))
}

// reached is at least a quota, or more than the exact quota, which one candidate
// more than there are seats can have.
func (g *gregory) reached(votes *big.Rat) bool {
	if g.Rule == Gregory {
		return votes.Cmp(g.quota) > 0
	}
	return votes.Cmp(g.quota) >= 0
}

// run is the stages. It returns an error when exact fractions grow too long, which
// may happen with many seats: each surplus can double their length.
func (g *gregory) run() error {
	first := bundle{value: big.NewRat(1, 1)}
	for i := range g.papers {
		first.papers = append(first.papers, i)
	}
	stage := &Stage{}
	g.pass(first, first.value)
	for !g.end(stage) {
		stage = &Stage{}
		if !g.step(stage) {
			g.note(stage)
			return nil
		}
		if g.effort > maxEffort {
			return fmt.Errorf("stage %d: exact fractions have grown too long; use another rule", len(g.Stages)+1)
		}
	}
	return nil
}

// step is one transfer: the highest surplus, or else the votes of the candidate
// with the fewest (rules 48 to 51). It reports false if a tie is left open.
func (g *gregory) step(stage *Stage) bool {
	if len(g.pending) > 0 {
		c := g.one(stage, contextSurplus, extremes(g.pending, g.votes, false), true)
		if c < 0 {
			return false
		}
		g.surplus(stage, c)
		return true
	}
	c := g.one(stage, contextExclusion, g.lowest(g.votes, new(big.Rat)), true)
	if c < 0 {
		return false
	}
	g.exclude(stage, c)
	return true
}

// end closes a stage: who is elected, and whether the count is complete.
func (g *gregory) end(stage *Stage) bool {
	g.note(stage)
	before := slices.Clone(g.in)
	done := g.elect(&g.Stages[len(g.Stages)-1], g.reached)
	for c := range before {
		if before[c] && !g.in[c] && g.votes[c].Cmp(g.quota) > 0 {
			g.pending = append(g.pending, c)
		}
	}
	return done
}

// note adds a stage with the totals as they are.
func (g *gregory) note(stage *Stage) {
	stage.Quota = g.quota
	stage.Votes = make([]*big.Rat, len(g.votes))
	for c, v := range g.votes {
		stage.Votes[c] = new(big.Rat).Set(v)
	}
	stage.Exhausted, stage.Lost = new(big.Rat).Set(g.exhausted), new(big.Rat).Set(g.lost)
	g.Stages = append(g.Stages, *stage)
}

// surplus transfers what a candidate has above the quota (equation S2).
func (g *gregory) surplus(stage *Stage, c int) {
	stage.Surplus = g.names[c]
	g.pending = slices.DeleteFunc(g.pending, func(p int) bool { return p == c })
	surplus := new(big.Rat).Sub(g.votes[c], g.quota)
	rest := new(big.Rat).Set(surplus)
	for _, b := range g.held[c] {
		if g.effort > maxEffort {
			return
		}
		value := new(big.Rat).Mul(surplus, b.value)
		value = g.cutOff(value.Quo(value, g.votes[c]))
		rest.Sub(rest, times(value, g.weight(b.papers)))
		stage.Parcels = append(stage.Parcels, g.pass(b, value))
	}
	g.lost.Add(g.lost, rest)
	g.votes[c], g.held[c] = g.quota, nil
}

// exclude transfers all ballots of a candidate at the value that they have.
func (g *gregory) exclude(stage *Stage, c int) {
	stage.Excluded = g.names[c]
	g.in[c] = false
	for _, b := range g.held[c] {
		if g.effort > maxEffort {
			return
		}
		stage.Parcels = append(stage.Parcels, g.pass(b, b.value))
	}
	g.votes[c], g.held[c] = new(big.Rat), nil
}

// pass moves papers to the next candidates on them, at a value.
func (g *gregory) pass(b bundle, value *big.Rat) Parcel {
	p := Parcel{Received: b.value, Value: value, To: make([]uint64, len(g.in))}
	to := make([][]int, len(g.in))
	for _, i := range b.papers {
		if c := g.papers[i].next(g.in); c >= 0 {
			to[c] = append(to[c], i)
			p.To[c] += g.papers[i].count
		} else {
			p.None += g.papers[i].count
		}
	}
	for c, papers := range to {
		if papers != nil {
			g.votes[c] = new(big.Rat).Add(g.votes[c], times(value, p.To[c]))
			g.held[c] = append(g.held[c], bundle{value, papers})
			words := int64(g.votes[c].Denom().BitLen()+value.Denom().BitLen()) / 64
			g.effort += 128 * words * words // to cancel the sum
		}
	}
	g.exhausted.Add(g.exhausted, times(value, p.None))
	return p
}

func (g *gregory) weight(papers []int) uint64 {
	var sum uint64
	for _, i := range papers {
		sum += g.papers[i].count
	}
	return sum
}

// cutOff cuts a value to 5 decimals where the rule does.
func (g *gregory) cutOff(value *big.Rat) *big.Rat {
	if g.Rule == Gregory {
		return value
	}
	units := new(big.Int).Mul(value.Num(), number(100_000))
	return new(big.Rat).SetFrac(units.Quo(units, value.Denom()), number(100_000))
}

func times(value *big.Rat, n uint64) *big.Rat {
	return new(big.Rat).Mul(value, new(big.Rat).SetInt(number(n)))
}

// sortByVotes sorts candidates, most votes first, equals in listed order.
func sortByVotes(candidates []int, votes []*big.Rat) {
	slices.SortStableFunc(candidates, func(a, b int) int { return votes[b].Cmp(votes[a]) })
}
