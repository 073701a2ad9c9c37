package box

import (
	"maps"
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
)

// kept returns the checkpoint that a log of the entries has signed.
func kept(t testing.TB, list [][]byte) *Checkpoint {
	m, err := build(list)
	require.NoError(t, err)
	_, c := opened(t, m)
	return c
}

func TestExtendsItself(t *testing.T) {
	t.Parallel()
	r, c := opened(t, log600())
	for _, n := range []int{1, 2, 3, 100, 255, 256, 257, 511, 512, 513, 599, 600} {
		require.NoError(t, r.Extends(kept(t, voted(n, "vote ")), c), n)
	}
	empty, err := Create(t.TempDir(), signer)
	require.NoError(t, err)
	require.NoError(t, r.Extends(empty.last, c))
	require.NoError(t, r.Extends(empty.last, empty.last))
}

func requireFork(t *testing.T, err error, old, c *Checkpoint, text string) {
	t.Helper()
	var fork *ForkError
	require.ErrorAs(t, err, &fork)
	require.ErrorContains(t, err, text)
	require.Same(t, old, fork.Old)
	require.Same(t, c, fork.New)
	for _, evidence := range [][]byte{fork.Old.Note, fork.New.Note} {
		_, err := ParseCheckpoint(evidence, key)
		require.NoError(t, err, "the evidence is signed")
	}
}

// Two readers kept checkpoints of a log that shows each of them another branch: each
// finds out as soon as he sees the other branch, whatever the sizes.
func TestForkIsCaught(t *testing.T) {
	t.Parallel()
	for _, sizes := range [][2]int{{5, 5}, {5, 6}, {5, 300}, {100, 256}, {256, 256}, {256, 257}, {257, 600}, {300, 512}, {599, 600}, {600, 600}} {
		left := kept(t, voted(sizes[0], "left "))
		m, err := build(voted(sizes[1], "right "))
		require.NoError(t, err)
		r, right := opened(t, m)
		requireFork(t, r.Extends(left, right), left, right, "was forked")
	}
	// Both branches grow from the same trunk, which both readers have seen.
	trunk := kept(t, voted(3, ""))
	for _, branch := range []string{"left ", "right "} {
		m, err := build(voted(400, branch))
		require.NoError(t, err)
		r, c := opened(t, m)
		require.NoError(t, r.Extends(trunk, c))
	}
}

func TestShortenedLogIsCaught(t *testing.T) {
	t.Parallel()
	long := kept(t, voted(600, "vote "))
	for _, n := range []int{1, 3, 256, 599} {
		m, err := build(voted(n, "vote "))
		require.NoError(t, err)
		r, c := opened(t, m)
		requireFork(t, r.Extends(long, c), long, c, "stale, or the log was shortened")
	}
	empty, err := Create(t.TempDir(), signer)
	require.NoError(t, err)
	requireFork(t, empty.reader().Extends(long, empty.last), long, empty.last, "shortened")
}

// The owner resumes from a copy of yesterday: whoever kept today's checkpoint sees it.
func TestRestoredCopyIsAFork(t *testing.T) {
	t.Parallel()
	l, dir := store(t, voted(10, "vote "))
	copied := t.TempDir() + "/copy"
	require.NoError(t, os.CopyFS(copied, os.DirFS(dir)))
	add(t, l, [][]byte{entry(Ballot, "lost")})
	old, err := l.Checkpoint()
	require.NoError(t, err)

	again, err := Open(copied, signer)
	require.NoError(t, err)
	r := NewReader(os.DirFS(copied), key)
	requireFork(t, r.Extends(old, again.last), old, again.last, "shortened")
	add(t, again, [][]byte{entry(Ballot, "other")})
	c, err := again.Checkpoint()
	require.NoError(t, err)
	requireFork(t, r.Extends(old, c), old, c, "forked")
	add(t, again, [][]byte{entry(Ballot, "more")})
	c, err = again.Checkpoint()
	require.NoError(t, err)
	requireFork(t, r.Extends(old, c), old, c, "forked")
}

// Damaged files decide nothing: they are no evidence against the log.
func TestExtendsNeedsTheTiles(t *testing.T) {
	t.Parallel()
	old := kept(t, voted(300, "vote "))
	for name, damage := range damages() {
		m := log600()
		r, c := opened(t, m)
		damage(m)
		err := r.Extends(old, c)
		require.ErrorContains(t, err, "comparing with the checkpoint of 300 entries", name)
		var fork *ForkError
		require.NotErrorAs(t, err, &fork, name)
	}
	r, c := opened(t, log600())
	other := *c
	other.Origin = "example.com/other"
	require.ErrorContains(t, r.Extends(&other, c), "two logs")
	require.ErrorContains(t, r.Extends(c, &other), "two logs")
}

// damages are what can happen to the tiles that prove entry 300 of 600.
func damages() map[string]func(m fstest.MapFS) {
	out := map[string]func(m fstest.MapFS){
		"two tiles swapped": func(m fstest.MapFS) { m["tile/0/000"], m["tile/0/001"] = m["tile/0/001"], m["tile/0/000"] },
		"the tiles of another branch": func(m fstest.MapFS) {
			other, err := build(voted(votes, "other "))
			if err != nil {
				panic(err)
			}
			checkpoint := m[checkpointFile]
			maps.Copy(m, other)
			m[checkpointFile] = checkpoint
		},
	}
	for _, name := range []string{"tile/0/001", "tile/1/000.p/2"} {
		change := func(f func(b []byte) []byte) func(m fstest.MapFS) {
			return func(m fstest.MapFS) { m[name].Data = f(m[name].Data) }
		}
		out[name+" missing"] = func(m fstest.MapFS) { delete(m, name) }
		out[name+" of zero bytes"] = change(func([]byte) []byte { return nil })
		out[name+" one byte short"] = change(func(b []byte) []byte { return b[:len(b)-1] })
		out[name+" one hash short"] = change(func(b []byte) []byte { return b[:len(b)-tlog.HashSize] })
		out[name+" one byte too long"] = change(func(b []byte) []byte { return append(b, 0) })
		out[name+" one hash too long"] = change(func(b []byte) []byte { return append(b, b[:tlog.HashSize]...) })
		out[name+" ten times too long"] = change(func(b []byte) []byte { return append(b, make([]byte, 9*len(b))...) })
		out[name+" with a bit flipped at its start"] = change(func(b []byte) []byte { b[0] ^= 1; return b })
		out[name+" with a bit flipped at its end"] = change(func(b []byte) []byte { b[len(b)-1] ^= 128; return b })
		out[name+" all zeros"] = change(func(b []byte) []byte { clear(b); return b })
	}
	return out
}

// A log with three levels of tiles.
func TestGreatLog(t *testing.T) {
	t.Parallel()
	list := voted(66_000, "vote ")
	m, err := build(list)
	require.NoError(t, err)
	require.Contains(t, m, "tile/2/000.p/1")
	r, c := opened(t, m)
	require.Empty(t, faultsOf(t, m, c))
	require.NoError(t, r.Entries(c, func(uint64, []byte) error { return nil }))
	for _, n := range []int{1, 255, 65_535, 65_536, 65_537, 65_999} {
		receipt, err := r.Prove(c, uint64(n))
		require.NoError(t, err)
		_, err = receipt.Verify(list[n], key)
		require.NoError(t, err)
		old := *c
		old.Tree.N = int64(n)
		var fork *ForkError
		require.ErrorAs(t, r.Extends(&old, c), &fork, n)
	}
	require.NoError(t, r.Extends(kept(t, list[:65_536]), c))
	m["tile/2/000.p/1"].Data[0] ^= 1
	_, err = r.Prove(c, 5)
	require.ErrorContains(t, err, "fetch the tiles again")
}
