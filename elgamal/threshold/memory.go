package threshold

import (
	"fmt"
	"sync"

	"veche.example/internal/wire"
	"veche.example/proofs"
)

// signer is what trustees and witnesses have in common: an identity key, and the
// memory of what it stood for, which is stored before anything leaves.
type signer struct {
	identity *proofs.SigningKey
	store    Store

	mu     sync.Mutex
	memory memory
}

// memory is what a signer has signed or decrypted: one list per contest, all of
// one election and of one closing of its ballot box.
type memory struct {
	fingerprint, closing [32]byte // of all lists: those of the first
	lists                []remembered
}

// remembered is the one list of a contest.
type remembered struct {
	contest string
	list    [32]byte
}

// remember stores d as the one list of its contest, or refuses it. state makes of
// a memory the State to store.
func (s *signer) remember(d *Decryption, state func(memory) *State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next, err := s.memory.with(d)
	if err != nil {
		return fmt.Errorf("threshold: refused: %w", err)
	}
	if len(next.lists) == len(s.memory.lists) {
		return nil
	}
	if err := s.store(state(next)); err != nil {
		return fmt.Errorf("threshold: list not stored, so nothing leaves: %w", err)
	}
	s.memory = next
	return nil
}

// with returns the memory with d in it, the same one if it was there, or says why
// d may never be.
func (m memory) with(d *Decryption) (memory, error) {
	if len(m.lists) == 0 {
		m.fingerprint, m.closing = d.Fingerprint, d.Closing
	}
	known := m.recall(d.Contest)
	switch {
	case m.fingerprint != d.Fingerprint:
		return m, fmt.Errorf("contest %q is of another election than the first list that was signed or decrypted", d.Contest)
	case m.closing != d.Closing:
		return m, fmt.Errorf("contest %q is of another closing than the first list that was signed or decrypted", d.Contest)
	case known != nil && known.list != d.ListDigest():
		return m, fmt.Errorf("another list of contest %q was signed or decrypted", d.Contest)
	case known != nil:
		return m, nil
	case len(m.lists) >= maxLists:
		return m, fmt.Errorf("%d lists are remembered, no more fit", maxLists)
	}
	m.lists = append(m.lists[:len(m.lists):len(m.lists)], remembered{d.Contest, d.ListDigest()})
	return m, nil
}

// recall returns the list remembered for a contest, or nil.
func (m *memory) recall(contest string) *remembered {
	for i := range m.lists {
		if m.lists[i].contest == contest {
			return &m.lists[i]
		}
	}
	return nil
}

// append appends Memory of docs/spec/ceremony.md to b.
func (m *memory) append(b []byte) []byte {
	b = wire.AppendUint32(b, uint32(len(m.lists)))
	if len(m.lists) == 0 {
		return b
	}
	b = append(append(b, m.fingerprint[:]...), m.closing[:]...)
	for _, l := range m.lists {
		b = append(wire.AppendVector(b, []byte(l.contest)), l.list[:]...)
	}
	return b
}

// decode reads what append wrote into an empty memory.
func (m *memory) decode(r *wire.Reader) {
	lists := r.Uint32()
	if lists > maxLists {
		r.Fail("%d lists", lists)
	}
	if lists == 0 || lists > maxLists {
		return
	}
	copy(m.fingerprint[:], r.Fixed(hashSize))
	copy(m.closing[:], r.Fixed(hashSize))
	for range lists {
		contest := r.Vector(maxContest)
		list := r.Fixed(hashSize)
		if list == nil {
			return
		}
		if len(contest) == 0 || m.recall(string(contest)) != nil {
			r.Fail("contest %q is empty or there twice", contest)
		}
		m.lists = append(m.lists, remembered{string(contest), [hashSize]byte(list)})
	}
}
