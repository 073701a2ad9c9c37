package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"veche.example/ballot"
	"veche.example/elgamal/group"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// headerSize is the length of a ballot's header, docs/spec/ballot.md, section 2.
const headerSize = 75

// attack is something that is thrown at the ballot box, which must refuse it.
type attack struct {
	name    string
	ballots func() ([]byte, error)
}

// attacks are made by Mallory, who is on the roll, and by an outsider, who is not.
// They have seen Alice's ballot on its way to the box.
func (e *election) attacks(alice, mallory int) []attack {
	seen, thief := e.observed, e.voters[mallory]
	return []attack{
		{"a ballot for two lists, with a proof made as well as can be", func() ([]byte, error) {
			return e.overVote(thief)
		}},
		{"Alice's ballot with one bit of its ciphertext flipped", func() ([]byte, error) {
			b := append([]byte(nil), seen...)
			b[headerSize+32] ^= 2
			return b, nil
		}},
		{"Alice's ciphertexts and proof, signed by Mallory", func() ([]byte, error) {
			body := append([]byte(nil), seen[:len(seen)-proofs.SignatureSize]...)
			key := thief.Key()
			copy(body[3:35], key[:])
			return e.sign(thief, body)
		}},
		{"Alice's ballot once more", func() ([]byte, error) { return seen, nil }},
		{"a second ballot of Alice with the same sequence number, made with her stolen key", func() ([]byte, error) {
			return e.honest(e.Election, e.voters[alice], 1)
		}},
		{"a valid ballot of somebody who is not on the roll", func() ([]byte, error) {
			return e.honest(e.Election, ballot.GenerateCredential(), 1)
		}},
		{"Mallory's ballot for another election with the same trustees", func() ([]byte, error) {
			other, err := ballot.NewElection(e.Manifest, [32]byte{1}, e.Keys)
			if err != nil {
				return nil, err
			}
			return e.honest(other, thief, 9)
		}},
		{"random bytes", func() ([]byte, error) {
			b := make([]byte, len(seen))
			rand.Read(b)
			return b, nil
		}},
	}
}

// attacked throws everything at the box and returns a line for each refusal. It is
// an error if anything gets in.
func (e *election) attacked(ctx context.Context, alice, mallory int) ([]string, error) {
	var lines []string
	for _, a := range e.attacks(alice, mallory) {
		b, err := a.ballots()
		if err != nil {
			return nil, err
		}
		refusal := e.box.Cast(ctx, [][]byte{b})[0]
		if refusal == nil {
			return nil, fmt.Errorf("the box accepted %s", a.name)
		}
		lines = append(lines, fmt.Sprintf("refused: %s: %v", a.name, refusal))
	}
	return lines, e.castChallenged(ctx, mallory, &lines)
}

// castChallenged opens a ballot and then tries to cast it all the same.
func (e *election) castChallenged(ctx context.Context, mallory int, lines *[]string) error {
	h := ballot.Header{Credential: e.voters[mallory].Key(), Sequence: 77}
	d, err := e.Build(h, e.choice(0), ballot.GenerateSeed())
	if err != nil {
		return err
	}
	body := d.Body()
	request, err := d.Request(e.voters[mallory])
	if err != nil {
		return err
	}
	_, errs := e.box.Promise([][]byte{request}, time.Now())
	opening, err := d.Open()
	if err := errors.Join(errs[0], err); err != nil {
		return err
	}
	if err := e.box.Challenge(opening.Bytes()); err != nil {
		return err
	}
	b, err := e.sign(e.voters[mallory], body)
	if err != nil {
		return err
	}
	refusal := e.box.Cast(ctx, [][]byte{b})[0]
	if refusal == nil {
		return errors.New("the box accepted a challenged ballot")
	}
	*lines = append(*lines, fmt.Sprintf("refused: a challenged ballot that is cast all the same: %v", refusal))
	return nil
}

func (e *election) choice(list int) ballot.Choices {
	return ballot.Choices{"council": {Selected: []string{e.council.Lists[list].ID}}}
}

// honest builds a ballot as an honest device does.
func (e *election) honest(of *ballot.Election, voter *ballot.Credential, sequence uint64) ([]byte, error) {
	d, err := of.Build(ballot.Header{Credential: voter.Key(), Sequence: sequence}, e.choice(0), ballot.GenerateSeed())
	if err != nil {
		return nil, err
	}
	return d.Sign(voter)
}

// overVote goes around the library, which would not build it, and encrypts a vote
// for two lists.
func (e *election) overVote(voter *ballot.Credential) ([]byte, error) {
	n := len(e.council.Lists)
	rows := make([][]proofs.Term, n)
	sum := proofs.Constraint{Equals: 1}
	for j := range rows {
		rows[j] = []proofs.Term{{Bit: j, Coef: 1}}
		sum.Terms = append(sum.Terms, rows[j][0])
	}
	relation := &proofs.Relation{Bits: n, Contests: [][][]proofs.Term{rows}, Constraints: []proofs.Constraint{sum}}
	vector, err := proofs.NewBitVector(e.Fingerprint, e.Keys, relation)
	if err != nil {
		return nil, err
	}
	bits := make([]byte, n)
	bits[0], bits[1] = 1, 1
	r := make([]group.Scalar, vector.Blocks())
	for β := range r {
		r[β].Set(group.RandomScalar())
	}
	honest, err := e.honest(e.Election, voter, 5)
	if err != nil {
		return nil, err
	}
	header := honest[:headerSize:headerSize]
	ciphertext := vector.Encrypt(bits, r)
	var seed [32]byte
	rand.Read(seed[:])
	body := append(append(header, ciphertext...), vector.Prove(header, ciphertext, bits, r, &seed)...)
	return e.sign(voter, body)
}

// sign signs any body whatever with a voter's key.
func (e *election) sign(voter *ballot.Credential, body []byte) ([]byte, error) {
	key, err := proofs.ParseSigningKey(voter.Bytes())
	if err != nil {
		return nil, err
	}
	code := transcript.Hash("tracking-code", e.Fingerprint[:], body)
	return append(body, key.Sign("ballot-signature", e.Fingerprint, code[:])...), nil
}
