package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/cmd/veche/internal/server/trial"
	"veche.example/tally/record"
)

// postFrom posts as a reverse proxy does for a client with this address.
func (f *fixture) postFrom(address, path string, body []byte) error {
	r, err := http.NewRequestWithContext(f.t.Context(), http.MethodPost, f.url+path, bytes.NewReader(body))
	require.NoError(f.t, err)
	r.Header.Set("X-Forwarded-For", "203.0.113.7, "+address) // the client wrote the first one itself
	response, err := web.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		return &trial.StatusError{Status: response.StatusCode, Text: string(text)}
	}
	return err
}

// Many addresses send invalid ballots as fast as they can, while voters vote.
func TestFloodOfInvalidBallotsDoesNotStopValidOnes(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 200, func(c *Config) {
		c.AddressHeader = "X-Forwarded-For"
		c.Limits = Limits{Queue: 128, QueuePerAddress: 4, FaultsPerAddress: Rate{0.001, 5}, ConnectionsPerAddress: 4096}
	})
	v := votes(t, f.Election)
	ctx, cancel := context.WithCancel(t.Context())
	var attackers sync.WaitGroup
	for k := range 40 {
		attackers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				bad := bytes.Clone(v[(k+i)%len(v)].Ballot)
				bad[len(bad)-1-(i%64)] ^= 1
				f.postFrom(fmt.Sprintf("198.51.100.%d", k), "/v1/ballot", bad)
			}
		})
	}
	var voters sync.WaitGroup
	errs := make([]error, len(v))
	for k := range 20 {
		voters.Go(func() {
			for i := k; i < len(v); i += 20 {
				errs[i] = f.postFrom(fmt.Sprintf("192.0.2.%d", i), "/v1/ballot", v[i].Ballot)
			}
		})
	}
	voters.Wait()
	soon(t, func() bool { return f.box.metrics.refused[limited].Load() > 0 })
	cancel()
	attackers.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Equal(t, len(v), f.box.Accepted())
	m := &f.box.metrics
	require.NotZero(t, m.refused[invalid].Load())
	// At most the allowance of each address and what was in one batch was verified.
	require.LessOrEqual(t, m.refused[invalid].Load(), uint64(40*(5+4)))
	t.Logf("%d were invalid, %d refused unseen", m.refused[invalid].Load(), m.refused[limited].Load()+m.refused[busy].Load())
}

func TestInvalidBallotsUseUpAnAddress(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, func(c *Config) {
		c.AddressHeader = "X-Forwarded-For"
		c.Limits.FaultsPerAddress = Rate{0.001, 3}
	})
	v := votes(t, f.Election)[0]
	bad := bytes.Clone(v.Ballot)
	bad[len(bad)-1] ^= 1
	for range 3 {
		requireStatus(t, http.StatusUnprocessableEntity, f.postFrom("2001:db8::1", "/v1/ballot", bad))
	}
	requireStatus(t, http.StatusTooManyRequests, f.postFrom("2001:db8::2", "/v1/ballot", bad)) // the same network
	require.NoError(t, f.postFrom("2001:db8:0:1::1", "/v1/ballot", v.Ballot))
}

// Connections that send their request slowly, or never, do not keep others out.
func TestSlowClientsAreHungUpOn(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, func(c *Config) {
		c.Limits.Body = time.Second
		c.Limits.Connections, c.Limits.ConnectionsPerAddress = 24, 16
	})
	v := votes(t, f.Election)[0]
	address := strings.TrimPrefix(f.url, "http://")
	var slow sync.WaitGroup
	for i := range 40 {
		slow.Go(func() {
			c, err := net.Dial("tcp", address)
			require.NoError(t, err)
			defer c.Close()
			switch i % 3 {
			case 0:
				fmt.Fprint(c, "POST /v1/ballot HTTP/1.1\r\nHost: a\r\n")
			case 1:
				fmt.Fprintf(c, "POST /v1/ballot HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n1", len(v.Ballot))
			}
			io.Copy(io.Discard, c) // returns when the box hangs up
		})
	}
	soon(t, func() bool {
		_, err := f.post("/v1/ballot", v.Ballot)
		return err == nil
	})
	slow.Wait()
}

func TestHostileRequests(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, func(c *Config) { c.Limits.Body = time.Second })
	address := strings.TrimPrefix(f.url, "http://")
	for name, text := range map[string]string{
		"long header":        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n",
		"lying length":       "POST /v1/ballot HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999\r\n\r\nabc",
		"no HTTP":            "\x16\x03\x01\x02\x00",
		"chunks without end": "POST /v1/ballot HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("400\r\n"+strings.Repeat("a", 1024)+"\r\n", 64),
		"negative length":    "POST /v1/ballot HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			c, err := net.Dial("tcp", address)
			require.NoError(t, err)
			defer c.Close()
			go io.WriteString(c, text)
			answer, _ := io.ReadAll(c)
			require.NotContains(t, string(answer), "200 OK")
		})
	}
	_, err := f.get("/healthz")
	require.NoError(t, err)
}

// Nothing that is logged tells who voted, from where or what.
func TestLogsHaveNoVoters(t *testing.T) {
	t.Parallel()
	e := newElection(t, 3)
	v := votes(t, e)
	p := newChild(e).run(t)
	(&trial.Crowd{URL: p.url, Clients: 3, Promises: true}).Cast(t.Context(), v)
	for i := range v {
		bad := bytes.Clone(v[i].Ballot)
		bad[len(bad)-1] ^= 1
		trial.Post(t.Context(), web, p.url+"/v1/ballot", bad)
		trial.Get(t.Context(), web, p.url+"/v1/receipt/"+v[i].Code.String())
	}
	p.stop(t)
	said := p.complaints.String()
	require.Contains(t, said, "the ballot box is open")
	require.NotContains(t, said, "127.0.0.1:")
	for i := range v {
		require.NotContains(t, said, e.Voters[i].Key().String())
		require.NotContains(t, said, v[i].Code.String())
	}
}

// The storage must not stop publishing when the clock is set back.
func TestClockSetBackBelowTheCheckpointsTime(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 2, same)
	v := votes(t, f.Election)
	_, err := f.post("/v1/ballot", v[0].Ballot)
	require.NoError(t, err)
	later := time.Now().Add(time.Hour)
	require.NoError(t, os.Chtimes(filepath.Join(f.Dir, record.LogDir, "checkpoint"), later, later))
	_, err = f.post("/v1/ballot", v[1].Ballot)
	require.NoError(t, err)
}

// A clock that jumps changes the times in promises and nothing else.
func TestClockThatJumps(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Unix(1_790_000_000, 0)
	jump := func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(d)
	}
	f := newFixture(t, 5, func(c *Config) {
		c.Clock = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return now
		}
	})
	v := votes(t, f.Election)
	for i, d := range []time.Duration{0, -48 * time.Hour, 100 * time.Hour, -52 * time.Hour} {
		jump(d)
		promise, err := f.post("/v1/promise", v[i].Request)
		require.NoError(t, err)
		p, err := f.ParsePromise(promise)
		require.NoError(t, err)
		require.Equal(t, f.config.Clock().UTC(), p.Time())
		_, err = f.post("/v1/ballot", v[i].Ballot)
		require.NoError(t, err)
	}
	jump(-time.Second) // now it is before the opening
	_, err := f.box.CloseVoting(t.Context())
	require.ErrorContains(t, err, "set the clock")
	_, err = f.post("/v1/ballot", v[4].Ballot)
	require.NoError(t, err, "the box is still open")
	jump(time.Second)
	_, err = f.box.CloseVoting(t.Context())
	require.NoError(t, err)
	f.restart()
	jump(-60 * 365 * 24 * time.Hour)
	_, err = f.post("/v1/ballot", v[0].Ballot)
	require.NoError(t, err)
}

// Who sends forgeries and hangs up at once does not get them verified for nothing.
func TestForgersWhoHangUpAreCharged(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, func(c *Config) { c.Limits.FaultsPerAddress = Rate{0.001, 2} })
	v := votes(t, f.Election)[0]
	bad := bytes.Clone(v.Ballot)
	bad[len(bad)-1] ^= 1
	patience := time.Millisecond
	soon(t, func() bool {
		patience += time.Millisecond // until it is about as long as verifying takes
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		trial.Post(ctx, web, f.url+"/v1/ballot", bad)
		return f.box.faultLimit.empty(addressOf("127.0.0.1"))
	})
	_, err := f.post("/v1/ballot", v.Ballot)
	requireStatus(t, http.StatusTooManyRequests, err)
}
