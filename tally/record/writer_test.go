package record

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/proofs"
	"veche.example/tally"
)

func (f *fixture) noShares() []tally.Shares { return make([]tally.Shares, len(f.manifest.Contests)) }

func (f *fixture) noResult() *tally.Result {
	a, votes := tally.NewAggregate(f.Election), []*tally.Votes{}
	for k := range f.manifest.Contests {
		votes = append(votes, must(a.Open(k, nil, nil)))
	}
	return must(a.Result(votes, [32]byte{}))
}

// In every state exactly the next event is accepted, and a refused one changes nothing.
func TestEventsOutOfOrder(t *testing.T) {
	t.Parallel()
	f := standard()
	for s := created; s <= done; s++ {
		w, dir := f.at(t, s)
		for k, event := range f.events(w) {
			if state(k) != s {
				require.ErrorContains(t, event.do(), event.name+" is out of order", s)
			}
		}
		if s != open {
			_, err := w.Append(box.Ballot, []byte("x"))
			require.ErrorContains(t, err, "ballot is out of order: it follows the opening, but "+s.String()+" was written last")
			require.ErrorContains(t, w.Sync(), "out of order")
		}
		require.Equal(t, s, w.state)
		require.Equal(t, order[:[]int{2, 3, 4, 4, 5, 6}[s]], names(t, dir), "files appear in their order, and no others")
		if s >= open {
			last := []box.Kind{open: box.Opening, closed: box.Closing, tallied: box.Tally, done: box.Result}[s]
			logged := kinds(entries(t, os.DirFS(dir), f.manifest))
			require.Equal(t, []box.Kind{box.Manifest, box.Ceremony, box.Opening, box.Closing, box.Tally, box.Result}[:len(logged)], logged)
			require.Equal(t, last, logged[len(logged)-1])
		}
		if s < done {
			require.NoError(t, f.events(w)[s].do(), "the next event is still possible")
		}
	}
}

// order is that in which the parts of a record without mixes appear.
var order = []string{ManifestFile, RollFile, CeremonyFile, LogDir, TallyFile, ResultFile}

// names returns what is in dir, in that order.
func names(t testing.TB, dir string) (out []string) {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, name := range order {
		for _, e := range entries {
			if e.Name() == name {
				out = append(out, name)
			}
		}
	}
	require.Len(t, out, len(entries), "no temporary file is left")
	return out
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	f := standard()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".tmp-1"), nil, 0o600))
	_, err := Create(dir, f.manifest, f.roll)
	require.ErrorContains(t, err, "is not empty: name a new directory")

	_, err = Create(filepath.Join(dir, ".tmp-1"), f.manifest, f.roll)
	require.Error(t, err, "a file in the directory's place")

	other, err := ballot.NewRoll([]ballot.Voter{{Key: f.voters[0].Key(), Weight: 1}})
	require.NoError(t, err)
	_, err = Create(filepath.Join(dir, "new"), f.manifest, other)
	require.ErrorContains(t, err, "roll: hash")
	require.NoDirExists(t, filepath.Join(dir, "new"))

	w, err := Create(t.TempDir(), f.manifest, f.roll)
	require.NoError(t, err, "an empty directory will do")
	require.NotNil(t, w)
}

func TestCeremonyRefuses(t *testing.T) {
	t.Parallel()
	f := standard()
	for name, tc := range map[string]struct {
		c    Ceremony
		text string
	}{
		"attempt 0":       {Ceremony{0, f.ceremony.Rounds}, "numbered from 1"},
		"another attempt": {Ceremony{2, f.ceremony.Rounds}, "no signature of this trustee for this ceremony"},
		"a round missing": {Ceremony{1, [4][][]byte{f.ceremony.Rounds[0], f.ceremony.Rounds[1], f.ceremony.Rounds[2]}}, "round 3"},
		"nothing":         {Ceremony{Attempt: 1}, "round 0"},
	} {
		w, dir := f.at(t, created)
		_, err := w.Ceremony(&tc.c)
		require.ErrorContains(t, err, tc.text, name)
		require.NoFileExists(t, filepath.Join(dir, CeremonyFile))
		_, err = w.Ceremony(f.ceremony)
		require.NoError(t, err, "the right one is still possible")
	}
}

func TestBoxKeyAndTime(t *testing.T) {
	t.Parallel()
	f := standard()
	stranger := proofs.GenerateSigningKey()
	w, dir := f.at(t, keyed)
	require.ErrorContains(t, w.Open(stranger, opensAt), "not the box's key")
	require.ErrorContains(t, w.Open(f.box, time.Unix(-1, 0)), "before 1970")
	require.ErrorContains(t, w.Open(f.box, time.Unix(maxTime+1, 0)), "after 9999")
	require.NoDirExists(t, filepath.Join(dir, LogDir))
	require.NoError(t, w.Open(f.box, opensAt))
	_, err := w.Close(stranger, opensAt)
	require.ErrorContains(t, err, "not the box's key")
	_, err = w.Close(f.box, opensAt.Add(-time.Second))
	require.ErrorContains(t, err, "before the opening")
	_, err = w.Close(f.box, time.Unix(maxTime+1, 0))
	require.ErrorContains(t, err, "after 9999")
	c, err := w.Close(f.box, opensAt)
	require.NoError(t, err)
	require.NoError(t, c.Verify(f.Election))
	require.EqualValues(t, 3, c.Size)
}

// Whoever has the box's key and not the manifest's log cannot start another one.
func TestLogKeyMustFollowFromTheBoxes(t *testing.T) {
	t.Parallel()
	f := newFixture()
	stranger := proofs.GenerateSigningKey()
	text := strings.Replace(string(f.manifest.Bytes()), BoxParty(f.box, origin).Log, BoxParty(stranger, origin).Log, 1)
	m, err := ballot.ParseManifest([]byte(text))
	require.NoError(t, err)
	for _, key := range []*proofs.SigningKey{f.box, stranger} {
		_, err = signerOf(m, key)
		require.ErrorContains(t, err, "not the box's key of the manifest")
	}
}

// The first and the last second that there are, written and read.
func TestTimesAtTheLimits(t *testing.T) {
	t.Parallel()
	f := standard()
	w, dir := f.at(t, keyed)
	require.NoError(t, w.Open(f.box, time.Unix(0, 0)))
	_, err := w.Close(f.box, time.Unix(maxTime, 0))
	require.NoError(t, err)
	log := entries(t, os.DirFS(dir), f.manifest)
	at, err := CheckOpening(f.Election, log[2][1:])
	require.NoError(t, err)
	require.Zero(t, at)
	c, err := ParseClosing(log[3][1:])
	require.NoError(t, err)
	require.EqualValues(t, maxTime, c.Time)
}

func TestAppendRefuses(t *testing.T) {
	t.Parallel()
	f := standard()
	w, dir := f.at(t, open)
	for k := range 256 {
		k := box.Kind(k)
		if k == box.Promise || k == box.Ballot || k == box.Challenge {
			continue
		}
		_, err := w.Append(k, []byte("x"))
		require.ErrorContains(t, err, "voters do not write an entry of "+k.String())
	}
	_, err := w.Append(box.Ballot, make([]byte, box.MaxEntry))
	require.ErrorContains(t, err, "at most 65534 fit")
	index, err := w.Append(box.Ballot, make([]byte, box.MaxEntry-1))
	require.NoError(t, err)
	require.EqualValues(t, 3, index, "what was refused is not in the log")
	require.Len(t, entries(t, os.DirFS(dir), f.manifest), 3, "nothing is published before Sync")
	index, err = w.Append(box.Promise, nil)
	require.NoError(t, err)
	require.EqualValues(t, 4, index)
	require.NoError(t, w.Sync())

	var tree Tree
	before := entries(t, os.DirFS(dir), f.manifest)
	for _, e := range before {
		tree.Add(e)
	}
	require.Equal(t, []box.Kind{box.Manifest, box.Ceremony, box.Opening, box.Ballot, box.Promise}, kinds(before))
	c, err := w.Close(f.box, opensAt)
	require.NoError(t, err)
	require.Equal(t, c.Root, tree.Root())
	require.Equal(t, c.Size, tree.Size())
	closing, err := ParseClosing(entries(t, os.DirFS(dir), f.manifest)[5][1:])
	require.NoError(t, err)
	require.Equal(t, c, closing)
}

func TestTallyRefuses(t *testing.T) {
	t.Parallel()
	f := standard()
	w, dir := f.at(t, closed)
	for text, shares := range map[string][]tally.Shares{
		"shares of 0 contests":                          {},
		"shares of 2 contests":                          make([]tally.Shares, 2),
		"signatures: 4 given, must be 3":                {{Signatures: make([][]byte, 4)}},
		"signatures: 2 given":                           {{Signatures: make([][]byte, 2)}},
		"shares: 3 given, must be 2":                    {{Shares: make([][]byte, 3)}},
		"signatures: number 2 has 65 bytes, at most 64": {{Signatures: [][]byte{nil, make([]byte, 65), nil}}},
		"shares: number 1 has 161 bytes, at most 160":   {{Shares: [][]byte{make([]byte, 161), nil}}},
	} {
		require.ErrorContains(t, w.Tally(shares), text)
	}
	require.NoFileExists(t, filepath.Join(dir, TallyFile))
	want := []tally.Shares{{Signatures: [][]byte{nil, {1, 2}, nil}, Shares: [][]byte{{3}, nil}}}
	require.NoError(t, w.Tally(want))
	got, err := NewReader(os.DirFS(dir)).Tally(f.manifest, []int{1})
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// A disk that failed once is not trusted again: what it lost would be missing.
func TestDiskFailure(t *testing.T) {
	t.Parallel()
	f := standard()
	w, dir := f.at(t, open)
	breakLog(t, dir)
	_, err := w.Append(box.Ballot, []byte("x"))
	require.NoError(t, err, "it is in memory only")
	require.ErrorIs(t, w.Sync(), syscall.ENOTDIR)
	for _, again := range []func() error{
		w.Sync,
		func() error { _, err := w.Append(box.Ballot, []byte("x")); return err },
		func() error { _, err := w.Close(f.box, opensAt); return err },
	} {
		require.ErrorContains(t, again(), "the disk failed before")
	}

	w, dir = f.at(t, closed)
	require.NoError(t, os.RemoveAll(dir))
	require.ErrorIs(t, w.Tally(f.noShares()), os.ErrNotExist)
	require.ErrorContains(t, w.Tally(f.noShares()), "the disk failed before")

	for s, write := range map[state]func(w *Writer) error{
		keyed:   func(w *Writer) error { return w.Open(f.box, opensAt) },
		closed:  func(w *Writer) error { return w.Tally(f.noShares()) },
		tallied: func(w *Writer) error { return w.Result(f.noResult()) },
	} {
		w, dir := f.at(t, s)
		if s == keyed {
			require.NoError(t, os.Mkdir(filepath.Join(dir, LogDir), 0o755))
		}
		breakLog(t, dir)
		require.Error(t, write(w), s)
		require.ErrorContains(t, write(w), "the disk failed before", s)
	}
}
