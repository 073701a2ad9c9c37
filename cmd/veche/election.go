package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/board"
	"veche.example/cmd/veche/internal/source"
	"veche.example/elgamal/threshold"
	"veche.example/proofs"
	"veche.example/tally/record"
)

// election is an election directory, the published record while it grows.
type election struct {
	dir      string // or where else it is published
	fsys     fs.FS
	record   *record.Reader
	manifest *ballot.Manifest
}

// openElection opens an election directory, which has a manifest at least.
func openElection(dir string) (*election, error) {
	e, err := readElection(dir, os.DirFS(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: not an election directory, it has no %s: name one, or make it with veche manifest new", dir, record.ManifestFile)
	}
	return e, err
}

// openPublished opens an election wherever it is published: a directory, a zip archive or a
// URL. The caller calls done at the end.
func (a *app) openPublished(where string) (e *election, done func() error, err error) {
	fsys, done, err := source.Open(a.ctx, where)
	if err != nil {
		return nil, nil, err
	}
	if e, err = readElection(where, fsys); err != nil {
		return nil, nil, errors.Join(err, done())
	}
	return e, done, nil
}

func readElection(where string, fsys fs.FS) (*election, error) {
	r := record.NewReader(fsys)
	m, err := r.Manifest()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	return &election{where, fsys, r, m}, nil
}

// file returns where a file of the election is.
func (e *election) file(name string) string {
	if isURL(e.dir) {
		return strings.TrimSuffix(e.dir, "/") + "/" + name
	}
	return filepath.Join(e.dir, name)
}

func isURL(where string) bool { return strings.Contains(where, "://") }

// roll returns the roll of the manifest.
func (e *election) roll() (*ballot.Roll, error) {
	roll, err := e.record.Roll()
	if err == nil {
		err = e.manifest.CheckRoll(roll)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.file(record.RollFile), err)
	}
	return roll, nil
}

// keys returns the key ceremony with what follows from it. If it is not published yet the
// error is an incomplete one.
func (e *election) keys() (*record.Ceremony, *threshold.Keys, *ballot.Election, error) {
	c, err := e.record.Ceremony(len(e.manifest.Trustees))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil, incomplete("%s: the trustees have not made the key yet: run veche ceremony finish when all have confirmed", e.file(record.CeremonyFile))
	}
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", e.dir, err)
	}
	keys, election, err := c.Election(e.manifest)
	if err != nil {
		return nil, nil, nil, failed(fmt.Errorf("%s: %w", e.file(record.CeremonyFile), err))
	}
	return c, keys, election, nil
}

// beside returns the path of something that belongs to the directory and is not in it.
func beside(dir, suffix string) string {
	dir = filepath.Clean(dir)
	if base := filepath.Base(dir); base == "." || base == ".." {
		if abs, err := filepath.Abs(dir); err == nil {
			dir = abs
		}
	}
	return dir + suffix
}

// board returns the folder of an attempt's messages.
func (e *election) board(attempt uint32) string {
	dir := beside(e.dir, ".board")
	if attempt > 1 {
		dir = filepath.Join(dir, fmt.Sprintf("attempt-%d", attempt))
	}
	return dir
}

// party returns the position of a key's owner among the parties.
func party(parties []ballot.Party, key proofs.VerifyKey) (index int, ok bool) {
	index = slices.IndexFunc(parties, func(p ballot.Party) bool { return p.VerifyKey() == key })
	return index, index >= 0
}

// channel holds the flags of verbs that send or read messages.
type channel struct {
	In  []string `help:"Read messages from these files and folders too." placeholder:"PATH"`
	Out string   `help:"Write to this file, or into this folder, and not to DIR.board." placeholder:"PATH"`
}

// check refuses one file for several messages.
func (c *channel) check(messages int) error {
	if messages > 1 && c.Out != "" && !isFolder(c.Out) {
		return fmt.Errorf("--out: %s is one file for %d messages: name a folder that exists", c.Out, messages)
	}
	return nil
}

// post sends a message and returns the file that holds it.
func (c *channel) post(dir string, m *board.Message) (path string, err error) {
	switch {
	case c.Out == "":
		return board.Post(dir, m)
	case isFolder(c.Out):
		return board.Post(c.Out, m)
	}
	return c.Out, board.Write(c.Out, m)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
