// Package files reads files with a limit and creates them durably and exclusively, for
// package main of the command and what belongs to it.
package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"veche.example/internal/durable"
)

// Read returns a regular file of at most max bytes, its links followed. The error names
// the file.
func Read(path string, max int64) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w: check the name", path, fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file: name the file itself", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, max+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > max {
		return nil, fmt.Errorf("%s: more than %d bytes: not such a file", path, max)
	}
	return b, nil
}

// Exists reports whether anything has this name; a link to nothing is something.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// Create is durable.Create with an error that says what to do.
func Create(path string, data []byte, perm fs.FileMode) error {
	err := durable.Create(path, data, perm)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s: %w: nothing is overwritten; move it away or choose another name", path, fs.ErrExist)
	}
	return err
}
