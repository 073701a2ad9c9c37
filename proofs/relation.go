package proofs

import (
	"fmt"
	"math"

	"veche.example/internal/wire"
	"veche.example/proofs/transcript"
)

// Limits of a relation, so that no manifest makes a verifier work without bound.
const (
	MaxBits      = 1 << 15
	MaxPositions = 1 << 14
	maxTerms     = 1 << 20 // rows count as one more
	maxRow       = 1 << 62
)

// Term is Coef · b_(Bit+1), the bit counted from 0.
type Term struct {
	Bit  int
	Coef int64
}

// Constraint states Σ Coef·b = Equals over the integers.
type Constraint struct {
	Terms  []Term
	Equals int64
}

// Relation is what a contest's rules compile to: bits b, votes v = M b and
// constraints K b = k. Contests holds the rows of M for every contest in order,
// with positive coefficients. It must not change after its first use.
type Relation struct {
	Bits        int
	Contests    [][][]Term
	Constraints []Constraint
}

// Check refuses a relation outside the limits, one with an unknown or repeated
// bit in a row, a coefficient of 0, a negative weight of a vote, or a row whose equation could hold
// mod q without holding over the integers: it demands Σ|K| + |k| < 2^62, and
// Σ M < 2^40 so that totals can be found.
func (r *Relation) Check() error {
	if r.Bits < 1 || r.Bits > MaxBits {
		return fmt.Errorf("relation: %d bits, must be 1 to %d", r.Bits, MaxBits)
	}
	if n := r.Positions(); n < 1 || n > MaxPositions {
		return fmt.Errorf("relation: %d positions, must be 1 to %d", n, MaxPositions)
	}
	terms := 0
	for c, rows := range r.Contests {
		if len(rows) == 0 {
			return fmt.Errorf("relation: contest %d has no positions", c)
		}
		for i, row := range rows {
			if err := r.checkRow(row, 0, 0, 1<<40); err != nil {
				return fmt.Errorf("relation: contest %d, position %d: %w", c, i, err)
			}
			terms += 1 + len(row)
		}
	}
	for l, k := range r.Constraints {
		if err := r.checkRow(k.Terms, math.MinInt64, k.Equals, maxRow); err != nil {
			return fmt.Errorf("relation: constraint %d: %w", l, err)
		}
		terms += 1 + len(k.Terms)
	}
	if terms > maxTerms {
		return fmt.Errorf("relation: %d terms and rows, at most %d are allowed", terms, maxTerms)
	}
	return nil
}

func (r *Relation) checkRow(row []Term, least, equals int64, limit uint64) error {
	sum, last := magnitude(equals), -1
	for _, t := range row {
		if t.Bit <= last || t.Bit >= r.Bits {
			return fmt.Errorf("bit %d after bit %d, bits must ascend below %d", t.Bit, last, r.Bits)
		}
		if t.Coef == 0 || t.Coef < least {
			return fmt.Errorf("coefficient %d of bit %d", t.Coef, t.Bit)
		}
		last = t.Bit
		if sum < limit {
			sum += min(magnitude(t.Coef), limit)
		}
	}
	if sum >= limit {
		return fmt.Errorf("coefficients add up to %d or more", limit)
	}
	return nil
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

// Positions returns the number of votes, over all contests.
func (r *Relation) Positions() int {
	n := 0
	for _, rows := range r.Contests {
		n += len(rows)
	}
	return n
}

// MaxVote returns an upper bound of one position's vote: the sum of its row.
func (r *Relation) MaxVote(contest, position int) uint64 {
	var sum uint64
	for _, t := range r.Contests[contest][position] {
		sum += uint64(t.Coef)
	}
	return sum
}

// Satisfied returns an error that names the first fault if b is not a vector of
// Bits zeros and ones that obeys the constraints. Variable time: for bits that
// are the caller's own.
func (r *Relation) Satisfied(b []byte) error {
	if len(b) != r.Bits {
		return fmt.Errorf("relation: %d bits given, %d needed", len(b), r.Bits)
	}
	for j, bit := range b {
		if bit > 1 {
			return fmt.Errorf("relation: bit %d is %d", j, bit)
		}
	}
	for l, k := range r.Constraints {
		if sum := dot(k.Terms, b); sum != k.Equals {
			return fmt.Errorf("relation: constraint %d is %d, must be %d", l, sum, k.Equals)
		}
	}
	return nil
}

// Votes returns v = M b, contest by contest.
func (r *Relation) Votes(b []byte) [][]uint64 {
	votes := make([][]uint64, len(r.Contests))
	for c, rows := range r.Contests {
		votes[c] = make([]uint64, len(rows))
		for i, row := range rows {
			votes[c][i] = uint64(dot(row, b))
		}
	}
	return votes
}

func dot(row []Term, b []byte) (sum int64) {
	for _, t := range row {
		sum += t.Coef * int64(b[t.Bit])
	}
	return sum
}

// digest commits to the whole relation (docs/spec/bit-vector.md, "relation").
func (r *Relation) digest() [32]byte {
	b := wire.AppendUint32(nil, uint32(r.Bits))
	b = wire.AppendUint32(b, uint32(len(r.Contests)))
	for _, rows := range r.Contests {
		b = wire.AppendUint32(b, uint32(len(rows)))
		for _, row := range rows {
			b = appendRow(b, row)
		}
	}
	b = wire.AppendUint32(b, uint32(len(r.Constraints)))
	for _, k := range r.Constraints {
		b = wire.AppendUint64(appendRow(b, k.Terms), uint64(k.Equals))
	}
	return transcript.Hash("relation", b)
}

func appendRow(b []byte, row []Term) []byte {
	b = wire.AppendUint32(b, uint32(len(row)))
	for _, t := range row {
		b = wire.AppendUint64(wire.AppendUint32(b, uint32(t.Bit)), uint64(t.Coef))
	}
	return b
}
