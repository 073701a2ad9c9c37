// Package verdict is what an auditor says of a record, signed, so that others can see who has
// verified what. Only the verbs verify, verdict and show need it.
package verdict

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"veche.example/cmd/veche/internal/armour"
	"veche.example/internal/wire"
	"veche.example/proofs"
)

// Type is the type of a verdict's block. Its ID is those of the election and of the auditor.
const Type = "verdict"

const (
	protocol = "verdict" // of the signature
	maxText  = 1 << 10
	maxTime  = 253_402_300_799 // the last second of the year 9999
)

// Verdict is an auditor's statement on one record.
type Verdict struct {
	Election, Auditor string // ids
	Fingerprint       [32]byte
	Size              uint64   // entries of the log
	Root              [32]byte // their tree hash
	Result            [32]byte // SHA-256 of result.json
	Verified          bool
	At                time.Time // in whole seconds
	Verifier          string    // name and version of the program
	Key               proofs.VerifyKey
	signature         []byte
}

// body is what is signed.
func (v *Verdict) body() []byte {
	b := wire.AppendVector(nil, []byte(v.Election))
	b = wire.AppendVector(b, []byte(v.Auditor))
	b = append(b, v.Fingerprint[:]...)
	b = wire.AppendUint64(b, v.Size)
	b = append(append(b, v.Root[:]...), v.Result[:]...)
	verified := byte(0)
	if v.Verified {
		verified = 1
	}
	b = wire.AppendUint64(append(b, verified), uint64(v.At.Unix()))
	b = wire.AppendVector(b, []byte(v.Verifier))
	return append(b, v.Key[:]...)
}

// Sign signs the verdict with the auditor's key.
func (v *Verdict) Sign(key *proofs.SigningKey) {
	v.Key = key.Public()
	v.signature = key.Sign(protocol, v.Fingerprint, v.body())
}

// Text returns the signed verdict as Parse reads it.
func (v *Verdict) Text() []byte {
	return (&armour.Block{Type: Type, ID: v.Election + "." + v.Auditor, Data: append(v.body(), v.signature...)}).Text()
}

// Parse reads a verdict; its signature is for Verify.
func Parse(text []byte) (*Verdict, error) {
	b, err := armour.Parse(text)
	if err != nil {
		return nil, err
	}
	if b.Type != Type {
		return nil, fmt.Errorf("line 1: a %s, not a %s", b.Type, Type)
	}
	v, r := new(Verdict), wire.NewReader(Type, b.Data)
	v.Election, v.Auditor = string(r.Vector(maxText)), string(r.Vector(maxText))
	copy(v.Fingerprint[:], r.Fixed(32))
	v.Size = r.Uint64()
	copy(v.Root[:], r.Fixed(32))
	copy(v.Result[:], r.Fixed(32))
	switch verified := r.Uint8(); verified {
	case 0, 1:
		v.Verified = verified == 1
	default:
		r.Fail("verified is %d, must be 0 or 1", verified)
	}
	at := r.Uint64()
	if at > maxTime {
		r.Fail("time %d, at most %d is allowed", at, uint64(maxTime))
	}
	v.At = time.Unix(int64(at), 0).UTC()
	v.Verifier = string(r.Vector(maxText))
	if strings.ContainsFunc(v.Verifier, func(c rune) bool { return !unicode.IsPrint(c) }) {
		r.Fail("the verifier has characters that cannot be printed")
	}
	copy(v.Key[:], r.Fixed(32))
	v.signature = r.Fixed(proofs.SignatureSize)
	if err := r.Close(); err != nil {
		return nil, err
	}
	if id := v.Election + "." + v.Auditor; id != b.ID {
		return nil, fmt.Errorf("line 1: id %q, but the verdict is %q", b.ID, id)
	}
	return v, nil
}

// Verify checks the signature. Whether the key is the auditor's is for the reader to know.
func (v *Verdict) Verify() error {
	if err := v.Key.Check(); err != nil {
		return err
	}
	return v.Key.Verify(protocol, v.Fingerprint, v.body(), v.signature)
}
