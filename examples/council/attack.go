package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"veche.example/ballot"
	"veche.example/elgamal/group"
	"veche.example/examples/internal/demo"
	"veche.example/proofs"
)

// attack is something that is thrown at the ballot box, which must refuse it.
type attack struct {
	name    string
	ballots func() ([]byte, error)
}

// attacks are made by Mallory, who is on the roll, and by an outsider, who is not.
// They have seen Alice's ballot on its way to the box.
func (e *election) attacks(alice, mallory int) []attack {
	seen, thief := e.Observed, e.Voters[mallory]
	return []attack{
		{"a ballot for two lists, with a proof made as well as can be", func() ([]byte, error) {
			return e.overVote(thief)
		}},
		{"Alice's ballot with one bit of its ciphertext flipped", func() ([]byte, error) {
			b := append([]byte(nil), seen...)
			b[demo.HeaderSize+32] ^= 2
			return b, nil
		}},
		{"Alice's ciphertexts and proof, signed by Mallory", func() ([]byte, error) {
			body := append([]byte(nil), seen[:len(seen)-proofs.SignatureSize]...)
			key := thief.Key()
			copy(body[3:35], key[:])
			return e.Sign(thief, body)
		}},
		{"Alice's ballot once more", func() ([]byte, error) { return seen, nil }},
		{"a second ballot of Alice with the same sequence number, made with her stolen key", func() ([]byte, error) {
			return demo.Honest(e.Election.Election, e.Voters[alice], 1, e.council.choice(0))
		}},
		{"a valid ballot of somebody who is not on the roll", func() ([]byte, error) {
			return demo.Honest(e.Election.Election, ballot.GenerateCredential(), 1, e.council.choice(0))
		}},
		{"Mallory's ballot for another election with the same trustees", func() ([]byte, error) {
			other, err := ballot.NewElection(e.Manifest, [32]byte{1}, e.Keys)
			if err != nil {
				return nil, err
			}
			return demo.Honest(other, thief, 9, e.council.choice(0))
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
		refusal := e.Box.Cast(ctx, [][]byte{b})[0]
		if refusal == nil {
			return nil, fmt.Errorf("the box accepted %s", a.name)
		}
		lines = append(lines, fmt.Sprintf("refused: %s: %v", a.name, refusal))
	}
	return lines, e.castChallenged(ctx, mallory, &lines)
}

// castChallenged opens a ballot and then tries to cast it all the same.
func (e *election) castChallenged(ctx context.Context, mallory int, lines *[]string) error {
	h := ballot.Header{Credential: e.Voters[mallory].Key(), Sequence: 77}
	d, err := e.Build(h, e.council.choice(0), ballot.GenerateSeed())
	if err != nil {
		return err
	}
	body := d.Body()
	request, err := d.Request(e.Voters[mallory])
	if err != nil {
		return err
	}
	_, errs := e.Box.Promise([][]byte{request}, time.Now())
	opening, err := d.Open()
	if err := errors.Join(errs[0], err); err != nil {
		return err
	}
	if err := e.Box.Challenge(opening.Bytes()); err != nil {
		return err
	}
	b, err := e.Sign(e.Voters[mallory], body)
	if err != nil {
		return err
	}
	refusal := e.Box.Cast(ctx, [][]byte{b})[0]
	if refusal == nil {
		return errors.New("the box accepted a challenged ballot")
	}
	*lines = append(*lines, fmt.Sprintf("refused: a challenged ballot that is cast all the same: %v", refusal))
	return nil
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
	honest, err := demo.Honest(e.Election.Election, voter, 5, e.council.choice(0))
	if err != nil {
		return nil, err
	}
	header := honest[:demo.HeaderSize:demo.HeaderSize]
	ciphertext := vector.Encrypt(bits, r)
	var seed [32]byte
	rand.Read(seed[:])
	body := append(append(header, ciphertext...), vector.Prove(header, ciphertext, bits, r, &seed)...)
	return e.Sign(voter, body)
}
