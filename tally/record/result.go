package record

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/internal/wire"
	"veche.example/mixnet"
	"veche.example/proofs"
	"veche.example/tally"
)

// EncodeTally returns the bytes of tally.bin: the signatures and decryption shares of every
// contest, in the manifest's order, nil for those who are absent. A contest that needs no
// decryption has the zero Shares.
func EncodeTally(m *ballot.Manifest, contests []tally.Shares) ([]byte, error) {
	if len(contests) != len(m.Contests) {
		return nil, fmt.Errorf("record: shares of %d contests, the manifest has %d", len(contests), len(m.Contests))
	}
	b, err := []byte(tallyHead), error(nil)
	for k, c := range contests {
		id, trustees := m.Contests[k].ID, len(m.Trustees)
		if b, err = appendVectors(b, c.Signatures, trustees+len(m.Witnesses), proofs.SignatureSize); err != nil {
			return nil, fmt.Errorf("record: contest %q: signatures: %w", id, err)
		}
		if b, err = appendVectors(b, c.Shares, trustees, maxShare(m, k)); err != nil {
			return nil, fmt.Errorf("record: contest %q: shares: %w", id, err)
		}
	}
	return b, nil
}

// maxShare is the most bytes of a decryption share of the k-th contest. How many ballots
// of a mixed contest were decrypted is for the caller to know.
func maxShare(m *ballot.Manifest, k int) int {
	return shareSize(m, m.Contests[k], tally.Rows(m.Contests[k], mixnet.MaxRows))
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

// Tally ends the mixing and publishes the signatures and decryption shares of every
// contest, see EncodeTally. The mixes that are there become entries of the log, and then
// the tally does.
func (w *Writer) Tally(contests []tally.Shares) error {
	if err := w.step(closed, "tally"); err != nil {
		return err
	}
	b, err := EncodeTally(w.manifest, contests)
	if err != nil {
		return err
	}
	if err := w.write(TallyFile, b); err != nil { // from now on no mixer adds anything
		return err
	}
	mixes, err := mixEntries(NewReader(os.DirFS(w.dir)), w.manifest)
	if err != nil {
		return w.disk(err)
	}
	if err := w.publish(append(mixes[w.mixes:], entry(box.Tally, TallyEntry(b)))...); err != nil {
		return err
	}
	w.state = tallied
	return nil
}

// mixEntries returns the entries of the log that name all mixes.
func mixEntries(r *Reader, m *ballot.Manifest) (entries [][]byte, err error) {
	for k, c := range m.Contests {
		for position := 1; c.Mixed(); position++ {
			file, err := r.read(MixFile(c.ID, position), maxNamed)
			if errors.Is(err, fs.ErrNotExist) {
				break
			}
			if err != nil {
				return nil, err
			}
			entries = append(entries, entry(box.Mix, MixEntry(k, position, file)))
		}
	}
	return entries, nil
}

// Result publishes the result and completes the record.
func (w *Writer) Result(r *tally.Result) error {
	if err := w.step(tallied, "result"); err != nil {
		return err
	}
	b := r.Bytes()
	if err := w.write(ResultFile, b); err != nil {
		return err
	}
	if err := w.publish(entry(box.Result, ResultEntry(b))); err != nil {
		return err
	}
	w.state = done
	return nil
}
