package count

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func drawGraded(t *rapid.T) Graded {
	g := Graded{Candidates: []string{"A", "B", "C", "D"}[:rapid.IntRange(1, 4).Draw(t, "candidates")],
		Grades: []string{"excellent", "good", "fair", "poor"}[:rapid.IntRange(2, 4).Draw(t, "grades")]}
	for range rapid.IntRange(1, 6).Draw(t, "ballots") {
		b := GradedBallot{Count: rapid.Uint64Range(1, 3).Draw(t, "count")}
		for range g.Candidates {
			b.Grades = append(b.Grades, rapid.IntRange(NoGrade, len(g.Grades)-1).Draw(t, "grade"))
		}
		g.Ballots = append(g.Ballots, b)
	}
	return g
}

// values is the majority-value by the definition: the medians in the order in which
// they are removed, the lower of two.
func values(g Graded, c int) []int {
	var all, out []int
	for _, b := range g.Ballots {
		grade := b.Grades[c]
		if grade == NoGrade {
			grade = len(g.Grades) - 1
		}
		all = append(all, slices.Repeat([]int{grade}, int(b.Count))...)
	}
	slices.Sort(all) // best first
	for len(all) > 0 {
		middle := len(all) / 2
		out = append(out, all[middle])
		all = slices.Delete(all, middle, middle+1)
	}
	return out
}

func TestMajorityJudgmentByRemoval(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraded(t)
		j, err := MajorityJudgment(g, Report, [32]byte{})
		require.NoError(t, err)
		for x := range g.Candidates {
			v := values(g, x)
			require.Equal(t, v[0], j.Medians[x])
			for y := range g.Candidates {
				w, c := values(g, y), j.Compare(x, y)
				require.Equal(t, slices.Compare(v, w), min(1, max(-1, c.Better)))
				if c.Better != 0 {
					require.Equal(t, v[:c.Removed], w[:c.Removed])
					require.Equal(t, []int{v[c.Removed], w[c.Removed]}, []int{c.First, c.Second})
					require.Equal(t, j.Ranks[x] < j.Ranks[y], c.Better < 0)
				}
			}
		}
		require.Contains(t, j.Text(), "\nElected: ")
	})
}

// Runs of grades are removed at once: the largest weight takes no longer.
func TestMajorityJudgmentOfLargeWeights(t *testing.T) {
	t.Parallel()
	const half = MaxWeight / 2
	g := Graded{[]string{"A", "B"}, []string{"good", "fair", "poor"},
		[]GradedBallot{{[]int{0, 1}, 1}, {[]int{1, 1}, half - 1}, {[]int{1, 2}, 1}, {[]int{2, 1}, 1}, {[]int{1, 1}, half - 2}}}
	j, err := MajorityJudgment(g, Report, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, "A", j.Winner)
	require.Equal(t, uint64(MaxWeight-1), j.Compare(0, 1).Removed, "the one good is the last grade to be removed")
}

// A better grade on one ballot never costs a winner the seat.
func TestMajorityJudgmentIsMonotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraded(t)
		j, err := MajorityJudgment(g, Report, [32]byte{})
		require.NoError(t, err)
		w := slices.Index(g.Candidates, j.Winner)
		i := rapid.IntRange(0, len(g.Ballots)-1).Draw(t, "ballot")
		if w < 0 || g.Ballots[i].Grades[w] < 1 {
			t.Skip("nothing to raise")
		}
		g.Ballots[i].Grades[w]--
		again, err := MajorityJudgment(g, Report, [32]byte{})
		require.NoError(t, err)
		require.Equal(t, j.Winner, again.Winner)
	})
}

func TestMajorityJudgmentTie(t *testing.T) {
	t.Parallel()
	g := Graded{[]string{"A", "B"}, []string{"good", "bad"}, []GradedBallot{{[]int{0, 1}, 5}, {[]int{1, 0}, 5}}}
	j, err := MajorityJudgment(g, Report, [32]byte{})
	require.NoError(t, err)
	require.Empty(t, j.Winner)
	require.Equal(t, []string{"A", "B"}, j.Tie.Open)
	require.Equal(t, "grades", j.Tie.Context)
	j, err = MajorityJudgment(g, ListedOrder, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, "A", j.Winner)
}
