// Package tally goes from accepted ballots to a result: the sum of the ballots'
// ciphertexts, its decryption by the trustees, and the count with its working.
// Auditors use package tally/verify, which recomputes all of it from a record.
//
// It implements docs/spec/tally.md.
package tally

import (
	"fmt"

	"veche.example/ballot"
	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/elgamal/threshold"
	"veche.example/internal/parallel"
)

// Aggregate is the sum of ballots, contest by contest. Adding takes variable
// time in public data only. It is not safe for concurrent use.
type Aggregate struct {
	election *ballot.Election
	sums     []contestSum
}

type contestSum struct {
	ciphertext *elgamal.Ciphertext
	ballots    uint64
	weight     uint64
	masks      []byte // B_i − M_i of every output, once decrypted
}

// NewAggregate returns the sum of no ballots.
func NewAggregate(e *ballot.Election) *Aggregate {
	a := &Aggregate{e, make([]contestSum, len(e.Manifest.Contests))}
	for k, c := range e.Manifest.Contests {
		a.sums[k].ciphertext = elgamal.NewCiphertext(len(c.Outputs()), e.Keys.Width())
	}
	return a
}

// Add adds a verified ballot with its voter's weight.
func (a *Aggregate) Add(b *ballot.Ballot, weight uint32) {
	for k, c := range b.Contests() {
		s := &a.sums[c.Index()]
		A, B := b.Points(k)
		s.ciphertext.AddWeighted(uint64(weight), A, B)
		s.ballots++
		s.weight += uint64(weight)
	}
}

// Sub takes back ballots that were added: those of other, a sum over some of
// the ballots of a.
func (a *Aggregate) Sub(other *Aggregate) {
	for k := range a.sums {
		s, o := &a.sums[k], &other.sums[k]
		s.ciphertext.Sub(s.ciphertext, o.ciphertext)
		s.ballots -= o.ballots
		s.weight -= o.weight
	}
}

// Withheld reports whether fewer ballots count in the k-th contest than the
// manifest's min_ballots, but not none: its totals would say too much about them,
// and nobody may decrypt it.
func (a *Aggregate) Withheld(k int) bool {
	n := a.sums[k].ballots
	return n > 0 && n < uint64(a.election.Manifest.MinBallots)
}

// Decryption states what the trustees decrypt for the k-th contest after the
// closing with the given digest. A contest whose sum is the neutral ciphertext has
// none: its totals are zeros for all to see, and Decryption returns nil. That is so
// without ballots, and if all voters of a contest conspire to cancel each other out,
// who must not be able to keep the election from its result. It is nil for a contest
// that is withheld, too.
func (a *Aggregate) Decryption(k int, keys *threshold.Keys, closing [32]byte) *threshold.Decryption {
	if a.Withheld(k) || a.sums[k].ciphertext.IsNeutral() {
		return nil
	}
	return &threshold.Decryption{
		Keys:        keys,
		Fingerprint: a.election.Fingerprint,
		Closing:     closing,
		Contest:     a.election.Manifest.Contests[k].ID,
		Ciphertexts: []*elgamal.Ciphertext{a.sums[k].ciphertext},
	}
}

// Shares is what a contest's decryption is published with.
type Shares struct {
	Signatures [][]byte // of the list digest: trustees, then witnesses; nil if absent
	Shares     [][]byte // of the trustees in order; nil if absent
}

// Totals decrypts the k-th contest with the shares, all of which are checked;
// any t of them suffice. It returns the total of every output, nil for a contest that
// is withheld. The error is a
// *threshold.BlameError, which names the trustees, if shares are wrong.
func (a *Aggregate) Totals(k int, d *threshold.Decryption, published [][]byte) ([]uint64, error) {
	outputs := a.election.Manifest.Contests[k].Outputs()
	if a.Withheld(k) {
		return nil, nil
	}
	if d == nil {
		return make([]uint64, len(outputs)), nil
	}
	shares, err := d.VerifyShares(published)
	if err != nil {
		return nil, err
	}
	plain, err := d.Combine(shares)
	if err != nil {
		return nil, fmt.Errorf("contest %q: %w", d.Contest, err)
	}
	a.sums[k].unmask(plain[0])
	return a.solve(k, outputs, plain[0])
}

// unmask keeps the encodings of what hid the totals.
func (s *contestSum) unmask(plain []group.Element) {
	s.masks = nil
	for i := range plain {
		mask := group.NewElement().Sub(&s.ciphertext.B[i], &plain[i])
		s.masks = append(s.masks, mask.Bytes()...)
	}
}

// solve finds the totals in the exponent, on all cores. Outputs with one bound
// share a table.
func (a *Aggregate) solve(k int, outputs []ballot.Output, plain []group.Element) ([]uint64, error) {
	tables := map[uint64]*elgamal.LogTable{}
	for _, o := range outputs {
		bound := a.sums[k].weight * o.Max
		if tables[bound] != nil {
			continue
		}
		var err error
		if tables[bound], err = elgamal.NewLogTable(bound); err != nil {
			return nil, err
		}
	}
	totals, errs := make([]uint64, len(outputs)), make([]error, len(outputs))
	parallel.For(len(outputs), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			totals[i], errs[i] = tables[a.sums[k].weight*outputs[i].Max].Solve(&plain[i])
		}
	})
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("contest %q, %q: %w", a.election.Manifest.Contests[k].ID, outputs[i].ID, err)
		}
	}
	return totals, nil
}
