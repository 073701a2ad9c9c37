package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/cmd/veche/internal/client"
	"veche.example/cmd/veche/internal/files"
	"veche.example/cmd/veche/internal/receipt"
	"veche.example/internal/durable"
)

// promise has the box promise that it has seen the tracking code, before the voter decides.
func (b *booth) promise(draft *ballot.Draft) ([]byte, error) {
	request, err := draft.Request(b.credential)
	if err != nil {
		return nil, err
	}
	promise, err := b.box.Promise(b.ctx, request)
	if err != nil {
		return nil, unanswered(err)
	}
	if err := draft.CheckPromise(promise); err != nil {
		return nil, failed(fmt.Errorf("the ballot box is not that of the election, or at fault: %w: nothing was cast", err))
	}
	return promise, nil
}

// cast casts the ballot.
func (b *booth) cast(draft *ballot.Draft, promise []byte) error {
	h, code := draft.Header(), draft.Code()
	path := sibling(b.path, ".receipt")
	if h.Sequence > 1 {
		path = sibling(b.path, fmt.Sprintf(".%d.receipt", h.Sequence))
	}
	signed, err := draft.Sign(b.credential)
	if err != nil {
		return err
	}
	b.past.sequence, b.past.pending = h.Sequence, code
	index, err := b.send(path, promise, box.Ballot, signed, b.box.Cast)
	if err != nil {
		return err
	}
	if err := b.store(past{sequence: h.Sequence, previous: code}); err != nil {
		return err
	}
	d := b.data("cast", path, h, code, index)
	return b.done(d, fmt.Sprintf("cast: the ballot %s is entry %d of the log; %s", code, index, path),
		fmt.Sprintf("keep the receipt, and look at the log again when the box is closed: veche receipt check %s %s", path, b.dir))
}

// challenge has the ballot opened.
func (b *booth) challenge(draft *ballot.Draft, promise []byte) error {
	h, code := draft.Header(), draft.Code()
	opening, err := draft.Open()
	if err != nil {
		return err
	}
	path := sibling(b.path, fmt.Sprintf(".challenge-%s.receipt", code.String()[:4]))
	index, err := b.send(path, promise, box.Challenge, opening.Bytes(), b.box.Challenge)
	if err != nil {
		return err
	}
	d := b.data("challenge", path, h, code, index)
	d.Choices = opening.Choices()
	return b.done(d, fmt.Sprintf("challenged: the ballot %s was opened, and is entry %d of the log; %s; it does not count", code, index, path),
		fmt.Sprintf("see on another device that it holds your choices: veche receipt check %s %s; then vote", path, b.dir))
}

func (b *booth) data(decision, path string, h ballot.Header, code ballot.Code, index uint64) *voteData {
	return &voteData{Decision: decision, Code: code.String(), Sequence: h.Sequence, Entry: index,
		Fingerprint: fmt.Sprintf("%x", b.ballots.Fingerprint), Receipt: path}
}

func (b *booth) store(p past) error {
	b.past = p
	return storePast(votesPath(b.path), b.ballots.Fingerprint, p)
}

// send writes the receipt, sends what it is for, and completes it with the proof, which it
// verifies. It returns the entry's index.
func (b *booth) send(path string, promise []byte, kind box.Kind, body []byte, submit submission) (index uint64, err error) {
	r := &receipt.Receipt{Election: b.manifest.ID, Fingerprint: b.ballots.Fingerprint, LogKey: b.manifest.Box.Log,
		Promise: promise, Entry: append([]byte{byte(kind)}, body...)}
	if err := files.Create(path, r.Text(), 0o644); err != nil {
		return 0, err
	}
	if err := b.store(b.past); err != nil {
		return 0, err
	}
	if r.Proof, err = submit(b.ctx, body); err != nil {
		return 0, b.unconfirmed(path, err)
	}
	if index, _, err = r.Verify(); err != nil {
		return 0, failed(fmt.Errorf("the ballot box gave no proof that it has taken the ballot: %w: keep %s as evidence", err, path))
	}
	return index, durable.Replace(path, r.Text(), 0o644)
}

// unconfirmed says what to do without an answer, or after a refusal.
func (b *booth) unconfirmed(path string, err error) error {
	var refusal *client.Refusal
	if errors.As(err, &refusal) && !refusal.Later() {
		return fmt.Errorf("%w; %s keeps what was sent and the box's promise", err, path)
	}
	return incomplete("%w: the box may have accepted it or not: veche receipt check %s %s tells; or vote again, the last ballot counts", err, path, b.dir)
}

// recover finds the past of the credential in the log.
func (b *booth) recover() error {
	r, c, err := b.log()
	if err != nil {
		return err
	}
	b.past = past{}
	key := b.credential.Key()
	return b.eachEntry(r, c, func(_ uint64, kind box.Kind, body []byte) error {
		const at = 3 // of the credential in a ballot, docs/spec/ballot.md, section 2
		if kind != box.Ballot || len(body) < at+len(key) || !bytes.Equal(body[at:at+len(key)], key[:]) {
			return nil
		}
		ballot, err := b.ballots.ParseBallot(body)
		if err == nil && ballot.Sequence() > b.past.sequence {
			b.past = past{sequence: ballot.Sequence(), previous: ballot.Code()}
		}
		return err
	})
}

// submission sends something to the box and returns the proof that it is in the log.
type submission = func(ctx context.Context, body []byte) (proof []byte, err error)
