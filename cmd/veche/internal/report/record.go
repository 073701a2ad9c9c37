package report

import (
	"context"
	"io/fs"
	"time"

	"veche.example/ballot"
	"veche.example/tally/record"
)

// FromRecord returns what a record says beside the verifier's report. It leaves out
// what cannot be read, which the report tells about, and ends early if ctx does. A
// ballot's time is that of the last promise before it in the log, since ballots have
// none themselves.
func FromRecord(ctx context.Context, fsys fs.FS) (extra Extra) {
	in := record.NewReader(fsys)
	m, err := in.Manifest()
	if err != nil {
		return extra
	}
	extra.Manifest = m
	ceremony, err := in.Ceremony(len(m.Trustees))
	if err != nil {
		return extra
	}
	_, election, err := ceremony.Election(m)
	if err != nil {
		return extra
	}
	if c, err := in.Closing(); err == nil && c.Verify(election) == nil {
		extra.Closing = &Closing{Entries: c.Size, Root: c.Root, Digest: c.Digest(election)}
		extra.Closed = time.Unix(int64(c.Time), 0).UTC()
	}
	t := &times{ctx: ctx, election: election, counts: map[int64]int{}}
	in.Log(t.take) // stops at the first entry that cannot be read
	extra.Opened, extra.Turnout = t.opened, t.turnout()
	return extra
}

// times follows the log.
type times struct {
	ctx      context.Context
	election *ballot.Election
	opened   time.Time
	now      int64         // minutes since 1970
	counts   map[int64]int // ballots by minute
}

func (t *times) take(e record.Entry) error {
	switch e.Kind {
	case record.Opening:
		if at, err := record.CheckOpening(t.election, e.Body); err == nil {
			t.opened, t.now = time.Unix(int64(at), 0).UTC(), int64(at)/60
		}
	case record.Promise:
		if p, err := t.election.ParsePromise(e.Body); err == nil {
			t.now = p.Time().Unix() / 60
		}
	case record.Ballot:
		t.counts[t.now]++
	}
	return t.ctx.Err()
}

func (t *times) turnout() (out []Count) {
	for minute, n := range t.counts {
		out = append(out, Count{time.Unix(60*minute, 0).UTC(), n})
	}
	return out
}
