package threshold

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestChunks: what comes out does not depend on how a list is cut, and the work can
// be stopped in every part of it.
func TestChunks(t *testing.T) { // not parallel: changes chunk
	defer func(n int) { chunk = n }(chunk)
	h := newHouse(2, 2, 2, 0)
	var votes [][]uint64
	for e := range 7 {
		votes = append(votes, []uint64{uint64(e), 1, uint64(2 * e)})
	}
	d := h.list("chunks", votes...)
	for _, test := range []struct {
		chunk int
		told  []int
	}{
		{1, []int{1, 2, 3, 4, 5, 6, 7}},
		{8, []int{2, 4, 6, 7}},
		{20, []int{6, 7}},
		{21, []int{7}},
		{1 << 14, []int{7}},
	} {
		t.Run(fmt.Sprint(test.chunk), func(t *testing.T) {
			chunk = test.chunk
			decrypt := func(ctx context.Context, progress func(done, total int)) ([]byte, error) {
				return h.trustees[0].Decrypt(ctx, d, h.quorum(d), progress)
			}
			var told []int
			share, err := decrypt(context.Background(), func(done, total int) {
				require.Equal(t, 7, total)
				told = append(told, done)
			})
			require.NoError(t, err)
			require.Equal(t, test.told, told)
			verified, err := d.VerifyShares([][]byte{share, h.trustees[1].mustProve(d)})
			require.NoError(t, err)
			plain, err := d.Combine(verified)
			require.NoError(t, err)
			requireVotes(t, plain, votes...)

			for _, at := range append([]int{0}, told...) { // at once, between chunks, behind the factors
				ctx, cancel := context.WithCancel(context.Background())
				if at == 0 {
					cancel()
				}
				reached := 0
				share, err := decrypt(ctx, func(done, _ int) {
					if reached = done; done == at {
						cancel()
					}
				})
				require.ErrorIs(t, err, context.Canceled)
				require.Nil(t, share)
				require.Equal(t, at, reached)
			}
		})
	}
}

// A list whose decryption was stopped is remembered like any other.
func TestStoppedListIsRemembered(t *testing.T) {
	t.Parallel()
	h := newHouse(2, 2, 2, 0)
	d, other := h.list("stopped", []uint64{1}), h.list("stopped", []uint64{1})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := h.trustees[0].Decrypt(ctx, d, h.quorum(d), nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = h.trustees[0].Decrypt(context.Background(), other, h.quorum(other), nil)
	require.ErrorContains(t, err, "refused")
	share, err := h.trustees[0].Decrypt(context.Background(), d, h.quorum(d), nil)
	require.NoError(t, err)
	require.NoError(t, verify(d, 1, share))
}
