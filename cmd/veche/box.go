//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"veche.example/cmd/veche/internal/files"
	"veche.example/cmd/veche/internal/secret"
	"veche.example/cmd/veche/internal/server"
	"veche.example/internal/durable"
	"veche.example/tally/record"
)

type boxCmd struct {
	Serve boxServeCmd `cmd:"" help:"Open the ballot box, until it is stopped."`
	Close boxCloseCmd `cmd:"" help:"Close the ballot box for good."`
	Fsck  boxFsckCmd  `cmd:"" help:"Verify the log of the ballot box again, open or closed."`
}

// boxKey is the flag that says with which key a box is opened.
type boxKey struct {
	Key string `help:"Secret key of the ballot box; DIR.box.key if there is no other." placeholder:"FILE"`
}

type boxServeCmd struct {
	boxKey
	Dir           string `arg:"" help:"Election directory, with the trustees' ceremony."`
	Listen        string `help:"Address and port to listen on." default:"127.0.0.1:8080"`
	AddressHeader string `help:"Header in which a reverse proxy states the client's address, such as X-Forwarded-For." placeholder:"NAME"`
	Storage       string `help:"Where the log is kept." default:"posix" hidden:""`
}

const maxPolicy = 1 << 20

// boxData is what is said of a box with --json.
type boxData struct {
	Log     string `json:"log"`
	Entries uint64 `json:"entries"`
	Ballots int    `json:"ballots"`
	Closed  bool   `json:"closed"`
}

// closedData is what is said of a box that was closed.
type closedData struct {
	Log     string `json:"log"`
	Entries uint64 `json:"entries"`
}

// Run serves until it is interrupted or told to end.
func (c *boxServeCmd) Run(a *app) error {
	ctx, stop := signal.NotifyContext(a.ctx, syscall.SIGTERM)
	defer stop()
	config, err := c.config(a, c.Dir)
	if err != nil {
		return err
	}
	config.AddressHeader, config.Storage = c.AddressHeader, c.Storage
	b, err := server.Open(ctx, config)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return errors.Join(err, b.Stop(ctx))
	}
	url := "http://" + l.Addr().String()
	if err := durable.Replace(boxURLPath(c.Dir), []byte(url+"\n"), 0o644); err != nil {
		return errors.Join(err, l.Close(), b.Stop(ctx))
	}
	defer os.Remove(boxURLPath(c.Dir))
	fmt.Fprintf(a.stderr, "the ballot box of %s is open at %s: Ctrl-C stops it, veche box close %s closes it for good\n", c.Dir, url, c.Dir)
	if err := b.Serve(ctx, l); err != nil {
		return err
	}
	d := boxData{c.Dir + "/" + record.LogDir, b.Size(), b.Accepted(), b.Closed()}
	next := "start it again with veche box serve " + c.Dir + ", or veche box close " + c.Dir
	switch {
	case b.Complete():
		next = "veche verify " + c.Dir
	case d.Closed:
		next = "veche trustee decrypt " + c.Dir + " KEY"
	}
	return a.done(d, fmt.Sprintf("stopped: the log %s has %d entries, %d of them ballots", d.Log, d.Entries, d.Ballots), next)
}

// policyPath is where the policy of witnesses stands, if there are any: whoever opens the box
// has them co-sign.
func policyPath(dir string) string { return beside(dir, ".witnesses") }

// config opens the key of a box.
func (k *boxKey) config(a *app, dir string) (c server.Config, err error) {
	e, err := openElection(dir)
	if err != nil {
		return c, err
	}
	if !files.Exists(e.file(record.CeremonyFile)) {
		return c, incomplete("%s: the trustees have not made the key yet: run veche ceremony finish when all have confirmed", e.file(record.CeremonyFile))
	}
	path := k.Key
	if path == "" {
		path = boxKeyPath(dir)
	}
	key, err := a.keys.OpenKey(path, secret.Box)
	if err != nil {
		return c, err
	}
	if policy := policyPath(dir); files.Exists(policy) {
		if c.Witnesses, err = files.Read(policy, maxPolicy); err != nil {
			return c, err
		}
	}
	handler := slog.Handler(slog.NewTextHandler(a.stderr, nil))
	if a.json {
		handler = slog.NewJSONHandler(a.stderr, nil)
	}
	c.Dir, c.Key, c.Order, c.Logger = dir, key.SigningKey, beside(dir, ".close"), slog.New(handler)
	return c, nil
}

type boxCloseCmd struct {
	boxKey
	Dir string `arg:"" help:"Election directory."`
}

// Run tells the process that has the box open to close it, or closes it itself if there is
// none.
func (c *boxCloseCmd) Run(a *app) error {
	e, err := openElection(c.Dir)
	if err != nil {
		return err
	}
	if !files.Exists(e.file(record.LogDir)) {
		return incomplete("%s: the ballot box was never open: run veche box serve %s", c.Dir, c.Dir)
	}
	entries, err := server.Order(a.ctx, c.Dir, beside(c.Dir, ".close"))
	if errors.Is(err, server.ErrNobody) {
		entries, err = c.close(a)
	}
	if err != nil {
		return err
	}
	return a.done(closedData{e.file(record.LogDir), entries + 1},
		fmt.Sprintf("closed the ballot box of %s for good, after %d entries", c.Dir, entries),
		fmt.Sprintf("wait as long as voters may object, then veche trustee decrypt %s KEY", c.Dir))
}

// close opens the box to close it.
func (c *boxCloseCmd) close(a *app) (entries uint64, err error) {
	config, err := c.config(a, c.Dir)
	if err != nil {
		return 0, err
	}
	b, err := server.Open(a.ctx, config)
	if err != nil {
		return 0, err
	}
	entries, err = b.CarryOut(a.ctx)
	return entries, errors.Join(err, b.Stop(context.WithoutCancel(a.ctx)))
}

type boxFsckCmd struct {
	Dir string `arg:"" help:"Election directory."`
}

// Run verifies the log.
func (c *boxFsckCmd) Run(a *app) error {
	e, err := openElection(c.Dir)
	if err != nil {
		return err
	}
	if !files.Exists(e.file(record.LogDir)) {
		return incomplete("%s: the ballot box was never open: run veche box serve %s", c.Dir, c.Dir)
	}
	task := a.task("log", 0)
	defer task.end()
	checked, err := server.Check(a.ctx, c.Dir, task.report)
	if err != nil {
		return failed(err)
	}
	task.end()
	d := boxData{e.file(record.LogDir), checked.Entries, checked.Ballots, checked.Closed}
	next := "compare the checkpoint in " + d.Log + " with those that others have kept"
	return a.done(d, fmt.Sprintf("the log %s is sound: %d entries, %d of them ballots, %s", d.Log, d.Entries, d.Ballots, openOrClosed(d.Closed)), next)
}

func openOrClosed(closed bool) string {
	if closed {
		return "closed"
	}
	return "open"
}
