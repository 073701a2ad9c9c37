package threshold

import "errors"

// State is one state of one trustee or witness, secrets included, on its way to a
// Store.
type State struct {
	stage any // *Keyed, *Committed, *Dealt, *Confirmed, *Trustee or *Witness
}

// A Store keeps a state so that it survives a restart, in durable storage in place
// of the state before; package vault has one that encrypts it into a file. Every
// method that makes a message or adds to a memory calls it first and returns
// nothing if it fails. It must not return nil before the state is safe.
type Store func(*State) error

// InMemory is the Store that keeps nothing, for simulations and tests: with it a
// restart may sign two different things, which is proof of fault.
func InMemory(*State) error { return nil }

// First reports whether this is the first state of a ceremony or of a witness,
// which must not take the place of another one.
func (s *State) First() bool {
	if w, ok := s.stage.(*Witness); ok {
		return len(w.memory.lists) == 0
	}
	_, first := s.stage.(*Keyed)
	return first
}

// Bytes returns the state as Restore or RestoreWitness reads it: all secrets in
// the clear.
func (s *State) Bytes() []byte { return s.encode() }

// MaxState is the greatest length in bytes of a state.
const MaxState = 256 << 20

// Restore brings a state back: stage is the *Keyed, *Committed, *Dealt, *Confirmed
// or *Trustee that was stored last, and message the message that it sent or was
// about to send (nil for a Trustee): send it again. Only the newest state may be
// restored, and only once at a time.
func Restore(state []byte, store Store) (stage any, message []byte, err error) {
	if len(state) > MaxState {
		return nil, nil, errors.New("trustee's state: too long")
	}
	return decodeState(state, store)
}

// RestoreTrustee is Restore for a trustee whose ceremony is over.
func RestoreTrustee(state []byte, store Store) (*Trustee, error) {
	stage, _, err := Restore(state, store)
	if err != nil {
		return nil, err
	}
	t, ok := stage.(*Trustee)
	if !ok {
		return nil, errors.New("trustee's state: the ceremony is not over: finish it first")
	}
	return t, nil
}
