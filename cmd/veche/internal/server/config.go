package server

import (
	"log/slog"
	"time"

	"veche.example/proofs"
)

// Config says which box to run and how.
type Config struct {
	Dir   string             // the election directory: manifest, roll and ceremony are there
	Key   *proofs.SigningKey // the box's, from which that of the log follows
	Order string             // the file in which an order to close is given, see Order; "" for none

	Storage   string // where the log is kept, see openDriver; "" is POSIX
	Witnesses []byte // a policy file of witnesses that co-sign checkpoints, or nil
	// AddressHeader is the header in which a reverse proxy states the client's address, in
	// the last place if there are several; "" takes the connection's. Whoever reaches the
	// server without the proxy can write anything there.
	AddressHeader string

	Limits Limits
	Clock  func() time.Time // of promises, opening, closing and limits; nil is time.Now
	Logger *slog.Logger     // nil is slog.Default; it gets no credential, address or code
}

// Limits bound what clients can ask for. The zero value of a field stands for its default.
type Limits struct {
	Connections           int // open at once; 4096
	ConnectionsPerAddress int // 512
	Queue                 int // submissions that wait, for each of the three kinds; 4096
	QueuePerAddress       int // 256

	RequestsPerAddress Rate // anything; 50 a second, 1000 at once
	FaultsPerAddress   Rate // submissions that do not verify; one in ten seconds, 20 at once
	EntriesPerVoter    Rate // promises, ballots and challenges; one in thirty seconds, 30 at once

	Body    time.Duration // until a request's body must have come; 15 s
	Respond time.Duration // until a submission is answered, if only with "later"; 30 s
	Idle    time.Duration // of a connection between requests; 60 s
}

// Rate is a token bucket: Burst at once, PerSecond in the long run.
type Rate struct{ PerSecond, Burst float64 }

// Sizes of batches and times that nobody needs to change.
const (
	maxVerify = 256                    // submissions verified at once
	maxCommit = 512                    // entries sequenced at once
	linger    = 3 * time.Millisecond   // for which a first submission waits for others
	batchAge  = 5 * time.Millisecond   // for which the log waits for more entries
	publishes = 100 * time.Millisecond // between two checkpoints
	cosigned  = time.Second            // between two that witnesses are asked to co-sign
	collects  = 10 * time.Second       // between two removals of what full tiles have superseded
	polls     = 20 * time.Millisecond  // between two looks for a checkpoint

	maxLimited = 1 << 18 // addresses or voters whose use is remembered
)

func (c *Config) fill() {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	l := &c.Limits
	l.Connections = either(l.Connections, 4096)
	l.ConnectionsPerAddress = either(l.ConnectionsPerAddress, 512)
	l.Queue = either(l.Queue, 4096)
	l.QueuePerAddress = either(l.QueuePerAddress, 256)
	l.RequestsPerAddress = either(l.RequestsPerAddress, Rate{50, 1000})
	l.FaultsPerAddress = either(l.FaultsPerAddress, Rate{0.1, 20})
	l.EntriesPerVoter = either(l.EntriesPerVoter, Rate{1. / 30, 30})
	l.Body = either(l.Body, 15*time.Second)
	l.Respond = either(l.Respond, 30*time.Second)
	l.Idle = either(l.Idle, time.Minute)
}

// either returns v, or the default if v is zero.
func either[T comparable](v, standard T) T {
	var zero T
	if v == zero {
		return standard
	}
	return v
}
