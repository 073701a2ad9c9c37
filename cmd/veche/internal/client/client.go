// Package client sends what a voter has to say to a ballot box over HTTP. Only the verb vote
// needs it; the record that the box publishes is read with package source.
package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"veche.example/ballot"
)

const (
	maxAnswer = 1 << 20
	tries     = 4                // of one submission
	longest   = 10 * time.Second // between two tries
)

// Box is a ballot box at an address. Whatever is sent to it may be sent again: it answers the
// same.
type Box struct {
	base string
	http *http.Client
	wait time.Duration // between two tries if the box asks for no other
}

// New returns the ballot box at an address such as https://vote.example.com.
func New(address string) (*Box, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q: not the address of a ballot box: it begins with http:// or https:// and has a name", address)
	}
	return &Box{strings.TrimSuffix(address, "/"), &http.Client{Timeout: time.Minute}, time.Second}, nil
}

// Refusal is an answer that is no success.
type Refusal struct {
	Status int // of HTTP
	Text   string
	after  time.Duration
}

// Error returns what the box said.
func (r *Refusal) Error() string { return "the ballot box refused: " + r.Text }

// Later says whether the box may accept the same at another time.
func (r *Refusal) Later() bool {
	return r.Status == http.StatusServiceUnavailable || r.Status == http.StatusTooManyRequests
}

// Promise asks for a promise.
func (b *Box) Promise(ctx context.Context, request []byte) (promise []byte, err error) {
	return b.post(ctx, "/v1/promise", request)
}

// Cast casts a signed ballot and returns the proof that it is in the log, which nobody has
// verified.
func (b *Box) Cast(ctx context.Context, signed []byte) (proof []byte, err error) {
	return b.post(ctx, "/v1/ballot", signed)
}

// Challenge publishes the opening of a ballot and returns the proof that it is in the log.
func (b *Box) Challenge(ctx context.Context, opening []byte) (proof []byte, err error) {
	return b.post(ctx, "/v1/challenge", opening)
}

// Accepted says whether the ballot with this code was accepted.
func (b *Box) Accepted(ctx context.Context, code ballot.Code) (bool, error) {
	_, err := b.do(ctx, http.MethodGet, "/v1/receipt/"+code.String(), nil)
	var r *Refusal
	if errors.As(err, &r) && r.Status == http.StatusNotFound {
		return false, nil
	}
	return err == nil, err
}

// post sends a submission, again if the box is busy.
func (b *Box) post(ctx context.Context, path string, body []byte) (answer []byte, err error) {
	for try := 1; ; try++ {
		answer, err = b.do(ctx, http.MethodPost, path, body)
		var r *Refusal
		if err == nil || try == tries || !errors.As(err, &r) || !r.Later() {
			return answer, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(min(max(b.wait, r.after), longest)):
		}
	}
}

func (b *Box) do(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, b.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	response, err := b.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("the ballot box does not answer: %w", err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the ballot box broke off its answer: %w", err)
	case len(answer) > maxAnswer:
		return nil, fmt.Errorf("%s: the answer is longer than %d bytes: this is no ballot box", b.base, maxAnswer)
	case response.StatusCode != http.StatusOK:
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		return nil, &Refusal{response.StatusCode, reason(answer, response.Status), time.Duration(seconds) * time.Second}
	}
	return answer, nil
}

// reason is the line in which a box says why, made fit for a terminal.
func reason(answer []byte, status string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(answer)), "\n")
	if line == "" || len(line) > 500 {
		return status
	}
	return strings.Trim(strconv.QuoteToGraphic(line), `"`)
}
