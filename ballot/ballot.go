package ballot

import (
	"bytes"

	"veche.example/elgamal/group"
	"veche.example/internal/wire"
	"veche.example/proofs"
)

// Ballot is a signed ballot as it was received. It is public and immutable.
type Ballot struct {
	header   Header
	election *Election
	paper    *paper
	bytes    []byte // body, then signature
	code     Code
	points   []group.Affine // of the ciphertext, in its order
	verified bool
}

// ParseBallot reads a signed ballot and decodes its ciphertext. It refuses other
// lengths than the style's, encodings that are not canonical, an A that is the identity
// or occurs twice, and a B of a mixed contest that is the identity, since no mix may
// hold it; signature and proofs are for Verify. Variable time.
// Implements section 4 of docs/spec/ballot.md.
func (e *Election) ParseBallot(signed []byte) (*Ballot, error) {
	b := &Ballot{election: e}
	r := wire.NewReader("ballot", signed)
	b.header, b.paper = e.readHeader(r)
	if b.paper == nil {
		return nil, r.Close()
	}
	b.decode(r.Fixed(32*b.paper.elements), r)
	r.Fixed(b.paper.proofSize() + proofs.SignatureSize)
	if err := r.Close(); err != nil {
		return nil, err
	}
	b.bytes = bytes.Clone(signed)
	b.code = e.code(b.body())
	return b, nil
}

// decode decodes the ciphertext, which is nil after a fault.
func (b *Ballot) decode(ciphertext []byte, r *wire.Reader) {
	if ciphertext == nil {
		return
	}
	points, err := group.DecodeAffines(ciphertext)
	if err != nil {
		r.Fail("ciphertext: %w", err)
		return
	}
	b.points = points
	b.checkAs(ciphertext, r)
	for i := b.paper.summedElements; i < len(points); i++ {
		if points[i].IsIdentity() {
			r.Fail("ciphertext: element %d: the identity in a mixed contest", i)
		}
	}
}

// checkAs refuses an A that is the identity or occurs twice.
func (b *Ballot) checkAs(ciphertext []byte, r *wire.Reader) {
	seen := make(map[[32]byte]bool, b.paper.blocks)
	for _, s := range b.paper.spans {
		for i := s.a; i < s.b; i++ {
			enc := [32]byte(ciphertext[32*i:])
			if b.points[i].IsIdentity() || seen[enc] {
				r.Fail("ciphertext: element %d: an A that is the identity or occurs twice", i)
				return
			}
			seen[enc] = true
		}
	}
}

func (b *Ballot) body() []byte { return b.bytes[:b.paper.bodySize()] }

func (b *Ballot) ciphertext() []byte { return b.bytes[headerSize:][:32*b.paper.elements] }

// Verify adds the equations of the signature and of the proofs to a claim; the ballot
// is valid if the claim holds. The error is proofs.ErrProof, or that the credential is
// no public key. Election.VerifyBallots does all of this. Implements B4, B5 and B14 of
// docs/spec/ballot.md.
func (b *Ballot) Verify(c *proofs.Claim) error {
	e, p, body := b.election, b.paper, b.body()
	c.Grow(p.elements+3+1+2, p.relation.Bits+p.blocks+e.Keys.Width()+5)
	if err := proofs.VerifySignature(c, "ballot-signature", e.Fingerprint, b.header.Credential, b.code[:], b.bytes[len(body):]); err != nil { // B4
		return err
	}
	proof := body[p.encrypted():]
	if p.vector != nil {
		ciphertext, context := p.summedPart(body)
		if err := p.vector.Verify(c, context, ciphertext, b.points[:p.summedElements], proof[:p.vectorSize()]); err != nil { // B5
			return err
		}
	}
	if len(p.mixed) == 0 {
		return nil
	}
	points := make([]group.Affine, 0, p.blocks-p.summedBlocks)
	for _, k := range p.mixed {
		A, _ := b.Points(k)
		points = append(points, A...)
	}
	return proofs.VerifyKnowledge(c, e.Fingerprint, body[:p.encrypted()], p.mixedAs(body), points, proof[p.vectorSize():]) // B14
}

// Bytes returns a copy of the signed ballot.
func (b *Ballot) Bytes() []byte { return bytes.Clone(b.bytes) }

// Code returns the tracking code.
func (b *Ballot) Code() Code { return b.code }

// Header returns what the ballot says in the clear.
func (b *Ballot) Header() Header { return b.header }

// Credential returns the voter's key.
func (b *Ballot) Credential() proofs.VerifyKey { return b.header.Credential }

// Sequence returns the sequence number among the voter's ballots.
func (b *Ballot) Sequence() uint64 { return b.header.Sequence }

// Previous returns the code of the voter's previous ballot, or zero.
func (b *Ballot) Previous() Code { return b.header.Previous }

// Style returns the index of the ballot style.
func (b *Ballot) Style() int { return b.header.Style }

// Contests returns the contests on the ballot, in its order.
func (b *Ballot) Contests() []*Contest { return b.paper.contests }

// Points returns the decoded ciphertext of Contests()[k]: one A for each block, one B
// for each output, or for each of the Plaintexts() of a mixed contest. They must not be
// changed.
func (b *Ballot) Points(k int) (A, B []group.Affine) {
	s := b.paper.spans[k]
	return b.points[s.a:s.b], b.points[s.b:s.end]
}

// Row returns the ciphertext of Contests()[k] as a mix has it, encoded and decoded: the
// A of every block, then all B's, 32 bytes each. They must not be changed.
func (b *Ballot) Row(k int) (encoded []byte, points []group.Affine) {
	s := b.paper.spans[k]
	return b.ciphertext()[32*s.a : 32*s.end : 32*s.end], b.points[s.a:s.end:s.end]
}
