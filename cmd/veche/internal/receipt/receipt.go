// Package receipt is what a voter keeps of a ballot: the ballot as it was sent, the ballot
// box's promise, and the proof that it is in the box's log. It says nothing of the vote,
// unless the ballot was challenged. Only the verbs vote, receipt and show need it.
package receipt

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/cmd/veche/internal/armour"
	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// Type is the type of a receipt's block. Its ID is that of the election.
const Type = "receipt"

const maxPart = 1 << 20 // bytes of a promise, a log's key or a proof

// Receipt is of one ballot, cast or challenged.
type Receipt struct {
	Election    string   // id of its manifest
	Fingerprint [32]byte // of the election
	LogKey      string   // of the box's log, as the manifest has it
	Promise     []byte
	Entry       []byte // of the log: box.Ballot and the signed ballot, or box.Challenge and its opening
	Proof       []byte // box.Receipt; empty as long as the box has not given it
}

// Text returns the receipt as Parse reads it.
func (r *Receipt) Text() []byte {
	b := append([]byte(nil), r.Fingerprint[:]...)
	for _, part := range [][]byte{[]byte(r.LogKey), r.Promise, r.Entry, r.Proof} {
		b = wire.AppendVector(b, part)
	}
	return (&armour.Block{Type: Type, ID: r.Election, Data: b}).Text()
}

// Parse reads a receipt. It is worth nothing before it was verified.
func Parse(text []byte) (*Receipt, error) {
	b, err := armour.Parse(text)
	if err != nil {
		return nil, err
	}
	if b.Type != Type {
		return nil, fmt.Errorf("line 1: a %s, not a %s", b.Type, Type)
	}
	r, w := &Receipt{Election: b.ID}, wire.NewReader(Type, b.Data)
	copy(r.Fingerprint[:], w.Fixed(32))
	r.LogKey = string(w.Vector(maxPart))
	if strings.ContainsFunc(r.LogKey, func(c rune) bool { return !unicode.IsPrint(c) }) {
		w.Fail("the log's key has characters that cannot be printed")
	}
	r.Promise, r.Entry, r.Proof = w.Vector(maxPart), w.Vector(box.MaxEntry), w.Vector(maxPart)
	if err := w.Close(); err != nil {
		return nil, err
	}
	if kind := r.kind(); kind != box.Ballot && kind != box.Challenge || len(r.Entry) < 1+proofs.SignatureSize {
		return nil, errors.New("receipt: of neither a ballot nor a challenge")
	}
	return r, nil
}

func (r *Receipt) kind() box.Kind {
	if len(r.Entry) == 0 {
		return 0
	}
	return box.Kind(r.Entry[0])
}

// Challenged says that the ballot was opened and not cast.
func (r *Receipt) Challenged() bool { return r.kind() == box.Challenge }

// What says in words what the entry is.
func (r *Receipt) What() string {
	if r.Challenged() {
		return "the opening of a challenged ballot"
	}
	return "the ballot " + r.Code().String()
}

// Confirmed says that the box has given a proof.
func (r *Receipt) Confirmed() bool { return len(r.Proof) > 0 }

// Code returns the tracking code of a ballot that was cast (B2 of docs/spec/ballot.md).
func (r *Receipt) Code() ballot.Code {
	body, _ := r.parts()
	return transcript.Hash("tracking-code", r.Fingerprint[:], body)
}

// parts returns the body and the signature of a ballot.
func (r *Receipt) parts() (body, signature []byte) {
	at := len(r.Entry) - proofs.SignatureSize
	return r.Entry[1:at], r.Entry[at:]
}

// Verify checks, with nothing but the receipt, that a ballot is signed for the election with
// the fingerprint, and the proof under the log's key. It returns the entry's index and the
// checkpoint that covers it. Whether fingerprint and key are the election's is for
// CheckElection.
func (r *Receipt) Verify() (index uint64, c *box.Checkpoint, err error) {
	if !r.Challenged() {
		const at = 3 // of the credential, docs/spec/ballot.md, section 2
		body, signature := r.parts()
		if len(body) < at+32 {
			return 0, nil, errors.New("receipt: too short for a ballot")
		}
		code := r.Code()
		if proofs.VerifyKey(body[at:at+32]).Verify("ballot-signature", r.Fingerprint, code[:], signature) != nil { // B4
			return 0, nil, errors.New("receipt: the ballot is not signed by its voter for this election")
		}
	}
	proof, err := box.ParseReceipt(r.Proof)
	if err != nil {
		return 0, nil, err
	}
	c, err = proof.Verify(r.Entry, r.LogKey)
	return proof.Index, c, err
}

// Ballot is what the entry holds, decoded for an election.
type Ballot struct {
	ballot.Header
	Code    ballot.Code
	Choices ballot.Choices // of a challenged ballot alone
}

// CheckElection checks that the receipt is of this election, that the box promised this ballot
// or challenge, and that a challenged ballot holds the choices it is said to.
func (r *Receipt) CheckElection(e *ballot.Election) (*Ballot, error) {
	switch {
	case r.Fingerprint != e.Fingerprint:
		return nil, fmt.Errorf("receipt: of another election, with the fingerprint %x and not %x", r.Fingerprint, e.Fingerprint)
	case r.LogKey != e.Manifest.Box.Log:
		return nil, fmt.Errorf("receipt: of another log, with the key %q and not %q", r.LogKey, e.Manifest.Box.Log)
	}
	b, err := r.open(e)
	if err != nil {
		return nil, err
	}
	promises, errs := e.VerifyPromises(context.Background(), [][]byte{r.Promise})
	if errs[0] != nil {
		return nil, errs[0]
	}
	if p := promises[0]; p.Code() != b.Code || p.Credential() != b.Credential || p.Sequence() != b.Sequence {
		return nil, errors.New("receipt: the promise is for another ballot")
	}
	return b, nil
}

// open decodes and verifies the entry.
func (r *Receipt) open(e *ballot.Election) (*Ballot, error) {
	if r.Challenged() {
		o, err := e.ParseOpening(r.Entry[1:])
		if err != nil {
			return nil, err
		}
		_, err = o.Rebuild()
		return &Ballot{o.Header, o.Code, o.Choices()}, err
	}
	parsed, errs := e.VerifyBallots(context.Background(), [][]byte{r.Entry[1:]})
	if errs[0] != nil {
		return nil, errs[0]
	}
	return &Ballot{parsed[0].Header(), parsed[0].Code(), nil}, nil
}
