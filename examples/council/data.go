package main

import (
	_ "embed"
	"encoding/json"
	"math/rand/v2"
	"strconv"

	"veche.example/ballot"
	"veche.example/examples/internal/demo"
	"veche.example/tally/count"
)

//go:embed council-2024.json
var councilJSON []byte

// council is what was published about the election of the Coordination Council
// of Belarus in May 2024.
type council struct {
	Election   string
	Ballots    int
	Candidates int
	Seats      int
	Threshold  struct{ Percent uint64 }
	Lists      []struct {
		ID, Name            string
		Votes               uint64
		Seats               int
		SeatsFirstAnnounced int
	}
}

func published() (*council, error) {
	c := new(council)
	return c, json.Unmarshal(councilJSON, c)
}

// scale brings the lists' votes to n ballots in proportion, by largest
// remainder. With the published number it changes nothing.
func (c *council) scale(n int) error {
	lists := make([]count.Tally, len(c.Lists))
	for i, l := range c.Lists {
		lists[i] = count.Tally{ID: l.ID, Votes: l.Votes}
	}
	rule := count.Rule{Method: count.LargestRemainder, Quota: count.Hare, Base: count.AllVotes, Ties: count.ListedOrder}
	a, err := count.Allocate(rule, n, uint64(c.Ballots), lists, [32]byte{})
	if err != nil {
		return err
	}
	for i := range c.Lists {
		c.Lists[i].Votes = uint64(a.Seats[i])
	}
	c.Ballots = n
	return nil
}

// visit is one ballot that a voter casts, after one for the decoy that is opened if the
// voter challenges the device.
type visit struct {
	voter      int
	list       int
	challenges bool
	decoy      int
	sequence   uint64
	last       bool // the ballot counts
}

// visits returns what the voters do, for the contest.
func (c *council) visits(plan []visit) []demo.Visit {
	out := make([]demo.Visit, len(plan))
	for i, v := range plan {
		out[i] = demo.Visit{Voter: v.voter, Sequence: v.sequence, Choices: c.choice(v.list)}
		if v.challenges {
			out[i].Challenged = c.choice(v.decoy)
		}
	}
	return out
}

func (c *council) choice(list int) ballot.Choices {
	return ballot.Choices{"council": {Selected: []string{c.Lists[list].ID}}}
}

// plan shuffles who votes for what and when, so that the counting ballots add up
// to the published totals: one voter in 50 comes twice and changes the vote, one
// in 200 challenges the device.
func (c *council) plan(seed uint64) []visit {
	r := rand.New(rand.NewPCG(seed, 2024))
	var choices []int
	for i, l := range c.Lists {
		for range l.Votes {
			choices = append(choices, i)
		}
	}
	r.Shuffle(len(choices), func(i, j int) { choices[i], choices[j] = choices[j], choices[i] })
	var first, second []visit
	for voter, list := range choices {
		v := visit{voter: voter, list: list, decoy: r.IntN(len(c.Lists)), sequence: 1, last: true}
		v.challenges = voter%200 == 7
		if voter%50 == 3 {
			early := v
			early.list, early.last = v.decoy, false
			v.sequence, v.challenges = 2, false
			first, second = append(first, early), append(second, v)
			continue
		}
		first = append(first, v)
	}
	r.Shuffle(len(first), func(i, j int) { first[i], first[j] = first[j], first[i] })
	return append(first, second...)
}

func percent(part, whole uint64) string {
	return strconv.FormatFloat(100*float64(part)/float64(max(1, whole)), 'f', 2, 64)
}
