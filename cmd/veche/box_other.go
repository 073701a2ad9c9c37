//go:build !unix

package main

import "errors"

// boxCmd says where a ballot box can be kept.
type boxCmd struct{}

// Run returns an error: the log's storage needs locks and flushes of a Unix.
func (c *boxCmd) Run(*app) error {
	return errors.New("box: the ballot box runs on Linux, macOS and other Unix systems alone")
}
