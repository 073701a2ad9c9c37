package ballot

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"veche.example/internal/wire"
	"veche.example/proofs"
)

const (
	promiseSize = 1 + 32 + 32 + 8 + 8 + proofs.SignatureSize
	maxTime     = 253_402_300_799 // the last second of the year 9999
)

// Promise is the ballot box's signed statement that it has seen a tracking code,
// the answer to a Request, given before the voter says cast or challenge. It is public and immutable.
type Promise struct {
	election *Election
	bytes    []byte
	verified bool

	code       Code
	credential proofs.VerifyKey
	sequence   uint64
	time       uint64
}

// SignPromise signs a promise with the box's key. The box must never promise one code
// twice: it asks Ledger.Promise first and re-sends what it stored.
func (e *Election) SignPromise(box *proofs.SigningKey, code Code, credential proofs.VerifyKey, sequence uint64, at time.Time) ([]byte, error) {
	if box.Public() != e.Manifest.BoxKey() {
		return nil, errors.New("promise: the key is not the box's key of the manifest")
	}
	if at.Unix() < 0 || at.Unix() > maxTime {
		return nil, fmt.Errorf("promise: the time %v is before 1970 or after 9999", at)
	}
	b := append(make([]byte, 0, promiseSize), ballotVersion)
	b = append(append(b, code[:]...), credential[:]...)
	b = wire.AppendUint64(wire.AppendUint64(b, sequence), uint64(at.Unix()))
	return append(b, box.Sign("ballot-promise", e.Fingerprint, b)...), nil
}

// ParsePromise reads a promise; its signature is for Verify. Implements section 6 of
// docs/spec/ballot.md.
func (e *Election) ParsePromise(b []byte) (*Promise, error) {
	p := &Promise{election: e, bytes: bytes.Clone(b)}
	r := wire.NewReader("promise", p.bytes)
	if v := r.Uint8(); v != ballotVersion {
		r.Fail("version %d, must be %d", v, ballotVersion)
	}
	copy(p.code[:], r.Fixed(32))
	copy(p.credential[:], r.Fixed(32))
	p.sequence = r.Uint64()
	p.time = r.Uint64()
	if p.time > maxTime {
		r.Fail("time %d, at most %d is allowed", p.time, uint64(maxTime))
	}
	r.Fixed(proofs.SignatureSize)
	if err := r.Close(); err != nil {
		return nil, err
	}
	return p, nil
}

// Verify adds the equation of the box's signature to a claim (B6 of
// docs/spec/ballot.md). Election.VerifyPromises does all of this.
func (p *Promise) Verify(c *proofs.Claim) error {
	signed := p.bytes[:promiseSize-proofs.SignatureSize]
	sig := p.bytes[len(signed):]
	return proofs.VerifySignature(c, "ballot-promise", p.election.Fingerprint, p.election.Manifest.BoxKey(), signed, sig)
}

// CheckPromise checks that the box promised this very draft. A voter's device calls it
// before it lets the voter cast or challenge.
func (d *Draft) CheckPromise(promise []byte) error {
	p, err := d.election.ParsePromise(promise)
	if err != nil {
		return err
	}
	if p.code != d.code || p.credential != d.header.Credential || p.sequence != d.header.Sequence {
		return errors.New("promise: made for another ballot; do not cast, ask the box again")
	}
	if proofs.Check(nil, p.Verify) != nil {
		return errors.New("promise: not signed by the box of the manifest; do not cast, ask the box again")
	}
	return nil
}

// Bytes returns a copy of the promise.
func (p *Promise) Bytes() []byte { return bytes.Clone(p.bytes) }

// Code returns the promised tracking code.
func (p *Promise) Code() Code { return p.code }

// Credential returns the voter that asked for the promise.
func (p *Promise) Credential() proofs.VerifyKey { return p.credential }

// Sequence returns the sequence number of the promised ballot.
func (p *Promise) Sequence() uint64 { return p.sequence }

// Time returns the time that the box states, in whole seconds.
func (p *Promise) Time() time.Time { return time.Unix(int64(p.time), 0).UTC() }
