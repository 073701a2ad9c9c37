package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"veche.example/cmd/veche/internal/armour"
	"veche.example/cmd/veche/internal/receipt"
)

func TestMain(m *testing.M) {
	scryptWork = 4
	testscript.Main(m, map[string]func(){"veche": main})
}

// TestSessions runs the scripts of testdata/script. They find a passphrase in the file
// pass, and these commands:
//
//	exits CODE veche ARGS…   runs veche, which must exit with the code
//	killed veche ARGS…       runs veche and kills it somewhere on its way
//	rounds DIR KEY…          runs the four rounds of the key ceremony for all trustees
//	object                   the last standard output is one JSON object
//	change FILE LINE FROM TO in a line of a text (from 1, $ is the last), FROM becomes TO
//	drop FILE LINE           removes a line of a text
//	zipped DIR FILE          packs a directory
//	proxy ADDRESS FAULT TO   puts a faulty ballot box before the one at an address, see proxy
//	unproven FILE            takes the proof out of a receipt, as if the box had not answered
//	forge FILE BYTE          flips a bit of a message's data (from 0) and mends the sum
func TestSessions(t *testing.T) {
	t.Parallel()
	p := sessions()
	p.Dir = filepath.Join("testdata", "script")
	testscript.Run(t, p)
}

func sessions() testscript.Params {
	return testscript.Params{
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("VECHE_PASSPHRASE_FILE", filepath.Join(e.WorkDir, "pass"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "killed": killed, "rounds": rounds4, "object": object, "change": change, "drop": drop, "forge": forge,
			"unproven": unproven, "zipped": zipped, "proxy": proxy,
		},
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE veche ARGS…")
	}
	err := ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	got := 0
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s; standard error:\n%s", got, args[0], ts.ReadFile("stderr"))
	}
}

func rounds4(ts *testscript.TestScript, neg bool, args []string) {
	for _, verb := range roundVerbs {
		ts.Check(ts.Exec("veche", append([]string{"trustee", verb}, args...)...))
	}
}

// killed kills at a random moment, which may be after the end.
func killed(ts *testscript.TestScript, neg bool, args []string) {
	path := filepath.SplitList(ts.Getenv("PATH"))[0]
	cmd := exec.Command(filepath.Join(path, args[0]), args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(cmd.Environ(), "VECHE_PASSPHRASE_FILE="+ts.Getenv("VECHE_PASSPHRASE_FILE"))
	ts.Check(cmd.Start())
	time.Sleep(rand.N(60 * time.Millisecond))
	ts.Check(cmd.Process.Kill())
	_ = cmd.Wait() // killed or not
}

func object(ts *testscript.TestScript, neg bool, args []string) {
	d := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	var v map[string]any
	ts.Check(d.Decode(&v))
	if _, err := d.Token(); err != io.EOF {
		ts.Fatalf("more than one object")
	}
	if _, ok := v["exit"]; !ok {
		ts.Fatalf("no exit code in %v", v)
	}
}

func lineOf(ts *testscript.TestScript, lines []string, s string) int {
	if s == "$" {
		return len(lines) - 1
	}
	n, err := strconv.Atoi(s)
	ts.Check(err)
	return n - 1
}

func textLines(ts *testscript.TestScript, name string) []string {
	return strings.Split(strings.TrimSuffix(ts.ReadFile(name), "\n"), "\n")
}

func change(ts *testscript.TestScript, neg bool, args []string) {
	lines := textLines(ts, args[0])
	at := lineOf(ts, lines, args[1])
	changed := strings.Replace(lines[at], args[2], args[3], 1)
	if changed == lines[at] {
		ts.Fatalf("line %s has no %q: %s", args[1], args[2], lines[at])
	}
	lines[at] = changed
	rewrite(ts, args[0], strings.Join(lines, "\n")+"\n")
}

func drop(ts *testscript.TestScript, neg bool, args []string) {
	lines := textLines(ts, args[0])
	at := lineOf(ts, lines, args[1])
	rewrite(ts, args[0], strings.Join(append(lines[:at], lines[at+1:]...), "\n")+"\n")
}

func forge(ts *testscript.TestScript, neg bool, args []string) {
	b, err := armour.Parse([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	b.Data = bytes.Clone(b.Data)
	b.Data[at] ^= 1
	rewrite(ts, args[0], string(b.Text()))
}

func zipped(ts *testscript.TestScript, neg bool, args []string) {
	f, err := os.Create(ts.MkAbs(args[1]))
	ts.Check(err)
	w := zip.NewWriter(f)
	ts.Check(errors.Join(w.AddFS(os.DirFS(ts.MkAbs(args[0]))), w.Close(), f.Close()))
}

func unproven(ts *testscript.TestScript, neg bool, args []string) {
	r, err := receipt.Parse([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	r.Proof = nil
	rewrite(ts, args[0], string(r.Text()))
}

func rewrite(ts *testscript.TestScript, name, text string) {
	ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644))
}
