package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/client"
	"veche.example/cmd/veche/internal/files"
	"veche.example/cmd/veche/internal/paper"
)

type voteCmd struct {
	Where       string   `arg:"" name:"election" help:"Election directory, or the address of its ballot box."`
	Credential  string   `required:"" help:"Secret of the voter (NAME.credential)." placeholder:"FILE"`
	Choose      []string `help:"Choice as CONTEST=OPTION[,OPTION…], CONTEST=OPTION=POINTS,…, CONTEST=OPTION>OPTION…, CONTEST=write:TEXT or CONTEST=blank; asked for if there is none." sep:"none" placeholder:"CHOICE"`
	Cast        bool     `help:"Cast the ballot without asking." xor:"decision"`
	Challenge   bool     `help:"Have the ballot opened instead of cast, to see if it was encrypted rightly." xor:"decision"`
	Box         string   `help:"Address of the ballot box, if it is not the one on this machine or ELECTION." placeholder:"URL"`
	Fingerprint string   `help:"Fingerprint that the election has announced; no other one is taken." placeholder:"HEX"`
	Recover     bool     `help:"Find in the log what this credential has cast before, after NAME.votes was lost."`
}

// voteData is what is said of a ballot with --json.
type voteData struct {
	Decision    string         `json:"decision"` // cast or challenge
	Code        string         `json:"code"`
	Sequence    uint64         `json:"sequence"`
	Entry       uint64         `json:"entry"` // of the log
	Fingerprint string         `json:"fingerprint"`
	Receipt     string         `json:"receipt"`           // file
	Choices     ballot.Choices `json:"choices,omitempty"` // of a ballot that was challenged
}

// booth is where one voter votes in one election.
type booth struct {
	*app
	*election
	ballots    *ballot.Election
	credential *ballot.Credential
	style      int
	box        *client.Box
	asker      *paper.Asker
	path       string // of the credential
	past       past
}

// Run votes.
func (c *voteCmd) Run(a *app) error {
	credential, err := readCredential(c.Credential)
	if err != nil {
		return err
	}
	unlock, err := lockKeys([]string{c.Credential})
	if err != nil {
		return err
	}
	defer unlock()
	e, done, err := a.openPublished(c.Where)
	if err != nil {
		return err
	}
	defer done()
	b, err := c.enter(a, e, credential)
	if err != nil {
		return err
	}
	draft, err := c.fill(b)
	if err != nil {
		return err
	}
	promise, err := b.promise(draft)
	if err != nil {
		return err
	}
	challenge, err := c.decide(b, draft)
	if err != nil {
		return err
	}
	if challenge {
		return b.challenge(draft, promise)
	}
	return b.cast(draft, promise)
}

// enter finds everything that a voter needs to vote.
func (c *voteCmd) enter(a *app, e *election, credential *ballot.Credential) (*booth, error) {
	_, _, ballots, err := e.keys()
	if err != nil {
		return nil, err
	}
	fingerprint := fmt.Sprintf("%x", ballots.Fingerprint)
	if c.Fingerprint != "" && !strings.EqualFold(c.Fingerprint, fingerprint) {
		return nil, failed(fmt.Errorf("%s: the fingerprint of this election is %s, not the one that was announced: vote nowhere before you know why", c.Where, fingerprint))
	}
	b := &booth{app: a, election: e, ballots: ballots, credential: credential,
		asker: paper.NewAsker(os.Stdin, a.stderr), path: c.Credential}
	if b.style, err = c.style(e, credential); err != nil {
		return nil, err
	}
	if b.box, err = c.connect(); err != nil {
		return nil, err
	}
	fmt.Fprintf(a.stderr, "%q, fingerprint %s\n", e.manifest.Title, fingerprint)
	return b, b.remember(c.Recover)
}

// style returns the ballot style of the voter. The roll of a large election is not fetched if
// there is one style; the box has it, and refuses who is not on it.
func (c *voteCmd) style(e *election, credential *ballot.Credential) (int, error) {
	if isURL(c.Where) && len(e.manifest.Styles) == 1 {
		return 0, nil
	}
	roll, err := e.roll()
	if err != nil {
		return 0, failed(err)
	}
	i, ok := roll.Find(credential.Key())
	if !ok {
		return 0, fmt.Errorf("%s: not on the roll of %q: name another credential, or ask the organiser", c.Credential, e.manifest.Title)
	}
	return roll.Voter(i).Style, nil
}

// connect finds the ballot box.
func (c *voteCmd) connect() (*client.Box, error) {
	switch {
	case c.Box != "":
		return client.New(c.Box)
	case isURL(c.Where):
		return client.New(c.Where)
	}
	address, err := files.Read(boxURLPath(c.Where), 1<<10)
	if err != nil {
		return nil, incomplete("%s: no ballot box is open on this machine: open it with veche box serve %s, or state --box", c.Where, c.Where)
	}
	return client.New(strings.TrimSpace(string(address)))
}

// fill asks for the choices, unless they are stated, and encrypts them.
func (c *voteCmd) fill(b *booth) (*ballot.Draft, error) {
	contests := b.manifest.StyleContests(b.style)
	choices, err := paper.Arguments(contests, c.Choose)
	if len(c.Choose) == 0 {
		choices, err = b.asker.Choices(contests)
	}
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(b.stderr, "\nyour choices:\n%s", paper.Text(contests, choices))
	h := ballot.Header{Style: b.style, Credential: b.credential.Key(), Sequence: b.past.sequence + 1, Previous: b.past.previous}
	return b.ballots.Build(h, choices, ballot.GenerateSeed())
}

// decide asks whether to cast or to challenge, once the code is fixed.
func (c *voteCmd) decide(b *booth, draft *ballot.Draft) (challenge bool, err error) {
	fmt.Fprintf(b.stderr, "\ntracking code: %s\n", draft.Code())
	if c.Cast || c.Challenge {
		return c.Challenge, nil
	}
	for {
		answer, err := b.asker.Line("cast it, or challenge it to see that it holds these choices? (cast, challenge) ")
		switch {
		case err != nil:
			return false, err
		case answer == "cast" || answer == "challenge":
			return answer == "challenge", nil
		}
	}
}

// remember finds out what the credential has done before, and what became of a ballot
// that was not answered.
func (b *booth) remember(recover bool) error {
	votes, err := readPast(votesPath(b.path))
	if err != nil {
		return err
	}
	b.past = votes[b.ballots.Fingerprint]
	if recover {
		return b.recover()
	}
	if b.past.pending == (ballot.Code{}) {
		return nil
	}
	accepted, err := b.box.Accepted(b.ctx, b.past.pending)
	if err != nil {
		return unanswered(err)
	}
	if accepted {
		b.past.previous = b.past.pending
	}
	b.past.pending = ballot.Code{}
	return nil
}

// unanswered gives an error of the box its exit code.
func unanswered(err error) error {
	var refusal *client.Refusal
	if errors.As(err, &refusal) && !refusal.Later() {
		return err
	}
	return incomplete("%w: try again later", err)
}
