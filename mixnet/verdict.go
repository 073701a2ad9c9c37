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
	Guilty bool             // what the mixer signed for this place is wrong whatever else was published; otherwise others may be at fault
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
// Least mixes are good; the verdict says why. Without a bad proof one multi-scalar
// multiplication decides all, in which each list occurs once. No record is nil. It
// implements U9–U14 of docs/spec/shuffle.md. Variable time.
func (c *Cascade) Verify(mixes []*Mix) (*Verdict, error) {
	r, err := c.read(mixes)
	if err != nil {
		return nil, err
	}
	for from := 0; from < len(mixes); {
		b := proofs.NewBatch(c.Keys)
		before := len(r.Good)
		r.assume(b, from)
		bad := (*proofs.BatchError)(nil)
		if !errors.As(b.Decide(), &bad) {
			break
		}
		from = r.refute(before+bad.Bad[0]) + 1
	}
	return r.result()
}

// Assume is Verify for a batch that decides other claims too: it adds the equations
// of all proofs, and the verdict holds if the batch does. Each list is once in the
// batch; output is where it holds the points of the verdict's Output. Call Verify if
// the batch does not hold.
func (c *Cascade) Assume(b *proofs.Batch, mixes []*Mix) (v *Verdict, output proofs.Base, err error) {
	r, err := c.read(mixes)
	if err != nil {
		return nil, 0, err
	}
	output = r.assume(b, 0)
	v, err = r.result()
	return v, output, err
}

// reading is a cascade whose records are read.
type reading struct {
	*Cascade
	Verdict
	mixes []*Mix
	alone []*Fault // what is wrong with a record by itself: U9–U12
}

// read checks what does not depend on which mixes are good, once for each record.
func (c *Cascade) read(mixes []*Mix) (*reading, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	r := &reading{c, Verdict{Output: c.Input, Faults: make([]*Fault, len(mixes))}, mixes, make([]*Fault, len(mixes))}
	before := map[proofs.VerifyKey]bool{}
	for i, m := range mixes {
		if m == nil {
			panic(fmt.Sprintf("mixnet: record %d is nil", i))
		}
		if err := c.place(m, i); err != nil {
			r.alone[i] = &Fault{i, m.Mixer, false, err}
			continue
		}
		if before[m.Mixer] { // U12
			r.alone[i] = &Fault{i, m.Mixer, true, errors.New("mixed before")}
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

// assume goes through the records from an index on as if every proof held, and adds
// the proofs to the batch. It returns where the batch holds the last good output.
func (r *reading) assume(b *proofs.Batch, from int) proofs.Base {
	base := b.Extend(r.Output.points)
	for i := from; i < len(r.mixes); i++ {
		m := r.mixes[i]
		if r.Faults[i] = r.alone[i]; r.Faults[i] != nil {
			continue
		}
		out, err := r.link(b, m, base)
		if err != nil {
			r.Faults[i] = &Fault{i, m.Mixer, !errors.Is(err, errOtherInput), err}
			continue
		}
		r.Good = append(r.Good, i)
		r.Output, base = m.Output, out
	}
	return base
}

// link adds the proof that a record follows on the last good output, which the batch
// holds at in.
func (r *reading) link(b *proofs.Batch, m *Mix, in proofs.Base) (out proofs.Base, err error) {
	if m.Output == nil {
		return 0, fmt.Errorf("the output is no list: %v", m.flaw)
	}
	if m.Input != r.Output.root { // U13
		return 0, errOtherInput
	}
	s := r.statement(m, r.Output)
	if err := s.Check(); err != nil {
		return 0, err
	}
	claim := new(proofs.Claim)
	out = b.Extend(m.Output.points)
	if err := s.Verify(claim, in, out, m.Proof); err != nil { // U14
		return 0, err
	}
	b.Add(claim)
	return out, nil
}

// errOtherInput is nobody's guilt for sure: the records before may have been exchanged.
var errOtherInput = errors.New("the input is not the output of the last good mix")

// refute takes back the k-th good record, whose proof does not hold, and all after it,
// and returns its index.
func (r *reading) refute(k int) int {
	i := r.Good[k]
	r.Faults[i] = &Fault{i, r.mixes[i].Mixer, true, proofs.ErrProof}
	r.Good, r.Output = r.Good[:k], r.Input
	if k > 0 {
		r.Output = r.mixes[r.Good[k-1]].Output
	}
	return i
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
