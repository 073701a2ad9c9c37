package ballot

import (
	"bytes"
	"fmt"
	"slices"
	"sort"

	"veche.example/elgamal"
	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// Layout of a roll, docs/spec/manifest.md, section 4.
const (
	rollVersion = 1
	rollHead    = 1 + 4
	voterSize   = 32 + 2 + 4
)

// Voter is an entry of the roll.
type Voter struct {
	Key    proofs.VerifyKey
	Style  int    // index of the ballot style
	Weight uint32 // votes, at least 1
}

// Roll is the list of voters' keys. It holds the 38 bytes per voter that were parsed
// and no more. It is immutable and safe for concurrent use.
type Roll struct {
	entries []byte
	hash    [32]byte
	weight  uint64 // of all voters
	styles  int    // 1 + the greatest style
}

// NewRoll returns the roll of the voters, in any order. It is an error if a key is no
// public key or occurs twice, a weight is 0, or a style is not a uint16.
func NewRoll(voters []Voter) (*Roll, error) {
	sorted := slices.Clone(voters)
	slices.SortFunc(sorted, func(a, b Voter) int { return bytes.Compare(a.Key[:], b.Key[:]) })
	b := wire.AppendUint32([]byte{rollVersion}, uint32(len(sorted)))
	for i, v := range sorted {
		if err := v.Key.Check(); err != nil {
			return nil, fmt.Errorf("roll: voter %s: %w", v.Key, err)
		}
		if v.Style < 0 || v.Style >= MaxStyles {
			return nil, fmt.Errorf("roll: voter %s: style %d, must be 0 to %d", v.Key, v.Style, MaxStyles-1)
		}
		if i > 0 && sorted[i-1].Key == v.Key {
			return nil, fmt.Errorf("roll: voter %s: stated twice; keep one", v.Key)
		}
		b = append(b, v.Key[:]...)
		b = wire.AppendUint32(wire.AppendUint16(b, uint16(v.Style)), v.Weight)
	}
	return ParseRoll(b)
}

// ParseRoll reads a roll and keeps b, which must not be changed. Keys are checked to
// be in strictly increasing order, so that none occurs twice; whether one is a group
// element shows when its first ballot is verified.
func ParseRoll(b []byte) (*Roll, error) {
	r := wire.NewReader("roll", b)
	if v := r.Uint8(); v != rollVersion {
		r.Fail("version %d, must be %d", v, rollVersion)
	}
	n := int(r.Uint32())
	if n < 1 || n > MaxVoters {
		r.Fail("%d voters, must be 1 to %d", n, MaxVoters)
		return nil, r.Close()
	}
	roll := &Roll{entries: r.Fixed(n * voterSize)}
	if err := r.Close(); err != nil {
		return nil, err
	}
	if err := roll.scan(); err != nil {
		return nil, err
	}
	roll.hash = transcript.Hash("roll", b)
	return roll, nil
}

func (r *Roll) scan() error {
	for i := range r.Len() {
		if i > 0 && bytes.Compare(r.key(i-1), r.key(i)) >= 0 {
			return fmt.Errorf("roll: voter %d: keys must be in strictly increasing order; use NewRoll to write rolls", i)
		}
		v := r.Voter(i)
		if v.Weight == 0 {
			return fmt.Errorf("roll: voter %d: weight 0; leave out who may not vote", i)
		}
		r.weight += uint64(v.Weight)
		r.styles = max(r.styles, v.Style+1)
	}
	return nil
}

// Bytes returns the roll as ParseRoll reads it.
func (r *Roll) Bytes() []byte {
	return append(wire.AppendUint32([]byte{rollVersion}, uint32(r.Len())), r.entries...)
}

// Hash returns the hash that a manifest states (M3 of docs/spec/manifest.md).
func (r *Roll) Hash() [32]byte { return r.hash }

// Len returns the number of voters.
func (r *Roll) Len() int { return len(r.entries) / voterSize }

// Weight returns the sum of all weights.
func (r *Roll) Weight() uint64 { return r.weight }

// Voter returns the i-th entry, from 0 to Len()-1.
func (r *Roll) Voter(i int) Voter {
	w := wire.NewReader("roll", r.entries[i*voterSize:(i+1)*voterSize])
	return Voter{proofs.VerifyKey(w.Fixed(32)), int(w.Uint16()), w.Uint32()}
}

func (r *Roll) key(i int) []byte { return r.entries[i*voterSize:][:32] }

// Find returns the index of the entry with this key.
func (r *Roll) Find(key proofs.VerifyKey) (index int, ok bool) {
	return sort.Find(r.Len(), func(i int) int { return bytes.Compare(key[:], r.key(i)) })
}

// CheckRoll checks that the roll is the one that the manifest fixes, that its styles
// exist, that no total can reach the limit of discrete logarithms, and that the voters of
// every mixed contest have one weight and are not too many for a mix (M4, M6 and M7 of
// docs/spec/manifest.md).
func (m *Manifest) CheckRoll(r *Roll) error {
	if r.hash != m.Roll.hash {
		return fmt.Errorf("roll: hash %x, the manifest says %x", r.hash, m.Roll.hash)
	}
	if r.Len() != m.Roll.Voters {
		return fmt.Errorf("roll: %d voters, the manifest says %d", r.Len(), m.Roll.Voters)
	}
	if r.styles > len(m.Styles) {
		return fmt.Errorf("roll: a voter has style %d, the manifest has %d styles", r.styles-1, len(m.Styles))
	}
	for _, c := range m.Contests {
		if r.weight > (elgamal.MaxLog-1)/c.maxOutput() {
			return fmt.Errorf("roll: with weights of %d in all, totals of contest %q can exceed 2^40; lower the weights or the scores", r.weight, c.ID)
		}
	}
	_, contests := m.cohorts(r)
	for i, c := range m.Contests {
		if !c.Mixed() {
			continue
		}
		if err := c.checkVoters(&contests[i], m.Width); err != nil {
			return fmt.Errorf("roll: contest %q: %w", c.ID, err)
		}
	}
	return nil
}
