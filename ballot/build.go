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
	bits     []byte
	decided  bool
}

// Build encrypts choices and proves them valid, and uses up the seed. It is an error,
// which leaves the seed unused, if the choices do not fit the style of the header:
// every contest needs one that its rule allows. It takes variable time in the
// choices; everything after their encoding as bits is constant time. Implements
// section 3 of docs/spec/ballot.md.
func (e *Election) Build(h Header, choices Choices, seed *Seed) (*Draft, error) {
	p, err := e.paper(h.Style)
	if err != nil {
		return nil, fmt.Errorf("ballot: %w", err)
	}
	bits, err := p.encode(choices)
	if err != nil {
		return nil, fmt.Errorf("ballot: %w", err)
	}
	secret, err := seed.take()
	if err != nil {
		return nil, err
	}
	d := &Draft{header: h, election: e, seed: secret, bits: bits}
	d.body = e.body(&h, p, bits, &secret)
	d.code = e.code(d.body)
	return d, nil
}

// encode returns the bits of all contests.
func (p *paper) encode(choices Choices) ([]byte, error) {
	bits := make([]byte, 0, p.relation.Bits)
	for _, c := range p.contests {
		choice, ok := choices[c.ID]
		if !ok {
			return nil, fmt.Errorf("contest %q: no choice made", c.ID)
		}
		of, err := c.Encode(choice)
		if err != nil {
			return nil, err
		}
		bits = append(bits, of...)
	}
	if len(choices) > len(p.contests) {
		return nil, errors.New("choices made in contests that are not on this ballot")
	}
	return bits, nil
}

// decode is the inverse of encode.
func (p *paper) decode(bits []byte) Choices {
	choices := make(Choices, len(p.contests))
	for k, c := range p.contests {
		choices[c.ID] = c.scheme.decode(c, bits[p.bitsAt[k]:p.bitsAt[k+1]])
	}
	return choices
}

// body builds the body of a ballot from nothing but its arguments.
func (e *Election) body(h *Header, p *paper, bits []byte, seed *[32]byte) []byte {
	header := h.bytes()
	r := e.randomisers(header, p, seed)
	ciphertext := p.vector.Encrypt(bits, r)
	proof := p.vector.Prove(header, ciphertext, bits, r, seed)
	body := append(make([]byte, 0, p.bodySize()+proofs.SignatureSize), header...)
	return append(append(body, ciphertext...), proof...)
}

// randomisers derives r_β for every contest and block (B1 of docs/spec/ballot.md).
func (e *Election) randomisers(header []byte, p *paper, seed *[32]byte) []group.Scalar {
	r := make([]group.Scalar, p.vector.Blocks())
	base := transcript.New("ballot-randomiser", e.Fingerprint).Fixed(header)
	at := 0
	for k, c := range p.contests {
		for β := range p.spans[k].b - p.spans[k].a {
			of := base.Clone().Uint64(uint64(c.index)).Uint64(uint64(β)).Prove()
			r[at].Set(of.SeededNonces(seed, nil, "r").Scalar())
			at++
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
	o := &Opening{Header: d.header, Code: d.code, election: d.election, seed: d.seed, bits: append([]byte(nil), d.bits...)}
	d.forget()
	return o, nil
}

func (d *Draft) forget() {
	d.decided = true
	clear(d.seed[:])
	clear(d.bits)
}
