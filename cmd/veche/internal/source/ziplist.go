package source

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Limits of an archive. A record of 16 million ballots has 130,000 files.
const (
	maxFiles  = 1 << 17
	maxList   = 32 << 20  // bytes of the list of files
	maxName   = 255       // bytes of a path
	maxUnzip  = 256 << 30 // bytes of all files together, unpacked
	smallFile = 1 << 20   // bytes; may be packed as small as it can be
	maxRatio  = 100       // of a file that is not small: its length to that in the archive
)

// checkClaim refuses an archive whose end claims more files than a record has:
// zip.NewReader makes room for them before it reads their names.
func checkClaim(r io.ReaderAt, size int64) error {
	tail := make([]byte, min(size, 65<<10))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return err
	}
	const endSize, locatorSize = 22, 20
	end := bytes.LastIndex(tail[:max(0, len(tail)-endSize+4)], []byte("PK\x05\x06"))
	if end < 0 {
		return errNoZip
	}
	files := uint64(binary.LittleEndian.Uint16(tail[end+10:]))
	if at := end - locatorSize; at >= 0 && string(tail[at:at+4]) == "PK\x06\x07" {
		var end64 [40]byte // of an archive with long numbers
		offset := binary.LittleEndian.Uint64(tail[at+8:])
		if offset > uint64(size) {
			return errNoZip
		}
		if _, err := r.ReadAt(end64[:], int64(offset)); err != nil {
			return errNoZip
		}
		files = max(files, binary.LittleEndian.Uint64(end64[32:]))
	}
	return checkCount(files)
}

func checkCount(files uint64) error {
	if files > maxFiles {
		return fmt.Errorf("%d files in the archive, at most %d are read: not a record", files, maxFiles)
	}
	return nil
}

// checkList refuses what no archive of a record has, by the list of files alone.
func checkList(z *zip.Reader, size int64) error {
	if err := checkCount(uint64(len(z.File))); err != nil {
		return err
	}
	names := names{}
	var unpacked uint64
	for _, f := range z.File {
		err := checkMember(f, size)
		if err == nil {
			err = names.add(f.Name)
		}
		if err != nil {
			return fmt.Errorf("%q: %w", f.Name, err)
		}
		if unpacked += f.UncompressedSize64; unpacked > maxUnzip {
			return fmt.Errorf("more than %d bytes unpacked: not a record", int64(maxUnzip))
		}
	}
	return checkOverlaps(z.File)
}

// checkMember checks a file or a folder, whose name ends with a slash.
func checkMember(f *zip.File, size int64) error {
	name, folder := strings.CutSuffix(f.Name, "/")
	switch {
	case len(name) > maxName:
		return fmt.Errorf("a path of more than %d bytes", maxName)
	case name == "." || !fs.ValidPath(name) || strings.Contains(name, `\`):
		return errors.New("not a path that leads into the archive: unpack nothing of it, and ask for another")
	case !folder && !f.Mode().IsRegular(), folder && f.Mode().Type() != fs.ModeDir:
		return errors.New("a link or another special file: put the file itself in its place")
	case f.Flags&1 != 0:
		return errors.New("encrypted: a record is public, pack it without a password")
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return fmt.Errorf("packed by method %d: use store or deflate", f.Method)
	case f.CompressedSize64 > uint64(size) || f.UncompressedSize64 > maxFile:
		return fmt.Errorf("%d bytes, %d packed: longer than the archive or than any file of a record", f.UncompressedSize64, f.CompressedSize64)
	case f.UncompressedSize64 > smallFile && f.UncompressedSize64/maxRatio > f.CompressedSize64:
		return fmt.Errorf("%d bytes packed into %d: a bomb, no file of a record shrinks so much", f.UncompressedSize64, f.CompressedSize64)
	}
	return nil
}

// names is what there is at every path: a file, a folder that is listed, or one that
// is only the folder of something.
type names map[string]string

const isFile, isListed, isImplied = "file", "folder", "implied"

func (n names) add(name string) error {
	kind := isFile
	if strings.HasSuffix(name, "/") {
		name, kind = strings.TrimSuffix(name, "/"), isListed
	}
	switch there := n[name]; {
	case there == "" || there == isImplied && kind == isListed:
		n[name] = kind
	case there == kind:
		return errors.New("twice in the archive: nobody knows which of them counts")
	default:
		return errors.New("a file and a folder at once")
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		switch n[dir] {
		case isFile:
			return fmt.Errorf("in %q, which is a file", dir)
		case "":
			n[dir] = isImplied
		}
	}
	return nil
}

// checkOverlaps refuses files that share bytes, with which an archive becomes a bomb
// though each of its files looks harmless.
func checkOverlaps(files []*zip.File) error {
	type span struct{ from, to int64 }
	spans := make([]span, 0, len(files))
	for _, f := range files {
		from, err := f.DataOffset()
		if err != nil {
			return fmt.Errorf("%q: %w", f.Name, errNoZip)
		}
		spans = append(spans, span{from, from + int64(f.CompressedSize64)})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return errors.New("files of the archive overlap: a bomb")
		}
	}
	return nil
}
