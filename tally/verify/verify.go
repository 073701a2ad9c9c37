// Package verify is the universal verifier: it takes a published record and
// nothing else, recomputes everything, and reports numbered checks. It trusts no
// declared result and misses nothing that the manifest promises. Auditors run it
// through examples/audit.
//
// It implements docs/spec/verify.md.
package verify

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"veche.example/ballot"
	"veche.example/elgamal/threshold"
	"veche.example/tally"
	"veche.example/tally/record"
)

// Progress tells how far a phase is: in the phase Entries how many of the log's entries
// have been verified, of the total that the closing claims, 0 if there is none; in the
// phase Contests of how many contests the mixes and shares have been.
type Progress func(phase Phase, done, total uint64)

// Phase is a part of the verification that can take long.
type Phase string

// The phases, in their order.
const (
	Entries  Phase = "log"
	Contests Phase = "contests"
)

// Record verifies the record in fsys. The verdict is in the report; the error is
// not nil only if there is no verdict: the record cannot be listed or read, or ctx
// ended. progress may be nil. Memory grows by some 200 bytes for each ballot and by the
// bytes of its mixed contests; the lists of one mixed contest are in memory at a time.
// Variable time: everything in a record is public.
func Record(ctx context.Context, fsys fs.FS, progress Progress) (*Report, error) {
	v := newVerifier(ctx, fsys, progress)
	err := v.run(v.readManifest, v.checkLayout, v.checkManifest, v.checkRoll, v.checkCeremony, v.readClosing,
		v.checkLog, v.checkContests, v.checkResult)
	v.report.finish()
	return v.report, err
}

func newVerifier(ctx context.Context, fsys fs.FS, progress Progress) *verifier {
	if progress == nil {
		progress = func(phase Phase, done, total uint64) {}
	}
	v := &verifier{ctx: ctx, in: record.NewReader(fsys), progress: progress, report: new(Report)}
	for n := Layout; n <= Result; n++ {
		v.report.Checks = append(v.report.Checks, Check{Number: n, Name: names[n]})
	}
	return v
}

// verifier carries what the checks have established so far.
type verifier struct {
	ctx      context.Context
	in       *record.Reader
	progress Progress
	report   *Report

	manifest  *ballot.Manifest
	unread    error // why there is no manifest
	roll      *ballot.Roll
	keys      *threshold.Keys
	election  *ballot.Election
	closing   *record.Closing
	ledger    *ballot.Ledger
	aggregate *tally.Aggregate
	mixings   []*mixing      // of every contest, in Closed
	votes     []*tally.Votes // of every contest

	begun []*Check // by the step that is running
}

// errStop ends the run after a failure that leaves nothing to check.
var errStop = errors.New("nothing left to check")

// run makes the steps in order. A step that ends with an error leaves no verdict on
// what it began to check.
func (v *verifier) run(steps ...func() error) error {
	for _, step := range steps {
		v.begun = v.begun[:0]
		err := v.ctx.Err()
		if err == nil {
			err = step()
		}
		if errors.Is(err, errStop) {
			return nil
		}
		if err != nil {
			for _, c := range v.begun {
				c.Reached = false
			}
			return err
		}
	}
	return nil
}

// check begins a check, or goes on with it.
func (v *verifier) check(n Number) *Check {
	c := &v.report.Checks[n-1]
	c.Reached = true
	v.begun = append(v.begun, c)
	return c
}

// readManifest reads the manifest, which says what files there can be, before the first
// check is made.
func (v *verifier) readManifest() error {
	v.manifest, v.unread = v.in.Manifest()
	return nil
}

func (v *verifier) checkLayout() (err error) {
	c := v.check(Layout)
	var faults []error
	if c.Items, faults, err = v.in.CheckFiles(v.manifest); err != nil {
		return err
	}
	for _, f := range faults {
		c.fail("record", "%v", f)
	}
	return nil
}

// unreadable turns the error of reading a file into a finding, or into the end
// of the run if the file is there and the system cannot read it.
func unreadable(c *Check, name string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	c.fail(name, "%s", strings.TrimPrefix(err.Error(), name+": "))
	return errStop
}

func (v *verifier) checkManifest() error {
	c := v.check(Manifest)
	c.Items = 1
	if v.unread != nil {
		return unreadable(c, record.ManifestFile, v.unread)
	}
	v.report.Election, v.report.Title = v.manifest.ID, v.manifest.Title
	c.Items = len(v.manifest.Contests)
	return nil
}

func (v *verifier) checkRoll() (err error) {
	c := v.check(Roll)
	c.Items = v.manifest.Roll.Voters
	if v.roll, err = v.in.Roll(); err != nil {
		return unreadable(c, record.RollFile, err)
	}
	if err := v.manifest.CheckRoll(v.roll); err != nil {
		c.fail(record.RollFile, "%v", err)
		return errStop
	}
	v.report.Voters = v.roll.Len()
	v.report.Warnings = v.manifest.Warnings(v.roll)
	return nil
}

func (v *verifier) checkCeremony() error {
	c := v.check(Ceremony)
	c.Items = len(v.manifest.Trustees)
	ceremony, err := v.in.Ceremony(len(v.manifest.Trustees))
	if err != nil {
		return unreadable(c, record.CeremonyFile, err)
	}
	if v.keys, v.election, err = ceremony.Election(v.manifest); err != nil {
		v.blame(c, record.CeremonyFile, err)
		return errStop
	}
	v.report.Fingerprint = hex.EncodeToString(v.election.Fingerprint[:])
	return nil
}

// blame records a finding for every trustee that the error names, or one for place.
func (v *verifier) blame(c *Check, place string, err error) {
	var blame *threshold.BlameError
	if !errors.As(err, &blame) {
		c.fail(place, "%v", err)
		return
	}
	for k, j := range blame.Trustees {
		place := fmt.Sprintf("%s, trustee %d (%s)", place, j, v.manifest.Trustees[j-1].ID)
		if k == 0 {
			c.fail(place, "%v", err) // names all reasons
		} else {
			c.fail(place, "as said of trustee %d", blame.Trustees[0])
		}
	}
}

// readClosing verifies the signature; checkLog compares size and hash.
func (v *verifier) readClosing() (err error) {
	c := v.check(Closing)
	c.Items = 1
	if v.closing, err = v.in.Closing(); err != nil {
		err = unreadable(c, record.ClosingFile, err)
		v.closing = nil
		if errors.Is(err, errStop) {
			return nil // the log can be checked without
		}
		return err
	}
	if err := v.closing.Verify(v.election); err != nil {
		c.fail(record.ClosingFile, "%v", err)
	}
	return nil
}
