package server

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
)

func TestVotersHaveAllowances(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_790_000_000, 0)
	f := newFixture(t, 2, func(c *Config) {
		c.Limits.EntriesPerVoter = Rate{1. / 60, 2}
		c.Clock = func() time.Time { return now }
	})
	send := func(voter int, sequence uint64) error {
		d, err := f.Draft(voter, sequence, ballot.Code{})
		require.NoError(t, err)
		signed, err := d.Sign(f.Voters[voter])
		require.NoError(t, err)
		_, err = f.post("/v1/ballot", signed)
		return err
	}
	require.NoError(t, send(0, 1))
	require.NoError(t, send(0, 2))
	requireStatus(t, http.StatusTooManyRequests, send(0, 3))
	require.NoError(t, send(1, 1)) // somebody else's is another
	require.NoError(t, f.stop())
	now = now.Add(time.Minute)
	f.start()
	require.NoError(t, send(0, 3))
}

// Who knows a voter's public key cannot use up the voter's allowance.
func TestStrangersCannotUseUpAnAllowance(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, func(c *Config) {
		c.Limits.EntriesPerVoter = Rate{1. / 60, 1}
		c.Limits.FaultsPerAddress = Rate{1, 1000}
	})
	v := votes(t, f.Election)[0]
	forged := bytes.Clone(v.Ballot)
	forged[len(forged)-1] ^= 1
	request := bytes.Clone(v.Request)
	request[len(request)-1] ^= 1
	for range 5 {
		_, err := f.post("/v1/ballot", forged)
		requireStatus(t, http.StatusUnprocessableEntity, err)
		_, err = f.post("/v1/promise", request)
		requireStatus(t, http.StatusUnprocessableEntity, err)
	}
	_, err := f.post("/v1/ballot", v.Ballot)
	require.NoError(t, err)
}

func TestAddressesHaveAllowances(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, func(c *Config) { c.Limits.RequestsPerAddress = Rate{0.001, 3} })
	for range 3 {
		_, err := f.get("/v1/receipt/x")
		requireStatus(t, http.StatusBadRequest, err)
	}
	_, err := f.get("/v1/receipt/x")
	requireStatus(t, http.StatusTooManyRequests, err)
	_, err = f.post("/v1/ballot", nil)
	requireStatus(t, http.StatusTooManyRequests, err)
	for range 5 {
		_, err = f.get("/log/checkpoint")
		require.NoError(t, err, "auditors are not limited")
	}
}
