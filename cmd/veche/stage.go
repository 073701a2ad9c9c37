package main

import (
	"errors"
	"fmt"
	"io/fs"

	"veche.example/ballot/box"
	"veche.example/tally/verify"
)

// stage is how far an election is, by its log.
type stage struct {
	closed   bool
	complete bool // with its result
	size     uint64
	root     [32]byte
}

// stage reads the log.
func (a *app) stage(e *election) (s stage, err error) {
	r, c, err := e.log()
	if errors.Is(err, fs.ErrNotExist) || isIncomplete(err) {
		return stage{}, nil
	}
	if err != nil {
		return s, err
	}
	s.size, s.root = uint64(c.Tree.N), c.Tree.Hash
	err = a.eachEntry(r, c, func(_ uint64, kind box.Kind, _ []byte) error {
		s.closed = s.closed || kind == box.Closing
		s.complete = kind == box.Result
		return nil
	})
	return s, err
}

// phases shows the phases of a verification, one after the other.
type phases struct {
	app   *app
	title string
	task  *task
}

func (a *app) phases() *phases { return &phases{app: a} }

func (p *phases) report(phase verify.Phase, done, total uint64) {
	if title := fmt.Sprintf("verifying the %s", phase); p.task == nil || title != p.title {
		p.end()
		p.title, p.task = title, p.app.task(title, int(total))
	}
	p.task.report(int(done), int(total))
}

func (p *phases) end() {
	if p.task != nil {
		p.task.end()
	}
}
