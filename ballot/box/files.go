package box

import (
	"errors"
	"fmt"
	"io/fs"
)

// maxFaults is how many faults Files lists.
const maxFaults = 100

var errEnough = errors.New("enough faults")

// Files returns an error for every file that the checkpoint's tree needs and that is
// missing, no regular file or of an impossible length, and for everything else in
// the directory but partial tiles of smaller trees, the .state directory of a server
// and temporary files. It stops after 100. The file system must list directories;
// contents are for [Reader.Entries] and [Reader.Prove] to judge.
func (r *Reader) Files(c *Checkpoint) (faults []error, err error) {
	report := func(fault error) error {
		if fault != nil {
			faults = append(faults, fault)
		}
		if len(faults) == maxFaults {
			return errEnough
		}
		return nil
	}
	err = fs.WalkDir(r.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return report(checkFile(c.Tree.N, name, d))
		case name == stateDir:
			return fs.SkipDir
		case name == "." || isTileDir(name):
			return nil
		}
		if err := report(fmt.Errorf("%q: not a directory of a log: remove it", name)); err != nil {
			return err
		}
		return fs.SkipDir
	})
	if err == nil {
		err = r.missing(c.Tree.N, report)
	}
	if errors.Is(err, errEnough) {
		err = nil
	}
	return faults, err
}

// checkFile returns what is wrong with a file of the directory.
func checkFile(size int64, name string, d fs.DirEntry) error {
	t, where := placeOf(size, name)
	switch {
	case where == stray:
		return fmt.Errorf("%q: not a file of a log: remove it", name)
	case !d.Type().IsRegular():
		return irregular(name)
	case where == beyond:
		return fmt.Errorf("%s: the checkpoint does not cover it: read the log again, or remove it", name)
	case where != current:
		return nil
	}
	info, err := d.Info()
	if err != nil {
		return err
	}
	least, most := minBytes(t), maxBytes(t)
	if name == checkpointFile {
		least, most = 1, maxNote
	}
	if n := info.Size(); n < least || n > most {
		return fmt.Errorf("%s: %d bytes, must be %d to %d: fetch it again", name, n, least, most)
	}
	return nil
}

// missing reports the files of a tree that are not there.
func (r *Reader) missing(size int64, report func(error) error) error {
	if err := report(r.exists(checkpointFile)); err != nil {
		return err
	}
	for level := entries; level <= maxLevel; level++ {
		for n := int64(0); ; n++ {
			t := tileAt(size, level, n)
			if t.W == 0 {
				break
			}
			if err := report(r.exists(tilePath(t))); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Reader) exists(name string) error {
	if _, err := fs.Lstat(r.fsys, name); err != nil {
		return fmt.Errorf("%s: missing: fetch the whole log again", name)
	}
	return nil
}
