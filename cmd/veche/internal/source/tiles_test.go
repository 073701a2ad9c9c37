package source

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"veche.example/ballot/box"
	"veche.example/tally/record"
)

// walk returns all files below a folder of tiles.
func walk(t require.TestingT, size int64, folder string) (found []string) {
	var parts []string
	if folder != "" {
		parts = strings.Split(folder, "/")
	}
	entries := tiles(size, parts)
	require.True(t, slices.IsSortedFunc(entries, func(a, b child) int { return strings.Compare(a.name, b.name) }))
	for _, c := range entries {
		name := path.Join(folder, c.name)
		require.Equal(t, c.folder, isFolder(path.Join(record.LogDir, name)), name)
		if c.folder {
			below := walk(t, size, name)
			require.NotEmpty(t, below, name)
			found = append(found, below...)
		} else {
			found = append(found, name)
		}
	}
	return found
}

// tilePath is the file of a tile as package tlog names it; it is empty if a tree of the
// size has none.
func tilePath(size int64, l int, n int64) string {
	w := min(256, size>>(8*max(l, 0))-256*n)
	if w <= 0 {
		return ""
	}
	name := strings.TrimPrefix(tlog.Tile{H: 8, L: l, N: n, W: int(w)}.Path(), "tile/8/")
	return "tile/" + strings.Replace(name, "data/", "entries/", 1)
}

// want returns all files of a tree.
func want(size int64) (names []string) {
	for l := -1; l <= 5; l++ {
		for n := int64(0); tilePath(size, l, n) != ""; n++ {
			names = append(names, tilePath(size, l, n))
		}
	}
	slices.Sort(names)
	return names
}

func TestTilesAreThoseOfTheTree(t *testing.T) {
	t.Parallel()
	check := func(t require.TestingT, size int64) {
		found := walk(t, size, "")
		slices.Sort(found)
		require.Equal(t, want(size), found)
	}
	for _, size := range []int64{0, 1, 255, 256, 257, 65535, 65536, 65537, 256 * 999, 256 * 1000, 256*1000 + 1, 1<<20 + 1} {
		check(t, size)
	}
}

// Of a tree of any size every tile is listed in its folder, and the one behind it is not.
func TestEveryTileIsListed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, box.MaxSize).Draw(t, "size")
		l := rapid.IntRange(-1, 5).Draw(t, "level")
		if size>>(8*max(l, 0)) == 0 {
			return
		}
		last := (size>>(8*max(l, 0)) - 1) / 256
		n := rapid.Int64Range(0, last).Draw(t, "tile")
		require.True(t, listed(size, tilePath(size, l, n)))
		require.True(t, listed(size, tilePath(size, l, last)))
		require.False(t, listed(size, tilePath(box.MaxSize*256, l, last+1)))
	})
}

// listed says whether each folder on the way to a tile lists the next.
func listed(size int64, name string) bool {
	parts := strings.Split(name, "/")
	for i := range parts {
		if !slices.Contains(tiles(size, parts[:i]), child{parts[i], i < len(parts)-1}) {
			return false
		}
	}
	return true
}

// Whoever serves a checkpoint can claim any number; a folder has no more than it can name.
func TestListsOfAnySizeAreShort(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(0, box.MaxSize).Draw(t, "size")
		parts := []string{"tile", rapid.SampledFrom([]string{"entries", "0", "4", "5", "6", "99"}).Draw(t, "level")}
		parts = append(parts, rapid.SliceOfN(rapid.StringMatching(`x[0-9]{3}`), 0, 9).Draw(t, "groups")...)
		if rapid.Bool().Draw(t, "partial") {
			parts = append(parts, rapid.StringMatching(`[0-9]{3}\.p`).Draw(t, "last"))
		}
		require.LessOrEqual(t, len(tiles(size, parts)), 2000)
	})
	require.Len(t, tiles(box.MaxSize, []string{"tile", "entries", "x001"}), 2000)
	for _, parts := range []string{"tile/0/x000", "tile/0/000.p", "tile/0/x000/000.p", "tile/6", "tile/entries/x999/x999/x999/x999/x999"} {
		require.Empty(t, tiles(256*256, strings.Split(parts, "/")), parts)
	}
}

func TestSizeOfCheckpoint(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"club\n12\nroot\n":            12,
		"club\n1099511627776\nroot\n": box.MaxSize,
		"":                            0,
		"club":                        0,
		"club\n12":                    0,
		"club\n-1\nroot\n":            0,
		"club\n1099511627777\nroot":   0,
		"club\nx\nroot\n":             0,
	} {
		require.Equal(t, want, size([]byte(text)), text)
	}
}
