package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// proxy is the command
//
//	proxy ADDRESS FAULT TO   has a box between voters and the one whose address is in a file,
//	                         and writes the address of that box to another
//
// The faults are: PATH, of which a bit of every answer is flipped, and hangs-up, who passes
// ballots on and does not answer.
func proxy(ts *testscript.TestScript, neg bool, args []string) {
	target, err := url.Parse(strings.TrimSpace(ts.ReadFile(args[0])))
	ts.Check(err)
	p := httputil.NewSingleHostReverseProxy(target)
	p.ModifyResponse = func(r *http.Response) error {
		switch {
		case args[1] == "hangs-up" && r.Request.URL.Path == "/v1/ballot":
			return errors.New("hang up")
		case r.Request.URL.Path == args[1]:
			return flip(r)
		}
		return nil
	}
	p.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	s := httptest.NewServer(p)
	ts.Defer(s.Close)
	rewrite(ts, args[2], s.URL+"\n")
}

// flip changes the answer in its middle.
func flip(r *http.Response) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	body[len(body)/2] ^= 1
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}
