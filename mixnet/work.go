package mixnet

import (
	"context"

	"veche.example/internal/parallel"
)

// work is a long computation as its owner sees it: how far it is, and whether it is
// to stop. One goroutine drives it.
type work struct {
	ctx         context.Context
	progress    func(done, total int) // nil if nobody asks
	done, total int
}

// pieceSize is the number of items, of some ten microseconds each, after which the
// owner is asked again.
const pieceSize = 2048

// each calls f on disjoint ranges that cover [0, n), on all cores, one piece after
// the other, and counts so many units for each item. Once the context has ended it
// does nothing, and what was computed is to be thrown away.
func (w *work) each(n, grain, units int, f func(lo, hi int)) {
	for lo := 0; lo < n && w.ctx.Err() == nil; lo += pieceSize {
		size := min(pieceSize, n-lo)
		parallel.For(size, grain, func(from, to int) { f(lo+from, lo+to) })
		w.count(size * units)
	}
}

// step calls f unless the context has ended, and counts units for it.
func (w *work) step(units int, f func()) {
	if w.ctx.Err() == nil {
		f()
		w.count(units)
	}
}

func (w *work) count(units int) {
	w.done += units
	if w.progress != nil {
		w.progress(w.done, w.total)
	}
}
