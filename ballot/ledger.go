package ballot

import (
	"errors"
	"fmt"
	"slices"

	"veche.example/proofs"
)

// Ledger applies the rules of acceptance to promises, ballots and challenges in the
// order of the log. The box that writes the log and the verifier that reads it use the
// same Ledger, so that they agree on every entry. It takes 115 to 190 bytes for a
// ballot of one block, 20 to 40 more for every other block, 5 for every voter on the roll.
// The zero value is not usable, and it is not safe for concurrent use. Implements
// section 8 of docs/spec/ballot.md.
type Ledger struct {
	election *Election
	roll     *Roll

	records  []record
	byCode   map[Code]uint32     // index in records; whole codes, since anybody chooses them freely in a promise
	accepted []uint32            // index in records of every accepted ballot, in log order
	used     map[prefix]struct{} // A's of accepted ballots
	open     []uint8             // per voter: promises that are neither cast nor challenged
	top      []uint32            // per voter: 1 + index of the accepted ballot with the highest sequence
	revotes  map[uint32][]uint32 // per voter with more than one: all of them by ascending sequence
}

// prefix is the first half of an A's encoding. Somebody who finds two of their own with
// one prefix, by about 2^64 work, has the second one refused and gains nothing else.
type prefix [16]byte

// record is a code that was promised, cast or challenged.
type record struct {
	code     Code
	sequence uint64
	voter    uint32 // index on the roll
	state    uint32 // index in accepted, or promised, or challenged
}

const (
	promised   = 1<<32 - 1
	challenged = 1<<32 - 2
	maxRecords = 1<<32 - 2
)

const (
	// maxOpenPromises is the most promises of a voter that are neither cast nor
	// challenged: a credential must not fill the log.
	maxOpenPromises = 64
	// maxStep is how far a sequence number may lie above the voter's highest one: who
	// borrows a credential once must not use up all numbers.
	maxStep = 1 << 16
)

// ErrDuplicate says that the log has this very entry already, which is no fault of
// whoever sent it again: the first entry stands for both. A box answers with success and
// does not log it again; a log that holds it twice is at fault.
var ErrDuplicate = errors.New("ballot: the same entry was accepted before")

// NewLedger returns an empty ledger for the election's roll.
func NewLedger(e *Election, r *Roll) (*Ledger, error) {
	if err := e.Manifest.CheckRoll(r); err != nil {
		return nil, err
	}
	return &Ledger{
		election: e,
		roll:     r,
		byCode:   make(map[Code]uint32),
		used:     make(map[prefix]struct{}),
		open:     make([]uint8, r.Len()),
		top:      make([]uint32, r.Len()),
		revotes:  make(map[uint32][]uint32),
	}, nil
}

// find returns the record of a code, or nil.
func (l *Ledger) find(code Code) *record {
	i, ok := l.byCode[code]
	if !ok {
		return nil
	}
	return &l.records[i]
}

// admit checks what is common to promises and ballots, and returns the voter's index.
func (l *Ledger) admit(e *Election, verified bool, key proofs.VerifyKey) (uint32, error) {
	if e.Fingerprint != l.election.Fingerprint {
		return 0, errors.New("ballot: of another election")
	}
	if !verified {
		return 0, errors.New("ballot: not verified; the ledger takes what VerifyBallots and VerifyPromises return")
	}
	voter, ok := l.roll.Find(key)
	if !ok {
		return 0, fmt.Errorf("ballot: credential %s is not on the roll", key)
	}
	if uint64(len(l.records)) >= maxRecords {
		return 0, errors.New("ballot: the ledger is full")
	}
	return uint32(voter), nil
}

// Promise accepts a verified promise: its credential is on the roll, its code was never
// promised, cast or challenged, and fewer than 64 promises to the voter are neither cast
// nor challenged. A box that is asked again re-sends the promise that it stored.
// Implements B8.
func (l *Ledger) Promise(p *Promise) error {
	voter, err := l.admit(p.election, p.verified, p.credential)
	if err != nil {
		return err
	}
	if l.find(p.code) != nil {
		return errors.New("ballot: the code was promised before")
	}
	if l.open[voter] >= maxOpenPromises {
		return fmt.Errorf("ballot: %d promises to this voter are neither cast nor challenged; cast or challenge one of them, or cast without a promise",
			maxOpenPromises)
	}
	l.open[voter]++
	l.add(record{p.code, p.sequence, voter, promised})
	return nil
}

func (l *Ledger) add(r record) *record {
	l.byCode[r.code] = uint32(len(l.records))
	l.records = append(l.records, r)
	return &l.records[len(l.records)-1]
}

// Accepted says what became of a ballot.
type Accepted struct {
	Index  int    // among the accepted ballots, from 0
	Weight uint32 // of the voter
	// Gap says that Previous is not the code of the accepted ballot of this voter with
	// the next lower sequence, zero if there is none (B10). It is evidence that a ballot
	// was dropped or that two changed places; the ballot counts all the same, else a
	// box that swallows one ballot would silence the voter.
	Gap bool
}

// Cast accepts a ballot or says why not. In this order: signature and proof hold, that
// is, the ballot comes from VerifyBallots; the credential is on the roll with this
// style; the code was not challenged; the voter's sequence number is new and at most 2^16
// above the highest accepted one, 0 if none; no A is one of an earlier accepted ballot. A
// ballot whose code was accepted before is ErrDuplicate, with the Accepted of the first.
// Implements B9.
func (l *Ledger) Cast(b *Ballot) (Accepted, error) {
	voter, err := l.admit(b.election, b.verified, b.header.Credential)
	if err != nil {
		return Accepted{}, err
	}
	entry := l.roll.Voter(int(voter))
	if entry.Style != b.header.Style {
		return Accepted{}, fmt.Errorf("ballot: style %d, the roll gives this voter style %d", b.header.Style, entry.Style)
	}
	r := l.find(b.code)
	switch {
	case r != nil && r.state == challenged:
		return Accepted{}, errors.New("ballot: challenged before, so that it can no longer be cast")
	case r != nil && r.state != promised:
		return Accepted{int(r.state), entry.Weight, false}, ErrDuplicate
	}
	history := l.history(voter)
	at, err := l.place(history, b.header.Sequence)
	if err != nil {
		return Accepted{}, err
	}
	if err := l.use(b); err != nil {
		return Accepted{}, err
	}
	accepted := Accepted{len(l.accepted), entry.Weight, b.header.Previous != l.before(history, at)}
	l.accept(b, r, voter, history, at)
	return accepted, nil
}

// history returns the voter's accepted ballots by ascending sequence.
func (l *Ledger) history(voter uint32) []uint32 {
	if h, ok := l.revotes[voter]; ok || l.top[voter] == 0 {
		return h
	}
	return []uint32{l.top[voter] - 1}
}

// search returns where a sequence number stands, or belongs, in a history.
func (l *Ledger) search(history []uint32, sequence uint64) (at int, taken bool) {
	return slices.BinarySearchFunc(history, sequence, func(i uint32, s uint64) int {
		switch got := l.records[i].sequence; {
		case got < s:
			return -1
		case got > s:
			return 1
		}
		return 0
	})
}

// place returns where a new sequence number belongs in a history.
func (l *Ledger) place(history []uint32, sequence uint64) (at int, err error) {
	at, taken := l.search(history, sequence)
	var highest uint64
	if n := len(history); n > 0 {
		highest = l.records[history[n-1]].sequence
	}
	switch {
	case taken:
		return 0, fmt.Errorf("ballot: the voter cast another ballot with sequence number %d before", sequence)
	case sequence > highest && sequence-highest > maxStep:
		return 0, fmt.Errorf("ballot: sequence number %d is more than %d above the voter's highest, %d; use the next one", sequence, maxStep, highest)
	}
	return at, nil
}

// before returns the code of the ballot before position at of a history.
func (l *Ledger) before(history []uint32, at int) Code {
	if at == 0 {
		return Code{}
	}
	return l.records[history[at-1]].code
}

// use marks the ballot's A's as used, unless one already is.
func (l *Ledger) use(b *Ballot) error {
	prefixes := b.prefixes()
	for _, a := range prefixes {
		if _, ok := l.used[a]; ok {
			return errors.New("ballot: has a part of a ballot that was accepted before")
		}
	}
	for _, a := range prefixes {
		l.used[a] = struct{}{}
	}
	return nil
}

// prefixes returns the prefixes of the encodings of all A's.
func (b *Ballot) prefixes() []prefix {
	out := make([]prefix, 0, b.paper.blocks)
	ciphertext := b.ciphertext()
	for _, s := range b.paper.spans {
		for i := s.a; i < s.b; i++ {
			out = append(out, prefix(ciphertext[32*i:][:16]))
		}
	}
	return out
}

// accept records the ballot at its place in the voter's history.
func (l *Ledger) accept(b *Ballot, r *record, voter uint32, history []uint32, at int) {
	if r == nil {
		r = l.add(record{code: b.code})
	} else {
		l.open[r.voter]-- // the promise was perhaps to somebody else
	}
	r.sequence, r.voter, r.state = b.header.Sequence, voter, uint32(len(l.accepted))
	index := l.byCode[b.code]
	l.accepted = append(l.accepted, index)
	history = slices.Insert(history, at, index)
	l.top[voter] = 1 + history[len(history)-1]
	if len(history) > 1 {
		l.revotes[voter] = history
	}
}

// Challenge accepts an opening: its code was promised to this credential and sequence
// number, it was not cast, and its seed and choices rebuild the body. For the last it
// demands that Opening.Rebuild succeeded before, which takes long and needs no ledger. It
// uses up neither the sequence number nor the previous code. A second opening of the same
// code is ErrDuplicate. Implements B11.
func (l *Ledger) Challenge(o *Opening) error {
	if o.election.Fingerprint != l.election.Fingerprint {
		return errors.New("opening: of another election")
	}
	r := l.find(o.Code)
	switch {
	case r == nil:
		return errors.New("opening: its code was not promised")
	case r.state == challenged:
		return ErrDuplicate
	case r.state != promised:
		return errors.New("opening: the ballot was cast, so that it can no longer be challenged")
	case l.roll.Voter(int(r.voter)).Key != o.Credential || r.sequence != o.Sequence:
		return errors.New("opening: its code was promised for another credential or sequence number")
	case o.rebuilt != rebuilt{true, o.Header, o.Code}:
		return errors.New("opening: not rebuilt; the ledger takes those for which Rebuild succeeded")
	}
	r.state = challenged
	l.open[r.voter]--
	return nil
}

// Decided reports whether the ballot with this code was cast or challenged; that it
// was promised is not enough.
func (l *Ledger) Decided(code Code) bool {
	r := l.find(code)
	return r != nil && r.state != promised
}

// Undecided returns the number of promises that are neither cast nor challenged.
func (l *Ledger) Undecided() (n int) {
	for _, open := range l.open {
		n += int(open)
	}
	return n
}

// Len returns the number of accepted ballots.
func (l *Ledger) Len() int { return len(l.accepted) }

// Counts reports whether the accepted ballot with this index counts so far: no other
// of its voter has a higher sequence number (B12). It panics unless 0 ≤ index < Len.
func (l *Ledger) Counts(index int) bool {
	i := l.accepted[index]
	return l.top[l.records[i].voter] == i+1
}
