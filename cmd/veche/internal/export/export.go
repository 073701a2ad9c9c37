// Package export writes the result of an election in the formats of other programs. What it
// writes is as true as the result that it is given; package tally/verify gives a verified
// one. Which field becomes which is in docs/export.md.
package export

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"veche.example/ballot"
	"veche.example/tally"
	"veche.example/tally/verify"
)

// Election is what is exported.
type Election struct {
	Manifest *ballot.Manifest
	Contest  string // ID of the only one that is exported; empty for all
	Result   *tally.Result
	Report   *verify.Report // of the verification, nil if there was none
	Opened   time.Time      // when the ballot box says that it was; zero if it does not
	Closed   time.Time
	Made     time.Time // when this is exported
	Program  string    // name and version
}

// exports says whether a contest is exported.
func (e *Election) exports(c *ballot.Contest) bool { return e.Contest == "" || e.Contest == c.ID }

// Check refuses a contest that there is not, and a result that is not of the manifest's
// contests, which only one that nobody has verified can be.
func (e *Election) Check() error {
	if !slices.ContainsFunc(e.Manifest.Contests, e.exports) {
		return fmt.Errorf("contest %q: there is none in the manifest", e.Contest)
	}
	if len(e.Result.Contests) != len(e.Manifest.Contests) || e.Result.Election != e.Manifest.ID {
		return fmt.Errorf("the result of %q with %d contests, not of the manifest's %q with %d", e.Result.Election, len(e.Result.Contests), e.Manifest.ID, len(e.Manifest.Contests))
	}
	for k, c := range e.Manifest.Contests {
		if !matches(c, &e.Result.Contests[k]) {
			return fmt.Errorf("contest %q of the result: not contest %q of the manifest, or with other options or counts", e.Result.Contests[k].ID, c.ID)
		}
	}
	return nil
}

func matches(c *ballot.Contest, r *tally.ContestResult) bool {
	outputs := c.Outputs()
	if r.ID != c.ID || len(r.Totals) != len(outputs) && !r.Withheld || len(r.Counts) != len(c.Counts) && !r.Withheld {
		return false
	}
	for i := range r.Totals {
		if i >= len(outputs) || r.Totals[i].ID != outputs[i].ID {
			return false
		}
	}
	for i := range r.Counts {
		if i >= len(c.Counts) || r.Counts[i].ID != c.Counts[i].ID {
			return false
		}
	}
	return true
}

// document is the format "json".
type document struct {
	Version     string          `json:"version"`
	Verified    bool            `json:"verified"`
	Program     string          `json:"program"`
	Made        string          `json:"made"`
	Fingerprint string          `json:"fingerprint"`
	Hash        string          `json:"manifest_hash"`
	Opened      string          `json:"opened,omitempty"`
	Closed      string          `json:"closed,omitempty"`
	Turnout     *turnout        `json:"turnout,omitempty"`
	Checks      []verify.Check  `json:"checks,omitempty"`
	Warnings    []string        `json:"warnings,omitempty"`
	Notes       []string        `json:"notes,omitempty"`
	Manifest    json.RawMessage `json:"manifest"`
	Result      *tally.Result   `json:"result"`
}

// turnout is in the document if the record was verified.
type turnout struct {
	Voters     int `json:"voters"`
	Counted    int `json:"counted"`
	Superseded int `json:"superseded"`
	Challenged int `json:"challenged"`
	Undecided  int `json:"undecided"`
}

// JSON returns the result with its workings, the manifest and what was verified.
func (e *Election) JSON() ([]byte, error) {
	hash, result := e.Manifest.Hash(), *e.Result
	result.Contests = slices.DeleteFunc(slices.Clone(result.Contests), func(r tally.ContestResult) bool { return e.Contest != "" && e.Contest != r.ID })
	d := document{
		Version: "veche/v1 export", Verified: e.Report != nil, Program: e.Program, Made: date(e.Made),
		Fingerprint: e.Result.Fingerprint, Hash: hex.EncodeToString(hash[:]), Opened: date(e.Opened), Closed: date(e.Closed),
		Manifest: e.Manifest.Bytes(), Result: &result,
	}
	if r := e.Report; r != nil {
		d.Turnout = &turnout{r.Voters, r.Counted, r.Superseded, r.Challenged, r.Undecided}
		d.Checks, d.Warnings, d.Notes = r.Checks, r.Warnings, r.Notes
	}
	return encode(d)
}

// date is a time with its zone, or nothing.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func encode(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	return append(b, '\n'), err
}
