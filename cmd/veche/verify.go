package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"veche.example/cmd/veche/internal/files"
	"veche.example/cmd/veche/internal/report"
	"veche.example/cmd/veche/internal/secret"
	"veche.example/cmd/veche/internal/verdict"
	"veche.example/internal/durable"
	"veche.example/tally/record"
	"veche.example/tally/verify"
)

type verifyCmd struct {
	Where string `arg:"" name:"record" help:"Record of the election: a directory, a zip archive or a URL."`
	HTML  string `help:"Write the report as a page for people to this file." placeholder:"FILE"`
	Sign  string `help:"Sign the verdict with this auditor's key, as KEY's sibling NAME.verdict." placeholder:"KEY"`
	As    string `name:"verdict" help:"Write the signed verdict to this file instead." placeholder:"FILE"`
}

// verifyData is what is said of a record with --json.
type verifyData struct {
	Verified bool           `json:"verified"`
	Complete bool           `json:"complete"`
	Report   *verify.Report `json:"report"`
	Files    []string       `json:"files,omitempty"`
}

// Run verifies the record.
func (c *verifyCmd) Run(a *app) error {
	var key *secret.Key
	if c.Sign != "" {
		var err error
		if key, err = a.keys.OpenKey(c.Sign, secret.Auditor); err != nil {
			return err
		}
	}
	e, done, err := a.openPublished(c.Where)
	if err != nil {
		return err
	}
	defer done()
	progress := a.phases()
	r, err := verify.Record(a.ctx, e.fsys, progress.report)
	progress.end()
	if err != nil {
		return fmt.Errorf("%s: no verdict: %w", c.Where, err)
	}
	return c.conclude(a, e, r, key)
}

// conclude says what was found.
func (c *verifyCmd) conclude(a *app, e *election, r *verify.Report, key *secret.Key) error {
	stage, err := a.stageOf(e, r)
	if err != nil && r.Verified() {
		return err
	}
	d := &verifyData{Verified: r.Verified(), Complete: stage.complete, Report: r}
	if c.HTML != "" {
		if err := c.page(a, e, r); err != nil {
			return err
		}
		d.Files = append(d.Files, c.HTML)
	}
	if what, last := e.pending(stage); err == nil && what != "" && holds(r, last) {
		return incomplete("%s: not complete yet: %s; what is there holds", c.Where, what)
	}
	if key != nil {
		path, err := c.sign(e, r, stage, key)
		switch {
		case err == nil:
			d.Files = append(d.Files, path)
		case r.Verified():
			return err
		default: // what was found matters more
			a.warn("no verdict was signed: %v", err)
		}
	}
	return c.say(a, d)
}

// stageOf is stage, without reading the log of a record that was verified again.
func (a *app) stageOf(e *election, r *verify.Report) (stage, error) {
	if !r.Verified() {
		return a.stage(e)
	}
	_, c, err := e.log()
	if err != nil {
		return stage{}, err
	}
	return stage{closed: true, complete: true, size: uint64(c.Tree.N), root: c.Tree.Hash}, nil
}

func (c *verifyCmd) say(a *app, d *verifyData) error {
	wrote := ""
	if len(d.Files) > 0 {
		wrote = "; wrote " + strings.Join(d.Files, ", ")
	}
	if !d.Verified {
		if a.json {
			a.data = d
		} else {
			fmt.Fprint(a.out, d.Report.Text())
		}
		return failed(fmt.Errorf("%s: NOT VERIFIED: %s%s", c.Where, summary(d.Report), wrote))
	}
	if !a.json {
		fmt.Fprint(a.out, d.Report.Text())
	}
	return a.done(d, fmt.Sprintf("verified: %s of %s count in %s%s", count(d.Report.Counted, "ballot"), count(d.Report.Voters, "voter"), c.Where, wrote),
		fmt.Sprintf("compare the fingerprint with the one that the election announced: %s", d.Report.Fingerprint))
}

// lacks says what is missing.
func (s stage) lacks() string {
	switch {
	case s.size == 0:
		return "the ballot box was never open"
	case !s.closed:
		return "the ballot box is not closed"
	}
	return "the trustees have not decrypted, or nobody has counted"
}

// pending says what a record that is not complete lacks, and which is the last check that
// can be made. A record that has a result claims to be complete.
func (e *election) pending(s stage) (what string, last verify.Number) {
	missing := func(name string) bool {
		_, err := fs.Stat(e.fsys, name)
		return errors.Is(err, fs.ErrNotExist)
	}
	switch {
	case s.complete || !missing(record.ResultFile):
		return "", verify.Result
	case s.size == 0 && missing(record.CeremonyFile):
		return "the trustees have not made the key", verify.Roll
	case s.size == 0:
		return s.lacks(), verify.Ceremony
	case !s.closed:
		return s.lacks(), verify.Challenges
	}
	return s.lacks(), verify.Closing
}

// holds says whether the checks up to one hold. The log was read before: that it ends too
// early is one fault of its check, and expected.
func holds(r *verify.Report, last verify.Number) bool {
	for _, check := range r.Checks {
		expected := 0
		if check.Number == verify.Log {
			expected = 1
		}
		if check.Number > verify.Layout && check.Number <= last && check.Failed > expected {
			return false
		}
	}
	return true
}

// summary says in a line which checks have failed.
func summary(r *verify.Report) string {
	var bad []string
	passed := 0
	for _, check := range r.Checks {
		if check.Passed() {
			passed++
		} else if check.Failed > 0 {
			bad = append(bad, check.Name)
		}
	}
	s := fmt.Sprintf("%d of %d checks passed", passed, len(r.Checks))
	if len(bad) > 0 {
		s += ", failed: " + strings.Join(bad, ", ")
	}
	return s
}

// page writes the report for people.
func (c *verifyCmd) page(a *app, e *election, r *verify.Report) error {
	extra := report.FromRecord(a.ctx, e.fsys)
	extra.Version, extra.Command, extra.At = "veche "+version(), "veche verify "+c.Where, time.Now()
	var page bytes.Buffer
	if err := report.HTML(&page, r, extra); err != nil {
		return err
	}
	return durable.Replace(c.HTML, page.Bytes(), 0o644)
}

// sign writes the signed verdict and returns its file.
func (c *verifyCmd) sign(e *election, r *verify.Report, s stage, key *secret.Key) (string, error) {
	path := c.As
	if path == "" {
		path = sibling(c.Sign, ".verdict")
	}
	_, _, ballots, err := e.keys()
	if err != nil {
		return "", fmt.Errorf("%w: a verdict needs an election that can be named", err)
	}
	result, err := e.record.Result(maxResult)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	v := &verdict.Verdict{Election: e.manifest.ID, Auditor: key.ID, Fingerprint: ballots.Fingerprint, Size: s.size, Root: s.root,
		Result: sha256.Sum256(result), Verified: r.Verified(), At: time.Now(), Verifier: "veche " + version()}
	v.Sign(key.SigningKey)
	return path, files.Create(path, v.Text(), 0o644)
}
