package ballot

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"veche.example/proofs"
)

func (f *fixture) ledger(t testing.TB) *Ledger {
	l, err := NewLedger(f.Election, f.roll)
	require.NoError(t, err)
	return l
}

func TestLedgerAcceptsAndCountsTheHighestSequence(t *testing.T) {
	t.Parallel()
	f := standard(t)
	l := f.ledger(t)
	first := f.mustVerify(t, f.cast(t, 0, 1, Code{}))
	second := f.mustVerify(t, f.cast(t, 0, 2, first.Code()))
	other := f.mustVerify(t, f.cast(t, 3, 1, Code{}))
	for i, b := range []*Ballot{first, other, second} {
		got, err := l.Cast(b)
		require.NoError(t, err)
		require.Equal(t, Accepted{i, []uint32{1, 4, 1}[i], false}, got)
	}
	require.Equal(t, 3, l.Len())
	require.Equal(t, []bool{false, true, true}, []bool{l.Counts(0), l.Counts(1), l.Counts(2)})
}

// Reordered and dropped revotes change neither the count nor go unseen.
func TestRevotesOutOfOrder(t *testing.T) {
	t.Parallel()
	f := standard(t)
	l := f.ledger(t)
	one := f.mustVerify(t, f.cast(t, 0, 1, Code{}))
	two := f.mustVerify(t, f.cast(t, 0, 2, one.Code()))
	three := f.mustVerify(t, f.cast(t, 0, 3, two.Code()))
	for i, step := range []struct {
		ballot *Ballot
		gap    bool
		counts int
	}{{one, false, 0}, {three, true, 1}, {two, false, 1}} {
		got, err := l.Cast(step.ballot)
		require.NoError(t, err)
		require.Equal(t, Accepted{i, 1, step.gap}, got)
		for k := range l.Len() {
			require.Equal(t, k == step.counts, l.Counts(k))
		}
	}
}

func TestWrongPreviousIsEvidenceOnly(t *testing.T) {
	t.Parallel()
	f := standard(t)
	l := f.ledger(t)
	got, err := l.Cast(f.mustVerify(t, f.cast(t, 0, 5, Code{7})))
	require.NoError(t, err)
	require.True(t, got.Gap)
	require.True(t, l.Counts(0))
	got, err = l.Cast(f.mustVerify(t, f.cast(t, 0, 6, Code{})))
	require.NoError(t, err)
	require.True(t, got.Gap)
	require.True(t, l.Counts(1))
}

func TestResubmissionsAreTheSameEntry(t *testing.T) {
	t.Parallel()
	f := standard(t)
	l := f.ledger(t)
	signed := f.cast(t, 2, 1, Code{})
	want, err := l.Cast(f.mustVerify(t, signed))
	require.NoError(t, err)
	_, err = l.Cast(f.mustVerify(t, f.cast(t, 2, 2, Code{})))
	require.NoError(t, err)
	got, err := l.Cast(f.mustVerify(t, signed))
	require.ErrorIs(t, err, ErrDuplicate)
	require.Equal(t, want, got)
	resigned := f.sign(signed[:f.papers[0].bodySize()], f.voters[2])
	got, err = l.Cast(f.mustVerify(t, resigned))
	require.ErrorIs(t, err, ErrDuplicate)
	require.Equal(t, want, got)
	require.Equal(t, 2, l.Len())
}

func TestLedgerRefusesBallots(t *testing.T) {
	t.Parallel()
	f := standard(t)
	l := f.ledger(t)
	first := f.mustVerify(t, f.cast(t, 0, 1, Code{}))
	_, err := l.Cast(first)
	require.NoError(t, err)
	refuse := func(says string, b *Ballot) {
		t.Helper()
		_, err := l.Cast(b)
		require.ErrorContains(t, err, says)
		require.Equal(t, 1, l.Len())
	}

	unverified, err := f.ParseBallot(f.cast(t, 2, 1, Code{}))
	require.NoError(t, err)
	refuse("not verified", unverified)

	refuse("with sequence number 1 before", f.mustVerify(t, f.cast(t, 0, 1, Code{})))

	renamed := newFixture(t, 6, func(m *Manifest) { m.Title = "Other" })
	refuse("another election", renamed.mustVerify(t, renamed.cast(t, 2, 1, Code{})))

	stranger := GenerateCredential()
	h := Header{Style: 1, Credential: stranger.Key(), Sequence: 1}
	signed, err := f.draft(t, h, abroad).Sign(stranger)
	require.NoError(t, err)
	refuse("not on the roll", f.mustVerify(t, signed))

	h = f.header(2, 1, Code{})
	h.Style = 1
	signed, err = f.draft(t, h, abroad).Sign(f.voters[2])
	require.NoError(t, err)
	refuse("the roll gives this voter style 0", f.mustVerify(t, signed))
}

// copyOfParts returns a valid ballot of voter k that has the A's of another one, made
// with the other one's secrets.
func (f *fixture) copyOfParts(t *testing.T, from *Draft, k int) []byte {
	h := f.header(k, 1, Code{})
	p := f.papers[h.Style]
	v, err := p.encode(choicesOf(h.Style))
	require.NoError(t, err)
	bits, r := v.bits, f.randomisers(from.header.bytes(), p, &from.seed)
	ciphertext := p.vector.Encrypt(bits, r)
	proof := p.vector.Prove(h.bytes(), ciphertext, bits, r, &[32]byte{5})
	return f.sign(slices.Concat(h.bytes(), ciphertext, proof), f.voters[k])
}

// A ballot that shares randomness with an accepted one is weeded even though
// its proof holds.
func TestSharedPartsAreWeeded(t *testing.T) {
	t.Parallel()
	f := standard(t)
	alice := f.draft(t, f.header(0, 1, Code{}), home)
	copied := f.mustVerify(t, f.copyOfParts(t, alice, 2))
	signed, err := alice.Sign(f.voters[0])
	require.NoError(t, err)
	l := f.ledger(t)
	_, err = l.Cast(f.mustVerify(t, signed))
	require.NoError(t, err)
	_, err = l.Cast(copied)
	require.ErrorContains(t, err, "part of a ballot that was accepted before")
	_, err = l.Cast(f.mustVerify(t, f.cast(t, 2, 1, Code{})))
	require.NoError(t, err, "the refused ballot used up nothing")
}

// An invalid ballot with the victim's A, code or sequence silences nobody.
func TestInvalidBallotsSilenceNobody(t *testing.T) {
	t.Parallel()
	f := standard(t)
	l := f.ledger(t)
	victim := f.cast(t, 0, 1, Code{})
	sameParts := slices.Clone(victim)
	sameParts[len(sameParts)-1] ^= 1
	mallory := slices.Clone(victim[:f.papers[0].bodySize()])
	key := f.voters[2].Key()
	copy(mallory[3:], key[:])
	for _, bad := range [][]byte{sameParts, f.sign(mallory, f.voters[2])} {
		_, err := f.verify(bad)
		require.ErrorIs(t, err, proofs.ErrProof)
		unverified, err := f.ParseBallot(bad)
		require.NoError(t, err)
		_, err = l.Cast(unverified)
		require.ErrorContains(t, err, "not verified")
	}
	_, err := l.Cast(f.mustVerify(t, victim))
	require.NoError(t, err)
}

func TestLedgerNeedsTheRollOfTheManifest(t *testing.T) {
	t.Parallel()
	f := standard(t)
	other := newFixture(t, 5, func(*Manifest) {})
	_, err := NewLedger(f.Election, other.roll)
	require.ErrorContains(t, err, "the manifest says")
}

func TestPromisesAreOneForEachCode(t *testing.T) {
	t.Parallel()
	f := standard(t)
	l := f.ledger(t)
	d := f.draft(t, f.header(0, 1, Code{}), home)
	require.NoError(t, l.Promise(f.promise(t, d.Code(), 0, 1)))
	require.ErrorContains(t, l.Promise(f.promise(t, d.Code(), 0, 1)), "promised before")
	require.ErrorContains(t, l.Promise(f.promise(t, d.Code(), 2, 7)), "promised before")
	signed, err := d.Sign(f.voters[0])
	require.NoError(t, err)
	_, err = l.Cast(f.mustVerify(t, signed))
	require.NoError(t, err)
	require.ErrorContains(t, l.Promise(f.promise(t, d.Code(), 0, 1)), "promised before")
	_, err = l.Cast(f.mustVerify(t, signed))
	require.ErrorIs(t, err, ErrDuplicate)

	b, err := f.SignPromise(f.box, Code{1}, GenerateCredential().Key(), 1, time.Now())
	require.NoError(t, err)
	parsed, errs := f.VerifyPromises(context.Background(), [][]byte{b})
	require.NoError(t, errs[0])
	require.ErrorContains(t, l.Promise(parsed[0]), "not on the roll")
	unverified, err := f.ParsePromise(b)
	require.NoError(t, err)
	require.ErrorContains(t, l.Promise(unverified), "not verified")
	renamed := newFixture(t, 6, func(m *Manifest) { m.Title = "Other" })
	require.ErrorContains(t, l.Promise(renamed.promise(t, Code{2}, 0, 1)), "another election")
}

// A promise for a code that begins like the victim's does not stand in the victim's way.
func TestCodesThatBeginAlikeAreDifferent(t *testing.T) {
	t.Parallel()
	f := standard(t)
	l := f.ledger(t)
	d := f.draft(t, f.header(0, 1, Code{}), home)
	near := d.Code()
	near[31] ^= 1
	far := Code{31: 1}
	copy(far[:16], near[:])
	require.NoError(t, l.Promise(f.promise(t, near, 2, 1)))
	require.NoError(t, l.Promise(f.promise(t, far, 2, 2)))
	require.NoError(t, l.Promise(f.promise(t, d.Code(), 0, 1)))
	signed, err := d.Sign(f.voters[0])
	require.NoError(t, err)
	_, err = l.Cast(f.mustVerify(t, signed))
	require.NoError(t, err)
}

func TestOpenPromisesHaveALimit(t *testing.T) {
	t.Parallel()
	f := standard(t)
	l := f.ledger(t)
	ask := func(d *Draft, k int) error { return l.Promise(f.promise(t, d.Code(), k, d.header.Sequence)) }
	vote, challenge := f.draft(t, f.header(0, 1, Code{}), home), f.draft(t, f.header(0, 2, Code{}), home)
	require.NoError(t, ask(vote, 0))
	require.NoError(t, ask(challenge, 0))
	for i := range 62 {
		require.NoError(t, l.Promise(f.promise(t, Code{1, byte(i)}, 0, 1)))
	}
	more := f.promise(t, Code{2}, 0, 1)
	require.ErrorContains(t, l.Promise(more), "64 promises to this voter are neither cast nor challenged; cast or challenge one")
	require.NoError(t, l.Promise(f.promise(t, Code{3}, 2, 1)), "of one voter, not of all")

	_, err := l.Cast(f.mustVerify(t, f.cast(t, 0, 3, Code{})))
	require.NoError(t, err, "a ballot needs no promise")
	require.ErrorContains(t, l.Promise(more), "64 promises")

	signed, err := vote.Sign(f.voters[0])
	require.NoError(t, err)
	_, err = l.Cast(f.mustVerify(t, signed))
	require.NoError(t, err)
	require.NoError(t, l.Promise(more), "a cast promise is not open")
	_, err = l.Cast(f.mustVerify(t, signed))
	require.ErrorIs(t, err, ErrDuplicate)
	more = f.promise(t, Code{4}, 0, 1)
	require.ErrorContains(t, l.Promise(more), "64 promises", "a duplicate frees nothing")

	o := f.open(t, challenge)
	_, err = o.Rebuild()
	require.NoError(t, err)
	require.NoError(t, l.Challenge(o))
	require.ErrorIs(t, l.Challenge(o), ErrDuplicate)
	require.NoError(t, l.Promise(more), "a challenged promise is not open")
	require.ErrorContains(t, l.Promise(f.promise(t, Code{5}, 0, 1)), "64 promises")
}

// Whoever has the code of another's ballot promised in their own name gains no promise.
func TestPromisesOfOthersBallotsStayWithTheirVoter(t *testing.T) {
	t.Parallel()
	f := standard(t)
	l := f.ledger(t)
	d := f.draft(t, f.header(0, 1, Code{}), home)
	require.NoError(t, l.Promise(f.promise(t, d.Code(), 2, 1)))
	signed, err := d.Sign(f.voters[0])
	require.NoError(t, err)
	_, err = l.Cast(f.mustVerify(t, signed))
	require.NoError(t, err)
	for k := range f.voters {
		i, _ := f.roll.Find(f.voters[k].Key())
		require.Zero(t, l.open[i], k)
	}
}

// A borrowed credential cannot use up all sequence numbers at once.
func TestSequenceNumbersDoNotLeap(t *testing.T) {
	t.Parallel()
	f := standard(t)
	l := f.ledger(t)
	cast := func(sequence uint64) error {
		_, err := l.Cast(f.mustVerify(t, f.cast(t, 0, sequence, Code{})))
		return err
	}
	const refused = "more than 65536 above the voter's highest"
	for _, s := range []uint64{1<<64 - 1, 1<<63 + 7, 65537} {
		require.ErrorContains(t, cast(s), refused)
	}
	require.NoError(t, cast(65536))
	require.ErrorContains(t, cast(2*65536+1), refused+", 65536")
	require.NoError(t, cast(2*65536))
	require.NoError(t, cast(1), "a lower number is no leap")
	require.ErrorContains(t, cast(3*65536+1), refused)
	require.NoError(t, cast(3*65536))
	_, err := l.Cast(f.mustVerify(t, f.cast(t, 2, 1<<17, Code{})))
	require.ErrorContains(t, err, refused+", 0", "each voter's own")
}

// TestLedgerAgainstModel plays random sequences of ballots of one voter, whose
// acceptance does not depend on proofs, against a map.
func TestLedgerAgainstModel(t *testing.T) {
	t.Parallel()
	f := standard(t)
	rapid.Check(t, func(rt *rapid.T) {
		l := f.ledger(t)
		bySequence := map[uint64]int{}
		codes := map[uint64]Code{}
		for step := range rapid.IntRange(1, 30).Draw(rt, "steps") {
			s := rapid.Uint64Range(0, 12).Draw(rt, "sequence")
			var before Code
			for q := range s {
				if c, ok := codes[q]; ok {
					before = c
				}
			}
			b := &Ballot{election: f.Election, paper: f.papers[0], verified: true, code: Code{byte(step), 1},
				header: Header{0, f.voters[0].Key(), s, before}, bytes: make([]byte, f.BallotSize(0))}
			for k := range b.paper.vector.Blocks() * 4 {
				b.bytes[headerSize+32*k] = byte(step + 1)
				b.bytes[headerSize+32*k+1] = byte(k)
			}
			got, err := l.Cast(b)
			if _, taken := bySequence[s]; taken {
				require.ErrorContains(rt, err, "sequence number")
				continue
			}
			require.NoError(rt, err)
			require.Equal(rt, Accepted{len(bySequence), 1, false}, got)
			bySequence[s], codes[s] = got.Index, b.code
			var highest uint64
			for q := range bySequence {
				highest = max(highest, q)
			}
			for q, i := range bySequence {
				require.Equal(rt, q == highest, l.Counts(i))
			}
		}
	})
}

func TestLedgerIsSmall(t *testing.T) {
	const ballots = 200_000
	f := newFixture(t, 1, elevenLists)
	l := f.ledger(t)
	l.top = make([]uint32, ballots)
	l.roll = &Roll{entries: make([]byte, ballots*voterSize)}
	for i := range ballots {
		e := l.roll.entries[i*voterSize:]
		e[0], e[1], e[2] = byte(i>>16), byte(i>>8), byte(i)
		e[voterSize-1] = 1
	}
	blank := make([]byte, f.BallotSize(0))
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for i := range ballots {
		b := &Ballot{election: f.Election, paper: f.papers[0], verified: true, bytes: blank}
		copy(b.header.Credential[:], l.roll.key(i))
		copy(b.code[:], l.roll.key(i))
		copy(blank[headerSize:], l.roll.key(i))
		_, err := l.Cast(b)
		require.NoError(t, err)
	}
	used := heap() - before
	runtime.KeepAlive(l)
	t.Logf("%d bytes per ballot", used/ballots)
	require.Less(t, used, uint64(60<<20))
}
