// Package progress shows how far a long task is: a bar on a terminal, a line at
// every quarter elsewhere. Only programs need it.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// Task is a task that is under way. Its methods may be called concurrently.
type Task struct {
	out     io.Writer
	title   string
	total   int64
	started time.Time

	mu      sync.Mutex
	done    int64
	quarter int64
	bars    *mpb.Progress // nil if out is no terminal
	bar     *mpb.Bar
}

// Start begins to show a task of a number of steps on standard error.
func Start(title string, total int) *Task {
	return start(os.Stderr, term.IsTerminal(int(os.Stderr.Fd())), title, total)
}

func start(out io.Writer, terminal bool, title string, total int) *Task {
	t := &Task{out: out, title: title, total: int64(total), started: time.Now()}
	if terminal {
		t.bars = mpb.New(mpb.WithOutput(out), mpb.WithWidth(48))
		t.bar = t.bars.AddBar(int64(total),
			mpb.PrependDecorators(decor.Name(fmt.Sprintf("%-28s", title))),
			mpb.AppendDecorators(decor.CountersNoUnit("%d/%d "), decor.AverageETA(decor.ET_STYLE_GO)))
	}
	return t
}

// Add says that n more steps are done.
func (t *Task) Add(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.set(t.done + int64(n))
}

// Set says how many steps are done.
func (t *Task) Set(done uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.set(int64(done))
}

func (t *Task) set(done int64) {
	t.done = done
	if t.bar != nil {
		t.bar.SetCurrent(done)
		return
	}
	if q := 4 * done / max(1, t.total); q > t.quarter && q < 4 {
		t.quarter = q
		fmt.Fprintf(t.out, "%s: %d %%\n", t.title, 25*q)
	}
}

// Done ends the task and returns the time that it took.
func (t *Task) Done() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	took := time.Since(t.started)
	if t.bar != nil {
		t.bar.SetTotal(t.total, true)
		t.bars.Wait()
		return took
	}
	fmt.Fprintf(t.out, "%s: done in %s\n", t.title, took.Round(10*time.Millisecond))
	return took
}
