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
// lengths than the style's, encodings that are not canonical, and an A that is the
// identity or occurs twice; signature and proof are for Verify. Variable time.
// Implements section 4 of docs/spec/ballot.md.
func (e *Election) ParseBallot(signed []byte) (*Ballot, error) {
	b := &Ballot{election: e}
	r := wire.NewReader("ballot", signed)
	b.header, b.paper = e.readHeader(r)
	if b.paper == nil {
		return nil, r.Close()
	}
	b.decode(r.Fixed(b.paper.vector.CiphertextSize()), r)
	r.Fixed(b.paper.vector.ProofSize() + proofs.SignatureSize)
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
	seen := make(map[[32]byte]bool, b.paper.vector.Blocks())
	for _, s := range b.paper.spans {
		for i := s.a; i < s.b; i++ {
			enc := [32]byte(ciphertext[32*i:])
			if points[i].IsIdentity() || seen[enc] {
				r.Fail("ciphertext: element %d: an A that is the identity or occurs twice", i)
				return
			}
			seen[enc] = true
		}
	}
}

func (b *Ballot) body() []byte { return b.bytes[:b.paper.bodySize()] }

func (b *Ballot) ciphertext() []byte { return b.bytes[headerSize:][:b.paper.vector.CiphertextSize()] }

// Verify adds the equations of the signature and of the proof to a claim; the ballot
// is valid if the claim holds. The error is proofs.ErrProof, or that the credential is
// no public key. Election.VerifyBallots does all of this. Implements B4 and B5 of
// docs/spec/ballot.md.
func (b *Ballot) Verify(c *proofs.Claim) error {
	e, vector := b.election, b.paper.vector
	body := b.body()
	sig := b.bytes[len(body):]
	c.Grow(len(b.points)+3+2, b.paper.relation.Bits+vector.Blocks()+e.Keys.Width()+4)
	if err := proofs.VerifySignature(c, "ballot-signature", e.Fingerprint, b.header.Credential, b.code[:], sig); err != nil { // B4
		return err
	}
	proof := body[headerSize+vector.CiphertextSize():]
	return vector.Verify(c, body[:headerSize], b.ciphertext(), b.points, proof) // B5
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
// for each output. They must not be changed.
func (b *Ballot) Points(k int) (A, B []group.Affine) {
	s := b.paper.spans[k]
	return b.points[s.a:s.b], b.points[s.b:s.end]
}
