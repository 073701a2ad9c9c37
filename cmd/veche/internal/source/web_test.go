package source

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/tally/record"
)

// hasty is a client that does not wait between tries.
var hasty = pace{stall: time.Hour, grace: time.Hour, rate: 1, tries: 3, backoff: time.Millisecond, longest: 2 * time.Millisecond}

// server has a manifest, and answers other requests with a handler. It counts them.
type server struct {
	url   string
	count atomic.Int64
	most  atomic.Int64 // at once
}

func newServer(t *testing.T, h http.HandlerFunc) *server {
	s := new(server)
	var now atomic.Int64
	s.url = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.most.Store(max(s.most.Load(), now.Add(1)))
		defer now.Add(-1)
		if r.URL.Path == "/"+record.ManifestFile {
			w.Write(manifest())
			return
		}
		s.count.Add(1)
		h(w, r)
	}))
	return s
}

func openHasty(t *testing.T, url string, p pace) *web {
	fsys, done, err := openWeb(t.Context(), url, p)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, done()) })
	return fsys.(*web)
}

// raw answers with these bytes and nothing else.
func raw(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			conn.Write([]byte(answer))
			conn.Close()
		}
	}
}

// endless sends more and more.
func endless(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		w.Write(make([]byte, 8<<10))
	}
}

// slowly sends a byte at a time until nobody listens.
func slowly(every time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			w.Write([]byte{0})
			http.NewResponseController(w).Flush()
			select {
			case <-time.After(every):
			case <-r.Context().Done():
			}
		}
	}
}

func TestServersThatDoNotAnswerAsTheyShould(t *testing.T) {
	t.Parallel()
	elsewhere := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { t.Error("asked another server") }))
	to := func(url string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, url, http.StatusFound) }
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", code) }
	}
	slow, brief := hasty, hasty
	slow.grace, slow.rate = 20*time.Millisecond, 1<<30
	brief.stall = 500 * time.Millisecond
	for name, tc := range map[string]struct {
		handler  http.HandlerFunc
		pace     pace
		requests int64
		want     string
	}{
		"400":                            {status(http.StatusBadRequest), hasty, 1, `the server answers "400 Bad Request"`},
		"403":                            {status(http.StatusForbidden), hasty, 1, `the server answers "403 Forbidden"`},
		"404":                            {status(http.StatusNotFound), hasty, 1, "file does not exist"},
		"410":                            {status(http.StatusGone), hasty, 1, "file does not exist"},
		"429":                            {status(http.StatusTooManyRequests), hasty, 3, `"429 Too Many Requests" (tried 3 times)`},
		"500":                            {status(http.StatusInternalServerError), hasty, 3, `"500 Internal Server Error" (tried 3 times)`},
		"503":                            {status(http.StatusServiceUnavailable), hasty, 3, `"503 Service Unavailable" (tried 3 times)`},
		"nothing to send":                {status(http.StatusNoContent), hasty, 1, `the server answers "204 No Content"`},
		"a part":                         {status(http.StatusPartialContent), hasty, 1, `the server answers "206 Partial Content"`},
		"a redirect to another server":   {to(elsewhere + "/roll.bin"), hasty, 1, "redirected to another server"},
		"a redirect to another protocol": {to("https://127.0.0.1/roll.bin"), hasty, 1, "redirected to another server"},
		"a redirect to a file":           {to("file:///etc/passwd"), hasty, 1, "redirected to another server"},
		"a redirect to itself":           {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/roll.bin", http.StatusFound) }, hasty, 4, "redirected"},
		"nothing":                        {func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, hasty, 4, "EOF (tried 3 times)"}, // once more by package http, whose connection was used before
		"no HTTP":                        {raw("SSH-2.0-OpenSSH\r\n\r\n"), hasty, 3, "malformed HTTP"},
		"cut off":                        {raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nroll"), hasty, 3, "unexpected EOF (tried 3 times)"},
		"cut off in a chunk":             {raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nroll"), hasty, 3, "unexpected EOF (tried 3 times)"},
		"cut off between chunks":         {raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nroll\r\n"), hasty, 3, "unexpected EOF (tried 3 times)"},
		"as long as the connection":      {raw("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nroll"), hasty, 1, "does not say how long it is"},
		"HTTP/1.0 without a length":      {raw("HTTP/1.0 200 OK\r\n\r\nroll"), hasty, 1, "does not say how long it is"},
		"two lengths":                    {raw("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nroll!"), hasty, 3, "Content-Length"},
		"a length that is none":          {raw("HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nroll"), hasty, 3, "Content-Length"},
		"a length that nothing has":      {raw("HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\nroll"), hasty, 1, "more than 4294967296 bytes: not such a file"},
		"headers without end":            {raw("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20)), hasty, 3, "exceeded"},
		"packed": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write([]byte("x"))
		}, hasty, 1, `packed by "gzip"`},
		"one that hangs":                   {func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, brief, 3, "nothing came for 500ms (tried 3 times)"},
		"one that hangs after some bytes":  {slowly(time.Hour), brief, 3, "nothing came for 500ms (tried 3 times)"},
		"one that sends a byte at a time":  {slowly(time.Millisecond), slow, 1, "comes slower than 1073741824 bytes a second"},
		"a checkpoint without end":         {endless, hasty, 1, "more than 131072 bytes"},
		"a length of a checkpoint, a lie":  {raw("HTTP/1.1 200 OK\r\nContent-Length: 131073\r\n\r\n"), hasty, 1, "more than 131072 bytes"},
		"switching to another protocol":    {raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), hasty, 1, `the server answers "101 Switching Protocols"`},
		"a status that is none":            {raw("HTTP/1.1 abc OK\r\n\r\n"), hasty, 3, "malformed HTTP"},
		"a redirect that leads nowhere":    {raw("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"), hasty, 1, `302`},
		"a redirect to what is not a link": {raw("HTTP/1.1 302 Found\r\nLocation: ://\r\nContent-Length: 0\r\n\r\n"), hasty, 3, `Location`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, tc.handler)
			file := record.RollFile
			if strings.Contains(name, "checkpoint") {
				file = checkpoint
			}
			_, err := fs.ReadFile(openHasty(t, s.url, tc.pace), file)
			require.ErrorContains(t, err, tc.want)
			require.ErrorContains(t, err, "fetch "+s.url+"/"+file+": ")
			require.ErrorAs(t, err, new(*fs.PathError))
			require.Equal(t, tc.want == "file does not exist", errors.Is(err, fs.ErrNotExist))
			require.Equal(t, tc.requests, s.count.Load(), "requests")
		})
	}
}

// A server that sends more than it promised is cut off where it promised to end; a file
// that lacks something is for the reader of the record to refuse.
func TestMoreThanPromised(t *testing.T) {
	t.Parallel()
	s := newServer(t, raw("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nroll and more"))
	w := openHasty(t, s.url, hasty)
	b, err := fs.ReadFile(w, record.RollFile)
	require.NoError(t, err)
	require.Equal(t, "roll", string(b))
	_, err = record.NewReader(w).Roll()
	require.ErrorContains(t, err, "roll: ")
}

func TestFileOfNoBytes(t *testing.T) {
	t.Parallel()
	w := openHasty(t, newServer(t, func(w http.ResponseWriter, r *http.Request) {}).url, hasty)
	b, err := fs.ReadFile(w, record.RollFile)
	require.NoError(t, err)
	require.Empty(t, b)
	_, err = record.NewReader(w).Roll()
	require.ErrorContains(t, err, "roll: ")
}

func TestServersThatRecover(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		switch n.Add(1) {
		case 1:
			w.Header().Set("Retry-After", "1000000000000")
			http.Error(w, "later", http.StatusServiceUnavailable)
		case 2:
			w.Header().Set("Content-Length", "100")
			w.Write([]byte("another beginning"))
			panic(http.ErrAbortHandler)
		default:
			w.Write([]byte("roll"))
		}
	})
	w := openHasty(t, s.url, hasty)
	for range 3 {
		b, err := fs.ReadFile(w, record.RollFile)
		require.NoError(t, err)
		require.Equal(t, "roll", string(b))
	}
	require.EqualValues(t, 3, n.Load(), "what was fetched is kept")
}

func TestRedirectOnTheServer(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/roll.bin" {
			http.Redirect(w, r, "/files/1", http.StatusMovedPermanently)
			return
		}
		w.Write([]byte(r.URL.Path))
	})
	b, err := fs.ReadFile(openHasty(t, s.url, hasty), record.RollFile)
	require.NoError(t, err)
	require.Equal(t, "/files/1", string(b))
}

func TestNoRecordBehindURL(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	for name, tc := range map[string]struct {
		url, want string
	}{
		"another page":       {serve(t, http.NotFoundHandler()), "no record of an election, it has no manifest.json"},
		"a broken one":       {serve(t, raw("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n")), `the server answers "500 X" (tried 3 times)`},
		"a manifest too big": {serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, ballot.MaxManifest+1)) })), "more than 1048576 bytes"},
		"nobody there":       {"http://" + closed.Addr().String(), "connection refused (tried 3 times)"},
		"no such name":       {"http://name.invalid/", "name.invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := openWeb(t.Context(), tc.url, hasty)
			require.ErrorContains(t, err, tc.want)
			require.ErrorContains(t, err, strings.TrimSuffix(tc.url, "/"))
		})
	}
	require.NotErrorIs(t, err, fs.ErrNotExist)
}

func TestWhoGivesUpIsNotHeld(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	p := hasty
	p.backoff = time.Hour
	fsys, done, err := openWeb(ctx, s.url, p)
	require.NoError(t, err)
	_, err = fsys.Open(record.RollFile)
	require.ErrorIs(t, err, context.Canceled)
	require.EqualValues(t, 1, s.count.Load())
	require.NoError(t, done())

	ctx, cancel = context.WithCancel(t.Context())
	s = newServer(t, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "later", http.StatusServiceUnavailable) })
	fsys, done, err = openWeb(ctx, s.url, p)
	require.NoError(t, err)
	time.AfterFunc(20*time.Millisecond, cancel)
	_, err = fsys.Open(record.RollFile)
	require.ErrorIs(t, err, context.Canceled, "while it waits for the next try")
	require.NoError(t, done())
}

// The waits between tries double, and a server may ask for more, but not for ever.
func TestWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began, asked := time.Now(), ""
		var at []time.Duration
		c, err := newClient("http://example.com/", patient)
		require.NoError(t, err)
		c.http.Transport = transport(func(r *http.Request) (*http.Response, error) {
			at = append(at, time.Since(began))
			return &http.Response{StatusCode: http.StatusServiceUnavailable, Status: "503", Header: http.Header{"Retry-After": {asked}}, Body: http.NoBody}, nil
		})
		for ask, want := range map[string][]float64{"": {0.5, 1, 2}, "20": {20, 20, 20}, "-7": {0.5, 1, 2}, "99999": {30, 30, 30}, "9999999999999999999": {30, 30, 30}, "Wed": {0.5, 1, 2}} {
			began, asked, at = time.Now(), ask, nil
			f, err := os.Create(filepath.Join(t.TempDir(), "file"))
			require.NoError(t, err)
			require.ErrorContains(t, c.get(t.Context(), record.RollFile, 10, f), "503")
			require.NoError(t, f.Close())
			require.Len(t, at, 4)
			for i, seconds := range want {
				require.InDelta(t, seconds*1.125, (at[i+1] - at[i]).Seconds(), seconds*0.126, ask)
			}
		}
	})
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestOneRequestAtATime(t *testing.T) {
	t.Parallel()
	dir := newRecord(t, 300)
	s := newServer(t, http.FileServerFS(os.DirFS(dir)).ServeHTTP)
	w := openHasty(t, s.url, hasty)
	done := make(chan map[string]string)
	for range 8 {
		go func() { done <- files(t, w) }()
	}
	all := <-done
	for range 7 {
		require.Equal(t, all, <-done)
	}
	require.EqualValues(t, 1, s.most.Load())
	require.LessOrEqual(t, s.count.Load(), int64(len(all)+len(record.Files())+1), "each file once, and those that are not there")
}
