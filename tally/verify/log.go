package verify

import (
	"bytes"
	"errors"
	"fmt"

	"veche.example/ballot"
	"veche.example/internal/parallel"
	"veche.example/tally"
	"veche.example/tally/record"
)

// A batch of log entries that are decided together ends with either. This bounds
// memory; larger batches save little.
const (
	batchEntries = 2048
	batchBytes   = 8 << 20
)

// logCheck is the state of the pass over the log.
type logCheck struct {
	*verifier
	log, promises, ballots, acceptance, challenges *Check

	batch    []record.Entry
	bytes    int      // in the batch
	accepted []uint64 // log index of every accepted ballot
	opened   uint64   // when the box says it did
}

// checkLog verifies all entries, in batches that are decided each alone, replays
// the rules of acceptance in log order, and sums up the ballots that count.
func (v *verifier) checkLog() error {
	p := &logCheck{verifier: v, log: v.check(Log), promises: v.check(Promises), ballots: v.check(Ballots),
		acceptance: v.check(Acceptance), challenges: v.check(Challenges)}
	v.check(Closing)
	v.aggregate = tally.NewAggregate(v.election)
	var err error
	if v.ledger, err = ballot.NewLedger(v.election, v.roll); err != nil {
		return err
	}
	tree, err := v.in.Log(p.add)
	if ctxErr := v.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if flushErr := p.flush(); flushErr != nil {
		return flushErr
	}
	p.log.Items = int(tree.Size())
	if err != nil {
		if err := unreadable(p.log, record.LogFile, err); !errors.Is(err, errStop) {
			return err
		}
	} else if tree.Size() == 0 {
		p.log.fail(record.LogFile, "no opening: the log is empty")
	}
	if err := p.subtractSuperseded(tree); err != nil {
		return err
	}
	p.compareClosing(tree)
	return nil
}

// compareClosing holds the closing's size, hash and time against the log's.
func (p *logCheck) compareClosing(tree *record.Tree) {
	if p.closing == nil {
		return
	}
	c := p.check(Closing)
	if p.closing.Size != tree.Size() {
		c.fail(record.ClosingFile, "closes a log of %d entries, the log has %d", p.closing.Size, tree.Size())
	} else if root := tree.Root(); p.closing.Root != root {
		c.fail(record.ClosingFile, "tree hash %x, that of the log is %x", p.closing.Root, root)
	}
	if p.closing.Time < p.opened {
		c.fail(record.ClosingFile, "closed at %d, before the opening at %d (Unix seconds)", p.closing.Time, p.opened)
	}
}

func (p *logCheck) add(e record.Entry) error {
	e.Body = bytes.Clone(e.Body)
	p.batch = append(p.batch, e)
	p.bytes += len(e.Body)
	if len(p.batch) < batchEntries && p.bytes < batchBytes {
		return nil
	}
	return p.flush()
}

// flush decides the batch and then takes its entries in log order.
func (p *logCheck) flush() error {
	ballots, ballotErrs := p.election.VerifyBallots(p.ctx, p.bodies(record.Ballot))
	promises, promiseErrs := p.election.VerifyPromises(p.ctx, p.bodies(record.Promise))
	openings, openingErrs := p.rebuild(p.bodies(record.Challenge))
	if err := p.ctx.Err(); err != nil {
		return err
	}
	for _, e := range p.batch {
		place := fmt.Sprintf("%s, entry %d", record.LogFile, e.Index)
		switch e.Kind {
		case record.Opening:
			p.takeOpening(place, e.Body)
		case record.Promise:
			p.takePromise(place, promises[0], promiseErrs[0])
			promises, promiseErrs = promises[1:], promiseErrs[1:]
		case record.Ballot:
			p.takeBallot(place, e.Index, ballots[0], ballotErrs[0])
			ballots, ballotErrs = ballots[1:], ballotErrs[1:]
		case record.Challenge:
			p.takeChallenge(place, openings[0], openingErrs[0])
			openings, openingErrs = openings[1:], openingErrs[1:]
		}
	}
	if n := len(p.batch); n > 0 {
		done := p.batch[n-1].Index + 1
		clear(p.batch)
		p.batch, p.bytes = p.batch[:0], 0
		p.tick(done)
	}
	return nil
}

func (p *logCheck) tick(done uint64) {
	var total uint64
	if p.closing != nil {
		total = p.closing.Size
	}
	p.progress(Entries, done, total)
}

func (p *logCheck) bodies(k record.Kind) (out [][]byte) {
	for _, e := range p.batch {
		if e.Kind == k {
			out = append(out, e.Body)
		}
	}
	return out
}

func (p *logCheck) takeOpening(place string, body []byte) {
	var err error
	if p.opened, err = record.CheckOpening(p.election, body); err != nil {
		p.log.fail(place, "%v", err)
	}
}

func (p *logCheck) takePromise(place string, promise *ballot.Promise, err error) {
	p.promises.Items++
	if err != nil {
		p.promises.fail(place, "%v", err)
		return
	}
	p.acceptance.Items++
	if err := p.ledger.Promise(promise); err != nil {
		p.acceptance.fail(place, "%v", err)
	}
	at := uint64(promise.Time().Unix())
	if at < p.opened || p.closing != nil && at > p.closing.Time {
		p.report.note("%s: promised at %d (Unix seconds), not between opening and closing: the box's clock was wrong, or the promise is", place, at)
	}
}

func (p *logCheck) takeBallot(place string, index uint64, b *ballot.Ballot, err error) {
	p.ballots.Items++
	if err != nil {
		p.ballots.fail(place, "%v", err)
		return
	}
	p.acceptance.Items++
	accepted, err := p.ledger.Cast(b)
	if err != nil {
		p.acceptance.fail(place, "%v", err)
		return
	}
	if accepted.Gap {
		p.report.note("%s: the voter's ballot before this one is not the one that it names: one may be missing", place)
	}
	p.accepted = append(p.accepted, index)
	p.aggregate.Add(b, accepted.Weight)
}

// rebuild reads openings and rebuilds their ballots, which takes as long as building
// them, on all cores.
func (p *logCheck) rebuild(bodies [][]byte) ([]*ballot.Opening, []error) {
	openings, errs := make([]*ballot.Opening, len(bodies)), make([]error, len(bodies))
	parallel.For(len(bodies), 1, func(lo, hi int) {
		for i := lo; i < hi && p.ctx.Err() == nil; i++ {
			if openings[i], errs[i] = p.election.ParseOpening(bodies[i]); errs[i] == nil {
				_, errs[i] = openings[i].Rebuild()
			}
		}
	})
	return openings, errs
}

func (p *logCheck) takeChallenge(place string, opening *ballot.Opening, err error) {
	p.challenges.Items++
	if err == nil {
		err = p.ledger.Challenge(opening)
	}
	if err != nil {
		p.challenges.fail(place, "%v", err)
	}
}

// subtractSuperseded takes the ballots that a later one of their voter replaced
// out of the sum. They are read again rather than kept, since they are few and
// memory must not grow with them; the tree proves that they are the same.
func (p *logCheck) subtractSuperseded(tree *record.Tree) error {
	r := p.report
	for i := range p.accepted {
		if !p.ledger.Counts(i) {
			r.Superseded++
		}
	}
	r.Counted = len(p.accepted) - r.Superseded
	r.Undecided = p.ledger.Undecided()
	r.Challenged = p.challenges.Items - p.challenges.Failed
	if r.Superseded == 0 {
		return nil
	}
	superseded := tally.NewAggregate(p.election)
	next := 0 // of the accepted ballots
	again, _ := p.in.Log(func(e record.Entry) error {
		if next == len(p.accepted) || e.Index != p.accepted[next] {
			return p.ctx.Err()
		}
		next++
		if p.ledger.Counts(next - 1) {
			return nil
		}
		b, err := p.election.ParseBallot(e.Body)
		if err == nil {
			superseded.Add(b, p.weight(b))
		}
		return err
	})
	if ctxErr := p.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if again.Size() != tree.Size() || again.Root() != tree.Root() {
		return fmt.Errorf("%s changed while it was read: verify a copy that nobody writes to", record.LogFile)
	}
	p.aggregate.Sub(superseded)
	return nil
}

// weight is the roll's weight of an accepted ballot.
func (p *logCheck) weight(b *ballot.Ballot) uint32 {
	i, _ := p.roll.Find(b.Credential())
	return p.roll.Voter(i).Weight
}
