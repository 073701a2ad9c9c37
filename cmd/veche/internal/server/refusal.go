package server

import (
	"context"
	"errors"
	"net/http"
)

// reason is why something was refused, as it is counted.
type reason int

const (
	malformed reason = iota // not the bytes of such a thing
	oversized               // more bytes than such a thing has
	stranger                // not on the roll
	invalid                 // signature, proof or opening does not hold
	conflict                // with what was accepted before
	limited                 // too many from this address or voter
	busy                    // no room, or not soon enough
	closed                  // the box is closed
	broken                  // the log cannot be written
	reasons
)

var reasonNames = [reasons]string{"malformed", "oversized", "stranger", "invalid", "conflict", "limited", "busy", "closed", "broken"}

// statuses are what HTTP says for a reason.
var statuses = [reasons]int{
	malformed: http.StatusBadRequest, oversized: http.StatusRequestEntityTooLarge, stranger: http.StatusForbidden, invalid: http.StatusUnprocessableEntity,
	conflict: http.StatusConflict, limited: http.StatusTooManyRequests, busy: http.StatusServiceUnavailable,
	closed: http.StatusGone, broken: http.StatusServiceUnavailable,
}

// refusal is an error with its reason.
type refusal struct {
	reason reason
	err    error
}

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

func refuse(why reason, err error) error { return &refusal{why, err} }

var (
	errBusy       = refuse(busy, errors.New("the ballot box is busy: try again in a few seconds"))
	errStopping   = refuse(busy, errors.New("the ballot box is being stopped: try again in a minute"))
	errLate       = refuse(busy, errors.New("not published yet: send the same again in a few seconds"))
	errBroken     = refuse(broken, errors.New("the ballot box cannot write: send the same again later; it may have been accepted"))
	errClosed     = refuse(closed, errors.New("the ballot box is closed"))
	errStranger   = refuse(stranger, errors.New("the credential is not on the roll"))
	errAddress    = refuse(limited, errors.New("too many requests from this address: wait a minute"))
	errFaults     = refuse(limited, errors.New("too many submissions from this address were invalid: wait some minutes"))
	errVoter      = refuse(limited, errors.New("too many promises, ballots and challenges of this voter: wait some minutes"))
	errOtherVoter = refuse(conflict, errors.New("promise: the code was promised to another voter or sequence number"))
)

// reasonOf returns an error's reason: what the ledger refuses without one is a conflict.
func reasonOf(err error) reason {
	var r *refusal
	switch {
	case errors.As(err, &r):
		return r.reason
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return busy
	}
	return conflict
}
