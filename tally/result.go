package tally

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"veche.example/ballot"
	"veche.example/proofs/transcript"
	"veche.example/tally/count"
)

// Result is what an election's record publishes in the end. It follows from the
// rest of the record and is never trusted by a verifier.
type Result struct {
	Election    string          `json:"election"`
	Title       string          `json:"title"`
	Fingerprint string          `json:"fingerprint"`
	Contests    []ContestResult `json:"contests"`
}

// ContestResult is the result of one contest. Seats and Working are there if the
// manifest has a seat rule.
type ContestResult struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Ballots uint64 `json:"ballots"` // that count, blank ones included
	Weight  uint64 `json:"weight"`  // of these ballots' voters
	// Withheld says that fewer ballots count than the manifest's min_ballots; there
	// are no totals then.
	Withheld  bool    `json:"withheld,omitempty"`
	Totals    []Total `json:"totals,omitempty"`
	Undecided int     `json:"undecided_seats,omitempty"`
	// Working is the count of seats, line by line.
	Working []string `json:"working,omitempty"`
}

// Total is the total of one output, and its seats if the manifest has a seat rule.
type Total struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Votes uint64 `json:"votes"`
	Seats *int   `json:"seats,omitempty"`
}

// Bytes returns the canonical text of the result: the JSON that the record's
// result.json must equal byte for byte.
func (r *Result) Bytes() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false) // "a>b" is what people read
	if err := e.Encode(r); err != nil {
		panic(err) // strings and numbers always encode
	}
	return b.Bytes()
}

// Result counts the totals of all contests, which Totals found before. The digest
// of the closing enters the seed of drawn ties.
func (a *Aggregate) Result(totals [][]uint64, closing [32]byte) (*Result, error) {
	m := a.election.Manifest
	r := &Result{Election: m.ID, Title: m.Title, Fingerprint: hex.EncodeToString(a.election.Fingerprint[:])}
	for k, c := range m.Contests {
		res := ContestResult{ID: c.ID, Title: c.Title, Ballots: a.sums[k].ballots, Weight: a.sums[k].weight}
		if res.Withheld = a.Withheld(k); res.Withheld {
			r.Contests = append(r.Contests, res)
			continue
		}
		for i, o := range c.Outputs() {
			res.Totals = append(res.Totals, Total{ID: o.ID, Name: o.Name, Votes: totals[k][i]})
		}
		if c.Seats != nil {
			if err := res.count(c, a.tieSeed(k, closing)); err != nil {
				return nil, fmt.Errorf("contest %q: %w", c.ID, err)
			}
		}
		r.Contests = append(r.Contests, res)
	}
	return r, nil
}

// tieSeed is fixed when the ballot box closes, and depends on what only t trustees
// together can compute: whoever closes the box, and chooses its time, cannot try
// out closings for the winner of a tie.
func (a *Aggregate) tieSeed(k int, closing [32]byte) [32]byte {
	id := a.election.Manifest.Contests[k].ID
	return transcript.Hash("tie-seed", a.election.Fingerprint[:], closing[:], []byte(id), a.sums[k].masks)
}

// count gives the seats to the options, which are the first outputs.
func (res *ContestResult) count(c *ballot.Contest, seed [32]byte) error {
	options := make([]count.Tally, len(c.Options))
	for i := range options {
		options[i] = count.Tally{ID: res.Totals[i].ID, Votes: res.Totals[i].Votes}
	}
	if c.Seats.Method == ballot.HighestTotals {
		return res.elect(c, options, seed)
	}
	allocation, err := count.Allocate(Rule(c.Seats), c.Seats.Seats, res.Weight, options, seed)
	if errors.Is(err, count.ErrNoList) {
		res.Undecided = c.Seats.Seats
		res.Working = []string{"no list reaches the threshold: no seat is given"}
		return nil
	}
	if err != nil {
		return err
	}
	res.publish(allocation.Seats, allocation.Undecided, allocation.Text())
	return nil
}

func (res *ContestResult) elect(c *ballot.Contest, options []count.Tally, seed [32]byte) error {
	ranking, err := count.Elect(options, c.Seats.Seats, count.TieBreak(c.Seats.Ties), seed)
	if err != nil {
		return err
	}
	elected := map[string]int{}
	for _, id := range ranking.Elected() {
		elected[id] = 1
	}
	seats := make([]int, len(options))
	for i := range options {
		seats[i] = elected[options[i].ID]
	}
	res.publish(seats, c.Seats.Seats-len(elected), ranking.Text())
	return nil
}

func (res *ContestResult) publish(seats []int, undecided int, working string) {
	for i := range seats {
		res.Totals[i].Seats = &seats[i]
	}
	res.Undecided = undecided
	res.Working = strings.Split(strings.TrimRight(working, "\n"), "\n")
}

// Rule is a manifest's seat rule in the terms of package count.
func Rule(s *ballot.SeatRule) count.Rule {
	r := count.Rule{
		Method:  count.Method(s.Method),
		Quota:   count.Quota(s.Quota),
		Base:    count.Base(s.QuotaBase),
		Divisor: count.Divisor(s.Divisor),
		Ties:    count.TieBreak(s.Ties),
	}
	if t := s.Threshold; t != nil {
		r.Threshold = count.Threshold{Numerator: t.Numerator, Denominator: t.Denominator, Base: count.ThresholdBase(t.Base)}
	}
	return r
}
