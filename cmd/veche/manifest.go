package main

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/files"
	"veche.example/tally/record"
)

type manifestCmd struct {
	New   manifestNewCmd   `cmd:"" help:"Make an election directory with its manifest and roll."`
	Check manifestCheckCmd `cmd:"" help:"List every problem of a manifest, and what should be intended."`
}

// manifestTemplate is an example with contests of several kinds. What flags of manifest
// new state is left out.
//
//go:embed template.json
var manifestTemplate string

// manifestData is what is said of a manifest with --json.
type manifestData struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Hash     string   `json:"hash"`
	Voters   int      `json:"voters"`
	Contests []string `json:"contests"`
	Files    []string `json:"files,omitempty"` // made
}

func describe(m *ballot.Manifest) *manifestData {
	d := &manifestData{ID: m.ID, Title: m.Title, Hash: fmt.Sprintf("%x", m.Hash()), Voters: m.Roll.Voters}
	for _, c := range m.Contests {
		d.Contests = append(d.Contests, c.ID)
	}
	return d
}

// summary says the same in a line.
func (d *manifestData) summary() string {
	return fmt.Sprintf("%q, %s, %s (%s)", d.Title, count(d.Voters, "voter"), count(len(d.Contests), "contest"), strings.Join(d.Contests, ", "))
}

type manifestCheckCmd struct {
	File string `arg:"" help:"Manifest, or an election directory."`
	Roll string `help:"Text of the roll that goes with it." placeholder:"FILE"`
}

// Run checks the manifest.
func (c *manifestCheckCmd) Run(a *app) error {
	path := c.File
	if isFolder(path) {
		path = filepath.Join(path, record.ManifestFile)
	}
	b, err := files.Read(path, ballot.MaxManifest)
	if err != nil {
		return err
	}
	m, err := ballot.ParseManifest(b)
	if err != nil {
		return failed(fmt.Errorf("%s: %w", path, err))
	}
	roll, err := c.roll(m)
	if err != nil {
		return err
	}
	for _, w := range m.Warnings(roll) {
		a.warn("%s: %s", path, w)
	}
	d := describe(m)
	return a.done(d, fmt.Sprintf("%s is right: %s", path, d.summary()),
		"read the warnings, if there are any; the hash that everybody should see is "+d.Hash)
}

// roll returns the roll that goes with the manifest, nil if none is at hand.
func (c *manifestCheckCmd) roll(m *ballot.Manifest) (*ballot.Roll, error) {
	switch {
	case c.Roll != "":
		_, lines, err := readRoll(c.Roll)
		if err != nil {
			return nil, err
		}
		roll, err := compileRoll(c.Roll, lines, m.Styles)
		if err != nil {
			return nil, failed(err)
		}
		if err := m.CheckRoll(roll); err != nil {
			return nil, failed(fmt.Errorf("%s: %w", c.Roll, err))
		}
		return roll, nil
	case isFolder(c.File):
		e, err := openElection(c.File)
		if err != nil {
			return nil, err
		}
		roll, err := e.roll()
		if err != nil {
			return nil, failed(err)
		}
		return roll, nil
	}
	return nil, nil
}

// readDraft reads a manifest in which what flags state may be missing.
func readDraft(path string) (*ballot.Manifest, error) {
	b, err := files.Read(path, ballot.MaxManifest)
	if err != nil {
		return nil, err
	}
	m := new(ballot.Manifest)
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	err = d.Decode(m)
	if err == nil && d.More() {
		err = errors.New("data after the end of the object: remove it")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}
