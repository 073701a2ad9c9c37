package ballot

import (
	"bytes"
	"errors"

	"veche.example/internal/wire"
	"veche.example/proofs"
)

const requestSize = 1 + 32 + 32 + 8 + proofs.SignatureSize

// Request asks the ballot box for the promise of one ballot. The voter's credential
// signs it, so that nobody else can fill the log in the voter's name. It is public and
// immutable.
type Request struct {
	election *Election
	bytes    []byte

	code       Code
	credential proofs.VerifyKey
	sequence   uint64
}

var errOtherCredential = errors.New("ballot: the credential is not the one that the ballot names")

// Request returns the signed request for a promise of this draft, to be sent to the box
// before the voter says cast or challenge.
func (d *Draft) Request(c *Credential) ([]byte, error) {
	if c.Key() != d.header.Credential {
		return nil, errOtherCredential
	}
	b := append(make([]byte, 0, requestSize), ballotVersion)
	b = append(append(b, d.code[:]...), d.header.Credential[:]...)
	b = wire.AppendUint64(b, d.header.Sequence)
	return append(b, c.key.Sign("promise-request", d.election.Fingerprint, b)...), nil // B13
}

// ParseRequest reads a request; its signature is for Verify. Implements section 6 of
// docs/spec/ballot.md.
func (e *Election) ParseRequest(b []byte) (*Request, error) {
	q := &Request{election: e, bytes: bytes.Clone(b)}
	r := wire.NewReader("request", q.bytes)
	if v := r.Uint8(); v != ballotVersion {
		r.Fail("version %d, must be %d", v, ballotVersion)
	}
	copy(q.code[:], r.Fixed(32))
	copy(q.credential[:], r.Fixed(32))
	q.sequence = r.Uint64()
	r.Fixed(proofs.SignatureSize)
	if err := r.Close(); err != nil {
		return nil, err
	}
	return q, nil
}

// Verify adds the equation of the credential's signature to a claim (B13 of
// docs/spec/ballot.md). Whether the credential is on the roll is for Ledger.Promise.
// Election.VerifyRequests does all of this.
func (q *Request) Verify(c *proofs.Claim) error {
	signed := q.bytes[:requestSize-proofs.SignatureSize]
	sig := q.bytes[len(signed):]
	return proofs.VerifySignature(c, "promise-request", q.election.Fingerprint, q.credential, signed, sig)
}

// Code returns the tracking code to be promised.
func (q *Request) Code() Code { return q.code }

// Credential returns the voter that asks.
func (q *Request) Credential() proofs.VerifyKey { return q.credential }

// Sequence returns the sequence number of the ballot to be promised.
func (q *Request) Sequence() uint64 { return q.sequence }
