package parallel

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestForCoversEveryIndexOnce(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 7, 100, 1001} {
		for _, grain := range []int{0, 1, 3, 1000} {
			seen := make([]atomic.Int32, n)
			For(n, grain, func(lo, hi int) {
				for i := lo; i < hi; i++ {
					seen[i].Add(1)
				}
			})
			for i := range seen {
				require.EqualValues(t, 1, seen[i].Load(), "n=%d grain=%d i=%d", n, grain, i)
			}
		}
	}
}

func TestForPassesOnAPanic(t *testing.T) {
	t.Parallel()
	require.PanicsWithValue(t, "boom", func() {
		For(100, 1, func(lo, hi int) { panic("boom") })
	})
}
