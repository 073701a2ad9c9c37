// Package parallel splits index ranges over the machine's cores. Results must
// not depend on how a range is split; nothing outside this module needs it.
package parallel

import (
	"runtime"
	"sync"
)

// For calls f on consecutive, disjoint ranges [lo, hi) that cover [0, n), on at
// most GOMAXPROCS goroutines, and returns when all calls have. No range is
// shorter than grain unless n is. A panic in f reaches the caller.
func For(n, grain int, f func(lo, hi int)) {
	if n <= 0 {
		return
	}
	parts := Parts(n, grain)
	if parts == 1 {
		f(0, n)
		return
	}
	var wg sync.WaitGroup
	var once sync.Once
	var failure any
	for k := range parts {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					once.Do(func() { failure = r })
				}
			}()
			f(k*n/parts, (k+1)*n/parts)
		})
	}
	wg.Wait()
	if failure != nil {
		panic(failure)
	}
}

// Parts returns the number of ranges that For makes of n items: at least one,
// at most GOMAXPROCS.
func Parts(n, grain int) int {
	return max(1, min(n/max(1, grain), runtime.GOMAXPROCS(0)))
}
