package server

import (
	"context"

	"veche.example/ballot"
	"veche.example/internal/parallel"
	"veche.example/proofs"
	"veche.example/tally/record"
)

// lane verifies the submissions of one kind, one batch after the other.
type lane struct{ *queue }

// newLane starts a lane. verify gives each job a decision or refuses it.
func (b *Box) newLane(verify func(jobs []*job)) *lane {
	l := &lane{newQueue(b.Limits.Queue, b.Limits.QueuePerAddress)}
	b.lanes = append(b.lanes, l)
	b.working.Go(func() {
		for {
			jobs := l.take(maxVerify)
			if len(jobs) == 0 {
				return
			}
			b.run(jobs, verify)
		}
	})
	return l
}

// run verifies jobs whose clients still wait and whose addresses have not sent too many
// invalid ones meanwhile, and sends them on.
func (b *Box) run(jobs []*job, verify func([]*job)) {
	live := jobs[:0]
	for _, j := range jobs {
		switch err := j.ctx.Err(); {
		case err != nil:
			j.refuse(err)
		case j.body != nil && b.faultLimit.empty(j.from): // the box's own jobs have no body
			j.refuse(errFaults)
		default:
			live = append(live, j)
		}
	}
	verify(live)
	decided := live[:0]
	for _, j := range live {
		if j.decide != nil {
			decided = append(decided, j)
		}
	}
	if len(decided) > 0 {
		b.commits <- decided
	}
}

// forged refuses a job that does not verify, at the expense of its address: also if the
// client did not wait for the answer.
func (b *Box) forged(j *job, err error) {
	b.faultLimit.take(j.from)
	j.refuse(refuse(invalid, err))
}

// bodies returns what the jobs are about.
func bodies(jobs []*job) [][]byte {
	out := make([][]byte, len(jobs))
	for i, j := range jobs {
		out[i] = j.body
	}
	return out
}

func (b *Box) verifyBallots(jobs []*job) {
	ballots, errs := b.election.VerifyBallots(context.Background(), bodies(jobs))
	for i, j := range jobs {
		if errs[i] != nil {
			b.forged(j, errs[i])
			continue
		}
		j.decide = b.cast(ballots[i])
	}
}

// cast accepts a verified ballot.
func (b *Box) cast(p *ballot.Ballot) decision {
	return func(s *state) (uint64, []byte, error) {
		if index := s.places[p.Code()].ballot(); index > 0 {
			return index, nil, nil
		}
		if !b.voterLimit.take(p.Credential()) {
			return 0, nil, errVoter
		}
		return s.cast(p)
	}
}

// verifyRequests verifies requests and signs the promises. Those that were promised before
// are not signed for again.
func (b *Box) verifyRequests(jobs []*job) {
	requests, errs := b.election.VerifyRequests(context.Background(), bodies(jobs))
	signed, at := make([][]byte, len(jobs)), b.Clock()
	parallel.For(len(jobs), 8, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if q := requests[i]; errs[i] == nil && b.place(q.Code()).promise == 0 {
				signed[i], errs[i] = b.election.SignPromise(b.Key, q.Code(), q.Credential(), q.Sequence(), at)
			}
		}
	})
	promises, faults := b.election.VerifyPromises(context.Background(), signed)
	for i, j := range jobs {
		switch {
		case errs[i] != nil:
			b.forged(j, errs[i])
		case signed[i] != nil && faults[i] != nil:
			j.refuse(refuse(broken, faults[i])) // the box's own signature
		default:
			j.decide = b.promise(requests[i], promises[i])
		}
	}
}

// promise makes a promise, unless the code was promised before.
func (b *Box) promise(q *ballot.Request, p *ballot.Promise) decision {
	return func(s *state) (uint64, []byte, error) {
		if index := s.places[q.Code()].promise; index > 0 {
			return index, nil, nil
		}
		if !b.voterLimit.take(q.Credential()) {
			return 0, nil, errVoter
		}
		return s.promise(p)
	}
}

// rebuildOpenings builds the ballots of openings again. It uses one core, so that who has
// ballots to cast need not wait for who has ballots to challenge.
func (b *Box) rebuildOpenings(jobs []*job) {
	for _, j := range jobs {
		if _, err := j.opening.Rebuild(); err != nil {
			b.forged(j, err)
			continue
		}
		j.decide = b.challenge(j.opening)
	}
}

func (b *Box) challenge(o *ballot.Opening) decision {
	return func(s *state) (uint64, []byte, error) {
		if index := s.places[o.Code].challenge(); index > 0 {
			return index, nil, nil
		}
		if !b.voterLimit.take(o.Credential) {
			return 0, nil, errVoter
		}
		return s.challenge(o)
	}
}

// signClosings closes the box.
func (b *Box) signClosings(jobs []*job) {
	for _, j := range jobs {
		j.decide = func(s *state) (uint64, []byte, error) {
			if s.closing != nil {
				return s.closing.Size, nil, nil
			}
			_, body, err := record.ClosingEntry(b.election, b.Key, s.size(), s.tree.Root(), b.Clock())
			if err != nil {
				return 0, nil, err
			}
			entry, err := s.close(body)
			return s.size() - 1, entry, err
		}
	}
}

// place returns where a code is in the log so far.
func (b *Box) place(code ballot.Code) place {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.state.places[code]
}

// onRoll returns the style of a voter's ballots.
func (b *Box) onRoll(key proofs.VerifyKey) (style int, ok bool) {
	i, ok := b.roll.Find(key)
	if !ok {
		return 0, false
	}
	return b.roll.Voter(i).Style, true
}
