package verify

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/tally"
	"veche.example/tally/record"
)

// Trustees who decrypt the list that is not mixed, so that everybody learns who voted how.
func TestSharesOfTheUnmixedList(t *testing.T) {
	t.Parallel()
	e := club()
	v := newVerifier(context.Background(), e.files.fs(), nil)
	check(v.toLog())
	shares := e.published(e.files)
	d := v.decryption(0, v.aggregate.Cascade(0).Input)
	shares[0] = must(decryptLocally(d, e.fresh(), e.freshWitnesses()))
	unmixed := e.files.with(record.TallyFile, e.tallyBytes(shares))
	e.requireFails(t, unmixed, Quorum, Shares)
	e.requireFails(t, unmixed.withoutMixes(), Mixes)
}

func TestSharesOfMixedContest(t *testing.T) {
	t.Parallel()
	e := club()
	for name, tc := range map[string]struct {
		edit func(s []tally.Shares)
		want Number
		text string
	}{
		"a factor changed":        {func(s []tally.Shares) { s[2].Shares[0] = flipped(s[2].Shares[0], 200) }, Shares, "trustee 1 (t1)"},
		"a share of another list": {func(s []tally.Shares) { s[2].Shares[0] = s[0].Shares[0] }, Shares, "trustee 1 (t1)"},
		"a share of a row less":   {func(s []tally.Shares) { s[0].Shares[1] = s[0].Shares[1][32:] }, Shares, "trustee 2 (t2)"},
		"a share of a row more":   {func(s []tally.Shares) { s[0].Shares[1] = append(s[0].Shares[1], make([]byte, 32)...) }, Shares, "length 352, at most 320"},
		"shares of two rows swapped": {func(s []tally.Shares) {
			b := bytes.Clone(s[0].Shares[1])
			copy(b, s[0].Shares[1][32:64])
			copy(b[32:], s[0].Shares[1][:32])
			s[0].Shares[1] = b
		}, Shares, "trustee 2 (t2)"},
		"one share too few":     {func(s []tally.Shares) { s[0].Shares[1] = nil }, Totals, "1 shares, 2 needed"},
		"one signature too few": {func(s []tally.Shares) { s[0].Signatures[3] = nil }, Quorum, "2 valid signatures"},
	} {
		t.Run(name, func(t *testing.T) {
			shares := e.published(e.files)
			tc.edit(shares)
			r := e.requireFails(t, e.files.with(record.TallyFile, e.tallyBytes(shares)), tc.want)
			require.Contains(t, r.Text(), tc.text)
		})
	}
}

func TestPublishedResultOfMixedContests(t *testing.T) {
	t.Parallel()
	e := club()
	for old, another := range map[string]string{
		`"elected": [` + "\n            \"ann\"": `"elected": [` + "\n            \"bob\"",
		`"Ćmok & <co>"`:                          `"Cmok & <co>"`,
		`"method": "instant-runoff"`:             `"method": "borda"`,
		`"write_ins"`:                            `"invalid": 2,` + "\n" + `      "write_ins"`,
		`Instant runoff between 3`:               `Instant runoff between 4`,
	} {
		text := string(e.files[record.ResultFile])
		require.Contains(t, text, old)
		requireFails(t, e.files.with(record.ResultFile, []byte(strings.Replace(text, old, another, 1))), Result)
	}
}

// Without ballots, or with too few, there is nothing to mix; one ballot is mixed.
func TestMixedContestsOfFewBallots(t *testing.T) {
	t.Parallel()
	vote := func(n int) func(e *election) func(w *record.Writer) {
		return func(e *election) func(w *record.Writer) {
			return func(w *record.Writer) {
				for k := range n {
					must(w.Append(box.Ballot, e.ballot(k, 1, ballot.Code{}, member(picks("owl"), "yes", "bob", "cy"))[1:]))
				}
			}
		}
	}
	for n, mixes := range []int{0, 0, 6, 6} {
		e := newElection(minBallots(2*min(n, 1)), 3, 1, []ballot.Voter{{Weight: 1}, {Weight: 1}, {Weight: 1}, {Weight: 1}})
		e.write(vote(n)(e))
		r := verified(t, e.files)
		require.True(t, r.Verified(), r.Text())
		require.Equal(t, mixes, r.Checks[Mixes-1].Items)
		order := r.Result.Contests[0]
		require.Equal(t, n == 1, order.Withheld)
		if n == 1 {
			require.Empty(t, order.Counts)
		} else {
			require.Equal(t, map[bool][]string{true: {"bob"}}[n > 1], order.Counts[0].Elected)
			require.Equal(t, n == 0, order.Counts[0].Undecided == 1, "a drawn tie of nothing is left open")
		}
		if n > 1 {
			continue
		}
		r = requireFails(t, e.files.with("mix-order-1.bin", club().files["mix-order-1.bin"]), Mixes)
		require.Contains(t, r.Text(), "mix-order-1.bin: the contest is empty or withheld and is not mixed")
		shares := e.published(e.files)
		shares[0].Signatures[0] = make([]byte, 64)
		e.requireFails(t, e.files.with(record.TallyFile, e.tallyBytes(shares)), Shares)
	}

	e := newClub()
	e.write(vote(1)(e))
	r := verified(t, e.files)
	require.True(t, r.Verified(), r.Text())
	require.Equal(t, []string{"bob"}, r.Result.Contests[0].Counts[0].Elected)
}

func minBallots(n int) *ballot.Manifest {
	m := clubManifest()
	m.MinBallots = n
	return m
}
