package ballot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/proofs"
)

func TestEveryRuleMakesItsRoundTrip(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, allRules)
	choices, want := Choices{}, [][]uint64{}
	for i, tc := range ruleCases {
		c := f.Manifest.Contests[i]
		var vote []uint64 // the last legal one
		eachVote(c.Outputs(), func(v []uint64) {
			if tc.legal(v) {
				vote = slices.Clone(v)
			}
		})
		choices[c.ID] = tc.choice(c, vote)
		want = append(want, vote)
	}
	d := f.draft(t, f.header(0, 1, Code{}), choices)
	signed, err := d.Sign(f.voters[0])
	require.NoError(t, err)
	require.Len(t, signed, f.BallotSize(0))
	b := f.mustVerify(t, signed)
	require.Equal(t, want, f.decrypt(t, b))
	require.Equal(t, d.Code(), b.Code())
	require.Equal(t, d.Header(), b.Header())
	require.Equal(t, signed, b.Bytes())
}

func TestBallotTellsItsHeader(t *testing.T) {
	t.Parallel()
	f := standard(t)
	b := f.mustVerify(t, f.cast(t, 1, 1<<63+5, Code{9}))
	require.Equal(t, 1, b.Style())
	require.Equal(t, f.voters[1].Key(), b.Credential())
	require.Equal(t, uint64(1<<63+5), b.Sequence())
	require.Equal(t, Code{9}, b.Previous())
	require.Equal(t, f.Manifest.StyleContests(1), b.Contests())
	require.Equal(t, [][]uint64{{0, 0, 1}}, f.decrypt(t, b))
}

func TestBallotOfElevenListsIsSmall(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, elevenLists)
	signed, err := f.draft(t, f.header(0, 1, Code{}), Choices{"lists": {Selected: []string{"l3"}}}).Sign(f.voters[0])
	require.NoError(t, err)
	require.Len(t, signed, 1131)
	f.mustVerify(t, signed)
}

// elevenLists edits a manifest to one contest, one of eleven, at the default width.
func elevenLists(m *Manifest) {
	m.Width = 16
	m.Styles = nil
	c := &Contest{ID: "lists", Title: "Lists", Rule: Rule{Type: OneOfN}}
	for i := range 11 {
		c.Options = append(c.Options, Option{ID: fmt.Sprint("l", i), Name: "List"})
	}
	m.Contests = []*Contest{c}
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	f := standard(t)
	h := f.header(0, 1, Code{})
	for _, tc := range []struct {
		name    string
		style   int
		choices Choices
		says    string
	}{
		{"no such style", 2, home, "style 2"},
		{"negative style", -1, home, "style -1"},
		{"contest left out", 0, Choices{"lists": home["lists"]}, `contest "chair": no choice made`},
		{"contest of another style", 1, home, "not on this ballot"},
		{"illegal choice", 0, Choices{"lists": home["lists"], "chair": {}}, `contest "chair": 0 options`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h, seed := h, GenerateSeed()
			h.Style = tc.style
			_, err := f.Build(h, tc.choices, seed)
			require.ErrorContains(t, err, tc.says)
			h.Style = 0
			_, err = f.Build(h, home, seed)
			require.NoError(t, err, "a refused build does not use up the seed")
		})
	}
}

func TestEveryByteOfABallotMatters(t *testing.T) {
	t.Parallel()
	f := standard(t)
	good := f.cast(t, 1, 1, Code{})
	var bad [][]byte
	flipped(good, 1, func(_ int, b []byte) { bad = append(bad, b) })
	parsed, errs := f.VerifyBallots(context.Background(), append(bad, good))
	for i := range bad {
		require.Error(t, errs[i], "byte %d", i)
		require.Nil(t, parsed[i])
	}
	require.NoError(t, errs[len(bad)])
	require.NotNil(t, parsed[len(bad)])
}

func TestBallotsOfOtherLengthsAreRefused(t *testing.T) {
	t.Parallel()
	f := standard(t)
	good := f.cast(t, 0, 1, Code{})
	for _, b := range [][]byte{nil, {}, {1}, good[:2], good[:headerSize], good[:headerSize+32], good[:len(good)-64], good[:len(good)-1],
		append(slices.Clone(good), 0), append(slices.Clone(good), good...), bytes.Repeat(good, 100)} {
		_, err := f.ParseBallot(b)
		require.ErrorContains(t, err, "ballot: at byte", len(b))
	}
}

// scalarPlusOrder is another encoding of the same scalar.
func scalarPlusOrder(s []byte) []byte {
	q, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	le := slices.Clone(s)
	slices.Reverse(le)
	sum := q.Add(q, new(big.Int).SetBytes(le)).FillBytes(make([]byte, 32))
	slices.Reverse(sum)
	return sum
}

func TestOtherEncodingsAreRefused(t *testing.T) {
	t.Parallel()
	f := standard(t)
	good := f.cast(t, 0, 1, Code{})
	p := f.papers[0]
	scalars := headerSize + p.vector.CiphertextSize() + 3*32
	for at := scalars; at < len(good); at += 32 {
		if at == len(good)-64 { // R of the signature
			continue
		}
		bad := slices.Clone(good)
		copy(bad[at:], scalarPlusOrder(good[at:at+32]))
		_, err := f.verify(bad)
		require.Error(t, err, "scalar at byte %d", at)
	}
	for at := headerSize; at < scalars; at += 32 {
		for _, enc := range [][]byte{
			bytes.Repeat([]byte{0xff}, 32),
			append(append([]byte{0xed}, bytes.Repeat([]byte{0xff}, 30)...), 0x7f), // p, zero again
			append(good[at:at+31:at+31], good[at+31]|0x80),
			append([]byte{good[at] | 1}, good[at+1:at+32]...), // negative
		} {
			bad := slices.Clone(good)
			copy(bad[at:], enc)
			_, err := f.verify(bad)
			require.Error(t, err, "element at byte %d", at)
		}
	}
}

func TestPartsThatAreTheIdentityOrRepeatedAreRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 2, func(m *Manifest) { m.Width = 2 })
	good := f.cast(t, 0, 1, Code{})
	p := f.papers[0]
	require.Len(t, p.spans, 2)
	first, second := p.spans[0], p.spans[1]
	require.Equal(t, 2, first.b-first.a)
	at := func(element int) int { return headerSize + 32*element }
	for name, pair := range map[string][2]int{
		"in one contest": {first.a, first.a + 1}, "across contests": {first.a, second.a},
	} {
		bad := slices.Clone(good)
		copy(bad[at(pair[1]):][:32], good[at(pair[0]):])
		_, err := f.ParseBallot(bad)
		require.ErrorContains(t, err, "occurs twice", name)
	}
	bad := slices.Clone(good)
	for _, again := range []int{first.b, second.a} { // a B in between is no excuse
		copy(bad[at(again):][:32], good[at(first.a):])
	}
	_, err := f.ParseBallot(bad)
	require.ErrorContains(t, err, "occurs twice")
	for _, a := range []int{first.a, first.a + 1, second.a} {
		bad := slices.Clone(good)
		clear(bad[at(a):][:32])
		_, err := f.ParseBallot(bad)
		require.ErrorContains(t, err, "identity", a)
	}
	bad = slices.Clone(good)
	clear(bad[at(first.b):][:32]) // a B may be the identity, but this one is a lie
	_, err = f.ParseBallot(bad)
	require.NoError(t, err)
	_, err = f.verify(bad)
	require.ErrorIs(t, err, proofs.ErrProof)
}

func TestBallotsAreBoundToTheirElection(t *testing.T) {
	t.Parallel()
	f := standard(t)
	good := f.cast(t, 0, 1, Code{})
	renamed := newFixture(t, 6, func(m *Manifest) { m.Title = "Council" })
	_, err := renamed.verify(good)
	require.ErrorIs(t, err, proofs.ErrProof)

	repeated, _ := newElection(t, f.Manifest, [32]byte{2})
	require.NotEqual(t, f.Fingerprint, repeated.Fingerprint)
	_, err = repeated.verify(good)
	require.ErrorIs(t, err, proofs.ErrProof)

	again, _ := newElection(t, f.Manifest, [32]byte{1})
	require.Equal(t, f.Fingerprint, again.Fingerprint)
	_, err = again.verify(good)
	require.NoError(t, err)
}

func TestElectionKeyMustHaveTheWidthOfTheManifest(t *testing.T) {
	t.Parallel()
	f := standard(t)
	wide := newFixture(t, 6, func(m *Manifest) { m.Width = 5 })
	_, err := NewElection(f.Manifest, [32]byte{}, wide.Keys)
	require.ErrorContains(t, err, "width 5, the manifest says 4")
}

func TestBatchesNameTheFalseBallots(t *testing.T) {
	t.Parallel()
	f := standard(t)
	var batch [][]byte
	for k := range 6 {
		batch = append(batch, f.cast(t, k, 1, Code{}))
	}
	batch[1] = batch[1][:100]
	batch[2][len(batch[2])-65] ^= 1 // z_b
	batch[4][len(batch[4])-1] ^= 8  // s of the signature
	parsed, errs := f.VerifyBallots(context.Background(), batch)
	for k := range 6 {
		good := k == 0 || k == 3 || k == 5
		require.Equal(t, good, errs[k] == nil, k)
		require.Equal(t, good, parsed[k] != nil, k)
	}
	require.ErrorIs(t, errs[2], proofs.ErrProof)
	require.ErrorIs(t, errs[4], proofs.ErrProof)

	parsed, errs = f.VerifyBallots(context.Background(), nil)
	require.Empty(t, parsed)
	require.Empty(t, errs)
}

func TestCancelledVerificationVerifiesNothing(t *testing.T) {
	t.Parallel()
	f := standard(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	parsed, errs := f.VerifyBallots(ctx, [][]byte{f.cast(t, 0, 1, Code{}), nil})
	require.Equal(t, []*Ballot{nil, nil}, parsed)
	require.Equal(t, []error{context.Canceled, context.Canceled}, errs)
}

func TestChoicesHaveAJSONForm(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(home)
	require.NoError(t, err)
	var back Choices
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, home, back)
}

func TestTrackingCodesHaveOneText(t *testing.T) {
	t.Parallel()
	c := Code{0xff, 1, 2, 31: 3}
	s := c.String()
	require.Equal(t, "74aq-eaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aabq", s)
	back, err := ParseCode(s)
	require.NoError(t, err)
	require.Equal(t, c, back)
	for _, bad := range []string{"", s[1:], s + "a", s + "-", " " + s, s + "\n", "7" + s[2:4] + s[5:],
		s[:len(s)-1] + "r", // bits that stand for nothing
		s[:4] + s[5:],      // a group joined to the next
		"-" + s, "7-4aq" + s[4:], "74AQ" + s[4:], "74a1" + s[4:], s + "=", s[:5] + "\n" + s[5:]} {
		_, err := ParseCode(bad)
		require.ErrorContains(t, err, "13 groups", "%q", bad)
	}
}

func FuzzParseBallot(f *testing.F) {
	e := mixed(f)
	for k := range 3 {
		f.Add(e.castMixed(f, k))
	}
	f.Add(e.castMixed(f, 2)[:75])
	f.Fuzz(func(t *testing.T, b []byte) {
		parsed, err := e.ParseBallot(b)
		if err != nil {
			return
		}
		require.Equal(t, b, parsed.Bytes())
		var c proofs.Claim
		_ = parsed.Verify(&c) // must not panic
		for k := range parsed.Contests() {
			encoded, points := parsed.Row(k)
			require.Len(t, encoded, 32*len(points))
		}
		require.Len(t, b, e.BallotSize(parsed.Style()))
	})
}
