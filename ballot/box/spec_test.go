package box

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/internal/vectors"
)

const specPath = "../../docs/spec/box.md"

// The worked example of docs/spec/box.md.
func TestSpecificationExample(t *testing.T) {
	t.Parallel()
	list := [][]byte{entry(Manifest, "m"), entry(Ceremony, "c"), entry(Opening, "o"), entry(Promise, "p"), entry(Ballot, "b")}
	_, dir := store(t, list)
	files := load(t, dir)
	r, c := opened(t, files)
	receipt, err := r.Prove(c, 3)
	require.NoError(t, err)
	_, err = receipt.Verify(list[3], key)
	require.NoError(t, err)

	var e vectors.Example
	e.Add("key", []byte(key))
	e.Add("tile/entries/000.p/5", files["tile/entries/000.p/5"].Data)
	e.Add("tile/0/000.p/5", files["tile/0/000.p/5"].Data)
	e.Add("root", c.Tree.Hash[:])
	e.Check(t, specPath)
	_, shown, found := strings.Cut(specification(t), "<!-- receipt, checked by a test -->\n```\n")
	require.True(t, found)
	require.Equal(t, string(receipt.Bytes()), strings.Split(shown, "```")[0])
	require.Equal(t, string(files[checkpointFile].Data), string(receipt.Checkpoint))
}

func specification(t *testing.T) string {
	raw, err := os.ReadFile(specPath)
	require.NoError(t, err)
	return string(raw)
}

// The table of kinds and the limits are the code's.
func TestSpecificationSays(t *testing.T) {
	t.Parallel()
	spec := specification(t)
	for k := Manifest; k <= Result; k++ {
		var before []string
		for last, next := range following {
			for _, n := range next {
				if n == k && last > 0 {
					before = append(before, Kind(last).String())
				}
			}
		}
		if k == Manifest {
			before = []string{"nothing: it is entry 0"}
		}
		require.Contains(t, spec, fmt.Sprintf("| %d %v | %s |\n", k, k, strings.Join(before, ", ")))
	}
	for _, limit := range []int64{MaxEntry, MaxSize, maxNote, maxProof, 2 + MaxEntry, fullWidth - 1} {
		require.Contains(t, spec, fmt.Sprint(limit))
	}
	require.Contains(t, spec, "\n"+receiptHead+indexLabel)
	require.Equal(t, int64(1)<<maxProof, int64(MaxSize), "the depth of the greatest tree")
}
