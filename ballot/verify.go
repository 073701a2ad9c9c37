package ballot

import (
	"context"
	"sync"

	"veche.example/elgamal"
	"veche.example/internal/parallel"
	"veche.example/proofs"
)

// VerifyBallots parses and verifies signed ballots on all cores, and decides them in
// one batch. For every i, either parsed[i] is a verified ballot or errs[i] says why
// there is none; a false ballot does not hide behind others and does not spoil them.
// If ctx ends before the ballots are read, all errs are its error. Memory is about
// three times that of the ballots: callers cut what they verify into batches of 1,000
// or so, each decided alone. Variable time.
func (e *Election) VerifyBallots(ctx context.Context, ballots [][]byte) (parsed []*Ballot, errs []error) {
	parsed, errs = verifyAll(ctx, e.Keys, ballots, e.ParseBallot)
	for _, b := range parsed {
		if b != nil {
			b.verified = true
		}
	}
	return parsed, errs
}

// VerifyPromises does for the box's promises what VerifyBallots does for ballots.
func (e *Election) VerifyPromises(ctx context.Context, promises [][]byte) (parsed []*Promise, errs []error) {
	parsed, errs = verifyAll(ctx, nil, promises, e.ParsePromise)
	for _, p := range parsed {
		if p != nil {
			p.verified = true
		}
	}
	return parsed, errs
}

// VerifyRequests does for requests for promises what VerifyBallots does for ballots.
func (e *Election) VerifyRequests(ctx context.Context, requests [][]byte) (parsed []*Request, errs []error) {
	return verifyAll(ctx, nil, requests, e.ParseRequest)
}

// claimant is a *Ballot, a *Promise or a *Request.
type claimant interface {
	comparable
	Verify(c *proofs.Claim) error
}

func verifyAll[T claimant](ctx context.Context, keys *elgamal.PublicKey, items [][]byte, parse func([]byte) (T, error)) ([]T, []error) {
	parsed, errs := make([]T, len(items)), make([]error, len(items))
	claims := make([]*proofs.Claim, len(items))
	parallel.For(len(items), 8, func(lo, hi int) {
		for i := lo; i < hi && ctx.Err() == nil; i++ {
			if parsed[i], errs[i] = parse(items[i]); errs[i] == nil {
				claims[i] = claimPool.Get().(*proofs.Claim)
				errs[i] = parsed[i].Verify(claims[i])
			}
		}
	})
	if err := ctx.Err(); err != nil {
		for i := range errs {
			errs[i] = err
		}
	} else {
		decide(keys, claims, errs)
	}
	for _, c := range claims {
		if c != nil {
			c.Reset()
			claimPool.Put(c)
		}
	}
	var none T
	for i := range parsed {
		if errs[i] != nil {
			parsed[i] = none
		}
	}
	return parsed, errs
}

// claimPool keeps the memory of decided claims, some 4 KB for each ballot, for the
// next batch.
var claimPool = sync.Pool{New: func() any { return new(proofs.Claim) }}

// decide sets errs where a claim does not hold.
func decide(keys *elgamal.PublicKey, claims []*proofs.Claim, errs []error) {
	batch := proofs.NewBatch(keys)
	var at []int // index in claims of each claim of the batch
	for i := range claims {
		if errs[i] == nil {
			batch.Add(claims[i])
			at = append(at, i)
		}
	}
	if err, ok := batch.Decide().(*proofs.BatchError); ok {
		for _, k := range err.Bad {
			errs[at[k]] = proofs.ErrProof
		}
	}
}
