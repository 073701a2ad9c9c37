package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/files"
	"veche.example/cmd/veche/internal/secret"
	"veche.example/proofs"
	"veche.example/tally/record"
)

// maxDefaultWidth bounds the keys of an election that states no width: more of them make
// large ballots smaller and the key ceremony longer.
const maxDefaultWidth = 16

type manifestNewCmd struct {
	Dir        string   `arg:"" optional:"" help:"Election directory to make."`
	Template   bool     `help:"Print an example of a manifest to edit and use with --manifest."`
	Manifest   string   `help:"Start from this manifest; a flag takes the place of its field." placeholder:"FILE"`
	Title      string   `help:"Title of the election."`
	ID         string   `help:"ID of the election; made of the title if there is none."`
	Contest    []string `help:"Contest as 'ID: Title: rule(args): Option, Option…'." sep:"none" placeholder:"CONTEST"`
	Trustee    []string `help:"Public keys of the trustees, in their order (NAME.trustee)." placeholder:"FILE"`
	Threshold  int      `help:"How many trustees decrypt."`
	Witness    []string `help:"Public keys of witnesses (NAME.witness)." placeholder:"FILE"`
	Mixer      []string `help:"Public keys of mixers (NAME.mixer)." placeholder:"FILE"`
	Mixes      int      `help:"How many of the mixers must have mixed."`
	Roll       string   `help:"Text of the roll." placeholder:"FILE" xor:"roll"`
	Voter      []string `help:"Voters' public keys (NAME.voter), in place of a roll." placeholder:"FILE" xor:"roll"`
	MinBallots int      `help:"Least number of ballots that a contest is decrypted with."`
	Width      int      `help:"Number of the election's keys; chosen by the contests if there is none."`
	Box        string   `help:"Public key of the ballot box (NAME.box), in place of a new one in DIR.box.key." placeholder:"FILE"`
}

// boxKeyPath is where the box's key is if nobody says otherwise.
func boxKeyPath(dir string) string { return beside(dir, ".box.key") }

// Run makes the election directory, or prints the template.
func (c *manifestNewCmd) Run(a *app) error {
	if c.Template {
		return a.print(json.RawMessage(manifestTemplate), manifestTemplate)
	}
	if err := c.check(); err != nil {
		return err
	}
	m, err := c.draft()
	if err != nil {
		return err
	}
	roll, err := c.roll(m)
	if err != nil {
		return err
	}
	m.Roll = ballot.RollID{Hash: fmt.Sprintf("%x", roll.Hash()), Voters: roll.Len()}
	box := proofs.GenerateSigningKey()
	if c.Box == "" {
		m.Box = secret.NewBox(box)
	}
	parsed, err := finish(m)
	if err != nil {
		return err
	}
	if err := parsed.CheckRoll(roll); err != nil {
		return err
	}
	return c.write(a, parsed, roll, box)
}

func (c *manifestNewCmd) check() error {
	switch {
	case c.Dir == "":
		return errors.New("name the election directory to make, or --template")
	case c.Roll == "" && len(c.Voter) == 0:
		return errors.New("who may vote? State --roll FILE or --voter FILE")
	}
	if entries, err := os.ReadDir(c.Dir); err == nil && len(entries) > 0 || err != nil && files.Exists(c.Dir) {
		return fmt.Errorf("%s exists: nothing is overwritten; name a new directory", c.Dir)
	}
	if key := boxKeyPath(c.Dir); c.Box == "" && files.Exists(key) {
		return fmt.Errorf("%s exists: nothing is overwritten; move it away or name another directory", key)
	}
	return nil
}

// draft returns the manifest that the file and the flags state, without its roll and without a
// new key of the box.
func (c *manifestNewCmd) draft() (m *ballot.Manifest, err error) {
	m = &ballot.Manifest{Version: ballot.Version}
	if c.Manifest != "" {
		if m, err = readDraft(c.Manifest); err != nil {
			return nil, err
		}
	}
	set(&m.Title, c.Title)
	set(&m.ID, c.ID)
	if m.ID == "" {
		m.ID = slug(m.Title, "election")
	}
	set(&m.Threshold, c.Threshold)
	set(&m.Mixes, c.Mixes)
	set(&m.MinBallots, c.MinBallots)
	set(&m.Width, c.Width)
	if len(c.Contest) > 0 {
		m.Contests = nil
	}
	for _, text := range c.Contest {
		contest, err := parseContest(text)
		if err != nil {
			return nil, fmt.Errorf("--contest: %w", err)
		}
		m.Contests = append(m.Contests, contest)
	}
	return m, c.parties(m)
}

// set replaces a field by a flag that is stated.
func set[T comparable](field *T, flag T) {
	var none T
	if flag != none {
		*field = flag
	}
}

// parties reads the public keys.
func (c *manifestNewCmd) parties(m *ballot.Manifest) (err error) {
	for _, p := range []struct {
		role    string
		paths   []string
		parties *[]ballot.Party
	}{
		{secret.Trustee, c.Trustee, &m.Trustees}, {secret.Witness, c.Witness, &m.Witnesses}, {secret.Mixer, c.Mixer, &m.Mixers},
	} {
		if len(p.paths) > 0 {
			*p.parties = nil
		}
		for _, path := range p.paths {
			party, err := readParty(path, p.role)
			if err != nil {
				return fmt.Errorf("--%s: %w", p.role, err)
			}
			*p.parties = append(*p.parties, *party)
		}
	}
	if c.Box == "" {
		return nil
	}
	text, err := files.Read(c.Box, 1<<10)
	if err != nil {
		return fmt.Errorf("--box: %w", err)
	}
	box, err := secret.ParseBox(text)
	if err != nil {
		return fmt.Errorf("--box: %s: %w", c.Box, err)
	}
	m.Box = *box
	return nil
}

// readParty reads a public key of a role.
func readParty(path, role string) (*ballot.Party, error) {
	text, err := files.Read(path, 1<<10)
	if err != nil {
		return nil, err
	}
	got, id, key, err := secret.ParsePublic(text)
	if err == nil && got != role {
		err = fmt.Errorf("the public key of %s, that of %s is needed", secret.Whose(got), secret.Whose(role))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &ballot.Party{ID: id, Name: id, Key: key.String()}, nil
}

// roll makes the roll.
func (c *manifestNewCmd) roll(m *ballot.Manifest) (*ballot.Roll, error) {
	if c.Roll != "" {
		_, lines, err := readRoll(c.Roll)
		if err != nil {
			return nil, err
		}
		return compileRoll(c.Roll, lines, m.Styles)
	}
	var voters []ballot.Voter
	for _, path := range c.Voter {
		keys, err := readVoters(path)
		if err != nil {
			return nil, fmt.Errorf("--voter: %w", err)
		}
		for _, key := range keys {
			voters = append(voters, ballot.Voter{Key: key, Weight: 1})
		}
	}
	return ballot.NewRoll(voters)
}

// finish chooses a width if none is stated, and checks all.
func finish(m *ballot.Manifest) (*ballot.Manifest, error) {
	if m.Width == 0 {
		m.Width = 1
		parsed, err := parse(m)
		if err != nil {
			return nil, err
		}
		for _, c := range parsed.Contests {
			m.Width = max(m.Width, min(maxDefaultWidth, max(len(c.Outputs()), c.Plaintexts())))
		}
	}
	return parse(m)
}

// parse checks all of a manifest, of which anything may be missing.
func parse(m *ballot.Manifest) (*ballot.Manifest, error) {
	m.Trustees = append([]ballot.Party{}, m.Trustees...) // a list that is not there would be null
	m.Contests = append([]*ballot.Contest{}, m.Contests...)
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	return ballot.ParseManifest(append(b, '\n'))
}

// write makes the files: the box's key first, so that there is no election without it.
func (c *manifestNewCmd) write(a *app, m *ballot.Manifest, roll *ballot.Roll, box *proofs.SigningKey) error {
	d := describe(m)
	if c.Box == "" {
		key := boxKeyPath(c.Dir)
		lock, err := a.keys.Choose(key)
		if err != nil {
			return err
		}
		if err := lock.CreateKey(key, secret.Box, "box", box); err != nil {
			return err
		}
		d.Files = append(d.Files, key)
	}
	if _, err := record.Create(c.Dir, m, roll); err != nil {
		if c.Box == "" {
			err = errors.Join(err, os.Remove(boxKeyPath(c.Dir)))
		}
		return err
	}
	d.Files = append(d.Files, filepath.Join(c.Dir, record.ManifestFile), filepath.Join(c.Dir, record.RollFile))
	for _, w := range m.Warnings(roll) {
		a.warn("%s: %s", record.ManifestFile, w)
	}
	return a.done(d, fmt.Sprintf("made %s: %s", strings.Join(d.Files, ", "), d.summary()),
		fmt.Sprintf("let the trustees (%s) read the manifest, then each: veche trustee join %s KEY", strings.Join(ids(m.Trustees), ", "), c.Dir))
}
