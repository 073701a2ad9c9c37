package box

import (
	"path"
	"regexp"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// The layout of c2sp.org/tlog-tiles: tiles of height 8.
const (
	height    = 8
	fullWidth = 1 << height
	entries   = -1 // the level of the entry bundles

	maxLevel = 5 // of a tree of MaxSize entries

	checkpointFile = "checkpoint"
	stateDir       = ".state" // a server's notes to itself
	tempPrefix     = ".tmp-"  // of package durable
)

// MaxSize is the greatest number of entries that a checkpoint may state. Beyond it
// the numbers of tiles could overflow.
const MaxSize = 1 << 40

// tilePath returns the path of a tile. It is that of tlog without the height, and
// with another name for the bundles.
func tilePath(t tlog.Tile) string {
	p := strings.TrimPrefix(t.Path(), "tile/8/")
	if rest, ok := strings.CutPrefix(p, "data/"); ok {
		return "tile/entries/" + rest
	}
	return "tile/" + p
}

// parsePath is the inverse of tilePath.
func parsePath(name string) (t tlog.Tile, ok bool) {
	rest, ok := strings.CutPrefix(name, "tile/")
	if !ok {
		return t, false
	}
	if number, ok := strings.CutPrefix(rest, "entries/"); ok {
		rest = "data/" + number
	}
	t, err := tlog.ParseTilePath("tile/8/" + rest)
	return t, err == nil && tilePath(t) == name
}

// tileAt returns the tile of a tree; its width is 0 if the tree does not have it.
func tileAt(size int64, level int, n int64) tlog.Tile {
	t := tlog.Tile{H: height, L: level, N: n}
	if level > maxLevel {
		return t
	}
	hashes := size >> (height * max(level, 0))
	switch last := hashes >> height; {
	case n < last:
		t.W = fullWidth
	case n == last:
		t.W = int(hashes % fullWidth)
	}
	return t
}

// maxBytes is the greatest length of a tile's file.
func maxBytes(t tlog.Tile) int64 {
	if t.L == entries {
		return int64(t.W) * (2 + MaxEntry)
	}
	return int64(t.W) * tlog.HashSize
}

// minBytes is the least length of a tile's file.
func minBytes(t tlog.Tile) int64 {
	if t.L == entries {
		return int64(t.W) * (2 + 1)
	}
	return maxBytes(t)
}

// A place is what a name means in the directory of a log.
type place int

const (
	stray      place = iota
	current          // the tree has it
	superseded       // a partial tile of a smaller tree
	beyond           // a tile of a greater tree
	temporary        // a file that a writer has not put in its place yet
)

// serverTemporary are names that Tessera gives to unfinished files: the name in the
// end and a random number behind it.
var serverTemporary = regexp.MustCompile(`^(checkpoint\d{5,10}|tile/.*/\d{8,13}|tile/.*\.p/\d{6,13})$`)

// placeOf says what a file's name means for a tree of the given size.
func placeOf(size int64, name string) (tlog.Tile, place) {
	if t, ok := parsePath(name); ok {
		switch width := tileAt(size, t.L, t.N).W; {
		case t.W == width:
			return t, current
		case t.W < width:
			return t, superseded
		}
		return t, beyond
	}
	switch {
	case name == checkpointFile:
		return tlog.Tile{}, current
	case strings.HasPrefix(path.Base(name), tempPrefix), serverTemporary.MatchString(name):
		return tlog.Tile{}, temporary
	}
	return tlog.Tile{}, stray
}

// isTileDir says whether tiles are in a directory of this name, or in one below.
func isTileDir(name string) bool {
	_, tiles := parsePath(name + "/000")
	_, partial := parsePath(name + "/1")
	return name == "tile" || tiles || partial
}
