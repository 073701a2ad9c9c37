package tally

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"

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
// manifest has a seat rule, Counts if it has counts.
type ContestResult struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Ballots uint64 `json:"ballots"` // that count, blank and invalid ones included
	Weight  uint64 `json:"weight"`  // of these ballots' voters
	// Withheld says that fewer ballots count than the manifest's min_ballots; there
	// are no totals then.
	Withheld bool `json:"withheld,omitempty"`
	// Invalid is the votes of a mixed contest that are not legal.
	Invalid        uint64         `json:"invalid,omitempty"`
	InvalidReasons []InvalidVotes `json:"invalid_reasons,omitempty"`
	Totals         []Total        `json:"totals,omitempty"`
	WriteIns       []WriteIn      `json:"write_ins,omitempty"`
	Counts         []CountResult  `json:"counts,omitempty"`
	Undecided      int            `json:"undecided_seats,omitempty"`
	// Working is the count of seats, line by line.
	Working []string `json:"working,omitempty"`

	// Ranked is the votes of a ranked contest, for exports and charts. It is not in the
	// text of the result.
	Ranked *count.Ranked `json:"-"`
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

// Result counts the votes of all contests, which Open has read. The digest of the
// closing enters the seed of drawn ties.
func (a *Aggregate) Result(votes []*Votes, closing [32]byte) (*Result, error) {
	m := a.election.Manifest
	r := &Result{Election: m.ID, Title: m.Title, Fingerprint: hex.EncodeToString(a.election.Fingerprint[:])}
	for k, c := range m.Contests {
		res := ContestResult{ID: c.ID, Title: c.Title, Ballots: a.sums[k].ballots, Weight: a.sums[k].weight}
		if res.Withheld = a.Withheld(k); !res.Withheld {
			res.list(c, votes[k])
			if err := res.count(c, votes[k], a.tieSeed(k, votes[k], closing)); err != nil {
				return nil, fmt.Errorf("contest %q: %w", c.ID, err)
			}
		}
		r.Contests = append(r.Contests, res)
	}
	return r, nil
}

// list puts the votes into the result.
func (res *ContestResult) list(c *ballot.Contest, v *Votes) {
	for i, o := range c.Outputs() {
		res.Totals = append(res.Totals, Total{ID: o.ID, Name: o.Name, Votes: v.Totals[i]})
	}
	res.WriteIns, res.InvalidReasons, res.Ranked = v.WriteIns, v.Invalid, v.Ranked
	for _, reason := range v.Invalid {
		res.Invalid += reason.Votes
	}
}

// tieSeed depends on what only t trustees together can compute: whoever closes the
// box, and chooses its time, cannot try out closings for the winner of a tie.
func (a *Aggregate) tieSeed(k int, v *Votes, closing [32]byte) [32]byte {
	id := a.election.Manifest.Contests[k].ID
	return transcript.Hash("tie-seed", a.election.Fingerprint[:], closing[:], []byte(id), v.coin) // A5
}

// ties is the rule for ties. There is no lot if nothing was decrypted: its seed would
// be plain to whoever closes the box.
func (v *Votes) ties(rule string) count.TieBreak {
	if rule == string(count.Draw) && v.coin == nil {
		return count.Report
	}
	return count.TieBreak(rule)
}
