package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"veche.example/ballot/box"
)

const (
	maxRequest = 1 << 10
	maxOpening = box.MaxEntry - 1
)

// admit looks at a submission without an operation of the group: it returns the lane that
// verifies it, or the index of the entry if the log has it already.
type admit func(j *job) (l *lane, known uint64, err error)

// answer writes what a client gets when a checkpoint covers its entry.
type answer func(ctx context.Context, w http.ResponseWriter, j *job, o outcome, c *box.Checkpoint) error

// post handles submissions of at most max bytes.
func (b *Box) post(max int, admit admit, answer answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := b.submit(w, r, max, admit, answer); err != nil {
			b.refuse(w, err)
		}
	}
}

func (b *Box) submit(w http.ResponseWriter, r *http.Request, max int, admit admit, answer answer) error {
	if b.faultLimit.empty(from(r)) {
		return errFaults
	}
	body, err := readBody(w, r, max)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), b.Limits.Respond)
	defer cancel()
	j := newJob(ctx, from(r), body)
	o, err := b.accept(j, admit)
	if err != nil {
		return err
	}
	c, err := b.await(ctx, o.index)
	if err != nil {
		return err
	}
	if o.entry == nil {
		b.metrics.repeated.Add(1)
	} else {
		b.metrics.accepted[o.entry[0]].Add(1)
	}
	return answer(ctx, w, j, o, c)
}

// readBody reads at most max bytes.
func readBody(w http.ResponseWriter, r *http.Request, max int) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(max)))
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return nil, refuse(oversized, fmt.Errorf("more than %d bytes", max))
	}
	if err != nil {
		return nil, refuse(malformed, errors.New("the body did not come in time or not in full"))
	}
	return body, nil
}

// accept has a submission verified and decided, unless it is known.
func (b *Box) accept(j *job, admit admit) (outcome, error) {
	if b.Failure() != nil {
		return outcome{}, errBroken
	}
	l, known, err := admit(j)
	if err != nil || known > 0 {
		return outcome{index: known}, err
	}
	if err := l.push(j); err != nil {
		return outcome{}, err
	}
	select {
	case o := <-j.done:
		return o, o.err
	case <-j.ctx.Done():
		return outcome{}, errLate
	}
}

// await waits for a published checkpoint that covers an entry.
func (b *Box) await(ctx context.Context, index uint64) (*box.Checkpoint, error) {
	c, err := b.log.await(ctx, index)
	if err != nil {
		return nil, errLate
	}
	return c, nil
}

func (b *Box) admitBallot(j *job) (*lane, uint64, error) {
	o, err := readOutline(b.election, j.body)
	if err != nil {
		return nil, 0, refuse(malformed, err)
	}
	style, ok := b.onRoll(o.credential)
	if !ok {
		return nil, 0, errStranger
	}
	if style != o.style {
		return nil, 0, refuse(malformed, fmt.Errorf("ballot: style %d, the roll gives this voter style %d", o.style, style))
	}
	if index := b.place(o.code).ballot(); index > 0 {
		return nil, index, nil
	}
	return b.ballots, 0, b.open()
}

func (b *Box) admitRequest(j *job) (*lane, uint64, error) {
	q, err := b.election.ParseRequest(j.body)
	if err != nil {
		return nil, 0, refuse(malformed, err)
	}
	if _, ok := b.onRoll(q.Credential()); !ok {
		return nil, 0, errStranger
	}
	if index := b.place(q.Code()).promise; index > 0 {
		return nil, index, nil
	}
	return b.requests, 0, b.open()
}

func (b *Box) admitOpening(j *job) (l *lane, known uint64, err error) {
	if j.opening, err = b.election.ParseOpening(j.body); err != nil {
		return nil, 0, refuse(malformed, err)
	}
	at := b.place(j.opening.Code)
	switch {
	case at.challenge() > 0:
		return nil, at.challenge(), nil
	case at.ballot() > 0:
		return nil, 0, refuse(conflict, errors.New("opening: the ballot was cast, so that it can no longer be challenged"))
	case at.promise == 0:
		return nil, 0, refuse(conflict, errors.New("opening: its code was not promised"))
	}
	return b.openings, 0, b.open()
}

// open says whether the box takes anything new.
func (b *Box) open() error {
	if b.Closed() {
		return errClosed
	}
	return nil
}

// answerReceipt sends the proof that the entry is in the log.
func (b *Box) answerReceipt(ctx context.Context, w http.ResponseWriter, _ *job, o outcome, c *box.Checkpoint) error {
	receipt, err := b.log.receipt(ctx, c, o.index)
	if err != nil {
		return refuse(broken, err)
	}
	send(w, plain, receipt)
	return nil
}

// answerPromise sends the promise, the one that was made first.
func (b *Box) answerPromise(ctx context.Context, w http.ResponseWriter, j *job, o outcome, c *box.Checkpoint) error {
	q, err := b.election.ParseRequest(j.body)
	if err != nil {
		return refuse(malformed, err)
	}
	entry := o.entry
	if entry == nil {
		if entry, err = b.log.entry(ctx, o.index, uint64(c.Tree.N)); err != nil {
			return refuse(broken, err)
		}
	}
	p, err := b.election.ParsePromise(entry[1:])
	if err != nil {
		return refuse(broken, err)
	}
	if p.Credential() != q.Credential() || p.Sequence() != q.Sequence() {
		return errOtherVoter
	}
	send(w, octets, p.Bytes())
	return nil
}

// maxBallot returns the length of the longest ballot.
func (b *Box) maxBallot() (most int) {
	for style := range b.election.Manifest.Styles {
		most = max(most, b.election.BallotSize(style))
	}
	return most
}
