package main

import (
	"errors"
	"fmt"
	"io/fs"

	"veche.example/ballot/box"
	"veche.example/tally/record"
)

// log returns the reader of the election's log, and its checkpoint. If the box was never
// open the error is an incomplete one.
func (e *election) log() (*box.Reader, *box.Checkpoint, error) {
	folder, err := fs.Sub(e.fsys, record.LogDir)
	if err != nil {
		return nil, nil, err
	}
	r := box.NewReader(folder, e.manifest.Box.Log)
	c, err := r.Checkpoint()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, incomplete("%s: the ballot box was never open: run veche box serve", e.file(record.LogDir))
	}
	if err != nil {
		return nil, nil, failed(fmt.Errorf("%s: %w", e.file(record.LogDir), err))
	}
	return r, c, nil
}

// eachEntry reads the log up to its checkpoint, and shows how far it is.
func (a *app) eachEntry(r *box.Reader, c *box.Checkpoint, f func(index uint64, kind box.Kind, body []byte) error) error {
	task := a.task("log", int(c.Tree.N))
	defer task.end()
	return r.Entries(c, func(index uint64, entry []byte) error {
		task.add(1)
		return errors.Join(a.ctx.Err(), f(index, box.Kind(entry[0]), entry[1:]))
	})
}
