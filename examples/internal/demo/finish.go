package demo

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"veche.example/elgamal/threshold"
	"veche.example/internal/progress"
	"veche.example/tally/verify"
)

// Decrypt has the trustees decrypt what is in the record, whose box is closed, and
// publishes the result. Every trustee and witness who is there verifies the record
// before signing; here they are one process, so that it is done once. absent are the
// indices of trustees, from 0, who stay away.
func (e *Election) Decrypt(ctx context.Context, dir string, absent ...int) error {
	task := progress.Start("trustees verify", 1)
	closed, err := verify.Closed(ctx, os.DirFS(dir), nil)
	if err != nil {
		return err
	}
	task.Add(1)
	task.Done()
	present := append([]*threshold.Trustee(nil), e.Trustees...)
	for _, i := range absent {
		present[i] = nil
	}
	shares, err := closed.DecryptLocally(present, e.Witnesses)
	if err != nil {
		return err
	}
	if err := e.Writer.Tally(shares); err != nil {
		return err
	}
	result, err := closed.Result(shares)
	if err != nil {
		return err
	}
	return e.Writer.Result(result)
}

// Verify checks a record from its files alone. It is an error if it does not verify.
func Verify(ctx context.Context, dir string) (*verify.Report, error) {
	var tasks progress.Phases
	report, err := verify.Record(ctx, os.DirFS(dir), func(phase verify.Phase, done, total uint64) {
		tasks.Set("verifying the "+string(phase), done, total)
	})
	tasks.Done()
	if err != nil {
		return nil, err
	}
	if !report.Verified() {
		return nil, fmt.Errorf("the record does not verify:\n%s", report.Text())
	}
	return report, nil
}

// Seconds is how long each phase of an example took.
type Seconds map[string]float64

// Phase runs and times one phase.
func (s Seconds) Phase(name string, f func() error) error {
	started := time.Now()
	err := f()
	s[name] += time.Since(started).Seconds()
	return err
}

// Misused ends a program that was called in a wrong way.
func Misused(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	flag.Usage()
	os.Exit(2)
}

// Directory returns where the record goes: dir, or a new temporary directory if that is
// empty.
func Directory(dir, example string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	tmp, err := os.MkdirTemp("", example+"-")
	return filepath.Join(tmp, "record"), err
}

// Picture writes a picture next to the record in dir and returns its name.
func Picture(dir, name string, draw func(io.Writer) error) (string, error) {
	base, err := filepath.Abs(dir) // so that "." does not put it into the record
	if err != nil {
		return "", err
	}
	f, err := os.Create(base + "-" + name + ".svg")
	if err != nil {
		return "", err
	}
	if err := draw(f); err != nil {
		f.Close()
		return "", err
	}
	return f.Name(), f.Close()
}
