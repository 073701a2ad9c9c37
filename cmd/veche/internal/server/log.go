package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/api/layout"
	"golang.org/x/mod/sumdb/note"
	"k8s.io/klog/v2"

	"veche.example/ballot/box"
	"veche.example/tally/record"
)

// log is the box's log in Tessera's hands.
type log struct {
	reader    tessera.LogReader
	add       tessera.AddFn
	shutdown  func(context.Context) error
	cancel    context.CancelFunc
	awaiter   *tessera.PublicationAwaiter
	gate      *gate
	key       string
	published atomic.Pointer[box.Checkpoint] // the last one that was read
}

var route sync.Once

// routeLines sends what Tessera and its storage warn of to a logger. It cannot be changed
// any more when they run.
func routeLines(l *slog.Logger) {
	route.Do(func() { klog.SetSlogLogger(slog.New(warnings{l.Handler()})) })
}

// warnings is a handler without what is less than a warning.
type warnings struct{ slog.Handler }

// Enabled reports whether a record of this level is handled.
func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

// openLog opens the log or makes a new one. Nothing is published before its gate is open.
func openLog(c *Config, signer note.Signer, key string, refused func(error)) (*log, error) {
	routeLines(c.Logger)
	ctx, cancel := context.WithCancel(context.Background())
	l, err := startLog(ctx, c, signer, refused)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("%s/%s: %w", c.Dir, record.LogDir, err)
	}
	l.cancel, l.key = cancel, key
	return l, nil
}

func startLog(ctx context.Context, c *Config, signer note.Signer, refused func(error)) (*log, error) {
	driver, fresh, err := openDriver(ctx, c.Storage, c.Dir)
	if err != nil {
		return nil, err
	}
	g := newGate(signer, fresh, refused)
	options := tessera.NewAppendOptions().WithCheckpointSigner(g).
		WithBatching(maxCommit, batchAge).WithCheckpointInterval(publishes).WithGarbageCollectionInterval(collects)
	if c.Witnesses != nil {
		group, err := tessera.NewWitnessGroupFromPolicy(c.Witnesses)
		if err != nil {
			return nil, fmt.Errorf("policy of witnesses: %w", err)
		}
		options = options.WithWitnesses(group, nil).WithCheckpointInterval(cosigned)
	}
	appender, shutdown, reader, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		return nil, err
	}
	awaiter := tessera.NewPublicationAwaiter(ctx, reader.ReadCheckpoint, polls)
	return &log{reader: reader, add: appender.Add, shutdown: shutdown, awaiter: awaiter, gate: g}, nil
}

// close waits until all that was added is published, and stops.
func (l *log) close(ctx context.Context) error {
	l.gate.shut()
	err := l.shutdown(ctx)
	l.cancel()
	return err
}

// append adds entries, at most maxCommit, and returns when they are durable with the
// indices first, first+1, …: then they are in the log even after a crash. After an error
// they may or may not be.
func (l *log) append(first uint64, entries [][]byte) error {
	added := make([]*tessera.Entry, len(entries))
	for i, entry := range entries {
		added[i] = tessera.NewEntry(entry)
	}
	// The queue keeps the order only of what is added while no flush is on its way, hence
	// one call of append after the other, no hashing in between, and the check below.
	futures := make([]tessera.IndexFuture, len(entries))
	for i := range added {
		futures[i] = l.add(context.Background(), added[i])
	}
	var fault error
	for i, future := range futures {
		at, err := future()
		if err == nil && at.Index != first+uint64(i) {
			err = fmt.Errorf("entry %d became number %d", first+uint64(i), at.Index)
		}
		if fault == nil {
			fault = err
		}
	}
	return fault
}

// await returns a published checkpoint that covers the entry.
func (l *log) await(ctx context.Context, index uint64) (*box.Checkpoint, error) {
	at := func() (tessera.Index, error) { return tessera.Index{Index: index}, nil }
	_, signed, err := l.awaiter.Await(ctx, at)
	if err != nil {
		return nil, err
	}
	return l.parse(signed)
}

// checkpoint returns the published checkpoint, or nil if there is none yet.
func (l *log) checkpoint(ctx context.Context) (*box.Checkpoint, error) {
	signed, err := l.reader.ReadCheckpoint(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return l.parse(signed)
}

// size returns the size of the log that the last checkpoint covers.
func (l *log) size() uint64 {
	c, err := l.checkpoint(context.Background())
	if err != nil || c == nil {
		return 0
	}
	return uint64(c.Tree.N)
}

func (l *log) parse(signed []byte) (*box.Checkpoint, error) {
	if c := l.published.Load(); c != nil && bytes.Equal(c.Note, signed) {
		return c, nil
	}
	c, err := box.ParseCheckpoint(signed, l.key)
	if err == nil {
		l.published.Store(c)
	}
	return c, err
}

// receipt proves that the entry is in the log of a checkpoint.
func (l *log) receipt(ctx context.Context, c *box.Checkpoint, index uint64) ([]byte, error) {
	r, err := box.NewReader(&logFS{ctx, l.reader}, l.key).Prove(c, index)
	if err != nil {
		return nil, err
	}
	return r.Bytes(), nil
}

// bundle returns the entries of a bundle of a log of the given size.
func (l *log) bundle(ctx context.Context, n, size uint64) ([][]byte, error) {
	width := min(size-n*layout.EntryBundleWidth, layout.EntryBundleWidth)
	raw, err := l.reader.ReadEntryBundle(ctx, n, layout.PartialTileSize(0, n, size))
	if err != nil {
		return nil, err
	}
	var b api.EntryBundle
	if err := b.UnmarshalText(raw); err != nil {
		return nil, err
	}
	if uint64(len(b.Entries)) < width {
		return nil, fmt.Errorf("bundle %d: %d entries, must have %d", n, len(b.Entries), width)
	}
	return b.Entries[:width], nil
}

// entry returns an entry of a log of the given size.
func (l *log) entry(ctx context.Context, index, size uint64) ([]byte, error) {
	b, err := l.bundle(ctx, index/layout.EntryBundleWidth, size)
	if err != nil {
		return nil, err
	}
	return b[index%layout.EntryBundleWidth], nil
}

// replay gives f every durable entry, whether published or not, and logs how far it is.
func (l *log) replay(ctx context.Context, c *Config, f func(entry []byte) error) error {
	size, err := l.reader.IntegratedSize(ctx)
	if err != nil {
		return err
	}
	said := time.Now()
	for n := uint64(0); n*layout.EntryBundleWidth < size; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		entries, err := l.bundle(ctx, n, size)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if err := f(entry); err != nil {
				return err
			}
		}
		if time.Since(said) > 5*time.Second {
			said = time.Now()
			c.Logger.Info("replaying the log", "entries", n*layout.EntryBundleWidth, "of", size)
		}
	}
	return nil
}
