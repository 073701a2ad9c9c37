package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/armour"
	"veche.example/cmd/veche/internal/files"
)

type credentialCmd struct {
	New credentialNewCmd `cmd:"" help:"Make a voter's credential: NAME.credential (secret) and NAME.voter (public)."`
}

type credentialNewCmd struct {
	Names []string `arg:"" name:"name" help:"Name of the files, with a folder in front or not."`
}

// credentialData is what is said of a new credential with --json.
type credentialData struct {
	Name  string   `json:"name"`
	Voter string   `json:"voter"` // the public token
	Files []string `json:"files"`
}

// Run makes the credentials.
func (c *credentialNewCmd) Run(a *app) error {
	for _, name := range c.Names {
		if base := filepath.Base(name); base == "." || base == string(filepath.Separator) {
			return fmt.Errorf("%q: no name of a file", name)
		}
		for _, path := range []string{name + ".credential", name + ".voter"} {
			if files.Exists(path) {
				return fmt.Errorf("%s exists: nothing is overwritten; choose another name", path)
			}
		}
	}
	var made []credentialData
	for _, name := range c.Names {
		d, err := makeCredential(name)
		if err != nil {
			return err
		}
		made = append(made, *d)
	}
	return a.done(made, "made the credentials of "+strings.Join(c.Names, ", "),
		"give NAME.voter to the organiser; keep NAME.credential to yourself: whoever has it can vote in your place")
}

func makeCredential(name string) (*credentialData, error) {
	c := ballot.GenerateCredential()
	key := c.Key()
	d := &credentialData{name, armour.Token(armour.VoterToken, key[:]), []string{name + ".credential", name + ".voter"}}
	if err := files.Create(d.Files[0], []byte(armour.Token(armour.CredentialToken, c.Bytes())+"\n"), 0o600); err != nil {
		return nil, err
	}
	if err := files.Create(d.Files[1], []byte(d.Voter+"\n"), 0o644); err != nil {
		return nil, fmt.Errorf("%w: remove %s and start again", err, d.Files[0])
	}
	return d, nil
}

// readCredential reads a voter's secret from NAME.credential. The error never quotes it.
func readCredential(path string) (*ballot.Credential, error) {
	b, err := files.Read(path, 1<<10)
	if err != nil {
		return nil, err
	}
	secret, err := armour.ParseToken(armour.CredentialToken, strings.TrimSpace(string(b)), 32)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c, err := ballot.ParseCredential(secret)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}
