package main

import (
	"fmt"
	"time"

	"veche.example/tally/verify"
)

type benchCmd struct {
	Verify benchVerifyCmd `cmd:"" help:"Verify a record and say how fast that is."`
	Box    benchBoxCmd    `cmd:"" help:"Have ballots cast into a ballot box on this machine and say how many it takes."`
}

type benchVerifyCmd struct {
	Where string `arg:"" name:"record" help:"Record of an election: a directory, a zip archive or a URL."`
}

// benchVerifyData is what is said of a verification with --json.
type benchVerifyData struct {
	Verified  bool    `json:"verified"`
	Ballots   int     `json:"ballots"`
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"ballots_per_second"`
}

// Run verifies the record.
func (c *benchVerifyCmd) Run(a *app) error {
	e, done, err := a.openPublished(c.Where)
	if err != nil {
		return err
	}
	defer done()
	start, progress := time.Now(), a.phases()
	r, err := verify.Record(a.ctx, e.fsys, progress.report)
	progress.end()
	if err != nil {
		return fmt.Errorf("%s: no verdict: %w", c.Where, err)
	}
	d := &benchVerifyData{Verified: r.Verified(), Ballots: r.Counted + r.Superseded, Seconds: time.Since(start).Seconds()}
	d.PerSecond = float64(d.Ballots) / d.Seconds
	return a.print(d, fmt.Sprintf("%d ballots in %.2f s: %.0f ballots a second\n", d.Ballots, d.Seconds, d.PerSecond))
}
