package box

import (
	"errors"
	"io/fs"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, ".hidden")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := Create(dir, signer)
	require.ErrorContains(t, err, "is not empty: name a new directory")
	_, err = Create(file, signer)
	require.Error(t, err, "a file in the directory's place")
	_, err = Create(filepath.Join(file, "log"), signer)
	require.Error(t, err, "a file above it")
	_, logged := store(t, nil)
	_, err = Create(logged, signer)
	require.ErrorContains(t, err, "is not empty")

	for name, bad := range map[string]note.Signer{
		"a signer that fails":            failing{signer},
		"a name with a space":            newWitness("two words", 1, 0),
		"an empty name":                  newWitness("", 1, 0),
		"a signature not the same twice": &restless{Signer: signer},
	} {
		_, err := Create(filepath.Join(t.TempDir(), "log"), bad)
		require.ErrorContains(t, err, "log: ", name)
	}
	l, err := Create(filepath.Join(dir, "a", "b", "log"), signer)
	require.NoError(t, err, "directories are made")
	require.Zero(t, l.Size())
	require.Equal(t, l.last.Tree.Hash, l.Root())
}

type failing struct{ note.Signer }

func (failing) Sign([]byte) ([]byte, error) { return nil, errors.New("the key is not there") }

type restless struct {
	note.Signer
	n byte
}

func (s *restless) Sign(text []byte) ([]byte, error) {
	sig, err := s.Signer.Sign(text)
	s.n++
	return append(sig, s.n), err
}

func TestAppendRefuses(t *testing.T) {
	t.Parallel()
	l, dir := store(t, voted(300, "vote "))
	before, files := l.Root(), load(t, dir)
	for name, tc := range map[string]struct {
		entry []byte
		text  string
	}{
		"nothing":      {nil, "log: entry 300: empty"},
		"65,536 bytes": {append([]byte{byte(Ballot)}, make([]byte, MaxEntry)...), "log: entry 300: 65536 bytes, at most 65535"},
		"unknown":      {[]byte{77}, "log: entry 300: unknown kind 77"},
		"out of order": {entry(Manifest, "m"), "log: entry 300: manifest is out of order"},
	} {
		_, err := l.Append(tc.entry)
		require.ErrorContains(t, err, tc.text, name)
		require.EqualValues(t, 300, l.Size())
		require.Equal(t, before, l.Root())
	}
	c, err := l.Checkpoint()
	require.NoError(t, err)
	require.Same(t, l.last, c)
	require.Equal(t, files, load(t, dir), "nothing was written")
	index, err := l.Append(entry(Closing, ""))
	require.NoError(t, err, "the next entry is still possible")
	require.EqualValues(t, 300, index)
}

func TestOpenResumes(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 255, 256, 257, 512, 600} {
		l, dir := store(t, voted(n, "vote "))
		root := l.Root()
		add(t, l, voted(900, "vote ")[n:]) // lost
		again, err := Open(dir, signer)
		require.NoError(t, err)
		require.EqualValues(t, n, again.Size())
		require.Equal(t, root, again.Root())
		require.Empty(t, faultsOf(t, os.DirFS(dir), again.last), "nothing of what is lost is left")
		add(t, again, voted(700, "vote ")[n:])
		c, err := again.Checkpoint()
		require.NoError(t, err)
		require.Equal(t, kept(t, voted(700, "vote ")).Tree, c.Tree)
		require.Empty(t, faultsOf(t, os.DirFS(dir), c))
	}
}

func TestOpenKeepsOrder(t *testing.T) {
	t.Parallel()
	_, dir := store(t, complete()[:8])
	l, err := Open(dir, signer)
	require.NoError(t, err)
	_, err = l.Append(entry(Ballot, "late"))
	require.ErrorContains(t, err, "after mix comes mix or tally")
}

// Signatures that others have put under the checkpoint stay there.
func TestOpenKeepsCosignatures(t *testing.T) {
	t.Parallel()
	l, dir := store(t, voted(5, "vote "))
	w := newWitness("w.example/1", 1, 1)
	path := filepath.Join(dir, checkpointFile)
	b := sign(treeText(origin, l.last.Tree), signer, w)
	require.NoError(t, os.WriteFile(path, b, 0o644))
	again, err := Open(dir, signer)
	require.NoError(t, err)
	c, err := again.Checkpoint()
	require.NoError(t, err)
	n, err := c.Cosigned([]string{w.key()})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, b, after)
	add(t, l, [][]byte{entry(Ballot, "b")})
	_, err = l.Checkpoint()
	require.NoError(t, err, "a witness is no second writer")
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	otherSigner, _ := keyOf(origin, 8)
	otherName, _ := keyOf("example.com/other", 7)
	put := func(name string, b []byte) func(dir string) error {
		return func(dir string) error { return os.WriteFile(filepath.Join(dir, name), b, 0o644) }
	}
	remove := func(name string) func(dir string) error {
		return func(dir string) error { return os.Remove(filepath.Join(dir, name)) }
	}
	tree := kept(t, voted(300, "vote ")).Tree
	wrong := tree
	wrong.Hash[0] ^= 1
	for name, tc := range map[string]struct {
		damage func(dir string) error
		signer note.Signer
		text   string
	}{
		"no checkpoint":               {remove("checkpoint"), signer, "no such file"},
		"an empty checkpoint":         {put("checkpoint", nil), signer, "not signed"},
		"a checkpoint of another key": {nil, otherSigner, "not signed"},
		"a checkpoint of another log": {nil, otherName, "not signed"},
		"a forged checkpoint":         {put("checkpoint", sign(treeText(origin, tree), otherSigner)), signer, "not signed"},
		"another root":                {put("checkpoint", sign(treeText(origin, wrong), signer)), signer, "root hash"},
		"one entry more":              {put("checkpoint", sign(treeText(origin, tlog.Tree{N: 301}), signer)), signer, "no such file"},
		"no bundle":                   {remove("tile/entries/000"), signer, "no such file"},
		"another bundle":              {put("tile/entries/000", bundleOf(voted(256, "other "))), signer, "not the hashes of the entries"},
		"an unknown kind":             {put("tile/entries/001.p/44", make([]byte, 3*44)), signer, "too many"},
		"no tile":                     {remove("tile/0/000"), signer, "no such file"},
		"no partial tile":             {remove("tile/1/000.p/1"), signer, "no such file"},
		"an empty tile":               {put("tile/0/000", nil), signer, "0 bytes, must be 8192"},
		"another tile":                {put("tile/0/000", make([]byte, 8192)), signer, "not the hashes of the entries"},
		"another partial tile":        {put("tile/0/001.p/44", make([]byte, 44*32)), signer, "not the hashes of the entries"},
		"another top":                 {put("tile/1/000.p/1", make([]byte, 32)), signer, "not the hashes of the entries"},
		"a server's state":            {func(dir string) error { return os.Mkdir(filepath.Join(dir, ".state"), 0o700) }, signer, "only the server"},
	} {
		_, dir := store(t, voted(300, "vote "))
		if tc.damage != nil {
			require.NoError(t, tc.damage(dir), name)
		}
		before := load(t, dir)
		_, err := Open(dir, tc.signer)
		require.ErrorContains(t, err, tc.text, name)
		require.Equal(t, before, load(t, dir), "%s: nothing is removed from a log that is refused", name)
	}
	_, err := Open(filepath.Join(t.TempDir(), "none"), signer)
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// Two processes that write one log would fork it: the second one notices.
func TestSecondWriterIsCaught(t *testing.T) {
	t.Parallel()
	one, dir := store(t, voted(5, "vote "))
	two, err := Open(dir, signer)
	require.NoError(t, err)
	add(t, one, [][]byte{entry(Ballot, "one")})
	c, err := one.Checkpoint()
	require.NoError(t, err)
	add(t, two, [][]byte{entry(Ballot, "two"), entry(Ballot, "two")})
	for range 2 {
		_, err = two.Checkpoint()
		require.ErrorContains(t, err, "another process has written a checkpoint of 6 entries")
	}
	_, err = two.Append(entry(Ballot, "two"))
	require.ErrorContains(t, err, "open it anew")
	r, now := opened(t, os.DirFS(dir))
	require.Equal(t, c, now)
	_, err = all(r, now)
	require.NoError(t, err)
}

// The writes that lead from a checkpoint of 250 entries to one of 300, in order.
var writes = []string{"tile/entries/000", "tile/0/000", "tile/entries/001.p/44", "tile/0/001.p/44", "tile/1/000.p/1", checkpointFile}

// The disk refuses one write after the other: nothing behind it is written, the old
// checkpoint holds, and the log resumes from there.
func TestDiskFailsAtEveryWrite(t *testing.T) {
	t.Parallel()
	list := voted(300, "vote ")
	for i, name := range writes[:len(writes)-1] {
		l, dir := store(t, list[:250])
		old := l.last
		obstacle := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(obstacle, 0o755))
		var err error
		for _, e := range list[250:] {
			if _, err = l.Append(e); err != nil {
				break
			}
		}
		if err == nil {
			_, err = l.Checkpoint()
		}
		require.ErrorContains(t, err, "log: open it anew", name)
		_, again := l.Append(list[299])
		require.Equal(t, err, again, "it stays failed")
		_, again = l.Checkpoint()
		require.Equal(t, err, again)

		files := load(t, dir)
		for k, other := range writes[:len(writes)-1] {
			_, written := files[other]
			require.Equal(t, k < i, written, "%s after the disk refused %s", other, name)
		}
		require.NoError(t, os.Remove(obstacle))
		resumes(t, dir, old, list)
	}
}

// resumes checks that a log which crashed after the checkpoint can be read and
// continued with the list.
func resumes(t *testing.T, dir string, old *Checkpoint, list [][]byte) {
	t.Helper()
	r, c := opened(t, os.DirFS(dir))
	require.Equal(t, old, c)
	got, err := all(r, c)
	require.NoError(t, err)
	require.Equal(t, list[:old.Tree.N], got)
	l, err := Open(dir, signer)
	require.NoError(t, err)
	require.Equal(t, uint64(old.Tree.N), l.Size())
	require.Empty(t, faultsOf(t, os.DirFS(dir), c))
	for name := range load(t, dir) {
		require.NotContains(t, name, tempPrefix)
	}
	add(t, l, list[old.Tree.N:])
	c, err = l.Checkpoint()
	require.NoError(t, err)
	require.Equal(t, kept(t, list).Tree, c.Tree)
	require.NoError(t, r.Extends(old, c))
	_, err = all(r, c)
	require.NoError(t, err)
}

// A crash between any two writes, or in the middle of one, leaves files as they were
// before or after it, and perhaps a temporary one.
func TestCrashAtEveryWrite(t *testing.T) {
	t.Parallel()
	list := voted(300, "vote ")
	l, dir := store(t, list[:250])
	old := l.last
	before := filepath.Join(t.TempDir(), "before")
	require.NoError(t, os.CopyFS(before, os.DirFS(dir)))
	add(t, l, list[250:])
	_, err := l.Checkpoint()
	require.NoError(t, err)
	after := load(t, dir)
	added := 0
	for name := range after {
		if _, err := os.Stat(filepath.Join(before, name)); err != nil {
			require.Contains(t, writes, name)
			added++
		}
	}
	require.Equal(t, len(writes)-1, added)
	for done := range writes {
		for _, unfinished := range []int{-1, 0, 1, 2} { // parts of the next file
			crashed := filepath.Join(t.TempDir(), "crashed")
			require.NoError(t, os.CopyFS(crashed, os.DirFS(before)))
			put := func(name string, b []byte) {
				path := filepath.Join(crashed, filepath.FromSlash(name))
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
				require.NoError(t, os.WriteFile(path, b, 0o644))
			}
			for _, name := range writes[:done] {
				put(name, after[name].Data)
			}
			if unfinished >= 0 {
				b := after[writes[done]].Data
				put(filepath.Dir(writes[done])+"/.tmp-12345", b[:len(b)*unfinished/2])
			}
			resumes(t, crashed, old, list)
		}
	}
}

// A process that is killed at any time leaves a log that continues what it had
// published before.
func TestKilledWriter(t *testing.T) {
	const where = "BOX_TEST_LOG"
	if dir := os.Getenv(where); dir != "" {
		writeUntilKilled(dir)
	}
	t.Parallel()
	_, dir := store(t, voted(3, ""))
	r, seen := opened(t, os.DirFS(dir))
	for range 6 {
		child := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$")
		child.Env = append(os.Environ(), where+"="+dir)
		require.NoError(t, child.Start())
		until := time.Now().Add(time.Duration(50+rand.Intn(200)) * time.Millisecond)
		for time.Now().Before(until) {
			c, err := r.Checkpoint()
			require.NoError(t, err)
			require.NoError(t, r.Extends(seen, c))
			seen = c
		}
		require.NoError(t, child.Process.Kill())
		require.Error(t, child.Wait())
		c, err := r.Checkpoint()
		require.NoError(t, err)
		require.NoError(t, r.Extends(seen, c))
		list, err := all(r, c)
		require.NoError(t, err)
		l, err := Open(dir, signer)
		require.NoError(t, err)
		require.Equal(t, c.Tree, l.last.Tree)
		require.EqualValues(t, len(list), l.Size())
		require.Empty(t, faultsOf(t, os.DirFS(dir), c))
		seen = c
	}
	require.Greater(t, seen.Tree.N, int64(3), "something was written")
}

func writeUntilKilled(dir string) {
	l, err := Open(dir, signer)
	for err == nil {
		for range 1 + rand.Intn(400) {
			if _, err = l.Append(entry(Ballot, "ballot")); err != nil {
				break
			}
		}
		if err == nil {
			_, err = l.Checkpoint()
		}
	}
	panic(err)
}

func TestLogWritesNothingTwice(t *testing.T) {
	t.Parallel()
	l, dir := store(t, voted(257, "vote "))
	inode := func(name string) fs.FileInfo {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
		require.NoError(t, err)
		return info
	}
	names := []string{"tile/entries/000", "tile/0/000", "tile/1/000.p/1"}
	var before []fs.FileInfo
	for _, name := range names {
		before = append(before, inode(name))
	}
	add(t, l, voted(300, "vote ")[257:])
	_, err := l.Checkpoint()
	require.NoError(t, err)
	for i, name := range names {
		require.True(t, os.SameFile(before[i], inode(name)), name)
	}
	require.True(t, slices.Contains(writes, names[2]))
}
