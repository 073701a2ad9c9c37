//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"veche.example/cmd/veche/internal/server/measure"
)

type benchBoxCmd struct {
	Ballots  int  `help:"Number of ballots." default:"1000"`
	Options  int  `help:"Options of the one contest." default:"11"`
	Clients  int  `help:"Voters at once." default:"100"`
	Promises bool `help:"Ask for a promise before each ballot."`
}

// benchBoxData is what was seen, for --json.
type benchBoxData struct {
	Ballots   int           `json:"ballots"`
	Bytes     int           `json:"entry_bytes"`
	PerSecond float64       `json:"ballots_per_second"`
	Median    time.Duration `json:"median_ns"`
	P99       time.Duration `json:"p99_ns"`
	Replay    time.Duration `json:"replay_ns"`
	Memory    uint64        `json:"memory_bytes"`
}

// Run measures.
func (c *benchBoxCmd) Run(a *app) error {
	if c.Ballots < 1 || c.Clients < 1 {
		return errors.New("--ballots and --clients: must be 1 at least")
	}
	dir, err := os.MkdirTemp("", "veche-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r, err := measure.Box(a.ctx, dir, measure.Load{Ballots: c.Ballots, Options: c.Options, Clients: c.Clients, Promises: c.Promises})
	if err != nil {
		return err
	}
	d := &benchBoxData{r.Accepted, r.Entry, r.PerSecond, r.Median, r.P99, r.Replay, r.Memory}
	return a.print(d, fmt.Sprintf("%d ballots of %d bytes, %d voters at once: %.0f ballots a second, half of them within %v, 99 in 100 within %v; replayed in %v; %d MB\n",
		d.Ballots, d.Bytes, c.Clients, d.PerSecond, d.Median.Round(time.Millisecond), d.P99.Round(time.Millisecond), d.Replay.Round(time.Millisecond), d.Memory>>20))
}
