package verify

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/elgamal/threshold"
	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/tally"
	"veche.example/tally/record"
)

// published returns the signatures and shares of a record.
func (e *election) published(f files) []tally.Shares {
	v := newVerifier(context.Background(), f.fs(), nil)
	check(v.toLog())
	return must(v.readTally())
}

// Every fault of signatures and shares, and whom the report names.
func TestTallyOfMaliciousTrustees(t *testing.T) {
	t.Parallel()
	e := town()
	all := e.retally(e.files, nil) // all three trustees, where e.files has two
	other := e.retally(e.relog(insert(e.files.entries(), -1, e.ballot(4, 2, e.codes[6], abroad("red")))), nil)
	stranger := proofs.GenerateSigningKey()
	closed, err := Closed(context.Background(), e.files.fs(), nil)
	require.NoError(t, err)
	foreign := signList(closed.Decryptions[0], stranger)

	for _, tc := range []struct {
		name string
		edit func(s []tally.Shares)
		want []Number
		text string
	}{
		{"share with a bit flipped", func(s []tally.Shares) { s[0].Shares[1] = flipped(s[0].Shares[1], 0) }, []Number{Shares}, "trustee 2 (t2)"},
		{"share with its proof's last byte changed", func(s []tally.Shares) { s[1].Shares[2] = flipped(s[1].Shares[2], -1) }, []Number{Shares}, `contest "chair", trustee 3 (t3)`},
		{"two wrong shares", func(s []tally.Shares) {
			s[0].Shares[0], s[0].Shares[2] = flipped(s[0].Shares[0], 40), flipped(s[0].Shares[2], 40)
		}, []Number{Shares}, "trustee 3 (t3)"},
		{"share of another trustee", func(s []tally.Shares) { s[0].Shares[1] = s[0].Shares[2] }, []Number{Shares}, "trustee 2 (t2)"},
		{"share of another contest", func(s []tally.Shares) { s[0].Shares[1] = s[1].Shares[1] }, []Number{Shares}, "trustee 2 (t2)"},
		{"share of another list", func(s []tally.Shares) { s[0].Shares[1] = e.published(other)[0].Shares[1] }, []Number{Shares}, "trustee 2 (t2)"},
		{"truncated share", func(s []tally.Shares) { s[0].Shares[1] = s[0].Shares[1][:64] }, []Number{Shares}, "trustee 2 (t2)"},
		{"wrong share beside enough right ones", func(s []tally.Shares) { s[0].Shares[2] = flipped(s[0].Shares[2], 1) }, []Number{Shares}, "trustee 3 (t3)"},
		{"one share where two are needed", func(s []tally.Shares) { s[0].Shares[0], s[0].Shares[2] = nil, nil }, []Number{Totals}, "1 shares, 2 needed"},
		{"no shares", func(s []tally.Shares) { s[1].Shares = nil }, []Number{Totals}, `contest "chair": 0 shares`},

		{"no signatures", func(s []tally.Shares) { s[0].Signatures = nil }, []Number{Quorum}, "0 valid signatures"},
		{"one signature too few", func(s []tally.Shares) { s[0].Signatures[0], s[0].Signatures[3] = nil, nil }, []Number{Quorum}, "2 valid signatures"},
		{"wrong signature instead of a needed one", func(s []tally.Shares) {
			s[0].Signatures[0], s[0].Signatures[1] = nil, flipped(s[0].Signatures[1], -1)
		}, []Number{Quorum}, "trustee t2"},
		{"wrong signature beside a quorum", func(s []tally.Shares) { s[0].Signatures[3] = flipped(s[0].Signatures[3], 3) }, []Number{Quorum}, "witness w1"},
		{"signature for another list", func(s []tally.Shares) { s[0].Signatures[2] = e.published(other)[0].Signatures[2] }, []Number{Quorum}, "trustee t3"},
		{"signature for another contest", func(s []tally.Shares) { s[1].Signatures[2] = s[0].Signatures[2] }, []Number{Quorum}, `contest "chair": signature of trustee t3`},
		{"signature of a stranger", func(s []tally.Shares) { s[0].Signatures[2] = foreign }, []Number{Quorum}, "trustee t3"},
		{"one signature twice", func(s []tally.Shares) {
			s[0].Signatures[2], s[0].Signatures[3] = s[0].Signatures[0], nil
		}, []Number{Quorum}, "2 valid signatures"},
		{"witness in a trustee's place", func(s []tally.Shares) { s[0].Signatures[0] = s[0].Signatures[3] }, []Number{Quorum}, "trustee t1"},
		{"truncated signature", func(s []tally.Shares) { s[0].Signatures[1] = s[0].Signatures[1][:63] }, []Number{Quorum}, "trustee t2"},
		{"signatures swapped between contests", func(s []tally.Shares) { s[0].Signatures, s[1].Signatures = s[1].Signatures, s[0].Signatures }, []Number{Quorum}, "trustee t1"},
		{"contests swapped", func(s []tally.Shares) { s[0], s[1] = s[1], s[0] }, []Number{Shares}, "length 544, at most 352"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			shares := e.published(all)
			for k := range shares {
				shares[k].Signatures, shares[k].Shares = slices.Clone(shares[k].Signatures), slices.Clone(shares[k].Shares)
			}
			tc.edit(shares)
			r := e.requireFails(t, all.with(record.TallyFile, e.tallyBytes(shares)), tc.want...)
			require.Contains(t, r.Text(), tc.text)
		})
	}
	require.True(t, verified(t, all).Verified())
}

// signList signs a list as trustees and witnesses do: T2 of docs/spec/decryption.md.
func signList(d *threshold.Decryption, key *proofs.SigningKey) []byte {
	digest := d.ListDigest()
	statement := wire.AppendVector(d.Closing[:], []byte(d.Contest))
	return key.Sign("decryption-list-signature", d.Fingerprint, append(statement, digest[:]...))
}

func flipped(b []byte, at int) []byte {
	c := slices.Clone(b)
	if at < 0 {
		at += len(c)
	}
	c[at] ^= 1
	return c
}

// All trustees sign and decrypt a list that is not the sum of the log's ballots.
func TestAggregateOfMaliciousTrustees(t *testing.T) {
	t.Parallel()
	e := town()
	parse := func(i int) *ballot.Ballot { return must(e.ParseBallot(e.files.entries()[townEntry(e, i)][1:])) }
	for name, tc := range map[string]struct {
		edit   func(a *tally.Aggregate)
		shares int // that prove the decryption of something else
	}{
		"a ballot left out":         {func(a *tally.Aggregate) { a.Sub(e.sum(parse(3), 5)) }, 3},
		"a ballot twice":            {func(a *tally.Aggregate) { a.Add(parse(3), 5) }, 3},
		"a ballot with more weight": {func(a *tally.Aggregate) { a.Add(parse(3), 1) }, 3},
		"a replaced ballot added":   {func(a *tally.Aggregate) { a.Add(parse(1), 3) }, 6},
		"a replaced ballot counted and not the last": {func(a *tally.Aggregate) {
			a.Sub(e.sum(parse(5), 3))
			a.Add(parse(1), 3)
		}, 6},
	} {
		t.Run(name, func(t *testing.T) {
			r := requireFails(t, e.retally(e.files, tc.edit), Quorum, Shares)
			require.Len(t, r.Checks[Shares-1].Findings, tc.shares)
			require.Contains(t, r.Text(), "not on the list that follows from the log")
		})
	}
}

// sum is the aggregate of one ballot.
func (e *election) sum(b *ballot.Ballot, weight uint32) *tally.Aggregate {
	a := tally.NewAggregate(e.Election)
	a.Add(b, weight)
	return a
}

func TestPublishedResult(t *testing.T) {
	t.Parallel()
	e := town()
	result := string(e.files[record.ResultFile])
	replace := func(old, new string) func() []byte {
		return func() []byte {
			require.Contains(t, result, old)
			return []byte(strings.Replace(result, old, new, 1))
		}
	}
	for name, edit := range map[string]func() []byte{
		"one vote more":           replace(`"votes": 6,`, `"votes": 7,`),
		"one seat more":           replace(`"seats": 2`, `"seats": 3`),
		"another weight":          replace(`"weight": 23`, `"weight": 24`),
		"another ballot":          replace(`"ballots": 7`, `"ballots": 8`),
		"another title":           replace(`& <country>`, `& country`),
		"another fingerprint":     replace(`"fingerprint": "`, `"fingerprint": "0`),
		"another line of working": replace(`5 seats, 23 ballots`, `5 seats, 22 ballots`),
		"escaped otherwise":       replace(`&`, `\u0026`),
		"a space more":            replace(`: `, `:  `),
		"a field more":            replace(`"title"`, `"note": "", "title"`),
		"no last newline":         func() []byte { return []byte(strings.TrimSuffix(result, "\n")) },
		"a line more":             func() []byte { return []byte(result + "\n") },
		"carriage returns":        func() []byte { return bytes.ReplaceAll([]byte(result), []byte("\n"), []byte("\r\n")) },
		"null":                    func() []byte { return []byte("null\n") },
		"a megabyte of nothing":   func() []byte { return make([]byte, 1<<20) },
	} {
		t.Run(name, func(t *testing.T) {
			r := requireFails(t, e.files.with(record.ResultFile, edit()), Result)
			require.Contains(t, r.Checks[Result-1].Findings[0].Fault, "recomputed")
			require.Less(t, len(r.Text()), 10_000)
		})
	}
}

func TestDifferenceIsShown(t *testing.T) {
	t.Parallel()
	e := town()
	bad := strings.Replace(string(e.files[record.ResultFile]), `"votes": 6,`, `"votes": 7,`, 1)
	line := 1 + strings.Count(bad[:strings.Index(bad, `"votes": 7`)], "\n")
	r := requireFails(t, e.files.with(record.ResultFile, []byte(bad)), Result)
	require.Equal(t, fmt.Sprintf(`line %d is "          \"votes\": 7,", recomputed "          \"votes\": 6,"`, line), r.Checks[Result-1].Findings[0].Fault)
	r = requireFails(t, e.files.with(record.ResultFile, nil), Result)
	require.Equal(t, `line 1 is "", recomputed "{"`, r.Checks[Result-1].Findings[0].Fault)
}

// The first allocation of May 2024 that was announced, and the one that a quota of
// qualified votes gives, are not what the rule says.
func TestWrongSeatsFromRightVotes(t *testing.T) {
	t.Parallel()
	e := town()
	closed, err := Closed(context.Background(), e.files.fs(), nil)
	require.NoError(t, err)
	result := must(closed.Result(e.published(e.files)))
	totals := result.Contests[0].Totals
	*totals[0].Seats, *totals[1].Seats = *totals[0].Seats+1, *totals[1].Seats-1
	r := requireFails(t, e.files.with(record.ResultFile, result.Bytes()), Result)
	require.Equal(t, 1, *r.Result.Contests[0].Totals[0].Seats, "the report has the right ones")

	// The whole result under another rule, everything else the same.
	*totals[0].Seats, *totals[1].Seats = *totals[0].Seats-1, *totals[1].Seats+1
	require.Equal(t, e.files[record.ResultFile], result.Bytes())
	result.Contests[0].Working = slices.Clone(result.Contests[0].Working)
	for i, line := range result.Contests[0].Working {
		result.Contests[0].Working[i] = strings.ReplaceAll(line, "hare", "droop")
	}
	requireFails(t, e.files.with(record.ResultFile, result.Bytes()), Result)
}

// Closed refuses what Record would, before anything is decrypted.
func TestClosedRefuses(t *testing.T) {
	t.Parallel()
	e := town()
	for name, f := range map[string]files{
		"an invalid ballot":   e.relog(insert(e.files.entries(), -1, e.resign(e.files.entries()[atBallot], e.voters[0], flipProof))),
		"a wrong closing":     e.reclosed(e.closing(e.box, 17, [32]byte{}, uint64(closesAt.Unix()))),
		"no closing":          e.files.logged(record.LogSigner(e.box, origin), e.files.log()[:20]),
		"another roll":        e.files.with(record.RollFile, tiny().files[record.RollFile]),
		"a truncated log":     e.files.with(bundleFile(0, 23), e.files[bundleFile(0, 23)][:2000]),
		"a changed ceremony":  e.files.with(record.CeremonyFile, flipped(e.files[record.CeremonyFile], 500)),
		"no manifest":         {},
		"a copied ballot":     e.relog(insert(e.files.entries(), -1, e.files.entries()[atBallot])),
		"opened after closed": e.reclosed(e.closing(e.box, 20, treeOf(e.files.log()[:20]), 0)),
	} {
		_, err := Closed(context.Background(), f.fs(), nil)
		require.ErrorContains(t, err, "does not verify", name)
	}
	closed, err := Closed(context.Background(), e.files.fs(), nil)
	require.NoError(t, err)
	_, err = closed.Result(nil)
	require.ErrorContains(t, err, "shares of 0 contests")
	_, err = closed.Result([]tally.Shares{{}, {}})
	require.ErrorContains(t, err, "0 shares given")
}

// Whoever stays away is nil, trustee or witness; the quorum is that of the manifest.
func TestDecryptLocally(t *testing.T) {
	t.Parallel()
	e := town()
	for _, tc := range []struct {
		absent    []int
		witnesses []*threshold.Witness
		text      string // of the error
	}{
		{nil, e.freshWitnesses(), ""},
		{nil, []*threshold.Witness{nil}, ""},
		{nil, nil, ""},
		{[]int{1}, e.freshWitnesses(), ""},
		{[]int{1}, nil, "2 valid signatures"},
		{[]int{1, 2}, e.freshWitnesses(), "2 valid signatures"},
		{nil, append(e.freshWitnesses(), nil), "3 trustees and 2 witnesses given"},
	} {
		closed, err := Closed(context.Background(), e.files.fs(), nil)
		require.NoError(t, err)
		shares, err := closed.DecryptLocally(e.fresh(tc.absent...), tc.witnesses)
		if tc.text != "" {
			require.ErrorContains(t, err, tc.text)
			continue
		}
		require.NoError(t, err)
		f := e.named(e.files.with(record.TallyFile, e.tallyBytes(shares)))
		require.True(t, verified(t, f).Verified())
		_, err = closed.DecryptLocally(e.fresh()[:2], nil)
		require.ErrorContains(t, err, "2 trustees and 0 witnesses given")
	}
}

// A contest with fewer ballots than the manifest's min_ballots is never decrypted,
// and a record in which it was does not verify.
func TestWithheldContest(t *testing.T) {
	t.Parallel()
	m := townManifest()
	m.MinBallots = 5 // the council has 7 ballots, the chair 4
	e := newElection(m, 3, 1, townVoters())
	e.write(e.voteTown)
	r := verified(t, e.files)
	require.True(t, r.Verified(), r.Text())
	require.Contains(t, r.Text(), "Chair (4 ballots)\n  withheld")
	require.Equal(t, 5, r.Checks[Totals-1].Items, "of the council")
	council, chair := r.Result.Contests[0], r.Result.Contests[1]
	require.False(t, council.Withheld)
	require.EqualValues(t, 9, council.Totals[2].Votes)
	require.True(t, chair.Withheld)
	require.EqualValues(t, 4, chair.Ballots)
	require.Empty(t, chair.Totals)
	require.Empty(t, chair.Working)
	require.NotContains(t, string(e.files[record.ResultFile]), "bob")

	closed, err := Closed(context.Background(), e.files.fs(), nil)
	require.NoError(t, err)
	require.NotNil(t, closed.Decryptions[0])
	require.Nil(t, closed.Decryptions[1])

	shares := e.published(e.files)
	shares[1].Shares = [][]byte{nil, make([]byte, 32), nil}
	r = e.requireFails(t, e.files.with(record.TallyFile, e.tallyBytes(shares)), Shares)
	require.Contains(t, r.Text(), "withheld")

	bad := strings.Replace(string(e.files[record.ResultFile]), `"withheld": true`, `"withheld": false`, 1)
	requireFails(t, e.files.with(record.ResultFile, []byte(bad)), Result)
}

// Trustees ask for the codes that voters have published.
func TestClosedHasTheCodes(t *testing.T) {
	t.Parallel()
	closed, err := Closed(context.Background(), town().files.fs(), nil)
	require.NoError(t, err)
	for _, code := range town().codes {
		require.True(t, closed.Has(code))
	}
	require.False(t, closed.Has(ballot.Code{1}))
}
