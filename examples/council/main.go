// Command council runs the 2024 election of the Coordination Council of Belarus
// again, from the key ceremony to the verified allocation of seats:
//
//	go run ./examples/council
//
// One process plays all parties: 5 trustees, 2 witnesses, the ballot box, 6,723
// voters and a few attackers. The record that it writes is then verified as anyone
// else would, from its files alone. The exit status is 0 only if it verifies and, at
// full size, gives the published seats; 1 if not, 2 if the command was misused.
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
	record  string
	ballots int
	json    bool
	seed    uint64
}

func main() {
	var o options
	flag.StringVar(&o.record, "record", "", "write the record to this new `directory`, and two pictures beside it (default: a temporary one)")
	flag.IntVar(&o.ballots, "ballots", 0, "scale the election down or up to `N` ballots, 50 to 100000")
	flag.BoolVar(&o.json, "json", false, "end with a machine-readable summary instead of tables")
	flag.Uint64Var(&o.seed, "seed", 1, "choose who votes for what and when; keys and ciphertexts are always fresh")
	flag.Parse()
	if flag.NArg() > 0 {
		demo.Misused("council: unexpected argument %q", flag.Arg(0))
	}
	if o.ballots != 0 && (o.ballots < 50 || o.ballots > 100_000) {
		demo.Misused("council: -ballots is %d, must be 50 to 100000", o.ballots)
	}
	if err := run(context.Background(), &o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "council:", err)
		os.Exit(1)
	}
}

// summary is what -json prints.
type summary struct {
	Record     string       `json:"record"`
	Ballots    int          `json:"ballots"`
	Superseded int          `json:"superseded"`
	Challenged int          `json:"challenged"`
	Seats      int          `json:"seats"`
	Verified   bool         `json:"verified"`
	Refused    []string     `json:"refused"`
	Lists      []listResult `json:"lists"`
	Pictures   []string     `json:"pictures"`
	Seconds    demo.Seconds `json:"seconds"`
}

type listResult struct {
	ID             string `json:"id"`
	Votes          uint64 `json:"votes"`
	Seats          int    `json:"seats"`
	FirstAnnounced int    `json:"first_announced"`
	Published      int    `json:"published"`
}

func run(ctx context.Context, o *options, out io.Writer) error {
	c, err := published()
	if err != nil {
		return err
	}
	complete := o.ballots == 0 || o.ballots == c.Ballots
	if !complete {
		if err := c.scale(o.ballots); err != nil {
			return err
		}
	}
	if o.record, err = demo.Directory(o.record, "council"); err != nil {
		return err
	}
	s := &summary{Record: o.record, Seconds: demo.Seconds{}}
	e, err := s.hold(ctx, c, o)
	if err != nil {
		return err
	}
	report, err := s.verify(ctx, o.record)
	if err != nil {
		return err
	}
	result := &report.Result.Contests[0]
	if s.Pictures, err = c.draw(o.record, result); err != nil {
		return err
	}
	for i, l := range c.Lists {
		seats := *result.Totals[i].Seats
		s.Seats += seats
		s.Lists = append(s.Lists, listResult{l.ID, result.Totals[i].Votes, seats, l.SeatsFirstAnnounced, l.Seats})
	}
	var conclusion strings.Builder
	if err := c.conclude(&conclusion, result, complete); err != nil {
		return err
	}
	if o.json {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(s)
	}
	return s.print(out, e.council, report, conclusion.String())
}

// hold runs the election and leaves its record.
func (s *summary) hold(ctx context.Context, c *council, o *options) (e *election, err error) {
	if err := s.Seconds.Phase("setup", func() error { e, err = setUp(c, o.record); return err }); err != nil {
		return nil, err
	}
	plan := c.plan(o.seed)
	if err := s.Seconds.Phase("voting", func() error { return e.Vote(ctx, c.visits(plan)) }); err != nil {
		return nil, err
	}
	attack := func() error {
		s.Refused, err = e.attacked(ctx, plan[0].voter, plan[1].voter)
		return err
	}
	if err := s.Seconds.Phase("attacks", attack); err != nil {
		return nil, err
	}
	return e, s.Seconds.Phase("tally", func() error { return e.tally(ctx, o.record) })
}

// tally closes the box and decrypts without two trustees.
func (e *election) tally(ctx context.Context, dir string) error {
	if _, err := e.Box.Close(time.Now()); err != nil {
		return err
	}
	return e.Decrypt(ctx, dir, 1, 3)
}

// verify checks the record from its files alone.
func (s *summary) verify(ctx context.Context, dir string) (report *verify.Report, err error) {
	err = s.Seconds.Phase("verification", func() error { report, err = demo.Verify(ctx, dir); return err })
	if err != nil {
		return nil, err
	}
	s.Verified, s.Ballots = true, report.Counted
	s.Superseded, s.Challenged = report.Superseded, report.Challenged
	return report, nil
}

func (s *summary) print(out io.Writer, c *council, report *verify.Report, conclusion string) error {
	for _, line := range s.Refused {
		fmt.Fprintln(out, line)
	}
	fmt.Fprintf(out, "\n%s\n", report.Text())
	for _, line := range report.Result.Contests[0].Working {
		fmt.Fprintln(out, line)
	}
	fmt.Fprintln(out)
	if err := c.table(out, &report.Result.Contests[0]); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s", conclusion)
	fmt.Fprintf(out, "%d earlier ballots were replaced by their voters, %d were opened to challenge the device, 2 of 5 trustees stayed away.\n", s.Superseded, s.Challenged)
	fmt.Fprintf(out, "Pictures: %s, %s\nAudit it yourself: go run ./examples/audit %s\n", s.Pictures[0], s.Pictures[1], s.Record)
	fmt.Fprintf(out, "verified: %d ballots, %d seats, record %s\n", s.Ballots, s.Seats, s.Record)
	return nil
}
