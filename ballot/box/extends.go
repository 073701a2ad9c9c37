package box

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// ForkError says that two checkpoints, both signed by the log, do not belong to one
// append-only log. The two are evidence: publish them. If New is only shorter than
// Old, a stale copy of the log is the innocent explanation; of checkpoints of one
// size with different hashes there is none.
type ForkError struct{ Old, New *Checkpoint }

// Error returns what is wrong.
func (e *ForkError) Error() string {
	if e.New.Tree.N < e.Old.Tree.N {
		return fmt.Sprintf("%s has %d entries, but has signed %d before: the copy is stale, or the log was shortened: keep both checkpoints, fetch again",
			e.New.Origin, e.New.Tree.N, e.Old.Tree.N)
	}
	return fmt.Sprintf("%s was forked: the log of %d entries is not a continuation of the %d that it has signed before: publish both checkpoints",
		e.New.Origin, e.New.Tree.N, e.Old.Tree.N)
}

// Extends checks that the log at checkpoint c starts with all entries of an older
// checkpoint that somebody has kept: else the error is a *ForkError. Any other error
// decides nothing: the files of the log are missing or damaged, or old is of another log.
func (r *Reader) Extends(old, c *Checkpoint) error {
	if old.Origin != c.Origin {
		return fmt.Errorf("checkpoints of two logs, %q and %q: compare those of one", old.Origin, c.Origin)
	}
	if old.Tree.N == 0 {
		return nil // nothing is the start of everything
	}
	if old.Tree.N > c.Tree.N {
		return &ForkError{old, c}
	}
	root := c.Tree.Hash
	if old.Tree.N < c.Tree.N {
		var err error
		if root, err = tlog.TreeHash(old.Tree.N, r.authenticated(c)); err != nil {
			return fmt.Errorf("comparing with the checkpoint of %d entries: %w", old.Tree.N, err)
		}
	}
	if root != old.Tree.Hash { // X6
		return &ForkError{old, c}
	}
	return nil
}

// authenticated reads hashes of the checkpoint's tree, every one authenticated
// against its root.
func (r *Reader) authenticated(c *Checkpoint) tlog.HashReader {
	return tlog.TileHashReader(c.Tree, tiles{r})
}

// tiles is the tlog.TileReader of a log.
type tiles struct{ *Reader }

func (tiles) Height() int { return height }

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (r tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, t := range wanted {
		var err error
		if data[i], err = r.hashes(t); err != nil {
			return nil, err
		}
	}
	return data, nil
}
