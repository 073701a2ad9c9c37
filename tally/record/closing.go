package record

import (
	"errors"
	"fmt"
	"time"

	"veche.example/ballot"
	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// maxTime is the last second of the year 9999. Programs that show or compare dates of more
// digits may differ.
const maxTime = 253_402_300_799

// Closing is the entry that ends the voting for ever: how many entries the log has before
// it and their Merkle tree hash.
type Closing struct {
	Size      uint64
	Root      [32]byte
	Time      uint64 // Unix seconds
	Signature []byte
}

func (c *Closing) signed() []byte {
	b := wire.AppendUint64(nil, c.Size)
	return wire.AppendUint64(append(b, c.Root[:]...), c.Time)
}

// ClosingEntry returns the closing, and as the body of its entry, of a log of size entries
// with this tree hash, signed with the box's key. The time must not be before that of the
// opening, which is for the caller to know.
func ClosingEntry(e *ballot.Election, key *proofs.SigningKey, size uint64, root [32]byte, at time.Time) (*Closing, []byte, error) {
	seconds, err := signs(e, key, at)
	if err != nil {
		return nil, nil, err
	}
	c := &Closing{Size: size, Root: root, Time: seconds}
	c.Signature = key.Sign("closing", e.Fingerprint, c.signed())
	return c, append(c.signed(), c.Signature...), nil
}

// ParseClosing reads the body of a Closing entry. It is worth nothing before
// [Closing.Verify].
func ParseClosing(body []byte) (*Closing, error) {
	r, c := wire.NewReader("closing", body), new(Closing)
	c.Size = r.Uint64()
	copy(c.Root[:], r.Fixed(32))
	c.Time = readTime(r)
	c.Signature = r.Fixed(proofs.SignatureSize)
	if err := r.Close(); err != nil {
		return nil, err
	}
	return c, nil
}

// Verify checks the box's signature. That size and hash are those of the log before the
// entry is for the reader of the log to check.
func (c *Closing) Verify(e *ballot.Election) error {
	if e.Manifest.BoxKey().Verify("closing", e.Fingerprint, c.signed(), c.Signature) != nil { // L4
		return errors.New("closing: not signed by the box of the manifest")
	}
	return nil
}

// Digest identifies the closing; trustees sign and decrypt for one digest only.
func (c *Closing) Digest(e *ballot.Election) [32]byte {
	return transcript.Hash("closing-digest", e.Fingerprint[:], c.signed()) // A2 of docs/spec/tally.md
}

// OpeningEntry returns the body of the Opening entry, signed with the box's key.
func OpeningEntry(e *ballot.Election, key *proofs.SigningKey, at time.Time) ([]byte, error) {
	seconds, err := signs(e, key, at)
	if err != nil {
		return nil, err
	}
	b := wire.AppendUint64(append([]byte(nil), e.Fingerprint[:]...), seconds)
	return append(b, key.Sign("opening", e.Fingerprint, b)...), nil
}

// CheckOpening checks the body of an Opening entry and returns its time in Unix
// seconds.
func CheckOpening(e *ballot.Election, body []byte) (at uint64, err error) {
	r := wire.NewReader("opening", body)
	fingerprint := r.Fixed(32)
	at = readTime(r)
	sig := r.Fixed(proofs.SignatureSize)
	if err := r.Close(); err != nil {
		return 0, err
	}
	if [32]byte(fingerprint) != e.Fingerprint {
		return 0, fmt.Errorf("opening: fingerprint %x, the election's is %x", fingerprint, e.Fingerprint)
	}
	signed := body[:len(body)-proofs.SignatureSize]
	if e.Manifest.BoxKey().Verify("opening", e.Fingerprint, signed, sig) != nil { // L3
		return 0, errors.New("opening: not signed by the box of the manifest")
	}
	return at, nil
}

// signs refuses a key that does not sign for the box, and a time that is no date of four
// digits.
func signs(e *ballot.Election, key *proofs.SigningKey, at time.Time) (seconds uint64, err error) {
	if key.Public() != e.Manifest.BoxKey() {
		return 0, errors.New("record: the key is not the box's key of the manifest")
	}
	if at.Unix() < 0 || at.Unix() > maxTime {
		return 0, fmt.Errorf("record: the time %v is before 1970 or after 9999: set the clock", at)
	}
	return uint64(at.Unix()), nil
}

func readTime(r *wire.Reader) uint64 {
	seconds := r.Uint64()
	if seconds > maxTime {
		r.Fail("time %d, at most %d is allowed", seconds, uint64(maxTime))
	}
	return seconds
}
