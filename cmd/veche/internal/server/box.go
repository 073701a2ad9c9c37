// Package server is the ballot box as a program: voters send it requests for promises,
// ballots and openings over HTTP, it verifies and decides them, and every answer of success
// is backed by a published checkpoint of the log. Whoever runs an election in one process
// uses record.Box, and whoever reads or verifies a log needs package ballot/box alone.
//
// A submission goes through these stages, each with bounded room:
//
//	handler   limits, length, header, roll: nothing that costs a group operation   (post.go)
//	queue     waits in turn with those of other addresses                          (queue.go)
//	lane      verified together with others, on all cores                          (lane.go)
//	commit    decided by the ledger and sequenced by the log, one after the other  (commit.go)
//	handler   waits until a checkpoint covers the entry, and answers with a receipt
package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/proofs"
	"veche.example/tally/record"
)

// Box is an open ballot box.
type Box struct {
	Config
	election *ballot.Election
	roll     *ballot.Roll
	root     *os.Root // of the election directory
	lock     *os.File
	signer   note.Signer // of checkpoints
	log      *log
	metrics  metrics

	mu    sync.RWMutex
	state *state

	lanes    []*lane
	ballots  *lane
	requests *lane
	openings *lane
	closings *lane
	results  *lane
	working  sync.WaitGroup // lanes
	commits  chan []*job
	finished chan struct{} // closed when the last commit was made

	requestLimit *limiter[address]
	faultLimit   *limiter[address]
	voterLimit   *limiter[proofs.VerifyKey]

	once    sync.Once
	failure error
	failed  chan struct{} // closed when the box can no longer write
}

// Open opens the ballot box of an election directory, which no other process may have
// open: it replays the log, or makes a new one with the opening. The log decides what was
// accepted before a crash.
func Open(ctx context.Context, c Config) (*Box, error) {
	c.fill()
	b := &Box{Config: c, failed: make(chan struct{}), commits: make(chan []*job, 4), finished: make(chan struct{}),
		requestLimit: newLimiter[address](c.Limits.RequestsPerAddress, c.Clock),
		faultLimit:   newLimiter[address](c.Limits.FaultsPerAddress, c.Clock),
		voterLimit:   newLimiter[proofs.VerifyKey](c.Limits.EntriesPerVoter, c.Clock)}
	if err := b.start(ctx); err != nil {
		b.release(ctx)
		return nil, err
	}
	b.ballots = b.newLane(b.verifyBallots)
	b.requests = b.newLane(b.verifyRequests)
	b.openings = b.newLane(b.rebuildOpenings)
	b.closings = b.newLane(b.signClosings)
	b.results = b.newLane(func([]*job) {}) // which have their decisions already
	go b.commitAll()
	return b, nil
}

func (b *Box) start(ctx context.Context) (err error) {
	if b.lock, err = lockDir(b.Dir); err != nil {
		return err
	}
	if b.root, err = os.OpenRoot(b.Dir); err != nil {
		return err
	}
	first, err := b.read()
	if err != nil {
		return err
	}
	if b.log, err = openLog(&b.Config, b.signer, b.election.Manifest.Box.Log, b.fail); err != nil {
		return err
	}
	if err := b.replay(ctx, first); err != nil {
		return fmt.Errorf("%s/%s: %w", b.Dir, record.LogDir, err)
	}
	return nil
}

// read reads the election and returns the bodies of the log's first entries.
func (b *Box) read() (map[box.Kind][]byte, error) {
	e, roll, start, err := readElection(b.Dir)
	if err != nil {
		return nil, err
	}
	if b.Key.Public() != e.Manifest.BoxKey() {
		return nil, fmt.Errorf("%s: the key is not the ballot box's of the manifest", b.Dir)
	}
	b.signer = record.LogSigner(b.Key, origin(e.Manifest))
	if own := record.BoxParty(b.Key, b.signer.Name()).Log; own != e.Manifest.Box.Log {
		return nil, fmt.Errorf("%s: the manifest's key of the log is not the one that follows from the ballot box's key, %s", b.Dir, own)
	}
	b.election, b.roll = e, roll
	b.state, err = newState(e, roll)
	return start, err
}

// readElection reads and verifies what was published before the box opened.
func readElection(dir string) (*ballot.Election, *ballot.Roll, map[box.Kind][]byte, error) {
	fault := func(err error) (*ballot.Election, *ballot.Roll, map[box.Kind][]byte, error) {
		return nil, nil, nil, fmt.Errorf("%s: %w", dir, err)
	}
	r := record.NewReader(os.DirFS(dir))
	m, err := r.Manifest()
	if err != nil {
		return fault(err)
	}
	roll, err := r.Roll()
	if err == nil {
		err = m.CheckRoll(roll)
	}
	if err != nil {
		return fault(err)
	}
	c, err := r.Ceremony(len(m.Trustees))
	if err != nil {
		return fault(fmt.Errorf("%w: the trustees make the key before the box opens", err))
	}
	_, e, err := c.Election(m)
	if err != nil {
		return fault(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, record.CeremonyFile)) // the reader has bounded its length
	if err != nil {
		return fault(err)
	}
	return e, roll, preamble(m, roll, raw), nil
}

// origin returns the name of the log.
func origin(m *ballot.Manifest) string {
	name, _, _ := strings.Cut(m.Box.Log, "+")
	return name
}

// replay brings the state to where the log is, lets the log publish, and adds the first
// entries that are missing.
func (b *Box) replay(ctx context.Context, start map[box.Kind][]byte) error {
	published, err := b.log.checkpoint(ctx)
	if err != nil {
		return err
	}
	agrees := published == nil || published.Tree.N == 0
	b.state.grown = func(size uint64, root [32]byte) {
		agrees = agrees || size == uint64(published.Tree.N) && root == published.Tree.Hash
	}
	r := &replayer{state: b.state, start: start}
	if err := b.log.replay(ctx, &b.Config, r.next); err != nil {
		return err
	}
	if err := r.flush(); err != nil {
		return err
	}
	if !agrees {
		return fmt.Errorf("its checkpoint of %d entries is not one of the %d entries that are there: the log was damaged or is an old copy; "+
			"restore the newest copy and never publish a shorter log", published.Tree.N, b.state.size())
	}
	b.log.gate.open(b.state.size(), b.state.tree.Root())
	b.state.grown = b.log.gate.grown
	return b.begin(ctx, start)
}

// begin writes and publishes the first entries, as far as they are missing.
func (b *Box) begin(ctx context.Context, start map[box.Kind][]byte) error {
	kinds := []box.Kind{box.Manifest, box.Ceremony, box.Opening}
	first := b.state.size()
	if first >= uint64(len(kinds)) {
		return nil
	}
	var entries [][]byte
	for _, kind := range kinds[first:] {
		body := start[kind]
		if kind == box.Opening {
			var err error
			if body, err = record.OpeningEntry(b.election, b.Key, b.Clock()); err != nil {
				return err
			}
		}
		entry, err := b.state.start(kind, body)
		if err != nil {
			return err
		}
		entries = append(entries, entry)
	}
	if err := b.log.append(first, entries); err != nil {
		return err
	}
	_, err := b.log.await(ctx, b.state.size()-1)
	return err
}

// Size returns the number of the log's entries.
func (b *Box) Size() uint64 {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.state.size()
}

// Accepted returns the number of accepted ballots, those that were replaced included.
func (b *Box) Accepted() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.state.ledger.Len()
}

// Closed says whether the box was closed for good.
func (b *Box) Closed() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.state.closing != nil
}

// Failed is closed when the box can no longer write; Failure says why. What was on its
// way then may be in the log or not: opening the box anew finds out.
func (b *Box) Failed() <-chan struct{} { return b.failed }

// Failure returns why the box has failed, or nil.
func (b *Box) Failure() error {
	select {
	case <-b.failed:
		return b.failure
	default:
		return nil
	}
}

func (b *Box) fail(err error) {
	b.once.Do(func() {
		b.failure = fmt.Errorf("the ballot box stopped accepting: its log: %w", err)
		b.Logger.Error("the log failed: nothing more is accepted; free or mend the disk and start the box again", "error", err)
		close(b.failed)
	})
}

// Stop finishes what waits and closes the box's files. Nothing may be submitted any more.
func (b *Box) Stop(ctx context.Context) error {
	for _, l := range b.lanes {
		l.close()
	}
	b.working.Wait()
	close(b.commits)
	<-b.finished
	return errors.Join(b.Failure(), b.release(ctx))
}

// release closes what is open, the lock last.
func (b *Box) release(ctx context.Context) (err error) {
	if b.log != nil {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		if b.Failure() != nil {
			cancel() // there is nothing to wait for
		}
		err = b.log.close(ctx)
	}
	if b.root != nil {
		err = errors.Join(err, b.root.Close())
	}
	if b.lock != nil {
		err = errors.Join(err, b.lock.Close())
	}
	return err
}
