//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"veche.example/ballot/box"
	"veche.example/cmd/veche/internal/files"
	"veche.example/cmd/veche/internal/server"
	"veche.example/tally"
	"veche.example/tally/record"
)

// publish writes the tally and the result into the election directory, and has the log name
// them: whoever has the ballot box open adds them, or this process does.
func (c *tallyCmd) publish(a *app, l *lists, contests []tally.Shares, result *tally.Result) error {
	shares, err := record.EncodeTally(l.manifest, contests)
	if err != nil {
		return err
	}
	if err := place(l.file(record.TallyFile), shares); err != nil { // from now on no mixer adds anything
		return err
	}
	if err := l.sameMixes(); err != nil {
		return err
	}
	if err := place(l.file(record.ResultFile), result.Bytes()); err != nil {
		return err
	}
	size, err := l.finalSize()
	if err != nil {
		return err
	}
	err = server.Announced(a.ctx, c.Dir, l.manifest.Box.Log, size)
	if errors.Is(err, server.ErrNobody) {
		err = c.announce(a)
	}
	return err
}

// announce opens the box to add the result to its log.
func (c *tallyCmd) announce(a *app) error {
	config, err := c.config(a, c.Dir)
	if err != nil {
		return err
	}
	b, err := server.Open(a.ctx, config)
	if err != nil {
		return err
	}
	return errors.Join(b.Announce(a.ctx), b.Stop(context.WithoutCancel(a.ctx)))
}

// place creates a file, or finds that it is there.
func place(path string, b []byte) error {
	err := files.Create(path, b, 0o644)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	there, err := files.Read(path, int64(len(b)))
	if err != nil || !bytes.Equal(there, b) {
		return fmt.Errorf("%s: is there already and says something else: an election has one; if the log does not name it, move it away", path)
	}
	return nil
}

// sameMixes refuses a mix that came after the lists were verified.
func (l *lists) sameMixes() error {
	for k, contest := range l.manifest.Contests {
		if _, position := l.NextMix(k); position > 0 {
			if path := l.file(record.MixFile(contest.ID, position)); files.Exists(path) {
				return fmt.Errorf("%s: was added after the trustees had signed: move it away", path)
			}
		}
	}
	return nil
}

// finalSize returns how many entries the complete log has.
func (l *lists) finalSize() (size uint64, err error) {
	r, c, err := l.log()
	if err != nil {
		return 0, err
	}
	err = l.eachEntry(r, c, func(index uint64, kind box.Kind, _ []byte) error {
		if kind == box.Closing {
			size = index + 1
		}
		return nil
	})
	for k := range l.manifest.Contests {
		if _, position := l.NextMix(k); position > 0 {
			size += uint64(position - 1)
		}
	}
	return size + 2, err
}
