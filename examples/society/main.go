// Command society lets a learned society elect a board of five by the single
// transferable vote and a president by Schulze's method, from the same ranked ballots:
//
//	go run ./examples/society
//
// Rankings cannot be added up while they are encrypted, so that three mixers shuffle the
// ballots before they are decrypted one by one. The mixers are processes of their own,
// which know the record's directory and their key. One of them cheats, twice, and is
// named by the next process that verifies the record; the other two suffice. A few
// voters use modified clients and cast what is no vote; it is counted as invalid. One
// process plays everybody else: 3 trustees of whom one stays away, a witness, the ballot
// box and 1,000 voters. The record is then verified from its files alone. The exit
// status is 0 only if it verifies and holds the votes that were cast; 1 if not, 2 if the
// command was misused.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"veche.example/examples/internal/demo"
	"veche.example/tally/verify"
)

// options are the command's flags.
type options struct {
	record string
	voters int
	json   bool
	seed   uint64
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == mixerCommand {
		os.Exit(mixerMain(os.Args[2:]))
	}
	var o options
	flag.StringVar(&o.record, "record", "", "write the record to this new `directory`, and two pictures beside it (default: a temporary one)")
	flag.IntVar(&o.voters, "voters", 1000, "let `N` members vote, 50 to 20000")
	flag.BoolVar(&o.json, "json", false, "end with a machine-readable summary instead of tables")
	flag.Uint64Var(&o.seed, "seed", 1, "choose the candidates' and voters' opinions; keys and ciphertexts are always fresh")
	flag.Parse()
	if flag.NArg() > 0 {
		demo.Misused("society: unexpected argument %q", flag.Arg(0))
	}
	if o.voters < 50 || o.voters > 20_000 {
		demo.Misused("society: -voters is %d, must be 50 to 20000", o.voters)
	}
	if err := run(context.Background(), &o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "society:", err)
		os.Exit(1)
	}
}

// summary is what -json prints.
type summary struct {
	Record     string       `json:"record"`
	Voters     int          `json:"voters"`
	Superseded int          `json:"superseded"`
	Challenged int          `json:"challenged"`
	Invalid    uint64       `json:"invalid"`
	Board      []string     `json:"board"`
	President  string       `json:"president"`
	Verified   bool         `json:"verified"`
	Mixing     []string     `json:"mixing"`
	Pictures   []string     `json:"pictures"`
	Seconds    demo.Seconds `json:"seconds"`
}

func run(ctx context.Context, o *options, out io.Writer) (err error) {
	if o.record, err = demo.Directory(o.record, "society"); err != nil {
		return err
	}
	s := &summary{Record: o.record, Seconds: demo.Seconds{}}
	p := newPlan(o.seed, o.voters)
	if err := s.hold(ctx, p); err != nil {
		return err
	}
	report, err := s.verify(ctx)
	if err != nil {
		return err
	}
	outcome, err := newOutcome(&report.Result.Contests[0])
	if err != nil {
		return err
	}
	if err := p.compare(outcome.Ranked); err != nil {
		return err
	}
	s.Board, s.President, s.Invalid = outcome.board.Elected, outcome.president.Winner, outcome.Invalid
	if s.Pictures, err = outcome.draw(o.record); err != nil {
		return err
	}
	if o.json {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(s)
	}
	return s.print(out, report, outcome)
}

// hold runs the election and leaves its record.
func (s *summary) hold(ctx context.Context, p *plan) (err error) {
	var e *election
	if err := s.Seconds.Phase("setup", func() error { e, err = setUp(s.Record, p.voters()); return err }); err != nil {
		return err
	}
	if err := s.Seconds.Phase("voting", func() error { return e.vote(ctx, p) }); err != nil {
		return err
	}
	mix := func() error { s.Mixing, err = e.mix(ctx, s.Record); return err }
	if err := s.Seconds.Phase("mixing", mix); err != nil {
		return err
	}
	return s.Seconds.Phase("tally", func() error { return e.Decrypt(ctx, s.Record, absent) })
}

// vote has everybody vote, those with modified clients first, and closes the box.
func (e *election) vote(ctx context.Context, p *plan) error {
	for voter, s := range spoiled {
		if err := e.spoil(ctx, e.Voters[voter], s); err != nil {
			return err
		}
	}
	if err := e.Vote(ctx, p.visits); err != nil {
		return err
	}
	_, err := e.Box.Close(time.Now())
	return err
}

// verify checks the record from its files alone.
func (s *summary) verify(ctx context.Context) (report *verify.Report, err error) {
	err = s.Seconds.Phase("verification", func() error { report, err = demo.Verify(ctx, s.Record); return err })
	if err != nil {
		return nil, err
	}
	s.Verified, s.Voters = true, report.Counted
	s.Superseded, s.Challenged = report.Superseded, report.Challenged
	return report, nil
}

func (s *summary) print(out io.Writer, report *verify.Report, o *outcome) error {
	for _, line := range s.Mixing {
		fmt.Fprintln(out, line)
	}
	fmt.Fprintf(out, "\n%s\n", report.Text())
	if err := o.tables(out); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%d earlier ballots were replaced by their voters, %d were opened to challenge the device, 1 of 3 trustees stayed away.\n", s.Superseded, s.Challenged)
	fmt.Fprintln(out, "The votes that came out of the mixes are those that were cast.")
	fmt.Fprintf(out, "Pictures: %s\nAudit it yourself: go run ./examples/audit %s\n", strings.Join(s.Pictures, ", "), s.Record)
	fmt.Fprintf(out, "verified: %d voters, board %s, president %s, record %s\n", s.Voters, strings.Join(s.Board, ", "), s.President, s.Record)
	return nil
}
