package main

import (
	"fmt"
	"strings"

	"veche.example/elgamal/threshold"
)

// roundArgs are the arguments of a round of the key ceremony.
type roundArgs struct {
	Dir     string   `arg:"" help:"Election directory."`
	Keys    []string `arg:"" name:"key" help:"Key files of the trustees on this machine."`
	Attempt uint32   `help:"Number of the attempt at the key; after a void one, the next." default:"1"`
	channel
}

type (
	joinCmd    struct{ roundArgs }
	round1Cmd  struct{ roundArgs }
	round2Cmd  struct{ roundArgs }
	confirmCmd struct{ roundArgs }
)

func (c *joinCmd) Run(a *app) error    { return c.run(a, 0) }
func (c *round1Cmd) Run(a *app) error  { return c.run(a, 1) }
func (c *round2Cmd) Run(a *app) error  { return c.run(a, 2) }
func (c *confirmCmd) Run(a *app) error { return c.run(a, lastRound) }

// roundData is what a round says with --json.
type roundData struct {
	Round    int      `json:"round"`
	Trustees []string `json:"trustees"`
	Files    []string `json:"files"`
	Waiting  []string `json:"waiting"` // ids of those who have not sent theirs
	*ceremonyData
}

// run takes every key through a round: from the messages of the round before to its own,
// which is sent. Whoever has done the round before sends the same message again.
func (c *roundArgs) run(a *app, round int) error {
	if err := c.check(len(c.Keys)); err != nil {
		return err
	}
	e, err := openElection(c.Dir)
	if err != nil {
		return err
	}
	r, err := e.rounds(c.Attempt, &c.channel)
	if err != nil {
		return err
	}
	seats, done, err := a.openSeats(e, c.Keys, c.Attempt)
	if err != nil {
		return err
	}
	defer done()
	data := roundData{Round: round}
	task := a.task(fmt.Sprintf("round %d", round), len(seats))
	defer task.end()
	for _, s := range seats {
		path, err := r.play(s, round)
		if err != nil {
			return err
		}
		data.Trustees, data.Files = append(data.Trustees, s.id), append(data.Files, path)
		task.add(1)
	}
	task.end()
	return r.after(a, seats, &data)
}

// play takes a seat through a round, or sends its message of that round again, and
// returns the file of the message.
func (r *rounds) play(s *seat, round int) (path string, err error) {
	if s.round() < round-1 {
		return "", fmt.Errorf("%s: %s has not done the round before: run veche trustee %s first", s.path, s.id, roundVerbs[s.round()+1])
	}
	if s.round() < round {
		var before [][]byte
		if round > 0 {
			if before, err = r.all(round - 1); err != nil {
				return "", err
			}
		}
		if err := s.advance(r.parameters, before); err != nil {
			return "", r.blame(round-1, err)
		}
	}
	return r.channel.post(r.folder(), s.message(round))
}

// after says what is to do after a round, and does what follows from the last one.
func (r *rounds) after(a *app, seats []*seat, data *roundData) error {
	messages, err := r.collect(data.Round)
	if err != nil {
		return err
	}
	for _, s := range seats { // they may have gone another way
		messages[s.index-1] = s.sent[data.Round]
	}
	data.Waiting = r.silent(messages)
	did := fmt.Sprintf("round %d of the key ceremony: sent %s", data.Round, strings.Join(data.Files, ", "))
	switch {
	case len(data.Waiting) > 0:
		return a.done(data, did, fmt.Sprintf("wait for %s, then %s", strings.Join(data.Waiting, ", "), r.following(data.Round)))
	case data.Round < lastRound:
		return a.done(data, did, r.following(data.Round))
	}
	return r.finish(a, seats, data, did)
}

func (r *rounds) following(round int) string {
	if round == lastRound {
		return "veche ceremony finish " + r.dir
	}
	return fmt.Sprintf("veche trustee %s %s KEY", roundVerbs[round+1], r.dir)
}

// finish publishes the ceremony and stores the shares of the key of every seat here.
func (r *rounds) finish(a *app, seats []*seat, data *roundData, did string) error {
	p, err := r.publish()
	if exitCode(err) == exitIncomplete { // with other channels the rounds before may be elsewhere
		return a.done(data, did, r.following(lastRound))
	}
	if err != nil {
		return err
	}
	for _, s := range seats {
		if _, err := s.trustee(p.ceremony.Rounds[lastRound]); err != nil {
			return r.blame(lastRound, err)
		}
	}
	data.ceremonyData = &p.data
	return a.done(data, did+"; "+p.did, p.next)
}

// openTrustees opens the trustees of the keys once the ceremony is published, for what they
// do afterwards. The caller calls done when they have done it.
func (a *app) openTrustees(e *election, keys []string) (trustees []*threshold.Trustee, done func(), err error) {
	c, public, _, err := e.keys()
	if err != nil {
		return nil, nil, err
	}
	seats, done, err := a.openSeats(e, keys, c.Attempt)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range seats {
		t, err := s.trustee(c.Rounds[lastRound])
		if err == nil && t.Keys().Digest() != public.Digest() {
			err = failed(fmt.Errorf("%s: has made another key than %s: somebody showed two faces, hold another election", s.path, e.dir))
		}
		if err != nil {
			done()
			return nil, nil, err
		}
		trustees = append(trustees, t)
	}
	return trustees, done, nil
}
