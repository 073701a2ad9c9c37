// Package box is the ballot box as an append-only log: whatever happens in an
// election is an entry of a Merkle tree in static files, signed by checkpoints.
// A [Reader] reads the entries, makes a [Receipt] for one of them, which verifies
// offline, and catches a log that was shortened or forked; a [Log] is written by one
// process. Entries are opaque but for their first byte, their [Kind]; who only counts
// ballots in memory does not need this package.
//
// It implements docs/spec/box.md: the layout is c2sp.org/tlog-tiles, as the server
// github.com/transparency-dev/tessera writes it too.
package box

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"golang.org/x/mod/sumdb/tlog"

	"veche.example/internal/wire"
)

// Reader reads a log, trusting nothing in it but what the log's key has signed. It
// keeps no state and may be used concurrently if the file system may.
type Reader struct {
	fsys fs.FS
	key  string
}

// NewReader returns a reader of the log in fsys — a directory, an archive, a client of
// a server, which says fs.ErrNotExist of what is not there — that is signed with key, as
// [ParseCheckpoint] takes it.
func NewReader(fsys fs.FS, key string) *Reader { return &Reader{fsys, key} }

// Checkpoint reads the log's checkpoint.
func (r *Reader) Checkpoint() (*Checkpoint, error) {
	b, err := r.read(checkpointFile, maxNote)
	if err != nil {
		return nil, err
	}
	return ParseCheckpoint(b, r.key)
}

// Entries calls f for every entry of the checkpoint's tree in order, then compares
// the tree's hash with the checkpoint's: only when it returns nil is what f was given
// the log's. It stops at the first error, f's, which it returns as it is, or one of
// the files, of framing or of grammar. An entry is valid until f returns. At most one
// bundle, 16 MiB, is in memory.
func (r *Reader) Entries(c *Checkpoint, f func(index uint64, entry []byte) error) error {
	var grammar Grammar
	var tree edge
	for tree.size < c.Tree.N {
		bundle, err := r.bundle(tileAt(c.Tree.N, entries, tree.size/fullWidth))
		if err != nil {
			return err
		}
		for _, entry := range bundle {
			index := uint64(tree.size)
			if err := grammar.Next(entry); err != nil {
				return fmt.Errorf("entry %d: %w", index, err)
			}
			tree.add(tlog.RecordHash(entry))
			if err := f(index, entry); err != nil {
				return err
			}
		}
	}
	if root := tree.root(); root != c.Tree.Hash { // X3
		return fmt.Errorf("the entries have the root hash %v, the checkpoint of %d entries states %v: fetch the log again, and ask others for theirs",
			root, c.Tree.N, c.Tree.Hash)
	}
	return nil
}

// bundle returns the entries of a bundle.
func (r *Reader) bundle(t tlog.Tile) ([][]byte, error) {
	b, found, err := r.fetch(t)
	if err != nil {
		return nil, err
	}
	bundle, err := parseBundle(tilePath(found), b, found.W)
	if err != nil {
		return nil, err
	}
	return bundle[:t.W], nil
}

// parseBundle splits a bundle of n entries, which alias it. An empty entry is left to
// the grammar to refuse.
func parseBundle(name string, b []byte, n int) ([][]byte, error) {
	w, bundle := wire.NewReader(name, b), make([][]byte, n)
	for i := range bundle {
		bundle[i] = w.Fixed(int(w.Uint16()))
	}
	return bundle, w.Close()
}

// hashes returns the contents of a tile of hashes.
func (r *Reader) hashes(t tlog.Tile) ([]byte, error) {
	b, found, err := r.fetch(t)
	if err != nil {
		return nil, err
	}
	if int64(len(b)) != maxBytes(found) {
		return nil, fmt.Errorf("%s: %d bytes, must be %d", tilePath(found), len(b), maxBytes(found))
	}
	return b[:maxBytes(t)], nil
}

// fetch reads a tile, or if it is partial and is not there the full one that took its
// place, and says which it was.
func (r *Reader) fetch(t tlog.Tile) ([]byte, tlog.Tile, error) {
	b, err := r.read(tilePath(t), maxBytes(t))
	if t.W == fullWidth || !errors.Is(err, fs.ErrNotExist) {
		return b, t, err
	}
	full := t
	full.W = fullWidth
	if b, err := r.read(tilePath(full), maxBytes(full)); !errors.Is(err, fs.ErrNotExist) {
		return b, full, err
	}
	return nil, t, err
}

// read returns a regular file of at most limit bytes.
func (r *Reader) read(name string, limit int64) ([]byte, error) {
	f, err := r.open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the log: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("reading the log: %w", err)
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%s: more than %d bytes", name, limit)
	}
	return b, nil
}

// open opens a regular file and nothing else: a link may lead out of the log, and a
// pipe or a device may never end. Where there are links, it looks before it opens.
func (r *Reader) open(name string) (fs.File, error) {
	if links, ok := r.fsys.(fs.ReadLinkFS); ok {
		info, err := links.Lstat(name)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, irregular(name)
		}
	}
	f, err := r.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = irregular(name)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func irregular(name string) error {
	return fmt.Errorf("%s: not a regular file: put the file itself in its place", name)
}
