package box

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"veche.example/internal/durable"
	"veche.example/internal/wire"
)

// Log is a log in a local directory, written by one process, and there by one
// goroutine at a time: two writers would fork it. After an error of the disk, which
// may have lost anything, it must be opened anew.
type Log struct {
	dir     string
	signer  note.Signer
	grammar Grammar
	edge    edge
	bundle  []byte // the entries of the last bundle, which is not full
	last    *Checkpoint
	failure error // of the disk
}

// Create starts a log in dir, which must be empty or not exist, with a checkpoint of
// no entries. The log has the signer's name. The signer must be deterministic, as
// Ed25519 of RFC 8032, hence note.NewSigner, is.
func Create(dir string, signer note.Signer) (*Log, error) {
	if there, err := os.ReadDir(dir); err == nil && len(there) > 0 {
		return nil, fmt.Errorf("log: %s is not empty: name a new directory", dir)
	}
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	l := &Log{dir: dir, signer: signer}
	if _, err := l.publish(); err != nil {
		return nil, err
	}
	return l, nil
}

// Size returns the number of entries, those that no checkpoint covers yet included.
func (l *Log) Size() uint64 { return uint64(l.edge.size) }

// Root returns the Merkle tree hash of those entries.
func (l *Log) Root() tlog.Hash { return l.edge.root() }

// Append adds an entry, if the grammar allows it, and returns its index. It is in the
// log for good once a Checkpoint covers it. What fills a bundle is written at once, so
// that memory holds no more than one bundle, 16 MiB.
func (l *Log) Append(entry []byte) (index uint64, err error) {
	if l.failure != nil {
		return 0, l.failure
	}
	index = l.Size()
	if err := l.grammar.Next(entry); err != nil {
		return 0, fmt.Errorf("log: entry %d: %w", index, err)
	}
	return index, l.disk(l.write(l.take(entry)))
}

// take adds an entry to what is in memory and returns the bundle and the tiles that
// it has filled.
func (l *Log) take(entry []byte) (bundle []byte, filled []hashTile) {
	l.bundle = append(wire.AppendUint16(l.bundle, uint16(len(entry))), entry...)
	filled = l.edge.add(tlog.RecordHash(entry))
	if len(filled) == 0 {
		return nil, nil
	}
	bundle, l.bundle = l.bundle, nil
	return bundle, filled
}

// write makes a bundle and the tiles that came with it durable, the lowest first.
func (l *Log) write(bundle []byte, tiles []hashTile) error {
	if len(bundle) > 0 {
		t := tiles[0].Tile // of the leaves
		t.L = entries
		if err := l.replace(tilePath(t), bundle); err != nil {
			return err
		}
	}
	for _, t := range tiles {
		if tileAt(l.last.Tree.N, t.L, t.N) == t.Tile {
			continue // it is there and is never written again
		}
		if err := l.replace(tilePath(t.Tile), t.bytes()); err != nil {
			return err
		}
	}
	return nil
}

// replace puts a file in its place as a whole.
func (l *Log) replace(name string, data []byte) error {
	path := filepath.Join(l.dir, filepath.FromSlash(name))
	if err := makeDir(filepath.Dir(path)); err != nil {
		return err
	}
	return durable.Replace(path, data, 0o644)
}

// makeDir makes a directory and those above it durable.
func makeDir(dir string) error {
	err := os.Mkdir(dir, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeDir(filepath.Dir(dir)); err != nil {
			return err
		}
		err = os.Mkdir(dir, 0o755)
	}
	if err != nil {
		return err
	}
	return durable.SyncDir(filepath.Dir(dir))
}

// disk remembers an error of the disk.
func (l *Log) disk(err error) error {
	if err != nil {
		l.failure = fmt.Errorf("log: open it anew: %w", err)
	}
	return l.failure
}

// Checkpoint makes all entries durable, then the tiles, then a signed checkpoint that
// covers them: after a crash the checkpoint before it holds. Without new entries it
// returns the checkpoint that there is.
func (l *Log) Checkpoint() (*Checkpoint, error) {
	if l.failure != nil {
		return nil, l.failure
	}
	if l.edge.size == l.last.Tree.N {
		return l.last, nil
	}
	if err := l.disk(l.write(l.bundle, l.edge.partial())); err != nil {
		return nil, err
	}
	if err := l.disk(l.alone()); err != nil {
		return nil, err
	}
	return l.publish()
}

// publish signs what has been written and replaces the checkpoint.
func (l *Log) publish() (*Checkpoint, error) {
	tree := tlog.Tree{N: l.edge.size, Hash: l.edge.root()}
	signed, err := note.Sign(&note.Note{Text: treeText(l.signer.Name(), tree)}, l.signer)
	if err != nil {
		return nil, fmt.Errorf("log: signing the checkpoint: %w", err)
	}
	c, err := parseCheckpoint(signed, ownSignature{l.signer})
	if err != nil {
		return nil, fmt.Errorf("log: the signer's own signature: %w", err)
	}
	if err := l.disk(l.replace(checkpointFile, signed)); err != nil {
		return nil, err
	}
	l.last = c
	return c, nil
}

// alone fails if the checkpoint is not the one that this process wrote or found: what
// a second process has signed must never be contradicted.
func (l *Log) alone() error {
	c, err := l.published()
	if err == nil && c.Tree != l.last.Tree {
		err = fmt.Errorf("another process has written a checkpoint of %d entries: one process may write a log", c.Tree.N)
	}
	return err
}

// published reads the checkpoint that the log has signed.
func (l *Log) published() (*Checkpoint, error) {
	b, err := l.reader().read(checkpointFile, maxNote)
	if err != nil {
		return nil, err
	}
	return parseCheckpoint(b, ownSignature{l.signer})
}

// reader returns a reader of all but the checkpoint, for which it has no key.
func (l *Log) reader() *Reader { return NewReader(os.DirFS(l.dir), "") }

// ownSignature verifies with the signing key: it signs again and compares.
type ownSignature struct{ note.Signer }

func (s ownSignature) Verify(text, sig []byte) bool {
	own, err := s.Sign(text)
	return err == nil && string(own) == string(sig)
}
