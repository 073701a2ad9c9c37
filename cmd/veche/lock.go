package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// sibling returns the path of a file that belongs to a key.
func sibling(key, suffix string) string {
	return strings.TrimSuffix(key, filepath.Ext(key)) + suffix
}

// lockKeys keeps other processes from using the states of key files until they are unlocked:
// of one state two things could be said otherwise.
func lockKeys(keys []string) (unlock func(), err error) {
	var paths []string
	for _, key := range keys {
		path, err := filepath.Abs(key)
		if err == nil {
			_, err = os.Stat(key)
		}
		if err != nil {
			return nil, err
		}
		if slices.Contains(paths, path) {
			return nil, fmt.Errorf("%s: named twice: name each key once", key)
		}
		paths = append(paths, path)
	}
	slices.Sort(paths) // so that two processes cannot wait for each other
	var unlocks []func()
	unlock = func() {
		for _, u := range unlocks {
			u()
		}
	}
	for _, path := range paths {
		u, err := lockedfile.MutexAt(sibling(path, ".lock")).Lock()
		if err != nil {
			unlock()
			return nil, err
		}
		unlocks = append(unlocks, u)
	}
	return unlock, nil
}
