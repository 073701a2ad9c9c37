package ballot

import (
	"errors"
	"fmt"

	"veche.example/elgamal/group"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// Draft is an encrypted ballot that is neither cast nor challenged yet. It is the
// voter's secret: it holds the seed and the choices. It is not safe for concurrent
// use.
type Draft struct {
	header   Header
	election *Election
	body     []byte
	code     Code
	seed     [32]byte
	votes    votes
	decided  bool
}

// Build encrypts choices and proves them valid, and uses up the seed. It is an error,
// which leaves the seed unused, if the choices do not fit the style of the header:
// every contest needs one that its rule allows. So is, for one vote in 2^100, that no
// element carries a vote of a mixed contest. It takes variable time in the choices;
// everything after their encoding as bits and payloads is constant time. Implements
// section 3 of docs/spec/ballot.md.
func (e *Election) Build(h Header, choices Choices, seed *Seed) (*Draft, error) {
	p, err := e.paper(h.Style)
	if err != nil {
		return nil, fmt.Errorf("ballot: %w", err)
	}
	v, err := p.encode(choices)
	if err != nil {
		return nil, fmt.Errorf("ballot: %w", err)
	}
	m, err := v.carriers()
	if err != nil {
		return nil, fmt.Errorf("ballot: %w", err)
	}
	secret, err := seed.take()
	if err != nil {
		return nil, err
	}
	d := &Draft{header: h, election: e, seed: secret, votes: v}
	d.body = e.body(&h, p, v, m, &secret)
	d.code = e.code(d.body)
	return d, nil
}

// body builds the body of a ballot from nothing but its arguments. m carries v's
// payloads.
func (e *Election) body(h *Header, p *paper, v votes, m []group.Element, seed *[32]byte) []byte {
	body := append(make([]byte, 0, p.size()), h.bytes()...)
	r := e.randomisers(body, p, seed)
	summed, mixed := r[:p.summedBlocks], r[p.summedBlocks:]
	if p.vector != nil {
		body = append(body, p.vector.Encrypt(v.bits, summed)...)
	}
	body = e.encryptMixed(body, p, m, mixed)
	encrypted := body
	if p.vector != nil {
		ciphertext, context := p.summedPart(encrypted)
		body = append(body, p.vector.Prove(context, ciphertext, v.bits, summed, seed)...)
	}
	if len(p.mixed) > 0 {
		body = append(body, proofs.ProveKnowledge(e.Fingerprint, encrypted, p.mixedAs(encrypted), mixed, seed)...)
	}
	return body
}

// encryptMixed appends the ciphertexts of the mixed contests.
func (e *Election) encryptMixed(body []byte, p *paper, m []group.Element, r []group.Scalar) []byte {
	for _, k := range p.mixed {
		s := p.spans[k]
		blocks, n := s.b-s.a, s.end-s.b
		body, _ = e.Keys.EncryptElements(m[:n], r[:blocks]).AppendBinary(body)
		m, r = m[n:], r[blocks:]
	}
	return body
}

// randomisers derives r_β for every contest, in the body's order, and block (B1 of
// docs/spec/ballot.md).
func (e *Election) randomisers(header []byte, p *paper, seed *[32]byte) []group.Scalar {
	r := make([]group.Scalar, 0, p.blocks)
	base := transcript.New("ballot-randomiser", e.Fingerprint).Fixed(header)
	for _, k := range p.order() {
		for β := range p.spans[k].b - p.spans[k].a {
			of := base.Clone().Uint64(uint64(p.contests[k].index)).Uint64(uint64(β)).Prove()
			r = append(r, group.Scalar{})
			r[len(r)-1].Set(of.SeededNonces(seed, nil, "r").Scalar())
		}
	}
	return r
}

// Code returns the tracking code, to be shown before the voter casts or challenges.
func (d *Draft) Code() Code { return d.code }

// Header returns what the ballot says in the clear.
func (d *Draft) Header() Header { return d.header }

// Body returns the ballot without its signature, of which Code is the hash.
func (d *Draft) Body() []byte { return append([]byte(nil), d.body...) }

var errDecided = errors.New("ballot: the draft was cast or challenged before; build a new one with a fresh seed")

// Sign casts the ballot: it returns the signed bytes to be sent to the box, and
// forgets the seed, which would prove to others how the voter voted.
func (d *Draft) Sign(c *Credential) ([]byte, error) {
	if d.decided {
		return nil, errDecided
	}
	if c.Key() != d.header.Credential {
		return nil, errOtherCredential
	}
	d.forget()
	sig := c.key.Sign("ballot-signature", d.election.Fingerprint, d.code[:]) // B3
	return append(d.Body(), sig...), nil
}

// Open challenges the ballot: it returns what lets anybody rebuild it. The draft can
// no longer be cast.
func (d *Draft) Open() (*Opening, error) {
	if d.decided {
		return nil, errDecided
	}
	o := &Opening{Header: d.header, Code: d.code, election: d.election, seed: d.seed, votes: d.votes.clone()}
	d.forget()
	return o, nil
}

func (d *Draft) forget() {
	d.decided = true
	clear(d.seed[:])
	d.votes.forget()
}
