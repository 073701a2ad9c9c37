package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"veche.example/cmd/veche/internal/export"
	"veche.example/cmd/veche/internal/files"
	"veche.example/cmd/veche/internal/report"
	"veche.example/tally"
	"veche.example/tally/record"
	"veche.example/tally/verify"
)

type exportCmd struct {
	Where      string `arg:"" name:"record" help:"Record of the election: a directory, a zip archive or a URL."`
	Format     string `required:"" enum:"json,nist-cdf,blt,preflib" help:"json: the result with its workings and the manifest; nist-cdf: NIST SP 1500-100 version 2; blt, preflib: the votes of a ranked contest."`
	Contest    string `help:"Export this contest alone." placeholder:"ID"`
	Out        string `help:"Write to this file, which must not exist, and not to standard output." placeholder:"FILE"`
	Unverified bool   `help:"Do not verify the record first: take the result that is published."`
}

// maxResult bounds a result that nobody has verified, in bytes.
const maxResult = 64 << 20

// exportData is what is said of an export with --json.
type exportData struct {
	Format   string `json:"format"`
	Verified bool   `json:"verified"`
	File     string `json:"file,omitempty"`
	Content  any    `json:"content,omitempty"` // a JSON object, or text
}

// Run verifies the record and exports its result.
func (c *exportCmd) Run(a *app) error {
	e, done, err := a.openPublished(c.Where)
	if err != nil {
		return err
	}
	defer done()
	if c.Out != "" && files.Exists(c.Out) { // said before the work, and again when it is written
		return fmt.Errorf("%s: %w: nothing is overwritten; move it away or choose another name", c.Out, fs.ErrExist)
	}
	in := &export.Election{Manifest: e.manifest, Contest: c.Contest, Made: time.Now(), Program: "veche " + version()}
	if err := c.result(a, e, in); err != nil {
		return err
	}
	if err := in.Check(); err != nil {
		return fmt.Errorf("%s: %w", c.Where, err)
	}
	extra := report.FromRecord(a.ctx, e.fsys)
	in.Opened, in.Closed = extra.Opened, extra.Closed
	b, err := c.write(in)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Where, err)
	}
	return c.say(a, b)
}

// result takes the result from the verification, or the published one.
func (c *exportCmd) result(a *app, e *election, in *export.Election) (err error) {
	if c.Unverified {
		if c.Format == "blt" || c.Format == "preflib" {
			return fmt.Errorf("--unverified: %s has the votes, which only the verification reads: leave it out", c.Format)
		}
		in.Result, err = e.publishedResult()
		if err == nil {
			a.warn("%s was not verified: this result is what somebody published", c.Where)
		}
		return err
	}
	if s, err := a.stage(e); err == nil && !s.complete {
		return incomplete("%s: no result yet: %s", c.Where, s.lacks())
	}
	progress := a.phases()
	r, err := verify.Record(a.ctx, e.fsys, progress.report)
	progress.end()
	if err != nil {
		return fmt.Errorf("%s: no verdict: %w", c.Where, err)
	}
	if !r.Verified() {
		return failed(fmt.Errorf("%s: NOT VERIFIED: %s: veche verify %s says what is wrong", c.Where, summary(r), c.Where))
	}
	in.Report, in.Result = r, r.Result
	return nil
}

// publishedResult returns what the record says that its result is.
func (e *election) publishedResult() (*tally.Result, error) {
	b, err := e.record.Result(maxResult)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, incomplete("%s: no result yet: run veche tally, or wait for whoever does", e.file(record.ResultFile))
	}
	if err == nil && len(b) > maxResult {
		err = fmt.Errorf("more than %d bytes", maxResult)
	}
	r := new(tally.Result)
	if err == nil {
		in := json.NewDecoder(bytes.NewReader(b))
		in.DisallowUnknownFields()
		err = in.Decode(r)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: not the result of an election: %w", e.file(record.ResultFile), err)
	}
	return r, nil
}

func (c *exportCmd) write(in *export.Election) ([]byte, error) {
	switch c.Format {
	case "json":
		return in.JSON()
	case "nist-cdf":
		return in.CDF()
	case "blt":
		return in.BLT()
	}
	return in.PrefLib()
}

// say writes what was made.
func (c *exportCmd) say(a *app, b []byte) error {
	d := exportData{Format: c.Format, Verified: !c.Unverified, File: c.Out}
	if c.Out == "" {
		if d.Content = string(b); json.Valid(b) {
			d.Content = json.RawMessage(b)
		}
		return a.print(d, string(b))
	}
	if err := files.Create(c.Out, b, 0o644); err != nil {
		return err
	}
	what := "verified"
	if c.Unverified {
		what = "NOT verified"
	}
	return a.done(d, fmt.Sprintf("wrote %s: the result of %s, %s, as %s", c.Out, c.Where, what, c.Format),
		"give the record along with it: veche verify "+c.Where+" proves the result")
}
