package client

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
)

// serve returns the box that a handler plays.
func serve(t *testing.T, handler http.HandlerFunc) *Box {
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	b, err := New(s.URL + "/")
	require.NoError(t, err)
	b.wait = time.Millisecond
	return b
}

func TestSubmissions(t *testing.T) {
	t.Parallel()
	b := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, r.Method+" "+r.URL.Path+" "+string(body))
	})
	for path, send := range map[string]func(context.Context, []byte) ([]byte, error){
		"/v1/promise": b.Promise, "/v1/ballot": b.Cast, "/v1/challenge": b.Challenge,
	} {
		answer, err := send(t.Context(), []byte("body"))
		require.NoError(t, err)
		require.Equal(t, "POST "+path+" body", string(answer))
	}
	accepted, err := b.Accepted(t.Context(), ballot.Code{1})
	require.NoError(t, err)
	require.True(t, accepted)
}

func TestBusyBoxesAreAskedAgain(t *testing.T) {
	t.Parallel()
	for status, calls := range map[int]int{
		http.StatusServiceUnavailable: tries, http.StatusTooManyRequests: tries,
		http.StatusGone: 1, http.StatusConflict: 1, http.StatusUnprocessableEntity: 1, http.StatusNotFound: 1, http.StatusInternalServerError: 1,
	} {
		called := 0
		b := serve(t, func(w http.ResponseWriter, r *http.Request) {
			called++
			http.Error(w, "so it is\nand more", status)
		})
		_, err := b.Cast(t.Context(), nil)
		var refusal *Refusal
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, status, refusal.Status)
		require.Equal(t, calls > 1, refusal.Later())
		require.EqualError(t, err, "the ballot box refused: so it is")
		require.Equal(t, calls, called)
	}
	called := 0
	b := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if called++; called < tries {
			http.Error(w, "busy", http.StatusServiceUnavailable)
		}
	})
	_, err := b.Promise(t.Context(), nil)
	require.NoError(t, err)
	b = serve(t, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "busy", http.StatusServiceUnavailable) })
	b.wait = time.Hour
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = b.Promise(ctx, nil)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	b := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, strings.Repeat("x", maxAnswer+1)) })
	_, err := b.Cast(t.Context(), nil)
	require.ErrorContains(t, err, "no ballot box")
	b = serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "10")
		io.WriteString(w, "short")
	})
	_, err = b.Cast(t.Context(), nil)
	require.ErrorContains(t, err, "broke off")
	for text, want := range map[string]string{"": "418 I'm a teapot", strings.Repeat("x", 501): "418 I'm a teapot", "a\x1b[31mb": `a\x1b[31mb`} {
		b = serve(t, func(w http.ResponseWriter, r *http.Request) { http.Error(w, text, http.StatusTeapot) })
		_, err = b.Accepted(t.Context(), ballot.Code{})
		require.EqualError(t, err, "the ballot box refused: "+want)
	}
	b = serve(t, http.NotFound)
	accepted, err := b.Accepted(t.Context(), ballot.Code{})
	require.NoError(t, err)
	require.False(t, accepted)
	b.base = "http://127.0.0.1:1"
	_, err = b.Cast(t.Context(), nil)
	require.ErrorContains(t, err, "does not answer")
	for _, address := range []string{"", "vote.example.com", "ftp://vote.example.com", "https://", "http://[", "club"} {
		_, err = New(address)
		require.ErrorContains(t, err, "not the address", address)
	}
}
