package main

import (
	"fmt"

	"veche.example/cmd/veche/internal/files"
	"veche.example/cmd/veche/internal/secret"
	"veche.example/elgamal/threshold"
	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/tally/record"
)

const (
	seatHead   = "veche/v1 trustee-state\n"
	maxMessage = 2 << 20 // bytes of a message of the ceremony, docs/spec/record.md
)

// seat is one trustee's part in one attempt at the key, kept in NAME.state beside
// NAME.key: the newest state and, so that it can send them again, all that it sent.
type seat struct {
	path     string // of NAME.state
	session  [32]byte
	index    int // in the manifest, from 1
	id       string
	lock     *secret.Lock
	identity *proofs.SigningKey // before round 0 alone
	stage    any                // see threshold.Restore; nil before round 0
	sent     [][]byte           // the messages of rounds 0, 1, …
}

func statePath(key string, attempt uint32) string {
	if attempt > 1 {
		return sibling(key, fmt.Sprintf(".attempt-%d.state", attempt))
	}
	return sibling(key, ".state")
}

// openSeats opens the seats of several keys, in their order. Until done is called no other
// process can open them.
func (a *app) openSeats(e *election, keys []string, attempt uint32) (seats []*seat, done func(), err error) {
	unlock, err := lockKeys(keys)
	if err != nil {
		return nil, nil, err
	}
	for _, key := range keys {
		s, err := a.openSeat(e, key, attempt)
		if err != nil {
			unlock()
			return nil, nil, err
		}
		seats = append(seats, s)
	}
	return seats, unlock, nil
}

// openSeat opens the state that belongs to a locked key, or the key itself if there is none yet.
func (a *app) openSeat(e *election, key string, attempt uint32) (*seat, error) {
	s := &seat{path: statePath(key, attempt), session: e.manifest.Session(attempt)}
	open := func() error { return s.take(a, e, key) }
	if files.Exists(s.path) {
		open = func() error { return s.restore(a, e) }
	}
	if err := open(); err != nil {
		return nil, err
	}
	s.id = e.manifest.Trustees[s.index-1].ID
	return s, nil
}

// take finds the seat of a key that has not joined yet. Its stage is nil.
func (s *seat) take(a *app, e *election, path string) error {
	key, err := a.keys.OpenKey(path, secret.Trustee)
	if err != nil {
		return err
	}
	at, ok := party(e.manifest.Trustees, key.Public())
	if !ok {
		return fmt.Errorf("%s: its public key is not a trustee's in %s: name another key or another election", path, e.file(record.ManifestFile))
	}
	s.lock, s.index, s.identity = key.Lock, at+1, key.SigningKey
	return nil
}

// restore reads NAME.state.
func (s *seat) restore(a *app, e *election) error {
	plain, lock, err := a.keys.Open(s.path)
	if err != nil {
		return err
	}
	s.lock = lock
	state, session, err := s.decode(plain)
	if err != nil {
		return err
	}
	if session != s.session || s.index < 1 || s.index > len(e.manifest.Trustees) {
		return fmt.Errorf("%s: belongs to another election than %s: use a key of its own for each election", s.path, e.dir)
	}
	stage, message, err := threshold.Restore(state, s.store)
	if err != nil {
		return fmt.Errorf("%s: %w", s.path, err)
	}
	s.stage = stage
	if message != nil {
		s.sent = append(s.sent, message)
	}
	return nil
}

// decode reads what store has sealed.
func (s *seat) decode(plain []byte) (state []byte, session [32]byte, err error) {
	r := wire.NewReader(s.path, plain)
	if head := r.Fixed(min(len(seatHead), r.Len())); string(head) != seatHead {
		return nil, session, fmt.Errorf("%s: holds something else than a trustee's state: restore the right file", s.path)
	}
	copy(session[:], r.Fixed(len(session)))
	s.index = int(r.Uint16())
	for range r.Uint8() {
		s.sent = append(s.sent, r.Vector(maxMessage))
	}
	state = r.Fixed(r.Len())
	return state, session, r.Close()
}

// store is the threshold.Store of the seat. The message of the state's own round is in
// the state; those of the rounds before are kept beside it.
func (s *seat) store(state *threshold.State) error {
	return s.lock.Keep(s.path, state, append(s.encode(), state.Bytes()...))
}

func (s *seat) encode() []byte {
	b := append([]byte(seatHead), s.session[:]...)
	b = append(wire.AppendUint16(b, uint16(s.index)), byte(len(s.sent)))
	for _, message := range s.sent {
		b = wire.AppendVector(b, message)
	}
	return b
}

// round returns the round of the message that was sent last, -1 before the first.
func (s *seat) round() int { return len(s.sent) - 1 }

// advance takes the messages of the round before, of every trustee, and sends the next.
// The seat is at its new stage, and stored, when it returns.
func (s *seat) advance(c *threshold.Ceremony, messages [][]byte) (err error) {
	var message []byte
	switch stage := s.stage.(type) {
	case nil:
		s.stage, message, err = next(c.Begin(s.index, s.identity, s.store))
	case *threshold.Keyed:
		s.stage, message, err = next(stage.Commit(messages))
	case *threshold.Committed:
		s.stage, message, err = next(stage.Deal(messages))
	case *threshold.Dealt:
		s.stage, message, err = next(stage.Confirm(messages))
	default:
		return fmt.Errorf("%s: there is no round after the last", s.path)
	}
	if err != nil {
		return err
	}
	s.sent = append(s.sent, message)
	return nil
}

// next forgets the type of a stage.
func next[S any](stage S, message []byte, err error) (any, []byte, error) { return stage, message, err }

// trustee returns the trustee, whose ceremony ends with the messages of round 3 if it has
// not ended before.
func (s *seat) trustee(round3 [][]byte) (*threshold.Trustee, error) {
	switch stage := s.stage.(type) {
	case *threshold.Trustee:
		return stage, nil
	case *threshold.Confirmed:
		t, err := stage.Finish(round3)
		if err != nil {
			return nil, err
		}
		s.stage = t
		return t, nil
	}
	return nil, fmt.Errorf("%s: has not confirmed the key: run veche trustee confirm", s.path)
}
