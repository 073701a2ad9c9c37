package main

import (
	"context"
	"fmt"
	"time"

	"veche.example/ballot"
	"veche.example/internal/parallel"
	"veche.example/internal/progress"
)

// wave is the number of voters that come at once.
const wave = 256

// vote lets everybody vote. Each voter's device builds the ballot, the box promises
// to have seen its tracking code, and only then the voter says cast or challenge.
func (e *election) vote(ctx context.Context, visits []visit) error {
	task := progress.Start("voting", len(visits))
	defer task.Done()
	codes := make([]ballot.Code, len(e.voters)) // of each voter's last ballot
	for len(visits) > 0 {
		n := 1
		for n < min(wave, len(visits)) && visits[n].sequence == visits[0].sequence {
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

// build encrypts one list for every visit, on the voters' devices, and asks the
// box for its promises.
func (e *election) build(visits []visit, codes []ballot.Code, list func(*visit) int) ([]*ballot.Draft, error) {
	drafts := make([]*ballot.Draft, len(visits))
	errs := make([]error, len(visits))
	parallel.For(len(visits), 4, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			v := &visits[i]
			h := ballot.Header{Credential: e.voters[v.voter].Key(), Sequence: v.sequence, Previous: codes[v.voter]}
			choice := ballot.Choice{Selected: []string{e.council.Lists[list(v)].ID}}
			drafts[i], errs[i] = e.Build(h, ballot.Choices{"council": choice}, ballot.GenerateSeed())
		}
	})
	if err := first(errs); err != nil {
		return nil, err
	}
	requests := make([][]byte, len(drafts))
	for i, d := range drafts {
		var err error
		if requests[i], err = d.Request(e.voters[visits[i].voter]); err != nil {
			return nil, err
		}
	}
	promises, errs := e.box.Promise(requests, time.Now())
	parallel.For(len(drafts), 4, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if errs[i] == nil {
				errs[i] = drafts[i].CheckPromise(promises[i])
			}
		}
	})
	return drafts, first(errs)
}

// challenge has the devices of distrustful voters open a ballot for a list that is
// not their real choice; the box and anybody else rebuilds it from the seed.
func (e *election) challenge(visits []visit, codes []ballot.Code) error {
	var distrustful []visit
	for _, v := range visits {
		if v.challenges && v.sequence == 1 {
			distrustful = append(distrustful, v)
		}
	}
	drafts, err := e.build(distrustful, codes, func(v *visit) int { return v.decoy })
	if err != nil {
		return err
	}
	for _, d := range drafts {
		opening, err := d.Open()
		if err != nil {
			return err
		}
		if err := e.box.Challenge(opening.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// cast has everybody cast a ballot.
func (e *election) cast(ctx context.Context, visits []visit, codes []ballot.Code) error {
	drafts, err := e.build(visits, codes, func(v *visit) int { return v.list })
	if err != nil {
		return err
	}
	signed := make([][]byte, len(drafts))
	for i, d := range drafts {
		if signed[i], err = d.Sign(e.voters[visits[i].voter]); err != nil {
			return err
		}
		codes[visits[i].voter] = d.Code()
	}
	if e.observed == nil {
		e.observed = signed[0]
	}
	return first(e.box.Cast(ctx, signed))
}

func first(errs []error) error {
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("voter %d of this wave: %w", i, err)
		}
	}
	return nil
}
