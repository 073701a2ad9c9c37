// Package durable writes files that survive a crash. Nothing outside this module
// needs it.
package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Replace puts data into the file at path, in full or, after a crash or an error,
// not at all (if only the last flush fails, perhaps in full): a temporary file in the same directory, flushed, takes the place of
// the old one, and the directory is flushed too. Leftovers of a crash are named
// .tmp-*.
func Replace(path string, data []byte, perm fs.FileMode) error {
	return place(path, data, perm, os.Rename)
}

// Create is Replace, but a file that exists stays as it is and is an error, fs.ErrExist. Of several
// processes that create one file, one succeeds.
func Create(path string, data []byte, perm fs.FileMode) error {
	return place(path, data, perm, os.Link)
}

// place writes a temporary file and gives it its name.
func place(path string, data []byte, perm fs.FileMode, name func(from, to string) error) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".tmp-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already after a rename
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(perm), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := name(f.Name(), path); err != nil {
		return err
	}
	return SyncDir(dir)
}

// SyncDir makes the names in a directory durable.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
