package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/proofs"
)

const origin = "veche.example/test"

var opensAt = time.Unix(1_790_000_000, 0)

// fixture is an election of two trustees and one witness, whose every key is known.
type fixture struct {
	*ballot.Election
	manifest *ballot.Manifest
	roll     *ballot.Roll
	ceremony *Ceremony
	box      *proofs.SigningKey
	mixers   []*proofs.SigningKey
	voters   []*ballot.Credential
}

var standard = sync.OnceValue(func() *fixture { return newFixture() })

// mixed has a second contest, which two mixers mix.
var mixed = sync.OnceValue(func() *fixture {
	return newFixture(&ballot.Contest{ID: "m-1", Title: "M", Rule: ballot.Rule{Type: ballot.OneOfMany},
		Options: []ballot.Option{{ID: "a", Name: "A"}, {ID: "b", Name: "B"}}})
})

func newFixture(more ...*ballot.Contest) *fixture {
	f := &fixture{box: proofs.GenerateSigningKey()}
	key := func(id string, k *proofs.SigningKey) ballot.Party {
		return ballot.Party{ID: id, Name: "Party", Key: k.Public().String()}
	}
	ids := []*proofs.SigningKey{proofs.GenerateSigningKey(), proofs.GenerateSigningKey()}
	m := &ballot.Manifest{Version: ballot.Version, ID: "e", Title: "Election", Width: 1, Threshold: 1,
		Trustees: []ballot.Party{key("t1", ids[0]), key("t2", ids[1])}, Witnesses: []ballot.Party{key("w", proofs.GenerateSigningKey())},
		Box: BoxParty(f.box, origin),
		Contests: []*ballot.Contest{{ID: "q", Title: "Q", Rule: ballot.Rule{Type: ballot.OneOfN},
			Options: []ballot.Option{{ID: "y", Name: "Y"}, {ID: "n", Name: "N"}}}},
	}
	if m.Contests = append(m.Contests, more...); more != nil {
		f.mixers = []*proofs.SigningKey{proofs.GenerateSigningKey(), proofs.GenerateSigningKey()}
		m.Mixers, m.Mixes = []ballot.Party{key("m1", f.mixers[0]), key("m2", f.mixers[1])}, 1
	}
	var voters []ballot.Voter
	for range 3 {
		c := ballot.GenerateCredential()
		f.voters, voters = append(f.voters, c), append(voters, ballot.Voter{Key: c.Key(), Weight: 1})
	}
	f.roll = must(ballot.NewRoll(voters))
	m.Roll = ballot.RollID{Hash: fmt.Sprintf("%x", f.roll.Hash()), Voters: len(voters)}
	f.manifest = must(ballot.ParseManifest(must(json.Marshal(m))))
	_, rounds, err := Parameters(f.manifest, 1).RunLocally(ids)
	check(err)
	f.ceremony = &Ceremony{Attempt: 1, Rounds: *rounds}
	_, f.Election, err = f.ceremony.Election(f.manifest)
	check(err)
	return f
}

func must[T any](v T, err error) T { check(err); return v }

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// at returns a writer of a new record that has got as far as s.
func (f *fixture) at(t testing.TB, s state) (w *Writer, dir string) {
	dir = filepath.Join(t.TempDir(), "record")
	w, err := Create(dir, f.manifest, f.roll)
	require.NoError(t, err)
	for _, event := range f.events(w)[:s] {
		require.NoError(t, event.do())
	}
	require.Equal(t, s, w.state)
	return w, dir
}

type event struct {
	name string
	do   func() error
}

// events are what follows Create, in their order.
func (f *fixture) events(w *Writer) []event {
	return []event{
		{"ceremony", func() error { _, err := w.Ceremony(f.ceremony); return err }},
		{"opening", func() error { return w.Open(f.box, opensAt) }},
		{"closing", func() error { _, err := w.Close(f.box, opensAt); return err }},
		{"tally", func() error { return w.Tally(f.noShares()) }},
		{"result", func() error { return w.Result(f.noResult()) }},
	}
}

func read(t testing.TB, dir, name string) []byte {
	b, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return b
}

// entries returns the entries of the log in a record of the manifest.
func entries(t testing.TB, fsys fs.FS, m *ballot.Manifest) (out [][]byte) {
	log, err := NewReader(fsys).Log(m)
	require.NoError(t, err)
	c, err := log.Checkpoint()
	require.NoError(t, err)
	require.NoError(t, log.Entries(c, func(_ uint64, entry []byte) error {
		out = append(out, bytes.Clone(entry))
		return nil
	}))
	return out
}

func kinds(entries [][]byte) (out []box.Kind) {
	for _, e := range entries {
		out = append(out, box.Kind(e[0]))
	}
	return out
}

// breakLog makes every write into the log fail from now on.
func breakLog(t testing.TB, dir string) {
	path := filepath.Join(dir, LogDir)
	require.NoError(t, os.Rename(path, path+"-gone"))
	require.NoError(t, os.WriteFile(path, nil, 0o644))
}
