package ballot

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// fixture is an election whose secret key the test knows.
type fixture struct {
	*Election
	x    []group.Scalar
	roll *Roll
	// voter k has style k mod the number of styles and weight 1 + k, or 1 if a contest is
	// mixed.
	voters []*Credential
	box    *proofs.SigningKey
}

func secretKey(x uint64) *proofs.SigningKey {
	key, err := proofs.ParseSigningKey(group.NewScalar().SetUint64(x).Bytes())
	if err != nil {
		panic(err)
	}
	return key
}

// newFixture makes the election of draftManifest after edit, with the given number of
// voters.
func newFixture(t testing.TB, voters int, edit func(m *Manifest)) *fixture {
	draft := draftManifest()
	edit(draft)
	f := &fixture{box: secretKey(301)}
	var list []Voter
	for k := range voters {
		c := &Credential{secretKey(uint64(1000 + k))}
		f.voters = append(f.voters, c)
		weight := uint32(1 + k)
		if slices.ContainsFunc(draft.Contests, (*Contest).Mixed) {
			weight = 1
		}
		list = append(list, Voter{c.Key(), k % max(1, len(draft.Styles)), weight})
	}
	var err error
	f.roll, err = NewRoll(list)
	require.NoError(t, err)
	hash := f.roll.Hash()
	draft.Roll = RollID{Hash: hex.EncodeToString(hash[:]), Voters: voters}
	m, err := ParseManifest(encodeManifest(t, draft))
	require.NoError(t, err)
	f.Election, f.x = newElection(t, m, [32]byte{1})
	return f
}

func newElection(t testing.TB, m *Manifest, ceremony [32]byte) (*Election, []group.Scalar) {
	x := make([]group.Scalar, m.Width)
	keys := make([]group.Element, m.Width)
	for l := range x {
		x[l].SetUint64(uint64(7001 + 13*l*l))
		keys[l].ScalarBaseMult(&x[l])
	}
	key, err := elgamal.NewPublicKey(keys)
	require.NoError(t, err)
	e, err := NewElection(m, ceremony, key)
	require.NoError(t, err)
	return e, x
}

// standard is the election of draftManifest as it is.
func standard(t testing.TB) *fixture { return newFixture(t, 6, func(*Manifest) {}) }

// home is a choice for style 0 of draftManifest, abroad one for style 1.
var (
	home   = Choices{"lists": {Selected: []string{"blue"}}, "chair": {Selected: []string{"ann", "cy"}}}
	abroad = Choices{"lists": {Blank: true}}
)

func choicesOf(style int) Choices { return []Choices{home, abroad}[style] }

// header is voter k's header for a ballot.
func (f *fixture) header(k int, sequence uint64, previous Code) Header {
	return Header{k % len(f.papers), f.voters[k].Key(), sequence, previous}
}

func (f *fixture) draft(t testing.TB, h Header, choices Choices) *Draft {
	d, err := f.Build(h, choices, GenerateSeed())
	require.NoError(t, err)
	return d
}

// cast returns a signed ballot of voter k.
func (f *fixture) cast(t testing.TB, k int, sequence uint64, previous Code) []byte {
	h := f.header(k, sequence, previous)
	b, err := f.draft(t, h, choicesOf(h.Style)).Sign(f.voters[k])
	require.NoError(t, err)
	return b
}

// verify verifies one ballot.
func (e *Election) verify(signed []byte) (*Ballot, error) {
	parsed, errs := e.VerifyBallots(context.Background(), [][]byte{signed})
	return parsed[0], errs[0]
}

func (f *fixture) mustVerify(t testing.TB, signed []byte) *Ballot {
	b, err := f.verify(signed)
	require.NoError(t, err)
	return b
}

func (f *fixture) promise(t testing.TB, code Code, k int, sequence uint64) *Promise {
	b, err := f.SignPromise(f.box, code, f.voters[k].Key(), sequence, time.Unix(1_700_000_000, 0))
	require.NoError(t, err)
	parsed, errs := f.VerifyPromises(context.Background(), [][]byte{b})
	require.NoError(t, errs[0])
	return parsed[0]
}

// plaintexts decrypts the k-th contest of a ballot.
func (f *fixture) plaintexts(b *Ballot, k int) []group.Element {
	A, B := b.Points(k)
	m := make([]group.Element, len(B))
	for i := range B {
		m[i].ScalarMult(&f.x[i%len(f.x)], A[i/len(f.x)].Element())
		m[i].Sub(B[i].Element(), &m[i])
	}
	return m
}

// decrypt returns the votes of every contest, none of which is mixed.
func (f *fixture) decrypt(t testing.TB, b *Ballot) [][]uint64 {
	var out [][]uint64
	for k := range b.Contests() {
		plain := f.plaintexts(b, k)
		votes := make([]uint64, len(plain))
		for i := range plain {
			m := &plain[i]
			for want := group.NewElement(); !m.Equal(want); votes[i]++ {
				require.Less(t, votes[i], uint64(10_000), "no small logarithm")
				want.Add(want, group.Generator())
			}
		}
		out = append(out, votes)
	}
	return out
}

// allRules edits a manifest to have a contest for each of ruleCases, in one style.
func allRules(m *Manifest) {
	m.Contests, m.Styles = nil, nil
	for i, tc := range ruleCases {
		c, err := makeContest(tc.rule, tc.options, tc.lists...)
		if err != nil {
			panic(err)
		}
		c.ID = fmt.Sprintf("c%d", i)
		m.Contests = append(m.Contests, c)
	}
}

// flipped calls f for a copy of b with one byte changed, for every byte in steps.
func flipped(b []byte, step int, f func(i int, bad []byte)) {
	for i := 0; i < len(b); i += step {
		bad := slices.Clone(b)
		bad[i] ^= 1 << (i % 8)
		f(i, bad)
	}
}
