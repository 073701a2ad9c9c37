package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"

	"veche.example/ballot/box"
	"veche.example/tally/record"
)

// Checked is what Check has found in a log that is sound.
type Checked struct {
	Entries    uint64   // that the checkpoint covers
	Root       [32]byte // their tree hash
	Promised   int      // promises that are neither cast nor challenged
	Ballots    int      // accepted, those that were replaced included
	Closed     bool
	Checkpoint *box.Checkpoint
}

// Check reads the log in the election directory, of a box that is open or not, and
// verifies everything in it again: the checkpoint, every entry, the order of events and the
// tiles. The log's storage is POSIX. It calls progress, if not nil, with the number of
// entries read and of all. It changes nothing.
func Check(ctx context.Context, dir string, progress func(done, total int)) (*Checked, error) {
	e, roll, start, err := readElection(dir)
	if err != nil {
		return nil, err
	}
	s, err := newState(e, roll)
	if err != nil {
		return nil, err
	}
	path, logKey := filepath.Join(dir, record.LogDir), e.Manifest.Box.Log
	r := box.NewReader(os.DirFS(path), logKey)
	c, err := r.Checkpoint()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	replayed := &replayer{state: s, start: start}
	err = r.Entries(c, func(index uint64, entry []byte) error {
		if progress != nil {
			progress(int(index+1), int(c.Tree.N))
		}
		return errors.Join(ctx.Err(), replayed.next(entry))
	})
	if err == nil {
		err = replayed.flush()
	}
	if err == nil {
		err = checkTiles(ctx, path, logKey, c)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &Checked{s.size(), s.tree.Root(), s.ledger.Undecided(), s.ledger.Len(), s.closing != nil, c}, nil
}

// checkTiles compares the tiles with the entries. The checkpoint, which the reader has
// verified, stays the same meanwhile even if the log grows.
func checkTiles(ctx context.Context, path, logKey string, c *box.Checkpoint) error {
	routeLines(slog.New(slog.DiscardHandler))
	v, err := note.NewVerifier(logKey)
	if err != nil {
		return err
	}
	files := pinned{client.FileFetcher{Root: path}, c.Note}
	return fsck.New(c.Origin, v, files, hashBundle, fsck.Opts{N: 2}).Check(ctx)
}

// pinned is a log that does not grow.
type pinned struct {
	client.FileFetcher
	checkpoint []byte
}

// ReadCheckpoint returns the checkpoint.
func (p pinned) ReadCheckpoint(context.Context) ([]byte, error) { return p.checkpoint, nil }

// hashBundle returns the leaf hashes of a bundle.
func hashBundle(raw []byte) (hashes [][]byte, err error) {
	var b api.EntryBundle
	if err := b.UnmarshalText(raw); err != nil {
		return nil, err
	}
	for _, entry := range b.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}
