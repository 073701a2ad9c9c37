package export

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"veche.example/ballot"
	"veche.example/proofs"
	"veche.example/tally"
	"veche.example/tally/count"
	"veche.example/tally/verify"
)

func options(ids ...string) (out []ballot.Option) {
	for _, id := range ids {
		out = append(out, ballot.Option{ID: id, Name: strings.ToUpper(id[:1]) + id[1:]})
	}
	return out
}

func number(n int) *int { return &n }

// contests has every kind of rule.
func contests() []*ballot.Contest {
	return []*ballot.Contest{
		{ID: "fee", Title: "Shall the fee rise?", Options: options("yes", "no"), Rule: ballot.Rule{Type: ballot.OneOfN, Blank: true}},
		{ID: "mayor", Title: "Mayor", Options: options("ann", "bob"), Rule: ballot.Rule{Type: ballot.OneOfN},
			Seats: &ballot.SeatRule{Seats: 1, Method: ballot.HighestTotals, Ties: "report"}},
		{ID: "board", Title: "Board", Options: options("ann", "bob", "cy"), Rule: ballot.Rule{Type: ballot.KOfN, Min: number(0), Max: number(2)},
			Seats: &ballot.SeatRule{Seats: 2, Method: ballot.HighestTotals, Ties: "report"}},
		{ID: "council", Title: "Council", Options: options("left", "right"), Rule: ballot.Rule{Type: ballot.OneOfN},
			Seats: &ballot.SeatRule{Seats: 9, Method: ballot.HighestAverages, Divisor: "dhondt", Ties: "report"}},
		{ID: "lists", Title: "Assembly", Rule: ballot.Rule{Type: ballot.PartyList, Blank: true, Preferences: number(1)}, Options: []ballot.Option{
			{ID: "red", Name: "Red", Candidates: []ballot.Candidate{{ID: "rosa", Name: "Rosa"}, {ID: "rita", Name: "Rita"}}},
			{ID: "green", Name: "Green", Candidates: []ballot.Candidate{{ID: "gus", Name: "Gus"}}}},
			Seats: &ballot.SeatRule{Seats: 3, Method: ballot.HighestAverages, Divisor: "dhondt", Ties: "report"}},
		{ID: "day", Title: "Days", Options: options("mon", "tue", "wed"), Rule: ballot.Rule{Type: ballot.Approval}},
		{ID: "stars", Title: "Stars", Options: options("film", "play"), Rule: ballot.Rule{Type: ballot.Score, Max: number(5)}},
		{ID: "points", Title: "Points", Options: options("road", "park"), Rule: ballot.Rule{Type: ballot.Cumulative, Total: number(4), PerOption: number(3)}},
		{ID: "credits", Title: "Credits", Options: options("road", "park"), Rule: ballot.Rule{Type: ballot.Quadratic, Budget: number(9)}},
		{ID: "borda", Title: "Order", Options: options("a", "b", "c"), Rule: ballot.Rule{Type: ballot.Borda}},
		{ID: "places", Title: "Places", Options: options("a", "b", "c"), Rule: ballot.Rule{Type: ballot.Positional, Points: []int{5, 2, 0}},
			Seats: &ballot.SeatRule{Seats: 1, Method: ballot.HighestTotals, Ties: "report"}},
		{ID: "pairs", Title: "Pairs", Options: options("a", "b", "c"), Rule: ballot.Rule{Type: ballot.Pairwise}},
		{ID: "name", Title: "Name", Options: options("fox", "owl"), Rule: ballot.Rule{Type: ballot.OneOfMany, Blank: true, WriteIn: 50}},
		{ID: "chair", Title: "Chair", Options: options("ann", "bob", "cy"), Rule: ballot.Rule{Type: ballot.Ranked, Min: number(0), Max: number(3)}, Counts: []ballot.CountRule{
			{ID: "irv", Title: "Runoff", Method: ballot.InstantRunoff, Seats: 1, Ties: "report"},
			{ID: "stv", Title: "Two seats", Method: ballot.STVScottish, Seats: 2, Ties: "report"},
			{ID: "schulze", Title: "Schulze", Method: ballot.Schulze, Seats: 1, Ties: "report"},
			{ID: "borda", Title: "Borda", Method: ballot.Borda, Seats: 1, Ties: "report"},
			{ID: "copeland", Title: "Copeland", Method: ballot.Copeland, Seats: 1, Ties: "report"}}},
		{ID: "wishes", Title: `Wishes, "as they are"`, Options: []ballot.Option{{ID: "pool", Name: "Pool"}, {ID: "hall", Name: `The "hall"`}, {ID: "lane", Name: "Pool"}},
			Rule: ballot.Rule{Type: ballot.Ranked, Min: number(0), Max: number(3), Equal: true}},
	}
}

func manifest(t testing.TB, contests ...*ballot.Contest) *ballot.Manifest {
	party := func(id string) ballot.Party {
		return ballot.Party{ID: id, Name: id, Key: proofs.GenerateSigningKey().Public().String()}
	}
	_, log, err := note.GenerateKey(rand.Reader, "veche.example/town")
	require.NoError(t, err)
	b, err := json.Marshal(ballot.Manifest{
		Version: ballot.Version, ID: "town", Title: "Town of <Veche> & others", Width: 2, Threshold: 1, Mixes: 1,
		Trustees: []ballot.Party{party("ann")}, Mixers: []ballot.Party{party("mia")},
		Box: ballot.Box{Key: proofs.GenerateSigningKey().Public().String(), Log: log}, Roll: ballot.RollID{Hash: fmt.Sprintf("%064x", 1), Voters: 100},
		Contests: contests,
		Styles:   []ballot.Style{{ID: "all", Contests: ids(contests)}, {ID: "few", Contests: ids(contests)[len(contests)-1:]}},
	})
	require.NoError(t, err)
	m, err := ballot.ParseManifest(b)
	require.NoError(t, err)
	return m
}

func ids(contests []*ballot.Contest) (ids []string) {
	for _, c := range contests {
		ids = append(ids, c.ID)
	}
	return ids
}

// counted is 13 votes for the first output, 12 for the second and so on; an option has a
// seat less than the one before.
func counted(c *ballot.Contest) tally.ContestResult {
	r := tally.ContestResult{ID: c.ID, Title: c.Title, Ballots: 40, Weight: 40}
	for i, o := range c.Outputs() {
		r.Totals = append(r.Totals, tally.Total{ID: o.ID, Name: o.Name, Votes: uint64(13 - i)})
		if c.Seats != nil && i < len(c.Options) {
			r.Totals[i].Seats = number(max(0, len(c.Options)-1-i))
		}
	}
	if c.Rule.WriteIn > 0 {
		r.WriteIns = []tally.WriteIn{{Text: "Ćmok", Votes: 3}, {Text: "<elk>", Votes: 2}}
	}
	if c.Rule.Type == ballot.Ranked {
		r.Ranked = &count.Ranked{Candidates: optionIDs(c.Options), Ballots: []count.RankedBallot{
			{Ranks: [][]int{{0}, {1}}, Count: 20}, {Ranks: [][]int{{1}, {2}}, Count: 7}, {Ranks: [][]int{{2}, {1}, {0}}, Count: 10}, {Count: 3},
		}}
		r.Invalid, r.InvalidReasons = 2, []tally.InvalidVotes{{Reason: string(ballot.NoPayload), Votes: 2}}
	}
	return r
}

func optionIDs(options []ballot.Option) (ids []string) {
	for _, o := range options {
		ids = append(ids, o.ID)
	}
	return ids
}

func countRanked(t testing.TB, c *ballot.Contest, r *tally.ContestResult) {
	one := func(o tally.Outcome, err error, winner string) {
		require.NoError(t, err)
		rule := c.Counts[len(r.Counts)]
		res := tally.CountResult{ID: rule.ID, Title: rule.Title, Method: rule.Method, Seats: rule.Seats, Outcome: o, Elected: []string{winner}, Working: []string{"working"}}
		r.Counts = append(r.Counts, res)
	}
	runoff, err := count.InstantRunoff(*r.Ranked, count.Report, [32]byte{})
	one(runoff, err, runoff.Winner)
	stv, err := count.STV(*r.Ranked, count.Scottish, 2, count.Report, [32]byte{})
	one(stv, err, "")
	r.Counts[1].Elected = stv.Elected
	paths, err := count.Schulze(*r.Ranked, count.Report, [32]byte{})
	one(paths, err, paths.Winner)
	borda, err := count.Borda(*r.Ranked, count.Report, [32]byte{})
	one(borda, err, borda.Winner)
	copeland, err := count.Copeland(*r.Ranked, count.Report, [32]byte{})
	one(copeland, err, copeland.Winner)
}

// town is an election with every kind of contest, verified.
func town(t testing.TB) *Election {
	m := manifest(t, contests()...)
	r := &tally.Result{Election: m.ID, Title: m.Title, Fingerprint: strings.Repeat("ab", 32)}
	for _, c := range m.Contests {
		res := counted(c)
		if len(c.Counts) > 0 {
			countRanked(t, c, &res)
		}
		r.Contests = append(r.Contests, res)
	}
	e := &Election{Manifest: m, Result: r, Report: &verify.Report{Counted: 40, Voters: 100, Superseded: 1, Checks: []verify.Check{{Number: 1, Name: "layout"}}},
		Opened: time.Date(2026, 5, 1, 23, 30, 0, 0, time.FixedZone("", 3600)), Closed: time.Date(2026, 5, 8, 20, 0, 0, 0, time.UTC),
		Made: time.Date(2026, 5, 9, 8, 0, 0, 0, time.UTC), Program: "veche v1"}
	require.NoError(t, e.Check())
	return e
}

// withhold makes the result that of a contest with too few ballots, or of all of them.
func (e *Election) withhold(contest string) *Election {
	for k := range e.Result.Contests {
		if r := &e.Result.Contests[k]; r.ID == contest || contest == "" {
			*r = tally.ContestResult{ID: r.ID, Title: r.Title, Ballots: 1, Weight: 1, Withheld: true}
		}
	}
	return e
}

func TestJSONHasEverything(t *testing.T) {
	t.Parallel()
	e := town(t)
	b, err := e.JSON()
	require.NoError(t, err)
	var d struct {
		Version, Program, Made, Opened, Closed, Fingerprint string
		Verified                                            bool
		Hash                                                string `json:"manifest_hash"`
		Turnout                                             map[string]int
		Checks                                              []verify.Check
		Manifest                                            json.RawMessage
		Result                                              tally.Result
	}
	require.NoError(t, json.Unmarshal(b, &d))
	require.True(t, d.Verified)
	require.Equal(t, []string{"veche/v1 export", "veche v1", "2026-05-09T08:00:00Z", "2026-05-01T22:30:00Z", "2026-05-08T20:00:00Z"}, []string{d.Version, d.Program, d.Made, d.Opened, d.Closed})
	require.Equal(t, map[string]int{"voters": 100, "counted": 40, "superseded": 1, "challenged": 0, "undecided": 0}, d.Turnout)
	require.Len(t, d.Checks, 1)
	require.JSONEq(t, string(e.Manifest.Bytes()), string(d.Manifest))
	require.Equal(t, e.Result.Bytes(), d.Result.Bytes())
	require.Contains(t, string(b), "working")

	e.Report, e.Contest, e.Opened = nil, "mayor", time.Time{}
	b, err = e.JSON()
	require.NoError(t, err)
	for _, absent := range []string{"opened", "turnout", "checks", "Ćmok"} {
		require.NotContains(t, string(b), absent)
	}
	require.NoError(t, json.Unmarshal(b, &d))
	require.False(t, d.Verified)
	require.Len(t, d.Result.Contests, 1)
	require.Len(t, e.Result.Contests, 15, "the election is left as it is")
}

func TestResultOfAnotherManifest(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(e *Election){
		"no such contest":    func(e *Election) { e.Contest = "none" },
		"another election":   func(e *Election) { e.Result.Election = "city" },
		"a contest too few":  func(e *Election) { e.Result.Contests = e.Result.Contests[1:] },
		"no contests":        func(e *Election) { e.Result.Contests = nil },
		"another contest":    func(e *Election) { e.Result.Contests[0].ID = "tax" },
		"contests swapped":   func(e *Election) { c := e.Result.Contests; c[0], c[1] = c[1], c[0] },
		"another option":     func(e *Election) { e.Result.Contests[0].Totals[0].ID = "maybe" },
		"an option too few":  func(e *Election) { e.Result.Contests[0].Totals = e.Result.Contests[0].Totals[1:] },
		"an option too many": func(e *Election) { r := &e.Result.Contests[0]; r.Totals = append(r.Totals, r.Totals[0]) },
		"another count":      func(e *Election) { e.Result.Contests[13].Counts[0].ID = "other" },
		"a count too few":    func(e *Election) { e.Result.Contests[13].Counts = nil },
		"withheld, with totals": func(e *Election) {
			r := &e.Result.Contests[0]
			r.Withheld, r.Totals = true, append(r.Totals, r.Totals[0])
		},
		"withheld, with counts": func(e *Election) {
			r := &e.Result.Contests[13]
			r.Withheld, r.Counts = true, append(r.Counts, r.Counts[0])
		},
	} {
		e := town(t)
		edit(e)
		require.Error(t, e.Check(), name)
	}
	require.NoError(t, town(t).withhold("").Check())
}

func TestBLT(t *testing.T) {
	t.Parallel()
	e := town(t)
	e.Contest = "chair"
	b, err := e.BLT()
	require.NoError(t, err)
	require.Equal(t, "3 1\n20 1 2 0\n7 2 3 0\n10 3 2 1 0\n3 0\n0\n\"Ann\"\n\"Bob\"\n\"Cy\"\n\"Chair\"\n", string(b))
	parsed, err := count.ParseBLT(b)
	require.NoError(t, err)
	require.Equal(t, []string{"Ann", "Bob", "Cy"}, parsed.Candidates)

	e.Contest = "wishes" // with a name twice and another one with quotes
	b, err = e.BLT()
	require.NoError(t, err)
	require.Contains(t, string(b), "\"pool\"\n\"hall\"\n\"lane\"\n\"Wishes, 'as they are'\"\n")
	_, err = count.ParseBLT(b)
	require.NoError(t, err)
}

func TestPrefLib(t *testing.T) {
	t.Parallel()
	e := town(t)
	e.Contest = "chair"
	b, err := e.PrefLib()
	require.NoError(t, err)
	require.Contains(t, string(b), "# FILE NAME: town-chair.soi\n# TITLE: Chair\n")
	require.Contains(t, string(b), "# ALTERNATIVE NAME 3: Cy\n20: 1,2\n10: 3,2,1\n7: 2,3\n")
	e.Contest = "wishes"
	b, err = e.PrefLib()
	require.NoError(t, err)
	require.Contains(t, string(b), "# FILE NAME: town-wishes.toc\n")
	require.Contains(t, string(b), "20: 1,2,3\n")
}

func TestContestsThatAreNotRanked(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		edit func(e *Election)
		want string
	}{
		"several":     {func(e *Election) {}, "name one of chair, wishes"},
		"another one": {func(e *Election) { e.Contest = "fee" }, `contest "fee": its votes are not ranked`},
		"none": {func(e *Election) {
			e.Manifest, e.Result.Contests = manifest(t, contests()[12]), e.Result.Contests[12:13]
		}, "no contest is ranked"},
		"withheld":   {func(e *Election) { e.withhold("chair").Contest = "chair" }, "too few ballots count"},
		"unverified": {func(e *Election) { e.Contest, e.Result.Contests[13].Ranked = "chair", nil }, "the votes are not known"},
	} {
		e := town(t)
		tc.edit(e)
		_, err := e.BLT()
		require.ErrorContains(t, err, tc.want, name)
		_, err = e.PrefLib()
		require.ErrorContains(t, err, tc.want, name)
	}
}

func TestNamesThatFormatsCannotHold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Ada":                    "Ada",
		`Ada "the first"`:        "Ada 'the first'",
		"no\u00a0break":          "no break",
		strings.Repeat("ü", 128): strings.Repeat("ü", 127),
	} {
		require.Equal(t, want, plain(text))
	}
	options := []ballot.Option{{ID: "a", Name: "b"}, {ID: "b", Name: "Bob"}, {ID: "c", Name: strings.Repeat("c", 256)}, {ID: "d", Name: "Dan"}}
	require.Equal(t, []string{"a", "Bob", "c", "Dan"}, names(&ballot.Contest{Options: options}))
}
