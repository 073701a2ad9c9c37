package demo

import (
	"context"
	"fmt"
	"time"

	"veche.example/ballot"
	"veche.example/internal/parallel"
	"veche.example/internal/progress"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// wave is the number of voters that come at once.
const wave = 256

// Visit is what one voter does: perhaps first a ballot that is challenged, then one that
// is cast. A voter who comes again replaces the ballot before by one of the next sequence
// number.
type Visit struct {
	Voter      int
	Sequence   uint64
	Choices    ballot.Choices
	Challenged ballot.Choices // encrypted, opened and not cast; nil if the voter trusts the device
}

// Vote lets everybody vote. Each voter's device builds the ballot, the box promises
// to have seen its tracking code, and only then the voter says cast or challenge.
func (e *Election) Vote(ctx context.Context, visits []Visit) error {
	task := progress.Start("voting", len(visits))
	defer task.Done()
	codes := make([]ballot.Code, len(e.Voters)) // of each voter's last ballot
	for len(visits) > 0 {
		n := 1
		for n < min(wave, len(visits)) && visits[n].Sequence == visits[0].Sequence {
			n++
		}
		now := visits[:n]
		visits = visits[n:]
		if err := e.challenge(now, codes); err != nil {
			return err
		}
		if err := e.cast(ctx, now, codes); err != nil {
			return err
		}
		task.Add(n)
	}
	return nil
}

// build encrypts the choices of every visit, on the voters' devices, and asks the box
// for its promises.
func (e *Election) build(visits []Visit, codes []ballot.Code) ([]*ballot.Draft, error) {
	drafts := make([]*ballot.Draft, len(visits))
	errs := make([]error, len(visits))
	parallel.For(len(visits), 4, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			v := &visits[i]
			h := ballot.Header{Credential: e.Voters[v.Voter].Key(), Sequence: v.Sequence, Previous: codes[v.Voter]}
			drafts[i], errs[i] = e.Build(h, v.Choices, ballot.GenerateSeed())
		}
	})
	if err := first(errs); err != nil {
		return nil, err
	}
	requests := make([][]byte, len(drafts))
	for i, d := range drafts {
		var err error
		if requests[i], err = d.Request(e.Voters[visits[i].Voter]); err != nil {
			return nil, err
		}
	}
	promises, errs := e.Box.Promise(requests, time.Now())
	parallel.For(len(drafts), 4, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if errs[i] == nil {
				errs[i] = drafts[i].CheckPromise(promises[i])
			}
		}
	})
	return drafts, first(errs)
}

// challenge has the devices of distrustful voters open a ballot that is not their real
// choice; the box and anybody else rebuilds it from the seed.
func (e *Election) challenge(visits []Visit, codes []ballot.Code) error {
	var distrustful []Visit
	for _, v := range visits {
		if v.Challenged != nil {
			v.Choices = v.Challenged
			distrustful = append(distrustful, v)
		}
	}
	drafts, err := e.build(distrustful, codes)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		opening, err := d.Open()
		if err != nil {
			return err
		}
		if err := e.Box.Challenge(opening.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// cast has everybody cast a ballot.
func (e *Election) cast(ctx context.Context, visits []Visit, codes []ballot.Code) error {
	drafts, err := e.build(visits, codes)
	if err != nil {
		return err
	}
	signed := make([][]byte, len(drafts))
	for i, d := range drafts {
		if signed[i], err = d.Sign(e.Voters[visits[i].Voter]); err != nil {
			return err
		}
		codes[visits[i].Voter] = d.Code()
	}
	if e.Observed == nil {
		e.Observed = signed[0]
	}
	return first(e.Box.Cast(ctx, signed))
}

func first(errs []error) error {
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("voter %d of this wave: %w", i, err)
		}
	}
	return nil
}

// HeaderSize is the length of a ballot's header, docs/spec/ballot.md, section 2.
const HeaderSize = 75

// Honest builds and signs a ballot of an election as an honest device does.
func Honest(e *ballot.Election, voter *ballot.Credential, sequence uint64, choices ballot.Choices) ([]byte, error) {
	d, err := e.Build(ballot.Header{Credential: voter.Key(), Sequence: sequence}, choices, ballot.GenerateSeed())
	if err != nil {
		return nil, err
	}
	return d.Sign(voter)
}

// Sign signs any body whatever with a voter's key, as a modified client can.
func (e *Election) Sign(voter *ballot.Credential, body []byte) ([]byte, error) {
	key, err := proofs.ParseSigningKey(voter.Bytes())
	if err != nil {
		return nil, err
	}
	code := transcript.Hash("tracking-code", e.Fingerprint[:], body)
	return append(body, key.Sign("ballot-signature", e.Fingerprint, code[:])...), nil
}
