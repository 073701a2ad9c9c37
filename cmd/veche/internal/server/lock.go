package server

import (
	"fmt"
	"os"
	"syscall"
)

// lockDir locks a directory for this process: two boxes would fork the log. The lock goes
// with the process, however it ends.
func lockDir(dir string) (*os.File, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		d.Close()
		return nil, fmt.Errorf("%s: %w: only one process may have the ballot box open", dir, ErrLocked)
	}
	return d, nil
}
