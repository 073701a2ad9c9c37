package source

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
)

// pace is how patient a client is with a server.
type pace struct {
	stall   time.Duration // without a byte
	grace   time.Duration // after which a file must have come as fast as rate
	rate    int64         // bytes a second
	tries   int
	backoff time.Duration // before the second try; doubles before each further one
	longest time.Duration // that a server can ask to be left alone
}

var patient = pace{stall: 30 * time.Second, grace: time.Minute, rate: 4 << 10, tries: 4, backoff: 500 * time.Millisecond, longest: 30 * time.Second}

// client fetches files below a URL, one at a time over one connection.
type client struct {
	base *url.URL
	http *http.Client
	pace
}

const maxRedirects = 3

var errRedirect = errors.New("redirected to another server: if you trust it, name that one")

func newClient(where string, p pace) (*client, error) {
	base, err := url.Parse(where)
	if err != nil {
		return nil, fmt.Errorf("%s: not a URL: %w", where, err)
	}
	switch {
	case base.Scheme != "http" && base.Scheme != "https":
		return nil, fmt.Errorf("%s: must begin with http:// or https://", where)
	case base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return nil, fmt.Errorf("%s: must be a server and the path of the record on it, without a password, a question mark or a number sign", where)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true // so that lengths are those of the files
	transport.MaxConnsPerHost, transport.MaxResponseHeaderBytes = 1, 64<<10
	return &client{base, &http.Client{Transport: transport, CheckRedirect: sameServer}, p}, nil
}

func sameServer(r *http.Request, via []*http.Request) error {
	if first := via[0].URL; r.URL.Scheme != first.Scheme || r.URL.Host != first.Host || len(via) > maxRedirects {
		return errRedirect
	}
	return nil
}

// url returns the address of a file.
func (c *client) url(name string) string { return c.base.JoinPath(name).String() }

// passing is a fault that may be gone at the next try.
type passing struct {
	error
	after time.Duration // that the server asks to wait
}

func (p passing) Unwrap() error { return p.error }

// get writes the file into out, which is empty, at most so many bytes. A file that is not
// there is fs.ErrNotExist.
func (c *client) get(ctx context.Context, name string, most int64, out *os.File) error {
	for try := 1; ; try++ {
		err := c.once(ctx, name, most, out)
		var again passing
		if !errors.As(err, &again) {
			return err
		}
		if try == c.tries {
			return fmt.Errorf("%w (tried %d times)", again.error, try)
		}
		wait := c.backoff << (try - 1)
		wait += rand.N(wait/4 + 1) // so that many clients do not come back at once
		if err := sleep(ctx, max(wait, min(again.after, c.longest))); err != nil {
			return err
		}
		if err := empty(out); err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func empty(f *os.File) error {
	_, err := f.Seek(0, io.SeekStart)
	return errors.Join(err, f.Truncate(0))
}

// once tries to get the file.
func (c *client) once(ctx context.Context, name string, most int64, out *os.File) error {
	attempt, cancel := context.WithCancel(ctx)
	defer cancel()
	stalled := time.AfterFunc(c.stall, cancel)
	defer stalled.Stop()
	r, err := http.NewRequestWithContext(attempt, http.MethodGet, c.url(name), nil)
	if err != nil {
		return err
	}
	r.Header.Set("User-Agent", "veche")
	resp, err := c.http.Do(r)
	if err == nil {
		defer resp.Body.Close()
		if err = checkResponse(resp, most); err == nil {
			err = c.copy(out, resp.Body, most, func() { stalled.Reset(c.stall) })
		}
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case attempt.Err() != nil:
		return passing{error: fmt.Errorf("nothing came for %v", c.stall)}
	}
	return transportFault(err)
}

// transportFault says of a fault below HTTP whether it is passing.
func transportFault(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err // which does not repeat the address
	}
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, new(passing)), errors.As(err, new(lasting)), errors.Is(err, errRedirect), errors.As(err, &certificate),
		errors.As(err, &name) && name.IsNotFound:
		return err
	}
	return passing{error: err}
}

// lasting is a fault that will be the same at the next try.
type lasting struct{ error }

func (l lasting) Unwrap() error { return l.error }

// checkResponse checks all but the body.
func checkResponse(resp *http.Response, most int64) error {
	switch status := resp.StatusCode; {
	case status == http.StatusNotFound || status == http.StatusGone:
		return lasting{fs.ErrNotExist}
	case status == http.StatusTooManyRequests || status >= 500:
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return passing{fmt.Errorf("the server answers %q", resp.Status), time.Duration(min(max(seconds, 0), 3600)) * time.Second}
	case status != http.StatusOK:
		return lasting{fmt.Errorf("the server answers %q", resp.Status)}
	case resp.Header.Get("Content-Encoding") != "":
		return lasting{fmt.Errorf("the server sends it packed by %q, though nobody asked for that", resp.Header.Get("Content-Encoding"))}
	case resp.ContentLength > most:
		return lasting{tooLong(most)}
	case resp.ContentLength < 0 && resp.ProtoMajor == 1 && len(resp.TransferEncoding) == 0:
		return lasting{errors.New("the server does not say how long it is: it might be cut off")}
	}
	return nil
}

func tooLong(most int64) error {
	return fmt.Errorf("more than %d bytes: not such a file", most)
}

// copy copies a body, and calls alive whenever some of it has come.
func (c *client) copy(out io.Writer, body io.Reader, most int64, alive func()) error {
	began, buf := time.Now(), make([]byte, 64<<10)
	for size := int64(0); ; {
		n, err := body.Read(buf)
		alive()
		if size += int64(n); size > most {
			return lasting{tooLong(most)}
		}
		if _, err := out.Write(buf[:n]); err != nil {
			return lasting{fmt.Errorf("%w: set TMPDIR to a folder with room", err)}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if took := time.Since(began); took > c.grace && float64(size) < took.Seconds()*float64(c.rate) {
			return lasting{fmt.Errorf("comes slower than %d bytes a second: get the files in another way", c.rate)}
		}
	}
}
