package main

import (
	"context"
	"crypto/rand"
	"fmt"

	"veche.example/ballot"
	"veche.example/elgamal/group"
	"veche.example/examples/internal/demo"
	"veche.example/proofs"
)

// spoiled are elements that modified clients encrypt although they are no votes. Nobody
// can tell before they are decrypted.
var spoiled = []func() (*group.Element, error){
	func() (*group.Element, error) { // a first rank and a third
		return carrying(1, 3)
	},
	func() (*group.Element, error) { // two first ranks
		return carrying(1, 1)
	},
	func() (*group.Element, error) { // a vote as in a contest that is added up
		return group.Generator(), nil
	},
}

func carrying(ranks ...byte) (*group.Element, error) {
	var payload [group.PayloadSize]byte
	copy(payload[:], ranks)
	return group.NewElement().SetPayload(&payload)
}

// spoil casts an element in a ballot that is otherwise as it should be. The box cannot
// refuse it.
func (e *election) spoil(ctx context.Context, voter *ballot.Credential, element func() (*group.Element, error)) error {
	m, err := element()
	if err != nil {
		return err
	}
	honest, err := demo.Honest(e.Election.Election, voter, 1, choices(nil))
	if err != nil {
		return err
	}
	r := randomisers(1)
	row, err := encrypt(e.Keys, m, r)
	if err != nil {
		return err
	}
	body := append(honest[:demo.HeaderSize:demo.HeaderSize], row...)
	var seed [32]byte
	rand.Read(seed[:])
	body = append(body, proofs.ProveKnowledge(e.Fingerprint, body, row[:32], r, &seed)...)
	signed, err := e.Sign(voter, body)
	if err != nil {
		return err
	}
	if err := e.Box.Cast(ctx, [][]byte{signed})[0]; err != nil {
		return fmt.Errorf("a ballot from a modified client: %w", err)
	}
	return nil
}
