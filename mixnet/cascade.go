package mixnet

import (
	"context"
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

// Mix shuffles in, which is the output of the last good mix or the cascade's input,
// proves it and signs it. position is the number of the record, from 1, records of
// bad mixes counted.
//
// p is material of [Cascade.Prepare], or nil: then it is prepared on the spot, and
// store is not used. p serves one list, or the permutation is plain to see from two
// outputs. So Mix records its use before the output exists, by one call of store,
// whose state holds nothing secret. If that fails, or anything after it, the
// material is lost. If the list does not fit or the context has ended before, p is as
// it was. store must be a compare-and-swap that no crash undoes: for all processes
// that may have read the same material together it returns nil once, and what it
// left behind is on disk then. For example, whoever creates a file wins:
//
//	store := func(state []byte) error {
//		f, err := os.OpenFile("material.used", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
//		if err != nil {
//			return err // used before
//		}
//		_, err = f.Write(state)
//		err = errors.Join(err, f.Sync(), f.Close(), syncDirectory("."))
//		return errors.Join(err, os.Remove("material"))
//	}
//
// Replacing the file of the material alone is not enough: two processes that read it
// before would both succeed.
//
// progress, unless it is nil, is called from time to time with the units of work done
// (rows times passes) and their total, which is reached at the end. Mix returns the
// context's error within about a second after that has ended. The arithmetic is
// constant time; memory accesses follow the permutation.
func (c *Cascade) Mix(ctx context.Context, id *proofs.SigningKey, position int, in *List, p *Prepared, store func(state []byte) error, progress func(done, total int)) (*Mix, error) {
	if !slices.Contains(c.Mixers, id.Public()) {
		return nil, fmt.Errorf("mixnet: %v is not one of the mixers", id.Public())
	}
	if position < 1 {
		return nil, fmt.Errorf("mixnet: position %d, they count from 1", position)
	}
	if err := checkWidth(c.Keys, in.shape); err != nil {
		return nil, err
	}
	m := &Mix{Position: position, Mixer: id.Public(), Input: in.Root()}
	s := c.statement(m, in)
	work := &work{ctx: ctx, progress: progress, total: applyUnits(in) + s.units()}
	if p == nil {
		work.total += zerosUnits(in.shape, in.rows)
		p = c.prepare(work, in.shape, in.rows)
		store = func([]byte) error { return nil } // it never was in a file
	}
	var w *Witness
	var err error
	if m.Output, w, err = p.shuffle(work, c, in, store); err != nil {
		return nil, err
	}
	s.Out = m.Output
	if m.Proof, err = s.hedgedProof(work, w); err != nil {
		return nil, err
	}
	return c.signed(id, m, in.shape), nil
}

// signed returns the record with the mixer's signature.
func (c *Cascade) signed(id *proofs.SigningKey, m *Mix, s shape) *Mix {
	m.Signature = id.Sign(mixProtocol, c.Fingerprint, m.signed(c.context(m.Mixer, m.Position), s))
	return m
}

// check refuses cascades that make no sense, whatever the records.
func (c *Cascade) check() error {
	if c.Least < 1 || len(c.Mixers) < c.Least {
		return fmt.Errorf("mixnet: %d mixes of %d mixers are asked for, must be 1 to all", c.Least, len(c.Mixers))
	}
	if err := checkWidth(c.Keys, c.Input.shape); err != nil {
		return err
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
