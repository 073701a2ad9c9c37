package box

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestReaderReadsWhatTheLogWrote(t *testing.T) {
	t.Parallel()
	list := voted(votes, "vote ")
	_, dir := store(t, list)
	require.Equal(t, log600(), load(t, dir), "the files are those of the reference implementation")
	r, c := opened(t, os.DirFS(dir))
	got, err := all(r, c)
	require.NoError(t, err)
	require.Equal(t, list, got)
}

func TestReaderReadsEntriesOfAnyLength(t *testing.T) {
	t.Parallel()
	list := voted(4, "x")
	for _, n := range []int{0, 1, 254, 255, 256, MaxEntry - 1} {
		list = append(list, append([]byte{byte(Ballot)}, make([]byte, n)...))
	}
	_, dir := store(t, list)
	r, c := opened(t, os.DirFS(dir))
	got, err := all(r, c)
	require.NoError(t, err)
	require.Equal(t, list, got)
}

func TestEntriesStopsWhereItIsTold(t *testing.T) {
	t.Parallel()
	r, c := opened(t, log600())
	stop := errors.New("stop")
	calls := 0
	err := r.Entries(c, func(index uint64, _ []byte) error {
		calls++
		if index == 300 {
			return stop
		}
		return nil
	})
	require.Equal(t, stop, err)
	require.Equal(t, 301, calls)
}

// A kept checkpoint reads its own entries from a log that has grown, although the
// partial tiles that it was signed with are gone.
func TestOlderCheckpointsRead(t *testing.T) {
	t.Parallel()
	l, dir := store(t, voted(100, "vote "))
	old := l.last
	add(t, l, voted(votes, "vote ")[100:])
	_, err := l.Checkpoint()
	require.NoError(t, err)
	m := load(t, dir)
	delete(m, "tile/entries/000.p/100")
	delete(m, "tile/0/000.p/100")
	r, c := opened(t, m)
	got, err := all(r, old)
	require.NoError(t, err)
	require.Equal(t, voted(100, "vote "), got)
	require.NoError(t, r.Extends(old, c))
	receipt, err := r.Prove(old, 99)
	require.NoError(t, err)
	_, err = receipt.Verify(got[99], key)
	require.NoError(t, err)

	m["tile/entries/000"].Data = append(m["tile/entries/000"].Data, 0)
	_, err = all(r, old)
	require.ErrorContains(t, err, "tile/entries/000: at byte")
	m["tile/0/000"].Data = m["tile/0/000"].Data[:100*32]
	_, err = r.Prove(old, 3)
	require.ErrorContains(t, err, "tile/0/000: 3200 bytes, must be 8192")
	delete(m, "tile/0/000")
	_, err = r.Prove(old, 3)
	require.ErrorContains(t, err, "tile/0/000.p/100", "the name of what was looked for first")
}

// remake changes the entries of the bundles of the log, but not its tiles.
func remake(m fstest.MapFS, change func(list [][]byte) [][]byte) fstest.MapFS {
	list := change(voted(votes, "vote "))
	for n, name := range []string{"tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"} {
		from, to := min(n*fullWidth, len(list)), min((n+1)*fullWidth, len(list))
		m[name] = &fstest.MapFile{Data: bundleOf(list[from:to])}
	}
	return m
}

func TestEntriesRefusesOtherEntries(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(list [][]byte) [][]byte
		text   string
	}{
		"an entry changed": {func(l [][]byte) [][]byte { l[300][1] ^= 1; return l }, "root hash"},
		"a kind changed":   {func(l [][]byte) [][]byte { l[3][0] = byte(Ballot); return l }, "root hash"},
		"the last changed": {func(l [][]byte) [][]byte { l[votes-1] = append(l[votes-1], 0); return l }, "root hash"},
		"one dropped": {func(l [][]byte) [][]byte { return slices.Delete(l, 300, 301) },
			"tile/entries/002.p/88: at byte"},
		"one dropped and one added": {func(l [][]byte) [][]byte {
			return append(slices.Delete(l, 300, 301), entry(Ballot, "new"))
		}, "root hash"},
		"one doubled": {func(l [][]byte) [][]byte { return slices.Insert(l, 300, l[300]) },
			"tile/entries/002.p/88: at byte"},
		"one put in another's place": {func(l [][]byte) [][]byte { l[301] = l[300]; return l }, "root hash"},
		"two swapped":                {func(l [][]byte) [][]byte { l[300], l[301] = l[301], l[300]; return l }, "root hash"},
		"two bundles swapped": {func(l [][]byte) [][]byte {
			return slices.Concat(l[:3], l[256:259], l[6:256], l[3:6], l[259:])
		}, "root hash"},
		"an empty entry":       {func(l [][]byte) [][]byte { l[300] = nil; return l }, "entry 300: empty"},
		"an unknown kind":      {func(l [][]byte) [][]byte { l[300] = []byte{11}; return l }, "entry 300: unknown kind 11"},
		"a second manifest":    {func(l [][]byte) [][]byte { l[300] = l[0]; return l }, "entry 300: manifest is out of order"},
		"a second opening":     {func(l [][]byte) [][]byte { l[599] = l[2]; return l }, "entry 599: opening is out of order"},
		"the start swapped":    {func(l [][]byte) [][]byte { l[0], l[1] = l[1], l[0]; return l }, "entry 0: ceremony is out of order"},
		"a vote before it all": {func(l [][]byte) [][]byte { l[0], l[5] = l[5], l[0]; return l }, "entry 0: challenge is out of order"},
		"a vote after the end": {func(l [][]byte) [][]byte { l[300] = entry(Closing, ""); return l }, "entry 301: ballot is out of order"},
	} {
		r, c := opened(t, remake(log600(), tc.change))
		_, err := all(r, c)
		require.ErrorContains(t, err, tc.text, name)
	}
}

// Order is wrong although everything is signed and every hash is right: the log's
// owner himself broke the grammar.
func TestEntriesRefusesSignedDisorder(t *testing.T) {
	t.Parallel()
	done := complete()
	swap := func(i, j int) [][]byte {
		list := slices.Clone(done)
		list[i], list[j] = list[j], list[i]
		return list
	}
	for name, tc := range map[string]struct {
		list [][]byte
		text string
	}{
		"no manifest":                 {done[1:], "entry 0: ceremony"},
		"no ceremony":                 {slices.Concat(done[:1], done[2:]), "entry 1: opening"},
		"no opening":                  {slices.Concat(done[:2], done[3:]), "entry 2: promise"},
		"no closing":                  {slices.Concat(done[:6], done[7:]), "entry 6: mix"},
		"no tally":                    {slices.Concat(done[:9], done[10:]), "entry 9: result"},
		"manifest and ceremony":       {swap(0, 1), "entry 0: ceremony"},
		"ceremony and opening":        {swap(1, 2), "entry 1: opening"},
		"opening and promise":         {swap(2, 3), "entry 2: promise"},
		"closing and ballot":          {swap(5, 6), "entry 6: challenge"},
		"closing and mix":             {swap(6, 7), "entry 6: mix"},
		"mix and tally":               {swap(8, 9), "entry 9: mix"},
		"tally and result":            {swap(9, 10), "entry 9: result"},
		"the manifest twice":          {slices.Concat(done[:1], done), "entry 1: manifest"},
		"the closing twice":           {slices.Concat(done[:7], done[6:]), "entry 7: closing"},
		"the result twice":            {slices.Concat(done, done[10:]), "entry 11: result"},
		"an election after the other": {slices.Concat(done, done), "entry 11: manifest"},
		"an empty entry":              {slices.Concat(done[:4], [][]byte{{}}, done[4:]), "entry 4: empty"},
		"an unknown kind":             {slices.Concat(done[:4], [][]byte{{99}}, done[4:]), "entry 4: unknown kind 99"},
	} {
		m, err := build(tc.list)
		require.NoError(t, err)
		r, c := opened(t, m)
		_, err = all(r, c)
		require.ErrorContains(t, err, tc.text, name)
	}
}

func TestEntriesRefusesMalformedBundles(t *testing.T) {
	t.Parallel()
	const full, last = "tile/entries/001", "tile/entries/002.p/88"
	for name, tc := range map[string]struct {
		file   string
		change func(b []byte) []byte
		text   string
	}{
		"missing, full":              {full, nil, "file does not exist"},
		"missing, partial":           {last, nil, "file does not exist"},
		"zero bytes":                 {full, func([]byte) []byte { return nil }, "truncated: 2 bytes wanted, 0 left"},
		"one byte":                   {last, func(b []byte) []byte { return b[:1] }, "truncated: 2 bytes wanted, 1 left"},
		"truncated by one byte":      {full, func(b []byte) []byte { return b[:len(b)-1] }, "truncated"},
		"truncated by an entry":      {full, func(b []byte) []byte { return b[:len(b)-10] }, "truncated"},
		"one zero byte behind":       {last, func(b []byte) []byte { return append(b, 0) }, "1 bytes too many"},
		"a whole entry behind":       {last, func(b []byte) []byte { return append(b, 0, 1, 5) }, "3 bytes too many"},
		"an empty entry behind":      {full, func(b []byte) []byte { return append(b, 0, 0) }, "2 bytes too many"},
		"a length beyond the end":    {last, func(b []byte) []byte { b[0] = 0xff; return b }, "truncated: 65289 bytes wanted"},
		"a length of zero":           {full, func(b []byte) []byte { return slices.Insert(b, 0, 0, 0) }, "11 bytes too many"},
		"longer than possible":       {last, func(b []byte) []byte { return append(b, make([]byte, 88*(2+MaxEntry))...) }, "more than 5767256 bytes"},
		"all lengths zero":           {last, func([]byte) []byte { return make([]byte, 2*88) }, "entry 512: empty"},
		"the full bundle's contents": {full, func([]byte) []byte { return bundleOf(voted(fullWidth, "vote ")) }, "entry 256: manifest"},
	} {
		m := log600()
		r, c := opened(t, m)
		if tc.change == nil {
			delete(m, tc.file)
		} else {
			m[tc.file].Data = tc.change(m[tc.file].Data)
		}
		_, err := all(r, c)
		require.ErrorContains(t, err, tc.text, name)
		require.NotContains(t, err.Error(), "root hash", name)
	}
}

func TestCheckpointFileRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		b    []byte
		text string
	}{
		"zero bytes":          {[]byte{}, "not signed"},
		"131,073 bytes":       {make([]byte, maxNote+1), "more than 131072 bytes"},
		"another log's":       {sign(treeText("example.com/other", tree5), signer), "own name"},
		"another key's":       {sign(treeText(origin, tree5), func() (s liar) { s.Signer, _ = keyOf(origin, 9); s.f = bytes.Clone; return s }()), "not signed"},
		"half of it":          {stored()[checkpointFile].Data[:60], "not signed"},
		"two of them, joined": {append(bytes.Clone(stored()[checkpointFile].Data), stored()[checkpointFile].Data...), "not signed"},
	} {
		_, err := NewReader(fstest.MapFS{checkpointFile: &fstest.MapFile{Data: tc.b}}, key).Checkpoint()
		require.ErrorContains(t, err, tc.text, name)
	}
	_, err := NewReader(fstest.MapFS{}, key).Checkpoint()
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = NewReader(log600(), "not a key").Checkpoint()
	require.ErrorContains(t, err, `key "not a key"`)
}

// A signed checkpoint that lies about size or root is found out by the entries.
func TestEntriesRefusesAnotherTree(t *testing.T) {
	t.Parallel()
	m := log600()
	r, c := opened(t, m)
	for name, tc := range map[string]struct {
		change func(c *Checkpoint)
		text   string
	}{
		"root changed":   {func(c *Checkpoint) { c.Tree.Hash[0] ^= 1 }, "root hash"},
		"one entry less": {func(c *Checkpoint) { c.Tree.N-- }, "tile/entries/002.p/87: file does not exist"},
		"one entry more": {func(c *Checkpoint) { c.Tree.N++ }, "tile/entries/002.p/89: file does not exist"},
		"a bundle less":  {func(c *Checkpoint) { c.Tree.N = 512 }, "root hash"},
		"part of a full": {func(c *Checkpoint) { c.Tree.N = 300 }, "root hash"},
		"none":           {func(c *Checkpoint) { c.Tree.N = 0 }, "root hash"},
		"2^40 of them":   {func(c *Checkpoint) { c.Tree.N = MaxSize }, "tile/entries/002: file does not exist"},
	} {
		changed := *c
		tc.change(&changed)
		m[checkpointFile].Data = sign(treeText(origin, changed.Tree), signer)
		if changed.Tree.N > 0 {
			_, read := opened(t, m)
			require.Equal(t, changed.Tree, read.Tree)
		}
		_, err := all(r, &changed)
		require.ErrorContains(t, err, tc.text, name)
	}
}

// What stands in the place of a file must be one, and is not opened to find out.
func TestIrregularFiles(t *testing.T) {
	t.Parallel()
	_, dir := store(t, voted(300, "vote "))
	r, c := opened(t, os.DirFS(dir))
	elsewhere := filepath.Join(t.TempDir(), "copy")
	replace := map[string]func(path string) error{
		"a link to a device": func(path string) error { return os.Symlink("/dev/zero", path) },
		"a link to the file": func(path string) error { return os.Symlink(elsewhere, path) },
		"a link to nothing":  func(path string) error { return os.Symlink("none", path) },
		"a link to itself":   func(path string) error { return os.Symlink(path, path) },
		"a directory":        func(path string) error { return os.Mkdir(path, 0o755) },
	}
	reads := map[string]func() error{
		"checkpoint":            func() error { _, err := r.Checkpoint(); return err },
		"tile/entries/000":      func() error { _, err := all(r, c); return err },
		"tile/entries/001.p/44": func() error { _, err := all(r, c); return err },
		"tile/0/000":            func() error { _, err := r.Prove(c, 5); return err },
		"tile/1/000.p/1":        func() error { _, err := r.Prove(c, 299); return err },
	}
	for file, read := range reads {
		path := filepath.Join(dir, filepath.FromSlash(file))
		good, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(elsewhere, good, 0o644))
		for name, put := range replace {
			require.NoError(t, os.RemoveAll(path))
			require.NoError(t, put(path), name)
			require.ErrorContains(t, read(), file+": not a regular file", name)
		}
		require.NoError(t, os.RemoveAll(path))
		require.NoError(t, os.WriteFile(path, good, 0o644))
		require.NoError(t, read())
	}
}

// A file system without links shows what a file is only when it is open.
func TestIrregularFilesWithoutLinks(t *testing.T) {
	t.Parallel()
	type plain struct{ fs.FS } // hides ReadLink
	m := log600()
	r, c := opened(t, plain{m})
	_, err := all(r, c)
	require.NoError(t, err)
	m["tile/0/000"].Mode = fs.ModeDir | 0o755
	_, err = r.Prove(c, 3)
	require.ErrorContains(t, err, "tile/0/000: not a regular file")
}
