package count

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// PrefLib is a data type of the PrefLib library of preferences.
type PrefLib string

// The data types that can be written.
const (
	SOI PrefLib = "soi" // strict orders, incomplete: who is left out is not in the order; no equal ranks
	TOC PrefLib = "toc" // orders with ties, complete: who is left out is in a last group of equals
)

// Write is the contest as a PrefLib file of the given name, without its ending:
// equal orders joined, the most frequent first. A blank ballot is a tie of all
// candidates in toc and is left out of soi, which has no empty orders. The title
// is one line of at most MaxID bytes. Format: N. Mattei and T. Walsh, PrefLib: A
// Library for Preferences (2013), as revised in 2022.
func (p PrefLib) Write(r Ranked, name, title string) ([]byte, error) {
	if err := p.check(r, name, title); err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	orders, voters := p.orders(r)
	var out bytes.Buffer
	line := func(key string, value any) { fmt.Fprintf(&out, "# %s: %v\n", key, value) }
	line("FILE NAME", name+"."+string(p))
	line("TITLE", title)
	line("DESCRIPTION", "")
	line("DATA TYPE", string(p))
	line("MODIFICATION TYPE", "original")
	for _, key := range []string{"RELATES TO", "RELATED FILES", "PUBLICATION DATE", "MODIFICATION DATE"} {
		line(key, "")
	}
	line("NUMBER ALTERNATIVES", len(r.Candidates))
	line("NUMBER VOTERS", voters)
	line("NUMBER UNIQUE ORDERS", len(orders))
	for c, id := range r.Candidates {
		line(fmt.Sprintf("ALTERNATIVE NAME %d", c+1), id)
	}
	for _, o := range orders {
		fmt.Fprintf(&out, "%d: %s\n", o.Votes, o.ID)
	}
	return out.Bytes(), nil
}

func (p PrefLib) check(r Ranked, name, title string) error {
	if err := oneOf("data type", p, SOI, TOC); err != nil {
		return err
	}
	if err := checkID(name); err != nil {
		return fmt.Errorf("name: %w", err)
	}
	if err := checkID(title); err != nil {
		return fmt.Errorf("title: %w", err)
	}
	if p == SOI {
		_, _, err := r.papers("soi")
		return err
	}
	return r.Check()
}

// orders joins equal orders, most frequent first, then by their text.
func (p PrefLib) orders(r Ranked) (orders []Tally, voters uint64) {
	sums := map[string]uint64{}
	for _, b := range r.Ballots {
		if p == SOI && len(b.Ranks) == 0 {
			continue
		}
		sums[p.order(b, len(r.Candidates))] += b.Count
		voters += b.Count
	}
	for text, n := range sums {
		orders = append(orders, Tally{text, n})
	}
	slices.SortFunc(orders, func(a, b Tally) int { return cmp.Or(compareVotes(a, b), cmp.Compare(a.ID, b.ID)) })
	return orders, voters
}

// order writes a ranking, groups of equals in braces and ascending.
func (p PrefLib) order(b RankedBallot, candidates int) string {
	unranked := allIn(candidates)
	var groups []string
	write := func(group []int) {
		group = slices.Sorted(slices.Values(group))
		text := joinIndices(group, ",")
		if len(group) > 1 {
			text = "{" + text + "}"
		}
		groups = append(groups, text)
	}
	for _, group := range b.Ranks {
		write(group)
		for _, c := range group {
			unranked[c] = false
		}
	}
	if last := members(unranked); p == TOC && last != nil {
		write(last)
	}
	return strings.Join(groups, ",")
}
