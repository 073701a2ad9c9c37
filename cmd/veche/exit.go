package main

import (
	"errors"
	"fmt"
)

// The exit codes, which "veche help exit-codes" explains.
const (
	exitFine       = 0
	exitFailed     = 1
	exitUnusable   = 2
	exitIncomplete = 3
)

const exitCodes = `0  fine
1  verification failed: something was checked and does not hold
2  wrong use, or input that cannot be read
3  incomplete: something is not there yet or not closed yet; try again when it is
`

// coded is an error with an exit code of its own; every other error has exitUnusable.
type coded struct {
	error
	code int
}

func (c *coded) Unwrap() error { return c.error }

// failed marks that something was checked and does not hold.
func failed(err error) error { return &coded{err, exitFailed} }

// incomplete says that something is not there yet.
func incomplete(format string, args ...any) error {
	return &coded{fmt.Errorf(format, args...), exitIncomplete}
}

// exitCode returns the exit code of an error, the innermost that has one.
func exitCode(err error) int {
	code := exitUnusable
	for c := new(coded); errors.As(err, &c); err = c.error {
		code = c.code
	}
	return code
}
