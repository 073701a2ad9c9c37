package tally

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/elgamal/group"
	"veche.example/internal/wire"
	"veche.example/mixnet"
	"veche.example/proofs/transcript"
)

// toss has the trustees decrypt the k-th contest of some ballots, and returns the list's
// last ciphertext and what was opened.
func (f *fixture) toss(t *testing.T, k int, closing [32]byte, ballots []*ballot.Ballot, who ...int) ([]group.Affine, *Votes) {
	a := NewAggregate(f.Election)
	for _, b := range ballots {
		a.Add(b, 3)
	}
	var list *mixnet.List
	if f.Manifest.Contests[k].Mixed() {
		list = f.mix(t, a, k)
	}
	d := a.Decryption(k, f.keys, closing, list)
	v, err := a.Open(k, d, right(t, d, f.decrypt(t, d, who...)))
	require.NoError(t, err)
	positions := d.Widths[0] // of one block
	require.Len(t, v.coin, 32*positions)
	require.Equal(t, d.ShareSize(), 32*(a.Rows(k)*positions+2*2+1))
	return d.Points[len(d.Points)-1-positions:], v
}

// The coin is the same whichever trustees toss it, whoever voted, mixed and how often:
// nobody can try out anything but closings, and for those it cannot be known. A5.
func TestCoin(t *testing.T) {
	t.Parallel()
	f := mixing()
	_, ballots := f.mixed(t)
	closing := [32]byte{7}
	seeds := map[[32]byte]bool{}
	a := NewAggregate(f.Election)
	for k, contest := range map[int]string{0: "order", 1: "yes"} {
		row, first := f.toss(t, k, closing, ballots, 1, 2)
		base := slices.Concat(f.Fingerprint[:], closing[:], wire.AppendVector(nil, []byte(contest)), []byte{0, 0, 0, 1})
		require.True(t, row[0].Element().Equal(group.HashToElement("veche/v1/tie-coin", base)))
		require.True(t, row[1].IsIdentity())
		for _, other := range [][]*ballot.Ballot{ballots[:1], ballots[1:3], {ballots[2], ballots[0]}} {
			_, v := f.toss(t, k, closing, other, 2, 3)
			require.Equal(t, first.coin, v.coin)
		}
		_, later := f.toss(t, k, [32]byte{8}, ballots, 1, 2)
		require.NotEqual(t, first.coin, later.coin)
		want := transcript.Hash("tie-seed", f.Fingerprint[:], closing[:], []byte(contest), first.coin)
		require.Equal(t, want, a.tieSeed(k, first, closing))
		seeds[want], seeds[a.tieSeed(k, later, [32]byte{8})] = true, true
	}
	require.Len(t, seeds, 4)
}

// Whoever closes the box knows what hides a total that it can guess, here the one tie
// that is possible, but not the coin.
func TestGuessedTotalsDoNotTellTheLot(t *testing.T) {
	t.Parallel()
	f := mixing()
	ballots := []*ballot.Ballot{f.cast(t, 0, 0, all(ballot.Choice{Blank: true}, "a")),
		f.cast(t, 1, 0, ballot.Choices{"name": {Blank: true}, "yes": {Selected: []string{"n"}}, "order": {Ranking: []string{"a"}}})}
	_, v := f.toss(t, 1, [32]byte{1}, ballots, 1, 3)
	require.Equal(t, []uint64{3, 3}, v.Totals)
	a := NewAggregate(f.Election)
	for _, b := range ballots {
		a.Add(b, 3)
	}
	for i := range 2 { // r Y_l, without any trustee
		guess := group.NewElement().ScalarBaseMult(group.NewScalar().SetUint64(3))
		mask := guess.Sub(&a.sums[1].ciphertext.B[i], guess)
		require.NotContains(t, string(v.coin), string(mask.Bytes()))
	}
}

// Who draws no ties needs no coin.
func TestNoCoin(t *testing.T) {
	t.Parallel()
	for _, ties := range []string{"report", "listed-order", "more-votes"} {
		c := names(0)
		c.Seats = &ballot.SeatRule{Seats: 1, Method: ballot.HighestTotals, Ties: ties}
		require.False(t, draws(c))
		require.Equal(t, 5, oneContest(t, c, 5).Rows(0))
	}
	require.False(t, draws(orders(1, 2, false)))
	c := orders(1, 2, false)
	c.Counts = []ballot.CountRule{{ID: "a", Title: "A", Method: ballot.Borda, Seats: 1, Ties: "report"}, {ID: "b", Title: "B", Method: ballot.Borda, Seats: 1, Ties: "draw"}}
	require.True(t, draws(c))
	require.Equal(t, 6, oneContest(t, c, 5).Rows(0))
}
