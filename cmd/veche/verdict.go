package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"veche.example/cmd/veche/internal/armour"
	"veche.example/cmd/veche/internal/files"
	"veche.example/cmd/veche/internal/secret"
	"veche.example/cmd/veche/internal/verdict"
	"veche.example/tally/record"
)

type verdictCmd struct {
	Check verdictCheckCmd `cmd:"" help:"Verify who has signed a verdict, and on which record."`
}

type verdictCheckCmd struct {
	Verdict string `arg:"" help:"Verdict that veche verify --sign has written."`
	Where   string `arg:"" optional:"" name:"record" help:"Record that it should be about: a directory, a zip archive or a URL."`
	Auditor string `help:"Public key of the auditor who should have signed (NAME.auditor)." placeholder:"FILE"`
}

// verdictData is what is said of a verdict with --json.
type verdictData struct {
	Election    string    `json:"election"`
	Auditor     string    `json:"auditor"`
	Key         string    `json:"key"`
	Verified    bool      `json:"verified"`
	Fingerprint string    `json:"fingerprint"`
	Size        uint64    `json:"size"`   // entries of the log
	Root        string    `json:"root"`   // their tree hash
	Result      string    `json:"result"` // SHA-256 of result.json
	At          time.Time `json:"at"`
	Verifier    string    `json:"verifier"`
}

// Run checks the verdict.
func (c *verdictCheckCmd) Run(a *app) error {
	v, err := readVerdict(c.Verdict)
	if err != nil {
		return err
	}
	if err := v.Verify(); err != nil {
		return failed(fmt.Errorf("%s: not signed by the key that it states: %w", c.Verdict, err))
	}
	known := "nobody vouches for the key: compare it with the auditor's, or state --auditor"
	if c.Auditor != "" {
		p, err := readParty(c.Auditor, secret.Auditor)
		if err != nil {
			return fmt.Errorf("--auditor: %w", err)
		}
		if p.Key != v.Key.String() {
			return failed(fmt.Errorf("%s: signed by %s, not by the key in %s", c.Verdict, v.Key, c.Auditor))
		}
		known = "verify the record yourself if you can: veche verify"
	}
	if c.Where != "" {
		if err := c.compare(a, v); err != nil {
			return err
		}
	}
	d := describeVerdict(v)
	did := fmt.Sprintf("%s: %s has signed at %s with %s that the record of %q with the fingerprint %s %s", c.Verdict, v.Auditor,
		v.At.Format(time.DateTime), v.Verifier, v.Election, d.Fingerprint, map[bool]string{true: "is verified", false: "does NOT verify"}[v.Verified])
	if !v.Verified {
		a.data = d
		return failed(errors.New(did))
	}
	return a.done(d, did, known)
}

func readVerdict(path string) (*verdict.Verdict, error) {
	text, err := files.Read(path, armour.MaxText)
	if err != nil {
		return nil, err
	}
	v, err := verdict.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return v, nil
}

func describeVerdict(v *verdict.Verdict) *verdictData {
	return &verdictData{v.Election, v.Auditor, v.Key.String(), v.Verified, fmt.Sprintf("%x", v.Fingerprint), v.Size,
		fmt.Sprintf("%x", v.Root), fmt.Sprintf("%x", v.Result), v.At, v.Verifier}
}

// compare compares the verdict with the record that is at hand.
func (c *verdictCheckCmd) compare(a *app, v *verdict.Verdict) error {
	e, done, err := a.openPublished(c.Where)
	if err != nil {
		return err
	}
	defer done()
	_, _, ballots, err := e.keys()
	if err != nil {
		return err
	}
	_, checkpoint, err := e.log()
	if err != nil {
		return err
	}
	result, err := e.record.Result(maxResult)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		same bool
		what string
	}{
		{v.Fingerprint == ballots.Fingerprint, "fingerprint"},
		{v.Size == uint64(checkpoint.Tree.N) && v.Root == checkpoint.Tree.Hash, "log"},
		{v.Result == sha256.Sum256(result), record.ResultFile},
	} {
		if !part.same {
			return failed(fmt.Errorf("%s: of another record than %s: the %s differs", c.Verdict, c.Where, part.what))
		}
	}
	return nil
}
