package server

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// gate is the log's signer for the storage. It signs no tree but those that the box has
// computed itself from the entries that its ledger took, in their order: whatever goes
// wrong in the storage, no checkpoint contradicts the ledger or an earlier one. Until the
// log was replayed it lets the storage wait.
type gate struct {
	note.Signer
	fresh   bool          // the log is being made: its empty tree may be signed
	ready   chan struct{} // closed when the log was replayed, or never will be
	refused func(error)

	mu    sync.Mutex
	first uint64     // size of the tree of roots[0]
	roots [][32]byte // of the trees that may be signed
}

var errGate = errors.New("the log was not replayed")

func newGate(signer note.Signer, fresh bool, refused func(error)) *gate {
	return &gate{Signer: signer, fresh: fresh, ready: make(chan struct{}), refused: refused}
}

// open allows the tree of the replayed log and those that grow from it.
func (g *gate) open(size uint64, root [32]byte) {
	g.mu.Lock()
	g.first, g.roots = size, [][32]byte{root}
	g.mu.Unlock()
	close(g.ready)
}

// shut ends the wait: nothing is signed.
func (g *gate) shut() {
	select {
	case <-g.ready:
	default:
		close(g.ready)
	}
}

// grown allows the tree after one more entry.
func (g *gate) grown(size uint64, root [32]byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.roots = append(g.roots, root)
}

// Sign signs the text of a checkpoint.
func (g *gate) Sign(text []byte) ([]byte, error) {
	size, root, err := readTree(text)
	if err != nil {
		return nil, err
	}
	if empty, _ := tlog.TreeHash(0, nil); g.fresh && size == 0 && root == empty {
		return g.Signer.Sign(text)
	}
	<-g.ready
	err = g.allow(size, root)
	if err == nil {
		return g.Signer.Sign(text)
	}
	if !errors.Is(err, errGate) {
		g.refused(err)
	}
	return nil, err
}

// allow checks a tree and forgets the smaller ones.
func (g *gate) allow(size uint64, root [32]byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := size - g.first
	switch {
	case len(g.roots) == 0:
		return errGate
	case size < g.first || at >= uint64(len(g.roots)):
		return fmt.Errorf("the storage has %d entries, the box has taken %d", size, g.first+uint64(len(g.roots))-1)
	case g.roots[at] != root:
		return fmt.Errorf("the storage's first %d entries have another tree hash than those that the box has taken", size)
	}
	g.first, g.roots = size, append([][32]byte(nil), g.roots[at:]...)
	return nil
}

// readTree reads the lines of a checkpoint, c2sp.org/tlog-checkpoint.
func readTree(text []byte) (size uint64, root tlog.Hash, err error) {
	lines := strings.Split(string(text), "\n")
	if len(lines) != 4 {
		return 0, root, errors.New("checkpoint: must have three lines")
	}
	if size, err = strconv.ParseUint(lines[1], 10, 63); err != nil {
		return 0, root, err
	}
	root, err = tlog.ParseHash(lines[2])
	return size, root, err
}
