package record

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/internal/parallel"
	"veche.example/proofs"
)

// Box is a ballot box in one process: it verifies what it is sent, applies the
// rules of acceptance, and writes the log. Whatever it returns no error for is
// durable. It may be used concurrently.
type Box struct {
	election *ballot.Election
	roll     *ballot.Roll
	key      *proofs.SigningKey

	mu       sync.Mutex
	writer   *Writer
	ledger   *ballot.Ledger
	promises map[ballot.Code]promised // re-sent when asked again
}

// NewBox opens the log of w, whose ceremony is written, with the box's key.
func NewBox(w *Writer, roll *ballot.Roll, key *proofs.SigningKey, at time.Time) (*Box, error) {
	if err := w.step(keyed, "opening"); err != nil {
		return nil, err
	}
	ledger, err := ballot.NewLedger(w.election, roll)
	if err != nil {
		return nil, err
	}
	if err := w.Open(key, at); err != nil {
		return nil, err
	}
	return &Box{election: w.election, roll: roll, key: key, writer: w, ledger: ledger, promises: map[ballot.Code]promised{}}, nil
}

// Promise signs for every request, itself signed by the voter (ballot.Draft.Request),
// that the box has seen the code of the voter's ballot, and logs the promises;
// errs[i] says why the i-th was refused. Voters ask before they say cast or challenge.
// A voter who asks again for the same code gets the same promise.
func (b *Box) Promise(requests [][]byte, at time.Time) (promises [][]byte, errs []error) {
	parsed, errs := b.election.VerifyRequests(context.Background(), requests)
	signed := b.sign(b.unanswered(parsed), at, errs)
	promises = make([][]byte, len(requests))
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, q := range parsed {
		if errs[i] == nil {
			promises[i], errs[i] = b.promise(q, signed[i])
		}
	}
	b.sync(errs)
	for i := range errs {
		if errs[i] != nil {
			promises[i] = nil // what is not durable is not promised
		}
	}
	return promises, errs
}

// unanswered returns the requests, at their places, that a promise must be signed for:
// those of voters on the roll for codes without one.
func (b *Box) unanswered(parsed []*ballot.Request) []*ballot.Request {
	out := make([]*ballot.Request, len(parsed))
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, q := range parsed {
		if q == nil {
			continue
		}
		_, known := b.roll.Find(q.Credential())
		if _, stored := b.promises[q.Code()]; known && !stored {
			out[i] = q
		}
	}
	return out
}

// sign returns the promises for the requests that are not nil, and sets errs for those
// that cannot be signed.
func (b *Box) sign(requests []*ballot.Request, at time.Time, errs []error) []*ballot.Promise {
	promises := make([][]byte, len(requests))
	parallel.For(len(requests), 8, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if q := requests[i]; q != nil {
				promises[i], errs[i] = b.election.SignPromise(b.key, q.Code(), q.Credential(), q.Sequence(), at)
			}
		}
	})
	signed, _ := b.election.VerifyPromises(context.Background(), promises)
	return signed
}

// promise answers a request; p is the promise for it, nil if none had to be signed.
func (b *Box) promise(q *ballot.Request, p *ballot.Promise) ([]byte, error) {
	if stored, ok := b.promises[q.Code()]; ok {
		return stored.answer(q)
	}
	if p == nil {
		return nil, fmt.Errorf("promise: credential %s is not on the roll", q.Credential())
	}
	if err := b.ledger.Promise(p); err != nil {
		return nil, err
	}
	if _, err := b.writer.Append(box.Promise, p.Bytes()); err != nil {
		return nil, err
	}
	b.promises[q.Code()] = promised{p}
	return p.Bytes(), nil
}

// promised is a promise that the box has given.
type promised struct{ *ballot.Promise }

func (p promised) answer(q *ballot.Request) ([]byte, error) {
	if p.Credential() != q.Credential() || p.Sequence() != q.Sequence() {
		return nil, errors.New("promise: the code was promised to another voter or sequence number")
	}
	return p.Bytes(), nil
}

// sync makes what was appended durable, or else gives everybody the error: nobody is told
// that something is in the box before it is on disk. After an error it may be there or not,
// and the box accepts nothing more.
func (b *Box) sync(errs []error) {
	if err := b.writer.Sync(); err != nil {
		for i := range errs {
			errs[i] = errors.Join(errs[i], err)
		}
	}
}

// Cast verifies signed ballots in one batch and accepts them in order. errs[i] says
// why the i-th was refused; ballot.ErrDuplicate means that this very ballot is in
// the box already. Ballots without an error are in the log.
func (b *Box) Cast(ctx context.Context, signed [][]byte) (errs []error) {
	ballots, errs := b.election.VerifyBallots(ctx, signed)
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range ballots {
		if errs[i] == nil {
			errs[i] = b.cast(ballots[i])
		}
	}
	b.sync(errs)
	return errs
}

func (b *Box) cast(p *ballot.Ballot) error {
	if _, err := b.ledger.Cast(p); err != nil {
		return err
	}
	_, err := b.writer.Append(box.Ballot, p.Bytes())
	return err
}

// Challenge accepts the published opening of a promised ballot, which can then no
// longer be cast. Rebuilding the ballot takes as long as building it, so that it is
// done only for what was promised, and while others can vote.
func (b *Box) Challenge(opening []byte) error {
	o, err := b.election.ParseOpening(opening)
	if err != nil {
		return err
	}
	if !b.hasPromised(o) {
		return errors.New("opening: its code was not promised to this voter and sequence number, or the ballot was cast or challenged before")
	}
	if _, err := o.Rebuild(); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.ledger.Challenge(o); err != nil {
		return err
	}
	if _, err := b.writer.Append(box.Challenge, opening); err != nil {
		return err
	}
	return b.writer.Sync()
}

func (b *Box) hasPromised(o *ballot.Opening) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, ok := b.promises[o.Code]
	return ok && !b.ledger.Decided(o.Code) && p.Credential() == o.Credential && p.Sequence() == o.Sequence
}

// Close closes the box for ever.
func (b *Box) Close(at time.Time) (*Closing, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	closing, err := b.writer.Close(b.key, at)
	if err != nil {
		return nil, fmt.Errorf("closing the ballot box: %w", err)
	}
	return closing, nil
}
