package record

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
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
			_, err := w.Append(Ballot, []byte("x"))
			require.ErrorContains(t, err, "ballot is out of order: it follows the opening, but "+s.String()+" was written last")
			require.ErrorContains(t, w.Sync(), "out of order")
		}
		require.Equal(t, s, w.state)
		names := names(t, dir)
		require.Equal(t, Files()[:len(names)], names, "files appear in their order, and no others")
		require.Len(t, names, []int{2, 3, 4, 5, 6, 7}[s])
		if s < done {
			require.NoError(t, f.events(w)[s].do(), "the next event is still possible")
		}
	}
}

// names returns the files in dir, in the order of Files.
func names(t testing.TB, dir string) (out []string) {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, name := range Files() {
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
	require.NoFileExists(t, filepath.Join(dir, LogFile))
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
	require.EqualValues(t, 1, c.Size)
}

// The first and the last second that there are, written and read.
func TestTimesAtTheLimits(t *testing.T) {
	t.Parallel()
	f := standard()
	w, dir := f.at(t, keyed)
	require.NoError(t, w.Open(f.box, time.Unix(0, 0)))
	_, err := w.Close(f.box, time.Unix(maxTime, 0))
	require.NoError(t, err)
	r := NewReader(os.DirFS(dir))
	c, err := r.Closing()
	require.NoError(t, err)
	require.EqualValues(t, maxTime, c.Time)
	_, err = r.Log(func(e Entry) error {
		at, err := CheckOpening(f.Election, e.Body)
		require.Zero(t, at)
		return err
	})
	require.NoError(t, err)
}

func TestAppendRefuses(t *testing.T) {
	t.Parallel()
	f := standard()
	w, dir := f.at(t, open)
	for k, text := range map[Kind]string{0: "unknown kind 0", Opening: "out of order", 5: "unknown kind 5", 255: "unknown kind 255"} {
		_, err := w.Append(k, []byte("x"))
		require.ErrorContains(t, err, text)
	}
	_, err := w.Append(Ballot, make([]byte, MaxEntry))
	require.ErrorContains(t, err, "at most 4194303 fit")
	index, err := w.Append(Ballot, make([]byte, MaxEntry-1))
	require.NoError(t, err)
	require.EqualValues(t, 1, index, "what was refused is not in the log")
	index, err = w.Append(Promise, nil)
	require.NoError(t, err)
	require.EqualValues(t, 2, index)
	require.NoError(t, w.Sync())

	var kinds []Kind
	tree, err := NewReader(os.DirFS(dir)).Log(func(e Entry) error {
		require.EqualValues(t, len(kinds), e.Index)
		kinds = append(kinds, e.Kind)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []Kind{Opening, Ballot, Promise}, kinds)
	c, err := w.Close(f.box, opensAt)
	require.NoError(t, err)
	require.Equal(t, c.Root, tree.Root())
	require.Equal(t, c.Size, tree.Size())
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
	w, _ := f.at(t, open)
	require.NoError(t, w.file.Close()) // from now on every write fails
	_, err := w.Append(Ballot, []byte("x"))
	require.NoError(t, err, "it is in memory only")
	require.ErrorIs(t, w.Sync(), os.ErrClosed)
	for _, again := range []func() error{
		w.Sync,
		func() error { _, err := w.Append(Ballot, []byte("x")); return err },
		func() error { _, err := w.Close(f.box, opensAt); return err },
	} {
		require.ErrorContains(t, again(), "the disk failed before")
	}

	w, dir := f.at(t, closed)
	require.NoError(t, os.RemoveAll(dir))
	require.ErrorIs(t, w.Tally(f.noShares()), os.ErrNotExist)
	require.ErrorContains(t, w.Tally(f.noShares()), "the disk failed before")
}
