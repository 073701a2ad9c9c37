package main

import (
	"bytes"
	"errors"
	"fmt"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/cmd/veche/internal/armour"
	"veche.example/cmd/veche/internal/files"
	"veche.example/cmd/veche/internal/paper"
	"veche.example/cmd/veche/internal/receipt"
	"veche.example/internal/durable"
)

type receiptCmd struct {
	Check receiptCheckCmd `cmd:"" help:"Verify that a ballot is in the log, and what a challenged one holds."`
}

type receiptCheckCmd struct {
	Receipt string `arg:"" help:"Receipt that veche vote has written."`
	Where   string `arg:"" optional:"" name:"election" help:"Election directory or URL; without it the receipt's own log key is trusted."`
}

// receiptData is what is said of a receipt with --json.
type receiptData struct {
	Decision string         `json:"decision"`
	Code     string         `json:"code,omitempty"`
	Entry    uint64         `json:"entry"` // of the log
	Log      string         `json:"log"`   // its key
	Size     uint64         `json:"size"`  // entries of the newest checkpoint
	Choices  ballot.Choices `json:"choices,omitempty"`
}

// Run checks the receipt.
func (c *receiptCheckCmd) Run(a *app) error {
	r, err := readReceipt(c.Receipt)
	if err != nil {
		return err
	}
	if c.Where == "" {
		return c.alone(a, r)
	}
	e, done, err := a.openPublished(c.Where)
	if err != nil {
		return err
	}
	defer done()
	return c.against(a, r, e)
}

func readReceipt(path string) (*receipt.Receipt, error) {
	text, err := files.Read(path, armour.MaxText)
	if err != nil {
		return nil, err
	}
	r, err := receipt.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// alone checks the receipt without anything else.
func (c *receiptCheckCmd) alone(a *app, r *receipt.Receipt) error {
	if !r.Confirmed() {
		return incomplete("%s: the ballot box has given no proof yet: name the election directory or its URL, to see what became of the ballot", c.Receipt)
	}
	index, checkpoint, err := r.Verify()
	if err != nil {
		return failed(fmt.Errorf("%s: %w", c.Receipt, err))
	}
	d := describeReceipt(r, index, checkpoint)
	return a.done(d, fmt.Sprintf("%s: %s is entry %d of the log %s", c.Receipt, r.What(), index, r.LogKey),
		"compare the log's key with that in the manifest, or name the election: veche receipt check "+c.Receipt+" DIR")
}

func describeReceipt(r *receipt.Receipt, index uint64, checkpoint *box.Checkpoint) *receiptData {
	d := &receiptData{Decision: "cast", Entry: index, Log: r.LogKey, Size: uint64(checkpoint.Tree.N)}
	if r.Challenged() {
		d.Decision = "challenge"
	} else {
		d.Code = r.Code().String()
	}
	return d
}

// against checks the receipt against the election and its log.
func (c *receiptCheckCmd) against(a *app, r *receipt.Receipt, e *election) error {
	_, _, ballots, err := e.keys()
	if err != nil {
		return err
	}
	b, err := r.CheckElection(ballots)
	if err != nil {
		return failed(fmt.Errorf("%s: %w", c.Receipt, err))
	}
	log, now, err := e.log()
	if err != nil {
		return err
	}
	if !r.Confirmed() {
		if err := c.confirm(a, r, log, now); err != nil {
			return err
		}
	}
	index, then, err := r.Verify()
	if err == nil {
		err = log.Extends(then, now)
	}
	if err != nil {
		return failed(fmt.Errorf("%s: %w: keep the receipt as evidence", c.Receipt, err))
	}
	d := describeReceipt(r, index, now)
	d.Code, d.Choices = b.Code.String(), b.Choices
	if r.Challenged() {
		return a.done(d, fmt.Sprintf("%s: the ballot %s was challenged (entry %d of %d), and holds\n%s", c.Receipt, b.Code, index, now.Tree.N,
			paper.Text(e.manifest.StyleContests(b.Style), b.Choices)), "if these are not the choices that were made, the device that encrypted them is at fault: publish the receipt")
	}
	return a.done(d, fmt.Sprintf("%s: the ballot %s is entry %d of %d in the log of %s", c.Receipt, b.Code, index, now.Tree.N, c.Where),
		"keep the receipt; when the result is out: veche verify "+c.Where)
}

// confirm looks for the entry in the log, and completes the receipt with its proof.
func (c *receiptCheckCmd) confirm(a *app, r *receipt.Receipt, log *box.Reader, now *box.Checkpoint) error {
	found, closed := uint64(0), false
	err := a.eachEntry(log, now, func(index uint64, kind box.Kind, body []byte) error {
		if kind == box.Kind(r.Entry[0]) && bytes.Equal(body, r.Entry[1:]) {
			found = index
		}
		closed = closed || kind == box.Closing
		return nil
	})
	switch {
	case err != nil:
		return failed(err)
	case found == 0 && closed:
		return failed(errors.New(c.Receipt + ": the ballot is not in the log, and the ballot box is closed. If it was sent in time, the receipt holds the box's promise: show it to the trustees"))
	case found == 0:
		return incomplete("%s: the ballot is not in the log: vote again", c.Receipt)
	}
	proof, err := log.Prove(now, found)
	if err != nil {
		return err
	}
	r.Proof = proof.Bytes()
	return durable.Replace(c.Receipt, r.Text(), 0o644)
}
