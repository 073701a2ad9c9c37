package server

import (
	"slices"
)

// commitAll decides and sequences what the lanes have verified, one batch after the
// other: so the order of decisions is the order of the log.
func (b *Box) commitAll() {
	defer close(b.finished)
	for batch := range b.commits {
		for jobs := range slices.Chunk(b.gather(batch), maxCommit) {
			b.commit(jobs)
		}
	}
}

// gather adds to a batch what waits already.
func (b *Box) gather(batch []*job) []*job {
	for len(batch) < maxCommit {
		select {
		case more, ok := <-b.commits:
			if !ok {
				return batch
			}
			batch = append(batch, more...)
		default:
			return batch
		}
	}
	return batch
}

// commit decides at most maxCommit jobs, and tells them when what was decided is durable.
func (b *Box) commit(jobs []*job) {
	if b.Failure() != nil {
		for _, j := range jobs {
			j.refuse(errBroken)
		}
		return
	}
	outcomes, first, entries := b.decide(jobs)
	if len(entries) > 0 {
		if err := b.log.append(first, entries); err != nil {
			b.fail(err)
			for _, j := range jobs {
				j.refuse(errBroken)
			}
			return
		}
	}
	for i, j := range jobs {
		j.finish(outcomes[i])
	}
}

// decide makes the jobs' decisions and returns the new entries, the first of which has the
// index first.
func (b *Box) decide(jobs []*job) (outcomes []outcome, first uint64, entries [][]byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	outcomes, first = make([]outcome, len(jobs)), b.state.size()
	for i, j := range jobs {
		index, entry, err := j.decide(b.state)
		outcomes[i] = outcome{index, entry, err}
		if err == nil && entry != nil {
			entries = append(entries, entry)
		}
	}
	return outcomes, first, entries
}
