package mixnet

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// reports collects what a progress callback is told, and ends the context at a point.
type reports struct {
	done, total []int
	stopAt      int // after so many reports
	stop        context.CancelFunc
}

func (r *reports) put(done, total int) {
	r.done, r.total = append(r.done, done), append(r.total, total)
	if len(r.done) == r.stopAt {
		r.stop()
	}
}

// TestProgressReachesItsTotal: it counts up, of one total, which is the last number.
func TestProgressReachesItsTotal(t *testing.T) {
	t.Parallel()
	for _, f := range []family{{0, 0, []int{1}}, {1, 0, []int{1}}, {16, 0, []int{1}}, {17, 0, []int{2, 1}}, {600, 0, []int{1}}} {
		c := newCascade(t, 1, f.N, f.widths...)
		for _, prepared := range []bool{false, true} {
			var p *Prepared
			var prepare, mix reports
			if prepared {
				var err error
				p, err = c.Prepare(t.Context(), f.widths, f.N, prepare.put)
				require.NoError(t, err)
				prepare.require(t, f.N > 0)
			}
			m, err := c.Mix(t.Context(), c.ids[0], 1, c.Input, p, new(stored).put, mix.put)
			require.NoError(t, err)
			mix.require(t, f.N > 0)
			_, err = c.Verify([]*Mix{m})
			require.NoError(t, err)
		}
		var proof, list reports
		out, w, err := Shuffle(t.Context(), c.Keys, c.Input, list.put)
		require.NoError(t, err)
		list.require(t, f.N > 0)
		s := Statement{Keys: c.Keys, In: c.Input, Out: out}
		_, err = s.Prove(t.Context(), w, proof.put)
		require.NoError(t, err)
		proof.require(t, f.N > 0)
	}
}

func (r *reports) require(t *testing.T, any bool) {
	t.Helper()
	require.Equal(t, any, len(r.done) > 0)
	for k := range r.done {
		require.Equal(t, r.total[0], r.total[k])
		if k > 0 {
			require.GreaterOrEqual(t, r.done[k], r.done[k-1])
		}
	}
	if any {
		require.Equal(t, r.total[0], r.done[len(r.done)-1])
	}
}

// TestMixStops wherever its context ends, at once, and gives nothing away.
func TestMixStops(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 1, 40, 2, 1)
	var whole reports
	_, err := c.Mix(t.Context(), c.ids[0], 1, c.Input, nil, nil, whole.put)
	require.NoError(t, err)
	require.Greater(t, len(whole.done), 20)
	for at := range len(whole.done) {
		ctx, cancel := context.WithCancel(t.Context())
		r := reports{stopAt: at, stop: cancel}
		if at == 0 {
			cancel()
		}
		m, err := c.Mix(ctx, c.ids[0], 1, c.Input, nil, nil, r.put)
		require.ErrorIs(t, err, context.Canceled, "%d", at)
		require.Nil(t, m)
		require.Len(t, r.done, at, "nothing is done after it")
	}
}

// TestPiecesAreSmall: a long list is left in many steps.
func TestPiecesAreSmall(t *testing.T) {
	t.Parallel()
	largest := 0
	w := &work{ctx: t.Context(), total: 10 * pieceSize}
	last := 0
	w.progress = func(done, _ int) { largest, last = max(largest, done-last), done }
	seen := make([]int, 3*pieceSize+1)
	w.each(len(seen), 8, 1, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			seen[k]++
		}
	})
	require.Equal(t, pieceSize, largest)
	for k := range seen {
		require.Equal(t, 1, seen[k])
	}
	e := &matrix{layout{1, 2*pieceSize + 1, 1}, 3, nil}
	covered := 0
	e.pieces(w, 2, func(lo, hi int) {
		require.Equal(t, covered, lo)
		require.LessOrEqual(t, hi-lo, pieceSize)
		covered = hi
	})
	require.Equal(t, e.n, covered)
}

// TestStoppedPreparation leaves no material, and material that was not used when the
// context ended serves later.
func TestStoppedPreparation(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 1, 5, 1)
	ctx, cancel := context.WithCancel(t.Context())
	p, err := c.Prepare(t.Context(), []int{1}, 5, nil)
	require.NoError(t, err)
	cancel()
	none, err := c.Prepare(ctx, []int{1}, 5, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Nil(t, none)
	_, err = c.Mix(ctx, c.ids[0], 1, c.Input, p, func([]byte) error { return errors.New("must not be stored") }, nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = c.Mix(t.Context(), c.ids[0], 1, c.Input, p, new(stored).put, nil)
	require.NoError(t, err)
}

// TestStoppedAfterTheStore: the use is on record, so the material is gone.
func TestStoppedAfterTheStore(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 1, 5, 1)
	ctx, cancel := context.WithCancel(t.Context())
	p, err := c.Prepare(t.Context(), []int{1}, 5, nil)
	require.NoError(t, err)
	var s stored
	m, err := c.Mix(ctx, c.ids[0], 1, c.Input, p, func(state []byte) error { cancel(); return s.put(state) }, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Nil(t, m)
	_, err = c.Mix(t.Context(), c.ids[0], 1, c.Input, p, s.put, nil)
	require.ErrorIs(t, err, errUsed)
	_, err = ParsePrepared(s.state)
	require.ErrorIs(t, err, errUsed)
}

func TestMixRefuses(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 2, 3, 1)
	stranger := newCascade(t, 1, 3, 1)
	_, err := c.Mix(t.Context(), stranger.ids[0], 1, c.Input, nil, nil, nil)
	require.ErrorContains(t, err, "not one of the mixers")
	wide := newMix(t, 3, 0, 2)
	_, err = c.Mix(t.Context(), c.ids[0], 1, wide.In, nil, nil, nil)
	require.ErrorContains(t, err, "a block of 2 plaintexts")
	p, err := c.Prepare(t.Context(), []int{1}, 3, nil)
	require.NoError(t, err)
	_, err = c.Mix(t.Context(), c.ids[0], 1, c.Input, p, nil, nil)
	require.ErrorIs(t, err, errNoStore)
	_, err = c.Mix(t.Context(), c.ids[0], 0, c.Input, p, new(stored).put, nil)
	require.ErrorContains(t, err, "position 0")
	_, err = c.Mix(t.Context(), c.ids[0], 1, c.Input, p, new(stored).put, nil)
	require.NoError(t, err, "all this used nothing up")
}
