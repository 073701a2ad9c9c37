package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/elgamal/threshold"
	"veche.example/internal/wire"
	"veche.example/mixnet"
	"veche.example/proofs"
	"veche.example/tally"
	"veche.example/tally/record"
)

const origin = "veche.example/test"

var (
	opensAt  = time.Unix(1_790_000_000, 0)
	closesAt = opensAt.Add(12 * time.Hour)
)

// files is a record in memory.
type files map[string][]byte

func (f files) fs() fstest.MapFS {
	m := fstest.MapFS{}
	for name, b := range f {
		m[name] = &fstest.MapFile{Data: b, Mode: 0o644}
	}
	return m
}

// with returns a copy in which one file is another.
func (f files) with(name string, b []byte) files {
	c := maps.Clone(f)
	c[name] = b
	return c
}

// election is an election whose every secret the test knows.
type election struct {
	*ballot.Election
	manifest  *ballot.Manifest
	roll      *ballot.Roll
	ceremony  *record.Ceremony
	keys      *threshold.Keys
	box       *proofs.SigningKey
	trustees  []*threshold.Trustee // they have signed nothing
	witnesses []*proofs.SigningKey
	mixers    []*proofs.SigningKey // three, if a contest is mixed
	voters    []*ballot.Credential
	files     files
	codes     []ballot.Code // of the ballots that cast returned, in order
}

func number(i int) *int { return &i }

func party(id string, key *proofs.SigningKey) ballot.Party {
	return ballot.Party{ID: id, Name: "Party " + id, Key: key.Public().String()}
}

func signers(n int) []*proofs.SigningKey {
	out := make([]*proofs.SigningKey, n)
	for i := range out {
		out[i] = proofs.GenerateSigningKey()
	}
	return out
}

// newElection fills in the parties and the roll of a manifest, whose voters are
// given without their keys, and holds the ceremony.
func newElection(m *ballot.Manifest, trustees, witnesses int, voters []ballot.Voter) *election {
	e := &election{box: proofs.GenerateSigningKey(), witnesses: signers(witnesses)}
	ids := signers(trustees)
	m.Version, m.Box = ballot.Version, record.BoxParty(e.box, origin)
	for i, id := range ids {
		m.Trustees = append(m.Trustees, party(fmt.Sprintf("t%d", i+1), id))
	}
	for i, id := range e.witnesses {
		m.Witnesses = append(m.Witnesses, party(fmt.Sprintf("w%d", i+1), id))
	}
	if m.Mixes > 0 {
		e.mixers = signers(3)
	}
	for i, id := range e.mixers {
		m.Mixers = append(m.Mixers, party(fmt.Sprintf("m%d", i+1), id))
	}
	for i := range voters {
		c := ballot.GenerateCredential()
		e.voters, voters[i].Key = append(e.voters, c), c.Key()
	}
	e.roll = must(ballot.NewRoll(voters))
	m.Roll = ballot.RollID{Hash: fmt.Sprintf("%x", e.roll.Hash()), Voters: len(voters)}
	e.manifest = must(ballot.ParseManifest(must(json.MarshalIndent(m, "", " "))))
	made, rounds, err := record.Parameters(e.manifest, 1).RunLocally(ids)
	check(err)
	e.trustees, e.ceremony = made, &record.Ceremony{Attempt: 1, Rounds: *rounds}
	e.keys, e.Election, err = e.ceremony.Election(e.manifest)
	check(err)
	return e
}

func must[T any](v T, err error) T { check(err); return v }

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// fresh returns the present trustees as they were before they signed anything, as
// trustees are who break their promise to sign one list.
func (e *election) fresh(absent ...int) []*threshold.Trustee {
	out := make([]*threshold.Trustee, len(e.trustees))
	for i, t := range e.trustees {
		if !slices.Contains(absent, i+1) {
			out[i] = new(threshold.Trustee)
			reflect.ValueOf(out[i]).Elem().Set(reflect.ValueOf(t).Elem())
		}
	}
	return out
}

// freshWitnesses returns the witnesses, who have signed nothing or say so.
func (e *election) freshWitnesses() (out []*threshold.Witness) {
	for _, id := range e.witnesses {
		out = append(out, must(threshold.NewWitness(id, threshold.InMemory)))
	}
	return out
}

// draft builds a ballot of voter k.
func (e *election) draft(k int, sequence uint64, previous ballot.Code, c ballot.Choices) *ballot.Draft {
	i, _ := e.roll.Find(e.voters[k].Key())
	h := ballot.Header{Style: e.roll.Voter(i).Style, Credential: e.voters[k].Key(), Sequence: sequence, Previous: previous}
	return must(e.Build(h, c, ballot.GenerateSeed()))
}

func entry(k box.Kind, body []byte) []byte { return append([]byte{byte(k)}, body...) }

// ballot returns a signed ballot of voter k as a log entry.
func (e *election) ballot(k int, sequence uint64, previous ballot.Code, c ballot.Choices) []byte {
	return entry(box.Ballot, must(e.draft(k, sequence, previous, c).Sign(e.voters[k])))
}

// promise returns the box's promise of a draft as a log entry.
func (e *election) promise(d *ballot.Draft) []byte {
	h := d.Header()
	return entry(box.Promise, must(e.SignPromise(e.box, d.Code(), h.Credential, h.Sequence, opensAt.Add(time.Minute))))
}

// write makes the record with the library's writer: vote fills the log, and the
// absent trustees, numbered from 1, neither sign nor decrypt.
func (e *election) write(vote func(w *record.Writer), absent ...int) *election {
	dir := must(os.MkdirTemp("", "veche-record-"))
	defer os.RemoveAll(dir)
	w := must(record.Create(dir, e.manifest, e.roll))
	must(w.Ceremony(e.ceremony))
	check(w.Open(e.box, opensAt))
	vote(w)
	must(w.Close(e.box, closesAt))
	e.mixIn(dir)
	closed := must(Closed(context.Background(), os.DirFS(dir), nil))
	shares := must(closed.DecryptLocally(e.fresh(absent...), e.freshWitnesses()))
	check(w.Tally(shares))
	check(w.Result(must(closed.Result(shares))))
	e.files = e.named(readFiles(dir)) // without tiles of smaller trees
	return e
}

// readFiles returns what is in a directory.
func readFiles(dir string) files {
	f := files{}
	check(fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			f[name], err = os.ReadFile(filepath.Join(dir, name))
		}
		return err
	}))
	return f
}

// The main election: lists for a council of five, up to two of three for the chair.
// Voters of style 1 have no chair to elect.
func townManifest() *ballot.Manifest {
	options := func(ids ...string) (out []ballot.Option) {
		for _, id := range ids {
			out = append(out, ballot.Option{ID: id, Name: "The " + id})
		}
		return out
	}
	return &ballot.Manifest{
		ID: "town", Title: "Town & <country>", Width: 3, Threshold: 2,
		Contests: []*ballot.Contest{
			{ID: "council", Title: "Council", Options: options("red", "green", "blue", "grey"), Rule: ballot.Rule{Type: ballot.OneOfN, Blank: true},
				Seats: &ballot.SeatRule{Seats: 5, Method: ballot.LargestRemainder, Quota: "hare", QuotaBase: "all-votes", Ties: "draw"}},
			{ID: "chair", Title: "Chair", Options: options("ann", "bob", "cy"), Rule: ballot.Rule{Type: ballot.KOfN, Min: number(1), Max: number(2), Blank: true},
				Seats: &ballot.SeatRule{Seats: 1, Method: ballot.HighestTotals, Ties: "report"}},
		},
		Styles: []ballot.Style{{ID: "home", Contests: []string{"council", "chair"}}, {ID: "abroad", Contests: []string{"council"}}},
	}
}

// townVoters says style and weight of the voters; their keys come later.
func townVoters() []ballot.Voter {
	return []ballot.Voter{
		{Style: 0, Weight: 1}, {Style: 0, Weight: 3}, {Style: 0, Weight: 2}, {Style: 1, Weight: 5},
		{Style: 1, Weight: 1}, {Style: 0, Weight: 7}, {Style: 0, Weight: 1}, {Style: 1, Weight: 4},
	}
}

// home and abroad are choices of the two styles; no list means a blank vote.
func home(list string, chairs ...string) ballot.Choices {
	c := abroad(list)
	c["chair"] = ballot.Choice{Selected: chairs, Blank: len(chairs) == 0}
	return c
}

func abroad(list string) ballot.Choices {
	if list == "" {
		return ballot.Choices{"council": {Blank: true}}
	}
	return ballot.Choices{"council": {Selected: []string{list}}}
}

// townVotes is who cast what, in log order; the highest sequence counts. Voter 6
// challenges a ballot and casts none.
var townVotes = []struct {
	voter    int
	sequence uint64
	choices  ballot.Choices
}{
	{0, 1, home("red", "ann", "bob")},
	{1, 1, home("green", "cy")}, // replaced
	{2, 9, home("blue", "bob")}, // the next one comes late and does not count
	{3, 1, abroad("red")},
	{2, 4, home("grey", "cy")},
	{1, 2, home("blue", "ann", "cy")},
	{4, 1, abroad("")},
	{5, 1, home("green")}, // blank for the chair
	{7, 0, abroad("blue")},
}

// townLog has, after the opening, which is number 0 here: promise and ballot of voter 0; a
// promise that is challenged; one that is abandoned; the other ballots.
const (
	atPromise   = 1
	atBallot    = 2
	atChallenge = 4
)

func (e *election) voteTown(w *record.Writer) {
	log := func(entry []byte) { must(w.Append(box.Kind(entry[0]), entry[1:])) }
	last := map[int]ballot.Code{}
	for i, v := range townVotes {
		d := e.draft(v.voter, v.sequence, last[v.voter], v.choices)
		if i%2 == 0 {
			log(e.promise(d))
		}
		log(entry(box.Ballot, must(d.Sign(e.voters[v.voter]))))
		last[v.voter] = d.Code()
		e.codes = append(e.codes, d.Code())
		if i == 0 {
			challenged := e.draft(6, 1, ballot.Code{}, home("grey", "bob"))
			log(e.promise(challenged))
			log(entry(box.Challenge, must(challenged.Open()).Bytes()))
			log(e.promise(e.draft(6, 1, ballot.Code{}, home("red", "ann"))))
		}
	}
}

var town = sync.OnceValue(func() *election {
	e := newElection(townManifest(), 3, 1, townVoters())
	return e.write(e.voteTown, 3)
})

// tiny is the smallest election: one trustee, one question, two voters.
var tiny = sync.OnceValue(func() *election {
	e := newElection(&ballot.Manifest{
		ID: "q", Title: "Q", Width: 1, Threshold: 1,
		Contests: []*ballot.Contest{{ID: "q", Title: "Q", Rule: ballot.Rule{Type: ballot.OneOfN},
			Options: []ballot.Option{{ID: "y", Name: "Y"}, {ID: "n", Name: "N"}}}},
	}, 1, 0, []ballot.Voter{{Weight: 1}, {Weight: 2}})
	return e.write(func(w *record.Writer) {
		d := e.draft(1, 1, ballot.Code{}, ballot.Choices{"q": {Selected: []string{"y"}}})
		must(w.Append(box.Promise, e.promise(d)[1:]))
		must(w.Append(box.Ballot, must(d.Sign(e.voters[1]))))
	})
})

// tallyBytes returns the file with these signatures and shares, docs/spec/record.md.
func (e *election) tallyBytes(contests []tally.Shares) []byte {
	b := []byte("veche/v1 tally\n")
	vectors := func(items [][]byte, n int) {
		for i := range n {
			var item []byte
			if i < len(items) {
				item = items[i]
			}
			b = wire.AppendVector(b, item)
		}
	}
	for _, c := range contests {
		vectors(c.Signatures, len(e.trustees)+len(e.witnesses))
		vectors(c.Shares, len(e.trustees))
	}
	return b
}

// retally has mixers and trustees, who do not care what the log says and break their
// promise to sign one list, mix and decrypt what follows from a record's log, and counts
// it. What fails then is what they should have checked. edit may change the sums.
func (e *election) retally(f files, edit func(*tally.Aggregate)) files {
	return e.remix(f, edit, e.chain)
}

// remix is retally with mixers who do as they like.
func (e *election) remix(f files, edit func(*tally.Aggregate), mix func(*mixnet.Cascade) []*mixnet.Mix) files {
	v := newVerifier(context.Background(), f.fs(), nil)
	check(v.toLog())
	if edit != nil {
		edit(v.aggregate)
	}
	f = f.withoutMixes()
	for k := range v.manifest.Contests {
		m := &mixing{cascade: v.aggregate.Cascade(k)}
		if m.cascade != nil {
			m.mixes = mix(m.cascade)
			f = f.mixed(m.cascade, m.mixes...)
		}
		v.verifyMixes(k, m)
		v.mixings = append(v.mixings, m)
	}
	t := v.tally()
	shares := must(t.DecryptLocally(e.fresh(), e.freshWitnesses()))
	return e.named(f.with(record.TallyFile, e.tallyBytes(shares)).
		with(record.ResultFile, must(t.Result(shares)).Bytes()))
}

// toLog makes the checks up to that of the log.
func (v *verifier) toLog() error {
	return v.run(v.readManifest, v.readCheckpoint, v.checkManifest, v.checkRoll, v.checkCeremony, v.checkLog)
}

// verified returns the report of a record.
func verified(t testing.TB, f files) *Report {
	r, err := Record(context.Background(), f.fs(), nil)
	require.NoError(t, err)
	return r
}

// requireFails has the box name the files that are there, whatever they are, and demands
// that exactly these checks fail.
func (e *election) requireFails(t testing.TB, f files, want ...Number) *Report {
	return requireFails(t, e.named(f), want...)
}

// requireFails demands that exactly these checks fail, and returns the report.
func requireFails(t testing.TB, f files, want ...Number) *Report {
	r := verified(t, f)
	var got []Number
	for _, c := range r.Checks {
		if c.Failed > 0 {
			got = append(got, c.Number)
			require.NotEmpty(t, c.Findings)
		}
	}
	require.Equal(t, want, got, r.Text())
	require.False(t, r.Verified())
	return r
}
