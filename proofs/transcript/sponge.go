package transcript

import (
	"crypto/sha3"
	"sync"
)

// rate is the SHAKE128 block size in bytes.
const rate = 168

// sponge is the duplex sponge of draft-irtf-cfrg-fiat-shamir-03 with SHAKE128:
// what is absorbed is one stream, however it is cut; consecutive squeezes
// continue one output stream; a non-empty absorb restarts the output over
// everything absorbed so far. A sponge may be copied; the copies are independent.
type sponge struct {
	in        sha3.SHAKE // has absorbed everything, never squeezed
	out       sha3.SHAKE // a copy of in that is being squeezed
	squeezing bool
}

// newSponge starts a sponge under a 32-byte session identifier.
func newSponge(session [32]byte) sponge {
	s := sponge{in: *sha3.NewSHAKE128()}
	var first [rate]byte
	copy(first[:], session[:])
	s.absorb(first[:])
	return s
}

func (s *sponge) absorb(b []byte) {
	if len(b) == 0 {
		return
	}
	s.squeezing = false
	s.in.Write(b)
}

func (s *sponge) squeeze(b []byte) {
	if !s.squeezing {
		s.out, s.squeezing = s.in, true
	}
	s.out.Read(b)
}

// deriveSessionID hashes an application tag to a session identifier.
func deriveSessionID(tag []byte) (id [32]byte) {
	s := newSponge([32]byte([]byte("irtf-cfrg-fiat-shamir/session-id")))
	s.absorb(tag)
	s.squeeze(id[:])
	return id
}

// started caches the sponge of each protocol before its first input; protocol
// names are a small fixed set in this module's code.
var started sync.Map // protocol string → sponge

// start returns the sponge of the named protocol.
func start(protocol string) sponge {
	if s, ok := started.Load(protocol); ok {
		return s.(sponge)
	}
	s := newSponge(deriveSessionID([]byte(Tag(protocol))))
	started.Store(protocol, s)
	return s
}
