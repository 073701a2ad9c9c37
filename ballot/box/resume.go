package box

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"

	"veche.example/internal/durable"
)

// Open resumes a log at its last checkpoint, which the signer must have signed. It
// reads the whole log and refuses it if an entry or a tile is not what the checkpoint
// states; then it removes what the checkpoint does not cover: entries that were
// appended later are lost. It refuses the log of a server, which keeps a state of its own.
func Open(dir string, signer note.Signer) (*Log, error) {
	if _, err := os.Lstat(filepath.Join(dir, stateDir)); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("log: %s has a %s directory: only the server that keeps the log can write it", dir, stateDir)
	}
	l := &Log{dir: dir, signer: signer}
	c, err := l.published()
	if err != nil {
		return nil, err
	}
	l.last = c
	if err := l.replay(); err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	return l, l.discard()
}

// replay takes all entries of the checkpoint, and compares the tiles with them.
func (l *Log) replay() error {
	err := l.reader().Entries(l.last, func(_ uint64, entry []byte) error {
		if err := l.grammar.Next(entry); err != nil {
			return err
		}
		_, filled := l.take(entry)
		return l.compare(filled)
	})
	if err != nil {
		return err
	}
	return l.compare(l.edge.partial())
}

func (l *Log) compare(tiles []hashTile) error {
	for _, t := range tiles {
		b, err := l.reader().hashes(t.Tile)
		if err != nil {
			return err
		}
		if !bytes.Equal(b, t.bytes()) {
			return fmt.Errorf("%s: not the hashes of the entries: restore the log from a copy", tilePath(t.Tile))
		}
	}
	return nil
}

// discard removes what the checkpoint does not cover and unfinished files — among
// which could be a signed checkpoint that was never published — and makes durable
// what a crash may have left undone.
func (l *Log) discard() error {
	return filepath.WalkDir(l.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return durable.SyncDir(path)
		}
		name, err := filepath.Rel(l.dir, path)
		if err != nil {
			return err
		}
		switch _, where := placeOf(l.last.Tree.N, filepath.ToSlash(name)); where {
		case beyond, temporary:
			return os.Remove(path)
		}
		return nil
	})
}
