package server

import (
	"context"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCloseIsForGood(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 2, same)
	v := votes(t, f.Election)
	_, err := f.post("/v1/ballot", v[0].Ballot)
	require.NoError(t, err)
	c, err := f.box.CloseVoting(t.Context())
	require.NoError(t, err)
	require.Equal(t, uint64(4), c.Size)
	require.NoError(t, c.Verify(f.Election.Election))
	again, err := f.box.CloseVoting(t.Context())
	require.NoError(t, err)
	require.Equal(t, c, again)
	f.restart()
	again, err = f.box.CloseVoting(t.Context())
	require.NoError(t, err)
	require.Equal(t, c, again)
	checked, err := Check(context.Background(), f.Dir, nil)
	require.NoError(t, err)
	require.True(t, checked.Closed)
	require.Equal(t, uint64(5), checked.Entries)
	require.Equal(t, 1, checked.Ballots)
}

func TestOrderToClose(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, same)
	order := func() {
		entries, err := Order(t.Context(), f.Dir, f.config.Order)
		require.NoError(t, err)
		require.Equal(t, uint64(3), entries)
	}
	order()
	order()
	_, err := f.post("/v1/ballot", votes(t, f.Election)[0].Ballot)
	requireStatus(t, http.StatusGone, err)
	require.NoError(t, f.stop())
	order() // it was carried out
}

func TestOrderToCloseSurvivesAStop(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, same)
	require.NoError(t, f.stop())
	_, err := Order(t.Context(), f.Dir, f.config.Order)
	require.ErrorIs(t, err, ErrNobody)
	f.start()
	_, err = Order(t.Context(), f.Dir, f.config.Order)
	require.NoError(t, err)
	require.Equal(t, uint64(4), f.box.Size())
}

func TestOrderThatIsNone(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, same)
	require.NoError(t, os.WriteFile(f.config.Order, []byte("closed soon\n"), 0o644))
	_, err := Order(t.Context(), f.Dir, f.config.Order)
	require.Error(t, err)
	_, err = Order(t.Context(), f.Dir+"x", f.config.Order+"x")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestOneProcessHasTheBoxOpen(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, same)
	_, err := Open(t.Context(), f.config)
	require.ErrorIs(t, err, ErrLocked)
	require.NoError(t, f.stop())
	f.start()
}
