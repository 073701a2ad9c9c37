package verify

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/elgamal/group"
	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
	"veche.example/tally/record"
)

// insert returns the entries with some more at an index; -1 is the end.
func insert(entries [][]byte, at int, more ...[]byte) [][]byte {
	if at < 0 {
		at = len(entries)
	}
	return slices.Insert(slices.Clone(entries), at, more...)
}

// resign returns a ballot entry after edit of its body, signed anew by its voter.
func (e *election) resign(entry []byte, by *ballot.Credential, edit func(body []byte)) []byte {
	body := slices.Clone(entry[1 : len(entry)-proofs.SignatureSize])
	edit(body)
	code := transcript.Hash("tracking-code", e.Fingerprint[:], body)
	key := must(proofs.ParseSigningKey(by.Bytes()))
	signature := key.Sign("ballot-signature", e.Fingerprint, code[:])
	return append(append([]byte{entry[0]}, body...), signature...)
}

// sign casts a draft although it was, or will be, challenged.
func (e *election) sign(d *ballot.Draft, by *ballot.Credential) []byte {
	return e.resign(entry(box.Ballot, append(d.Body(), make([]byte, proofs.SignatureSize)...)), by, func([]byte) {})
}

func (e *election) opening(fingerprint [32]byte, key *proofs.SigningKey, at uint64) []byte {
	body := wire.AppendUint64(append([]byte(nil), fingerprint[:]...), at)
	return entry(box.Opening, append(body, key.Sign("opening", fingerprint, body)...))
}

// The last byte of a ballot's proof is the top byte of a scalar: this is another scalar.
func flipProof(body []byte) { body[len(body)-2] ^= 1 }

// A box that does everything in its power: it has its own key, and trustees who
// decrypt whatever it closes. The one check that names the fault has to find it.
func TestLogOfAMaliciousBox(t *testing.T) {
	t.Parallel()
	e, stranger := town(), proofs.GenerateSigningKey()
	log := e.files.entries()
	foreign := newElection(townManifest(), 3, 1, townVoters())
	outsider := ballot.GenerateCredential()
	late := e.draft(4, 2, e.codes[6], abroad("red"))
	lateBallot := entry(box.Ballot, must(late.Sign(e.voters[4])))
	challenge := func(d *ballot.Draft) []byte { return entry(box.Challenge, must(d.Open()).Bytes()) }
	unpromised := e.draft(6, 7, ballot.Code{}, home("grey", "bob"))

	for _, tc := range []struct {
		name string
		log  func() [][]byte
		want []Number
		text string
	}{
		{"opening of another election", func() [][]byte { return insert(log[1:], 0, foreign.opening(foreign.Fingerprint, foreign.box, 1)) },
			[]Number{Log}, "fingerprint"},
		{"opening that another key signed", func() [][]byte { return insert(log[1:], 0, e.opening(e.Fingerprint, stranger, 1)) },
			[]Number{Log}, "not signed by the box"},
		{"opening with a byte more", func() [][]byte { return insert(log[1:], 0, append(slices.Clone(log[0]), 0)) }, []Number{Log}, "bytes too many"},
		{"opening after the closing", func() [][]byte {
			return insert(log[1:], 0, e.opening(e.Fingerprint, e.box, uint64(closesAt.Unix())+1))
		}, []Number{Closing}, "before the opening"},
		{"opening in the year 10000", func() [][]byte { return insert(log[1:], 0, e.opening(e.Fingerprint, e.box, 253_402_300_800)) },
			[]Number{Log}, "time 253402300800"},

		{"ballot of another election", func() [][]byte { return insert(log, -1, foreign.ballot(3, 1, ballot.Code{}, abroad("red"))) }, []Number{Ballots}, "entry 20"},
		{"ballot with a false proof", func() [][]byte { return insert(log, -1, e.resign(lateBallot, e.voters[4], flipProof)) }, []Number{Ballots}, "entry 20"},
		{"ballot with a false signature", func() [][]byte {
			return insert(log, -1, e.resign(lateBallot, e.voters[3], func([]byte) {}))
		}, []Number{Ballots}, "entry 20"},
		{"ballot with another sequence", func() [][]byte {
			return insert(log, -1, e.resign(lateBallot, e.voters[4], func(b []byte) { b[3+32+7]++ }))
		}, []Number{Ballots}, "entry 20"},
		{"victim's ballot under another credential", func() [][]byte {
			return insert(log, -1, e.resign(log[atBallot], e.voters[6], func(b []byte) { k := e.voters[6].Key(); copy(b[3:], k[:]) }))
		}, []Number{Ballots}, "entry 20"},
		{"invalid ballot before the valid one", func() [][]byte {
			return insert(log, -1, e.resign(lateBallot, e.voters[4], flipProof), lateBallot)
		}, []Number{Ballots}, "entry 20"},
		{"truncated ballot", func() [][]byte { return insert(log, -1, lateBallot[:len(lateBallot)-1]) }, []Number{Ballots}, "bytes"},
		{"empty ballot", func() [][]byte { return insert(log, -1, []byte{byte(box.Ballot)}) }, []Number{Ballots}, "truncated"},

		{"copied ballot", func() [][]byte { return insert(log, -1, log[atBallot]) }, []Number{Acceptance}, "accepted before"},
		{"copied ballot, signed again", func() [][]byte {
			return insert(log, -1, e.resign(log[atBallot], e.voters[0], func([]byte) {}))
		}, []Number{Acceptance}, "accepted before"},
		{"two ballots with one sequence", func() [][]byte { return insert(log, -1, e.ballot(4, 1, ballot.Code{}, abroad("grey"))) },
			[]Number{Acceptance}, "sequence number 1 before"},
		{"sequence that leaves none for later ballots", func() [][]byte { return insert(log, -1, e.ballot(4, 1<<16+2, e.codes[6], abroad("grey"))) },
			[]Number{Acceptance}, "above the voter's highest"},
		{"65 promises to a voter who decides nothing", func() [][]byte {
			more := slices.Clone(log)
			for i := range 64 { // one is open already
				more = append(more, entry(box.Promise, must(e.SignPromise(e.box, ballot.Code{1, byte(i)}, e.voters[6].Key(), 1, opensAt))))
			}
			return more
		}, []Number{Acceptance}, "entry 83: ballot: 64 promises"},
		{"ballot of somebody who is not on the roll", func() [][]byte {
			d := must(e.Build(ballot.Header{Style: 1, Credential: outsider.Key(), Sequence: 1}, abroad("red"), ballot.GenerateSeed()))
			return insert(log, -1, entry(box.Ballot, must(d.Sign(outsider))))
		}, []Number{Acceptance}, "not on the roll"},
		{"ballot of another style", func() [][]byte {
			d := must(e.Build(ballot.Header{Style: 0, Credential: e.voters[4].Key(), Sequence: 2}, home("red", "ann"), ballot.GenerateSeed()))
			return insert(log, -1, entry(box.Ballot, must(d.Sign(e.voters[4]))))
		}, []Number{Acceptance}, "style"},

		{"promise that another key signed", func() [][]byte {
			p := e.promise(late)
			signed := p[1 : len(p)-proofs.SignatureSize]
			return insert(log, -1, append(append([]byte{p[0]}, signed...), stranger.Sign("ballot-promise", e.Fingerprint, signed)...))
		}, []Number{Promises}, "entry 20"},
		{"promise of another election", func() [][]byte {
			return insert(log, -1, foreign.promise(foreign.draft(3, 1, ballot.Code{}, abroad("red"))))
		},
			[]Number{Promises}, "entry 20"},
		{"code promised twice", func() [][]byte { return insert(log, 2, log[atPromise]) }, []Number{Acceptance}, "promised before"},
		{"ballot before its promise", func() [][]byte { return insert(log, -1, lateBallot, e.promise(late)) }, []Number{Acceptance}, "promised before"},
		{"promise to somebody who is not on the roll", func() [][]byte {
			return insert(log, -1, entry(box.Promise, must(e.SignPromise(e.box, ballot.Code{1}, outsider.Key(), 1, opensAt))))
		}, []Number{Acceptance}, "not on the roll"},

		{"challenged, then cast", func() [][]byte {
			d := e.draft(6, 3, ballot.Code{}, home("grey", "bob"))
			return insert(log, -1, e.promise(d), challenge(d), e.sign(d, e.voters[6]))
		}, []Number{Acceptance}, "challenged before"},
		{"cast, then challenged", func() [][]byte {
			d := e.draft(6, 4, ballot.Code{}, home("blue", "cy"))
			return insert(log, -1, e.promise(d), e.sign(d, e.voters[6]), challenge(d))
		}, []Number{Challenges}, "was cast"},
		{"challenged twice", func() [][]byte { return insert(log, -1, log[atChallenge]) }, []Number{Challenges}, "accepted before"},
		{"challenge without a promise", func() [][]byte { return insert(log, -1, challenge(unpromised)) }, []Number{Challenges}, "not promised"},
		{"challenge with another seed", func() [][]byte {
			bad := slices.Clone(log[atChallenge])
			bad[1+75+32] ^= 1
			return insert(slices.Delete(slices.Clone(log), atChallenge, atChallenge+1), -1, bad)
		}, []Number{Challenges}, "another ballot"},
		{"challenge with other choices", func() [][]byte {
			bad := slices.Clone(log[atChallenge])
			bad[1+75+64] = 0b00100001
			return insert(slices.Delete(slices.Clone(log), atChallenge, atChallenge+1), -1, bad)
		}, []Number{Challenges}, "opening"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := requireFails(t, e.retally(e.relog(tc.log()), nil), tc.want...)
			require.Contains(t, r.Text(), tc.text)
		})
	}
}

// Without the box's key there is no other closing.
func TestLogThatTheBoxDidNotClose(t *testing.T) {
	t.Parallel()
	e := town()
	log := e.files.untilClosing()
	open, closing := log[:len(log)-1:len(log)-1], log[len(log)-1]
	swapped := slices.Clone(open)
	swapped[10], swapped[12] = swapped[12], swapped[10]
	for name, entries := range map[string][][]byte{
		"another ballot":           insert(open, -1, e.ballot(4, 2, e.codes[6], abroad("red"))),
		"ballot dropped":           open[:19],
		"ballots in another order": swapped,
		"ballot twice":             insert(open, -1, open[19]),
		"nobody voted":             open[:3],
	} {
		r := verified(t, e.sealed(e.files, append(slices.Clone(entries), closing)))
		require.False(t, r.Verified(), name)
		require.NotEmpty(t, r.Checks[Closing-1].Findings, name)
		require.Empty(t, r.Checks[Log-1].Findings, name)
	}
	for name, closing := range map[string][]byte{
		"another key":     e.closing(proofs.GenerateSigningKey(), 20, treeOf(open), uint64(closesAt.Unix())),
		"another hash":    e.closing(e.box, 20, [32]byte{1}, uint64(closesAt.Unix())),
		"another size":    e.closing(e.box, 19, treeOf(open), uint64(closesAt.Unix())),
		"its own size":    e.closing(e.box, 21, treeOf(open), uint64(closesAt.Unix())),
		"before it opens": e.closing(e.box, 20, treeOf(open), uint64(opensAt.Unix())-1),
	} {
		t.Run(name, func(t *testing.T) {
			requireFails(t, e.retally(e.reclosed(closing), nil), Closing)
		})
	}
	good := e.closing(e.box, 20, treeOf(open), uint64(closesAt.Unix()))
	for name, closing := range map[string][]byte{
		"in the year 10000": e.closing(e.box, 20, treeOf(open), 253_402_300_800),
		"with a byte more":  append(slices.Clone(good), 0),
		"with a byte less":  good[:len(good)-1],
		"without a body":    good[:1],
	} {
		r := requireFails(t, e.reclosed(closing), Closing)
		require.False(t, r.Checks[Mixes-1].Reached, name)
	}
}

func TestClosingAtTheSecondOfTheOpening(t *testing.T) {
	t.Parallel()
	e := tiny()
	log := e.files.untilClosing()
	closing := e.closing(e.box, 5, treeOf(log[:5]), uint64(opensAt.Unix()))
	require.True(t, verified(t, e.retally(e.reclosed(closing), nil)).Verified())
}

// What a box can do and still have a record that verifies leaves evidence.
func TestEvidence(t *testing.T) {
	t.Parallel()
	e := town()
	log := e.files.entries()
	dropped := slices.Delete(slices.Clone(log), townEntry(e, 1), townEntry(e, 1)+1)
	d := e.draft(4, 2, e.codes[6], abroad("red"))
	promise := func(at time.Time) []byte {
		return entry(box.Promise, must(e.SignPromise(e.box, d.Code(), d.Header().Credential, 2, at)))
	}
	for name, tc := range map[string]struct {
		log   [][]byte
		notes int
		text  string
	}{
		"the ballot before a revote dropped": {dropped, 2, "may be missing"},
		"a promise from before the opening":  {insert(log, -1, promise(opensAt.Add(-time.Second))), 2, "clock"},
		"a promise from after the closing":   {insert(log, -1, promise(closesAt.Add(time.Second))), 2, "before the promise of entry 20 at"},
		"a promise at the second of opening": {insert(log, -1, promise(opensAt)), 1, "may be missing"},
		"a promise at the second of closing": {insert(log, -1, promise(closesAt)), 1, "may be missing"},
		"a ballot with a sequence far above": {insert(log, -1, e.ballot(4, 1<<16+1, e.codes[6], abroad("red"))), 1, "may be missing"},
	} {
		r := verified(t, e.retally(e.relog(tc.log), nil))
		require.True(t, r.Verified(), "%s\n%s", name, r.Text())
		require.Len(t, r.Notes, tc.notes, name)
		require.Contains(t, r.Text(), tc.text, name)
	}
}

// No invalid ballot silences the valid one that it was made from.
func TestInvalidBallotSilencesNobody(t *testing.T) {
	t.Parallel()
	e := town()
	log := e.files.entries()
	f := e.retally(e.relog(insert(log, atBallot, e.resign(log[atBallot], e.voters[0], flipProof))), nil)
	r := requireFails(t, f, Ballots)
	require.Equal(t, 7, r.Counted)
	require.Equal(t, verified(t, e.files).Result.Contests[0].Totals, r.Result.Contests[0].Totals)
}

// approval is a contest whose ballots the test can make by hand: any subset of two.
func approval(voters int) *election {
	return newElection(&ballot.Manifest{
		ID: "a", Title: "Approval", Width: 2, Threshold: 1,
		Contests: []*ballot.Contest{{ID: "a", Title: "Approval", Rule: ballot.Rule{Type: ballot.Approval},
			Options: []ballot.Option{{ID: "x", Name: "X"}, {ID: "y", Name: "Y"}}}},
	}, 1, 0, slices.Repeat([]ballot.Voter{{Weight: 2}}, voters))
}

// handmade returns a valid ballot whose randomiser its voter chose.
func (e *election) handmade(k int, sequence uint64, bits []byte, r *group.Scalar) []byte {
	relation := &proofs.Relation{Bits: 2, Contests: [][][]proofs.Term{{{{Bit: 0, Coef: 1}}, {{Bit: 1, Coef: 1}}}}}
	vector := must(proofs.NewBitVector(e.Fingerprint, e.Keys, relation))
	key := e.voters[k].Key()
	header := wire.AppendUint64(append([]byte{1, 0, 0}, key[:]...), sequence)
	header = append(header, make([]byte, 32)...)
	randomisers := make([]group.Scalar, 1)
	randomisers[0].Set(r)
	ciphertext := vector.Encrypt(bits, randomisers)
	proof := vector.Prove(header, ciphertext, bits, randomisers, &[32]byte{byte(k), byte(sequence)})
	body := slices.Concat([]byte{byte(box.Ballot)}, header, ciphertext, proof, make([]byte, proofs.SignatureSize))
	return e.resign(body, e.voters[k], func([]byte) {})
}

// Voters who know each other's randomisers can make a sum whose randomiser is zero.
// With empty ballots it is the neutral ciphertext, which nobody decrypts: they must
// keep neither the trustees from the result nor the verifier from its verdict.
func TestVotersWhoCancelEachOtherOut(t *testing.T) {
	t.Parallel()
	r := group.RandomScalar()
	minus := group.NewScalar().Neg(r)
	for name, tc := range map[string]struct {
		bits   []byte
		shares int
		votes  uint64
	}{"empty ballots": {[]byte{0, 0}, 0, 0}, "votes": {[]byte{1, 0}, 1, 4}} {
		t.Run(name, func(t *testing.T) {
			e := approval(3).write(func(*record.Writer) {})
			f := e.relog([][]byte{e.files.entries()[0], e.handmade(0, 1, tc.bits, r), e.handmade(1, 1, tc.bits, minus)})
			f = e.retally(f, nil)
			report := verified(t, f)
			require.True(t, report.Verified(), report.Text())
			require.Equal(t, tc.shares, report.Checks[Shares-1].Items)
			require.EqualValues(t, 2, report.Result.Contests[0].Ballots)
			require.Equal(t, tc.votes, report.Result.Contests[0].Totals[0].Votes)

			// With signatures and shares for a list that needs none.
			other := e.retally(e.relog([][]byte{e.files.entries()[0], e.handmade(0, 1, tc.bits, r)}), nil)
			require.False(t, verified(t, e.named(f.with(record.TallyFile, other[record.TallyFile]))).Verified())
		})
	}
}

// A ballot whose A is that of an accepted one is a copy, whoever knows its secret.
func TestReusedRandomiser(t *testing.T) {
	t.Parallel()
	e, r := approval(3).write(func(*record.Writer) {}), group.RandomScalar()
	opening := e.files.entries()[0]
	first, second := e.handmade(0, 1, []byte{1, 0}, r), e.handmade(1, 1, []byte{0, 1}, r)
	report := requireFails(t, e.retally(e.relog([][]byte{opening, first, second}), nil), Acceptance)
	require.Contains(t, report.Text(), "part of a ballot that was accepted before")
	require.Equal(t, 1, report.Counted)
}
