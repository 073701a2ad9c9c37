package box

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func TestTilePaths(t *testing.T) {
	t.Parallel()
	for name, tile := range map[string]tlog.Tile{
		"tile/0/000":                        {L: 0, N: 0, W: 256},
		"tile/0/x001/x234/067":              {L: 0, N: 1234067, W: 256},
		"tile/5/x001/000.p/255":             {L: 5, N: 1000, W: 255},
		"tile/entries/000.p/1":              {L: entries, N: 0, W: 1},
		"tile/entries/x999/999":             {L: entries, N: 999999, W: 256},
		"tile/63/x004/x294/x967/x296/000.p": {},
	} {
		tile.H = height
		got, ok := parsePath(name)
		require.Equal(t, tile.W > 0, ok, name)
		if ok {
			require.Equal(t, tile, got)
			require.Equal(t, name, tilePath(tile))
		}
	}
}

func TestNamesThatAreNoTiles(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/-1/000", "tile/+1/000",
		"tile/data/000", "tile/entries", "tile/entries/0", "tile/8/0/000", "tile/0/x000/000", "tile/0/001/000", "tile/0/x001", "tile/0/X001/000",
		"tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/00", "tile/0/000.p/01", "tile/0/000.p/256", "tile/0/000.p/-1", "tile/0/000.p/1/2",
		"tile/0/000/1", "tile/0/ 00", "/tile/0/000", "./tile/0/000", "tile//0/000", "tile/0/../0/000", "tile/0/000 ", "Tile/0/000", "tiles/0/000",
		"tile/0/x999/x999/x999/x999/x999/x999/x999/999", "tile/99999999999999999999/000",
	} {
		_, ok := parsePath(name)
		require.False(t, ok, name)
	}
}

// The tiles of a tree are those that the reference implementation would publish.
func TestTilesOfATree(t *testing.T) {
	t.Parallel()
	for _, size := range []int64{0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000} {
		want := map[tlog.Tile]bool{}
		for _, tile := range tlog.NewTiles(height, 0, size) {
			want[tile] = true
		}
		count := 0
		for level := 0; level <= maxLevel; level++ {
			for n := int64(0); tileAt(size, level, n).W > 0; n++ {
				require.True(t, want[tileAt(size, level, n)], "%d: level %d, tile %d", size, level, n)
				count++
			}
		}
		require.Len(t, want, count)
		for n := range int64(300) {
			require.Equal(t, tileAt(size, 0, n).W, tileAt(size, entries, n).W)
		}
	}
	require.Equal(t, 112, tileAt(70_000, 0, 273).W)
	require.Equal(t, 17, tileAt(70_000, 1, 1).W)
	require.Equal(t, 1, tileAt(70_000, 2, 0).W)
	require.Equal(t, 1, tileAt(MaxSize, maxLevel, 0).W, "the greatest tree has a top")
	require.Zero(t, tileAt(MaxSize, maxLevel+1, 0).W)
	require.Zero(t, tileAt(MaxSize, math.MaxInt, 0).W)
	require.Zero(t, tileAt(MaxSize, 0, math.MaxInt64).W)
}

func FuzzParsePath(f *testing.F) {
	for _, name := range []string{"tile/0/000", "tile/entries/x001/x234/067.p/9", "tile/63/x999/x999/x999/x999/x999/x999/999", "tile/data/000"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if tile, ok := parsePath(name); ok {
			require.Equal(t, name, tilePath(tile))
			require.LessOrEqual(t, minBytes(tile), maxBytes(tile))
		}
		placeOf(MaxSize, name)
		isTileDir(name)
	})
}

func TestEdgeIsTheMerkleTree(t *testing.T) {
	t.Parallel()
	var e edge
	var reference hashes
	for n := range int64(600) {
		want, err := tlog.TreeHash(n, reference)
		require.NoError(t, err)
		require.Equal(t, want, e.root(), "%d entries", n)
		require.NoError(t, reference.add(n, []byte{byte(n)}))
		e.add(tlog.RecordHash([]byte{byte(n)}))
	}
}

// checkTiles compares all tiles of a growing tree with the reference.
func checkTiles(t require.TestingT, size int64) {
	var e edge
	var reference hashes
	tiles := map[tlog.Tile][]byte{}
	for n := range size {
		entry := []byte{byte(n), byte(n >> 8), byte(n >> 16)}
		require.NoError(t, reference.add(n, entry))
		for _, full := range e.add(tlog.RecordHash(entry)) {
			require.NotContains(t, tiles, full.Tile)
			tiles[full.Tile] = full.bytes()
		}
	}
	for _, tile := range e.partial() {
		tiles[tile.Tile] = tile.bytes()
	}
	want := tlog.NewTiles(height, 0, size)
	require.Len(t, tiles, len(want))
	for _, tile := range want {
		b, err := tlog.ReadTileData(tile, reference)
		require.NoError(t, err)
		require.Equal(t, b, tiles[tile], tilePath(tile))
	}
}

func TestEdgeFillsTiles(t *testing.T) {
	t.Parallel()
	for _, size := range []int64{1, 255, 256, 257, 65_535, 65_536, 66_000} {
		checkTiles(t, size)
	}
	rapid.Check(t, func(t *rapid.T) { checkTiles(t, rapid.Int64Range(0, 1500).Draw(t, "size")) })
}
