package verify

import (
	"bytes"
	"errors"
	"fmt"

	"veche.example/ballot"
	"veche.example/ballot/box"
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
	entries, promises, ballots, acceptance, challenges *Check

	tree     record.Tree
	batch    []logEntry
	bytes    int      // in the batch
	accepted []uint64 // log index of every accepted ballot
	opened   uint64   // when the box says it did
	latest   uint64   // time of a promise
	latestAt uint64   // its index
}

// logEntry is an entry of the log that a voter had a part in.
type logEntry struct {
	index uint64
	kind  box.Kind
	body  []byte
}

// checkLog verifies all entries, in batches that are decided each alone, replays
// the rules of acceptance in log order, and sums up the ballots that count.
func (v *verifier) checkLog() error {
	entries := v.check(Log)
	if v.checkpoint == nil {
		return unreadable(entries, record.LogDir, v.unreadLog)
	}
	p := &logCheck{verifier: v, entries: entries, promises: v.check(Promises), ballots: v.check(Ballots),
		acceptance: v.check(Acceptance), challenges: v.check(Challenges)}
	v.check(Closing).Items = 1
	v.aggregate = tally.NewAggregate(v.election)
	var err error
	if v.ledger, err = ballot.NewLedger(v.election, v.roll); err != nil {
		return err
	}
	err = v.log.Entries(v.checkpoint, p.add)
	if ctxErr := v.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if flushErr := p.flush(); flushErr != nil {
		return flushErr
	}
	p.entries.Items = int(p.tree.Size())
	if err != nil {
		if err := unreadable(p.entries, record.LogDir, err); !errors.Is(err, errStop) {
			return err
		}
	}
	if v.closing == nil && v.check(Closing).Failed == 0 {
		v.check(Closing).fail(record.LogDir, "the log has no closing")
	}
	return p.subtractSuperseded()
}

// add takes an entry: at once if it is one of the few that no voter has a part in.
func (p *logCheck) add(index uint64, entry []byte) error {
	e := logEntry{index, box.Kind(entry[0]), entry[1:]}
	if e.kind != box.Promise && e.kind != box.Ballot && e.kind != box.Challenge {
		if err := p.flush(); err != nil {
			return err
		}
		p.takeEvent(&e, entry)
		p.tree.Add(entry)
		p.tick(index + 1)
		return p.ctx.Err()
	}
	p.tree.Add(entry)
	e.body = bytes.Clone(e.body)
	p.batch = append(p.batch, e)
	p.bytes += len(entry)
	if len(p.batch) < batchEntries && p.bytes < batchBytes {
		return nil
	}
	return p.flush()
}

// flush decides the batch and then takes its entries in log order.
func (p *logCheck) flush() error {
	if len(p.batch) == 0 {
		return nil
	}
	ballots, ballotErrs := p.election.VerifyBallots(p.ctx, p.bodies(box.Ballot))
	promises, promiseErrs := p.election.VerifyPromises(p.ctx, p.bodies(box.Promise))
	openings, openingErrs := p.rebuild(p.bodies(box.Challenge))
	if err := p.ctx.Err(); err != nil {
		return err
	}
	for i := range p.batch {
		e := &p.batch[i]
		switch e.kind {
		case box.Promise:
			p.takePromise(e, promises[0], promiseErrs[0])
			promises, promiseErrs = promises[1:], promiseErrs[1:]
		case box.Ballot:
			p.takeBallot(e, ballots[0], ballotErrs[0])
			ballots, ballotErrs = ballots[1:], ballotErrs[1:]
		case box.Challenge:
			p.takeChallenge(e, openings[0], openingErrs[0])
			openings, openingErrs = openings[1:], openingErrs[1:]
		}
	}
	done := p.batch[len(p.batch)-1].index + 1
	clear(p.batch)
	p.batch, p.bytes = p.batch[:0], 0
	p.tick(done)
	return nil
}

func (p *logCheck) tick(done uint64) { p.progress(Entries, done, uint64(p.checkpoint.Tree.N)) }

// place is where an entry is.
func place(index uint64) string { return fmt.Sprintf("%s, entry %d", record.LogDir, index) }

func (p *logCheck) bodies(k box.Kind) (out [][]byte) {
	for i := range p.batch {
		if p.batch[i].kind == k {
			out = append(out, p.batch[i].body)
		}
	}
	return out
}

func (p *logCheck) takePromise(e *logEntry, promise *ballot.Promise, err error) {
	p.promises.Items++
	if err != nil {
		p.promises.fail(place(e.index), "%v", err)
		return
	}
	p.acceptance.Items++
	if err := p.ledger.Promise(promise); err != nil {
		p.acceptance.fail(place(e.index), "%v", err)
	}
	at := uint64(promise.Time().Unix())
	if at < p.opened {
		p.report.note("%s: promised at %d (Unix seconds), before the opening: the box's clock was wrong, or the promise is", place(e.index), at)
	}
	if at > p.latest {
		p.latest, p.latestAt = at, e.index
	}
}

func (p *logCheck) takeBallot(e *logEntry, b *ballot.Ballot, err error) {
	p.ballots.Items++
	if err != nil {
		p.ballots.fail(place(e.index), "%v", err)
		return
	}
	p.acceptance.Items++
	accepted, err := p.ledger.Cast(b)
	if err != nil {
		p.acceptance.fail(place(e.index), "%v", err)
		return
	}
	if accepted.Gap {
		p.report.note("%s: the voter's ballot before this one is not the one that it names: one may be missing", place(e.index))
	}
	p.accepted = append(p.accepted, e.index)
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

func (p *logCheck) takeChallenge(e *logEntry, opening *ballot.Opening, err error) {
	p.challenges.Items++
	if err == nil {
		err = p.ledger.Challenge(opening)
	}
	if err != nil {
		p.challenges.fail(place(e.index), "%v", err)
	}
}

// subtractSuperseded takes the ballots that a later one of their voter replaced
// out of the sum. They are read again rather than kept, since they are few and
// memory must not grow with them; the tree proves that they are the same.
func (p *logCheck) subtractSuperseded() error {
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
	var again record.Tree
	// It ends where the first reading did, with the same error.
	_ = p.log.Entries(p.checkpoint, func(index uint64, entry []byte) error {
		again.Add(entry)
		if next == len(p.accepted) || index != p.accepted[next] {
			return p.ctx.Err()
		}
		next++
		if p.ledger.Counts(next - 1) {
			return nil
		}
		b, err := p.election.ParseBallot(entry[1:])
		if err == nil {
			superseded.Add(b, p.weight(b))
		}
		return err
	})
	if ctxErr := p.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if again.Size() != p.tree.Size() || again.Root() != p.tree.Root() {
		return fmt.Errorf("%s changed while it was read: verify a copy that nobody writes to", record.LogDir)
	}
	p.aggregate.Sub(superseded)
	return nil
}

// weight is the roll's weight of an accepted ballot.
func (p *logCheck) weight(b *ballot.Ballot) uint32 {
	i, _ := p.roll.Find(b.Credential())
	return p.roll.Voter(i).Weight
}
