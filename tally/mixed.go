package tally

import (
	"veche.example/mixnet"
)

// Cascade states how the k-th contest is mixed: from the list of its ballots in the
// order of the log, by the mixers of the manifest. It is nil for a contest that is not
// mixed or is withheld, and for one without ballots. The ballots are decoded again.
func (a *Aggregate) Cascade(k int) *mixnet.Cascade {
	m := a.election.Manifest
	c, s := m.Contests[k], &a.sums[k]
	if !c.Mixed() || s.ballots == 0 || a.Withheld(k) {
		return nil
	}
	input, err := mixnet.ParseList(s.rows[:len(s.rows):len(s.rows)], c.Widths(a.election.Keys.Width()))
	if err != nil {
		panic("tally: rows of verified ballots of voters on the roll: " + err.Error())
	}
	return &mixnet.Cascade{
		Fingerprint: a.election.Fingerprint,
		Contest:     c.ID,
		Keys:        a.election.Keys,
		Mixers:      m.MixerKeys(),
		Least:       m.Mixes,
		Input:       input,
	}
}

// rowSize is the length of a ballot's row in the k-th contest, which is mixed.
func (a *Aggregate) rowSize(k int) int {
	size := 0
	for _, w := range a.election.Manifest.Contests[k].Widths(a.election.Keys.Width()) {
		size += 32 * (1 + w)
	}
	return size
}

// without returns the rows that do not begin with the A of one of the others: no two
// accepted ballots have one in common.
func without(rows, others []byte, size int) []byte {
	gone := make(map[[32]byte]bool, len(others)/size)
	for ; len(others) > 0; others = others[size:] {
		gone[[32]byte(others)] = true
	}
	kept := make([]byte, 0, len(rows)) // rows may be in a list already, which must not change
	for ; len(rows) > 0; rows = rows[size:] {
		if !gone[[32]byte(rows)] {
			kept = append(kept, rows[:size]...)
		}
	}
	return kept
}
