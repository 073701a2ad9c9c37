package source

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"veche.example/tally/record"
)

// openZip opens an archive. Nothing is unpacked: files are streams.
func openZip(path string) (fs.FS, func() error, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	fsys, err := readZip(f)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return fsys, f.Close, nil
}

// readZip reads the list of an archive's files, and checks it before any file is read.
func readZip(f *os.File) (fs.FS, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := checkClaim(f, info.Size()); err != nil {
		return nil, err
	}
	in := &budget{r: f, left: maxList}
	z, err := zip.NewReader(in, info.Size())
	if err != nil && in.left >= 0 {
		return nil, errNoZip
	}
	if err != nil {
		return nil, err
	}
	in.listed = true
	if err := checkList(z, info.Size()); err != nil {
		return nil, err
	}
	return fs.Sub(archive{z}, topFolder(z))
}

var errNoZip = errors.New("neither a directory nor a whole zip archive: fetch it again, or name what it was unpacked to")

// budget reads an archive, until it is listed no more than is left: a list can be longer
// than memory.
type budget struct {
	r      io.ReaderAt
	left   int64
	listed bool
}

func (b *budget) ReadAt(p []byte, off int64) (int, error) {
	if !b.listed {
		if b.left -= int64(len(p)); b.left < 0 {
			return 0, fmt.Errorf("the archive's list of files is longer than %d bytes: not that of a record", maxList)
		}
	}
	return b.r.ReadAt(p, off)
}

// topFolder returns the folder that the record is in: the only one, if all files are in it.
func topFolder(z *zip.Reader) string {
	top := ""
	for _, f := range z.File {
		name, _, below := strings.Cut(f.Name, "/")
		if !below || f.Name == record.ManifestFile || top != "" && name != top {
			return "."
		}
		top = name
	}
	if top == "" {
		return "."
	}
	return top
}

// archive is the files of an archive. All its errors are *fs.PathError.
type archive struct{ z *zip.Reader }

func (a archive) Open(name string) (fs.File, error) {
	f, err := a.z.Open(name)
	if err != nil {
		return nil, damaged("open", name, err)
	}
	if _, ok := f.(fs.ReadDirFile); ok {
		return f, nil
	}
	return &member{f, name}, nil
}

// member is a file of an archive.
type member struct {
	fs.File
	name string
}

// Read reads on. The end is where the list says that it is, with the right checksum.
func (m *member) Read(b []byte) (int, error) {
	n, err := m.File.Read(b)
	if err != nil && err != io.EOF {
		err = damaged("read", m.name, err)
	}
	return n, err
}

// damaged adds to what package zip says of a file, which is little.
func damaged(op, name string, err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return err
	}
	return &fs.PathError{Op: op, Path: name, Err: fmt.Errorf("%w: the archive is damaged: fetch it again", err)}
}
