//go:build !unix

package main

import "errors"

type benchBoxCmd struct{}

// Run returns an error.
func (c *benchBoxCmd) Run(*app) error {
	return errors.New("bench box: the ballot box runs on Linux, macOS and other Unix systems alone")
}
