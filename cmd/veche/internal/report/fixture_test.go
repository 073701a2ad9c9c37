package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/proofs"
	"veche.example/tally"
	"veche.example/tally/record"
	"veche.example/tally/verify"
)

var opened = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func pointer[T any](v T) *T { return &v }

func party1(id, name string) ballot.Party {
	return ballot.Party{ID: id, Name: name, Key: proofs.GenerateSigningKey().Public().String()}
}

func options(names ...string) (out []ballot.Option) {
	for i, name := range names {
		out = append(out, ballot.Option{ID: fmt.Sprintf("o%d", i+1), Name: name})
	}
	return out
}

// manifest fills in what a manifest must have and parses it.
func manifest(t testing.TB, contests ...*ballot.Contest) *ballot.Manifest {
	return parsed(t, unparsed(contests))
}

// mixedManifest is manifest with mixers.
func mixedManifest(t testing.TB, contests ...*ballot.Contest) *ballot.Manifest {
	m := unparsed(contests)
	m.Mixers, m.Mixes = []ballot.Party{party1("mix", "Mixer one"), party1("mux", "Mixer two")}, 2
	return parsed(t, m)
}

func unparsed(contests []*ballot.Contest) *ballot.Manifest {
	return &ballot.Manifest{Version: ballot.Version, ID: "town-2026", Title: "Town & <country>", Width: 2, Threshold: 2, MinBallots: 10,
		Trustees: []ballot.Party{party1("ann", "Ann of the Trustees"), party1("bob", "Bob"), party1("eve", "إيفا")}, Witnesses: []ballot.Party{party1("wit", "Witness")},
		Box:  record.BoxParty(proofs.GenerateSigningKey(), "veche.example/town"),
		Roll: ballot.RollID{Hash: strings.Repeat("ab", 32), Voters: 1200}, Contests: contests}
}

func parsed(t testing.TB, m *ballot.Manifest) *ballot.Manifest {
	b, err := json.Marshal(m)
	require.NoError(t, err)
	m, err = ballot.ParseManifest(b)
	require.NoError(t, err)
	return m
}

func council(names ...string) *ballot.Contest {
	return &ballot.Contest{ID: "council", Title: "Town council", Options: options(names...), Rule: ballot.Rule{Type: ballot.OneOfN, Blank: true},
		Seats: &ballot.SeatRule{Seats: 9, Method: ballot.HighestAverages, Divisor: "dhondt", Ties: "report"}}
}

// passed is the report of a verified record of the manifest without a result.
func passed(m *ballot.Manifest) *verify.Report {
	r := &verify.Report{Election: m.ID, Title: m.Title, Fingerprint: strings.Repeat("0123456789abcdef", 4),
		Voters: m.Roll.Voters, Counted: 800, Superseded: 12, Challenged: 7, Undecided: 3}
	for n := verify.Layout; n <= verify.Result; n++ {
		r.Checks = append(r.Checks, verify.Check{Number: n, Name: fmt.Sprintf("name-%d", n), Reached: true, Items: 10 * int(n), Established: "holds"})
	}
	return r
}

// fail makes a check of the report fail.
func fail(r *verify.Report, n verify.Number, findings ...string) {
	c := &r.Checks[n-1]
	c.Established, c.Failed = "", len(findings)
	for _, f := range findings {
		c.Findings = append(c.Findings, verify.Finding{Place: "log, entry 7", Fault: f})
	}
}

// counted gives the totals, in the order of the outputs, and the seats of the first ones.
func counted(c *ballot.Contest, ballots uint64, votes []uint64, seats ...int) tally.ContestResult {
	r := tally.ContestResult{ID: c.ID, Title: c.Title, Ballots: ballots, Weight: ballots}
	for i, o := range c.Outputs() {
		total := tally.Total{ID: o.ID, Name: o.Name, Votes: votes[i]}
		if i < len(seats) {
			total.Seats = &seats[i]
		}
		r.Totals = append(r.Totals, total)
	}
	return r
}

func withResult(r *verify.Report, contests ...tally.ContestResult) *verify.Report {
	r.Result = &tally.Result{Election: r.Election, Title: r.Title, Fingerprint: r.Fingerprint, Contests: contests}
	return r
}

func everything(m *ballot.Manifest) Extra {
	return Extra{By: "Observers of the town", Version: "veche 1.2.3", Command: "veche verify town.zip", At: opened.Add(20 * time.Hour),
		Manifest: m, Closing: &Closing{Entries: 901, Root: [32]byte{1, 2}, Digest: [32]byte{3, 4}},
		Opened: opened, Closed: opened.Add(12 * time.Hour), Turnout: []Count{{opened.Add(time.Hour), 500}, {opened.Add(6 * time.Hour), 312}}}
}

// town is a verified report in which everything is as it should be.
func town(t testing.TB) (*verify.Report, Extra) {
	m := manifest(t, council("Red", "Green", "Blue"))
	r := withResult(passed(m), counted(m.Contests[0], 800, []uint64{400, 250, 100, 50}, 5, 3, 1))
	r.Result.Contests[0].Working = []string{"9 seats by D'Hondt", "  1  Red  400"}
	return r, everything(m)
}

// render returns the page.
func render(t testing.TB, r *verify.Report, extra Extra) string {
	var b bytes.Buffer
	require.NoError(t, HTML(&b, r, extra))
	return b.String()
}
