package report

import (
	"context"
	"io/fs"
	"time"

	"veche.example/ballot"
	"veche.example/ballot/box"
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
	t := &times{ctx: ctx, election: election, counts: map[int64]int{}}
	t.read(in, m)
	extra.Closing, extra.Closed = t.closing, t.closed
	extra.Opened, extra.Turnout = t.opened, t.turnout()
	return extra
}

// times follows the log.
type times struct {
	ctx      context.Context
	election *ballot.Election
	opened   time.Time
	closed   time.Time
	closing  *Closing
	now      int64         // minutes since 1970
	counts   map[int64]int // ballots by minute
}

// read follows the log up to the first entry that cannot be read.
func (t *times) read(in *record.Reader, m *ballot.Manifest) {
	log, err := in.Log(m)
	if err != nil {
		return
	}
	if c, err := log.Checkpoint(); err == nil {
		_ = log.Entries(c, t.take)
	}
}

func (t *times) take(_ uint64, entry []byte) error {
	switch body := entry[1:]; box.Kind(entry[0]) {
	case box.Opening:
		if at, err := record.CheckOpening(t.election, body); err == nil {
			t.opened, t.now = time.Unix(int64(at), 0).UTC(), int64(at)/60
		}
	case box.Promise:
		if p, err := t.election.ParsePromise(body); err == nil {
			t.now = p.Time().Unix() / 60
		}
	case box.Ballot:
		t.counts[t.now]++
	case box.Closing:
		if c, err := record.ParseClosing(body); err == nil && c.Verify(t.election) == nil {
			t.closing = &Closing{Entries: c.Size, Root: c.Root, Digest: c.Digest(t.election)}
			t.closed = time.Unix(int64(c.Time), 0).UTC()
		}
	}
	return t.ctx.Err()
}

func (t *times) turnout() (out []Count) {
	for minute, n := range t.counts {
		out = append(out, Count{time.Unix(60*minute, 0).UTC(), n})
	}
	return out
}
