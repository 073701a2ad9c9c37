package source

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"time"
)

// page is a file in the cache, under the name that it has in the record.
type page struct {
	*os.File
	name string
}

func (p *page) Stat() (fs.FileInfo, error) {
	info, err := p.File.Stat()
	if err != nil {
		return nil, err
	}
	return stat{path.Base(p.name), info.Size(), 0o444}, nil
}

// entry is a file or a folder of the record, which may not have been fetched yet.
type entry struct {
	web    *web
	name   string
	folder bool
}

func (e entry) Name() string { return path.Base(e.name) }
func (e entry) IsDir() bool  { return e.folder }

func (e entry) Type() fs.FileMode {
	if e.folder {
		return fs.ModeDir
	}
	return 0
}

// Info fetches a file to see how long it is.
func (e entry) Info() (fs.FileInfo, error) {
	if e.folder {
		return stat{e.Name(), 0, fs.ModeDir | 0o555}, nil
	}
	f, err := e.web.Open(e.name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	return info, errors.Join(err, f.Close())
}

// dir is a folder that is being listed.
type dir struct {
	entry
	entries []fs.DirEntry // left
}

func (d *dir) Stat() (fs.FileInfo, error) { return d.Info() }
func (d *dir) Close() error               { return nil }

func (d *dir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: errors.New("is a directory")}
}

func (d *dir) ReadDir(n int) (entries []fs.DirEntry, err error) {
	if n <= 0 {
		n = len(d.entries)
	} else if len(d.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.entries))
	entries, d.entries = d.entries[:n], d.entries[n:]
	return entries, nil
}

// stat describes a file or a folder.
type stat struct {
	name string
	size int64
	mode fs.FileMode
}

func (s stat) Name() string       { return s.name }
func (s stat) Size() int64        { return s.size }
func (s stat) Mode() fs.FileMode  { return s.mode }
func (s stat) ModTime() time.Time { return time.Time{} }
func (s stat) IsDir() bool        { return s.mode.IsDir() }
func (s stat) Sys() any           { return nil }
