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
	"veche.example/ballot/box"
	"veche.example/elgamal/threshold"
	"veche.example/tally"
	"veche.example/tally/record"
)

// Progress tells how far a phase is: in the phase Entries how many of the log's entries
// have been verified, of those that its checkpoint covers; in the phase Contests of how
// many contests the mixes and shares have been.
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
	err := v.run(v.readManifest, v.readCheckpoint, v.checkLayout, v.checkManifest, v.checkRoll, v.checkCeremony,
		v.checkLog, v.checkComplete, v.checkContests, v.checkResult)
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

	manifest   *ballot.Manifest
	unread     error // why there is no manifest
	log        *box.Reader
	checkpoint *box.Checkpoint
	unreadLog  error // why there is no checkpoint
	roll       *ballot.Roll
	ceremony   *record.Ceremony
	keys       *threshold.Keys
	election   *ballot.Election
	closing    *record.Closing
	named      naming
	last       box.Kind // event of the log
	ledger     *ballot.Ledger
	aggregate  *tally.Aggregate
	mixings    []*mixing      // of every contest, in Closed
	votes      []*tally.Votes // of every contest

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

// readCheckpoint reads the checkpoint, which says what files the log has. The log is read
// as far as it goes, however it may grow meanwhile.
func (v *verifier) readCheckpoint() error {
	if v.manifest == nil {
		return nil
	}
	if v.log, v.unreadLog = v.in.Log(v.manifest); v.unreadLog == nil {
		v.checkpoint, v.unreadLog = v.log.Checkpoint()
	}
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
	if errors.Is(v.unreadLog, fs.ErrNotExist) {
		c.fail(record.LogDir, "checkpoint: missing: fetch the whole log again")
	}
	if v.checkpoint == nil {
		return nil // of what else is in the log nothing is known
	}
	if faults, err = v.log.Files(v.checkpoint); err != nil {
		return err
	}
	for _, f := range faults {
		c.fail(record.LogDir, "%v", f)
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
	var err error
	if v.ceremony, err = v.in.Ceremony(len(v.manifest.Trustees)); err != nil {
		return unreadable(c, record.CeremonyFile, err)
	}
	if v.keys, v.election, err = v.ceremony.Election(v.manifest); err != nil {
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
