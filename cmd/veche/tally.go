package main

import (
	"errors"
	"fmt"
	"strings"

	"veche.example/elgamal/threshold"
	"veche.example/tally"
)

type tallyCmd struct {
	boxKey
	Dir string   `arg:"" help:"Election directory, whose box is closed."`
	In  []string `help:"Read messages from these files and folders too." placeholder:"PATH"`
}

// Run collects signatures and shares, counts and completes the record.
func (c *tallyCmd) Run(a *app) error {
	e, err := openElection(c.Dir)
	if err != nil {
		return err
	}
	if s, err := a.stage(e); err == nil && s.complete {
		return a.done(nil, fmt.Sprintf("%s has its result already", c.Dir), "veche verify "+c.Dir)
	}
	l, err := a.openLists(e, &channel{In: c.In})
	if err != nil {
		return err
	}
	contests, err := l.collect()
	if err != nil {
		return err
	}
	result, err := l.count(contests)
	if err != nil {
		return err
	}
	if err := c.publish(a, l, contests, result); err != nil {
		return err
	}
	if !a.json {
		fmt.Fprint(a.out, resultText(result))
	}
	return a.done(result, fmt.Sprintf("counted %s; the record %s is complete", count(len(result.Contests), "contest"), c.Dir),
		fmt.Sprintf("veche verify %s, and publish the directory", c.Dir))
}

// collect returns what the record publishes of the decryption.
func (l *lists) collect() ([]tally.Shares, error) {
	signatures, err := l.signatures()
	if err != nil {
		return nil, err
	}
	if err := l.quorum(signatures); err != nil {
		return nil, err
	}
	shares, err := l.shares()
	if err != nil {
		return nil, err
	}
	if err := l.enough(shares); err != nil {
		return nil, err
	}
	contests := make([]tally.Shares, len(l.Decryptions))
	for k, d := range l.Decryptions {
		if d != nil {
			contests[k] = tally.Shares{Signatures: signatures[k], Shares: shares[k]}
		}
	}
	return contests, nil
}

// shares returns the shares of every contest, one for each trustee. Nobody has verified
// them, unless there are several of one trustee.
func (l *lists) shares() ([][][]byte, error) {
	said, err := l.said(shareKind)
	if err != nil {
		return nil, err
	}
	out := make([][][]byte, len(l.Decryptions))
	for k, d := range l.Decryptions {
		out[k] = make([][]byte, len(l.manifest.Trustees))
		for i, p := range l.manifest.Trustees {
			for n, m := range said[k][p.ID] {
				if n == 0 || !l.right(d, i+1, out[k][i]) {
					out[k][i] = m.Data
				}
			}
		}
	}
	return out, nil
}

// enough is an incomplete error if too few have decrypted a contest.
func (l *lists) enough(shares [][][]byte) error {
	for k, d := range l.Decryptions {
		if d == nil {
			continue
		}
		var silent []string
		for i, s := range shares[k] {
			if s == nil {
				silent = append(silent, l.manifest.Trustees[i].ID)
			}
		}
		if there := len(shares[k]) - len(silent); there < l.manifest.Threshold {
			return incomplete("%s: contest %q: %d of the %d shares that it takes are there: no share yet of %s: veche trustee decrypt %s KEY",
				l.board(1), d.Contest, there, l.manifest.Threshold, strings.Join(silent, ", "), l.dir)
		}
	}
	return nil
}

// count combines the shares and counts. Wrong shares are left out with a warning, as long as
// there are enough others.
func (l *lists) count(contests []tally.Shares) (*tally.Result, error) {
	task := l.task("decrypting", 0)
	defer task.end()
	result, err := l.Result(contests)
	if !errors.As(err, new(*threshold.BlameError)) {
		return result, err
	}
	shares := make([][][]byte, len(contests))
	for k, d := range l.Decryptions {
		shares[k] = contests[k].Shares
		var blame *threshold.BlameError
		if d == nil {
			continue
		}
		if _, err := d.VerifyShares(shares[k]); errors.As(err, &blame) {
			for _, i := range blame.Trustees {
				l.warn("contest %q: the share in the name of %s is wrong (%v): it is left out", d.Contest, l.manifest.Trustees[i-1].ID, blame.Reason)
				shares[k][i-1] = nil
			}
		} else if err != nil {
			return nil, err
		}
	}
	if err := l.enough(shares); err != nil {
		return nil, err
	}
	return l.Result(contests)
}

// resultText writes the totals for people.
func resultText(r *tally.Result) string {
	text := new(strings.Builder)
	for _, c := range r.Contests {
		fmt.Fprintf(text, "%s (%d ballots)\n", c.Title, c.Ballots)
		if c.Withheld {
			fmt.Fprintln(text, "  withheld: too few ballots")
		}
		for _, t := range c.Totals {
			fmt.Fprintf(text, "  %-32s %8d", t.Name, t.Votes)
			if t.Seats != nil {
				fmt.Fprintf(text, "  %d seats", *t.Seats)
			}
			fmt.Fprintln(text)
		}
		for _, w := range c.WriteIns {
			fmt.Fprintf(text, "  %-32s %8d\n", fmt.Sprintf("%q", w.Text), w.Votes)
		}
		for _, n := range c.Counts {
			fmt.Fprintf(text, "  %s: %s\n", n.Title, elected(&n))
		}
		if c.Invalid > 0 {
			fmt.Fprintf(text, "  %-32s %8d\n", "(invalid)", c.Invalid)
		}
		if c.Undecided > 0 {
			fmt.Fprintf(text, "  %s\n", count(c.Undecided, "undecided seat"))
		}
	}
	return text.String()
}

func elected(c *tally.CountResult) string {
	s := strings.Join(c.Elected, ", ")
	if c.Undecided > 0 {
		s = strings.TrimPrefix(s+", "+count(c.Undecided, "undecided seat"), ", ")
	}
	return s
}
