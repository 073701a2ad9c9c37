package box

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	receiptHead = "c2sp.org/tlog-proof@v1\n"
	indexLabel  = "index "
	maxProof    = 40 // hashes; the depth of a tree of MaxSize entries
	maxReceipt  = len(receiptHead) + len(indexLabel) + 20 + 45*maxProof + 2 + maxNote
)

// Receipt proves that an entry is in the log. It verifies offline, by itself. Its
// format is c2sp.org/tlog-proof, without extra data.
type Receipt struct {
	Index      uint64           // of the entry, from 0
	Proof      tlog.RecordProof // its audit path, RFC 6962, section 2.1.1
	Checkpoint []byte           // a signed checkpoint, [ParseCheckpoint]
}

// Prove makes a receipt for the entry at an index below the checkpoint's size from
// the tiles, every one authenticated against the checkpoint.
func (r *Reader) Prove(c *Checkpoint, index uint64) (*Receipt, error) {
	if index >= uint64(c.Tree.N) {
		return nil, fmt.Errorf("receipt: entry %d of a log that has %d, counted from 0", index, c.Tree.N)
	}
	proof, err := tlog.ProveRecord(c.Tree.N, int64(index), r.authenticated(c))
	if err != nil {
		return nil, fmt.Errorf("receipt: entry %d: %w: fetch the tiles again", index, err)
	}
	return &Receipt{index, proof, c.Note}, nil
}

// Bytes returns the receipt as text.
func (r *Receipt) Bytes() []byte {
	b := fmt.Appendf(nil, "%s%s%d\n", receiptHead, indexLabel, r.Index)
	for _, h := range r.Proof {
		b = append(b, h.String()+"\n"...)
	}
	return append(append(b, '\n'), r.Checkpoint...)
}

// ParseReceipt reads a receipt. It is worth nothing before [Receipt.Verify].
func ParseReceipt(b []byte) (*Receipt, error) {
	if len(b) > maxReceipt {
		return nil, fmt.Errorf("receipt: more than %d bytes", maxReceipt)
	}
	rest, ok := bytes.CutPrefix(b, []byte(receiptHead))
	if !ok {
		return nil, fmt.Errorf("receipt: must start with the line %q", receiptHead[:len(receiptHead)-1])
	}
	line, rest, _ := bytes.Cut(rest, []byte("\n"))
	number, ok := bytes.CutPrefix(line, []byte(indexLabel))
	index, err := strconv.ParseUint(string(number), 10, 64)
	if !ok || err != nil || strconv.FormatUint(index, 10) != string(number) {
		return nil, errors.New("receipt: the second line must be the index of the entry, and no extra data")
	}
	r := &Receipt{Index: index}
	for {
		line, rest, ok = bytes.Cut(rest, []byte("\n"))
		switch {
		case !ok:
			return nil, errors.New("receipt: truncated: an empty line and a checkpoint must follow the proof")
		case len(line) == 0:
			r.Checkpoint = bytes.Clone(rest)
			return r, nil
		case len(r.Proof) == maxProof:
			return nil, fmt.Errorf("receipt: more than %d hashes", maxProof)
		}
		h, err := tlog.ParseHash(string(line))
		if err != nil || h.String() != string(line) {
			return nil, fmt.Errorf("receipt: hash number %d must be 32 bytes in base64", len(r.Proof)+1)
		}
		r.Proof = append(r.Proof, h)
	}
}

// Verify checks that entry is in the log with the key, as [ParseCheckpoint] takes it, at the
// receipt's index, and returns the signed checkpoint that proves it.
func (r *Receipt) Verify(entry []byte, key string) (*Checkpoint, error) {
	c, err := ParseCheckpoint(r.Checkpoint, key)
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	if r.Index >= uint64(c.Tree.N) ||
		tlog.CheckRecord(r.Proof, c.Tree.N, c.Tree.Hash, int64(r.Index), tlog.RecordHash(entry)) != nil { // X5
		return nil, fmt.Errorf("receipt: not proved that the entry is number %d of the log's %d, counted from 0", r.Index, c.Tree.N)
	}
	return c, nil
}
