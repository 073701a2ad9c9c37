package proofs

import (
	"encoding/binary"
	"fmt"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
	"veche.example/proofs/transcript"
)

// Batch decides claims together: it checks Σ_e w_e Σ_k s_{e,k} P_{e,k} = O over
// all their equations e, with 128-bit weights w_e derived from every proof of
// the batch, so that a false equation passes with probability 2^-128. The
// verdict does not depend on the number of cores. A batch holds its claims until
// it is decided; callers bound its size and decide batch by batch. Sums of
// different batches are never added (docs/spec/batch.md).
type Batch struct {
	keys   *elgamal.PublicKey
	claims []*Claim
	lists  []group.Affine
}

// NewBatch returns an empty batch of claims about the given election key, which
// may be nil if no claim uses BaseKey.
func NewBatch(keys *elgamal.PublicKey) *Batch { return &Batch{keys: keys} }

// Add appends a claim, which must not change until the batch is decided.
func (b *Batch) Add(c *Claim) { b.claims = append(b.claims, c) }

// Extend makes further points shared bases: the first is the Base returned, and
// the others count up from it. A list that several claims are about enters the
// multiplication once. The instance of every proof that uses a point commits to it.
func (b *Batch) Extend(points []group.Affine) Base {
	first := baseList + Base(len(b.lists))
	b.lists = append(b.lists, points...)
	return first
}

// Len returns the number of claims.
func (b *Batch) Len() int { return len(b.claims) }

// Reset empties the batch.
func (b *Batch) Reset() { b.claims, b.lists = b.claims[:0], b.lists[:0] }

// BatchError says which claims of a batch do not hold, by their indices in the
// order of Add.
type BatchError struct{ Bad []int }

// Error says how many claims do not hold.
func (e *BatchError) Error() string {
	return fmt.Sprintf("%d claims do not hold, the first is number %d", len(e.Bad), e.Bad[0])
}

// Unwrap makes the error one of ErrProof.
func (e *BatchError) Unwrap() error { return ErrProof }

// Decide returns nil if every claim holds, and otherwise a *BatchError that
// names those that do not.
func (b *Batch) Decide() error {
	d := b.weigh()
	if d.holds(0, len(b.claims)) {
		return nil
	}
	if bad := d.bisect(0, len(b.claims), nil); len(bad) > 0 {
		return &BatchError{bad}
	}
	panic("proofs: a sum that is not zero has parts that all are")
}

// Check decides one claim alone; f adds its equations. The error is f's, or ErrProof.
func Check(keys *elgamal.PublicKey, f func(c *Claim) error) error {
	var c Claim
	if err := f(&c); err != nil {
		return err
	}
	b := NewBatch(keys)
	b.Add(&c)
	if b.Decide() != nil {
		return ErrProof
	}
	return nil
}

// decision is a batch with its weights fixed.
type decision struct {
	*Batch
	weights [][]group.Scalar // per claim and equation
}

// weigh derives root and w_e (B1, B2 of docs/spec/batch.md).
func (b *Batch) weigh() *decision {
	count, equations := 0, 0
	for _, c := range b.claims {
		count += len(c.proofs)
		equations += len(c.ends)
	}
	ids := binary.LittleEndian.AppendUint64(nil, uint64(count))
	for _, c := range b.claims {
		if len(c.proofs) == 0 && len(c.ends) > 0 {
			panic("proofs: equations without the digest of their proof")
		}
		for _, p := range c.proofs {
			tag := transcript.Tag(p.protocol)
			ids = binary.LittleEndian.AppendUint32(ids, uint32(len(tag)))
			ids = append(append(ids, tag...), p.digest[:]...)
		}
	}
	stream := transcript.NewWeights("batch-weights", transcript.Hash("batch", ids)) // B1
	d := &decision{Batch: b, weights: make([][]group.Scalar, len(b.claims))}
	all := make([]group.Scalar, equations)
	for e := range all {
		stream.Next(&all[e]) // B2
	}
	for i, c := range b.claims {
		d.weights[i], all = all[:len(c.ends)], all[len(c.ends):]
	}
	return d
}

// bisect appends to bad the claims among lo..hi-1, whose sum is not zero, that
// do not hold.
func (d *decision) bisect(lo, hi int, bad []int) []int {
	if hi-lo == 1 {
		return append(bad, lo)
	}
	mid := (lo + hi) / 2
	if !d.holds(lo, mid) {
		bad = d.bisect(lo, mid, bad)
	}
	if !d.holds(mid, hi) {
		bad = d.bisect(mid, hi, bad)
	}
	return bad
}

// holds evaluates the weighted sum over the claims lo..hi-1 (B3).
func (d *decision) holds(lo, hi int) bool {
	first := make([]int, hi-lo+1) // where each claim's own terms begin
	for i, c := range d.claims[lo:hi] {
		first[i+1] = first[i] + len(c.points)
	}
	own := first[hi-lo]
	layout := d.layout(lo, hi)
	shared := d.sharedBases(layout)
	scalars := make([]group.Scalar, own, own+len(shared))
	points := make([]group.Affine, own, own+len(shared))

	parts := parallel.Parts(hi-lo, 16)
	sums := make([][]group.Scalar, parts)
	parallel.For(parts, 1, func(from, to int) {
		for part := from; part < to; part++ {
			sums[part] = make([]group.Scalar, len(shared))
			for i := part * (hi - lo) / parts; i < (part+1)*(hi-lo)/parts; i++ {
				c := d.claims[lo+i]
				for k := range c.points {
					points[first[i]+k].Set(&c.points[k])
				}
				c.scale(d.weights[lo+i], scalars[first[i]:first[i+1]], sums[part], layout.slot)
			}
		}
	})
	for part := 1; part < parts; part++ {
		for k := range shared {
			sums[0][k].Add(&sums[0][k], &sums[part][k])
		}
	}
	sum := group.VarTimeMultiScalarMult(append(scalars, sums[0]...), append(points, shared...))
	return sum.IsIdentity()
}

// scale writes w_e s for the own terms and adds w_e s to the sums of the shared ones.
func (c *Claim) scale(weights, own, sums []group.Scalar, slot func(Base) int) {
	var at equationEnd
	for e, end := range c.ends {
		w := &weights[e]
		for ; at.own < end.own; at.own++ {
			own[at.own].Mul(w, &c.scalars[at.own])
		}
		for ; at.shared < end.shared; at.shared++ {
			t := &c.shared[at.shared]
			sum := &sums[slot(t.base)]
			sum.MulAdd(w, &t.s, sum)
		}
	}
}

// layout says where the shared bases stand: G, H, the election keys, the generators
// G_1..G_gens that some claims use, and the points of Extend.
type layout struct{ width, gens int }

// layout is that of the claims lo..hi-1: those with few bits do not pay for the
// generators of others when a batch is bisected.
func (d *decision) layout(lo, hi int) layout {
	l := layout{width: d.width()}
	for _, c := range d.claims[lo:hi] {
		for _, t := range c.shared {
			if t.base < baseList {
				l.gens = max(l.gens, int(t.base-baseGen))
			}
		}
	}
	return l
}

func (l layout) slot(b Base) int {
	keys := int(baseKey) + l.width
	switch {
	case b < baseGen:
		return int(b)
	case b < baseList:
		return keys + int(b-baseGen) - 1
	}
	return keys + l.gens + int(b-baseList)
}

func (d *decision) sharedBases(l layout) []group.Affine {
	gens := generators(l.gens)
	bases := make([]group.Affine, 0, 2+l.width+l.gens+len(d.lists))
	bases = append(bases, affineG[0], gens[0])
	for k := range l.width {
		bases = append(bases, *d.keys.Affine(k))
	}
	return append(append(bases, gens[1:]...), d.lists...)
}

func (d *decision) width() int {
	if d.keys == nil {
		return 0
	}
	return d.keys.Width()
}

var affineG = group.Affines([]group.Element{*group.Generator()})
