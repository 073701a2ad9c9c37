package ballot

import (
	"fmt"

	"veche.example/elgamal"
	"veche.example/proofs/transcript"
)

// Election is a manifest with the key that its trustees made. It is immutable and
// safe for concurrent use.
type Election struct {
	Manifest    *Manifest
	Keys        *elgamal.PublicKey
	Fingerprint [32]byte // in the instance of every proof and signature

	papers []*paper // one per style
}

// NewElection joins a manifest, the digest of its key ceremony and the key. Whoever
// builds many ballots precomputes the key first. Implements M5 of
// docs/spec/manifest.md.
func NewElection(m *Manifest, ceremony [32]byte, key *elgamal.PublicKey) (*Election, error) {
	if key.Width() != m.Width {
		return nil, fmt.Errorf("election: the key has width %d, the manifest says %d", key.Width(), m.Width)
	}
	e := &Election{
		Manifest:    m,
		Keys:        key,
		Fingerprint: transcript.Hash("election", m.raw, ceremony[:], key.Bytes()),
		papers:      make([]*paper, len(m.Styles)),
	}
	for i := range m.Styles {
		p, err := newPaper(m.Styles[i].contests, e.Fingerprint, key)
		if err != nil {
			return nil, fmt.Errorf("election: styles[%d]: %w", i, err)
		}
		e.papers[i] = p
	}
	return e, nil
}

// BallotSize returns the length of every signed ballot of a style in bytes. It panics
// if there is no such style.
func (e *Election) BallotSize(style int) int {
	return e.papers[style].size()
}
