package tally

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"veche.example/ballot"
	"veche.example/mixnet"
)

// mixing has a ranked contest and one for names, and totals beside them. Style 1 has
// only names. All weights are 3.
var mixing = sync.OnceValue(func() *fixture {
	return newFixture(&testing.B{}, []*ballot.Contest{
		{ID: "order", Title: "Order", Options: options("a", "b", "c"), Rule: ballot.Rule{Type: ballot.Ranked, Min: number(0), Max: number(3)},
			Counts: []ballot.CountRule{
				{ID: "one", Title: "One", Method: ballot.InstantRunoff, Seats: 1, Ties: "report"},
				{ID: "two", Title: "Two", Method: ballot.STVScottish, Seats: 2, Ties: "draw"},
			}},
		{ID: "yes", Title: "Yes", Options: options("y", "n"), Rule: ballot.Rule{Type: ballot.OneOfN},
			Seats: &ballot.SeatRule{Seats: 1, Method: ballot.HighestTotals, Ties: "draw"}},
		{ID: "name", Title: "Name", Options: options("x"), Rule: ballot.Rule{Type: ballot.OneOfMany, Blank: true, WriteIn: 40}},
	}, []ballot.Style{{ID: "all", Contests: []string{"name", "yes", "order"}}, {ID: "few", Contests: []string{"name"}}},
		[]ballot.Voter{{Style: 0, Weight: 3}, {Style: 0, Weight: 3}, {Style: 0, Weight: 3}, {Style: 1, Weight: 3}})
})

func all(name ballot.Choice, order ...string) ballot.Choices {
	return ballot.Choices{"name": name, "yes": {Selected: []string{"y"}}, "order": {Ranking: order}}
}

func written(text string) ballot.Choice { return ballot.Choice{WriteIn: text} }

// mixed returns an aggregate of four ballots, and these.
func (f *fixture) mixed(t testing.TB) (*Aggregate, []*ballot.Ballot) {
	ballots := []*ballot.Ballot{
		f.cast(t, 0, 0, all(written("Žofia"), "a", "b")),
		f.cast(t, 1, 0, all(ballot.Choice{Selected: []string{"x"}}, "b")),
		f.cast(t, 2, 0, all(ballot.Choice{Blank: true}, "a", "c", "b")),
		f.cast(t, 3, 1, ballot.Choices{"name": written("Žofia")}),
	}
	a := NewAggregate(f.Election)
	for _, b := range ballots {
		a.Add(b, 3)
	}
	return a, ballots
}

// mix has every mixer mix the k-th contest.
func (f *fixture) mix(t testing.TB, a *Aggregate, k int) *mixnet.List {
	c := a.Cascade(k)
	var mixes []*mixnet.Mix
	in := c.Input
	for i, id := range f.mixers {
		m, err := c.Mix(t.Context(), id, i+1, in, nil, nil, nil)
		require.NoError(t, err)
		mixes, in = append(mixes, m), m.Output
	}
	v, err := c.Verify(mixes)
	require.NoError(t, err)
	return v.Output
}

func TestMixedFromBallotsToResult(t *testing.T) {
	t.Parallel()
	f := mixing()
	a, ballots := f.mixed(t)
	var opened []*Votes
	for k, c := range f.Manifest.Contests {
		var list *mixnet.List
		if c.Mixed() {
			list = f.mix(t, a, k)
			require.Equal(t, a.Ballots(k), list.Len())
		}
		d := a.Decryption(k, f.keys, [32]byte{7}, list)
		v, err := a.Open(k, d, right(t, d, f.decrypt(t, d, 1, 3)))
		require.NoError(t, err)
		require.Equal(t, draws(c), v.coin != nil)
		opened = append(opened, v)
	}
	require.Equal(t, []int{4, 2, 4}, []int{a.Rows(0), a.Rows(1), a.Rows(2)}, "with a coin for two of them")
	require.Len(t, ballots, 4)
	r, err := a.Result(opened, [32]byte{7})
	require.NoError(t, err)
	order, yes, name := r.Contests[0], r.Contests[1], r.Contests[2]
	require.Equal(t, []string{"a"}, order.Counts[0].Elected)
	require.Equal(t, []string{"a", "b"}, order.Counts[1].Elected)
	require.Zero(t, order.Counts[1].Undecided)
	require.EqualValues(t, 9, order.Ranked.Weight())
	require.Len(t, order.Ranked.Ballots, 3)
	require.Empty(t, order.Totals)
	require.EqualValues(t, 9, yes.Totals[0].Votes)
	require.Nil(t, yes.Ranked)
	require.Equal(t, 1, *yes.Totals[0].Seats)
	require.Equal(t, []Total{{"x", "The x", 3, nil}, {"blank", "Blank", 3, nil}}, name.Totals)
	require.Equal(t, []WriteIn{{"Žofia", 6}}, name.WriteIns)
	require.EqualValues(t, 12, name.Weight)
	require.Zero(t, name.Invalid)
}

// The list has the rows of the ballots in the order in which they were added: A6.
func TestListIsInOrderOfTheLog(t *testing.T) {
	t.Parallel()
	f := mixing()
	a, ballots := f.mixed(t)
	var want []byte
	for i, b := range ballots {
		row, _ := b.Row(0) // "name" is first on all ballots, and last in the manifest
		want = append(want, row...)
		require.Equal(t, i == 3, len(b.Contests()) == 1)
	}
	c := a.Cascade(2)
	require.Equal(t, want, c.Input.Bytes())
	require.Equal(t, "name", c.Contest)
	require.Equal(t, f.Fingerprint, c.Fingerprint)
	require.Equal(t, f.Manifest.MixerKeys(), c.Mixers)
	require.Equal(t, 2, c.Least)
	require.Nil(t, a.Cascade(1), "it is added up")
}

func TestSubTakesRowsBack(t *testing.T) {
	t.Parallel()
	f := mixing()
	_, ballots := f.mixed(t)
	rapid.Check(t, func(t *rapid.T) {
		all, kept, gone := NewAggregate(f.Election), NewAggregate(f.Election), NewAggregate(f.Election)
		var lists []*mixnet.Cascade
		for _, i := range rapid.Permutation([]int{0, 1, 2, 3}).Draw(t, "order") {
			all.Add(ballots[i], 3)
			if rapid.Bool().Draw(t, "gone") {
				gone.Add(ballots[i], 3)
			} else {
				kept.Add(ballots[i], 3)
			}
		}
		before := all.Cascade(2)
		root := before.Input.Root()
		all.Sub(gone)
		for k := range all.sums {
			require.Equal(t, len(kept.sums[k].rows), len(all.sums[k].rows))
			require.Equal(t, string(kept.sums[k].rows), string(all.sums[k].rows))
			require.Equal(t, kept.sums[k].ballots, all.sums[k].ballots)
			lists = append(lists, all.Cascade(k))
		}
		again, err := mixnet.ParseList(before.Input.Bytes(), before.Input.Widths())
		require.NoError(t, err)
		require.Equal(t, root, again.Root(), "a list that was given away does not change")
		require.Equal(t, kept.sums[2].ballots == 0, lists[2] == nil)
	})
}

// What is not decrypted has neither a cascade nor a list to decrypt.
func TestNothingToMix(t *testing.T) {
	t.Parallel()
	f := mixing()
	a := NewAggregate(f.Election)
	for k := range f.Manifest.Contests {
		require.Nil(t, a.Cascade(k))
		require.Nil(t, a.Decryption(k, f.keys, [32]byte{}, nil))
	}
	v, err := a.Open(0, nil, nil)
	require.NoError(t, err)
	require.Empty(t, v.Ranked.Ballots)
	require.Equal(t, []string{"a", "b", "c"}, v.Ranked.Candidates)
	v, err = a.Open(2, nil, nil)
	require.NoError(t, err)
	require.Equal(t, []uint64{0, 0}, v.Totals)

	a, _ = f.mixed(t)
	require.Nil(t, a.Decryption(0, f.keys, [32]byte{}, nil), "it is to be mixed first")
	_, err = a.Open(0, nil, nil)
	require.ErrorContains(t, err, `contest "order": to be mixed before it is decrypted`)
}

func TestWithheldIsNotMixed(t *testing.T) {
	t.Parallel()
	f := mixing()
	a, _ := f.mixed(t)
	m := *f.Manifest
	m.MinBallots = 4 // "order" has three
	e := *f.Election
	e.Manifest = &m
	a.election = &e
	require.Nil(t, a.Cascade(0))
	require.NotNil(t, a.Cascade(2))
	other := NewAggregate(f.Election)
	for _, b := range []int{0} {
		other.Add(f.cast(t, b, 0, all(ballot.Choice{Blank: true}, "a")), 3)
	}
	require.Nil(t, a.Decryption(0, f.keys, [32]byte{}, other.Cascade(0).Input))
	v, err := a.Open(0, nil, nil)
	require.NoError(t, err)
	require.Nil(t, v.Ranked)
	votes := []*Votes{v, {Totals: []uint64{9, 0}}, {Totals: []uint64{9, 3}}}
	r, err := a.Result(votes, [32]byte{})
	require.NoError(t, err)
	require.True(t, r.Contests[0].Withheld)
	require.Empty(t, r.Contests[0].Counts)
	require.NotContains(t, string(r.Bytes()), "instant-runoff")
}
