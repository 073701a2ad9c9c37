package mixnet

import (
	"errors"
	"fmt"
	"slices"

	"veche.example/proofs"
)

// Verdict says what became of a cascade's records.
type Verdict struct {
	Output *List    // of the last good mix
	Good   []int    // indices of the good records, from 0
	Faults []*Fault // for each record what is wrong with it, nil if it is good
}

// Fault says why a record is not good.
type Fault struct {
	Record int              // from 0
	Mixer  proofs.VerifyKey // in whose name it is
	Guilty bool             // the mixer is at fault, and the record may stand: it fails U14 alone; otherwise it has to be removed
	Err    error
}

// Error names the record and the mixer.
func (f *Fault) Error() string {
	return fmt.Sprintf("mix %d by %v: %v", f.Record+1, f.Mixer, f.Err)
}

// Unwrap returns Err.
func (f *Fault) Unwrap() error { return f.Err }

// Verify checks all records of a cascade in order. A bad mix is named and left out:
// the next good one starts from the last good output. It is an error if fewer than
// Least mixes are good; the verdict says why. No record is nil. It decodes outputs
// that were not yet, so a record that was parsed must not be in use elsewhere. Without
// a bad proof one multi-scalar multiplication decides all, in which each list occurs
// once; otherwise each proof is decided alone after that. It implements U9–U14 of
// docs/spec/shuffle.md. Variable time.
func (c *Cascade) Verify(mixes []*Mix) (*Verdict, error) {
	r, err := c.read(mixes)
	if err != nil {
		return nil, err
	}
	b := proofs.NewBatch(c.Keys)
	if r.assume(b); b.Decide() != nil {
		r.decide((*Statement).VerifyAlone)
	}
	return r.result()
}

// Assume is Verify for a batch that decides other claims too: it adds one claim with
// the equations of all proofs, and the verdict holds if the batch does. Each list is
// once in the batch; output is where it holds the points of the verdict's Output. Call
// Verify if the batch does not hold.
func (c *Cascade) Assume(b *proofs.Batch, mixes []*Mix) (v *Verdict, output proofs.Base, err error) {
	r, err := c.read(mixes)
	if err != nil {
		return nil, 0, err
	}
	output = r.assume(b)
	v, err = r.result()
	return v, output, err
}

// reading is a cascade whose records are read.
type reading struct {
	*Cascade
	Verdict
	mixes []*Mix
	alone []error // what is wrong with a record by itself: U9–U12
}

// read checks what does not depend on which mixes are good, once for each record.
func (c *Cascade) read(mixes []*Mix) (*reading, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	r := &reading{c, Verdict{}, mixes, make([]error, len(mixes))}
	before := map[proofs.VerifyKey]bool{}
	for i, m := range mixes {
		if m == nil {
			panic(fmt.Sprintf("mixnet: record %d is nil", i))
		}
		if r.alone[i] = c.place(m, i); r.alone[i] != nil {
			continue
		}
		if before[m.Mixer] { // U12
			r.alone[i] = errors.New("its mixer has mixed before: the first record stands alone")
		}
		before[m.Mixer] = true
	}
	return r, nil
}

// place returns nil if a mixer signed record i for its place.
func (c *Cascade) place(m *Mix, i int) error {
	switch {
	case !slices.Contains(c.Mixers, m.Mixer): // U9
		return errors.New("not one of the mixers")
	case m.Mixer.Verify(mixProtocol, c.Fingerprint, m.signed(c.context(m.Mixer, m.Position), c.Input.shape), m.Signature) != nil: // U10
		return errors.New("the signature is not the mixer's, who is not to blame for it")
	case m.Position != i+1: // U11
		return fmt.Errorf("signed for position %d", m.Position)
	}
	return nil
}

// assume decides the records as if every equation held, and adds those to the batch as
// one claim: a search among claims would look at all lists again for each. It returns
// where the batch holds the last good output.
func (r *reading) assume(b *proofs.Batch) proofs.Base {
	in, claim := b.Extend(r.Input.points), new(proofs.Claim)
	r.decide(func(s *Statement, proof []byte) error {
		out := b.Extend(s.Out.points)
		if err := s.Verify(claim, in, out, proof); err != nil {
			return err
		}
		in = out
		return nil
	})
	b.Add(claim)
	return in
}

// decide goes through the records in order. holds is asked once for every proof of a
// record in its place, which starts from the last good output.
func (r *reading) decide(holds func(s *Statement, proof []byte) error) {
	r.Verdict = Verdict{Output: r.Input, Faults: make([]*Fault, len(r.mixes))}
	for i, m := range r.mixes {
		err, guilty := r.alone[i], false
		if err == nil && m.Input != r.Output.root { // U13
			err = errors.New("the input is not the output of the last good mix")
		} else if err == nil {
			err, guilty = r.shuffled(m, holds), true
		}
		if err != nil {
			r.Faults[i] = &Fault{i, m.Mixer, guilty, err}
			continue
		}
		r.Good, r.Output = append(r.Good, i), m.Output
	}
}

// shuffled returns nil if a record's output is a shuffle of the last good one (U14).
func (r *reading) shuffled(m *Mix, holds func(s *Statement, proof []byte) error) error {
	if err := m.decode(r.Output); err != nil {
		return err
	}
	s := r.statement(m, r.Output)
	if err := s.Check(); err != nil {
		return err
	}
	return holds(s, m.Proof)
}

func (r *reading) result() (*Verdict, error) {
	if len(r.Good) >= r.Least {
		return &r.Verdict, nil
	}
	var why []error
	for _, f := range r.Faults {
		if f != nil {
			why = append(why, f)
		}
	}
	return &r.Verdict, fmt.Errorf("mixnet: %d good mixes, at least %d are needed: %w", len(r.Good), r.Least, errors.Join(why...))
}
