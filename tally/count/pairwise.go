package count

import "fmt"

// Matrix compares candidates in pairs.
type Matrix struct {
	Candidates []string
	Ballots    uint64     // all, blank ones included
	Prefer     [][]uint64 // d: on how many ballots the first is ranked above the second
}

// Verdict is a ranking of the candidates by a rule that elects one.
type Verdict struct {
	Ranks  []int  // 1 is best; equals share a rank, and the next rank leaves out as many
	Winner string // empty if equals share rank 1 and Report left it open
	Tie    *Tie   // nil if one candidate alone has rank 1
}

// Pairwise compares the candidates in pairs. Time is the sum of the squares of the
// lengths of the rankings. Implements docs/spec/ranked.md, equation P1.
func Pairwise(r Ranked) (*Matrix, error) {
	if err := r.Check(); err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	n := len(r.Candidates)
	m := &Matrix{Candidates: r.Candidates, Ballots: r.Weight(), Prefer: square(n)}
	both, ranked := square(n), make([]uint64, n)
	for _, b := range r.Ballots {
		m.add(b, both, ranked)
	}
	for x := range n {
		for y := range n {
			if x != y {
				m.Prefer[x][y] += ranked[x] - both[x][y]
			}
		}
	}
	return m, nil
}

// add counts the pairs of whom a ballot ranks both, and how many ballots rank each
// candidate, who is above all that the ballot leaves out.
func (m *Matrix) add(b RankedBallot, both [][]uint64, ranked []uint64) {
	var above []int
	for _, group := range b.Ranks {
		for _, y := range group {
			ranked[y] += b.Count
			for _, x := range above {
				m.Prefer[x][y] += b.Count
			}
		}
		above = append(above, group...)
	}
	for _, x := range above {
		for _, y := range above {
			both[x][y] += b.Count
		}
	}
}

func square(n int) [][]uint64 {
	out := make([][]uint64, n)
	for i := range out {
		out[i] = make([]uint64, n)
	}
	return out
}

// beats holds if more ballots rank x above y than y above x.
func (m *Matrix) beats(x, y int) bool { return m.Prefer[x][y] > m.Prefer[y][x] }

// CondorcetWinner is the candidate who beats every other one, if there is one.
func (m *Matrix) CondorcetWinner() (id string, ok bool) {
	for x, name := range m.Candidates {
		if wins, _ := m.record(x); wins == len(m.Candidates)-1 {
			return name, true
		}
	}
	return "", false
}

// record is how many candidates x beats, and with how many he is equal.
func (m *Matrix) record(x int) (wins, equal int) {
	for y := range m.Candidates {
		switch {
		case y == x:
		case m.beats(x, y):
			wins++
		case !m.beats(y, x):
			equal++
		}
	}
	return wins, equal
}

// verdict ranks candidates by a relation that has no circles, and gives the seat
// to one of those whom nobody is better than: each has as rank one more than there
// are better ones.
func verdict(names []string, better func(x, y int) bool, context string, ties TieBreak, seed [32]byte) Verdict {
	v := Verdict{Ranks: make([]int, len(names))}
	var first []contender
	for y, name := range names {
		v.Ranks[y] = 1
		for x := range names {
			if x != y && better(x, y) {
				v.Ranks[y]++
			}
		}
		if v.Ranks[y] == 1 {
			first = append(first, contender{index: y, Tally: Tally{ID: name}})
		}
	}
	if len(first) > 1 {
		v.Tie, _ = breakTie(ties, first, 1, context, seed)
		if len(v.Tie.Won) == 1 {
			v.Winner = v.Tie.Won[0]
		}
		return v
	}
	v.Winner = first[0].ID
	return v
}

// Points is the outcome of Copeland and of Borda.
type Points struct {
	Rule   string // "copeland" or "borda"
	Matrix *Matrix
	Halves []uint64 // points of each candidate, in halves
	Verdict
}

// Copeland gives a candidate a point for each other one whom he beats, and half a
// point for each with whom he is equal. The most points win. Implements
// docs/spec/ranked.md, equation C1.
func Copeland(r Ranked, ties TieBreak, seed [32]byte) (*Points, error) {
	return points("copeland", r, ties, seed, func(m *Matrix, x int) uint64 {
		wins, equal := m.record(x)
		return uint64(2*wins + equal)
	})
}

// Borda gives a candidate on each ballot a point for each other one who is ranked
// below him there, and half a point for each who is ranked equally. Who is left
// out is equal to all others who are, so that a ballot is worth n(n-1)/2 points
// however long it is. The most points win. Implements docs/spec/ranked.md,
// equation B1.
func Borda(r Ranked, ties TieBreak, seed [32]byte) (*Points, error) {
	return points("borda", r, ties, seed, func(m *Matrix, x int) (sum uint64) {
		for y := range m.Candidates {
			if y != x {
				sum += m.Ballots + m.Prefer[x][y] - m.Prefer[y][x] // at most 2^63: 255 · 2 · 2^54
			}
		}
		return sum
	})
}

func points(rule string, r Ranked, ties TieBreak, seed [32]byte, halves func(m *Matrix, x int) uint64) (*Points, error) {
	m, err := r.compare(ties)
	if err != nil {
		return nil, err
	}
	p := &Points{Rule: rule, Matrix: m, Halves: make([]uint64, len(r.Candidates))}
	for x := range r.Candidates {
		p.Halves[x] = halves(m, x)
	}
	better := func(x, y int) bool { return p.Halves[x] > p.Halves[y] }
	p.Verdict = verdict(r.Candidates, better, contextPoints, ties, seed)
	return p, nil
}

// compare is Pairwise for a rule that may have to break ties.
func (r Ranked) compare(ties TieBreak) (*Matrix, error) {
	if err := checkTies(ties); err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	return Pairwise(r)
}

// The contexts of ties for the one seat; docs/spec/ranked.md, section 2.
const (
	contextPoints = "points"
	contextPaths  = "paths"
	contextLocked = "locked"
	contextGrades = "grades"
)
