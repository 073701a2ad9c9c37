// Package verify is the universal verifier: it takes a published record and
// nothing else, recomputes everything, and reports numbered checks. It trusts no
// declared result and misses nothing that the manifest promises. Auditors run it
// through examples/audit.
//
// It implements docs/spec/verify.md.
package verify

import (
	"bytes"
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

// Progress tells how many of the log's entries have been verified; total is what
// the closing claims, 0 if there is none.
type Progress func(done, total uint64)

// Record verifies the record in fsys. The verdict is in the report; the error is
// not nil only if there is no verdict: the record cannot be listed or read, or ctx
// ended. progress may be nil. Memory grows by some 200 bytes for each ballot.
// Variable time: everything in a record is public.
func Record(ctx context.Context, fsys fs.FS, progress Progress) (*Report, error) {
	v := newVerifier(ctx, fsys, progress)
	err := v.run(v.checkLayout, v.checkManifest, v.checkRoll, v.checkCeremony, v.readClosing,
		v.checkLog, v.checkDecryption, v.checkResult)
	v.report.finish()
	return v.report, err
}

func newVerifier(ctx context.Context, fsys fs.FS, progress Progress) *verifier {
	if progress == nil {
		progress = func(done, total uint64) {}
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
	roll      *ballot.Roll
	keys      *threshold.Keys
	election  *ballot.Election
	closing   *record.Closing
	ledger    *ballot.Ledger
	aggregate *tally.Aggregate
	totals    [][]uint64

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

func (v *verifier) checkLayout() error {
	c := v.check(Layout)
	faults, err := v.in.CheckFiles()
	if err != nil {
		return err
	}
	c.Items = len(record.Files())
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

func (v *verifier) checkManifest() (err error) {
	c := v.check(Manifest)
	c.Items = 1
	if v.manifest, err = v.in.Manifest(); err != nil {
		return unreadable(c, record.ManifestFile, err)
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

// checkDecryption makes the checks from Quorum to Totals for the recomputed sums.
func (v *verifier) checkDecryption() error {
	if v.closing == nil {
		return errStop // so that nothing can have been signed or decrypted
	}
	shares := v.check(Shares)
	published, err := v.in.Tally(v.manifest)
	if err != nil {
		return unreadable(shares, record.TallyFile, err)
	}
	v.check(Quorum)
	totals := v.check(Totals)
	t := v.tally()
	for k := range v.manifest.Contests {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		v.decrypt(k, t, &published[k])
	}
	totals.Reached = shares.Failed == 0
	if shares.Failed+totals.Failed > 0 {
		return errStop
	}
	return nil
}

// decrypt checks what is published for the k-th contest and finds its totals.
func (v *verifier) decrypt(k int, t *Tally, published *tally.Shares) {
	shares, totals, contest := v.check(Shares), v.check(Totals), v.manifest.Contests[k]
	place := fmt.Sprintf("%s, contest %q", record.TallyFile, contest.ID)
	d := t.Decryptions[k]
	if d != nil {
		v.checkQuorum(place, d, published.Signatures)
		shares.Items += present(published.Shares)
	} else if present(published.Signatures)+present(published.Shares) > 0 {
		shares.fail(place, "signatures or shares, but the contest is empty or withheld and needs none")
	}
	total, err := v.aggregate.Totals(k, d, published.Shares)
	if !v.aggregate.Withheld(k) {
		totals.Items += len(contest.Outputs())
	}
	var blame *threshold.BlameError
	if errors.As(err, &blame) {
		v.blame(shares, place, err)
	} else if err != nil {
		totals.fail(place, "%v", err)
	}
	v.totals = append(v.totals, total)
}

func present(s [][]byte) (n int) {
	for i := range s {
		if s[i] != nil {
			n++
		}
	}
	return n
}

// checkQuorum demands a quorum and refuses every wrong signature, needed or not.
func (v *verifier) checkQuorum(place string, d *threshold.Decryption, signatures [][]byte) {
	c := v.check(Quorum)
	c.Items += present(signatures)
	if err := d.CheckQuorum(signatures); err != nil {
		c.fail(place, "%v", err)
	}
	if d.Check() != nil {
		return
	}
	for i, signer := range d.Keys.Signers() {
		if s := signatures[i]; s != nil && d.VerifySignature(signer, s) != nil {
			c.fail(place, "signature of %s: not on the list that follows from the log", v.signer(i))
		}
	}
}

func (v *verifier) signer(i int) string {
	if n := len(v.manifest.Trustees); i >= n {
		return "witness " + v.manifest.Witnesses[i-n].ID
	}
	return "trustee " + v.manifest.Trustees[i].ID
}

func (v *verifier) checkResult() error {
	c := v.check(Result)
	c.Items = len(v.manifest.Contests)
	result, err := v.aggregate.Result(v.totals, v.closing.Digest(v.election))
	if err != nil {
		c.fail(record.ResultFile, "%v", err)
		return nil
	}
	v.report.Result = result
	published, err := v.in.Result()
	if err != nil {
		if err := unreadable(c, record.ResultFile, err); !errors.Is(err, errStop) {
			return err
		}
		return nil
	}
	if !bytes.Equal(published, result.Bytes()) {
		line, want, got := difference(result.Bytes(), published)
		c.fail(record.ResultFile, "line %d is %q, recomputed %q", line, got, want)
	}
	return nil
}

// difference returns the first line in which two texts differ.
func difference(want, got []byte) (line int, w, g string) {
	wants, gots := bytes.Split(want, []byte("\n")), bytes.Split(got, []byte("\n"))
	for i := range max(len(wants), len(gots)) {
		w, g = "(nothing)", "(nothing)"
		if i < len(wants) {
			w = string(wants[i])
		}
		if i < len(gots) {
			g = string(gots[i][:min(len(gots[i]), 200)])
		}
		if w != g {
			return i + 1, w, g
		}
	}
	return 0, "", ""
}

// finish writes what the checks that passed have established.
func (r *Report) finish() {
	established := map[Number]string{
		Layout:     "exactly the %d files of a record",
		Manifest:   "well-formed, %d contests, every rule compiles",
		Roll:       "the %d voters that the manifest fixes",
		Ceremony:   "%d trustees made the key together; all proofs and confirmations hold",
		Log:        "%d entries in order after the box's signed opening",
		Promises:   "%d promises signed by the box",
		Ballots:    "%d ballots signed by their voters and proven to be valid votes",
		Acceptance: "%d ballots and promises: on the roll, once, uncopied",
		Challenges: "%d challenged ballots rebuilt from their seeds, none of them cast",
		Closing:    "%d closing signed by the box over the recomputed tree hash",
		Quorum:     "%d signatures of one list per contest; each list has its quorum",
		Shares:     "%d decryption shares proven right",
		Totals:     "%d totals decrypted from the recomputed sum",
		Result:     "%d contests recounted; the published result is the recomputed one",
	}
	for i := range r.Checks {
		if c := &r.Checks[i]; c.Passed() {
			c.Established = fmt.Sprintf(established[c.Number], c.Items)
		}
	}
}
