// Package source opens the published record of an election wherever it is: in a
// directory, in a zip archive, or behind a URL. What it opens comes from strangers: it is
// read with limits, and leads nowhere else. Whoever wants a verdict on it gives it to
// package tally/verify.
package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// maxFile is the greatest length of a file that is read, in bytes. The greatest of a
// record are the mixes of a million ballots.
const maxFile = 4 << 30

// Open opens the record at a place: the path of a directory or of a zip archive, or the
// http or https URL of a directory of static files or of a ballot box that is being
// served. done gives back what was opened; ctx ends what is fetched. The errors name the
// place and the remedy, and those of reading are *fs.PathError.
//
// Links do not lead out of a directory. An archive has no links, paths that climb,
// names that occur twice or files that are far longer than they look; if its files are all
// in one folder, that is the record. Behind a URL a file is what it was when it was first
// asked for, and those files are listed that a record of this manifest and this log can
// have: nobody sees what else is there.
func Open(ctx context.Context, where string) (fsys fs.FS, done func() error, err error) {
	if strings.Contains(where, "://") {
		return openWeb(ctx, where, patient)
	}
	info, err := os.Stat(where)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("%s: %w: name a directory, a zip archive, or a URL that begins with http:// or https://", where, fs.ErrNotExist)
	case err != nil:
		return nil, nil, err
	case info.IsDir():
		return openDir(where)
	case info.Mode().IsRegular():
		return openZip(where)
	}
	return nil, nil, fmt.Errorf("%s: neither a directory nor a zip archive", where)
}

func openDir(path string) (fs.FS, func() error, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, nil, err
	}
	return root.FS(), root.Close, nil
}
