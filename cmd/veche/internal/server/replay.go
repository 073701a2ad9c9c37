package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/internal/parallel"
)

// replayer brings a state to where a log is. It verifies everything again: what lies on
// the disk is trusted no more than what voters send.
type replayer struct {
	*state
	start map[box.Kind][]byte // bodies of the first entries

	pending [][]byte
	first   uint64 // index of pending[0]
}

// next takes an entry. It keeps a copy until there are enough to verify at once.
func (r *replayer) next(entry []byte) error {
	r.pending = append(r.pending, bytes.Clone(entry))
	if len(r.pending) < maxVerify {
		return nil
	}
	return r.flush()
}

// flush verifies and takes what is pending.
func (r *replayer) flush() error {
	v := r.verify()
	for i, entry := range r.pending {
		if len(entry) == 0 {
			return fmt.Errorf("entry %d: empty", r.first+uint64(i))
		}
		if err := errors.Join(v.errs[i], r.take(v, i)); err != nil {
			return fmt.Errorf("entry %d: %v: %w", r.first+uint64(i), box.Kind(entry[0]), err)
		}
	}
	r.first, r.pending = r.first+uint64(len(r.pending)), r.pending[:0]
	return nil
}

// verified are entries, each as what its kind says, or with what is wrong.
type verified struct {
	promises []*ballot.Promise
	ballots  []*ballot.Ballot
	openings []*ballot.Opening
	errs     []error
}

func (r *replayer) verify() *verified {
	n := len(r.pending)
	v := &verified{make([]*ballot.Promise, n), make([]*ballot.Ballot, n), make([]*ballot.Opening, n), make([]error, n)}
	pick(r.pending, box.Promise, v.promises, v.errs, r.election.VerifyPromises)
	pick(r.pending, box.Ballot, v.ballots, v.errs, r.election.VerifyBallots)
	pick(r.pending, box.Challenge, v.openings, v.errs, r.rebuild)
	return v
}

// pick verifies the entries of one kind.
func pick[T any](entries [][]byte, kind box.Kind, parsed []T, errs []error, verify func(context.Context, [][]byte) ([]T, []error)) {
	var bodies [][]byte
	var at []int
	for i, entry := range entries {
		if len(entry) > 0 && box.Kind(entry[0]) == kind {
			bodies, at = append(bodies, entry[1:]), append(at, i)
		}
	}
	got, faults := verify(context.Background(), bodies)
	for k, i := range at {
		parsed[i], errs[i] = got[k], faults[k]
	}
}

// rebuild reads openings and builds their ballots again.
func (r *replayer) rebuild(_ context.Context, bodies [][]byte) ([]*ballot.Opening, []error) {
	openings, errs := make([]*ballot.Opening, len(bodies)), make([]error, len(bodies))
	parallel.For(len(bodies), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if openings[i], errs[i] = r.election.ParseOpening(bodies[i]); errs[i] == nil {
				_, errs[i] = openings[i].Rebuild()
			}
		}
	})
	return openings, errs
}

// take applies the i-th verified entry.
func (r *replayer) take(v *verified, i int) (err error) {
	if v.errs[i] != nil {
		return nil // reported already
	}
	body := r.pending[i][1:]
	switch kind := box.Kind(r.pending[i][0]); kind {
	case box.Promise:
		_, _, err = r.promise(v.promises[i])
	case box.Ballot:
		_, _, err = r.cast(v.ballots[i])
	case box.Challenge:
		_, _, err = r.challenge(v.openings[i])
	case box.Closing:
		_, err = r.close(body)
	case box.Opening:
		_, err = r.state.start(kind, body)
	case box.Manifest, box.Ceremony:
		if !bytes.Equal(body, r.start[kind]) {
			return errors.New("not the one of the election directory: the log is another election's")
		}
		_, err = r.state.start(kind, body)
	default:
		_, _, err = r.add(kind, body)
	}
	return err
}
