package report

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/proofs"
	"veche.example/tally/record"
	"veche.example/tally/verify"
)

// election is a small one with all its secrets.
type election struct {
	t        testing.TB
	box, id  *proofs.SigningKey
	voters   []*ballot.Credential
	dir      string
	writer   *record.Writer
	election *ballot.Election
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// hold runs an election of 25 voters, of whom those after the tenth vote an hour later,
// and with a promise.
func hold(t testing.TB) *election {
	e := &election{t: t, box: proofs.GenerateSigningKey(), id: proofs.GenerateSigningKey(), dir: t.TempDir() + "/record"}
	var voters []ballot.Voter
	for range 25 {
		e.voters = append(e.voters, ballot.GenerateCredential())
		voters = append(voters, ballot.Voter{Key: e.voters[len(voters)].Key(), Weight: 1})
	}
	roll := must(ballot.NewRoll(voters))
	m := must(ballot.ParseManifest(must(json.Marshal(ballot.Manifest{
		Version: ballot.Version, ID: "small", Title: "Small & real", Width: 2, Threshold: 1,
		Trustees: []ballot.Party{{ID: "ann", Name: "Ann", Key: e.id.Public().String()}},
		Box:      record.BoxParty(e.box, "veche.example/small"), Roll: ballot.RollID{Hash: fmt.Sprintf("%x", roll.Hash()), Voters: len(voters)},
		Contests: []*ballot.Contest{{ID: "q", Title: "Shall we?", Rule: ballot.Rule{Type: ballot.OneOfN}, Options: []ballot.Option{{ID: "yes", Name: "Yes"}, {ID: "no", Name: "No"}}}},
	}))))
	e.writer = must(record.Create(e.dir, m, roll))
	trustees, rounds, err := record.Parameters(m, 1).RunLocally([]*proofs.SigningKey{e.id})
	require.NoError(t, err)
	e.election = must(e.writer.Ceremony(&record.Ceremony{Attempt: 1, Rounds: *rounds}))
	require.NoError(t, e.writer.Open(e.box, opened))
	for i := range e.voters {
		e.vote(i)
	}
	must(e.writer.Close(e.box, opened.Add(2*time.Hour)))
	closed := must(verify.Closed(context.Background(), os.DirFS(e.dir), nil))
	shares := must(closed.DecryptLocally(trustees, nil))
	require.NoError(t, e.writer.Tally(shares))
	require.NoError(t, e.writer.Result(must(closed.Result(shares))))
	return e
}

func (e *election) vote(i int) {
	h := ballot.Header{Credential: e.voters[i].Key(), Sequence: 1}
	d := must(e.election.Build(h, ballot.Choices{"q": {Selected: []string{"yes"}}}, ballot.GenerateSeed()))
	if i >= 10 {
		promise := must(e.election.SignPromise(e.box, d.Code(), h.Credential, 1, opened.Add(time.Hour)))
		must(e.writer.Append(box.Promise, promise))
	}
	must(e.writer.Append(box.Ballot, must(d.Sign(e.voters[i]))))
}

func TestPageOfARecord(t *testing.T) {
	t.Parallel()
	e := hold(t)
	ctx, fsys := context.Background(), os.DirFS(e.dir)
	extra := FromRecord(ctx, fsys)
	require.Equal(t, opened, extra.Opened)
	require.Equal(t, opened.Add(2*time.Hour), extra.Closed)
	require.ElementsMatch(t, []Count{{opened, 10}, {opened.Add(time.Hour), 15}}, extra.Turnout)
	require.Equal(t, "small", extra.Manifest.ID)
	require.EqualValues(t, 43, extra.Closing.Entries)

	r := must(verify.Record(ctx, fsys, nil))
	page := render(t, r, extra)
	requireSelfContained(t, page)
	text := words(page)
	require.Contains(t, text, "✓ Verified")
	require.Contains(t, text, fmt.Sprintf("%x", extra.Closing.Digest)[:8])
	require.Contains(t, text, "2026-03-01 08:00 – 08:15")
	require.Contains(t, text, "2026-03-01 08:15 – 10:00", "joined up to the closing")
	require.Contains(t, text, "100.0%")
}

// What cannot be read is left out; the rest is there.
func TestRecordThatIsBroken(t *testing.T) {
	t.Parallel()
	e := hold(t)
	const bundle = "log/tile/entries/000.p/46"
	for name, tc := range map[string]struct {
		file string
		edit func(b []byte) []byte
		want func(t *testing.T, extra Extra)
	}{
		"no manifest": {record.ManifestFile, nil, func(t *testing.T, extra Extra) { require.Zero(t, extra) }},
		"manifest of something else": {record.ManifestFile, func([]byte) []byte { return []byte("{}") },
			func(t *testing.T, extra Extra) { require.Zero(t, extra) }},
		"no ceremony": {record.CeremonyFile, nil, func(t *testing.T, extra Extra) {
			require.NotNil(t, extra.Manifest)
			require.Nil(t, extra.Closing)
			require.Empty(t, extra.Turnout)
		}},
		"another ceremony": {record.CeremonyFile, flipLast, func(t *testing.T, extra Extra) {
			require.NotNil(t, extra.Manifest)
			require.Nil(t, extra.Closing)
		}},
		"no checkpoint": {"log/checkpoint", nil, func(t *testing.T, extra Extra) {
			require.NotNil(t, extra.Manifest)
			require.Nil(t, extra.Closing)
			require.True(t, extra.Opened.IsZero())
			require.Empty(t, extra.Turnout)
		}},
		"a closing that the box did not sign": {bundle, func(b []byte) []byte { b[len(b)-2*(2+1+32)-9] ^= 1; return b }, func(t *testing.T, extra Extra) {
			require.Nil(t, extra.Closing)
			require.True(t, extra.Closed.IsZero())
			require.Len(t, extra.Turnout, 2)
		}},
		"no bundle": {bundle, nil, func(t *testing.T, extra Extra) {
			require.NotNil(t, extra.Manifest)
			require.Empty(t, extra.Turnout)
		}},
		"a bundle that is cut off": {bundle, func(b []byte) []byte { return b[:len(b)-1] }, func(t *testing.T, extra Extra) {
			require.Nil(t, extra.Closing)
			require.Empty(t, extra.Turnout)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			require.NoError(t, fs.WalkDir(os.DirFS(e.dir), ".", func(name string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					fsys[name] = &fstest.MapFile{Data: must(os.ReadFile(e.dir + "/" + name)), Mode: 0o644}
				}
				return err
			}))
			if tc.edit == nil {
				delete(fsys, tc.file)
			} else {
				fsys[tc.file].Data = tc.edit(fsys[tc.file].Data)
			}
			extra := FromRecord(context.Background(), fsys)
			tc.want(t, extra)
			r, err := verify.Record(context.Background(), fsys, nil)
			require.NoError(t, err)
			page := render(t, r, extra)
			requireSelfContained(t, page)
			require.Contains(t, words(page), "NOT verified")
		})
	}
}

func flipLast(b []byte) []byte {
	b = append([]byte(nil), b...)
	b[len(b)-2] ^= 1
	return b
}

func TestFromRecordEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.LessOrEqual(t, len(FromRecord(ctx, os.DirFS(hold(t).dir)).Turnout), 1)
}
