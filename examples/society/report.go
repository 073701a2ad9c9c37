package main

import (
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"
	"text/tabwriter"

	"veche.example/examples/internal/demo"
	"veche.example/internal/chart"
	"veche.example/tally"
	"veche.example/tally/count"
)

// outcome is the result of the contest and its two counts.
type outcome struct {
	*tally.ContestResult
	board     *count.Transfers
	president *count.Beatpaths
}

// newOutcome is an error if somebody is not elected.
func newOutcome(r *tally.ContestResult) (*outcome, error) {
	board, _ := r.Counts[0].Outcome.(*count.Transfers)
	president, _ := r.Counts[1].Outcome.(*count.Beatpaths)
	if board == nil || president == nil || board.Undecided > 0 || president.Winner == "" {
		return nil, errors.New("the board or the president is not elected")
	}
	return &outcome{r, board, president}, nil
}

func name(id string) string { return candidates[index(id)].Name }

func index(id string) int {
	for i, c := range candidates {
		if c.ID == id {
			return i
		}
	}
	return -1
}

// surname fits where the whole name does not.
func surname(id string) string {
	names := strings.Fields(name(id))
	return names[len(names)-1]
}

func (o *outcome) tables(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	o.boardTable(w)
	o.presidentTable(w)
	fmt.Fprintf(w, "\nInvalid votes: %d of %d\nvotes\t  reason\n", o.Invalid, o.Ballots)
	for _, r := range o.InvalidReasons {
		fmt.Fprintf(w, "%d\t  %s\n", r.Votes, r.Reason)
	}
	return w.Flush()
}

// ends returns how the count ended for each candidate, in words.
func (o *outcome) ends() []string {
	ends := make([]string, len(candidates))
	for k, s := range o.board.Stages {
		for _, id := range slices.Concat(s.Elected, s.Filled) {
			ends[index(id)] = fmt.Sprintf("elected in stage %d", k+1)
		}
		if s.Excluded != "" {
			ends[index(s.Excluded)] = fmt.Sprintf("out in stage %d", k+1)
		}
	}
	for i := range ends {
		if ends[i] == "" {
			ends[i] = "not elected"
		}
	}
	return ends
}

func (o *outcome) boardTable(w io.Writer) {
	first, last := &o.board.Stages[0], &o.board.Stages[len(o.board.Stages)-1]
	fmt.Fprintf(w, "Board of %d by the single transferable vote: quota %s of %d valid votes that are not blank\n",
		o.board.Seats, decimal(first.Quota), o.board.Valid())
	fmt.Fprintln(w, "first votes\tlast votes\t  candidate")
	ends := o.ends()
	for _, c := range o.boardOrder() {
		fmt.Fprintf(w, "%s\t%s\t  %s, %s\n", decimal(first.Votes[c]), decimal(last.Votes[c]), candidates[c].Name, ends[c])
	}
}

// boardOrder is those elected, in the order of their election, then the others, the last
// ones to be excluded first.
func (o *outcome) boardOrder() []int {
	var out []int
	for _, s := range o.board.Stages {
		if s.Excluded != "" {
			out = append([]int{index(s.Excluded)}, out...)
		}
	}
	var in []int
	for _, id := range o.board.Elected {
		in = append(in, index(id))
	}
	for c := range candidates {
		if !slices.Contains(in, c) && !slices.Contains(out, c) {
			in = append(in, c)
		}
	}
	return append(in, out...)
}

func (o *outcome) presidentTable(w io.Writer) {
	m := o.president.Matrix
	how := "nobody beats every other candidate, strongest paths decide"
	if id, ok := m.CondorcetWinner(); ok {
		how = name(id) + " beats every other candidate"
	}
	if o.president.Tie != nil {
		how += ", and lots between equals"
	}
	fmt.Fprintf(w, "\nPresident by Schulze's method: %s\n", how)
	fmt.Fprintln(w, "rank\tbeats\tloses to\tclosest\t  candidate")
	for _, c := range o.presidentOrder() {
		beats, loses, closest := o.duels(c)
		fmt.Fprintf(w, "%d\t%d\t%d\t%s\t  %s\n", o.president.Ranks[c], beats, loses, closest, candidates[c].Name)
	}
}

func (o *outcome) presidentOrder() []int {
	var order []int
	for c := range candidates {
		order = append(order, c)
	}
	slices.SortStableFunc(order, func(a, b int) int { return o.president.Ranks[a] - o.president.Ranks[b] })
	return order
}

// duels returns how many others a candidate beats and loses to, and the closest of the
// comparisons.
func (o *outcome) duels(c int) (beats, loses int, closest string) {
	d, least := o.president.Matrix.Prefer, int64(-1)
	for z := range candidates {
		margin := int64(d[c][z]) - int64(d[z][c])
		switch {
		case margin > 0:
			beats++
		case margin < 0:
			loses++
		}
		if z != c && (least < 0 || max(margin, -margin) < least) {
			least = max(margin, -margin)
			closest = fmt.Sprintf("%d:%d %s", d[c][z], d[z][c], surname(candidates[z].ID))
		}
	}
	return beats, loses, closest
}

// decimal writes votes with two decimals, cut off.
func decimal(x *big.Rat) string {
	hundredths := new(big.Int).Quo(new(big.Int).Mul(x.Num(), big.NewInt(100)), x.Denom()).Int64()
	return fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
}

// draw writes the two pictures next to the record and returns their names.
func (o *outcome) draw(dir string) ([]string, error) {
	rounds, courses := o.transfers()
	board, err := demo.Picture(dir, "board", func(w io.Writer) error {
		return chart.Transfers(w, "Board: votes stage by stage", rounds, courses)
	})
	if err != nil {
		return nil, err
	}
	order := o.presidentOrder()
	var names []string
	above := make([][]uint64, len(order))
	for i, x := range order {
		names = append(names, candidates[x].Name)
		for _, z := range order {
			above[i] = append(above[i], o.president.Matrix.Prefer[x][z])
		}
	}
	president, err := demo.Picture(dir, "president", func(w io.Writer) error {
		return chart.Matrix(w, "President: ballots that rank the one in the row above the one in the column", names, above)
	})
	return []string{board, president}, err
}

// transfers is the count of the board as it is drawn.
func (o *outcome) transfers() (rounds []chart.Round, courses []chart.Course) {
	exhausted := chart.Course{Label: "exhausted, or cut off", Exhausted: true}
	for _, s := range o.board.Stages {
		label := "first votes"
		switch {
		case s.Surplus != "":
			label = "surplus of " + surname(s.Surplus)
		case s.Excluded != "":
			label = "without " + surname(s.Excluded)
		}
		rounds = append(rounds, chart.Round{Label: label, Quota: float(s.Quota)})
		exhausted.Votes = append(exhausted.Votes, float(s.Exhausted)+float(s.Lost))
	}
	ends := o.ends()
	for _, c := range o.boardOrder() {
		course := chart.Course{Label: candidates[c].Name, Note: ends[c]}
		for _, s := range o.board.Stages {
			course.Votes = append(course.Votes, float(s.Votes[c]))
		}
		courses = append(courses, course)
	}
	return rounds, append(courses, exhausted)
}

func float(x *big.Rat) float64 {
	f, _ := x.Float64()
	return f
}
