//go:build !unix

package main

import (
	"errors"

	"veche.example/tally"
)

// boxKey has no flags where no ballot box can be kept.
type boxKey struct{}

// publish returns an error: the log that the result belongs into is kept elsewhere.
func (c *tallyCmd) publish(*app, *lists, []tally.Shares, *tally.Result) error {
	return errors.New("tally: runs where the ballot box runs: on Linux, macOS and other Unix systems alone")
}
