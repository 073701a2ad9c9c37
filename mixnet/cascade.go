package mixnet

import (
	"errors"
	"fmt"
	"slices"

	"veche.example/elgamal"
	"veche.example/internal/wire"
	"veche.example/proofs"
)

// Cascade is a sequence of mixes of one list: each mixer shuffles the output of the
// mix before. One honest mixer hides the permutation.
type Cascade struct {
	Fingerprint [32]byte // of the election
	Contest     string
	Keys        *elgamal.PublicKey
	Mixers      []proofs.VerifyKey // who may mix, each once
	Least       int                // how many good mixes there must be, at least 1
	Input       *List
}

// context binds a proof to its contest, mixer and position.
func (c *Cascade) context(mixer proofs.VerifyKey, position int) []byte {
	b := append(wire.AppendVector(nil, []byte(c.Contest)), mixer[:]...)
	return wire.AppendUint32(b, uint32(position))
}

func (c *Cascade) statement(m *Mix, in *List) *Statement {
	return &Statement{Fingerprint: c.Fingerprint, Context: c.context(m.Mixer, m.Position), Keys: c.Keys, In: in, Out: m.Output}
}

// Mix proves and signs a shuffle of in, which is the output of the last good mix or
// the cascade's input. out and w are what Shuffle returned for it. position is the
// number of the record, from 1, records of bad mixes counted.
func (c *Cascade) Mix(id *proofs.SigningKey, position int, in, out *List, w *Witness) *Mix {
	m := &Mix{Position: position, Mixer: id.Public(), Input: in.Root(), Output: out}
	m.Proof = c.statement(m, in).Prove(w)
	m.Signature = id.Sign(mixProtocol, c.Fingerprint, m.signed(c.context(m.Mixer, position)))
	return m
}

// Verdict says what became of a cascade's records.
type Verdict struct {
	Output *List   // of the last good mix
	Good   []int   // indices of the good records, from 0
	Faults []error // for each record what is wrong with it, nil if it is good
}

// Verify checks all records of a cascade in order. A bad mix is named and left out:
// the next good one starts from the last good output. It is an error if fewer than
// Least mixes are good; the verdict says why. Usually one multi-scalar
// multiplication decides all proofs, in which each list occurs once. It implements
// U9–U14 of docs/spec/shuffle.md.
func (c *Cascade) Verify(mixes []*Mix) (*Verdict, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	v := &Verdict{Output: c.Input, Faults: make([]error, len(mixes))}
	for from := 0; from < len(mixes); {
		from = c.run(v, mixes, from)
	}
	if len(v.Good) < c.Least {
		return v, fmt.Errorf("mixnet: %d good mixes, at least %d are needed: %w", len(v.Good), c.Least, errors.Join(v.Faults...))
	}
	return v, nil
}

func (c *Cascade) check() error {
	if c.Least < 1 || len(c.Mixers) < c.Least {
		return fmt.Errorf("mixnet: %d mixes of %d mixers are asked for, must be 1 to all", c.Least, len(c.Mixers))
	}
	for i, k := range c.Mixers {
		if err := k.Check(); err != nil {
			return fmt.Errorf("mixnet: mixer %d: %w", i+1, err)
		}
		if slices.Contains(c.Mixers[:i], k) {
			return fmt.Errorf("mixnet: mixer %d is listed twice", i+1)
		}
	}
	return nil
}

// run decides the records from an index on, under the assumption that every proof
// holds, and returns the index from which that was wrong: behind the first record
// whose proof does not, or behind the last.
func (c *Cascade) run(v *Verdict, mixes []*Mix, from int) int {
	b := proofs.NewBatch(c.Keys)
	list, base := v.Output, b.Extend(v.Output.points)
	var pending []int
	for i := from; i < len(mixes); i++ {
		if v.Faults[i] = c.link(mixes, i, list); v.Faults[i] != nil {
			continue
		}
		claim, out := new(proofs.Claim), b.Extend(mixes[i].Output.points)
		if v.Faults[i] = c.statement(mixes[i], list).Verify(claim, base, out, mixes[i].Proof); v.Faults[i] != nil { // U14
			continue
		}
		b.Add(claim)
		pending = append(pending, i)
		list, base = mixes[i].Output, out
	}
	next := len(mixes)
	if bad := (*proofs.BatchError)(nil); errors.As(b.Decide(), &bad) {
		first := pending[bad.Bad[0]]
		v.Faults[first] = proofs.ErrProof
		pending, next = pending[:bad.Bad[0]], first+1
	}
	for _, i := range pending {
		v.Good = append(v.Good, i)
		v.Output = mixes[i].Output
	}
	for i := from; i < next; i++ {
		if v.Faults[i] != nil {
			v.Faults[i] = fmt.Errorf("mix %d by %v: %w", i+1, mixes[i].Mixer, v.Faults[i])
		}
	}
	return next
}

// link checks U9–U13: everything about record i but its proof.
func (c *Cascade) link(mixes []*Mix, i int, in *List) error {
	m := mixes[i]
	switch {
	case !slices.Contains(c.Mixers, m.Mixer): // U9
		return errors.New("not one of the mixers")
	case !c.signed(m): // U10
		return errors.New("the signature is not the mixer's, who is not to blame for it")
	case m.Position != i+1: // U11
		return fmt.Errorf("signed for position %d", m.Position)
	case c.mixedBefore(mixes[:i], m.Mixer): // U12
		return errors.New("mixed before")
	case m.Input != in.root: // U13
		return errors.New("the input is not the output of the last good mix")
	}
	return nil
}

func (c *Cascade) signed(m *Mix) bool {
	return m.Mixer.Verify(mixProtocol, c.Fingerprint, m.signed(c.context(m.Mixer, m.Position)), m.Signature) == nil
}

// mixedBefore reports whether the mixer signed an earlier record, good or bad, for
// the place where it stands. Records that others moved or made up do not count.
func (c *Cascade) mixedBefore(mixes []*Mix, mixer proofs.VerifyKey) bool {
	for i, m := range mixes {
		if m.Mixer == mixer && m.Position == i+1 && c.signed(m) {
			return true
		}
	}
	return false
}
