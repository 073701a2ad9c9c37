package record

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot/box"
	"veche.example/mixnet"
	"veche.example/proofs"
	"veche.example/tally"
)

// later does what a process of its own does: it resumes the record and goes on.
func (f *fixture) later(t testing.TB, dir string, event int) {
	key := f.box
	if event == 0 {
		key = nil
	}
	w, err := Resume(dir, key)
	require.NoError(t, err)
	require.Equal(t, state(event), w.state)
	require.NoError(t, f.events(w)[event].do())
}

func TestEveryEventInAProcessOfItsOwn(t *testing.T) {
	t.Parallel()
	f := mixed()
	_, dir := f.at(t, created)
	f.later(t, dir, 0)
	f.later(t, dir, 1)
	for i := range 3 {
		w, err := Resume(dir, f.box)
		require.NoError(t, err)
		index, err := w.Append(box.Ballot, []byte{byte(i)})
		require.NoError(t, err)
		require.EqualValues(t, 3+i, index)
		require.NoError(t, w.Sync())
	}
	w, err := Resume(dir, f.box)
	require.NoError(t, err)
	_, err = w.Close(f.box, opensAt.Add(-time.Second))
	require.ErrorContains(t, err, "before the opening", "whose time is known")
	f.later(t, dir, 2)
	for _, m := range f.mixes(t) {
		require.NoError(t, WriteMix(dir, "m-1", m))
	}
	f.later(t, dir, 3)
	f.later(t, dir, 4)
	require.Equal(t, []box.Kind{box.Manifest, box.Ceremony, box.Opening, box.Ballot, box.Ballot, box.Ballot, box.Closing, box.Mix, box.Mix, box.Tally, box.Result},
		kinds(entries(t, os.DirFS(dir), f.manifest)))
	_, faults, err := NewReader(os.DirFS(dir)).CheckFiles(f.manifest)
	require.NoError(t, err)
	require.Empty(t, faults)

	w, err = Resume(dir, f.box)
	require.NoError(t, err)
	for _, event := range f.events(w) {
		require.ErrorContains(t, event.do(), "out of order: it follows")
	}
}

// A file that was written just before the crash is the one that is written after it.
func TestResumeAfterACrash(t *testing.T) {
	t.Parallel()
	f := standard()
	put := func(dir, name string, b []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o644))
	}
	tallyFile, err := EncodeTally(f.manifest, f.noShares())
	require.NoError(t, err)

	_, dir := f.at(t, closed)
	put(dir, TallyFile, tallyFile)
	w, err := Resume(dir, f.box)
	require.NoError(t, err)
	other := []tally.Shares{{Shares: [][]byte{{1}, nil}}}
	require.ErrorContains(t, w.Tally(other), "is there already and says something else")
	require.NoError(t, w.Tally(f.noShares()), "nothing was lost")

	put(dir, ResultFile, f.noResult().Bytes())
	f.later(t, dir, 4)
	require.Equal(t, []box.Kind{box.Manifest, box.Ceremony, box.Opening, box.Closing, box.Tally, box.Result}, kinds(entries(t, os.DirFS(dir), f.manifest)))

	_, dir = f.at(t, tallied)
	put(dir, ResultFile, []byte("{}\n"))
	w, err = Resume(dir, f.box)
	require.NoError(t, err)
	require.ErrorContains(t, w.Result(f.noResult()), "says something else")

	w, dir = f.at(t, open)
	_, err = w.Append(box.Ballot, []byte("lost"))
	require.NoError(t, err)
	put(dir, ".tmp-12345", nil)
	f.later(t, dir, 2)
	require.Len(t, entries(t, os.DirFS(dir), f.manifest), 4, "what was not durable is gone")
}

// The log may have been made, and stop anywhere before its opening.
func TestResumeBeforeTheOpening(t *testing.T) {
	t.Parallel()
	f := standard()
	for n := range 3 {
		w, dir := f.at(t, keyed)
		f.log(t, dir, w.first[:n]...)
		f.later(t, dir, 1)
		require.Equal(t, []box.Kind{box.Manifest, box.Ceremony, box.Opening}, kinds(entries(t, os.DirFS(dir), f.manifest)))
	}
}

// log replaces the log by one of these entries.
func (f *fixture) log(t testing.TB, dir string, entries ...[]byte) {
	path := filepath.Join(dir, LogDir)
	require.NoError(t, os.RemoveAll(path))
	log, err := box.Create(path, LogSigner(f.box, origin))
	require.NoError(t, err)
	for _, e := range entries {
		_, err := log.Append(e)
		require.NoError(t, err)
	}
	_, err = log.Checkpoint()
	require.NoError(t, err)
}

// withMix returns a record that has got as far as s, with a mix if it is closed.
func (f *fixture) withMix(t testing.TB, s state) string {
	w, dir := f.at(t, min(s, closed))
	if s < closed {
		return dir
	}
	require.NoError(t, WriteMix(dir, "m-1", &mixnet.Mix{Position: 1}))
	for _, event := range f.events(w)[closed:s] {
		require.NoError(t, event.do())
	}
	return dir
}

func TestResumeRefuses(t *testing.T) {
	t.Parallel()
	f := mixed()
	rename := func(from, to string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			require.NoError(t, os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)))
		}
	}
	put := func(name string, b []byte) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) { require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o644)) }
	}
	flip := func(name string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			b := read(t, dir, name)
			b[len(b)-1] ^= 1
			put(name, b)(t, dir)
		}
	}
	relog := func(edit func(log [][]byte) [][]byte) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			f.log(t, dir, edit(entries(t, os.DirFS(dir), f.manifest))...)
		}
	}
	closing := func(size uint64, at time.Time, edit func(b []byte)) func(t *testing.T, dir string) {
		return relog(func(log [][]byte) [][]byte {
			var tree Tree
			for _, e := range log[:3] {
				tree.Add(e)
			}
			_, body, err := ClosingEntry(f.Election, f.box, size, tree.Root(), at)
			require.NoError(t, err)
			edit(body)
			return append(log[:3], entry(box.Closing, body))
		})
	}
	same := func([]byte) {}
	for name, tc := range map[string]struct {
		state state
		edit  func(t *testing.T, dir string)
		text  string
	}{
		"nothing there":                 {created, func(t *testing.T, dir string) { os.RemoveAll(dir) }, "manifest.json: no such file"},
		"no roll":                       {created, rename(RollFile, ".tmp-roll"), "roll.bin: no such file"},
		"another roll":                  {created, func(t *testing.T, dir string) { b := read(t, dir, RollFile); b[len(b)-1] = 7; put(RollFile, b)(t, dir) }, "roll: hash"},
		"a ceremony cut off":            {created, put(CeremonyFile, []byte(ceremonyHead)), "ceremony.bin"},
		"another ceremony":              {keyed, flip(CeremonyFile), "signature"},
		"a log without a ceremony":      {open, rename(CeremonyFile, ".tmp-ceremony"), "log: is there too early: what was written last is the roll"},
		"a tally while the box is open": {open, put(TallyFile, nil), "tally.bin: is there too early: what was written last is the opening"},
		"a mix while the box is open":   {open, put("mix-m-1-1.bin", nil), "mix-m-1-1.bin: is there too early"},
		"a mix before the box is open":  {keyed, put("mix-m-1-1.bin", nil), "too early: what was written last is the ceremony"},
		"a result before the tally":     {closed, put(ResultFile, nil), "result.json: is there too early"},
		"a stray file":                  {open, put("log.bin", nil), `"log.bin": not a file of a record`},
		"no checkpoint":                 {open, rename("log/checkpoint", "log/.tmp-checkpoint"), "checkpoint"},
		"a log that a server keeps":     {open, func(t *testing.T, dir string) { require.NoError(t, os.Mkdir(dir+"/log/.state", 0o755)) }, "only the server"},
		"a link in the place of the log": {open, func(t *testing.T, dir string) {
			rename("log", "../log")(t, dir)
			require.NoError(t, os.Symlink("../log", dir+"/log"))
		}, "log: not a directory"},
		"a log of another manifest":       {open, relog(func(log [][]byte) [][]byte { log[0][1] ^= 1; return log }), "log, entry 0: not the manifest that is there"},
		"a log of another ceremony":       {open, relog(func(log [][]byte) [][]byte { log[1][1] ^= 1; return log }), "log, entry 1: not the ceremony that is there"},
		"a log with another opening":      {open, relog(func(log [][]byte) [][]byte { log[2][1] ^= 1; return log }), "log, entry 2: opening: fingerprint"},
		"an opening of somebody else":     {open, relog(func(log [][]byte) [][]byte { log[2][104] ^= 1; return log }), "log, entry 2: opening: not signed"},
		"a closing of another size":       {closed, closing(4, opensAt, same), "log, entry 3: the closing of another log"},
		"a closing of another tree":       {closed, relog(func(log [][]byte) [][]byte { log[3][10] ^= 1; return log }), "log, entry 3: the closing of another log"},
		"a closing before the opening":    {closed, closing(3, opensAt.Add(-time.Second), same), "log, entry 3: the closing of another log"},
		"a closing of somebody else":      {closed, closing(3, opensAt, func(b []byte) { b[50] ^= 1 }), "closing: not signed by the box"},
		"a closing cut off":               {closed, relog(func(log [][]byte) [][]byte { log[3] = log[3][:30]; return log }), "log, entry 3: closing"},
		"no mix, but named":               {tallied, rename("mix-m-1-1.bin", ".tmp-mix"), "log, entry 4: not the mix that is there"},
		"another mix than named":          {tallied, flip("mix-m-1-1.bin"), "log, entry 4: not the mix that is there"},
		"a mix that is not named":         {tallied, put("mix-m-1-2.bin", nil), "log, entry 5: not the tally that is there"},
		"no tally, but named":             {tallied, rename(TallyFile, ".tmp-tally"), "log, entry 5: not the tally that is there"},
		"another tally than named":        {tallied, flip(TallyFile), "log, entry 5: not the tally that is there"},
		"no result, but named":            {done, rename(ResultFile, ".tmp-result"), "log, entry 6: not the result that is there"},
		"another result than named":       {done, flip(ResultFile), "log, entry 6: not the result that is there"},
		"an entry after the last bundle":  {open, func(t *testing.T, dir string) { flip("log/tile/entries/000.p/3")(t, dir) }, "root hash"},
		"a tile that is not the bundle's": {open, func(t *testing.T, dir string) { flip("log/tile/0/000.p/3")(t, dir) }, "not the hashes of the entries"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := f.withMix(t, tc.state)
			tc.edit(t, dir)
			w, err := Resume(dir, f.box)
			require.ErrorContains(t, err, tc.text)
			require.Nil(t, w)
		})
	}
	dir := f.withMix(t, open)
	_, err := Resume(dir, nil)
	require.ErrorContains(t, err, "give the key of the ballot box")
	_, err = Resume(dir, proofs.GenerateSigningKey())
	require.ErrorContains(t, err, "not the box's key of the manifest")
}
