package record

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// hashes is the storage of the reference implementation.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		out[i] = h[at]
	}
	return out, nil
}

func (h *hashes) add(t require.TestingT, n int64, entry []byte) {
	more, err := tlog.StoredHashes(n, entry, h)
	require.NoError(t, err)
	*h = append(*h, more...)
}

func TestTreeIsTheMerkleTree(t *testing.T) {
	t.Parallel()
	var tree Tree
	var reference hashes
	for n := range int64(71) {
		want, err := tlog.TreeHash(n, reference)
		require.NoError(t, err)
		require.EqualValues(t, want, tree.Root(), "%d entries", n)
		require.EqualValues(t, n, tree.Size())
		require.LessOrEqual(t, len(tree.stack), 7)
		entry := []byte(fmt.Sprint("entry ", n))
		reference.add(t, n, entry)
		tree.Add(entry)
	}
}

func TestTreeOfAnyEntries(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var tree Tree
		var reference hashes
		for n, entry := range rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 40), 0, 300).Draw(t, "entries") {
			reference.add(t, int64(n), entry)
			tree.Add(entry)
		}
		want, err := tlog.TreeHash(int64(tree.Size()), reference)
		require.NoError(t, err)
		require.EqualValues(t, want, tree.Root())
	})
}
