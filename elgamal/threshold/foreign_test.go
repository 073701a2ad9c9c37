package threshold

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// foreign returns a claim about two bases of a batch, x·P − (x + wrong)·P = O.
func foreign(at proofs.Base, wrong int) *proofs.Claim {
	c, x := new(proofs.Claim), group.RandomScalar()
	c.Equation()
	c.AddShared(at, x)
	c.AddShared(at, new(group.Scalar).Neg(new(group.Scalar).Add(x, scalar(wrong))))
	c.Proof("vector", [32]byte(x.Bytes()))
	return c
}

// The shares of a list in one batch with other claims about the same elements.
func TestVerifySharesWith(t *testing.T) {
	t.Parallel()
	testVerifySharesWith(t)
}

// TestVerifySharesInParts: the same where memory allows for two shares of this list,
// and for less than one.
func TestVerifySharesInParts(t *testing.T) { // not parallel: changes batchFactors
	defer func(n int) { batchFactors = n }(batchFactors)
	for _, batchFactors = range []int{12, 1} {
		t.Run(fmt.Sprint(batchFactors), testVerifySharesWith)
	}
}

func testVerifySharesWith(t *testing.T) {
	h := house32()
	votes := [][]uint64{{1, 2, 3}, {4, 5, 6}}
	d := h.list("foreign", votes...)
	good := h.proved(d)
	other := h.list("foreign list", votes...)
	spoil := func(j int, f func([]byte) []byte) [][]byte {
		shares := slices.Clone(good)
		shares[j-1] = f(slices.Clone(good[j-1]))
		return shares
	}
	cut := func(b []byte) []byte { return b[1:] }
	for name, test := range map[string]struct {
		wrong  []int // errors of the foreign claims
		shares [][]byte
		blamed []int
	}{
		"no foreign claims":               {nil, good, nil},
		"true foreign claims":             {[]int{0, 0, 0}, good, nil},
		"a wrong share":                   {[]int{0, 0, 0}, spoil(2, shift(0, 1)), []int{2}},
		"a wrong share alone":             {nil, spoil(2, shift(4, 1)), []int{2}},
		"an unreadable share":             {[]int{0}, spoil(1, cut), []int{1}},
		"a share missing":                 {[]int{0}, [][]byte{nil, good[1], good[2]}, nil},
		"shares in wrong seats":           {[]int{0}, [][]byte{good[1], good[0], good[2]}, []int{1, 2}},
		"no right share":                  {[]int{0}, [][]byte{{}, shift(0, 1)(slices.Clone(good[1])), make([]byte, d.ShareSize())}, []int{1, 2, 3}},
		"no shares":                       {[]int{0}, make([][]byte, 3), nil},
		"one false foreign claim":         {[]int{1}, good, nil},
		"the last foreign claim is false": {[]int{0, 0, 1}, good, nil},
		"foreign claims that cancel":      {[]int{1, -1}, good, nil},
		"false foreign, wrong share":      {[]int{0, 1}, spoil(2, shift(0, 1)), []int{2}},
		"false foreign, unreadable share": {[]int{1}, spoil(2, cut), []int{2}},
		"false foreign, no shares":        {[]int{1}, make([][]byte, 3), nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := proofs.NewBatch(h.keys.Election)
			b.Extend(other.Points)
			at := b.Extend(d.Points)
			b.Extend(other.Points)
			for k, wrong := range test.wrong {
				b.Add(foreign(at+proofs.Base(k), wrong))
			}
			verified, err := d.VerifySharesWith(b, at, test.shares)
			if slices.ContainsFunc(test.wrong, func(w int) bool { return w != 0 }) {
				require.ErrorIs(t, err, ErrOtherClaims)
				require.Nil(t, verified)
				return
			}
			var right []int
			for _, s := range verified {
				right = append(right, s.Index())
			}
			for j := 1; j <= 3; j++ {
				require.Equal(t, test.shares[j-1] != nil && !slices.Contains(test.blamed, j), slices.Contains(right, j), "trustee %d", j)
			}
			if test.blamed == nil {
				require.NoError(t, err)
			} else {
				var blame *BlameError
				require.ErrorAs(t, err, &blame)
				require.Equal(t, Guilty, blame.Fault)
				require.Equal(t, test.blamed, blame.Trustees)
			}
			if len(right) >= 2 {
				plain, err := d.Combine(verified)
				require.NoError(t, err)
				requireVotes(t, plain, votes...)
			}
		})
	}
}

// The elements that the batch holds decide, and nothing is decided about a call
// that is wrong.
func TestVerifySharesWithOfOtherElements(t *testing.T) {
	t.Parallel()
	h := house32()
	d, other := h.list("elements", []uint64{1, 2, 3}), h.list("elements", []uint64{1, 2, 3})
	shares := h.shares(t, d)
	b := proofs.NewBatch(nil)
	verified, err := d.VerifySharesWith(b, b.Extend(other.Points), shares)
	require.ErrorAs(t, err, new(*BlameError))
	require.Empty(t, verified)

	b = proofs.NewBatch(nil)
	at := b.Extend(d.Points)
	_, err = d.VerifySharesWith(b, at, shares[:2])
	require.ErrorContains(t, err, "2 shares given")
	bad := copyOf(d)
	bad.Contest = ""
	_, err = bad.VerifySharesWith(b, at, shares)
	require.ErrorContains(t, err, "contest identifier")
	require.Zero(t, b.Len())
	_, err = d.VerifySharesWith(b, at, shares)
	require.NoError(t, err)
}
