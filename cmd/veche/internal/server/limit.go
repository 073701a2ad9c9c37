package server

import (
	"sync"
	"time"
)

// limiter is a token bucket for each key, in bounded memory: when there are too many
// keys, those that were used least recently are forgotten, which fills their buckets.
type limiter[K comparable] struct {
	rate  Rate
	clock func() time.Time
	most  int // keys of one generation

	mu         sync.Mutex
	young, old map[K]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newLimiter[K comparable](rate Rate, clock func() time.Time) *limiter[K] {
	return &limiter[K]{rate: rate, clock: clock, most: maxLimited / 2, young: map[K]bucket{}, old: map[K]bucket{}}
}

// take takes a token, or says that there is none.
func (l *limiter[K]) take(key K) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(key)
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	l.keep(key, b)
	return true
}

// empty says whether there is no token.
func (l *limiter[K]) empty(key K) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bucket(key).tokens < 1
}

// bucket returns a key's bucket as of now, and remembers it as that. A clock that is set
// back adds nothing, and from then on time passes as before.
func (l *limiter[K]) bucket(key K) bucket {
	now := l.clock()
	b, ok := l.young[key]
	if !ok {
		b, ok = l.old[key]
	}
	if !ok {
		return bucket{l.rate.Burst, now}
	}
	passed := max(0, now.Sub(b.at).Seconds())
	b = bucket{min(l.rate.Burst, b.tokens+passed*l.rate.PerSecond), now}
	l.keep(key, b)
	return b
}

func (l *limiter[K]) keep(key K, b bucket) {
	if len(l.young) >= l.most {
		l.young, l.old = map[K]bucket{}, l.young
	}
	l.young[key] = b
}
