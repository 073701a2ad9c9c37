package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"veche.example/examples/internal/demo"
	"veche.example/internal/chart"
	"veche.example/tally"
	"veche.example/tally/count"
)

// reading is one reading of the rule as it was named, "Hare–Niemeyer with a 3 %
// threshold", which leaves the base of the quota open.
func (c *council) reading(totals []count.Tally, base count.Base) ([]int, error) {
	rule := count.Rule{
		Method: count.LargestRemainder, Quota: count.Hare, Base: base,
		Threshold: count.Threshold{Numerator: c.Threshold.Percent, Denominator: 100, Base: count.ValidVotes},
		Ties:      count.Report,
	}
	a, err := count.Allocate(rule, c.Seats, uint64(c.Ballots), totals, [32]byte{})
	if err != nil {
		return nil, err
	}
	return a.Seats, nil
}

func tallies(r *tally.ContestResult) []count.Tally {
	out := make([]count.Tally, len(r.Totals))
	for i, t := range r.Totals {
		out[i] = count.Tally{ID: t.ID, Votes: t.Votes}
	}
	return out
}

func dashed(seats []int) string {
	var parts []string
	for _, s := range seats {
		if s > 0 {
			parts = append(parts, fmt.Sprint(s))
		}
	}
	return strings.Join(parts, "-")
}

func (c *council) table(out io.Writer, r *tally.ContestResult) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "votes\t%\tseats\tfirst announced\tpublished\t  list")
	for i, l := range c.Lists {
		t := &r.Totals[i]
		fmt.Fprintf(w, "%d\t%s\t%d\t%d\t%d\t  %s\n", t.Votes, percent(t.Votes, r.Weight), *t.Seats, l.SeatsFirstAnnounced, l.Seats, l.Name)
	}
	return w.Flush()
}

// conclude says how the seats compare with the published ones.
func (c *council) conclude(out io.Writer, r *tally.ContestResult, complete bool) error {
	qualified, err := c.reading(tallies(r), count.QualifiedVotes)
	if err != nil {
		return err
	}
	seats, official, first := make([]int, len(c.Lists)), make([]int, len(c.Lists)), make([]int, len(c.Lists))
	for i, l := range c.Lists {
		seats[i], official[i], first[i] = *r.Totals[i].Seats, l.Seats, l.SeatsFirstAnnounced
	}
	if !complete {
		fmt.Fprintf(out, "Scaled to %d ballots, the rule gives %s; with the quota over the votes of the qualified lists it would give %s.\n", c.Ballots, dashed(seats), dashed(qualified))
		return nil
	}
	if dashed(seats) != dashed(official) {
		return fmt.Errorf("the seats are %s, published were %s", dashed(seats), dashed(official))
	}
	fmt.Fprintf(out, "The published %s is reproduced, by the Hare quota over all votes and the largest remainders of the lists above the threshold.\n", dashed(official))
	fmt.Fprintf(out, "With the quota over the votes of the qualified lists, the other reading of the rule, it would be %s.\n", dashed(qualified))
	fmt.Fprintf(out, "The first announcement, %s, follows from neither.\n", dashed(first))
	return nil
}

// draw writes the two pictures next to the record and returns their names.
func (c *council) draw(dir string, r *tally.ContestResult) ([]string, error) {
	var parties []chart.Party
	var bars []chart.Bar
	for i, l := range c.Lists {
		seats := *r.Totals[i].Seats
		parties = append(parties, chart.Party{Name: l.Name, Seats: seats})
		bars = append(bars, chart.Bar{Label: l.Name, Value: r.Totals[i].Votes, Note: fmt.Sprintf("%d seats", seats)})
	}
	needed := (r.Weight*c.Threshold.Percent + 99) / 100
	seats, err := demo.Picture(dir, "seats", func(w io.Writer) error { return chart.Hemicycle(w, c.Election, parties) })
	if err != nil {
		return nil, err
	}
	mark := chart.Mark{Label: fmt.Sprintf("threshold %d %%", c.Threshold.Percent), Value: needed}
	votes, err := demo.Picture(dir, "votes", func(w io.Writer) error { return chart.Bars(w, c.Election, bars, mark) })
	return []string{seats, votes}, err
}
