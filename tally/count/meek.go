package count

import (
	"errors"
	"fmt"
	"math/big"
	"math/bits"
	"slices"
)

// meek is a count by Meek's method. A vote is unit units, and all values are
// whole numbers of units.
type meek struct {
	standing
	papers    []paper
	keep      []uint64 // keep factors, at most unit; 0 for the excluded
	votes     []*big.Int
	exhausted *big.Int
	quota     *big.Int
	surplus   *big.Int // the sum of the surpluses of the elected
	left      int      // iterations that the count may still take
}

const (
	unit          = 1_000_000_000 // 9 decimals
	settled       = 1_000         // 0.000001 votes: less surplus than this is none
	maxEffort     = 1 << 34       // steps in a count
	iterationCost = 1 << 14       // steps in an iteration besides its places
)

func newMeek(t *Transfers, d chooser, papers []paper) *meek {
	n := len(t.Candidates)
	places := 0
	for _, p := range papers {
		places += len(p.order)
	}
	return &meek{standing: standing{t, d, allIn(n)}, papers: papers, keep: slices.Repeat([]uint64{unit}, n),
		left: iterations(places)}
}

// iterations is how many a count may take (equation M5).
func iterations(places int) int { return int(int64(maxEffort) / int64(places+iterationCost)) }

// run is the rounds of the rule, each of which elects or excludes (step B).
func (m *meek) run() error {
	for {
		stage := Stage{}
		elects, err := m.iterate(&stage)
		if err != nil {
			return fmt.Errorf("stage %d: %w", len(m.Stages)+1, err)
		}
		m.note(&stage)
		done := m.elect(&stage, func(votes *big.Rat) bool { return elects && votes.Cmp(stage.Quota) >= 0 })
		open := false
		if !done && !elects {
			open = !m.exclude(&stage)
			done = !open && m.elect(&stage, func(*big.Rat) bool { return false })
		}
		m.Stages = append(m.Stages, stage)
		if done || open {
			return nil
		}
	}
}

// iterate adjusts keep factors until somebody has the quota or the surpluses are
// too small, or stop shrinking (step B.2). It reports whether who has the quota is
// elected. They can be more than the seats left, because what the elected keep is
// rounded and can fall short of the quota; then somebody is excluded instead.
func (m *meek) iterate(stage *Stage) (elects bool, err error) {
	for m.left > 0 {
		m.left--
		before := m.surplus
		m.distribute()
		stage.Iterations++
		if n := m.reached(); n > 0 {
			return n <= m.Seats-len(m.Elected), nil
		}
		last := stage.Iterations > 1 && m.surplus.Cmp(before) >= 0
		if last || m.surplus.Cmp(number(settled)) < 0 {
			return false, nil
		}
		m.adjust()
	}
	return false, errors.New("votes have not settled after the iterations that are allowed for so many ballots; use another rule")
}

// distribute gives each candidate on a ballot, in order, the part that he keeps of
// what is left of it, rounded up (step B.2.a, equation M1), and takes quota and
// surplus of that (steps B.2.b and B.2.d, equations M2 and M3).
func (m *meek) distribute() {
	sums := make([]sum128, len(m.keep)+1)
	for _, p := range m.papers {
		weight := uint64(unit)
		for _, c := range p.order {
			kept := (weight*m.keep[c] + unit - 1) / unit // below 2^64: weight, keep ≤ 10^9
			sums[c].add(kept, p.count)
			if weight -= kept; weight == 0 {
				break
			}
		}
		sums[len(m.keep)].add(weight, p.count)
	}
	m.votes, m.exhausted = nil, sums[len(m.keep)].big()
	total := new(big.Int)
	for _, s := range sums[:len(m.keep)] {
		m.votes = append(m.votes, s.big())
		total.Add(total, s.big())
	}
	m.quota = total.Quo(total, number(uint64(m.Seats)+1))
	m.quota.Add(m.quota, number(1))
	m.surplus = new(big.Int)
	for c, v := range m.votes {
		if m.isElected(c) {
			m.surplus.Add(m.surplus, new(big.Int).Sub(v, m.quota))
		}
	}
	if m.surplus.Sign() < 0 {
		m.surplus.SetUint64(0)
	}
}

// isElected holds for who is neither in nor excluded.
func (m *meek) isElected(c int) bool { return !m.in[c] && m.keep[c] > 0 }

// reached is how many candidates have the quota who are not elected yet (step
// B.2.c).
func (m *meek) reached() (n int) {
	for _, c := range members(m.in) {
		if m.votes[c].Cmp(m.quota) >= 0 {
			n++
		}
	}
	return n
}

// adjust lowers what the elected keep, so that it becomes the quota (step B.2.f,
// equation M4).
func (m *meek) adjust() {
	for c := range m.keep {
		if m.isElected(c) {
			m.keep[c] = m.lowered(c)
		}
	}
}

func (m *meek) lowered(c int) uint64 {
	if m.votes[c].Sign() == 0 {
		return unit
	}
	k := new(big.Int).Mul(number(m.keep[c]), m.quota)
	k = ceil(ceil(k, number(unit)).Mul(k, number(unit)), m.votes[c])
	if k.Cmp(number(unit)) > 0 {
		return unit
	}
	return k.Uint64()
}

// ceil sets n to n/d, rounded up, and returns it.
func ceil(n, d *big.Int) *big.Int {
	rest := new(big.Int)
	if n.QuoRem(n, d, rest); rest.Sign() > 0 {
		n.Add(n, number(1))
	}
	return n
}

// exclude takes out the candidate with the fewest votes, where a difference up to
// the surplus counts for none (step B.3). It reports false if a tie is left open.
func (m *meek) exclude(stage *Stage) bool {
	c := m.one(stage, contextExclusion, m.lowest(stage.Votes, votesOf(m.surplus)), false)
	if c < 0 {
		return false
	}
	stage.Excluded = m.names[c]
	m.in[c], m.keep[c] = false, 0
	return true
}

// note writes the totals into a stage.
func (m *meek) note(stage *Stage) {
	for c, v := range m.votes {
		stage.Votes = append(stage.Votes, votesOf(v))
		stage.Keep = append(stage.Keep, votesOf(number(m.keep[c])))
	}
	stage.Quota, stage.Exhausted, stage.Lost = votesOf(m.quota), votesOf(m.exhausted), new(big.Rat)
}

// votesOf converts units to votes.
func votesOf(units *big.Int) *big.Rat { return new(big.Rat).SetFrac(units, number(unit)) }

// sum128 is a sum of products of uint64.
type sum128 struct{ hi, lo uint64 }

// add adds a·b. At most 2^54 ballots of at most 10^9 units stay far below 2^128.
func (s *sum128) add(a, b uint64) {
	hi, lo := bits.Mul64(a, b)
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, lo, 0)
	s.hi += hi + carry
}

func (s sum128) big() *big.Int {
	n := new(big.Int).Lsh(number(s.hi), 64)
	return n.Or(n, number(s.lo))
}
