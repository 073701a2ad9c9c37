package box

import (
	"archive/zip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func faultsOf(t testing.TB, fsys fs.FS, c *Checkpoint) []error {
	faults, err := NewReader(fsys, key).Files(c)
	require.NoError(t, err)
	return faults
}

func TestFilesOfALog(t *testing.T) {
	t.Parallel()
	l, dir := store(t, voted(3, "vote "))
	for n := 4; n < 600; n += 99 {
		add(t, l, voted(n, "vote ")[l.Size():])
		_, err := l.Checkpoint()
		require.NoError(t, err)
	}
	require.Empty(t, faultsOf(t, os.DirFS(dir), l.last), "superseded partial tiles are tolerated")
	_, c := opened(t, log600())
	require.Empty(t, faultsOf(t, log600(), c))
	l, dir = store(t, nil)
	require.Empty(t, faultsOf(t, os.DirFS(dir), l.last), "an empty log is a checkpoint")
}

func TestFilesTolerated(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		".state/treeState", ".state/deep/er", ".tmp-123", "tile/.tmp-1", "tile/0/.tmp-1", "tile/entries/002.p/.tmp-99", "tile/0/x001/.tmp-1",
		"checkpoint1234567890", "tile/0/0001234567890", "tile/entries/0021234567890", "tile/0/002.p/881234567890", "tile/0/x001/0001234567890",
		"tile/0/000.p/1", "tile/0/002.p/87", "tile/entries/001.p/255", "tile/1/000.p/1",
	} {
		m := log600()
		m[name] = &fstest.MapFile{Data: []byte("junk")}
		_, c := opened(t, m)
		require.Empty(t, faultsOf(t, m, c), name)
	}
}

func TestFilesReported(t *testing.T) {
	t.Parallel()
	const remove = ": remove it"
	for name, text := range map[string]string{
		"manifest.json": remove, "checkpoint~": remove, "checkpoint.old": remove, "checkpoint12": remove, ".DS_Store": remove, "Checkpoint": remove,
		"tile/README": remove, "tile/0/README": remove, "tile/0/000~": remove, "tile/0/00": remove, "tile/0/0001": remove, "tile/0/000.gz": remove,
		"tile/0/000.p/0": remove, "tile/0/000.p/256": remove, "tile/0/000.p/01": remove, "tile/entries/000.p/x": remove,
		"tile/data/000": `"tile/data": not a directory`, "tile/00/000": `"tile/00"`, "tile/8/0/000": `"tile/8/0"`, "tile/-1/000": `"tile/-1"`,
		"tile/0/x000/000": `"tile/0/x000"`, "tile/0/001/000": `"tile/0/001": not a directory`, "sub/checkpoint": `"sub": not a directory`, "..state/x": `"..state"`,
		"tile/.state/x": `"tile/.state"`, "tile/0/000.q/1": `"tile/0/000.q"`,
		"tile/0/003": "does not cover it", "tile/0/002": "does not cover it", "tile/0/002.p/89": "does not cover it", "tile/entries/003.p/1": "does not cover it",
		"tile/1/000": "does not cover it", "tile/1/000.p/3": "does not cover it", "tile/2/000.p/1": "does not cover it", "tile/63/000": "does not cover it",
		"tile/0/x001/000": "does not cover it", "tile/entries/x999/x999/x999/999.p/255": "does not cover it",
		".state": remove, // a file
	} {
		m := log600()
		if name == "tile/0/001/000" {
			delete(m, "tile/0/001")
		}
		m[name] = &fstest.MapFile{Data: []byte("junk")}
		_, c := opened(t, m)
		faults := faultsOf(t, m, c)
		require.NotEmpty(t, faults, name)
		require.ErrorContains(t, errors.Join(faults...), text, name)
	}
}

func TestFilesMissingOrOfImpossibleLength(t *testing.T) {
	t.Parallel()
	_, c := opened(t, log600())
	lengths := map[string][]int{
		checkpointFile:          {0, maxNote + 1},
		"tile/0/000":            {0, 1, 8191, 8193},
		"tile/0/002.p/88":       {0, 87 * 32, 89 * 32},
		"tile/1/000.p/2":        {0, 63, 65},
		"tile/entries/001":      {0, 3*256 - 1, 256*(2+MaxEntry) + 1},
		"tile/entries/002.p/88": {0, 3*88 - 1, 88*(2+MaxEntry) + 1},
	}
	require.Len(t, stored(), 8)
	for name := range stored() {
		m := log600()
		delete(m, name)
		faults := faultsOf(t, m, c)
		require.Len(t, faults, 1, name)
		require.EqualError(t, faults[0], name+": missing: fetch the whole log again")
		for _, n := range lengths[name] {
			m[name] = &fstest.MapFile{Data: make([]byte, n)}
			faults := faultsOf(t, m, c)
			require.Len(t, faults, 1, name)
			require.ErrorContains(t, faults[0], fmt.Sprintf("%s: %d bytes, must be ", name, n))
		}
	}
}

func TestFilesThatAreNone(t *testing.T) {
	t.Parallel()
	_, dir := store(t, voted(300, "vote "))
	_, c := opened(t, os.DirFS(dir))
	for _, name := range []string{checkpointFile, "tile/0/000", "tile/entries/001.p/44", "tile/entries/.tmp-1", "tile/0/000.p/7", "tile"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		aside := filepath.Join(dir, "..", "aside")
		moved := os.Rename(path, aside) == nil
		require.NoError(t, os.Symlink(aside, path))
		faults := faultsOf(t, os.DirFS(dir), c)
		require.NotEmpty(t, faults, name)
		if name == "tile" {
			require.EqualError(t, faults[0], `"tile": not a file of a log: remove it`, "a link to the directory")
		} else {
			require.EqualError(t, faults[0], irregular(name).Error())
		}
		require.NoError(t, os.Remove(path))
		if moved {
			require.NoError(t, os.Rename(aside, path))
		}
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "tile/0/000.p")))
	}
	require.Empty(t, faultsOf(t, os.DirFS(dir), c))
	_, err := NewReader(os.DirFS(filepath.Join(dir, "none")), key).Files(c)
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// A checkpoint of a size that nobody can have, or a directory full of junk, ends soon.
func TestFilesStopsAfterEnough(t *testing.T) {
	t.Parallel()
	m := log600()
	_, c := opened(t, m)
	require.Len(t, faultsOf(t, m, &Checkpoint{Origin: origin, Tree: c.Tree}), 0)
	huge := *c
	huge.Tree.N = MaxSize
	require.Len(t, faultsOf(t, m, &huge), maxFaults)
	for i := range 200 {
		m[fmt.Sprint("junk", i)] = &fstest.MapFile{}
	}
	require.Len(t, faultsOf(t, m, c), maxFaults)
}

// What Tessera wrote with its POSIX driver: 301 entries in batches, with checkpoints
// in between, and the state that it keeps.
func TestTesseraLogReads(t *testing.T) {
	t.Parallel()
	z, err := zip.OpenReader("testdata/tessera.zip")
	require.NoError(t, err)
	defer z.Close()
	r, c := opened(t, z)
	require.EqualValues(t, 301, c.Tree.N)
	faults, err := r.Files(c)
	require.NoError(t, err)
	require.Empty(t, faults)
	list, err := all(r, c)
	require.NoError(t, err)
	require.Equal(t, entry(Result, "result"), list[300])
	for _, i := range []uint64{0, 255, 256, 300} {
		receipt, err := r.Prove(c, i)
		require.NoError(t, err)
		_, err = receipt.Verify(list[i], key)
		require.NoError(t, err)
	}
	require.NoError(t, r.Extends(kept(t, list[:280]), c))
	_, err = all(NewReader(z, key), kept(t, list[:280]))
	require.ErrorContains(t, err, "file does not exist", "no checkpoint of this size was published")

	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "log"), z))
	_, err = Open(filepath.Join(dir, "log"), signer)
	require.ErrorContains(t, err, "only the server that keeps the log can write it")
	mine, err := build(list)
	require.NoError(t, err)
	for name, f := range mine {
		b, err := fs.ReadFile(z, name)
		require.NoError(t, err)
		require.Equal(t, f.Data, b, "%s: Tessera and this package write the same bytes", name)
	}
}
