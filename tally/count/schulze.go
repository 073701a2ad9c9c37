package count

// Beatpaths is the outcome of Schulze with its working.
type Beatpaths struct {
	Matrix   *Matrix
	Strength [][]uint64 // p: the strength of the strongest path; 0 if there is none
	before   [][]int    // b: who comes last but one on a strongest path
	Verdict
}

// Schulze ranks the candidates by their strongest paths, a defeat being as strong
// as the ballots of the winning side. Two candidates are equal if their paths to
// each other are equally strong. Time is cubic in candidates, besides Pairwise.
// Implements docs/spec/ranked.md, section 7; M. Schulze, Social Choice and Welfare
// 36 (2011).
func Schulze(r Ranked, ties TieBreak, seed [32]byte) (*Beatpaths, error) {
	m, err := r.compare(ties)
	if err != nil {
		return nil, err
	}
	b := &Beatpaths{Matrix: m}
	b.strongest()
	better := func(x, y int) bool { return b.Strength[x][y] > b.Strength[y][x] }
	b.Verdict = verdict(r.Candidates, better, contextPaths, ties, seed)
	return b, nil
}

// strongest widens paths by one candidate after the other (equations Z1 and Z2).
func (b *Beatpaths) strongest() {
	n := len(b.Matrix.Candidates)
	b.Strength, b.before = square(n), make([][]int, n)
	for x := range n {
		b.before[x] = make([]int, n)
		for y := range n {
			b.before[x][y] = x
			if b.Matrix.beats(x, y) {
				b.Strength[x][y] = b.Matrix.Prefer[x][y]
			}
		}
	}
	for via := range n {
		for x := range n {
			for y := range n {
				through := min(b.Strength[x][via], b.Strength[via][y])
				if x != y && x != via && y != via && through > b.Strength[x][y] {
					b.Strength[x][y] = through
					b.before[x][y] = b.before[via][y]
				}
			}
		}
	}
}

// Path is a strongest path from one candidate to another, as indices with both
// ends; nil if there is none.
func (b *Beatpaths) Path(from, to int) []int {
	if from == to || b.Strength[from][to] == 0 {
		return nil
	}
	var back []int
	for at := to; at != from; at = b.before[from][at] {
		back = append(back, at)
	}
	path := []int{from}
	for k := len(back) - 1; k >= 0; k-- {
		path = append(path, back[k])
	}
	return path
}
