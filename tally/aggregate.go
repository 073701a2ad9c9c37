// Package tally goes from accepted ballots to a result: the sum of the ballots'
// ciphertexts, or their list on its way through the mixes, the decryption by the
// trustees, and the count with its working. Auditors use package tally/verify, which
// recomputes all of it from a record.
//
// It implements docs/spec/tally.md.
package tally

import (
	"slices"

	"veche.example/ballot"
	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/elgamal/threshold"
	"veche.example/mixnet"
)

// Aggregate is what a set of ballots comes to before it is decrypted, contest by
// contest: the sum of their ciphertexts, or in a mixed contest the list of them.
// Adding takes variable time in public data only. It is not safe for concurrent use.
type Aggregate struct {
	election *ballot.Election
	sums     []contestSum
}

type contestSum struct {
	ciphertext *elgamal.Ciphertext // nil for a mixed contest
	rows       []byte              // of a mixed contest, in the order of Add
	ballots    uint64
	weight     uint64
}

// NewAggregate returns the aggregate of no ballots.
func NewAggregate(e *ballot.Election) *Aggregate {
	a := &Aggregate{e, make([]contestSum, len(e.Manifest.Contests))}
	for k, c := range e.Manifest.Contests {
		if !c.Mixed() {
			a.sums[k].ciphertext = elgamal.NewCiphertext(len(c.Outputs()), e.Keys.Width())
		}
	}
	return a
}

// Add adds a verified ballot with its voter's weight. A mixed contest lists ballots in
// the order in which they are added: that of the log.
func (a *Aggregate) Add(b *ballot.Ballot, weight uint32) {
	for k, c := range b.Contests() {
		s := &a.sums[c.Index()]
		if c.Mixed() {
			row, _ := b.Row(k)
			s.rows = append(s.rows, row...) // A6
		} else {
			A, B := b.Points(k)
			s.ciphertext.AddWeighted(uint64(weight), A, B) // A1
		}
		s.ballots++
		s.weight += uint64(weight) // A4
	}
}

// Sub takes back ballots that were added: those of other, an aggregate of some of the
// ballots of a.
func (a *Aggregate) Sub(other *Aggregate) {
	for k, c := range a.election.Manifest.Contests {
		s, o := &a.sums[k], &other.sums[k]
		if c.Mixed() {
			s.rows = without(s.rows, o.rows, a.rowSize(k))
		} else {
			s.ciphertext.Sub(s.ciphertext, o.ciphertext)
		}
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

// Ballots returns how many ballots count in the k-th contest.
func (a *Aggregate) Ballots(k int) int { return int(a.sums[k].ballots) }

// Rows returns how many ciphertexts the trustees decrypt for the k-th contest, if it
// needs any: one sum, or one for every ballot of a mixed contest; and one for the lots of
// ties, if they are drawn.
func (a *Aggregate) Rows(k int) int { return Rows(a.election.Manifest.Contests[k], a.Ballots(k)) }

// Rows is Aggregate.Rows for a contest in which so many ballots count.
func Rows(c *ballot.Contest, ballots int) int {
	rows := 1
	if c.Mixed() {
		rows = ballots
	}
	if draws(c) {
		rows++
	}
	return rows
}

// Decryption states what the trustees decrypt for the k-th contest after the
// closing with the given digest. A mixed contest has the output of its last good mix
// decrypted, which is nil for all others.
//
// A contest whose sum is the neutral ciphertext has no decryption: its totals are zeros
// for all to see, and Decryption returns nil. That is so without ballots, and if all
// voters of a contest conspire to cancel each other out, who must not be able to keep
// the election from its result. It is nil for a contest that is withheld, too, and for
// one that is to be mixed.
func (a *Aggregate) Decryption(k int, keys *threshold.Keys, closing [32]byte, mixed *mixnet.List) *threshold.Decryption {
	c := a.election.Manifest.Contests[k]
	if a.Withheld(k) {
		return nil
	}
	d := &threshold.Decryption{
		Keys:        keys,
		Fingerprint: a.election.Fingerprint,
		Closing:     closing,
		Contest:     c.ID,
		Widths:      c.Widths(a.election.Keys.Width()),
	}
	switch sum := a.sums[k].ciphertext; {
	case c.Mixed() && mixed == nil, !c.Mixed() && sum.IsNeutral():
		return nil
	case c.Mixed():
		d.Encoded, d.Points = mixed.Bytes(), mixed.Points()
	default:
		d.Encoded, _ = sum.AppendBinary(nil)
		d.Points = group.Affines(append(slices.Clone(sum.A), sum.B...))
	}
	if draws(c) {
		addCoin(d)
	}
	return d
}

// Shares is what a contest's decryption is published with.
type Shares struct {
	Signatures [][]byte // of the list digest: trustees, then witnesses; nil if absent
	Shares     [][]byte // of the trustees in order; nil if absent
}
