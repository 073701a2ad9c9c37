package record

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"veche.example/ballot"
	"veche.example/internal/durable"
	"veche.example/internal/wire"
	"veche.example/mixnet"
	"veche.example/proofs"
	"veche.example/tally"
)

// Writer writes a record into a new directory, event by event, in the only order
// that there is: Create, Ceremony, Open, Append…, Close, Tally, Result. An event out
// of order is refused. Between Close and Tally the mixers add their mixes with WriteMix.
// After an error of the disk, which may have lost anything, the record can only be
// started anew. It is not safe for concurrent use.
type Writer struct {
	dir      string
	manifest *ballot.Manifest
	election *ballot.Election
	state    state
	failure  error // of the disk
	opened   uint64
	file     *os.File
	log      *bufio.Writer
	tree     Tree
	synced   uint64 // entries that are durable
	entry    []byte
	frame    []byte
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
	w := &Writer{dir: dir, manifest: m}
	if err := w.write(ManifestFile, m.Bytes()); err != nil {
		return nil, err
	}
	if err := w.write(RollFile, roll.Bytes()); err != nil {
		return nil, err
	}
	return w, nil
}

// write puts a file in its place as a whole and makes it durable.
func (w *Writer) write(name string, data []byte) error {
	return w.disk(durable.Replace(filepath.Join(w.dir, name), data, 0o644))
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
		return fmt.Errorf("record: %s: the disk failed before: %w", what, w.failure)
	}
	if w.state != after {
		return fmt.Errorf("record: %s is out of order: it follows %v, but %v was written last", what, after, w.state)
	}
	return nil
}

// box refuses a key that does not sign for the box, and a time that is no date.
func (w *Writer) box(key *proofs.SigningKey, at time.Time) (seconds uint64, err error) {
	if key.Public() != w.manifest.BoxKey() {
		return 0, errors.New("record: the key is not the box's key of the manifest")
	}
	if at.Unix() < 0 || at.Unix() > maxTime {
		return 0, fmt.Errorf("record: the time %v is before 1970 or after 9999", at)
	}
	return uint64(at.Unix()), nil
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
	b := wire.AppendUint32([]byte(ceremonyHead), c.Attempt)
	for _, round := range c.Rounds {
		for _, message := range round {
			b = wire.AppendVector(b, message)
		}
	}
	if err := w.write(CeremonyFile, b); err != nil {
		return nil, err
	}
	w.election, w.state = e, keyed
	return e, nil
}

// Open starts the log with the box's signed opening.
func (w *Writer) Open(box *proofs.SigningKey, at time.Time) error {
	if err := w.step(keyed, "opening"); err != nil {
		return err
	}
	seconds, err := w.box(box, at)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(w.dir, LogFile), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err == nil {
		err = durable.SyncDir(w.dir)
	}
	if err != nil {
		return w.disk(err)
	}
	w.file, w.log, w.state, w.opened = file, bufio.NewWriterSize(file, 1<<20), open, seconds
	if _, err := w.log.WriteString(logHead); err != nil {
		return w.disk(err)
	}
	_, err = w.Append(Opening, openingEntry(w.election, box, seconds))
	return err
}

// Append adds an entry, which the caller's ballot.Ledger has accepted, and
// returns its index in the log. It is durable after Sync or Close.
func (w *Writer) Append(k Kind, body []byte) (uint64, error) {
	if err := w.step(open, k.String()); err != nil {
		return 0, err
	}
	index := w.tree.Size()
	if err := checkPlace(index, k); err != nil {
		return 0, err
	}
	if len(body)+1 > MaxEntry {
		return 0, fmt.Errorf("record: %v of %d bytes, at most %d fit an entry", k, len(body), MaxEntry-1)
	}
	w.entry = append(append(w.entry[:0], byte(k)), body...)
	w.tree.Add(w.entry)
	w.frame = wire.AppendFrame(w.frame[:0], w.entry)
	_, err := w.log.Write(w.frame)
	return index, w.disk(err)
}

// Sync makes all entries durable, which costs nothing if they are.
func (w *Writer) Sync() error {
	if err := w.step(open, "sync"); err != nil {
		return err
	}
	if w.synced == w.tree.Size() {
		return nil
	}
	if err := w.disk(errors.Join(w.log.Flush(), w.file.Sync())); err != nil {
		return err
	}
	w.synced = w.tree.Size()
	return nil
}

// Close ends the log and publishes the box's signed checkpoint. The time must not be
// before that of the opening.
func (w *Writer) Close(box *proofs.SigningKey, at time.Time) (*Closing, error) {
	if err := w.step(open, "closing"); err != nil {
		return nil, err
	}
	seconds, err := w.box(box, at)
	if err != nil {
		return nil, err
	}
	if seconds < w.opened {
		return nil, fmt.Errorf("record: the closing at %d is before the opening at %d (Unix seconds): set the clock", seconds, w.opened)
	}
	if err := w.disk(errors.Join(w.log.Flush(), w.file.Sync(), w.file.Close())); err != nil {
		return nil, err
	}
	c := &Closing{Size: w.tree.Size(), Root: w.tree.Root(), Time: seconds}
	c.Signature = box.Sign("closing", w.election.Fingerprint, c.signed())
	if err := w.write(ClosingFile, c.bytes()); err != nil {
		return nil, err
	}
	w.state = closed
	return c, nil
}

// Tally publishes the signatures and decryption shares of every contest, in the
// manifest's order, nil for those who are absent. A contest that needs no decryption
// has the zero Shares.
func (w *Writer) Tally(contests []tally.Shares) error {
	if err := w.step(closed, "tally"); err != nil {
		return err
	}
	if len(contests) != len(w.manifest.Contests) {
		return fmt.Errorf("record: shares of %d contests, the manifest has %d", len(contests), len(w.manifest.Contests))
	}
	b, err := []byte(tallyHead), error(nil)
	for k, c := range contests {
		id, trustees := w.manifest.Contests[k].ID, len(w.manifest.Trustees)
		if b, err = appendVectors(b, c.Signatures, trustees+len(w.manifest.Witnesses), proofs.SignatureSize); err != nil {
			return fmt.Errorf("record: contest %q: signatures: %w", id, err)
		}
		if b, err = appendVectors(b, c.Shares, trustees, w.maxShare(k)); err != nil {
			return fmt.Errorf("record: contest %q: shares: %w", id, err)
		}
	}
	if err := w.write(TallyFile, b); err != nil {
		return err
	}
	w.state = tallied
	return nil
}

// maxShare is the most bytes of a decryption share of the k-th contest. How many ballots
// of a mixed contest were decrypted is for the caller to know.
func (w *Writer) maxShare(k int) int {
	c := w.manifest.Contests[k]
	return shareSize(w.manifest, c, tally.Rows(c, mixnet.MaxRows))
}

// appendVectors appends n vectors of at most max bytes; no items stand for n absent ones.
func appendVectors(b []byte, items [][]byte, n, max int) ([]byte, error) {
	if items == nil {
		items = make([][]byte, n)
	}
	if len(items) != n {
		return nil, fmt.Errorf("%d given, must be %d, nil for who is absent", len(items), n)
	}
	for i, item := range items {
		if len(item) > max {
			return nil, fmt.Errorf("number %d has %d bytes, at most %d are allowed", i+1, len(item), max)
		}
		b = wire.AppendVector(b, item)
	}
	return b, nil
}

// Result publishes the result and completes the record.
func (w *Writer) Result(r *tally.Result) error {
	if err := w.step(tallied, "result"); err != nil {
		return err
	}
	if err := w.write(ResultFile, r.Bytes()); err != nil {
		return err
	}
	w.state = done
	return nil
}
