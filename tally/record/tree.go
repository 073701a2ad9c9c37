package record

import "golang.org/x/mod/sumdb/tlog"

// Tree computes the Merkle tree hash of a stream of entries in logarithmic
// memory. The zero value is the empty tree. It implements X1 and X2 of docs/spec/box.md;
// RFC 6962, section 2.1.
type Tree struct {
	size  uint64
	stack []tlog.Hash // of the complete subtrees, largest first
}

// Add appends an entry.
func (t *Tree) Add(entry []byte) {
	h := tlog.RecordHash(entry) // X1
	for n := t.size; n&1 == 1; n >>= 1 {
		last := len(t.stack) - 1
		h = tlog.NodeHash(t.stack[last], h) // X2
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
		h = tlog.NodeHash(t.stack[i], h) // X2
	}
	return h
}
