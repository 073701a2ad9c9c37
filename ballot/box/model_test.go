package box

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// model is what a log should be: the entries, how many the checkpoint covers, and the
// checkpoints that somebody kept.
type model struct {
	dir     string
	log     *Log
	list    [][]byte
	covered int
	kept    []*Checkpoint
}

func (m *model) append(t *rapid.T) {
	branch := rapid.SampledFrom([]string{"a", "bb", "ccc"}).Draw(t, "branch")
	for n := rapid.IntRange(1, 300).Draw(t, "entries"); n > 0; n-- {
		next := entry(Ballot, fmt.Sprint(branch, n))
		if len(m.list) < 3 {
			next = voted(3, "")[len(m.list)]
		}
		add(t, m.log, [][]byte{next})
		m.list = append(m.list, next)
	}
}

func (m *model) refuse(t *rapid.T) {
	bad := rapid.SampledFrom([][]byte{nil, {0}, {11}, {byte(Result)}, make([]byte, MaxEntry+1)}).Draw(t, "bad")
	_, err := m.log.Append(bad)
	require.Error(t, err)
}

func (m *model) checkpoint(t *rapid.T) {
	c, err := m.log.Checkpoint()
	require.NoError(t, err)
	require.EqualValues(t, len(m.list), c.Tree.N)
	m.covered = len(m.list)
	m.kept = append(m.kept, c)
}

func (m *model) reopen(t *rapid.T) {
	l, err := Open(m.dir, signer)
	require.NoError(t, err)
	m.log, m.list = l, m.list[:m.covered]
}

func (m *model) prove(t *rapid.T) {
	r, c := opened(t, os.DirFS(m.dir))
	if m.covered == 0 {
		_, err := r.Prove(c, 0)
		require.Error(t, err)
		return
	}
	index := rapid.IntRange(0, m.covered-1).Draw(t, "index")
	receipt, err := r.Prove(c, uint64(index))
	require.NoError(t, err)
	again, err := ParseReceipt(receipt.Bytes())
	require.NoError(t, err)
	_, err = again.Verify(m.list[index], key)
	require.NoError(t, err)
	other := (index + 1) % m.covered
	_, err = again.Verify(m.list[other], key)
	require.Equal(t, string(m.list[index]) == string(m.list[other]), err == nil)
}

func (m *model) extends(t *rapid.T) {
	r, c := opened(t, os.DirFS(m.dir))
	old := rapid.SampledFrom(m.kept).Draw(t, "kept")
	require.NoError(t, r.Extends(old, c))
	if old.Tree.N > 0 {
		forked := *old
		forked.Tree.Hash[31] ^= 1
		var fork *ForkError
		require.ErrorAs(t, r.Extends(&forked, c), &fork)
	}
}

// check compares what can be read with what was written.
func (m *model) check(t *rapid.T) {
	require.EqualValues(t, len(m.list), m.log.Size())
	r, c := opened(t, os.DirFS(m.dir))
	list, err := all(r, c)
	require.NoError(t, err)
	require.Equal(t, m.covered, len(list))
	for i := range list {
		require.Equal(t, m.list[i], list[i])
	}
}

// A log does whatever a list of entries would do that forgets, when it is opened
// anew, what no checkpoint covered.
func TestLogIsItsModel(t *testing.T) {
	t.Parallel()
	parent, err := os.MkdirTemp("/dev/shm", "box-") // thousands of files are made durable
	if err != nil {
		parent = t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(parent) })
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		m := &model{dir: filepath.Join(parent, fmt.Sprint(runs))}
		var err error
		m.log, err = Create(m.dir, signer)
		require.NoError(t, err)
		m.kept = append(m.kept, m.log.last)
		t.Repeat(map[string]func(*rapid.T){
			"append": m.append, "refuse": m.refuse, "checkpoint": m.checkpoint, "reopen": m.reopen,
			"prove": m.prove, "extends": m.extends, "": m.check,
		})
		require.NoError(t, os.RemoveAll(m.dir))
	})
}
