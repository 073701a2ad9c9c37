package count

import (
	"bytes"
	"cmp"
	"slices"
)

// Majorities is the outcome of RankedPairs with its working.
type Majorities struct {
	Matrix *Matrix
	Pairs  []Pair // strongest first
	Order  []int  // under Draw and ListedOrder, the candidates in the order that decides between equal pairs
	Lots   [][32]byte
	Open   bool // Report left the order of equal pairs open, and nobody beats everybody
	Verdict
}

// Pair is a majority, of those who rank Winner above Loser.
type Pair struct {
	Winner, Loser int
	For, Against  uint64
	State         PairState
	Equals        bool // its place among equal pairs mattered and was decided by Order, or left open
}

// PairState is what became of a pair.
type PairState string

// The states of a pair.
const (
	Locked       PairState = "locked"
	Contradicted PairState = "contradicted" // by pairs locked before
	Undecided    PairState = "undecided"    // from an unbroken tie on
)

// RankedPairs is Tideman's method: the majorities are locked in, the strongest
// first, each unless it contradicts those locked before. A majority is stronger
// with more ballots for it, then with fewer against it. Pairs that are equal in
// both are locked together if that contradicts nothing; otherwise ties decides:
// Report leaves them and all weaker pairs undecided, and elects only who beats
// every other candidate. Time is cubic in candidates, besides Pairwise. Implements
// docs/spec/ranked.md, section 8.
func RankedPairs(r Ranked, ties TieBreak, seed [32]byte) (*Majorities, error) {
	m, err := r.compare(ties)
	if err != nil {
		return nil, err
	}
	out := &Majorities{Matrix: m}
	out.sort()
	out.order(ties, seed)
	reach := newClosure(len(r.Candidates))
	for from := 0; from < len(out.Pairs) && !out.Open; {
		to := from + 1
		for to < len(out.Pairs) && out.Pairs[to].compare(out.Pairs[from]) == 0 {
			to++
		}
		reach = out.lockGroup(out.Pairs[from:to], reach, ties)
		from = to
	}
	if out.Open {
		out.leaveOpen()
		return out, nil
	}
	out.Verdict = verdict(r.Candidates, reach.has, contextLocked, ties, seed)
	return out, nil
}

// leaveOpen is the outcome when the pairs could not all be decided. Who beats
// everybody is elected in any order, since nothing can contradict his pairs.
func (m *Majorities) leaveOpen() {
	if id, ok := m.Matrix.CondorcetWinner(); ok {
		m.Winner, m.Open = id, false
	}
}

// sort lists the majorities, strongest first (equation T1).
func (m *Majorities) sort() {
	for x := range m.Matrix.Candidates {
		for y := range m.Matrix.Candidates {
			if m.Matrix.beats(x, y) {
				m.Pairs = append(m.Pairs, Pair{Winner: x, Loser: y,
					For: m.Matrix.Prefer[x][y], Against: m.Matrix.Prefer[y][x], State: Undecided})
			}
		}
	}
	slices.SortStableFunc(m.Pairs, Pair.compare)
}

func (p Pair) compare(q Pair) int {
	return cmp.Or(cmp.Compare(q.For, p.For), cmp.Compare(p.Against, q.Against))
}

// order sets the order of candidates that decides between equal pairs.
func (m *Majorities) order(ties TieBreak, seed [32]byte) {
	if ties == Report {
		return
	}
	m.Order = members(allIn(len(m.Matrix.Candidates)))
	if ties == Draw {
		m.Lots = lots(seed, contextPair, m.Matrix.Candidates)
		slices.SortFunc(m.Order, func(a, b int) int { return bytes.Compare(m.Lots[a][:], m.Lots[b][:]) })
	}
}

const contextPair = "pair"

// lockGroup locks equal pairs: together if that makes no circle, otherwise in the
// order of candidates (equation T2). It returns what is locked then.
func (m *Majorities) lockGroup(group []Pair, reach closure, ties TieBreak) closure {
	all := reach.clone()
	var clash bool
	for i := range group {
		p := &group[i]
		switch {
		case reach.has(p.Loser, p.Winner):
			p.State = Contradicted
		case all.has(p.Loser, p.Winner):
			clash = true
		default:
			all.add(p.Winner, p.Loser)
		}
	}
	if !clash {
		for i := range group {
			if group[i].State != Contradicted {
				group[i].State = Locked
			}
		}
		return all
	}
	for i := range group {
		group[i].Equals = group[i].State != Contradicted
	}
	if ties == Report {
		m.Open = true
		return reach
	}
	m.lockInOrder(group, reach)
	return reach
}

// lockInOrder goes by the winner who is earlier in the order, then by the loser
// who is later.
func (m *Majorities) lockInOrder(group []Pair, reach closure) {
	place := make([]int, len(m.Order))
	for k, c := range m.Order {
		place[c] = k
	}
	slices.SortFunc(group, func(p, q Pair) int {
		return cmp.Or(cmp.Compare(place[p.Winner], place[q.Winner]), cmp.Compare(place[q.Loser], place[p.Loser]))
	})
	for i := range group {
		p := &group[i]
		p.State = Locked
		if reach.has(p.Loser, p.Winner) {
			p.State = Contradicted
			continue
		}
		reach.add(p.Winner, p.Loser)
	}
}

// closure is who is above whom by locked pairs, directly or through others: a set
// of bits for each candidate.
type closure [][MaxCandidates / 64]uint64

func newClosure(n int) closure { return make(closure, n) }

func (c closure) clone() closure { return slices.Clone(c) }

func (c closure) has(x, y int) bool { return c[x][y/64]>>(y%64)&1 == 1 }

// add puts x, and all who are above him, above y and all who are below him.
func (c closure) add(x, y int) {
	below := c[y]
	below[y/64] |= 1 << (y % 64)
	for z := range c {
		if z == x || c.has(z, x) {
			for w := range below {
				c[z][w] |= below[w]
			}
		}
	}
}
