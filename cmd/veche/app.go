package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/alecthomas/kong"

	"veche.example/cmd/veche/internal/secret"
)

// app is what every verb works with.
type app struct {
	ctx         context.Context // ends when the user interrupts
	out, stderr io.Writer
	json        bool
	parser      *kong.Kong
	keys        *secret.Keyring
	warnings    []string
	data        any // of a verb that fails, for --json
}

// answer is what a verb says with --json.
type answer struct {
	Done     string   `json:"done,omitempty"`
	Next     string   `json:"next,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	Data     any      `json:"data,omitempty"`
	Error    string   `json:"error,omitempty"`
	Exit     int      `json:"exit"`
}

// done says in one line what was done and in one more what to do next.
func (a *app) done(data any, did, next string) error {
	if a.json {
		return a.encode(answer{Done: did, Next: next, Warnings: a.warnings, Data: data})
	}
	_, err := fmt.Fprintln(a.out, did)
	if next != "" {
		_, err = fmt.Fprintln(a.out, "next:", next)
	}
	return err
}

// print is for verbs whose work is their output: text for people, data for --json.
func (a *app) print(data any, text string) error {
	if a.json {
		return a.encode(answer{Warnings: a.warnings, Data: data})
	}
	_, err := io.WriteString(a.out, text)
	return err
}

// warn says what is allowed but should be intended.
func (a *app) warn(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	a.warnings = append(a.warnings, text)
	if !a.json {
		fmt.Fprintln(a.stderr, "warning:", text)
	}
}

// fail reports an error and returns its exit code.
func (a *app) fail(err error) int {
	code := exitCode(err)
	if a.json {
		err = errors.Join(err, a.encode(answer{Error: err.Error(), Warnings: a.warnings, Data: a.data, Exit: code}))
	}
	fmt.Fprintln(a.stderr, "veche:", err)
	return code
}

func (a *app) encode(v answer) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// version returns the version of the module that was built.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown)"
}
