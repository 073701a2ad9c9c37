package server

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"veche.example/tally/record"
)

func text(size uint64, root [32]byte) []byte {
	return fmt.Appendf(nil, "log\n%d\n%s\n", size, tlog.Hash(root))
}

func TestGateSignsTheBoxesTreesAlone(t *testing.T) {
	t.Parallel()
	secret, _, err := note.GenerateKey(rand.Reader, "log")
	require.NoError(t, err)
	signer, err := note.NewSigner(secret)
	require.NoError(t, err)
	var fault error
	g := newGate(signer, true, func(err error) { fault = err })
	var tree record.Tree
	_, err = g.Sign(text(0, tree.Root()))
	require.NoError(t, err, "the checkpoint of a new log")
	grow := func() (uint64, [32]byte) {
		tree.Add([]byte{byte(tree.Size())})
		return tree.Size(), tree.Root()
	}
	grow()
	g.open(tree.Size(), tree.Root())
	type grown struct {
		size uint64
		root [32]byte
	}
	trees := []grown{{tree.Size(), tree.Root()}}
	for range 5 {
		size, root := grow()
		g.grown(size, root)
		trees = append(trees, grown{size, root})
	}
	for _, i := range []int{0, 2, 2, 4} {
		_, err := g.Sign(text(trees[i].size, trees[i].root))
		require.NoError(t, err)
		require.NoError(t, fault)
	}
	for name, bad := range map[string]grown{
		"smaller than one that was signed": trees[2],
		"of another hash":                  {trees[5].size, trees[4].root},
		"of more entries":                  {trees[5].size + 1, trees[5].root},
		"before the replayed":              {0, trees[0].root},
		"huge":                             {1 << 62, trees[0].root},
	} {
		fault = nil
		_, err := g.Sign(text(bad.size, bad.root))
		require.Error(t, err, name)
		require.Error(t, fault, name)
	}
	for _, bad := range []string{"", "log\n", "log\nx\ny\n", "log\n1\n\n", "log\n-1\n" + tlog.Hash{}.String() + "\n", "log\n1\n" + tlog.Hash{}.String() + "\nmore\n"} {
		_, err := g.Sign([]byte(bad))
		require.Error(t, err, bad)
	}
}

func TestGateThatNeverOpens(t *testing.T) {
	t.Parallel()
	g := newGate(nil, false, func(error) { t.Error("nothing has failed") })
	signed := make(chan error)
	var none record.Tree
	go func() { _, err := g.Sign(text(1, [32]byte{})); signed <- err }()
	go func() { _, err := g.Sign(text(0, none.Root())); signed <- err }()
	g.shut()
	g.shut()
	require.ErrorIs(t, <-signed, errGate)
	require.ErrorIs(t, <-signed, errGate)
}

func TestQueueIsFairAndBounded(t *testing.T) {
	t.Parallel()
	q := newQueue(10, 4)
	push := func(from string, n int) (refused int) {
		for range n {
			if q.push(newJob(t.Context(), addressOf(from), nil)) != nil {
				refused++
			}
		}
		return refused
	}
	require.Equal(t, 2, push("10.0.0.1", 6))
	require.Equal(t, 0, push("10.0.0.2", 1))
	require.Equal(t, 0, push("10.0.0.3", 3))
	require.Equal(t, 1, push("10.0.0.4", 3)) // the queue is full
	require.Equal(t, 10, q.len())
	var turns []string
	for _, j := range q.take(10) {
		turns = append(turns, j.from.Addr().String())
	}
	require.Equal(t, []string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.1", "10.0.0.3", "10.0.0.4", "10.0.0.1", "10.0.0.3", "10.0.0.1"}, turns)
	require.Equal(t, 0, push("10.0.0.1", 2))
	q.close()
	require.Len(t, q.take(1), 1)
	require.Len(t, q.take(5), 1)
	require.Empty(t, q.take(5))
	require.ErrorIs(t, q.push(newJob(t.Context(), address{}, nil)), errStopping)
	require.Empty(t, q.jobs)
}

func TestLimiter(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	l := newLimiter[int](Rate{1, 2}, func() time.Time { return now })
	takes := func(key int, want ...bool) {
		for _, w := range want {
			require.Equal(t, !w, l.empty(key))
			require.Equal(t, w, l.take(key))
		}
	}
	takes(1, true, true, false)
	takes(2, true)
	now = now.Add(time.Second)
	takes(1, true, false)
	now = now.Add(-time.Hour) // a clock that is set back gives nothing
	takes(1, false)
	now = now.Add(time.Second)
	takes(1, true, false)
	now = now.Add(1000 * time.Hour) // nor more than the burst
	takes(1, true, true, false)
}

func TestLimiterForgetsWhomItHasNotSeenForLongest(t *testing.T) {
	t.Parallel()
	l := newLimiter[int](Rate{0, 1}, func() time.Time { return time.Unix(1000, 0) })
	l.most = 100
	for key := range 1000 {
		require.True(t, l.take(key))
		require.LessOrEqual(t, len(l.young)+len(l.old), 200)
	}
	require.False(t, l.take(999))
	require.False(t, l.take(950))
	require.True(t, l.take(0))
}

func TestAddressesOfClients(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ remote, header, want string }{
		{"192.0.2.1:80", "", "192.0.2.1/32"},
		{"[2001:db8::1]:80", "", "2001:db8::/64"},
		{"[::ffff:192.0.2.1]:80", "", "192.0.2.1/32"},
		{"[fe80::1%eth0]:80", "", "fe80::/64"},
		{"@", "", "invalid Prefix"},
		{"10.0.0.1:80", "192.0.2.1", "192.0.2.1/32"},
		{"10.0.0.1:80", "198.51.100.1, 192.0.2.1", "192.0.2.1/32"},
		{"10.0.0.1:80", "192.0.2.1:4711", "192.0.2.1/32"},
		{"10.0.0.1:80", "unknown", "invalid Prefix"},
		{"10.0.0.1:80", "192.0.2.1, ", "invalid Prefix"},
	} {
		r := &http.Request{RemoteAddr: tc.remote, Header: http.Header{}}
		name := ""
		if tc.header != "" {
			name = "X-Forwarded-For"
			r.Header.Add(name, "203.0.113.9")
			r.Header.Add(name, tc.header)
		}
		require.Equal(t, tc.want, clientAddress(r, name).String(), tc)
	}
	require.Equal(t, address{}, clientAddress(&http.Request{RemoteAddr: "10.0.0.1:80"}, "X-Real-IP"), "no header")
}

func TestTileNames(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]uint64{ // of the smallest log that has the tile
		"tile/0/000.p/1":            1,
		"tile/0/000":                256,
		"tile/entries/001.p/255":    511,
		"tile/1/000.p/2":            512,
		"tile/2/000":                1 << 24,
		"tile/entries/x001/234":     256 * 1235,
		"tile/0/x012/x345/678.p/17": 256*12345678 + 17,
	} {
		got, ok := parseTile(name)
		require.True(t, ok, name)
		require.True(t, got.within(size), name)
		require.False(t, got.within(size-1), name)
	}
	for _, name := range []string{"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/00/000",
		"tile/64/000", "tile/-1/000", "tile/0/x000/000", "tile/0/../0/000", "tile/0/000/", "/tile/0/000", "tile/0/1000", "tile/entries", "checkpoint", "tile/0/x999/x999/x999/x999/x999/999"} {
		_, ok := parseTile(name)
		require.False(t, ok, name)
	}
}

func FuzzParseTile(f *testing.F) {
	f.Add("tile/0/x012/345.p/17")
	f.Add("tile/entries/000")
	f.Fuzz(func(t *testing.T, name string) {
		if got, ok := parseTile(name); ok {
			require.Equal(t, name, got.name())
			got.within(1 << 40)
		}
	})
}

func FuzzOutline(f *testing.F) {
	e := newElection(f, 1)
	v := votes(f, e)[0]
	f.Add(v.Ballot)
	f.Add(v.Request)
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := readOutline(e.Election, b)
		if err != nil {
			return
		}
		require.Len(t, b, e.BallotSize(o.style))
		if p, err := e.ParseBallot(b); err == nil {
			require.Equal(t, p.Code(), o.code)
			require.Equal(t, p.Credential(), o.credential)
			require.Equal(t, p.Style(), o.style)
		}
	})
}
