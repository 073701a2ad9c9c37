package main

import (
	"bytes"
	"fmt"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/files"
	"veche.example/tally/record"
)

type ceremonyCmd struct {
	Finish ceremonyFinishCmd `cmd:"" help:"Verify all rounds and publish them as ceremony.bin."`
}

type ceremonyFinishCmd struct {
	Dir     string   `arg:"" help:"Election directory."`
	Attempt uint32   `help:"Number of the attempt at the key." default:"1"`
	In      []string `help:"Read messages from these files and folders too." placeholder:"PATH"`
}

// ceremonyData is what a published ceremony says with --json.
type ceremonyData struct {
	Attempt     uint32 `json:"attempt"`
	Fingerprint string `json:"fingerprint"`
	File        string `json:"file"`
}

// Run publishes the ceremony.
func (c *ceremonyFinishCmd) Run(a *app) error {
	e, err := openElection(c.Dir)
	if err != nil {
		return err
	}
	r, err := e.rounds(c.Attempt, &channel{In: c.In})
	if err != nil {
		return err
	}
	p, err := r.publish()
	if err != nil {
		return err
	}
	return a.done(p.data, p.did, p.next)
}

// published is a ceremony that is in the election directory.
type published struct {
	ceremony  *record.Ceremony
	data      ceremonyData
	did, next string
}

// publish verifies the four rounds and writes them into the election directory. Done again it
// changes nothing.
func (r *rounds) publish() (*published, error) {
	c := &record.Ceremony{Attempt: r.attempt}
	for round := range c.Rounds {
		messages, err := r.all(round)
		if err != nil {
			return nil, err
		}
		c.Rounds[round] = messages
	}
	e, err := r.write(c)
	if err != nil {
		return nil, r.blame(anyRound, err)
	}
	file := r.file(record.CeremonyFile)
	return &published{
		ceremony: c,
		data:     ceremonyData{r.attempt, fmt.Sprintf("%x", e.Fingerprint), file},
		did:      fmt.Sprintf("the election has a key, published in %s; its fingerprint is %x", file, e.Fingerprint),
		next: fmt.Sprintf("let all trustees compare the fingerprint, then open the box: veche box serve %s --key %s",
			r.dir, boxKeyPath(r.dir)),
	}, nil
}

// write verifies a ceremony and writes it into the election directory, unless it is there.
func (r *rounds) write(c *record.Ceremony) (*ballot.Election, error) {
	path := r.file(record.CeremonyFile)
	if !files.Exists(path) {
		w, err := record.Resume(r.dir, nil)
		if err != nil {
			return nil, err
		}
		return w.Ceremony(c)
	}
	b := c.Bytes()
	there, err := files.Read(path, int64(len(b)))
	if err != nil || !bytes.Equal(there, b) {
		return nil, fmt.Errorf("%s: holds another one already: an election has one key, and a second one is another election", path)
	}
	_, e, err := c.Election(r.manifest)
	return e, err
}
