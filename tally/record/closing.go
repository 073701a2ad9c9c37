package record

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"veche.example/ballot"
	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// Closing is the ballot box's one signed checkpoint: how many entries the log
// has and their Merkle tree hash (RFC 6962, section 2.1).
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

func (c *Closing) bytes() []byte {
	return append(append([]byte(closingHead), c.signed()...), c.Signature...)
}

func parseClosing(b []byte) (*Closing, error) {
	r, c := wire.NewReader(ClosingFile, b), new(Closing)
	readHead(r, closingHead)
	c.Size = r.Uint64()
	copy(c.Root[:], r.Fixed(32))
	c.Time = r.Uint64()
	if err := checkTime(c.Time); err != nil {
		r.Fail("%w", err)
	}
	c.Signature = r.Fixed(proofs.SignatureSize)
	return c, r.Close()
}

// Verify checks the box's signature.
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

func openingEntry(e *ballot.Election, box *proofs.SigningKey, at uint64) []byte {
	b := wire.AppendUint64(append([]byte(nil), e.Fingerprint[:]...), at)
	return append(b, box.Sign("opening", e.Fingerprint, b)...)
}

// CheckOpening checks the body of an Opening entry and returns its time in Unix
// seconds.
func CheckOpening(e *ballot.Election, body []byte) (at uint64, err error) {
	r := wire.NewReader("opening", body)
	fingerprint := r.Fixed(32)
	at = r.Uint64()
	if err := checkTime(at); err != nil {
		r.Fail("%w", err)
	}
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

// Tree computes the Merkle tree hash of a stream of entries in logarithmic
// memory. The zero value is the empty tree.
type Tree struct {
	size  uint64
	stack []tlog.Hash // of the complete subtrees, largest first
}

// Add appends an entry.
func (t *Tree) Add(entry []byte) {
	h := tlog.RecordHash(entry) // L1
	for n := t.size; n&1 == 1; n >>= 1 {
		last := len(t.stack) - 1
		h = tlog.NodeHash(t.stack[last], h) // L2
		t.stack = t.stack[:last]
	}
	t.stack = append(t.stack, h)
	t.size++
}

// Size returns the number of entries.
func (t *Tree) Size() uint64 { return t.size }

// Root returns the hash of the tree. An empty tree has the hash of nothing.
func (t *Tree) Root() [32]byte {
	if t.size == 0 {
		h, _ := tlog.TreeHash(0, nil)
		return h
	}
	h := t.stack[len(t.stack)-1]
	for i := len(t.stack) - 2; i >= 0; i-- {
		h = tlog.NodeHash(t.stack[i], h) // L2
	}
	return h
}
