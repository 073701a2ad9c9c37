package threshold

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// house is a ceremony that went well, with witnesses.
type house struct {
	*play
	keys      *Keys
	observers []*proofs.SigningKey // identities of the witnesses
	witnesses []*Witness
}

func newHouse(n, t, width, witnesses int) *house {
	h := &house{play: newPlay(n, t, width)}
	h.observers, h.c.Witnesses = identities(witnesses)
	h.keys = h.run(nil).trustees[0].Keys()
	for _, id := range h.observers {
		w, err := NewWitness(id, InMemory)
		if err != nil {
			panic(err)
		}
		h.witnesses = append(h.witnesses, w)
	}
	return h
}

// house32 is 2 of 3 with width 2 and one witness; its signers' memories are
// shared by the tests, so every test names its own contest.
var house32 = sync.OnceValue(func() *house { return newHouse(3, 2, 2, 1) })

// sign returns everybody's signature on the list.
func (h *house) sign(t require.TestingT, d *Decryption) [][]byte {
	var signatures [][]byte
	for _, s := range h.trustees {
		signature, err := s.Sign(d)
		require.NoError(t, err)
		signatures = append(signatures, signature)
	}
	for _, w := range h.witnesses {
		signature, err := w.Sign(d)
		require.NoError(t, err)
		signatures = append(signatures, signature)
	}
	return signatures
}

func (h *house) shares(t require.TestingT, d *Decryption) [][]byte {
	signatures := h.sign(t, d)
	var shares [][]byte
	for _, s := range h.trustees {
		share, err := s.Decrypt(context.Background(), d, signatures, nil)
		require.NoError(t, err)
		shares = append(shares, share)
	}
	return shares
}

// verify decides one share alone.
func verify(d *Decryption, j int, share []byte) error {
	shares := make([][]byte, d.Keys.Trustees())
	shares[j-1] = share
	_, err := d.VerifyShares(shares)
	return err
}

func requireVotes(t *testing.T, plain [][]group.Element, votes ...[]uint64) {
	require.Len(t, plain, len(votes))
	for e, v := range votes {
		require.Len(t, plain[e], len(v))
		for i := range v {
			require.True(t, plain[e][i].Equal(baseTimes(int(v[i]))), "ciphertext %d, position %d", e, i)
		}
	}
}

func TestDecryption(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ n, t, width int }{{1, 1, 1}, {2, 2, 2}, {3, 2, 1}, {5, 3, 2}, {4, 2, 16}} {
		t.Run(fmt.Sprintf("%d of %d, width %d", test.t, test.n, test.width), func(t *testing.T) {
			t.Parallel()
			h := newHouse(test.n, test.t, test.width, min(1, test.n-test.t))
			lists := [][][]uint64{{{3, 0, 1000}, {5, 5, 5}}, {{7}, {8}, {9}, {0}}, {{0, 0, 0, 1, 2}}, {make([]uint64, 17)}}
			for k, votes := range lists {
				d := h.list(fmt.Sprint("contest ", k), votes...)
				shares := h.shares(t, d)
				for _, subset := range subsets(test.n, test.t) {
					given := make([][]byte, test.n)
					for _, j := range subset {
						given[j-1] = shares[j-1]
					}
					verified, err := d.VerifyShares(given)
					require.NoError(t, err)
					plain, err := d.Combine(verified)
					require.NoError(t, err)
					requireVotes(t, plain, votes...)
				}
			}
		})
	}
}

func TestAggregate(t *testing.T) {
	t.Parallel()
	h := house32()
	sum := elgamal.NewCiphertext(3, 2)
	for range 5 {
		c, _ := h.keys.Election.Encrypt([]uint64{1, 0, 1})
		sum.Add(sum, c)
	}
	d := h.statement("aggregate", []int{2, 1}, sum)
	verified, err := d.VerifyShares(h.shares(t, d))
	require.NoError(t, err)
	require.Len(t, verified, 3)
	plain, err := d.Combine(verified)
	require.NoError(t, err)
	requireVotes(t, plain, []uint64{5, 0, 5})
}

func TestListsThatAreNone(t *testing.T) {
	t.Parallel()
	h := house32()
	neutral := elgamal.NewCiphertext(3, 2)
	for name, spoil := range map[string]func(d *Decryption){
		"no keys":             func(d *Decryption) { d.Keys = nil },
		"nothing":             func(d *Decryption) { d.Encoded, d.Points = nil, nil },
		"no ballots":          func(d *Decryption) { d.Encoded, d.Points = nil, nil; add(d, neutral) },
		"one without ballots": func(d *Decryption) { add(d, neutral) },
		"no contest":          func(d *Decryption) { d.Contest = "" },
		"endless contest":     func(d *Decryption) { d.Contest = strings.Repeat("x", 1025) },
		"no blocks":           func(d *Decryption) { d.Widths = nil },
		"block of nothing":    func(d *Decryption) { d.Widths = []int{2, 0, 0} },
		"block below nothing": func(d *Decryption) { d.Widths = []int{2, 1, -1} },
		"block too wide":      func(d *Decryption) { d.Widths = []int{1, 3} },
		"wide block alone":    func(d *Decryption) { d.Widths = []int{4} },
		"very wide block":     func(d *Decryption) { d.Widths = []int{1 << 62, 1 << 62} },
		"longer shape":        func(d *Decryption) { d.Widths = []int{2, 2} },
		"shorter shape":       func(d *Decryption) { d.Widths = []int{2} },
		"byte missing":        func(d *Decryption) { d.Encoded = d.Encoded[1:] },
		"element missing":     func(d *Decryption) { d.Encoded, d.Points = d.Encoded[32:], d.Points[1:] },
		"element too many": func(d *Decryption) {
			d.Encoded, d.Points = append(d.Encoded, d.Encoded[:32]...), append(d.Points, d.Points[0])
		},
		"row not decoded": func(d *Decryption) { d.Points = d.Points[:5] },
		"row not encoded": func(d *Decryption) { d.Encoded = d.Encoded[:5*32] },
		"points missing":  func(d *Decryption) { d.Points = nil },
		"point missing":   func(d *Decryption) { d.Points = d.Points[1:] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := h.list("none", []uint64{1, 2, 3}, []uint64{4, 5, 6})
			spoil(d)
			require.Error(t, d.Check())
			_, err := h.trustees[0].Sign(d)
			require.Error(t, err)
			_, err = h.trustees[0].Decrypt(context.Background(), d, make([][]byte, 4), nil)
			require.Error(t, err)
			_, err = h.witnesses[0].Sign(d)
			require.Error(t, err)
			require.Error(t, d.CheckQuorum(make([][]byte, 4)))
			_, err = d.VerifyShares(make([][]byte, 3))
			require.Error(t, err)
			_, err = d.Combine(nil)
			require.Error(t, err)
			require.Panics(t, func() { d.ListDigest() })
			require.Panics(t, func() { d.sign(h.ids[0]) })
		})
	}
}

// A block whose randomisers cancel is no reason to withhold a result.
func TestIdentityBlockDecrypts(t *testing.T) {
	t.Parallel()
	h := house32()
	m := []group.Element{*baseTimes(4), *baseTimes(5), *baseTimes(6)}
	d := h.statement("identity block", []int{2, 1}, h.keys.Election.EncryptElements(m, make([]group.Scalar, 2)))
	shares := h.shares(t, d)
	verified, err := d.VerifyShares(shares)
	require.NoError(t, err)
	plain, err := d.Combine(verified)
	require.NoError(t, err)
	requireVotes(t, plain, []uint64{4, 5, 6})
	copy(shares[0], group.Generator().Bytes())
	require.Error(t, verify(d, 1, shares[0]), "a factor other than the identity of an identity block")
}

func TestEveryBitOfAShare(t *testing.T) {
	t.Parallel()
	h := house32()
	d := h.list("bits", []uint64{1, 2, 3})
	share := h.shares(t, d)[1]
	require.Len(t, share, d.ShareSize())
	require.NoError(t, verify(d, 2, share))
	for bit := range 8 * len(share) {
		bad := append([]byte(nil), share...)
		bad[bit/8] ^= 1 << (bit % 8)
		require.Error(t, verify(d, 2, bad), "bit %d", bit)
	}
}

func TestLengthOfAShare(t *testing.T) {
	t.Parallel()
	h := house32()
	d := h.list("length", []uint64{1, 2, 3})
	share := h.shares(t, d)[0]
	for n := range share {
		require.ErrorContains(t, verify(d, 1, share[:n]), "bytes, must be 256", n)
	}
	for _, more := range []int{1, 31, 32, 64, 1 << 20} {
		require.ErrorContains(t, verify(d, 1, append(share[:len(share):len(share)], make([]byte, more)...)), "bytes, must be 256", more)
	}
	require.Error(t, verify(d, 1, share[32:]))
	require.Error(t, verify(d, 1, make([]byte, len(share))), "zeros")
}

func TestShareOfSomethingElse(t *testing.T) {
	t.Parallel()
	h := house32()
	votes := []uint64{1, 2, 3}
	d := h.list("something", votes)
	shares := h.shares(t, d)
	for _, j := range []int{1, 3} {
		require.Error(t, verify(d, j, shares[1]), "as trustee %d's", j)
	}
	for name, alter := range map[string]func(d *Decryption){
		"contest":     func(d *Decryption) { d.Contest = "somethinG" },
		"fingerprint": func(d *Decryption) { d.Fingerprint[31] ^= 1 },
		"closing":     func(d *Decryption) { d.Closing[31] ^= 1 },
	} {
		other := copyOf(d)
		alter(other)
		require.Error(t, verify(other, 2, shares[1]), name)
		require.NotEqual(t, d.ListDigest(), other.ListDigest(), name)
	}
	stranger := newHouse(3, 2, 2, 0)
	foreign := copyOf(d)
	foreign.Keys = stranger.keys
	require.Error(t, verify(foreign, 2, shares[1]), "keys")
	_, err := h.trustees[0].Sign(foreign)
	require.ErrorContains(t, err, "another ceremony")
	_, err = h.trustees[0].Decrypt(context.Background(), foreign, make([][]byte, 3), nil)
	require.ErrorContains(t, err, "another ceremony")
	_, err = h.witnesses[0].Sign(foreign)
	require.ErrorContains(t, err, "without this one")
}

func TestWrongShareIsNamed(t *testing.T) {
	t.Parallel()
	h := house32()
	d := h.list("named", []uint64{4, 5, 6})
	good := h.shares(t, d)
	swap := func(to, from int) func([]byte) []byte {
		return func(b []byte) []byte { copy(b[to*32:to*32+32], good[1][from*32:from*32+32]); return b }
	}
	for name, spoil := range map[string]func(share []byte) []byte{
		"factor 1":          shift(0, 1),
		"factor 2":          shift(1, 1),
		"factor 3":          shift(2, 1),
		"+7 and -7 in two":  func(b []byte) []byte { return shift(1, -7)(shift(0, 7)(b)) },
		"+7 and -7 blocks":  func(b []byte) []byte { return shift(2, -7)(shift(0, 7)(b)) },
		"two keys, a block": swap(0, 1),
		"two blocks, a key": swap(2, 0),
		"T_1":               shift(3, 1),
		"T_1 and T_2":       func(b []byte) []byte { return shift(4, -1)(shift(3, 1)(b)) },
		"T'":                shift(5, 1),
		"short":             func(b []byte) []byte { return b[1:] },
		"empty":             func(b []byte) []byte { return []byte{} },
		"another's":         func(b []byte) []byte { return good[0] },
	} {
		shares := append([][]byte(nil), good...)
		shares[1] = spoil(append([]byte(nil), good[1]...))
		verified, err := d.VerifyShares(shares)
		var blame *BlameError
		require.ErrorAs(t, err, &blame, name)
		require.Equal(t, Guilty, blame.Fault)
		require.Equal(t, []int{2}, blame.Trustees, name)
		require.Len(t, verified, 2)
		plain, err := d.Combine(verified)
		require.NoError(t, err, "the right ones still stand")
		requireVotes(t, plain, []uint64{4, 5, 6})
	}
	_, err := d.VerifyShares([][]byte{good[1], good[0], good[2]})
	var blame *BlameError
	require.ErrorAs(t, err, &blame)
	require.Equal(t, []int{1, 2}, blame.Trustees)
	_, err = d.VerifyShares(good[:2])
	require.Error(t, err)
	require.False(t, errors.As(err, new(*BlameError)), "nobody is to blame for a wrong call")
}

// shift adds v·G to the element at a position of a share.
func shift(at, v int) func([]byte) []byte {
	return func(b []byte) []byte {
		var p group.Element
		if _, err := p.SetCanonicalBytes(b[at*32 : at*32+32]); err != nil {
			panic(err)
		}
		copy(b[at*32:], p.Add(&p, baseTimes(v)).Bytes())
		return b
	}
}

func TestCombineRefuses(t *testing.T) {
	t.Parallel()
	h := newHouse(5, 3, 2, 0)
	d := h.list("combine", []uint64{1})
	s, err := d.VerifyShares(h.shares(t, d))
	require.NoError(t, err)
	other := h.list("other", []uint64{1})
	o, err := other.VerifyShares(h.shares(t, other))
	require.NoError(t, err)
	for name, given := range map[string][]*Share{
		"none":            nil,
		"t-1":             s[:2],
		"one twice":       {s[0], s[1], s[1]},
		"one thrice":      {s[4], s[4], s[4]},
		"of another list": {s[0], s[1], o[2]},
		"twice beyond t":  {s[0], s[1], s[2], s[4], s[4]},
		"nil":             {s[0], s[1], nil},
		"of nothing":      {s[0], s[1], {}},
	} {
		_, err := d.Combine(given)
		require.Error(t, err, name)
	}
	for _, given := range [][]*Share{s, {s[4], s[0], s[2]}} {
		plain, err := d.Combine(given)
		require.NoError(t, err)
		requireVotes(t, plain, []uint64{1})
	}
	require.Equal(t, 5, s[4].Index())
}

// What was read of a share and not decided, or decided and wrong, is of no use,
// even among enough others.
func TestCombineTakesVerifiedSharesAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(3, 2, 2, 0)
	d := h.list("verified", []uint64{1})
	shares := h.shares(t, d)
	s, err := d.VerifyShares(shares)
	require.NoError(t, err)
	for name, share := range map[string][]byte{"right, undecided": shares[1], "wrong": shift(0, 1)(append([]byte(nil), shares[1]...))} {
		claim := new(proofs.Claim)
		read, err := d.verifyShare(claim, 0, 2, share)
		require.NoError(t, err, name)
		for _, given := range [][]*Share{{s[0], read}, {s[0], s[2], read}} {
			_, err = d.Combine(given)
			require.ErrorContains(t, err, "not verified", name)
		}
	}
}
