// Package record is the published record of an election: a directory of static
// files from which anyone can verify everything. A [Writer] writes it in the
// order of events; a [Reader] reads it, the log as a stream. Whoever only wants a
// verdict uses package tally/verify.
//
// It implements docs/spec/record.md.
package record

import (
	"errors"
	"fmt"

	"veche.example/ballot"
	"veche.example/elgamal/threshold"
)

// The files of a record, besides one for each mix (MixFile). There are no others.
const (
	ManifestFile = "manifest.json" // the exact bytes that were hashed
	RollFile     = "roll.bin"
	CeremonyFile = "ceremony.bin"
	LogFile      = "log.bin"
	ClosingFile  = "closing.bin"
	TallyFile    = "tally.bin"
	ResultFile   = "result.json" // follows from the others
)

// Files returns the names of the files that every complete record has, in the order in
// which they are written.
func Files() []string {
	return []string{ManifestFile, RollFile, CeremonyFile, LogFile, ClosingFile, TallyFile, ResultFile}
}

// The first line of every binary file but the roll, which has its own version.
const (
	ceremonyHead = "veche/v1 ceremony\n"
	logHead      = "veche/v1 log\n"
	closingHead  = "veche/v1 closing\n"
	mixHead      = "veche/v1 mix\n"
	tallyHead    = "veche/v1 tally\n"
)

// Hard limits on what is read.
const (
	MaxEntry   = 4 << 20 // bytes of a log entry, its kind included
	maxRoll    = 5 + ballot.MaxVoters*38
	maxMessage = 2 << 20 // bytes of a trustee's message in one round
	maxClosing = 1 << 10
	maxTime    = 253_402_300_799 // the last second of the year 9999
)

// shareSize is the length of a decryption share of so many ciphertexts of the contest,
// docs/spec/decryption.md.
func shareSize(m *ballot.Manifest, c *ballot.Contest, rows int) int {
	positions := 0
	for _, w := range c.Widths(m.Width) {
		positions += w
	}
	return 32 * (positions*rows + 2*m.Width + 1)
}

// Kind is the first byte of a log entry.
type Kind uint8

// The kinds of entries. An Opening comes first, once; the others follow in any order.
const (
	Opening   Kind = 1 // fingerprint, time, signature of the box
	Promise   Kind = 2 // ballot.Promise
	Ballot    Kind = 3 // signed ballot
	Challenge Kind = 4 // ballot.Opening
)

// String returns the name of the kind.
func (k Kind) String() string {
	switch k {
	case Opening:
		return "opening"
	case Promise:
		return "promise"
	case Ballot:
		return "ballot"
	case Challenge:
		return "challenge"
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// checkPlace is the grammar of the log; writer and reader share it.
func checkPlace(index uint64, k Kind) error {
	switch {
	case k < Opening || k > Challenge:
		return fmt.Errorf("entry %d: unknown %v", index, k)
	case (index == 0) != (k == Opening):
		return fmt.Errorf("entry %d: %v out of order: the log starts with its only opening", index, k)
	}
	return nil
}

// checkTime refuses seconds that are no date of four digits, at which programs that
// show or compare them may differ.
func checkTime(seconds uint64) error {
	if seconds > maxTime {
		return fmt.Errorf("time %d, at most %d is allowed", seconds, uint64(maxTime))
	}
	return nil
}

// Ceremony is the key ceremony that succeeded: its attempt's number, from 1, and
// the messages of its four rounds, one per trustee.
type Ceremony struct {
	Attempt uint32
	Rounds  [4][][]byte
}

// Election verifies the ceremony of a manifest and returns the keys and the
// election that follow.
func (c *Ceremony) Election(m *ballot.Manifest) (*threshold.Keys, *ballot.Election, error) {
	if c.Attempt == 0 {
		return nil, nil, errors.New("ceremony: attempt 0; attempts are numbered from 1")
	}
	keys, err := Parameters(m, c.Attempt).Verify(&c.Rounds)
	if err != nil {
		return nil, nil, err
	}
	e, err := ballot.NewElection(m, keys.Digest(), keys.Election)
	return keys, e, err
}

// Parameters returns what the trustees of a manifest start the attempt-th
// ceremony with.
func Parameters(m *ballot.Manifest, attempt uint32) *threshold.Ceremony {
	return &threshold.Ceremony{
		Session:   m.Session(attempt),
		Width:     m.Width,
		Threshold: m.Threshold,
		Trustees:  m.TrusteeKeys(),
		Witnesses: m.WitnessKeys(),
	}
}
