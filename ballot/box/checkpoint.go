package box

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxNote is the greatest length of a checkpoint with all its signatures, 16 of the
// longest post-quantum ones included.
const maxNote = 128 << 10

// Checkpoint is a signed statement of a log: at this size its tree has this hash.
// Its format is c2sp.org/tlog-checkpoint, without extension lines.
type Checkpoint struct {
	Origin string    // the log's name, which is the name of its key too
	Tree   tlog.Tree // number of entries, at most MaxSize, and Merkle tree hash
	Note   []byte    // the signed note as it was read, with the signatures of others
}

// ParseCheckpoint reads a checkpoint that was signed with key, an Ed25519 key as
// c2sp.org/signed-note encodes it: name+hash+base64. Signatures of others are kept
// unverified; see [Checkpoint.Cosigned].
func ParseCheckpoint(b []byte, key string) (*Checkpoint, error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: key %q: %w", key, err)
	}
	return parseCheckpoint(b, v)
}

func parseCheckpoint(b []byte, v note.Verifier) (*Checkpoint, error) {
	if len(b) > maxNote {
		return nil, fmt.Errorf("checkpoint: more than %d bytes", maxNote)
	}
	n, err := note.Open(b, note.VerifierList(v)) // X4
	if err != nil {
		return nil, fmt.Errorf("checkpoint: not signed by %q with the key hash %08x: %w", v.Name(), v.KeyHash(), err)
	}
	c, err := parseTree(n.Text)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	if c.Origin != v.Name() {
		return nil, fmt.Errorf("checkpoint: of %q, but signed by %q: a log signs under its own name", c.Origin, v.Name())
	}
	c.Note = bytes.Clone(b)
	return c, nil
}

// treeText is the text of the note that states a tree.
func treeText(origin string, tree tlog.Tree) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, tree.N, tree.Hash)
}

// parseTree is the inverse of treeText.
func parseTree(text string) (*Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 {
		return nil, fmt.Errorf("%d lines of text, must be 3: origin, size, root hash", len(lines)-1)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || size > MaxSize {
		return nil, fmt.Errorf("size %q, must be a number from 0 to %d", lines[1], int64(MaxSize))
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return nil, fmt.Errorf("root hash %q, must be 32 bytes in base64", lines[2])
	}
	tree := tlog.Tree{N: size, Hash: root}
	if treeText(lines[0], tree) != text {
		return nil, errors.New("size or root hash is not written canonically")
	}
	if size == 0 && root != new(edge).root() {
		return nil, errors.New("the root hash of no entries must be the hash of nothing")
	}
	return &Checkpoint{Origin: lines[0], Tree: tree}, nil
}
