// Package measure finds out how many ballots a ballot box takes on this machine. Only
// benchmarks need it.
package measure

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"runtime"
	"time"

	"veche.example/cmd/veche/internal/server"
	"veche.example/cmd/veche/internal/server/trial"
)

// Load is what the box is given to do.
type Load struct {
	Ballots  int  // of as many voters
	Options  int  // of the one contest
	Clients  int  // that send at once
	Promises bool // every ballot is promised first
}

// Result is what was seen.
type Result struct {
	Accepted  int
	PerSecond float64
	Median    time.Duration // from a ballot's first byte to its receipt
	P99       time.Duration
	Memory    uint64 // bytes that the process has from the system, clients and votes included
	Entry     int    // bytes of a ballot
	Replay    time.Duration
}

// Box opens a box in dir, which must not exist, on the loopback interface, has the ballots
// cast over HTTP, and opens the box once more to see how long it replays its log. Clients
// and box share the machine. Every receipt is verified.
func Box(ctx context.Context, dir string, l Load) (*Result, error) {
	e, err := trial.New(filepath.Join(dir, "election"), l.Ballots, l.Options)
	if err != nil {
		return nil, err
	}
	votes, err := e.Votes(1)
	if err != nil {
		return nil, err
	}
	config := configure(e, l.Clients)
	figures, memory, err := serve(ctx, config, func(url string) *trial.Figures {
		return (&trial.Crowd{URL: url, Clients: l.Clients, Promises: l.Promises}).Cast(ctx, votes)
	})
	if err != nil {
		return nil, err
	}
	if err := check(e, votes, figures); err != nil {
		return nil, err
	}
	start := time.Now()
	b, err := server.Open(ctx, config)
	if err != nil {
		return nil, err
	}
	took := time.Since(start)
	return &Result{
		Accepted: figures.Accepted, PerSecond: figures.PerSecond(), Median: figures.Quantile(0.5), P99: figures.Quantile(0.99),
		Memory: memory, Entry: len(votes[0].Ballot) + 1, Replay: took,
	}, b.Stop(ctx)
}

func configure(e *trial.Election, clients int) server.Config {
	unbounded := server.Rate{PerSecond: 1e9, Burst: 1e9}
	return server.Config{
		Dir: e.Dir, Key: e.Key, Logger: slog.New(slog.DiscardHandler),
		Limits: server.Limits{ConnectionsPerAddress: 2 * clients, Connections: 2 * clients, QueuePerAddress: 2 * clients, RequestsPerAddress: unbounded},
	}
}

// serve runs a box while f uses it.
func serve(ctx context.Context, c server.Config, f func(url string) *trial.Figures) (*trial.Figures, uint64, error) {
	b, err := server.Open(ctx, c)
	if err != nil {
		return nil, 0, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, 0, errors.Join(err, b.Stop(ctx))
	}
	ctx, cancel := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- b.Serve(ctx, l) }()
	figures := f("http://" + l.Addr().String())
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	cancel()
	return figures, m.Sys, <-served
}

// check verifies the receipts.
func check(e *trial.Election, votes []trial.Vote, f *trial.Figures) error {
	if f.Accepted != len(votes) {
		return fmt.Errorf("%d of %d ballots were accepted: %v", f.Accepted, len(votes), f.Refused)
	}
	for i := range votes {
		if _, err := e.CheckReceipt(&votes[i], f.Receipts[i]); err != nil {
			return fmt.Errorf("ballot %d: %w", i, err)
		}
	}
	return nil
}
