package main

import (
	"sync"
	"time"

	"veche.example/internal/progress"
)

// quiet is how long a work may take without a word.
const quiet = time.Second

// task shows how far a work is once it is long. Its methods may be called concurrently.
type task struct {
	title string
	show  *time.Timer

	mu          sync.Mutex
	done, total int
	shown       *progress.Task // nil while the work is not long
}

// task begins a work of a number of steps, in which nobody is asked for anything.
func (a *app) task(title string, total int) *task {
	t := &task{title: title, total: total}
	t.mu.Lock() // until show is set
	defer t.mu.Unlock()
	t.show = time.AfterFunc(quiet, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.show != nil {
			t.shown = progress.Start(t.title, t.total)
			t.shown.Set(uint64(t.done))
		}
	})
	return t
}

// add says that n more steps are done.
func (t *task) add(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.set(t.done + n)
}

// report says how many steps are done of how many; it is what the library calls back.
func (t *task) report(done, total int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shown == nil {
		t.total = total
	}
	t.set(done)
}

func (t *task) set(done int) {
	t.done = done
	if t.shown != nil {
		t.shown.Set(uint64(done))
	}
}

// end says that the work is done, or given up. It may be called again.
func (t *task) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.show != nil {
		t.show.Stop()
		t.show = nil
	}
	if t.shown != nil {
		t.shown.Done()
		t.shown = nil
	}
}
