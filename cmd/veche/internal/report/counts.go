package report

import (
	"fmt"
	"io"
	"math/big"
	"slices"

	"veche.example/ballot"
	"veche.example/internal/chart"
	"veche.example/tally"
	"veche.example/tally/count"
)

// countView is one count of a ranked contest as the page shows it.
type countView struct {
	*tally.CountResult
	How      string   // the method, in words
	Winners  []string // names, in the order of their election
	Points   []points
	Pictures []picture

	names map[string]string // of the options, by id
}

// points are those of one candidate, in a count that gives any.
type points struct {
	Name, ID string
	Points   string
	Part     string // of the longest bar, in percent
}

var methods = map[string]string{
	ballot.InstantRunoff: "Instant runoff: each ballot counts for the best option on it that is still in. In each round the option with the fewest goes out, until one has more than half.",
	ballot.STVScottish:   "Single transferable vote, by the rules of Scottish local elections: who reaches the quota is elected, and what is above it goes on to the next on those ballots; if nobody reaches it, the one with the fewest goes out.",
	ballot.STVGregory:    "Single transferable vote, in exact fractions: who reaches the quota is elected, and what is above it goes on to the next on those ballots; if nobody reaches it, the one with the fewest goes out.",
	ballot.STVMeek:       "Single transferable vote, by Meek's method: those elected keep just the part of each ballot that they need for the quota, the rest goes on to the next; if nobody more reaches it, the one with the fewest goes out.",
	ballot.Schulze:       "Schulze's method: options are compared in pairs, and a chain of defeats is as strong as its weakest one. Who has the stronger chain to every other option wins.",
	ballot.RankedPairs:   "Ranked pairs: options are compared in pairs, and the defeats are set down from the strongest to the weakest, leaving out those that contradict what stands already.",
	ballot.Copeland:      "Copeland's method: options are compared in pairs, with a point for each other option that one beats, and half a point for each that it equals.",
	ballot.Borda:         "Borda's method: on each ballot an option gets a point for each other one below it, and half a point for each that is equal to it.",
}

func (v *contestView) addCounts(c *ballot.Contest) {
	names := map[string]string{}
	if c != nil {
		for _, o := range c.Options {
			names[o.ID] = o.Name
		}
	}
	drawn := false
	for i := range v.Counts {
		k := countView{CountResult: &v.Counts[i], How: methods[v.Counts[i].Method], names: names}
		k.Winners = k.named(k.Elected)
		k.draw()
		v.Counted = append(v.Counted, k)
		if m := k.pairs(); m != nil && !drawn { // it is the same for all counts
			v.addMatrix(k.named(m.Candidates), m.Prefer)
			drawn = true
		}
	}
}

// named gives names for ids, which stay where there is no manifest.
func (v *countView) named(ids []string) []string {
	out := slices.Clone(ids)
	for i, id := range out {
		if name := v.names[id]; name != "" {
			out[i] = name
		}
	}
	return out
}

func (v *countView) draw() {
	switch o := v.Outcome.(type) {
	case *count.Runoff:
		v.add("by round", func(w io.Writer, title string) error { return v.runoff(w, title, o) })
	case *count.Transfers:
		v.add("by round", func(w io.Writer, title string) error { return v.transfers(w, title, o) })
	case *count.Beatpaths:
		v.add("strongest chain from the one in the row to the one in the column", func(w io.Writer, title string) error {
			return chart.Matrix(w, title, v.named(o.Matrix.Candidates), o.Strength)
		})
	case *count.Points:
		v.points(o)
	}
}

// pairs returns the comparison in pairs, if the method is based on one.
func (v *countView) pairs() *count.Matrix {
	switch o := v.Outcome.(type) {
	case *count.Beatpaths:
		return o.Matrix
	case *count.Majorities:
		return o.Matrix
	case *count.Points:
		return o.Matrix
	}
	return nil
}

func (v *countView) add(what string, draw func(w io.Writer, title string) error) {
	v.Pictures = append(v.Pictures, newPicture(v.Title+": "+what, draw))
}

func (v *countView) points(o *count.Points) {
	most := slices.Max(o.Halves)
	for k, name := range v.named(o.Matrix.Candidates) {
		text := number(o.Halves[k] / 2)
		if o.Halves[k]%2 == 1 {
			text += ".5"
		}
		v.Points = append(v.Points, points{name, o.Matrix.Candidates[k], text, percent(o.Halves[k], most)})
	}
}

// runoff draws the rounds, with the half that has to be passed as their quota.
func (v *countView) runoff(w io.Writer, title string, o *count.Runoff) error {
	rounds := roundLabels(len(o.Rounds))
	courses := v.courses(o.Candidates, len(rounds))
	exhausted := chart.Course{Label: "no option left", Exhausted: true}
	for k := range o.Rounds {
		r := &o.Rounds[k]
		rounds[k].Quota = float64(r.Continuing()/2 + 1)
		for c, n := range r.Votes {
			courses[c].Votes[k] = float64(n)
		}
		for _, c := range r.Excluded {
			courses[c].Note = fmt.Sprintf("out after round %d", k+1)
		}
		exhausted.Votes = append(exhausted.Votes, float64(r.Exhausted))
	}
	elected(courses, o.Candidates, o.Winner, len(rounds))
	return chart.Transfers(w, title, rounds, append(courses, exhausted))
}

// transfers draws the stages of a single transferable vote.
func (v *countView) transfers(w io.Writer, title string, o *count.Transfers) error {
	rounds := roundLabels(len(o.Stages))
	courses := v.courses(o.Candidates, len(rounds))
	exhausted := chart.Course{Label: "no option left, or cut off", Exhausted: true}
	for k := range o.Stages {
		s := &o.Stages[k]
		rounds[k].Quota = float(s.Quota)
		for c, n := range s.Votes {
			courses[c].Votes[k] = float(n)
		}
		if c := slices.Index(o.Candidates, s.Excluded); c >= 0 {
			courses[c].Note = "out"
		}
		for _, id := range slices.Concat(s.Elected, s.Filled) {
			elected(courses, o.Candidates, id, k+1)
		}
		exhausted.Votes = append(exhausted.Votes, float(s.Exhausted)+float(s.Lost))
	}
	return chart.Transfers(w, title, rounds, append(courses, exhausted))
}

func elected(courses []chart.Course, candidates []string, id string, round int) {
	if c := slices.Index(candidates, id); c >= 0 {
		courses[c].Note = fmt.Sprintf("elected in round %d", round)
	}
}

// roundLabels numbers the rounds, with the word where there is room for it.
func roundLabels(n int) []chart.Round {
	out := make([]chart.Round, n)
	for k := range out {
		out[k].Label = fmt.Sprint(k + 1)
		if n <= 8 {
			out[k].Label = "Round " + out[k].Label
		}
	}
	return out
}

func (v *countView) courses(candidates []string, rounds int) []chart.Course {
	out := make([]chart.Course, len(candidates))
	for c, name := range v.named(candidates) {
		out[c] = chart.Course{Label: name, Votes: make([]float64, rounds)}
	}
	return out
}

func float(x *big.Rat) float64 {
	f, _ := x.Float64()
	return f
}
