package record

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/tally"
)

// Reader reads a record. Every method reads its file anew and refuses anything
// but the canonical layout; the caller compares the parts with each other.
type Reader struct{ fsys fs.FS }

// NewReader returns a reader of the record in fsys.
func NewReader(fsys fs.FS) *Reader { return &Reader{fsys} }

func irregular(name string) error {
	return fmt.Errorf("%s: not a regular file: put the file itself in its place", name)
}

var errNoDirectory = errors.New(LogDir + ": not a directory: put the directory itself in its place")

// open opens a regular file and nothing else: a link may lead out of the record,
// and a pipe or a device may never end.
func (r *Reader) open(name string) (fs.File, error) {
	info, err := fs.Lstat(r.fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, irregular(name)
	}
	return r.fsys.Open(name)
}

// read returns a file of at most max bytes.
func (r *Reader) read(name string, max int64) ([]byte, error) {
	f, err := r.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, max+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > max {
		return nil, fmt.Errorf("%s: more than %d bytes", name, max)
	}
	return b, nil
}

func readHead(r *wire.Reader, head string) {
	if string(r.Fixed(min(len(head), r.Len()))) != head {
		r.Fail("must start with the line %q", head[:len(head)-1])
	}
}

// Manifest returns the manifest.
func (r *Reader) Manifest() (*ballot.Manifest, error) {
	b, err := r.read(ManifestFile, ballot.MaxManifest)
	if err != nil {
		return nil, err
	}
	return ballot.ParseManifest(b)
}

// Roll returns the roll; the caller checks it against the manifest.
func (r *Reader) Roll() (*ballot.Roll, error) {
	b, err := r.read(RollFile, maxRoll)
	if err != nil {
		return nil, err
	}
	return ballot.ParseRoll(b)
}

// Ceremony returns the key ceremony of n trustees.
func (r *Reader) Ceremony(n int) (*Ceremony, error) {
	b, err := r.read(CeremonyFile, int64(len(ceremonyHead)+4+4*n*(4+maxMessage)))
	if err != nil {
		return nil, err
	}
	w, c := wire.NewReader(CeremonyFile, b), new(Ceremony)
	readHead(w, ceremonyHead)
	c.Attempt = w.Uint32()
	for round := range c.Rounds {
		c.Rounds[round] = readVectors(w, n, maxMessage)
	}
	return c, w.Close()
}

// readVectors reads n vectors; an empty one is nil.
func readVectors(w *wire.Reader, n, max int) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		if v := w.Vector(max); len(v) > 0 {
			out[i] = v
		}
	}
	return out
}

// Tally returns the signatures and shares of every contest of the manifest, of which
// the k-th has rows[k] ciphertexts to decrypt.
func (r *Reader) Tally(m *ballot.Manifest, rows []int) ([]tally.Shares, error) {
	signers, limit := len(m.Trustees)+len(m.Witnesses), len(tallyHead)
	for k, c := range m.Contests {
		limit += signers*(4+proofs.SignatureSize) + len(m.Trustees)*(4+shareSize(m, c, rows[k]))
	}
	b, err := r.read(TallyFile, int64(limit))
	if err != nil {
		return nil, err
	}
	w := wire.NewReader(TallyFile, b)
	readHead(w, tallyHead)
	contests := make([]tally.Shares, len(m.Contests))
	for k, c := range m.Contests {
		contests[k].Signatures = readVectors(w, signers, proofs.SignatureSize)
		contests[k].Shares = readVectors(w, len(m.Trustees), shareSize(m, c, rows[k]))
	}
	return contests, w.Close()
}

// Result returns the first bytes of the published result, at most size and one more,
// which shows that it is longer.
func (r *Reader) Result(size int) ([]byte, error) {
	f, err := r.open(ResultFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(size)+1))
}

// Log returns the reader of the record's log, which has to be signed with the manifest's
// key. What the log is about is for the caller to compare with the other files.
func (r *Reader) Log(m *ballot.Manifest) (*box.Reader, error) {
	// Not every file system knows the directories above its files.
	info, err := fs.Lstat(r.fsys, LogDir)
	if err == nil && !info.IsDir() {
		return nil, errNoDirectory
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	log, err := fs.Sub(r.fsys, LogDir)
	if err != nil {
		return nil, err
	}
	return box.NewReader(log, m.Box.Log), nil
}
