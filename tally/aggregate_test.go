package tally

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"veche.example/ballot"
	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/elgamal/threshold"
	"veche.example/proofs"
)

// fixture is an election of three trustees, two of whom decrypt.
type fixture struct {
	*ballot.Election
	keys     *threshold.Keys
	trustees []*threshold.Trustee
	ids      []*proofs.SigningKey
	mixers   []*proofs.SigningKey // two, if a contest is mixed
	voters   []*ballot.Credential
}

func number(i int) *int { return &i }

func options(ids ...string) (out []ballot.Option) {
	for _, id := range ids {
		out = append(out, ballot.Option{ID: id, Name: "The " + id})
	}
	return out
}

// announce returns a manifest with these contests and voters, whose keys it makes, and
// fills in who the parties are.
func (f *fixture) announce(t testing.TB, contests []*ballot.Contest, styles []ballot.Style, voters []ballot.Voter) *ballot.Manifest {
	m := &ballot.Manifest{Version: ballot.Version, ID: "e", Title: "Election", Width: 2, Threshold: 2, Contests: contests, Styles: styles}
	f.ids, m.Trustees = signers(3)
	if slices.ContainsFunc(contests, func(c *ballot.Contest) bool { return c.Rule.Type == ballot.Ranked || c.Rule.Type == ballot.OneOfMany }) {
		f.mixers, m.Mixers = signers(2)
		m.Mixes = 2
	}
	m.Box.Key = proofs.GenerateSigningKey().Public().String()
	m.Box.Log = "veche.example/tea-or-coffee+1299aa86+AUgM99HcJCbjY1vZTzJV9rbkcE2Sm1w0PPjJRnUuf0+M" // as in docs/spec/manifest.md
	for i := range voters {
		c := ballot.GenerateCredential()
		f.voters, voters[i].Key = append(f.voters, c), c.Key()
	}
	roll, err := ballot.NewRoll(voters)
	require.NoError(t, err)
	m.Roll = ballot.RollID{Hash: fmt.Sprintf("%x", roll.Hash()), Voters: len(voters)}
	text, err := json.Marshal(m)
	require.NoError(t, err)
	parsed, err := ballot.ParseManifest(text)
	require.NoError(t, err)
	require.NoError(t, parsed.CheckRoll(roll))
	return parsed
}

func newFixture(t testing.TB, contests []*ballot.Contest, styles []ballot.Style, voters []ballot.Voter) *fixture {
	f := new(fixture)
	m := f.announce(t, contests, styles, voters)
	ceremony := &threshold.Ceremony{Session: [32]byte{1}, Width: m.Width, Threshold: m.Threshold, Trustees: m.TrusteeKeys()}
	var err error
	f.trustees, _, err = ceremony.RunLocally(f.ids)
	require.NoError(t, err)
	f.keys = f.trustees[0].Keys()
	f.Election, err = ballot.NewElection(m, f.keys.Digest(), f.keys.Election)
	require.NoError(t, err)
	return f
}

// oneContest is ofContests for one.
func oneContest(t testing.TB, c *ballot.Contest, ballots int) *Aggregate {
	return ofContests(t, ballots, c)
}

// ofContests returns an aggregate of so many ballots of weight 2 in every contest, under
// a key that nobody made.
func ofContests(t testing.TB, ballots int, contests ...*ballot.Contest) *Aggregate {
	m := new(fixture).announce(t, contests, nil, []ballot.Voter{{Weight: 2}})
	key, err := elgamal.NewPublicKey([]group.Element{uniform("x"), uniform("y")})
	require.NoError(t, err)
	e, err := ballot.NewElection(m, [32]byte{}, key)
	require.NoError(t, err)
	a := NewAggregate(e)
	for k := range a.sums {
		a.sums[k].ballots, a.sums[k].weight = uint64(ballots), 2*uint64(ballots)
	}
	return a
}

// uniform is an element that carries nothing.
func uniform(seed string) group.Element {
	e := group.HashToElement("test", []byte(seed))
	if _, ok := e.Payload(); ok {
		panic("choose another seed")
	}
	return *e
}

func signers(n int) (ids []*proofs.SigningKey, parties []ballot.Party) {
	for i := range n {
		ids = append(ids, proofs.GenerateSigningKey())
		parties = append(parties, ballot.Party{ID: fmt.Sprint("p", i), Name: "P", Key: ids[i].Public().String()})
	}
	return ids, parties
}

// cast returns the verified ballot of voter k.
func (f *fixture) cast(t testing.TB, k, style int, choices ballot.Choices) *ballot.Ballot {
	d, err := f.Build(ballot.Header{Style: style, Credential: f.voters[k].Key(), Sequence: 1}, choices, ballot.GenerateSeed())
	require.NoError(t, err)
	signed, err := d.Sign(f.voters[k])
	require.NoError(t, err)
	parsed, errs := f.VerifyBallots(context.Background(), [][]byte{signed})
	require.NoError(t, errs[0])
	return parsed[0]
}

// decrypt has the trustees, who forget that they do, sign, and those with the given
// indices, from 1, decrypt.
func (f *fixture) decrypt(t testing.TB, d *threshold.Decryption, who ...int) [][]byte {
	signatures, shares := make([][]byte, 3), make([][]byte, 3)
	trustees := make([]*threshold.Trustee, 3)
	for i := range trustees {
		trustees[i] = new(threshold.Trustee)
		reflect.ValueOf(trustees[i]).Elem().Set(reflect.ValueOf(f.trustees[i]).Elem())
	}
	for i, trustee := range trustees {
		var err error
		signatures[i], err = trustee.Sign(d)
		require.NoError(t, err)
	}
	for _, j := range who {
		var err error
		shares[j-1], err = trustees[j-1].Decrypt(context.Background(), d, signatures, nil)
		require.NoError(t, err)
	}
	return shares
}

// right returns the shares, all of which are right.
func right(t testing.TB, d *threshold.Decryption, published [][]byte) []*threshold.Share {
	shares, err := d.VerifyShares(published)
	require.NoError(t, err)
	return shares
}

// standard has lists for style 0 and 1, and scores for style 0 alone.
var standard = sync.OnceValue(func() *fixture {
	return newFixture(&testing.B{}, []*ballot.Contest{
		{ID: "lists", Title: "Lists", Options: options("a", "b", "c"), Rule: ballot.Rule{Type: ballot.OneOfN, Blank: true}},
		{ID: "scores", Title: "Scores", Options: options("x", "y"), Rule: ballot.Rule{Type: ballot.Score, Max: number(9)}},
	}, []ballot.Style{{ID: "both", Contests: []string{"scores", "lists"}}, {ID: "one", Contests: []string{"lists"}}},
		[]ballot.Voter{{Style: 0, Weight: 3}, {Style: 1, Weight: 1 << 20}, {Style: 0, Weight: 1}, {Style: 1, Weight: 2}})
})

func both(list string, x, y uint64) ballot.Choices {
	return ballot.Choices{"lists": {Selected: []string{list}}, "scores": {Scores: map[string]uint64{"x": x, "y": y}}}
}

// The sum is the weighted sum of the ciphertexts, contest by contest, as computed
// with the operations of package elgamal one by one.
func TestAddIsTheWeightedSum(t *testing.T) {
	t.Parallel()
	f := standard()
	b0 := f.cast(t, 0, 0, both("a", 9, 2))
	b1 := f.cast(t, 1, 1, ballot.Choices{"lists": {Blank: true}})
	b2 := f.cast(t, 2, 0, both("c", 0, 7))
	a := NewAggregate(f.Election)
	a.Add(b0, 3)
	a.Add(b1, 1<<20)
	a.Add(b2, 1)
	require.EqualValues(t, 3, a.sums[0].ballots)
	require.EqualValues(t, 2, a.sums[1].ballots)

	// On the ballots of style 0 the scores come first.
	require.True(t, equal(sum(f, 4, part{b0, 1, 3}, part{b1, 0, 1 << 20}, part{b2, 1, 1}), a.sums[0].ciphertext))
	require.True(t, equal(sum(f, 2, part{b0, 0, 3}, part{b2, 0, 1}), a.sums[1].ciphertext))
	require.False(t, equal(sum(f, 2, part{b0, 0, 1}, part{b2, 0, 1}), a.sums[1].ciphertext))
	require.EqualValues(t, 3+1<<20+1, a.sums[0].weight)
	require.EqualValues(t, 4, a.sums[1].weight)
}

type part struct {
	ballot   *ballot.Ballot
	contest  int // on the ballot
	multiple int
}

// sum adds n components up the slow way.
func sum(f *fixture, n int, parts ...part) *elgamal.Ciphertext {
	c := elgamal.NewCiphertext(n, f.Keys.Width())
	for _, p := range parts {
		A, B := p.ballot.Points(p.contest)
		s := group.NewScalar().SetUint64(uint64(p.multiple))
		for i := range A {
			c.A[i].Add(&c.A[i], group.NewElement().ScalarMult(s, A[i].Element()))
		}
		for i := range B {
			c.B[i].Add(&c.B[i], group.NewElement().ScalarMult(s, B[i].Element()))
		}
	}
	return c
}

func equal(a, b *elgamal.Ciphertext) bool {
	return same(a.A, b.A) && same(a.B, b.B)
}

func same(a, b []group.Element) bool {
	for i := range a {
		if !a[i].Equal(&b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}

func TestSubTakesBack(t *testing.T) {
	t.Parallel()
	f := standard()
	ballots := []*ballot.Ballot{f.cast(t, 0, 0, both("a", 9, 2)), f.cast(t, 2, 0, both("b", 1, 1)), f.cast(t, 3, 1, ballot.Choices{"lists": {Blank: true}})}
	rapid.Check(t, func(t *rapid.T) {
		all, kept, gone := NewAggregate(f.Election), NewAggregate(f.Election), NewAggregate(f.Election)
		for range rapid.IntRange(0, 8).Draw(t, "ballots") {
			b := rapid.SampledFrom(ballots).Draw(t, "ballot")
			weight := rapid.Uint32Range(1, math.MaxUint32).Draw(t, "weight")
			all.Add(b, weight)
			if rapid.Bool().Draw(t, "gone") {
				gone.Add(b, weight)
			} else {
				kept.Add(b, weight)
			}
		}
		all.Sub(gone)
		for k := range all.sums {
			require.True(t, equal(kept.sums[k].ciphertext, all.sums[k].ciphertext))
			require.Equal(t, kept.sums[k].ballots, all.sums[k].ballots)
			require.Equal(t, kept.sums[k].weight, all.sums[k].weight)
		}
	})
}

// Any two trustees, and all three, find the same totals.
func TestTotalsWithAnyQuorum(t *testing.T) {
	t.Parallel()
	f := standard()
	a := NewAggregate(f.Election)
	a.Add(f.cast(t, 0, 0, both("a", 9, 2)), 3)
	a.Add(f.cast(t, 1, 1, ballot.Choices{"lists": {Blank: true}}), 1<<20)
	a.Add(f.cast(t, 2, 0, both("c", 0, 7)), 1)
	closing := [32]byte{7}
	for k, want := range [][]uint64{{3, 0, 1, 1 << 20}, {27, 13}} {
		d := a.Decryption(k, f.keys, closing, nil)
		require.Equal(t, closing, d.Closing)
		require.Equal(t, f.Fingerprint, d.Fingerprint)
		require.Equal(t, f.Manifest.Contests[k].ID, d.Contest)
		for _, who := range [][]int{{1, 2}, {1, 3}, {2, 3}, {1, 2, 3}} {
			got, err := a.Open(k, d, right(t, d, f.decrypt(t, d, who...)))
			require.NoError(t, err)
			require.Equal(t, want, got.Totals, who)
			require.Empty(t, got.Invalid)
		}
		_, err := a.Open(k, d, right(t, d, f.decrypt(t, d, 2)))
		require.ErrorContains(t, err, "1 shares, 2 needed")
		_, err = a.Open(k, d, nil)
		require.ErrorContains(t, err, "0 shares, 2 needed")

		shares := f.decrypt(t, d, 1, 2, 3)
		shares[2][0] ^= 1
		_, err = d.VerifyShares(shares)
		var blame *threshold.BlameError
		require.ErrorAs(t, err, &blame)
		require.Equal(t, []int{3}, blame.Trustees)
	}
}

func TestTotalsOfNothing(t *testing.T) {
	t.Parallel()
	f := standard()
	a := NewAggregate(f.Election)
	require.Nil(t, a.Decryption(0, f.keys, [32]byte{}, nil))
	got, err := a.Open(0, nil, nil)
	require.NoError(t, err)
	require.Equal(t, &Votes{Totals: []uint64{0, 0, 0, 0}}, got)
}

// A total above what the counted ballots can add up to is refused and not guessed.
func TestTotalOutOfRange(t *testing.T) {
	t.Parallel()
	f := standard()
	for _, tc := range []struct {
		votes uint64
		ok    bool
	}{{0, true}, {36, true}, {37, false}, {1 << 40, false}} {
		a := NewAggregate(f.Election)
		c, _ := f.Keys.Encrypt([]uint64{tc.votes, 0})
		a.sums[1] = contestSum{ciphertext: c, ballots: 2, weight: 4} // two ballots of weight 4 in all, at most 9 each
		plain := make([]group.Element, 2)
		plain[0].ScalarBaseMult(group.NewScalar().SetUint64(tc.votes))
		plain[1].Set(group.NewElement())
		got, err := a.solve(1, f.Manifest.Contests[1].Outputs(), plain)
		if tc.ok {
			require.NoError(t, err)
			require.Equal(t, []uint64{tc.votes, 0}, got)
		} else {
			require.ErrorContains(t, err, `contest "scores", "x"`)
		}
	}
	minus := group.NewScalar()
	minus.Neg(minus.SetUint64(1))
	a := NewAggregate(f.Election)
	a.sums[1] = contestSum{ballots: 2, weight: 4}
	_, err := a.solve(1, f.Manifest.Contests[1].Outputs(), []group.Element{*group.NewElement(), *group.NewElement().ScalarBaseMult(minus)})
	require.ErrorContains(t, err, `"y"`, "minus one vote")
}
