package record

import (
	"errors"

	"veche.example/ballot"
	"veche.example/elgamal/threshold"
	"veche.example/internal/wire"
)

// Ceremony is the key ceremony that succeeded: its attempt's number, from 1, and
// the messages of its four rounds, one per trustee.
type Ceremony struct {
	Attempt uint32
	Rounds  [4][][]byte
}

// Bytes returns the file that the record has of it, of which there is one for each
// ceremony.
func (c *Ceremony) Bytes() []byte {
	b := wire.AppendUint32([]byte(ceremonyHead), c.Attempt)
	for _, round := range c.Rounds {
		for _, message := range round {
			b = wire.AppendVector(b, message)
		}
	}
	return b
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
