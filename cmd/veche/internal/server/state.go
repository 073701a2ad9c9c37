package server

import (
	"fmt"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/tally/record"
)

// state is what the log says so far. Entries are decided and added in one order, that of
// the log; replaying the log gives the same state.
type state struct {
	election *ballot.Election
	roll     *ballot.Roll
	ledger   *ballot.Ledger
	grammar  box.Grammar
	tree     record.Tree
	places   map[ballot.Code]place
	opened   uint64 // time of the opening, Unix seconds
	closing  *record.Closing
	grown    func(size uint64, root [32]byte) // called for every entry
}

// place says which entries are about a code; 0, which is the manifest, stands for none.
type place struct {
	promise  uint64
	decision uint64 // the ballot or the challenge
	cast     bool
}

// ballot returns the entry in which the ballot with this code was accepted, 0 if none was.
func (p place) ballot() uint64 {
	if p.cast {
		return p.decision
	}
	return 0
}

// challenge returns the entry in which the ballot with this code was challenged, 0 if it was not.
func (p place) challenge() uint64 {
	if p.cast {
		return 0
	}
	return p.decision
}

func newState(e *ballot.Election, roll *ballot.Roll) (*state, error) {
	ledger, err := ballot.NewLedger(e, roll)
	if err != nil {
		return nil, err
	}
	return &state{election: e, roll: roll, ledger: ledger, places: map[ballot.Code]place{}, grown: func(uint64, [32]byte) {}}, nil
}

// size returns the number of entries.
func (s *state) size() uint64 { return s.tree.Size() }

// add appends an entry that the ledger has accepted.
func (s *state) add(kind box.Kind, body []byte) (index uint64, entry []byte, err error) {
	entry = append([]byte{byte(kind)}, body...)
	if err := s.grammar.Next(entry); err != nil {
		return 0, nil, err
	}
	s.tree.Add(entry)
	s.grown(s.tree.Size(), s.tree.Root())
	return s.tree.Size() - 1, entry, nil
}

// promise accepts a promise that was not made before.
func (s *state) promise(p *ballot.Promise) (index uint64, entry []byte, err error) {
	if s.closing != nil {
		return 0, nil, errClosed
	}
	if err := s.ledger.Promise(p); err != nil {
		return 0, nil, err
	}
	if index, entry, err = s.add(box.Promise, p.Bytes()); err != nil {
		return 0, nil, err
	}
	s.places[p.Code()] = place{promise: index}
	return index, entry, nil
}

// cast accepts a ballot that was not accepted before.
func (s *state) cast(b *ballot.Ballot) (index uint64, entry []byte, err error) {
	if s.closing != nil {
		return 0, nil, errClosed
	}
	if _, err := s.ledger.Cast(b); err != nil {
		return 0, nil, err
	}
	if index, entry, err = s.add(box.Ballot, b.Bytes()); err != nil {
		return 0, nil, err
	}
	s.places[b.Code()] = place{s.places[b.Code()].promise, index, true}
	return index, entry, nil
}

// challenge accepts a rebuilt opening that was not accepted before.
func (s *state) challenge(o *ballot.Opening) (index uint64, entry []byte, err error) {
	if s.closing != nil {
		return 0, nil, errClosed
	}
	if err := s.ledger.Challenge(o); err != nil {
		return 0, nil, err
	}
	if index, entry, err = s.add(box.Challenge, o.Bytes()); err != nil {
		return 0, nil, err
	}
	s.places[o.Code] = place{promise: s.places[o.Code].promise, decision: index}
	return index, entry, nil
}

// start takes an entry that opens the log.
func (s *state) start(kind box.Kind, body []byte) (entry []byte, err error) {
	if kind == box.Opening {
		if s.opened, err = record.CheckOpening(s.election, body); err != nil {
			return nil, err
		}
	}
	_, entry, err = s.add(kind, body)
	return entry, err
}

// close takes the closing; nothing of the voters' follows it.
func (s *state) close(body []byte) (entry []byte, err error) {
	c, err := checkClosing(s.election, body, &s.tree)
	if err != nil {
		return nil, err
	}
	if c.Time < s.opened {
		return nil, fmt.Errorf("the closing at %d is before the opening at %d (Unix seconds): set the clock", c.Time, s.opened)
	}
	if _, entry, err = s.add(box.Closing, body); err != nil {
		return nil, err
	}
	s.closing = c
	return entry, nil
}
