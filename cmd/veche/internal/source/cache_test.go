package source

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot/box"
	"veche.example/tally/record"
)

// What does not fit is fetched again, and must be what it was. The checkpoint of a log
// that grows stays.
func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	var version atomic.Value
	version.Store("1")
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s %s", r.URL.Path, version.Load(), strings.Repeat("x", 1000))
	})
	w := openHasty(t, s.url, hasty)
	w.cache.most = 5000
	read := func(name string) string {
		b, err := fs.ReadFile(w, name)
		require.NoError(t, err)
		return string(b)
	}
	first := read(checkpoint)
	held, err := w.Open("mix-chair-1.bin")
	require.NoError(t, err)
	for i := range 50 {
		read(record.MixFile("chair", i+1))
		require.LessOrEqual(t, w.cache.used, int64(5000))
		kept, err := os.ReadDir(w.cache.dir)
		require.NoError(t, err)
		require.LessOrEqual(t, len(kept), 6)
	}
	b := make([]byte, 10)
	_, err = held.Read(b)
	require.NoError(t, err, "whoever has a file open can read on")
	require.NoError(t, held.Close())
	require.EqualValues(t, 51, s.count.Load())
	require.Contains(t, read("mix-chair-1.bin"), "/mix-chair-1.bin 1")
	require.EqualValues(t, 52, s.count.Load())

	version.Store("2")
	require.Equal(t, first, read(checkpoint))
	_, err = fs.ReadFile(w, "mix-chair-2.bin")
	require.ErrorContains(t, err, "another file than a while ago")
}

func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	fsys, done, err := Open(t.Context(), serve(t, http.FileServerFS(os.DirFS(newRecord(t, 10)))))
	require.NoError(t, err)
	files(t, fsys)
	dir := fsys.(*web).cache.dir
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o700), info.Mode().Perm())
	require.NoError(t, done())
	require.NoDirExists(t, dir)
	require.NoError(t, done())
}

// A mix that is published while somebody reads does not appear in the middle.
func TestRecordStandsStill(t *testing.T) {
	t.Parallel()
	dir := newRecord(t, 10)
	require.NoError(t, os.Remove(filepath.Join(dir, "mix-chair-2.bin")))
	w := openHasty(t, serve(t, http.FileServerFS(os.DirFS(dir))), hasty)
	before := files(t, w)
	require.Contains(t, before, "mix-chair-1.bin")
	write(t, dir, "mix-chair-2.bin", []byte("late"))
	write(t, dir, "tally.bin", []byte("late"))
	write(t, dir, "log/checkpoint", []byte("club\n5000\n"))
	require.Equal(t, before, files(t, w))
	for _, name := range []string{"mix-chair-2.bin", "tally.bin"} {
		_, err := w.Open(name)
		require.ErrorIs(t, err, fs.ErrNotExist)
	}
}

// What follows from a manifest or a checkpoint that is none.
func TestListsOfWhatIsDamaged(t *testing.T) {
	t.Parallel()
	dir := newRecord(t, 10)
	write(t, dir, record.ManifestFile, []byte("{"))
	write(t, dir, "log/checkpoint", []byte("?"))
	all := files(t, openHasty(t, serve(t, http.FileServerFS(os.DirFS(dir))), hasty))
	require.Contains(t, all, "log/checkpoint")
	require.NotContains(t, all, "mix-chair-1.bin")
	require.NotContains(t, all, "log/tile/0/000.p/10")

	write(t, dir, "log/checkpoint", fmt.Appendf(nil, "club\n%d\nroot\n", int64(box.MaxSize)))
	w := openHasty(t, serve(t, http.FileServerFS(os.DirFS(dir))), hasty)
	entries, err := fs.ReadDir(w, "log/tile/entries")
	require.NoError(t, err)
	require.Len(t, entries, 1999)
	_, err = entries[0].Info()
	require.ErrorIs(t, err, fs.ErrNotExist)
}
