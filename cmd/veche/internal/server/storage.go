package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"

	"veche.example/tally/record"
)

// openDriver opens the storage of a log: "" or "posix" is a local file system, which
// must flush what it is told to flush. fresh says that there is no log in it yet. This is
// the only place that knows drivers: another one of Tessera's is a case here, with its own
// configuration.
func openDriver(ctx context.Context, kind, dir string) (driver tessera.Driver, fresh bool, err error) {
	switch kind {
	case "", "posix":
		path := filepath.Join(dir, record.LogDir)
		if fresh, err = isFresh(path); err != nil {
			return nil, false, err
		}
		go mendClock(ctx, filepath.Join(path, "checkpoint"))
		driver, err = posix.New(ctx, posix.Config{Path: path})
		return driver, fresh, err
	}
	return nil, false, fmt.Errorf("storage %q: this program was built with posix alone", kind)
}

// isFresh says whether a directory has no log. It refuses a log without the driver's
// notes, in which the driver would begin a new one.
func isFresh(path string) (bool, error) {
	_, checkpoint := os.Lstat(filepath.Join(path, "checkpoint"))
	_, state := os.Lstat(filepath.Join(path, ".state", "treeState"))
	if checkpoint == nil && state != nil {
		return false, fmt.Errorf("%s/.state is not there: restore all of the newest copy of the log: %w", path, state)
	}
	return errors.Is(checkpoint, fs.ErrNotExist), nil
}

// mendClock keeps a clock that was set back from stopping the log: the driver publishes
// no checkpoint until the last one's file looks old enough.
func mendClock(ctx context.Context, checkpoint string) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if info, err := os.Stat(checkpoint); err == nil && time.Until(info.ModTime()) > 0 {
			past := time.Now().Add(-time.Minute)
			os.Chtimes(checkpoint, past, past) // if it fails, it is tried again
		}
	}
}
