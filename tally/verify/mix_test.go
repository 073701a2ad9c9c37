package verify

import (
	"bytes"
	"context"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/mixnet"
	"veche.example/proofs"
	"veche.example/tally"
	"veche.example/tally/record"
)

func TestMixedRecordVerifies(t *testing.T) {
	t.Parallel()
	r := verified(t, club().files)
	require.True(t, r.Verified(), r.Text())
	items := map[Number]int{}
	for _, c := range r.Checks {
		require.NotEmpty(t, c.Established)
		items[c.Number] = c.Items
	}
	require.Equal(t, []int{11, 6, 9, 9, 6, 3 + 4 + 5}, []int{items[Layout], items[Mixes], items[Quorum], items[Quorum], items[Shares], items[Totals]})
	require.Empty(t, r.Notes)
	require.Equal(t, 5, r.Counted)
	require.Equal(t, 1, r.Superseded)

	order, fee, name := r.Result.Contests[0], r.Result.Contests[1], r.Result.Contests[2]
	require.Equal(t, []uint64{4, 8}, []uint64{order.Ballots, order.Weight})
	require.Equal(t, []string{"ann"}, order.Counts[0].Elected)
	require.Len(t, order.Counts[1].Elected, 2)
	require.NotEmpty(t, order.Counts[1].Working)
	require.NotNil(t, order.Counts[1].Outcome)
	require.Equal(t, []uint64{6, 2, 0}, []uint64{fee.Totals[0].Votes, fee.Totals[1].Votes, fee.Totals[2].Votes})
	require.Equal(t, []uint64{0, 4, 2}, []uint64{name.Totals[0].Votes, name.Totals[1].Votes, name.Totals[2].Votes})
	require.Equal(t, []tally.WriteIn{{Text: "Ćmok & <co>", Votes: 4}}, name.WriteIns)
	require.Equal(t, string(r.Result.Bytes()), string(club().files[record.ResultFile]))
	require.NotContains(t, string(r.Result.Bytes()), "Outcome")
	require.Contains(t, r.Text(), "  Chair (instant-runoff): elected ann\n")
	require.Contains(t, r.Text(), "         4  written: Ćmok & <co>\n")
}

// What is wrong with files of mixes, beside a tally that is right.
func TestFilesOfMixes(t *testing.T) {
	t.Parallel()
	e, other, stranger := club(), newClub(), proofs.GenerateSigningKey()
	other.write(other.voteClub)
	c, name := e.cascade(0), e.cascade(2)
	last := e.mixes(0)[2]
	outsider := &election{mixers: []*proofs.SigningKey{stranger}}
	file := func(position int) string { return record.MixFile("order", position) }
	without := func(names ...string) files {
		f := maps.Clone(e.files)
		for _, n := range names {
			delete(f, n)
		}
		return f
	}
	fourth := func(b []byte) files { return e.files.with(file(4), b) }
	again := e.next(c, 0, 4, last.Output)

	for fault, tc := range map[string]struct {
		f    files
		want []Number
		text string
	}{
		"the last mix dropped":            {without(file(3)), []Number{Quorum, Shares}, "not on the list that follows"},
		"all but one dropped":             {without(file(2), file(3)), []Number{Mixes}, "1 good mixes, at least 2 are needed"},
		"all dropped: tallied unmixed":    {without(file(1), file(2), file(3)), []Number{Mixes}, "0 good mixes, at least 2 are needed"},
		"a mix in the middle dropped":     {without(file(2)), []Number{Layout, Mixes}, file(2) + ": missing"},
		"the first one dropped":           {without(file(1)), []Number{Layout, Mixes}, file(1) + ": missing"},
		"two mixes in the wrong order":    {e.files.with(file(1), e.files[file(2)]).with(file(2), e.files[file(1)]), []Number{Mixes}, "signed for position 2"},
		"a mix twice":                     {fourth(e.files[file(3)]), []Number{Mixes}, "signed for position 3"},
		"a mix of another contest":        {fourth(mixBytes(e.next(name, 0, 4, e.mixes(2)[2].Output))), []Number{Mixes}, "the signature is not the mixer's"},
		"a mix of another election":       {fourth(mixBytes(other.next(other.cascade(0), 0, 4, other.mixes(0)[2].Output))), []Number{Mixes}, "not one of the mixers"},
		"all mixes of another election":   {e.files.mixed(c, other.mixes(0)...), []Number{Mixes}, "0 good mixes"},
		"the mixes of another contest":    {e.files.mixed(c, e.mixes(2)...), []Number{Mixes}, "the signature is not the mixer's"},
		"a mix by nobody that is a mixer": {fourth(outsider.signMix(c, 0, again, again.Output.Bytes())), []Number{Mixes}, "not one of the mixers"},
		"a mix that is not signed":        {fourth(append(mixBytes(again)[:len(mixBytes(again))-64], make([]byte, 64)...)), []Number{Mixes}, "not the mixer's, who is not to blame"},
		"a signature of other bytes":      {fourth(flipped(mixBytes(again), len(mixBytes(again))-100)), []Number{Mixes}, "not the mixer's"},
		"a row replaced in a mix":         {e.files.with(file(3), rowReplaced(e.files[file(3)])), []Number{Mixes, Quorum, Shares}, "not the mixer's"},
		"a row replaced in the first":     {e.files.with(file(1), rowReplaced(e.files[file(1)])), []Number{Mixes}, "0 good mixes"},
		"no mix at all":                   {fourth([]byte("hello")), []Number{Mixes}, `must start with the line "veche/v1 mix"`},
		"nothing":                         {fourth(nil), []Number{Mixes}, "must start with"},
		"no mix in the middle":            {e.files.with(file(2), []byte("veche/v1 mix\nx")), []Number{Mixes}, file(2) + ": mix: at byte"},
		"a mix with a byte more":          {e.files.with(file(3), append(bytes.Clone(e.files[file(3)]), 0)), []Number{Mixes, Quorum, Shares}, "1 bytes too many"},
		"a megabyte":                      {fourth(make([]byte, 1<<20)), []Number{Mixes}, "more than"},
		"a mix of no contest":             {e.files.with("mix-orde-1.bin", nil), []Number{Layout}, "remove it"},
		"a mix of what is added up":       {e.files.with("mix-fee-1.bin", e.files[file(1)]), []Number{Layout}, "remove it"},
		"a gap":                           {e.files.with(file(5), e.files[file(1)]), []Number{Layout}, file(4) + ": missing"},
		"a mix renamed to another contest": {without(file(3)).with(record.MixFile("name", 4), e.files[file(3)]), []Number{Mixes, Quorum, Shares},
			"not the mixer's"},
	} {
		t.Run(fault, func(t *testing.T) {
			r := e.requireFails(t, tc.f, tc.want...)
			require.Contains(t, r.Text(), tc.text)
			require.NotContains(t, r.Text(), "m1 cheated", "nobody can be blamed by others")
		})
	}
}

func rowReplaced(mix []byte) []byte {
	out := bytes.Clone(mix)
	at := len("veche/v1 mix\n") + 4 + 64 + 4
	copy(out[at:at+64], out[at+64:at+128])
	return out
}

// A record that mixers have filled up with mixes that are not good.
func TestTooManyMixes(t *testing.T) {
	t.Parallel()
	e := club()
	f := e.files
	for position := 4; position <= 7; position++ {
		f = f.with(record.MixFile("order", position), f[record.MixFile("order", 3)])
	}
	r := e.requireFails(t, f, Layout, Log, Mixes)
	require.Contains(t, r.Text(), "mix-order-7.bin: a mix too many, there can be 6")
}

// A mixer who cheats is named and left out, and if enough others are good the record
// verifies: one mixer cannot keep an election from its result.
func TestMixersWhoCheat(t *testing.T) {
	t.Parallel()
	e := club()
	for name, tc := range map[string]struct {
		mixes func(c *mixnet.Cascade) []*mixnet.Mix
		note  string // in each of the two contests
	}{
		"a ballot replaced": {func(c *mixnet.Cascade) []*mixnet.Mix {
			first := e.next(c, 0, 1, c.Input)
			return []*mixnet.Mix{first, e.cheat(c, 1, 2, first.Output), e.next(c, 2, 3, first.Output)}
		}, "-2.bin: mixer m2 cheated or failed: "},
		"a ballot replaced in the last mix": {func(c *mixnet.Cascade) []*mixnet.Mix {
			good := e.chain(c)[:2]
			return append(good, e.cheat(c, 2, 3, good[1].Output))
		}, "-3.bin: mixer m3 cheated"},
		"a ballot replaced in the first": {func(c *mixnet.Cascade) []*mixnet.Mix {
			second := e.next(c, 1, 2, c.Input)
			return []*mixnet.Mix{e.cheat(c, 0, 1, c.Input), second, e.next(c, 2, 3, second.Output)}
		}, "-1.bin: mixer m1 cheated"},
		"a list that is none": {func(c *mixnet.Cascade) []*mixnet.Mix {
			good := e.chain(c)[:2]
			m := e.next(c, 2, 3, good[1].Output)
			return append(good, e.signed(c, 2, m, make([]byte, len(m.Output.Bytes()))))
		}, "-3.bin: mixer m3 cheated or failed: the output is no list"},
		"a list with a ballot less": {func(c *mixnet.Cascade) []*mixnet.Mix {
			good := e.chain(c)[:2]
			m := e.next(c, 2, 3, good[1].Output)
			b := m.Output.Bytes()
			return append(good, e.signed(c, 2, m, b[len(b)/m.Output.Len():]))
		}, "-3.bin: mixer m3 cheated or failed: output of "},
		"a list with a ballot more": {func(c *mixnet.Cascade) []*mixnet.Mix {
			good := e.chain(c)[:2]
			m := e.next(c, 2, 3, good[1].Output)
			b := m.Output.Bytes()
			return append(good, e.signed(c, 2, m, append(bytes.Clone(b), b[:len(b)/m.Output.Len()]...)))
		}, "-3.bin: mixer m3 cheated"},
		"a proof that is cut off": {func(c *mixnet.Cascade) []*mixnet.Mix {
			good := e.chain(c)[:2]
			m := *e.next(c, 2, 3, good[1].Output)
			m.Proof = m.Proof[32:]
			return append(good, e.signed(c, 2, &m, m.Output.Bytes()))
		}, "-3.bin: mixer m3 cheated"},
	} {
		t.Run(name, func(t *testing.T) {
			f := e.remix(e.files, nil, tc.mixes)
			r := verified(t, f)
			require.True(t, r.Verified(), r.Text())
			require.Len(t, r.Notes, 2)
			for k, contest := range []string{"order", "name"} {
				require.Contains(t, r.Notes[k], "mix-"+contest+tc.note)
			}
			right := verified(t, e.files).Result
			require.Equal(t, right.Contests[0].Ranked, r.Result.Contests[0].Ranked)
			require.Equal(t, right.Contests[2], r.Result.Contests[2])

			// And a trustee who cheats at the same time is named, too.
			shares := e.published(f)
			shares[0].Shares[2] = flipped(shares[0].Shares[2], 100)
			r = e.requireFails(t, f.with(record.TallyFile, e.tallyBytes(shares)), Shares)
			require.Contains(t, r.Text(), `contest "order", trustee 3 (t3)`)
			require.NotContains(t, r.Text(), "trustee 1 (t1)")
			require.Contains(t, r.Notes[0], tc.note)
		})
	}
}

// Mixes that are signed for their place and start from another list, or are a second one
// of their mixer: the mixer may be at fault, or whoever exchanged the mix before. They are to be removed before anybody
// decrypts.
func TestMixesOfAnotherList(t *testing.T) {
	t.Parallel()
	e := club()
	for name, tc := range map[string]struct {
		mixes func(c *mixnet.Cascade) []*mixnet.Mix
		text  string
	}{
		"a mix of the cascade's input": {func(c *mixnet.Cascade) []*mixnet.Mix {
			good := e.chain(c)[:2]
			return append(good, e.next(c, 2, 3, c.Input))
		}, "-3.bin: the input is not the output of the last good mix"},
		"a mix of a bad mix": {func(c *mixnet.Cascade) []*mixnet.Mix {
			bad := e.cheat(c, 0, 1, c.Input)
			return []*mixnet.Mix{bad, e.next(c, 1, 2, c.Input), e.next(c, 2, 3, bad.Output)}
		}, "-3.bin: the input is not"},
		"a mix before which another was put": {func(c *mixnet.Cascade) []*mixnet.Mix {
			good := e.chain(c)
			return []*mixnet.Mix{good[0], e.next(c, 1, 2, good[0].Output), good[2]}
		}, "-3.bin: the input is not"},
		"a second mix by one mixer, whoever published it": {func(c *mixnet.Cascade) []*mixnet.Mix {
			good := e.chain(c)
			return append(good, e.next(c, 0, 4, good[2].Output))
		}, "-4.bin: its mixer has mixed before"},
	} {
		t.Run(name, func(t *testing.T) {
			f := e.unmixed()
			for _, k := range []int{0, 2} {
				c := e.cascade(k)
				f = f.mixed(c, tc.mixes(c)...)
			}
			_, err := Closed(context.Background(), f.fs(), nil)
			require.ErrorContains(t, err, tc.text)
			require.NotContains(t, err.Error(), "m3 cheated")
		})
	}
}

// With too few good mixes nothing may be decrypted, and the record says why.
func TestTooFewGoodMixes(t *testing.T) {
	t.Parallel()
	e := club()
	c := e.cascade(0)
	first := e.next(c, 0, 1, c.Input)
	bad := e.cheat(c, 1, 2, first.Output)
	f := e.unmixed().mixed(e.cascade(2), e.mixes(2)...).mixed(c, first, bad)
	r := e.requireFails(t, f, Mixes)
	require.Contains(t, r.Text(), "mixer m2 cheated or failed")
	require.Contains(t, r.Text(), `contest "order": 1 good mixes, at least 2 are needed`)
	require.False(t, r.Checks[Totals-1].Reached)
	require.False(t, r.Checks[Result-1].Reached)
	require.True(t, r.Checks[Shares-1].Passed(), "of the other contests")

	closed, err := Closed(context.Background(), f.fs(), nil)
	require.NoError(t, err, "it is for the next mixer to go on")
	require.Contains(t, closed.Report.Text(), "mixer m2 cheated")
	require.Nil(t, closed.Decryptions[0])
	require.NotNil(t, closed.Decryptions[1])
	require.NotNil(t, closed.Decryptions[2])
	in, position := closed.NextMix(0)
	require.Equal(t, first.Output.Root(), in.Root())
	require.Equal(t, 3, position)
	_, err = closed.DecryptLocally(e.fresh(), e.freshWitnesses())
	require.ErrorContains(t, err, "1 good mixes, at least 2 are needed")
	_, err = closed.Result(make([]tally.Shares, 3))
	require.ErrorContains(t, err, "to be mixed before it is decrypted")
	f = f.mixed(c, first, bad, e.next(c, 2, 3, in))
	closed, err = Closed(context.Background(), f.fs(), nil)
	require.NoError(t, err)
	require.NotNil(t, closed.Decryptions[0])
}

func TestClosedRefusesMixesThatNobodySigned(t *testing.T) {
	t.Parallel()
	e := club()
	for name, b := range map[string][]byte{"garbage": []byte("x"), "not signed": flipped(e.files["mix-order-3.bin"], -1)} {
		_, err := Closed(context.Background(), e.unmixed().mixed(e.cascade(0), e.mixes(0)...).with("mix-order-3.bin", b).fs(), nil)
		require.ErrorContains(t, err, "does not verify", name)
	}
	closed, err := Closed(context.Background(), e.unmixed().fs(), nil)
	require.NoError(t, err)
	require.Nil(t, closed.Cascade(1))
	in, position := closed.NextMix(1)
	require.Nil(t, in)
	require.Zero(t, position)
	in, position = closed.NextMix(2)
	require.Equal(t, 5, in.Len())
	require.Equal(t, 1, position)
}

// The file of a mix that the system cannot read, and a caller who gives up.
func TestNoVerdictOnMixes(t *testing.T) {
	t.Parallel()
	e := club()
	for position := 1; position <= 3; position++ {
		name := record.MixFile("name", position)
		r, err := Record(context.Background(), brokenFS{e.files.fs(), name}, nil)
		require.ErrorIs(t, err, errDisk)
		require.False(t, r.Verified())
		require.False(t, r.Checks[Mixes-1].Passed(), "a check that was broken off has no verdict")
		_, err = Closed(context.Background(), brokenFS{e.files.fs(), name}, nil)
		require.ErrorIs(t, err, errDisk)

		ctx, cancel := context.WithCancel(context.Background())
		r, err = Record(ctx, cancelFS{e.files.fs(), name, cancel}, nil)
		require.ErrorIs(t, err, context.Canceled)
		require.False(t, r.Verified())
	}
}

// All mixers and trustees leave a ballot out, count it twice, or count a replaced one:
// their list is not the one that follows from the log.
func TestListsOfMaliciousMixersAndTrustees(t *testing.T) {
	t.Parallel()
	e := club()
	parse := func(i int) *ballot.Ballot {
		b, errs := e.VerifyBallots(context.Background(), [][]byte{e.files.entries()[townEntry(e, i)][1:]})
		check(errs[0])
		return b[0]
	}
	for name, edit := range map[string]func(a *tally.Aggregate){
		"a ballot left out":       func(a *tally.Aggregate) { a.Sub(e.sum(parse(2), 2)) },
		"a replaced ballot added": func(a *tally.Aggregate) { a.Add(parse(1), 2) },
		"ballots in another order": func(a *tally.Aggregate) {
			a.Sub(e.sum(parse(0), 2))
			a.Add(parse(0), 2)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := requireFails(t, e.retally(e.files, edit), failsOf(name)...)
			require.Contains(t, r.Text(), "0 good mixes")
			require.Contains(t, r.Text(), "mix-order-1.bin: the input is not the output of the last good mix")
		})
	}
}

// failsOf is what fails besides the mixes: the sum of the third contest, unless it only
// has its ballots in another order. Shares of other numbers of rows do not fit at all.
func failsOf(name string) []Number {
	switch name {
	case "ballots in another order":
		return []Number{Mixes}
	case "a replaced ballot added":
		return []Number{Mixes, Shares}
	}
	return []Number{Mixes, Quorum, Shares}
}
