package count

import (
	"fmt"
	"strconv"
	"strings"
)

// Text is the whole working, round by round.
func (r *Runoff) Text() string {
	p := &page{}
	p.line("Instant runoff between %d candidates, ties %s.", len(r.Candidates), r.Ties)
	p.line("%d ballots, %d of them blank.", r.Ballots, r.Blank)
	for _, id := range append(r.Candidates[:len(r.Candidates):len(r.Candidates)], "exhausted") {
		p.fit(id, r.Ballots)
	}
	for k := range r.Rounds {
		r.writeRound(p, k)
	}
	p.elected(r.Winner)
	return p.String()
}

func (r *Runoff) writeRound(p *page, k int) {
	round := &r.Rounds[k]
	p.line("\nRound %d: %d votes, more than half is %d.", k+1, round.Continuing(), round.Continuing()/2+1)
	for _, c := range members(round.In) {
		p.count(r.Candidates[c], round.Votes[c], "")
	}
	p.count("exhausted", round.Exhausted, "")
	p.choice(round.Choice)
	if len(round.Excluded) > 1 {
		p.line("Equal, but together fewer than the next one, so all of them go:")
	}
	for i, c := range round.Excluded {
		p.line("Excluded: %s, with %d votes%s.", r.Candidates[c], round.Votes[c], r.moved(round.Moves[i]))
	}
}

// moved says where the votes of an excluded candidate go.
func (r *Runoff) moved(to []uint64) string {
	var parts []string
	for c, n := range to {
		switch {
		case n == 0:
		case c == len(r.Candidates):
			parts = append(parts, fmt.Sprintf("nobody %d", n))
		default:
			parts = append(parts, fmt.Sprintf("%s %d", r.Candidates[c], n))
		}
	}
	if parts == nil {
		return ""
	}
	return ", which go to " + strings.Join(parts, ", ")
}

func (p *page) elected(winner string) {
	if winner == "" {
		winner = "undecided"
	}
	p.line("\nElected: %s.", winner)
}

// verdict writes a ranking, best first.
func (p *page) verdict(names []string, v Verdict) {
	if v.Ranks != nil {
		p.line("\nRanking:")
	}
	for rank := 1; rank <= len(v.Ranks); rank++ {
		for c, r := range v.Ranks {
			if r == rank {
				p.row(names[c], "%d", rank)
			}
		}
	}
	p.tie(v.Tie)
	p.elected(v.Winner)
}

// grid writes numbers for pairs of candidates, who are numbered in the heading.
func (p *page) grid(names []string, cells [][]uint64) {
	for _, id := range names {
		p.fit(id, uint64(len(names)))
	}
	for _, row := range cells {
		for _, n := range row {
			p.digits = max(p.digits, len(strconv.FormatUint(n, 10)))
		}
	}
	head := ""
	for c := range names {
		head += fmt.Sprintf(" %*d", p.digits, c+1)
	}
	p.row("", "%*s%s", p.digits, "", head)
	for x, row := range cells {
		line := ""
		for y, n := range row {
			cell := strconv.FormatUint(n, 10)
			if x == y {
				cell = "-"
			}
			line += fmt.Sprintf(" %*s", p.digits, cell)
		}
		p.row(names[x], "%*d%s", p.digits, x+1, line)
	}
}

func (p *page) matrix(m *Matrix) {
	p.line("On how many of %d ballots the one in the row is above the one in the column:", m.Ballots)
	p.grid(m.Candidates, m.Prefer)
}

// Text is the matrix, and who beats everybody.
func (m *Matrix) Text() string {
	p := &page{}
	p.matrix(m)
	if id, ok := m.CondorcetWinner(); ok {
		p.line("%s beats every other candidate.", id)
	} else {
		p.line("Nobody beats every other candidate.")
	}
	return p.String()
}

// Text is the whole working: the matrix, the strongest paths and the ranking.
func (b *Beatpaths) Text() string {
	p, names := &page{}, b.Matrix.Candidates
	p.matrix(b.Matrix)
	p.line("\nStrongest path from the one in the row to the one in the column:")
	p.grid(names, b.Strength)
	for x := range names {
		for y := range names {
			if path := b.Path(x, y); len(path) > 2 {
				p.line("%s to %s: %s.", names[x], names[y], b.route(path))
			}
		}
	}
	p.verdict(names, b.Verdict)
	return p.String()
}

// route writes a path with the strength of each step.
func (b *Beatpaths) route(path []int) string {
	text := b.Matrix.Candidates[path[0]]
	for k := 1; k < len(path); k++ {
		text += fmt.Sprintf(" -%d- %s", b.Matrix.Prefer[path[k-1]][path[k]], b.Matrix.Candidates[path[k]])
	}
	return text
}

// Text is the whole working: the matrix, the pairs as they were locked and the
// ranking.
func (m *Majorities) Text() string {
	p, names := &page{}, m.Matrix.Candidates
	p.matrix(m.Matrix)
	if m.Order != nil {
		p.line("\nOrder for equal pairs: %s.", strings.Join(pickNames(names, m.Order), ", "))
	}
	for c, lot := range m.Lots {
		p.row(names[c], "lot %x", lot)
	}
	p.line("\nMajorities, the strongest first:")
	for _, pair := range m.Pairs {
		equals := ""
		if pair.Equals {
			equals = ", among equals whose order matters"
		}
		p.line("  %s over %s, %d to %d: %s%s", names[pair.Winner], names[pair.Loser], pair.For, pair.Against, pair.State, equals)
	}
	p.verdict(names, m.Verdict)
	return p.String()
}

// Text is the whole working: the matrix, the points and the ranking.
func (t *Points) Text() string {
	p, names := &page{}, t.Matrix.Candidates
	p.matrix(t.Matrix)
	p.line("\nPoints by rule %s:", t.Rule)
	for x, n := range t.Halves {
		half := ""
		if n%2 == 1 {
			half = ".5"
		}
		p.row(names[x], "%d%s", n/2, half)
	}
	p.verdict(names, t.Verdict)
	return p.String()
}

// Text is the whole working: how often each candidate has each grade, the medians,
// and what tells candidates of equal medians apart.
func (j *Judgment) Text() string {
	p := &page{}
	p.line("Majority judgment between %d candidates on %d ballots.", len(j.Candidates), j.Ballots)
	p.line("Grades, best first: %s.", strings.Join(j.Grades, ", "))
	for _, id := range j.Candidates {
		p.fit(id, j.Ballots)
	}
	p.line("The median is number %d from the worst.", j.middle()+1)
	for c, counts := range j.Counts {
		line := ""
		for _, n := range counts {
			line += fmt.Sprintf("%*d ", p.digits, n)
		}
		p.row(j.Candidates[c], "%smedian %s", line, j.Grades[j.Medians[c]])
	}
	j.writeComparisons(p)
	p.verdict(j.Candidates, j.Verdict)
	return p.String()
}

func (j *Judgment) writeComparisons(p *page) {
	for x := range j.Candidates {
		for y := x + 1; y < len(j.Candidates); y++ {
			if c := j.Compare(x, y); j.Medians[x] == j.Medians[y] && c.Better != 0 {
				p.line("%s and %s: after %d medians are removed from each, %s and %s.",
					j.Candidates[x], j.Candidates[y], c.Removed, j.Grades[c.First], j.Grades[c.Second])
			}
		}
	}
}
