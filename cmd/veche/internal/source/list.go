package source

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"veche.example/ballot/box"
	"veche.example/tally/record"
)

// checkpoint is that of the log, which has the layout of c2sp.org/tlog-tiles.
const checkpoint = record.LogDir + "/checkpoint"

var folders = regexp.MustCompile(`^(\.|` + record.LogDir + `(/tile(/(entries|[0-9]|[1-9][0-9])(/x[0-9]{3})*(/[0-9]{3}\.p)?)?)?)$`)

// isFolder says whether what has this name is a folder, if it is there.
func isFolder(name string) bool { return folders.MatchString(name) }

// list returns what is in a folder, by name. It follows from what a record can have and
// from what the server has of it; contents are not judged.
func (w *web) list(folder string) ([]fs.DirEntry, error) {
	var found []child
	var err error
	if folder == "." {
		found, err = w.top()
	} else {
		found, err = w.logPart(folder)
	}
	if err == nil && len(found) == 0 {
		err = &fs.PathError{Op: "open", Path: w.client.url(folder), Err: fs.ErrNotExist}
	}
	entries := make([]fs.DirEntry, len(found))
	for i, c := range found {
		entries[i] = entry{w, path.Join(folder, c.name), c.folder}
	}
	return entries, err
}

// child is what a folder has.
type child struct {
	name   string
	folder bool
}

// top lists the record: those of its files that are there, and the log.
func (w *web) top() (found []child, err error) {
	for _, name := range record.Files() {
		there, err := w.exists(name)
		if err != nil {
			return nil, err
		}
		if there {
			found = append(found, child{name: name})
		}
	}
	mixes, err := w.mixes()
	if err != nil {
		return nil, err
	}
	hasLog, err := w.exists(checkpoint)
	if err != nil {
		return nil, err
	}
	if found = append(found, mixes...); hasLog {
		found = append(found, child{record.LogDir, true})
	}
	slices.SortFunc(found, func(a, b child) int { return strings.Compare(a.name, b.name) })
	return found, nil
}

// mixes lists the mixes of every contest up to the first that is not there.
func (w *web) mixes() (found []child, err error) {
	m, err := record.NewReader(w).Manifest()
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return nil, err
	}
	if err != nil {
		return nil, nil // a manifest that is none has no contests
	}
	for _, c := range m.Contests {
		for position := 1; c.Mixed() && position <= record.MaxMixes(m); position++ {
			name := record.MixFile(c.ID, position)
			there, err := w.exists(name)
			if err != nil {
				return nil, err
			}
			if !there {
				break
			}
			found = append(found, child{name: name})
		}
	}
	return found, nil
}

// logPart lists the log or a folder in it, as its checkpoint says.
func (w *web) logPart(folder string) ([]child, error) {
	f, err := w.Open(checkpoint)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxLength(checkpoint)))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	parts := strings.Split(folder, "/")[1:]
	if len(parts) == 0 {
		return slices.Concat([]child{{name: path.Base(checkpoint)}}, tiles(size(text), nil)), nil
	}
	return tiles(size(text), parts), nil
}

// size is how many entries a checkpoint states, 0 if it is none; whether it is signed is
// for others to see.
func size(checkpoint []byte) int64 {
	lines := strings.SplitN(string(checkpoint), "\n", 3)
	if len(lines) < 3 {
		return 0
	}
	n, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || n < 0 || n > box.MaxSize {
		return 0
	}
	return n
}
