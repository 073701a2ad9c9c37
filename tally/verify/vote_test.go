package verify

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/elgamal/group"
	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/tally"
	"veche.example/tally/record"
)

// ranked is a mixed contest whose ballots the test can make by hand: one element each.
func ranked(voters int) *election {
	return newElection(&ballot.Manifest{
		ID: "r", Title: "Ranked", Width: 1, Threshold: 1, Mixes: 1,
		Contests: []*ballot.Contest{{ID: "r", Title: "Ranked", Rule: ballot.Rule{Type: ballot.Ranked, Min: number(1), Max: number(3)},
			Options: []ballot.Option{{ID: "a", Name: "A"}, {ID: "b", Name: "B"}, {ID: "c", Name: "C"}},
			Counts:  []ballot.CountRule{{ID: "w", Title: "Winner", Method: ballot.InstantRunoff, Seats: 1, Ties: "report"}}}},
	}, 1, 0, slices.Repeat([]ballot.Voter{{Weight: 3}}, voters))
}

// encrypted returns a ballot of voter k that encrypts any element, with a proof that its
// maker knows it, as a client makes it that was changed: docs/spec/ballot.md.
func (e *election) encrypted(k int, m *group.Element) []byte {
	key := e.voters[k].Key()
	header := wire.AppendUint64(append([]byte{1, 0, 0}, key[:]...), 1)
	header = append(header, make([]byte, 32)...)
	r := []group.Scalar{*group.RandomScalar()}
	body := must(e.Keys.EncryptElements([]group.Element{*m}, r).AppendBinary(header))
	proof := proofs.ProveKnowledge(e.Fingerprint, body, body[len(header):][:32], r, &[32]byte{byte(k)})
	signed := slices.Concat([]byte{byte(box.Ballot)}, body, proof, make([]byte, proofs.SignatureSize))
	return e.resign(signed, e.voters[k], func([]byte) {})
}

// carrier is the element that carries some bytes.
func carrier(b ...byte) *group.Element {
	var p [group.PayloadSize]byte
	copy(p[:], b)
	return must(group.NewElement().SetPayload(&p))
}

// notFirst returns an element whose encoding holds the ranking a before b, but is not the
// first one that does: a mark that survives the mix, were it a vote.
func notFirst() *group.Element {
	first := carrier(1, 2).Bytes()
	for t := 1; t < 256; t++ {
		b := slices.Clone(first)
		b[0], b[31] = byte(2*(t%128)), byte(t/128)
		if e := group.NewElement(); !slices.Equal(b, first) {
			if _, err := e.SetCanonicalBytes(b); err == nil && t > int(first[0])/2 {
				return e
			}
		}
	}
	panic("no other encoding")
}

// Whatever a voter encrypts that is no vote is counted as invalid, for everybody to see,
// and hinders nobody.
func TestVotesOfMaliciousVoters(t *testing.T) {
	t.Parallel()
	e := ranked(9)
	e.write(func(w *record.Writer) {
		for k, m := range []*group.Element{
			carrier(1, 2, 3), carrier(2, 1), // legal
			group.HashToElement("test", []byte("noise")), // carries nothing
			group.Generator(), // a vote in the exponent
			notFirst(),
			carrier(1, 3),          // a gap
			carrier(1, 1),          // two first ranks
			carrier(),              // the identity: nothing is ranked
			carrier(1, 2, 3, 0, 9), // a mark behind the vote
		} {
			must(w.Append(box.Ballot, e.encrypted(k, m)[1:]))
		}
	})
	r := verified(t, e.files)
	require.True(t, r.Verified(), r.Text())
	res := r.Result.Contests[0]
	require.EqualValues(t, 27, res.Weight)
	require.EqualValues(t, 21, res.Invalid)
	require.EqualValues(t, 6, res.Ranked.Weight())
	reasons := map[string]uint64{}
	for _, v := range res.InvalidReasons {
		reasons[v.Reason] = v.Votes
	}
	require.Equal(t, map[string]uint64{string(ballot.NoPayload): 9, "ranks with a gap": 3, "several options of one rank": 3,
		"too few options ranked": 3, "bytes that are not zero behind the vote": 3}, reasons)
	require.Empty(t, res.Counts[0].Elected, "one vote each")
	require.Contains(t, r.Text(), "         9  invalid: an element without a payload\n")

	// Whoever calls an invalid vote valid is found out.
	text := string(r.Result.Bytes())
	require.Contains(t, text, `"invalid": 21`)
	requireFails(t, e.files.with(record.ResultFile, []byte("x"+text[1:])), Result)
}

// All votes may be invalid.
func TestOnlyInvalidVotes(t *testing.T) {
	t.Parallel()
	e := ranked(2)
	e.write(func(w *record.Writer) {
		for k := range 2 {
			must(w.Append(box.Ballot, e.encrypted(k, group.Generator())[1:]))
		}
	})
	r := verified(t, e.files)
	require.True(t, r.Verified(), r.Text())
	require.EqualValues(t, 6, r.Result.Contests[0].Invalid)
	require.Equal(t, 1, r.Result.Contests[0].Counts[0].Undecided)
}

// A ballot that somebody else's was made of is refused before it gets into a mix.
func TestMixedBallotsThatAreCopies(t *testing.T) {
	t.Parallel()
	e := ranked(3).write(func(*record.Writer) {})
	opening := e.files.entries()[0]
	victim := e.encrypted(0, carrier(1, 2))
	key := e.voters[1].Key()
	at := 1 + 3 + 32 + 8 + 32 // of A
	for name, tc := range map[string]struct {
		edit func(b []byte)
		want Number
	}{
		"under another credential": {func(b []byte) { copy(b[3:], key[:]) }, Ballots},
		"with another B":           {func(b []byte) { copy(b[3:], key[:]); copy(b[at-1+32:], carrier(1).Bytes()) }, Ballots},
		"with the identity as B":   {func(b []byte) { copy(b[3:], key[:]); clear(b[at-1+32 : at-1+64]) }, Ballots},
		"with the identity as A":   {func(b []byte) { copy(b[3:], key[:]); clear(b[at-1 : at-1+32]) }, Ballots},
		"without its proof":        {func(b []byte) { copy(b[3:], key[:]); clear(b[at-1+64:]) }, Ballots},
	} {
		copied := e.resign(victim, e.voters[1], tc.edit)
		r := requireFails(t, e.retally(e.relog([][]byte{opening, victim, copied}), nil), tc.want)
		require.Equal(t, 1, r.Counted, name)
		require.EqualValues(t, 3, r.Result.Contests[0].Ranked.Weight(), name)
	}
	again := e.resign(victim, e.voters[0], func(b []byte) { b[3+32+7]++ })
	requireFails(t, e.retally(e.relog([][]byte{opening, victim, again}), nil), Ballots)
}

// Trustees who agree on other plaintexts than the shares give are found out by the
// result; there is no way to publish plaintexts of their own.
func TestResultOfOtherVotes(t *testing.T) {
	t.Parallel()
	e := ranked(2)
	e.write(func(w *record.Writer) {
		for k := range 2 {
			must(w.Append(box.Ballot, e.encrypted(k, carrier(1, 2))[1:]))
		}
	})
	closed := must(Closed(context.Background(), e.files.fs(), nil))
	shares := e.published(e.files)
	result := must(closed.Result(shares))
	require.Equal(t, []string{"a"}, result.Contests[0].Counts[0].Elected)
	result.Contests[0].Counts[0].Elected = []string{"b"}
	requireFails(t, e.files.with(record.ResultFile, result.Bytes()), Result)
	_, err := closed.Result([]tally.Shares{{Shares: [][]byte{flipped(shares[0].Shares[0], 3)}}})
	require.Error(t, err)
}
