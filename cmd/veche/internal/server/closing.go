package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"veche.example/internal/durable"
	"veche.example/tally/record"
)

// CloseVoting closes the box for good: nothing is accepted after it. It returns the
// closing, as soon as a checkpoint covers it; of a closed box the one that there is.
func (b *Box) CloseVoting(ctx context.Context) (*record.Closing, error) {
	if b.Failure() != nil {
		return nil, b.Failure()
	}
	j := newJob(ctx, address{}, nil)
	if err := b.closings.push(j); err != nil {
		return nil, err
	}
	select {
	case o := <-j.done:
		if o.err != nil {
			return nil, o.err
		}
		if _, err := b.log.await(ctx, o.index); err != nil {
			return nil, fmt.Errorf("the closing is in the log, but no checkpoint is published yet: %w", err)
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.state.closing, nil
}

// The order to close is a file beside the election directory, so that it survives a crash
// and needs no network: empty when it is given, with a line when it was carried out.
const carriedOut = "closed "

// watchClosing waits for the order to close and carries it out.
func (b *Box) watchClosing(ctx context.Context) {
	if b.Order == "" {
		return
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		if given, entries, err := readOrder(b.Order); err == nil && given && entries == 0 {
			if _, err := b.CarryOut(ctx); err != nil {
				b.Logger.Error("closing failed, and is tried again", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// CarryOut closes the box as CloseVoting does, and notes in the order that it was done.
// It returns the number of entries before the closing.
func (b *Box) CarryOut(ctx context.Context) (entries uint64, err error) {
	c, err := b.CloseVoting(ctx)
	if err != nil {
		return 0, err
	}
	b.Logger.Info("the ballot box is closed", "entries", c.Size)
	return c.Size, durable.Replace(b.Order, fmt.Appendf(nil, "%s%d\n", carriedOut, c.Size), 0o644)
}

// readOrder reads an order to close; entries is 0 until it was carried out.
func readOrder(path string) (given bool, entries uint64, err error) {
	line, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, 0, nil
	}
	if number, ok := strings.CutPrefix(string(line), carriedOut); err == nil && ok {
		entries, err = strconv.ParseUint(strings.TrimSuffix(number, "\n"), 10, 64)
	}
	return true, entries, err
}

// Order orders whoever has the box open to close it, waits until that was done, and returns
// the number of entries before the closing. The error is ErrNobody when no process has the
// box open; the order stands for who opens it next.
func Order(ctx context.Context, dir, path string) (entries uint64, err error) {
	given, entries, err := readOrder(path)
	if err == nil && !given {
		err = durable.Replace(path, nil, 0o644)
	}
	for err == nil && entries == 0 {
		if err = occupied(dir); err != nil {
			return 0, err
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
		_, entries, err = readOrder(path)
	}
	return entries, err
}

// occupied returns an error if no process has the box open.
func occupied(dir string) error {
	lock, err := lockDir(dir)
	switch {
	case err == nil:
		return errors.Join(ErrNobody, lock.Close())
	case errors.Is(err, ErrLocked):
		return nil
	}
	return err
}

var (
	// ErrLocked says that another process has the ballot box open.
	ErrLocked = errors.New("locked")
	// ErrNobody says that no process has the ballot box open.
	ErrNobody = errors.New("no process has the ballot box open")
)
