package server

import (
	"context"
	"sync"
	"time"

	"veche.example/ballot"
)

// job is one submission on its way into the log.
type job struct {
	ctx     context.Context // of its client
	from    address
	body    []byte
	opening *ballot.Opening // of a challenge, parsed
	decide  decision        // once it is verified
	done    chan outcome    // of capacity 1
}

// decision is made in the order of the log. The entry is nil if it is there already.
type decision func(s *state) (index uint64, entry []byte, err error)

// outcome is what became of a job: an entry with this index is durable, or an error.
type outcome struct {
	index uint64
	entry []byte // nil if it was there before
	err   error
}

func newJob(ctx context.Context, from address, body []byte) *job {
	return &job{ctx: ctx, from: from, body: body, done: make(chan outcome, 1)}
}

func (j *job) finish(o outcome) { j.done <- o }

func (j *job) refuse(err error) { j.finish(outcome{err: err}) }

// queue holds jobs that wait, in bounded memory, and is fair among addresses: each in
// turn has one taken, however many another one has sent.
type queue struct {
	total, perAddress int

	mu     sync.Mutex
	filled chan struct{} // of capacity 1: something was pushed, or the queue was closed
	jobs   map[address][]*job
	turns  []address // that have jobs
	size   int
	closed bool
}

func newQueue(total, perAddress int) *queue {
	return &queue{total: total, perAddress: perAddress, filled: make(chan struct{}, 1), jobs: map[address][]*job{}}
}

// push adds a job, or says that there is no room.
func (q *queue) push(j *job) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	waiting := q.jobs[j.from]
	switch {
	case q.closed:
		return errStopping
	case q.size >= q.total || len(waiting) >= q.perAddress:
		return errBusy
	}
	if len(waiting) == 0 {
		q.turns = append(q.turns, j.from)
	}
	q.jobs[j.from] = append(waiting, j)
	q.size++
	q.signal()
	return nil
}

func (q *queue) signal() {
	select {
	case q.filled <- struct{}{}:
	default:
	}
}

// take waits for a job, a moment for others, and returns at most n. It returns none only
// when the queue is closed and empty.
func (q *queue) take(n int) []*job {
	for {
		<-q.filled
		q.mu.Lock()
		size, closed := q.size, q.closed
		q.mu.Unlock()
		if size == 0 && !closed {
			continue
		}
		if size < n && !closed {
			time.Sleep(linger)
		}
		return q.pop(n)
	}
}

func (q *queue) pop(n int) (out []*job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(out) < n && q.size > 0 {
		turn := q.turns[0]
		waiting := q.jobs[turn]
		out = append(out, waiting[0])
		q.size--
		q.turns = q.turns[1:]
		if len(waiting) == 1 {
			delete(q.jobs, turn)
			continue
		}
		q.jobs[turn] = waiting[1:]
		q.turns = append(q.turns, turn)
	}
	if q.size > 0 || q.closed {
		q.signal()
	}
	return out
}

// close lets nothing more in; what waits is still taken.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.signal()
}

// len returns how many jobs wait.
func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.size
}
