package record

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"veche.example/ballot"
)

// MixFile is the name of a mix of a contest; positions count from 1.
func MixFile(contest string, position int) string {
	return fmt.Sprintf("mix-%s-%d.bin", contest, position)
}

// parseMixFile is the inverse of MixFile.
func parseMixFile(name string) (contest string, position int, ok bool) {
	name, isMix := strings.CutPrefix(name, "mix-")
	name, isBin := strings.CutSuffix(name, ".bin")
	at := strings.LastIndexByte(name, '-')
	if !isMix || !isBin || at < 1 {
		return "", 0, false
	}
	position, err := strconv.Atoi(name[at+1:])
	return name[:at], position, err == nil && position > 0 && strconv.Itoa(position) == name[at+1:]
}

// MaxMixes is the most mixes of a contest: every mixer's, and as many that are not good.
func MaxMixes(m *ballot.Manifest) int { return 2 * len(m.Mixers) }

// checkMix says whether a record of the manifest may have a mix of the contest at the
// position.
func checkMix(m *ballot.Manifest, contest string, position int) error {
	at := slices.IndexFunc(m.Contests, func(c *ballot.Contest) bool { return c.ID == contest })
	switch {
	case at < 0 || !m.Contests[at].Mixed():
		return errors.New("there is no such contest, or none that is mixed")
	case position < 1 || position > MaxMixes(m):
		return fmt.Errorf("there can be 1 to %d mixes", MaxMixes(m))
	}
	return nil
}

// CheckFiles returns how many files the record should have beside its log, by the manifest
// and by the mixes that are there, and an error for every file that is missing, does not
// belong or is no regular file. Without a manifest, nil, all mixes belong. What is in the
// directory of the log is for [box.Reader.Files] to check.
func (r *Reader) CheckFiles(m *ballot.Manifest) (files int, faults []error, err error) {
	entries, err := fs.ReadDir(r.fsys, ".")
	if err != nil {
		return 0, nil, err
	}
	missing, last, mixes := append(Files(), LogDir), map[string]int{}, map[string]bool{}
	for _, e := range entries {
		name := e.Name()
		at := slices.Index(missing, name)
		contest, position, isMix := parseMixFile(name)
		if isMix && m != nil {
			isMix = checkMix(m, contest, position) == nil
		}
		switch {
		case at >= 0:
			missing = slices.Delete(missing, at, at+1)
		case isMix:
			mixes[name], last[contest] = true, max(last[contest], position)
		default:
			faults = append(faults, fmt.Errorf("%q: not a file of a record: remove it", name))
			continue
		}
		if fault := checkType(e); fault != nil {
			faults = append(faults, fault)
		}
	}
	if m != nil {
		missing = append(missing, gaps(last, mixes)...)
	}
	for _, name := range missing {
		faults = append(faults, fmt.Errorf("%s: missing: fetch the whole record again", name))
	}
	return len(Files()) + len(mixes), faults, nil
}

// checkType refuses links, pipes and devices, and what is a directory and should be a file
// or the other way round.
func checkType(e fs.DirEntry) error {
	switch {
	case e.Name() != LogDir && !e.Type().IsRegular():
		return irregular(e.Name())
	case e.Name() == LogDir && !e.IsDir():
		return errNoDirectory
	}
	return nil
}

// gaps returns the names of the mixes that are missing before the last one of a contest.
func gaps(last map[string]int, mixes map[string]bool) (missing []string) {
	for _, contest := range slices.Sorted(maps.Keys(last)) {
		for position := 1; position < last[contest]; position++ {
			if name := MixFile(contest, position); !mixes[name] {
				missing = append(missing, name)
			}
		}
	}
	return missing
}
