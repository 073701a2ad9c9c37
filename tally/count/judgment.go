package count

import "fmt"

// MaxGrades is how many grades there may be.
const MaxGrades = 20

// NoGrade on a ballot is the lowest grade.
const NoGrade = -1

// Graded is a contest in which each ballot gives each candidate a grade.
type Graded struct {
	Candidates []string // IDs as in Tally
	Grades     []string // best first, IDs too
	Ballots    []GradedBallot
}

// GradedBallot is the grades of all candidates, in their order, as indices of
// Grades or NoGrade, with the number or total weight of the ballots that bear them.
type GradedBallot struct {
	Grades []int
	Count  uint64
}

// Check reports the first thing that is wrong, by its place, and what is allowed.
func (g Graded) Check() error {
	if err := checkCandidates(g.Candidates); err != nil {
		return err
	}
	if len(g.Grades) < 2 || len(g.Grades) > MaxGrades {
		return fmt.Errorf("grades: must be 2 to %d, not %d", MaxGrades, len(g.Grades))
	}
	seen := map[string]bool{}
	for i, id := range g.Grades {
		if err := checkID(id); err != nil {
			return fmt.Errorf("grades[%d]: %w", i, err)
		}
		if seen[id] {
			return fmt.Errorf("grades[%d]: %q is there already, grades must differ", i, id)
		}
		seen[id] = true
	}
	return g.checkBallots()
}

func (g Graded) checkBallots() error {
	if len(g.Ballots) < 1 || len(g.Ballots) > MaxRankings/len(g.Candidates) {
		return fmt.Errorf("ballots: must be 1 to %d for so many candidates, not %d; join equal ones",
			MaxRankings/len(g.Candidates), len(g.Ballots))
	}
	weight := uint64(0)
	for i, b := range g.Ballots {
		if err := checkWeight(&weight, b.Count); err != nil {
			return fmt.Errorf("ballots[%d].count: %w", i, err)
		}
		if len(b.Grades) != len(g.Candidates) {
			return fmt.Errorf("ballots[%d].grades: must be one for each of %d candidates, not %d", i, len(g.Candidates), len(b.Grades))
		}
		for c, grade := range b.Grades {
			if grade < NoGrade || grade >= len(g.Grades) {
				return fmt.Errorf("ballots[%d].grades[%d]: there is no grade %d, they are 0 to %d", i, c, grade, len(g.Grades)-1)
			}
		}
	}
	return nil
}

// Judgment is the outcome of MajorityJudgment with its working.
type Judgment struct {
	Candidates []string
	Grades     []string
	Ballots    uint64
	Counts     [][]uint64 // by candidate and grade
	Medians    []int      // the majority-grade of each candidate
	Verdict
}

// MajorityJudgment ranks the candidates by their median grade, the lower of the
// two in the middle. Equal medians are removed, one from each candidate, until
// the medians differ. Only candidates with equal numbers of each grade tie. Time
// is linear in ballots times candidates. Implements docs/spec/ranked.md, section 9;
// M. Balinski and R. Laraki, PNAS 104 (2007).
func MajorityJudgment(g Graded, ties TieBreak, seed [32]byte) (*Judgment, error) {
	if err := g.Check(); err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	if err := checkTies(ties); err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	j := &Judgment{Candidates: g.Candidates, Grades: g.Grades}
	for range g.Candidates {
		j.Counts = append(j.Counts, make([]uint64, len(g.Grades)))
	}
	for _, b := range g.Ballots {
		j.Ballots += b.Count
		for c, grade := range b.Grades {
			if grade == NoGrade {
				grade = len(g.Grades) - 1
			}
			j.Counts[c][grade] += b.Count
		}
	}
	for c := range g.Candidates {
		grade, _, _ := j.at(c, j.middle())
		j.Medians = append(j.Medians, grade)
	}
	better := func(x, y int) bool { return j.Compare(x, y).Better < 0 }
	j.Verdict = verdict(g.Candidates, better, contextGrades, ties, seed)
	return j, nil
}

// middle is the place of the median among the grades of a candidate, from the worst
// and counted from 0 (equation J1).
func (j *Judgment) middle() uint64 { return (j.Ballots - 1) / 2 }

// at is the grade at a place, from the worst, with the places from first up to
// before end that have it too.
func (j *Judgment) at(c int, place uint64) (grade int, first, end uint64) {
	for grade = len(j.Grades) - 1; ; grade-- {
		if end = first + j.Counts[c][grade]; place < end {
			return grade, first, end
		}
		first = end
	}
}

// Comparison is how two candidates compare.
type Comparison struct {
	Better  int    // negative if the first is better, positive if the second is, 0 if they are equal
	Removed uint64 // how many medians of each are removed until they differ
	First   int    // the grade of the first candidate then
	Second  int
}

// Compare removes equal medians from two candidates until they differ. The median
// of what is left is one place further down and one further up by turns, down
// first if the number of ballots is odd, so that whole runs of equal grades are
// removed at a time (equation J2).
func (j *Judgment) Compare(x, y int) Comparison {
	down, up := j.differDown(x, y), j.differUp(x, y)
	odd := j.Ballots%2 == 1
	switch {
	case odd && down.Removed > 0:
		down.Removed = 2*down.Removed - 1
	case !odd:
		down.Removed = 2 * down.Removed
	}
	up.Removed = 2*up.Removed + 1
	if odd {
		up.Removed++
	}
	if down.Better == 0 || up.Better != 0 && up.Removed < down.Removed {
		down = up
	}
	if down.Better == 0 {
		return Comparison{}
	}
	return down
}

// differDown is the first difference from the middle down to the worst grade, with
// as Removed the places that were equal.
func (j *Judgment) differDown(x, y int) Comparison {
	for place := j.middle(); ; {
		g, from, _ := j.at(x, place)
		h, since, _ := j.at(y, place)
		if g != h {
			return Comparison{g - h, j.middle() - place, g, h}
		}
		if place = max(from, since); place == 0 {
			return Comparison{}
		}
		place--
	}
}

// differUp is the first difference from above the middle up to the best grade.
func (j *Judgment) differUp(x, y int) Comparison {
	for place := j.middle() + 1; place < j.Ballots; {
		g, _, end := j.at(x, place)
		h, _, until := j.at(y, place)
		if g != h {
			return Comparison{g - h, place - j.middle() - 1, g, h}
		}
		place = min(end, until)
	}
	return Comparison{}
}
