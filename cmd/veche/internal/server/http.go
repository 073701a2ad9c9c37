package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"veche.example/tally/record"
)

// Handler serves the box. docs/operations.md lists the paths.
func (b *Box) Handler() http.Handler {
	mux := http.NewServeMux()
	v1 := func(pattern string, f http.HandlerFunc) { mux.Handle(pattern, b.limit(f)) }
	v1("POST /v1/promise", b.post(maxRequest, b.admitRequest, b.answerPromise))
	v1("POST /v1/ballot", b.post(b.maxBallot(), b.admitBallot, b.answerReceipt))
	v1("POST /v1/challenge", b.post(maxOpening, b.admitOpening, b.answerReceipt))
	v1("GET /v1/receipt/{code}", b.getReceipt)
	v1("GET /v1/code/{code}", b.getCode)
	mux.HandleFunc("GET /healthz", b.getHealth)
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		b.writeMetrics(w)
	})
	mux.HandleFunc("GET /"+record.LogDir+"/{path...}", b.getLog)
	mux.HandleFunc("GET /{file}", b.getFile)
	return b.guard(mux)
}

// fromKey is under which a request's context has the client's address.
type fromKey struct{}

func from(r *http.Request) address { return r.Context().Value(fromKey{}).(address) }

// guard keeps a fault of the program from ending it.
func (b *Box) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if fault := recover(); fault != nil && fault != http.ErrAbortHandler {
				b.Logger.Error("a request failed", "path", r.Pattern, "fault", fmt.Sprint(fault), "stack", string(debug.Stack()))
				panic(http.ErrAbortHandler)
			}
		}()
		b.metrics.requests.Add(1)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// limit limits every address. What auditors read is not limited.
func (b *Box) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := clientAddress(r, b.AddressHeader)
		if !b.requestLimit.take(client) {
			b.refuse(w, errAddress)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), fromKey{}, client)))
	})
}

// refuse answers with an error, in one line of text.
func (b *Box) refuse(w http.ResponseWriter, err error) {
	why := reasonOf(err)
	b.metrics.refused[why].Add(1)
	if why == limited || why == busy || why == broken {
		w.Header().Set("Retry-After", "5")
	}
	http.Error(w, err.Error(), statuses[why])
}

// send answers with bytes.
func send(w http.ResponseWriter, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body) // to whom hangs up nothing can be said
}

const (
	plain  = "text/plain; charset=utf-8"
	octets = "application/octet-stream"
)

// Serve serves the box on a listener until ctx ends or the log fails; then it answers
// what it has begun with, stops the box and closes the listener.
func (b *Box) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           b.Handler(),
		ReadHeaderTimeout: min(b.Limits.Body, 5*time.Second),
		ReadTimeout:       b.Limits.Body,
		WriteTimeout:      b.Limits.Body + b.Limits.Respond + 5*time.Second,
		IdleTimeout:       b.Limits.Idle,
		MaxHeaderBytes:    8 << 10,
		ErrorLog:          stdlog.New(io.Discard, "", 0), // its lines have addresses
	}
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(limitListener(l, b.Limits.Connections, b.Limits.ConnectionsPerAddress))
	}()
	watching, stopWatching := context.WithCancel(ctx)
	var watched sync.WaitGroup
	watched.Go(func() { b.watchClosing(watching) })
	watched.Go(func() { b.watchResult(watching) })
	b.Logger.Info("the ballot box is open", "entries", b.Size(), "ballots", b.Accepted())
	var fault error
	select {
	case <-ctx.Done():
	case <-b.failed:
	case fault = <-served:
	}
	stopWatching()
	watched.Wait()
	ending, cancel := context.WithTimeout(context.Background(), b.Limits.Respond+10*time.Second)
	defer cancel()
	return errors.Join(fault, server.Shutdown(ending), b.Stop(ending))
}
