package source

import (
	"container/list"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// maxCache bounds what is kept of a record behind a URL, in bytes. What does not fit is
// fetched again when it is read again.
const maxCache = 8 << 30

// cache keeps files in a temporary directory, those that were used last.
type cache struct {
	dir    string
	most   int64 // bytes; one file may pass it
	used   int64
	number int
	kept   map[string]*list.Element
	recent list.List // of *kept, the last used one in front
	hashes map[string][32]byte
}

type kept struct {
	name, path string
	size       int64
}

func newCache(most int64) (*cache, error) {
	dir, err := os.MkdirTemp("", "veche-record-")
	return &cache{dir: dir, most: most, kept: map[string]*list.Element{}, hashes: map[string][32]byte{}}, err
}

// open opens a file that is kept; it is nil if there is none.
func (c *cache) open(name string) (*os.File, error) {
	e := c.kept[name]
	if e == nil {
		return nil, nil
	}
	c.recent.MoveToFront(e)
	return os.Open(e.Value.(*kept).path)
}

// fill keeps what get writes, and opens it. It has to be what it was the last time.
func (c *cache) fill(name string, get func(*os.File) error) (*os.File, error) {
	c.number++
	path := filepath.Join(c.dir, strconv.Itoa(c.number))
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	err = get(f)
	if err == nil {
		err = c.check(name, f)
	}
	size, seekErr := f.Seek(0, io.SeekCurrent)
	if err = errors.Join(err, seekErr, f.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	c.kept[name] = c.recent.PushFront(&kept{name, path, size})
	c.used += size
	if err := c.evict(); err != nil {
		return nil, err
	}
	return os.Open(path)
}

// check compares a file with what was fetched under its name before.
func (c *cache) check(name string, f *os.File) error {
	h := sha256.New()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	hash := [32]byte(h.Sum(nil))
	if before, ok := c.hashes[name]; ok && before != hash {
		return errors.New("is another file than a while ago: begin again, and if it happens again, ask who serves it")
	}
	c.hashes[name] = hash
	return nil
}

// evict removes what was not used for longest, but not the checkpoint, which grows with
// its log. Who has a file open can read on.
func (c *cache) evict() error {
	for c.used > c.most && c.recent.Len() > 2 {
		oldest := c.recent.Back()
		last := oldest.Value.(*kept)
		if last.name == checkpoint {
			c.recent.MoveToFront(oldest)
			continue
		}
		c.recent.Remove(oldest)
		delete(c.kept, last.name)
		c.used -= last.size
		if err := os.Remove(last.path); err != nil {
			return err
		}
	}
	return nil
}

func (c *cache) remove() error { return os.RemoveAll(c.dir) }
