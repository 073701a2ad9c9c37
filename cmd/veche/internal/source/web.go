package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/tally/record"
)

// web is the record behind a URL.
type web struct {
	ctx    context.Context // of the requests
	client *client

	mu     sync.Mutex // one request at a time
	cache  *cache
	absent map[string]bool // what is not there once is not there
}

func openWeb(ctx context.Context, where string, p pace) (fs.FS, func() error, error) {
	c, err := newClient(where, p)
	if err != nil {
		return nil, nil, err
	}
	kept, err := newCache(maxCache)
	if err != nil {
		return nil, nil, err
	}
	w := &web{ctx: ctx, client: c, cache: kept, absent: map[string]bool{}}
	if err := w.begin(); err != nil {
		return nil, nil, errors.Join(err, w.done())
	}
	return w, w.done, nil
}

// begin asks for the manifest, without which nothing follows.
func (w *web) begin() error {
	f, err := w.Open(record.ManifestFile)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: no record of an election, it has no %s: %w: name the address of the folder that has it", w.client.base, record.ManifestFile, err)
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func (w *web) done() error {
	w.client.http.CloseIdleConnections()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cache.remove()
}

// Open opens a file, which it fetches first if it has to, or a folder.
func (w *web) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if isFolder(name) {
		entries, err := w.list(name)
		if err != nil {
			return nil, err
		}
		return &dir{entry{w, name, true}, entries}, nil
	}
	f, err := w.fetch(name)
	if err != nil {
		return nil, &fs.PathError{Op: "fetch", Path: w.client.url(name), Err: err}
	}
	return &page{f, name}, nil
}

// fetch opens a file from the cache, where it puts it first if it has to.
func (w *web) fetch(name string) (*os.File, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.absent[name] {
		return nil, fs.ErrNotExist
	}
	if f, err := w.cache.open(name); f != nil || err != nil {
		return f, err
	}
	f, err := w.cache.fill(name, func(out *os.File) error { return w.client.get(w.ctx, name, maxLength(name), out) })
	if errors.Is(err, fs.ErrNotExist) {
		w.absent[name] = true
	}
	return f, err
}

// maxLength is the greatest length of a file, in bytes.
func maxLength(name string) int64 {
	switch {
	case name == record.ManifestFile:
		return ballot.MaxManifest
	case path.Ext(name) == ".json":
		return 64 << 20
	case name == checkpoint:
		return 128 << 10
	case strings.HasPrefix(name, record.LogDir+"/tile/entries/"):
		return 256 * (2 + box.MaxEntry)
	case strings.HasPrefix(name, record.LogDir+"/"):
		return 256 * 32
	}
	return maxFile
}

// exists says whether a file is there, which is then in the cache.
func (w *web) exists(name string) (bool, error) {
	f, err := w.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, f.Close()
}
