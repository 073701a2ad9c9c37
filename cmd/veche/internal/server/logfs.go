package server

import (
	"bytes"
	"context"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/api/layout"
)

// logFS is the layout of c2sp.org/tlog-tiles over any storage.
type logFS struct {
	ctx    context.Context
	reader tessera.LogReader
}

// Open opens the checkpoint or a tile.
func (l *logFS) Open(name string) (fs.File, error) {
	b, err := l.read(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &memFile{bytes.NewReader(b), name}, nil
}

func (l *logFS) read(name string) ([]byte, error) {
	if name == "checkpoint" {
		return l.reader.ReadCheckpoint(l.ctx)
	}
	t, ok := parseTile(name)
	if !ok {
		return nil, fs.ErrNotExist
	}
	if t.entries {
		return t.exact(l.reader.ReadEntryBundle(l.ctx, t.index, t.partial))
	}
	return t.exact(l.reader.ReadTile(l.ctx, t.level, t.index, t.partial))
}

// tile is the name of a tile or of an entry bundle.
type tile struct {
	entries      bool
	level, index uint64
	partial      uint8 // 0 is full
}

// parseTile reads the one name that a tile has.
func parseTile(name string) (t tile, ok bool) {
	rest, ok := strings.CutPrefix(name, "tile/")
	if !ok {
		return t, false
	}
	level, index, ok := strings.Cut(rest, "/")
	if !ok {
		return t, false
	}
	var err error
	if t.entries = level == "entries"; !t.entries {
		if t.level, err = layout.ParseTileLevel(level); err != nil {
			return t, false
		}
	}
	t.index, t.partial, err = layout.ParseTileIndexPartial(index)
	return t, err == nil && t.index < 1<<40 && t.name() == name
}

func (t tile) name() string {
	if t.entries {
		return layout.EntriesPath(t.index, t.partial)
	}
	return layout.TilePath(t.level, t.index, t.partial)
}

// within says whether a log of the given size has the tile, or had it when it was smaller.
func (t tile) within(size uint64) bool {
	width := uint64(t.partial)
	if width == 0 {
		width = layout.TileWidth
	}
	hashes := size >> min(63, t.level*layout.TileHeight)
	return t.index*layout.TileWidth+width <= hashes
}

// exact refuses the full tile, which a storage may return in place of a partial one.
func (t tile) exact(b []byte, err error) ([]byte, error) {
	if err != nil || t.partial == 0 {
		return b, err
	}
	width := len(b) / 32
	if t.entries {
		var bundle api.EntryBundle
		if err := bundle.UnmarshalText(b); err != nil {
			return nil, err
		}
		width = len(bundle.Entries)
	}
	if width != int(t.partial) {
		return nil, fs.ErrNotExist
	}
	return b, nil
}

// memFile is a file that was read already.
type memFile struct {
	*bytes.Reader
	name string
}

func (f *memFile) Close() error               { return nil }
func (f *memFile) Stat() (fs.FileInfo, error) { return f, nil }

func (f *memFile) Name() string       { return path.Base(f.name) }
func (f *memFile) Mode() fs.FileMode  { return 0o444 }
func (f *memFile) ModTime() time.Time { return time.Time{} }
func (f *memFile) IsDir() bool        { return false }
func (f *memFile) Sys() any           { return nil }
