package tally

import (
	"fmt"

	"veche.example/ballot"
	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/elgamal/threshold"
	"veche.example/internal/parallel"
	"veche.example/tally/count"
)

// Votes is what the ballots of one contest say once they are decrypted. All numbers
// are votes times weights.
type Votes struct {
	Totals   []uint64       // of every output, in order; none if the contest is ranked or withheld
	WriteIns []WriteIn      // most votes first, then by their bytes
	Ranked   *count.Ranked  // of a ranked contest, by the bytes of the votes
	Invalid  []InvalidVotes // by reason

	coin []byte // what lots are drawn with; none if they are not, or nothing was decrypted
}

// WriteIn is a text that voters wrote.
type WriteIn struct {
	Text  string `json:"text"`
	Votes uint64 `json:"votes"`
}

// InvalidVotes is how many votes of a mixed contest are invalid for one reason.
type InvalidVotes struct {
	Reason string `json:"reason"`
	Votes  uint64 `json:"votes"`
}

// Open decrypts the k-th contest with at least t shares that d.VerifyShares returned,
// and reads the votes. Without d there is nothing to decrypt and there are no votes:
// that is an error only in a contest that still has to be mixed. A total that is not
// within its bounds is an error; a vote of a mixed contest that is not legal is counted
// as invalid.
func (a *Aggregate) Open(k int, d *threshold.Decryption, shares []*threshold.Share) (*Votes, error) {
	c := a.election.Manifest.Contests[k]
	switch {
	case a.Withheld(k):
		return new(Votes), nil
	case d == nil && c.Mixed() && a.sums[k].ballots > 0:
		return nil, fmt.Errorf("contest %q: to be mixed before it is decrypted", c.ID)
	case d == nil && c.Mixed():
		return a.read(k, nil), nil
	case d == nil:
		return &Votes{Totals: make([]uint64, len(c.Outputs()))}, nil
	}
	plain, err := d.Combine(shares)
	if err != nil {
		return nil, fmt.Errorf("contest %q: %w", c.ID, err)
	}
	var coin []byte
	if last := len(plain) - 1; draws(c) {
		for i := range plain[last] {
			coin = append(coin, plain[last][i].Bytes()...)
		}
		plain = plain[:last]
	}
	v := new(Votes)
	if c.Mixed() {
		v = a.read(k, plain)
	} else if v.Totals, err = a.solve(k, c.Outputs(), plain[0]); err != nil {
		return nil, err
	}
	v.coin = coin
	return v, nil
}

// solve finds the totals in the exponent (A3), on all cores. Outputs with one bound
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
			totals[i], errs[i] = tables[a.sums[k].weight*outputs[i].Max].Solve(&plain[i]) // A3
		}
	})
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("contest %q, %q: %w", a.election.Manifest.Contests[k].ID, outputs[i].ID, err)
		}
	}
	return totals, nil
}
