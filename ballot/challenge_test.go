package ballot

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/proofs"
)

func (f *fixture) open(t testing.TB, d *Draft) *Opening {
	o, err := d.Open()
	require.NoError(t, err)
	o, err = f.ParseOpening(o.Bytes())
	require.NoError(t, err)
	return o
}

func TestChallengedBallotsAreRebuiltByteForByte(t *testing.T) {
	t.Parallel()
	f := standard(t)
	l := f.ledger(t)
	d := f.draft(t, f.header(0, 1, Code{3}), home)
	require.NoError(t, l.Promise(f.promise(t, d.Code(), 0, 1)))
	body, code := d.Body(), d.Code()
	o := f.open(t, d)
	require.Equal(t, code, o.Code)
	require.ErrorContains(t, l.Challenge(o), "not rebuilt")
	require.Equal(t, home, o.Choices())
	rebuilt, err := o.Rebuild()
	require.NoError(t, err)
	require.Equal(t, body, rebuilt)
	require.NoError(t, l.Challenge(o))
	require.ErrorIs(t, l.Challenge(o), ErrDuplicate)
	require.Zero(t, l.Len())

	// The challenge used up neither the sequence number nor the previous ballot.
	got, err := l.Cast(f.mustVerify(t, f.cast(t, 0, 1, Code{})))
	require.NoError(t, err)
	require.False(t, got.Gap)

	// Attack: a challenged ballot is cast all the same.
	_, err = l.Cast(f.mustVerify(t, f.sign(body, f.voters[0])))
	require.ErrorContains(t, err, "challenged before")
}

func TestEveryRuleIsRebuilt(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, allRules)
	choices := Choices{}
	for i, tc := range ruleCases {
		c := f.Manifest.Contests[i]
		eachVote(c.Outputs(), func(v []uint64) {
			if tc.legal(v) {
				choices[c.ID] = tc.choice(c, v)
			}
		})
	}
	d := f.draft(t, f.header(0, 1, Code{}), choices)
	body := d.Body()
	rebuilt, err := f.open(t, d).Rebuild()
	require.NoError(t, err)
	require.Equal(t, body, rebuilt)
}

func TestLedgerRefusesChallenges(t *testing.T) {
	t.Parallel()
	f := standard(t)
	l := f.ledger(t)
	promised := func(k int, sequence uint64) *Draft {
		h := f.header(k, sequence, Code{})
		d := f.draft(t, h, choicesOf(h.Style))
		require.NoError(t, l.Promise(f.promise(t, d.Code(), k, sequence)))
		return d
	}

	require.ErrorContains(t, l.Challenge(f.open(t, f.draft(t, f.header(0, 1, Code{}), home))), "not promised")

	d := promised(0, 1)
	wrong := d.seed
	o := f.open(t, d)
	wrong[0] ^= 1
	notRebuilt := func(o *Opening) {
		t.Helper()
		_, err := o.Rebuild()
		require.ErrorContains(t, err, "another ballot")
		require.ErrorContains(t, l.Challenge(o), "not rebuilt")
	}
	lie := *o
	lie.seed = wrong
	notRebuilt(&lie)
	lie = *o
	lie.votes, _ = f.papers[0].encode(Choices{"lists": {Selected: []string{"red"}}, "chair": home["chair"]})
	notRebuilt(&lie)
	lie = *o
	lie.Previous[0] ^= 1
	notRebuilt(&lie)
	_, err := o.Rebuild()
	require.NoError(t, err)
	lie = *o
	lie.Previous[0] ^= 1
	require.ErrorContains(t, l.Challenge(&lie), "not rebuilt", "changed after it was rebuilt")
	lie = *o
	lie.Sequence++
	require.ErrorContains(t, l.Challenge(&lie), "another credential or sequence")
	lie = *o
	lie.Credential = f.voters[2].Key()
	require.ErrorContains(t, l.Challenge(&lie), "another credential or sequence")
	require.NoError(t, l.Challenge(o), "what was refused changed nothing")

	d = promised(0, 2)
	late := &Opening{Header: d.header, Code: d.code, election: f.Election, seed: d.seed, votes: d.votes.clone()}
	signed, err := d.Sign(f.voters[0])
	require.NoError(t, err)
	_, err = l.Cast(f.mustVerify(t, signed))
	require.NoError(t, err)
	require.ErrorContains(t, l.Challenge(late), "was cast")

	renamed := newFixture(t, 6, func(m *Manifest) { m.Title = "Other" })
	require.ErrorContains(t, l.Challenge(renamed.open(t, renamed.draft(t, renamed.header(0, 9, Code{}), home))), "another election")
}

func TestDraftsAreDecidedOnce(t *testing.T) {
	t.Parallel()
	f := standard(t)
	d := f.draft(t, f.header(0, 1, Code{}), home)
	_, err := d.Sign(f.voters[2])
	require.ErrorContains(t, err, "not the one that the ballot names")
	_, err = d.Sign(f.voters[0])
	require.NoError(t, err)
	require.Zero(t, d.seed, "a kept seed is a receipt")
	require.NotContains(t, d.votes.bits, byte(1))
	_, err = d.Sign(f.voters[0])
	require.ErrorIs(t, err, errDecided)
	_, err = d.Open()
	require.ErrorIs(t, err, errDecided)

	d = f.draft(t, f.header(0, 1, Code{}), home)
	_, err = d.Open()
	require.NoError(t, err)
	_, err = d.Sign(f.voters[0])
	require.ErrorIs(t, err, errDecided)
}

func TestOpeningsAreCanonical(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, func(m *Manifest) {
		m.Styles = nil
		m.Contests[0].Rule, m.Contests[0].Seats = Rule{Type: Score, Max: num(2)}, nil // weights 1, 1
	})
	choices := Choices{"lists": {Scores: map[string]uint64{"red": 1}}, "chair": home["chair"]}
	d := f.draft(t, f.header(0, 1, Code{}), choices)
	good := f.open(t, d).Bytes()
	require.Len(t, good, headerSize+32+32+1) // 4 + 4 bits
	bits := len(good) - 1
	require.Equal(t, byte(0b0101_0010), good[bits])
	for name, edit := range map[string]func(b []byte) []byte{
		"version":           func(b []byte) []byte { b[0]++; return b },
		"style":             func(b []byte) []byte { b[2]++; return b },
		"lesser weight":     func(b []byte) []byte { b[bits] = 0b0101_0001; return b },
		"illegal choice":    func(b []byte) []byte { b[bits] = 0b1111_0010; return b },
		"unused bits":       func(b []byte) []byte { return append(b, 0) },
		"truncated":         func(b []byte) []byte { return b[:bits] },
		"header only":       func(b []byte) []byte { return b[:headerSize] },
		"part of a header":  func(b []byte) []byte { return b[:2] },
		"nothing":           func([]byte) []byte { return nil },
		"two of them":       func(b []byte) []byte { return append(b, b...) },
		"no choice at all":  func(b []byte) []byte { b[bits] = 0; return b },
		"slack without sum": func(b []byte) []byte { b[bits] ^= 0x80; return b },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.ParseOpening(edit(slices.Clone(good)))
			require.ErrorContains(t, err, "opening: at byte")
		})
	}
	for at := headerSize - 1; at < bits; at++ { // code, seed and the header's end are free
		bad := slices.Clone(good)
		bad[at] ^= 1
		o, err := f.ParseOpening(bad)
		require.NoError(t, err)
		if at%16 == 0 {
			_, err = o.Rebuild()
			require.Error(t, err)
		}
	}
}

func TestSpareBitsOfAnOpeningAreZero(t *testing.T) {
	t.Parallel()
	f := standard(t)
	good := f.open(t, f.draft(t, f.header(1, 1, Code{}), abroad)).Bytes() // 3 bits
	for spare := 3; spare < 8; spare++ {
		bad := slices.Clone(good)
		bad[len(bad)-1] |= 1 << spare
		_, err := f.ParseOpening(bad)
		require.ErrorContains(t, err, "canonically")
	}
}

func TestPromises(t *testing.T) {
	t.Parallel()
	f := standard(t)
	at := time.Date(2024, 5, 25, 12, 0, 0, 999, time.UTC)
	b, err := f.SignPromise(f.box, Code{1, 31: 2}, f.voters[3].Key(), 42, at)
	require.NoError(t, err)
	require.Len(t, b, promiseSize)
	p, err := f.ParsePromise(b)
	require.NoError(t, err)
	require.NoError(t, proofs.Check(nil, p.Verify))
	require.Equal(t, b, p.Bytes())
	require.Equal(t, Code{1, 31: 2}, p.Code())
	require.Equal(t, f.voters[3].Key(), p.Credential())
	require.Equal(t, uint64(42), p.Sequence())
	require.Equal(t, at.Truncate(time.Second), p.Time())

	var bad [][]byte
	flipped(b, 1, func(_ int, c []byte) { bad = append(bad, c) })
	bad = append(bad, nil, b[:len(b)-1], append(slices.Clone(b), 0), append(slices.Clone(b[:promiseSize-32]), scalarPlusOrder(b[promiseSize-32:])...))
	parsed, errs := f.VerifyPromises(context.Background(), append(bad, b))
	for i := range bad {
		require.Error(t, errs[i], i)
		require.Nil(t, parsed[i])
	}
	require.NoError(t, errs[len(bad)])

	renamed := newFixture(t, 6, func(m *Manifest) { m.Title = "Other" })
	_, errs = renamed.VerifyPromises(context.Background(), [][]byte{b})
	require.ErrorIs(t, errs[0], proofs.ErrProof)
}

func TestSignPromiseRefuses(t *testing.T) {
	t.Parallel()
	f := standard(t)
	_, err := f.SignPromise(secretKey(5), Code{}, f.voters[0].Key(), 1, time.Now())
	require.ErrorContains(t, err, "not the box's key")
	_, err = f.SignPromise(f.box, Code{}, f.voters[0].Key(), 1, time.Time{})
	require.ErrorContains(t, err, "before 1970")
	_, err = f.SignPromise(f.box, Code{}, f.voters[0].Key(), 1, time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC))
	require.ErrorContains(t, err, "after 9999")
}

// The voter's device accepts a promise for its own draft only.
func TestDraftChecksItsPromise(t *testing.T) {
	t.Parallel()
	f := standard(t)
	d := f.draft(t, f.header(0, 2, Code{}), home)
	make := func(box *proofs.SigningKey, code Code, k int, sequence uint64) []byte {
		signed := f.promise(t, code, k, sequence).Bytes()[:promiseSize-64]
		return append(signed, box.Sign("ballot-promise", f.Fingerprint, signed)...)
	}
	require.NoError(t, d.CheckPromise(make(f.box, d.Code(), 0, 2)))
	require.ErrorContains(t, d.CheckPromise(make(f.box, Code{1}, 0, 2)), "another ballot")
	require.ErrorContains(t, d.CheckPromise(make(f.box, d.Code(), 2, 2)), "another ballot")
	require.ErrorContains(t, d.CheckPromise(make(f.box, d.Code(), 0, 1)), "another ballot")
	require.ErrorContains(t, d.CheckPromise(make(secretKey(302), d.Code(), 0, 2)), "not signed by the box")
	require.Error(t, d.CheckPromise(nil))
}

func FuzzParsePromise(f *testing.F) {
	e := standard(f)
	f.Add(e.promise(f, Code{1}, 0, 1).Bytes())
	f.Add([]byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := e.ParsePromise(b)
		if err != nil {
			return
		}
		require.Equal(t, b, p.Bytes())
		require.True(t, p.Time().Year() < 10_000)
		_ = p.Verify(new(proofs.Claim))
	})
}

func FuzzParseOpening(f *testing.F) {
	e := mixed(f)
	for k := range 3 {
		f.Add(e.open(f, e.draft(f, e.header(k, 1, Code{}), mixtureChoices[k])).Bytes())
	}
	f.Add([]byte{1, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := e.ParseOpening(b)
		if err != nil {
			return
		}
		require.Equal(t, b, o.Bytes())
		_, err = e.papers[o.Style].encode(o.Choices())
		require.NoError(t, err)
	})
}
