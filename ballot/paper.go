package ballot

import (
	"fmt"
	"slices"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// paper is what all ballots of a style have in common. Contests are known by their
// index on the ballot.
type paper struct {
	contests      []*Contest
	summed, mixed []int // contests that are added up, and those that are mixed

	relation   *proofs.Relation
	vector     *proofs.BitVector // nil if all contests are mixed
	bitsAt     []int             // where each contest's bits begin, and their number
	payloadsAt []int             // where each contest's payloads begin, in bytes, and their length

	spans []span // of each contest in the list of ciphertext elements

	elements, blocks             int // of all contests
	summedElements, summedBlocks int // of those that are added up; the mixed ones follow
}

// span is a contest's part of a ciphertext: its A's are the elements a..b-1, its B's
// are b..end-1.
type span struct{ a, b, end int }

func newPaper(contests []*Contest, fingerprint [32]byte, key *elgamal.PublicKey) (*paper, error) {
	p := &paper{contests: contests, relation: &proofs.Relation{}, bitsAt: []int{0}, payloadsAt: []int{0}}
	payloads := 0
	for k, c := range contests {
		if c.Mixed() {
			p.mixed = append(p.mixed, k)
			payloads += c.Plaintexts() * group.PayloadSize
		} else {
			p.summed = append(p.summed, k)
			c.piece.appendTo(p.relation)
		}
		p.bitsAt = append(p.bitsAt, p.relation.Bits)
		p.payloadsAt = append(p.payloadsAt, payloads)
	}
	p.layout(key.Width())
	if len(p.summed) == 0 {
		return p, nil
	}
	var err error
	p.vector, err = proofs.NewBitVector(fingerprint, key, p.relation)
	return p, err
}

// layout places the contests' ciphertexts: first those that are added up.
func (p *paper) layout(W int) {
	p.spans = make([]span, len(p.contests))
	p.place(p.summed, W)
	p.summedElements, p.summedBlocks = p.elements, p.blocks
	p.place(p.mixed, W)
}

func (p *paper) place(contests []int, W int) {
	for _, k := range contests {
		n := p.contests[k].positions()
		blocks := elgamal.Blocks(n, W)
		b := p.elements + blocks
		p.spans[k] = span{p.elements, b, b + n}
		p.elements, p.blocks = b+n, p.blocks+blocks
	}
}

// order is the order of the contests in a body.
func (p *paper) order() []int { return slices.Concat(p.summed, p.mixed) }

// vectorSize is the length of the bit-vector proof.
func (p *paper) vectorSize() int {
	if p.vector == nil {
		return 0
	}
	return p.vector.ProofSize()
}

func (p *paper) proofSize() int {
	if len(p.mixed) == 0 {
		return p.vectorSize()
	}
	return p.vectorSize() + proofs.KnowledgeSize
}

// encrypted is the length of header and ciphertexts.
func (p *paper) encrypted() int { return headerSize + 32*p.elements }

func (p *paper) bodySize() int { return p.encrypted() + p.proofSize() }

func (p *paper) size() int { return p.bodySize() + proofs.SignatureSize }

// summedPart is the part of a body that the bit-vector proof is about, and context is
// what else it is bound to: the header and the ciphertexts of the mixed contests.
func (p *paper) summedPart(body []byte) (ciphertext, context []byte) {
	header, split, end := body[:headerSize], headerSize+32*p.summedElements, p.encrypted()
	if split == end {
		return body[headerSize:split], header
	}
	return body[headerSize:split], slices.Concat(header, body[split:end])
}

// mixedAs is the encoding of the A's that the proof of knowledge is about.
func (p *paper) mixedAs(body []byte) []byte {
	encoded := make([]byte, 0, 32*(p.blocks-p.summedBlocks))
	for _, k := range p.mixed {
		s := p.spans[k]
		encoded = append(encoded, body[headerSize:][32*s.a:32*s.b]...)
	}
	return encoded
}

// paper returns what belongs to a style.
func (e *Election) paper(style int) (*paper, error) {
	if style < 0 || style >= len(e.papers) {
		return nil, fmt.Errorf("style %d, the manifest has %d", style, len(e.papers))
	}
	return e.papers[style], nil
}
