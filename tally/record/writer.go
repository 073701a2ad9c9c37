package record

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/internal/durable"
	"veche.example/proofs"
)

// Writer writes a record into a new directory, event by event, in the only order
// that there is: Create, Ceremony, Open, Append…, Close, Tally, Result. An event out
// of order is refused. Between Close and Tally the mixers add their mixes with WriteMix.
// After an error of the disk, which may have lost anything, or in another process, Resume
// continues. One process at a time writes a record, and it is not safe for concurrent use.
type Writer struct {
	dir      string
	manifest *ballot.Manifest
	election *ballot.Election
	state    state
	failure  error    // of the disk
	first    [][]byte // entries of the log before the opening
	log      *box.Log // nil before the opening
	opened   uint64
	mixes    int // that are entries of the log
}

// state says what was written last.
type state int

const (
	created state = iota
	keyed
	open
	closed
	tallied
	done
)

func (s state) String() string {
	return [...]string{"the roll", "the ceremony", "the opening", "the closing", "the tally", "the result"}[s]
}

// Create starts a record in dir, which must be empty or not exist.
func Create(dir string, m *ballot.Manifest, roll *ballot.Roll) (*Writer, error) {
	if err := m.CheckRoll(roll); err != nil {
		return nil, err
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("record: %s is not empty: name a new directory", dir)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	w := newWriter(dir, m, roll)
	if err := w.write(ManifestFile, m.Bytes()); err != nil {
		return nil, err
	}
	if err := w.write(RollFile, roll.Bytes()); err != nil {
		return nil, err
	}
	return w, nil
}

func newWriter(dir string, m *ballot.Manifest, roll *ballot.Roll) *Writer {
	return &Writer{dir: dir, manifest: m, first: [][]byte{entry(box.Manifest, ManifestEntry(m, roll))}}
}

// write creates a file as a whole and makes it durable. The file may be there, with the same
// bytes, if a process that was to write it did not get any further.
func (w *Writer) write(name string, data []byte) error {
	path := filepath.Join(w.dir, name)
	err := durable.Create(path, data, 0o644)
	if !errors.Is(err, fs.ErrExist) {
		return w.disk(err)
	}
	there, err := NewReader(os.DirFS(w.dir)).read(name, int64(len(data)))
	if err != nil || !bytes.Equal(there, data) {
		return fmt.Errorf("record: %s is there already and says something else: an election has one", path)
	}
	return w.disk(durable.SyncDir(w.dir))
}

// disk remembers the first error of the disk.
func (w *Writer) disk(err error) error {
	if err != nil && w.failure == nil {
		w.failure = err
	}
	return err
}

// step refuses an event unless what was written last is what it follows.
func (w *Writer) step(after state, what string) error {
	if w.failure != nil {
		return fmt.Errorf("record: %s: the disk failed before, resume the record: %w", what, w.failure)
	}
	if w.state != after {
		return fmt.Errorf("record: %s is out of order: it follows %v, but %v was written last", what, after, w.state)
	}
	return nil
}

// Ceremony writes the key ceremony, which must be valid, and returns the election.
func (w *Writer) Ceremony(c *Ceremony) (*ballot.Election, error) {
	if err := w.step(created, "ceremony"); err != nil {
		return nil, err
	}
	_, e, err := c.Election(w.manifest)
	if err != nil {
		return nil, err
	}
	b := c.Bytes()
	if err := w.write(CeremonyFile, b); err != nil {
		return nil, err
	}
	w.made(e, b)
	return e, nil
}

// made notes that the record has the ceremony.
func (w *Writer) made(e *ballot.Election, file []byte) {
	w.election, w.state = e, keyed
	w.first = append(w.first, entry(box.Ceremony, CeremonyEntry(file)))
}

// Open starts the log with manifest, ceremony and the opening, signed with the box's key,
// from which that of the log follows (LogSigner).
func (w *Writer) Open(key *proofs.SigningKey, at time.Time) error {
	if err := w.step(keyed, "opening"); err != nil {
		return err
	}
	opening, err := OpeningEntry(w.election, key, at)
	if err != nil {
		return err
	}
	signer, err := signerOf(w.manifest, key)
	if err != nil {
		return err
	}
	if w.log == nil {
		if w.log, err = box.Create(filepath.Join(w.dir, LogDir), signer); err != nil {
			return w.disk(err)
		}
	}
	if err := w.publish(append(w.first, entry(box.Opening, opening))[w.log.Size():]...); err != nil {
		return err
	}
	w.state, w.opened = open, uint64(at.Unix())
	return nil
}

// publish adds entries to the log and makes it durable.
func (w *Writer) publish(entries ...[]byte) error {
	for _, e := range entries {
		if _, err := w.log.Append(e); err != nil {
			return w.disk(err)
		}
	}
	_, err := w.log.Checkpoint()
	return w.disk(err)
}

// Append adds a promise, a ballot or a challenge, which the caller's ballot.Ledger has
// accepted, and returns its index in the log. It is durable and published after Sync or
// Close.
func (w *Writer) Append(k box.Kind, body []byte) (uint64, error) {
	if err := w.step(open, k.String()); err != nil {
		return 0, err
	}
	if k != box.Promise && k != box.Ballot && k != box.Challenge {
		return 0, fmt.Errorf("record: voters do not write an entry of %v", k)
	}
	if len(body)+1 > box.MaxEntry {
		return 0, fmt.Errorf("record: %v of %d bytes, at most %d fit an entry", k, len(body), box.MaxEntry-1)
	}
	index, err := w.log.Append(entry(k, body))
	return index, w.disk(err)
}

// Sync makes all entries durable and publishes a checkpoint of them, which costs nothing if
// it is done.
func (w *Writer) Sync() error {
	if err := w.step(open, "sync"); err != nil {
		return err
	}
	return w.publish()
}

// Close ends the voting for ever with the box's signed closing. The time must not be before
// that of the opening.
func (w *Writer) Close(key *proofs.SigningKey, at time.Time) (*Closing, error) {
	if err := w.step(open, "closing"); err != nil {
		return nil, err
	}
	c, body, err := ClosingEntry(w.election, key, w.log.Size(), w.log.Root(), at)
	if err != nil {
		return nil, err
	}
	if c.Time < w.opened {
		return nil, fmt.Errorf("record: the closing at %d is before the opening at %d (Unix seconds): set the clock", c.Time, w.opened)
	}
	if err := w.publish(entry(box.Closing, body)); err != nil {
		return nil, err
	}
	w.state = closed
	return c, nil
}
