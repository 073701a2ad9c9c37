// Command referendum holds a vote of yes, no or blank, in which a voter catches a
// device that encrypts something else than it was told:
//
//	go run ./examples/referendum
//
// Every ballot is shown to the box as a tracking code first. Then the voter, not
// the device, decides: cast it, or challenge it. A challenged ballot is opened
// and never counts; whoever does not know in advance which it will be cannot
// cheat without being caught half of the time.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"veche.example/ballot"
	"veche.example/elgamal/threshold"
	"veche.example/proofs"
	"veche.example/tally/record"
	"veche.example/tally/verify"
)

// voter is somebody with an opinion, who may distrust the device.
type voter struct {
	name       string
	answer     string
	challenges bool
	lyingPhone bool
	key        *ballot.Credential
}

func main() {
	dir, err := os.MkdirTemp("", "referendum-")
	if err == nil {
		err = run(context.Background(), filepath.Join(dir, "record"), os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "referendum:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, out io.Writer) error {
	voters := []voter{
		{name: "Alena", answer: "yes", challenges: true},
		{name: "Bahdan", answer: "no"},
		{name: "Viera", answer: "yes", challenges: true, lyingPhone: true},
		{name: "Hleb", answer: "blank"},
		{name: "Daryna", answer: "yes"},
	}
	r, err := setUp(dir, voters)
	if err != nil {
		return err
	}
	for i := range voters {
		if err := r.vote(ctx, out, &voters[i]); err != nil {
			return fmt.Errorf("%s: %w", voters[i].name, err)
		}
	}
	if err := r.tally(ctx, dir); err != nil {
		return err
	}
	report, err := verify.Record(ctx, os.DirFS(dir), nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s", report.Text())
	if !report.Verified() {
		return errors.New("the record does not verify")
	}
	fmt.Fprintf(out, "verified: %d ballots, %d opened, record %s\n", report.Counted, report.Challenged, dir)
	return nil
}

// referendum is everything that this one process plays.
type referendum struct {
	*ballot.Election
	writer   *record.Writer
	box      *record.Box
	trustees []*threshold.Trustee
}

func setUp(dir string, voters []voter) (*referendum, error) {
	var entries []ballot.Voter
	for i := range voters {
		voters[i].key = ballot.GenerateCredential()
		entries = append(entries, ballot.Voter{Key: voters[i].key.Key(), Weight: 1})
	}
	roll, err := ballot.NewRoll(entries)
	if err != nil {
		return nil, err
	}
	boxKey := proofs.GenerateSigningKey()
	manifest, ids, err := newManifest(roll, boxKey)
	if err != nil {
		return nil, err
	}
	r := new(referendum)
	if r.writer, err = record.Create(dir, manifest, roll); err != nil {
		return nil, err
	}
	trustees, rounds, err := record.Parameters(manifest, 1).RunLocally(ids)
	if err != nil {
		return nil, err
	}
	r.trustees = trustees
	if r.Election, err = r.writer.Ceremony(&record.Ceremony{Attempt: 1, Rounds: *rounds}); err != nil {
		return nil, err
	}
	r.box, err = record.NewBox(r.writer, roll, boxKey, time.Now())
	return r, err
}

func newManifest(roll *ballot.Roll, boxKey *proofs.SigningKey) (*ballot.Manifest, []*proofs.SigningKey, error) {
	m := ballot.Manifest{
		Version: ballot.Version, ID: "referendum", Title: "A referendum", Width: 3, Threshold: 2, MinBallots: 3,
		Box:  record.BoxParty(boxKey, "veche.example/referendum"),
		Roll: ballot.RollID{Hash: fmt.Sprintf("%x", roll.Hash()), Voters: roll.Len()},
		Contests: []*ballot.Contest{{
			ID: "q", Title: "Shall the treaty be ratified?",
			Rule:    ballot.Rule{Type: ballot.OneOfN, Blank: true},
			Options: []ballot.Option{{ID: "yes", Name: "Yes"}, {ID: "no", Name: "No"}},
		}},
	}
	var ids []*proofs.SigningKey
	for i := range 3 {
		id := proofs.GenerateSigningKey()
		ids = append(ids, id)
		name := fmt.Sprintf("trustee-%d", i+1)
		m.Trustees = append(m.Trustees, ballot.Party{ID: name, Name: name, Key: id.Public().String()})
	}
	b, err := json.Marshal(m)
	if err != nil {
		return nil, nil, err
	}
	manifest, err := ballot.ParseManifest(b)
	return manifest, ids, err
}

func choices(answer string) ballot.Choices {
	if answer == "blank" {
		return ballot.Choices{"q": {Blank: true}}
	}
	return ballot.Choices{"q": {Selected: []string{answer}}}
}

// vote is a voter in front of a device. Whoever challenges gets a fresh ballot
// afterwards; the lying phone is put away.
func (r *referendum) vote(ctx context.Context, out io.Writer, v *voter) error {
	encrypts := v.answer
	if v.lyingPhone {
		encrypts = "no"
	}
	draft, err := r.promised(v, encrypts)
	if err != nil {
		return err
	}
	if v.challenges {
		fmt.Fprintf(out, "%s challenges %s\n", v.name, draft.Code())
		if err := r.open(out, v, draft); err != nil {
			return err
		}
		if draft, err = r.promised(v, v.answer); err != nil {
			return err
		}
	}
	signed, err := draft.Sign(v.key)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s casts %s\n", v.name, draft.Code())
	return r.box.Cast(ctx, [][]byte{signed})[0]
}

// promised builds a ballot and has the box promise its code.
func (r *referendum) promised(v *voter, answer string) (*ballot.Draft, error) {
	h := ballot.Header{Credential: v.key.Key(), Sequence: 1}
	draft, err := r.Build(h, choices(answer), ballot.GenerateSeed())
	if err != nil {
		return nil, err
	}
	request, err := draft.Request(v.key)
	if err != nil {
		return nil, err
	}
	promises, errs := r.box.Promise([][]byte{request}, time.Now())
	if errs[0] != nil {
		return nil, errs[0]
	}
	return draft, draft.CheckPromise(promises[0])
}

// open is the challenge: the device must reveal the seed, and a second device, or
// anybody, rebuilds the ballot and reads what is in it.
func (r *referendum) open(out io.Writer, v *voter, draft *ballot.Draft) error {
	opening, err := draft.Open()
	if err != nil {
		return err
	}
	received, err := r.ParseOpening(opening.Bytes())
	if err != nil {
		return err
	}
	if _, err := received.Rebuild(); err != nil {
		return err
	}
	inside := received.Choices()["q"]
	if got := fmt.Sprint(inside.Selected); got != fmt.Sprint([]string{v.answer}) {
		fmt.Fprintf(out, "  CAUGHT: %s said %s, the device encrypted %s\n", v.name, v.answer, got)
	} else {
		fmt.Fprintf(out, "  the device was honest: %s\n", got)
	}
	return r.box.Challenge(opening.Bytes())
}

func (r *referendum) tally(ctx context.Context, dir string) error {
	if _, err := r.box.Close(time.Now()); err != nil {
		return err
	}
	closed, err := verify.Closed(ctx, os.DirFS(dir), nil)
	if err != nil {
		return err
	}
	shares, err := closed.DecryptLocally(r.trustees, nil)
	if err != nil {
		return err
	}
	if err := r.writer.Tally(shares); err != nil {
		return err
	}
	result, err := closed.Result(shares)
	if err != nil {
		return err
	}
	return r.writer.Result(result)
}
