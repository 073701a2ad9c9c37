package server

import (
	"bytes"
	"io/fs"
)

// webFS reads a box's log over HTTP.
type webFS struct{ *fixture }

func (w webFS) Open(name string) (fs.File, error) {
	b, err := w.get("/log/" + name)
	if err != nil {
		return nil, fs.ErrNotExist
	}
	return &memFile{bytes.NewReader(b), name}, nil
}
