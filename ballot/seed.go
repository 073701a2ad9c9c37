package ballot

import (
	"crypto/rand"
	"errors"
	"sync/atomic"
)

// Seed is the secret from which one ballot is built. It serves one Build: a revote,
// and a new ballot after a challenge, need a fresh one. Two ballots from one seed
// would reveal the difference of their votes.
type Seed struct {
	secret [32]byte
	used   atomic.Bool
}

// GenerateSeed returns a fresh seed.
func GenerateSeed() *Seed {
	s := new(Seed)
	rand.Read(s.secret[:])
	return s
}

var errSeedUsed = errors.New("ballot: the seed was used before; every ballot needs a fresh one from GenerateSeed")

// take moves the secret out of the seed, once.
func (s *Seed) take() (secret [32]byte, err error) {
	if !s.used.CompareAndSwap(false, true) {
		return secret, errSeedUsed
	}
	secret, s.secret = s.secret, secret
	return secret, nil
}
