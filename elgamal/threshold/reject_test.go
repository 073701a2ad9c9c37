package threshold

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
)

func TestShapes(t *testing.T) {
	t.Parallel()
	h := newHouse(3, 2, 3, 0)
	for name, widths := range map[string][]int{
		"one position": {1}, "one full block": {3}, "narrow before full": {1, 3}, "full before narrow": {3, 2}, "narrow blocks": {1, 2, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := 0
			for _, w := range widths {
				n += w
			}
			d := h.statement(name, widths)
			var votes [][]uint64
			for e := range 3 {
				row := make([]uint64, n)
				for i := range row {
					row[i] = uint64(10*e + i)
				}
				votes = append(votes, row)
				add(d, h.encrypt(widths, row...))
			}
			shares := h.shares(t, d)
			verified, err := d.VerifyShares(shares)
			require.NoError(t, err)
			plain, err := d.Combine(verified[1:])
			require.NoError(t, err)
			requireVotes(t, plain, votes...)
			for p := range 3 * n {
				require.Error(t, verify(d, 2, shift(p, 1)(slices.Clone(shares[1]))), "position %d", p+1)
			}
		})
	}
}

// A share belongs to one list: to these ciphertexts in this order and shape.
func TestShareOfAnotherList(t *testing.T) {
	t.Parallel()
	h := newHouse(3, 2, 3, 1)
	widths := []int{2, 1}
	row := func() *elgamal.Ciphertext { return h.encrypt(widths, 1, 2, 3) }
	d := h.statement("another", widths, row(), row(), row(), row())
	shares := h.shares(t, d)
	require.NoError(t, verify(d, 2, shares[1]))
	swap := func(i, k int) func(d *Decryption) {
		return func(d *Decryption) {
			b := slices.Clone(d.Encoded)
			copy(b[32*i:32*i+32], d.Encoded[32*k:])
			copy(b[32*k:32*k+32], d.Encoded[32*i:])
			setEncoded(d, b)
		}
	}
	for name, alter := range map[string]func(d *Decryption){
		"the same votes":       func(d *Decryption) { setEncoded(d, h.statement("another", widths, row(), row(), row(), row()).Encoded) },
		"rows swapped":         func(d *Decryption) { pick(d, 1, 0, 2, 3) },
		"row dropped":          func(d *Decryption) { pick(d, 0, 1, 2) },
		"first row dropped":    func(d *Decryption) { pick(d, 1, 2, 3) },
		"row duplicated":       func(d *Decryption) { pick(d, 0, 1, 2, 3, 3) },
		"row replaced by copy": func(d *Decryption) { pick(d, 0, 1, 2, 2) },
		"row replaced":         func(d *Decryption) { pick(d, 0, 1, 2); add(d, row()) },
		"row added":            func(d *Decryption) { add(d, row()) },
		"A's swapped":          swap(0, 1),
		"A and B swapped":      swap(0, 2),
		"B's swapped":          swap(2, 3),
		"A's of rows swapped":  swap(0, 5),
		"B's of rows swapped":  swap(2, 7),
		"one B changed":        func(d *Decryption) { setEncoded(d, shift(19, 1)(slices.Clone(d.Encoded))) },
		"one A changed":        func(d *Decryption) { setEncoded(d, shift(15, 1)(slices.Clone(d.Encoded))) },
		"A of identity":        func(d *Decryption) { setEncoded(d, append(make([]byte, 32), d.Encoded[32:]...)) },
		"blocks swapped":       func(d *Decryption) { d.Widths = []int{1, 2} },
		"blocks split":         func(d *Decryption) { d.Widths = []int{1, 1, 1, 1, 1} },
		"blocks joined":        func(d *Decryption) { d.Widths = []int{3, 3, 1} },
		"rows joined":          func(d *Decryption) { d.Widths = []int{2, 1, 2, 1} },
	} {
		t.Run(name, func(t *testing.T) {
			other := copyOf(d)
			alter(other)
			require.NoError(t, other.Check())
			require.NotEqual(t, d.ListDigest(), other.ListDigest())
			for j, share := range shares {
				require.Error(t, verify(other, j+1, share))
			}
			_, err := h.trustees[0].Sign(other)
			require.ErrorContains(t, err, "refused")
			require.Error(t, other.CheckQuorum(h.quorum(d)))
			own := h.trustees[1].mustProve(other) // the other list has shares of its own
			require.NoError(t, verify(other, 2, own))
			require.Error(t, verify(d, 2, own))
		})
	}
	neutral := copyOf(d)
	setEncoded(neutral, append(neutral.Encoded[:3*5*32], make([]byte, 5*32)...))
	require.ErrorContains(t, verify(neutral, 2, shares[1]), "ciphertext 4 is empty")
}

// A share that is right but for ciphertexts too few or too many.
func TestShareOfOtherLength(t *testing.T) {
	t.Parallel()
	h := house32()
	votes := []uint64{1, 2, 3}
	d := h.list("rows", votes, votes, votes)
	share := h.trustees[1].mustProve(d)
	row, tail := 3*32, 9*32
	for name, other := range map[string][]byte{
		"last row missing":  slices.Concat(share[:tail-row], share[tail:]),
		"first row missing": share[row:],
		"row twice":         slices.Concat(share[:tail], share[tail-row:]),
		"factor missing":    share[32:],
		"factor twice":      slices.Concat(share[:32], share),
		"response missing":  share[:len(share)-32],
		"response twice":    slices.Concat(share, share[len(share)-32:]),
	} {
		require.ErrorContains(t, verify(d, 2, other), "bytes, must be 448", name)
	}
	for name, other := range map[string][]byte{
		"rows of the share swapped": slices.Concat(share[row:2*row], share[:row], share[2*row:]),
		"row of the share doubled":  slices.Concat(share[:row], share[:row], share[2*row:]),
		"factors of identity":       slices.Concat(make([]byte, row), share[row:]),
		"responses swapped":         slices.Concat(share[:tail+3*32], share[tail+4*32:], share[tail+3*32:tail+4*32]),
	} {
		require.Error(t, verify(d, 2, other), name)
	}
}

// Equal ciphertexts, equal A's and A's that are the identity decrypt to what they
// hold, and every position keeps an error of its own.
func TestEqualCiphertexts(t *testing.T) {
	t.Parallel()
	h := house32()
	shown := new(elgamal.Ciphertext) // its randomiser is 0: everybody reads it
	shown.A, shown.B = []group.Element{*group.NewElement()}, []group.Element{*baseTimes(8), *baseTimes(9)}
	d := h.list("equal", []uint64{1, 2}, []uint64{3, 4})
	add(d, shown)
	pick(d, 0, 0, 1, 2, 2, 0)
	setEncoded(d, shift(3*2+1, 5)(d.Encoded)) // the A of row 2 is no other's, its B is
	setEncoded(d, shift(1, 5)(d.Encoded))     // row 0 keeps the A of its twins
	votes := [][]uint64{{6, 2}, {1, 2}, {8, 4}, {8, 9}, {8, 9}, {1, 2}}
	shares := h.shares(t, d)
	verified, err := d.VerifyShares(shares)
	require.NoError(t, err)
	plain, err := d.Combine(verified)
	require.NoError(t, err)
	requireVotes(t, plain, votes...)

	require.Equal(t, shares[1][:64], shares[1][64:128], "one factor for one A and key: it shows nothing new")
	require.Equal(t, make([]byte, 64), shares[1][6*32:8*32], "nothing of the key either")
	for _, pair := range [][2]int{{0, 2}, {2, 10}, {6, 8}, {0, 6}} {
		wrong := shift(pair[0], 7)(shift(pair[1], -7)(slices.Clone(shares[1])))
		require.Error(t, verify(d, 2, wrong), "+7 and -7 in positions %v", pair)
		wrong = variant{}.prove(d, 2, h.trustees[1].secret, wrong[:12*32])
		require.Error(t, verify(d, 2, wrong), "+7 and -7 in positions %v, proved", pair)
	}
}
