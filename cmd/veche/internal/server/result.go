package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"veche.example/ballot/box"
	"veche.example/tally/record"
)

// Announce adds to the log of a closed box what follows the closing, once all of it is in
// the election directory: an entry for every mix, one for the tally and one for the
// result. It returns when a published checkpoint covers them. What the log has already must be
// the same.
func (b *Box) Announce(ctx context.Context) error {
	if !b.Closed() {
		return errors.New("the ballot box is not closed: there can be no result")
	}
	entries, err := b.following()
	if err != nil {
		return err
	}
	var last outcome
	for i, entry := range entries {
		if last, err = b.follow(ctx, uint64(i), entry); err != nil {
			return err
		}
	}
	c, err := b.log.await(ctx, last.index)
	if err != nil {
		return fmt.Errorf("the result is in the log, but no checkpoint is published yet: %w", err)
	}
	return b.compare(ctx, c, entries)
}

// following returns the entries that follow the closing.
func (b *Box) following() (entries [][]byte, err error) {
	add := func(kind box.Kind, body []byte) { entries = append(entries, append([]byte{byte(kind)}, body...)) }
	for k, c := range b.election.Manifest.Contests {
		for position := 1; c.Mixed(); position++ {
			file, err := b.root.ReadFile(record.MixFile(c.ID, position))
			if errors.Is(err, fs.ErrNotExist) {
				break
			}
			if err != nil {
				return nil, err
			}
			add(box.Mix, record.MixEntry(k, position, file))
		}
	}
	tally, err := b.root.ReadFile(record.TallyFile)
	if err != nil {
		return nil, err
	}
	result, err := b.root.ReadFile(record.ResultFile)
	if err != nil {
		return nil, err
	}
	add(box.Tally, record.TallyEntry(tally))
	add(box.Result, record.ResultEntry(result))
	return entries, nil
}

// follow adds the i-th entry behind the closing, unless it is there.
func (b *Box) follow(ctx context.Context, i uint64, entry []byte) (outcome, error) {
	j := newJob(ctx, address{}, nil)
	j.decide = func(s *state) (uint64, []byte, error) {
		if at := s.closing.Size + 1 + i; at < s.size() {
			return at, nil, nil
		}
		index, entry, err := s.add(box.Kind(entry[0]), entry[1:])
		return index, entry, err
	}
	if err := b.results.push(j); err != nil {
		return outcome{}, err
	}
	select {
	case o := <-j.done:
		return o, o.err
	case <-ctx.Done():
		return outcome{}, ctx.Err()
	}
}

// compare compares the entries behind the closing with those that should be there.
func (b *Box) compare(ctx context.Context, c *box.Checkpoint, entries [][]byte) error {
	b.mu.RLock()
	first, size := b.state.closing.Size+1, uint64(c.Tree.N)
	b.mu.RUnlock()
	if first+uint64(len(entries)) != size {
		return fmt.Errorf("the log has %d entries behind its closing, and the election directory is about %d", size-first, len(entries))
	}
	for i, want := range entries {
		entry, err := b.log.entry(ctx, first+uint64(i), size)
		if err != nil {
			return err
		}
		if !bytes.Equal(entry, want) {
			return fmt.Errorf("entry %d: names another %v than the one in the election directory", first+uint64(i), box.Kind(want[0]))
		}
	}
	return nil
}

// Complete says whether the log has its result.
func (b *Box) Complete() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.state.grammar.Complete()
}

// watchResult announces the result when it is in the election directory.
func (b *Box) watchResult(ctx context.Context) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	said := ""
	for !b.Complete() {
		if _, err := b.root.Lstat(record.ResultFile); err == nil && b.Closed() {
			if err := b.Announce(ctx); err != nil && err.Error() != said {
				said = err.Error()
				b.Logger.Error("the result cannot be announced, and is tried again", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Announced waits until whoever has the box in dir open has published a log of so many
// entries. The error is ErrNobody when no process has the box open.
func Announced(ctx context.Context, dir, logKey string, size uint64) error {
	r := box.NewReader(os.DirFS(filepath.Join(dir, record.LogDir)), logKey)
	for {
		c, err := r.Checkpoint()
		if err != nil {
			return err
		}
		if uint64(c.Tree.N) >= size {
			return nil
		}
		if err := occupied(dir); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}
