package ballot

import (
	"fmt"

	"veche.example/elgamal"
	"veche.example/proofs"
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

// paper is what all ballots of a style have in common.
type paper struct {
	contests []*Contest
	relation *proofs.Relation
	vector   *proofs.BitVector
	bitsAt   []int  // where each contest's bits begin, and their number
	spans    []span // of each contest in the list of ciphertext elements
}

// span is a contest's part of a ciphertext: its A's are the elements a..b-1, its B's
// are b..end-1.
type span struct{ a, b, end int }

func newPaper(contests []*Contest, fingerprint [32]byte, key *elgamal.PublicKey) (*paper, error) {
	p := &paper{contests: contests, relation: &proofs.Relation{}, bitsAt: []int{0}}
	at := 0
	for _, c := range contests {
		c.piece.appendTo(p.relation)
		p.bitsAt = append(p.bitsAt, p.relation.Bits)
		outputs := len(c.piece.rows)
		b := at + elgamal.Blocks(outputs, key.Width())
		p.spans = append(p.spans, span{at, b, b + outputs})
		at = b + outputs
	}
	var err error
	p.vector, err = proofs.NewBitVector(fingerprint, key, p.relation)
	return p, err
}

func (p *paper) bodySize() int {
	return headerSize + p.vector.CiphertextSize() + p.vector.ProofSize()
}

// paper returns what belongs to a style.
func (e *Election) paper(style int) (*paper, error) {
	if style < 0 || style >= len(e.papers) {
		return nil, fmt.Errorf("style %d, the manifest has %d", style, len(e.papers))
	}
	return e.papers[style], nil
}

// BallotSize returns the length of every signed ballot of a style in bytes. It panics
// if there is no such style.
func (e *Election) BallotSize(style int) int {
	return e.papers[style].bodySize() + proofs.SignatureSize
}
