package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

// step is a command of a guide, and what the guide says that it prints.
type step struct {
	command string
	prints  []string
}

// steps reads the commands in the blocks of a guide that are sh, and behind them the lines
// of blocks that are text.
func steps(t *testing.T, page string) (out []step) {
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "guide", page))
	require.NoError(t, err)
	block := ""
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "```") && block == "":
			block = strings.TrimPrefix(trimmed, "```")
			require.Contains(t, []string{"sh", "text"}, block, page)
		case trimmed == "```":
			block = ""
		case block == "sh":
			out = append(out, step{command: trimmed})
		case block == "text":
			last := &out[len(out)-1]
			last.prints = append(last.prints, line)
		}
	}
	return out
}

// TestTutorial runs the tutorial as it stands.
func TestTutorial(t *testing.T) {
	t.Parallel()
	tutorial := steps(t, "tutorial.md")
	require.NotEmpty(t, tutorial)
	require.LessOrEqual(t, len(tutorial), 15, "the tutorial must stay short")
	script := new(strings.Builder)
	for _, s := range tutorial {
		if strings.HasPrefix(s.command, "veche box serve") {
			fmt.Fprintf(script, "exec %s &box&\nexec sh -c 'until test -e club.box.url; do sleep 0.05; done'\n", s.command)
			continue
		}
		fmt.Fprintln(script, "exec", s.command)
		for _, line := range s.prints {
			fmt.Fprintln(script, "prints", "'"+line+"'")
		}
	}
	fmt.Fprint(script, "kill -INT box\nwait box\n-- pass --\ncorrect horse\n")
	path := filepath.Join(t.TempDir(), "tutorial.txtar")
	require.NoError(t, os.WriteFile(path, []byte(script.String()), 0o600))
	p := sessions()
	p.Files = []string{path}
	p.Cmds["prints"] = func(ts *testscript.TestScript, _ bool, args []string) {
		if out := ts.ReadFile("stdout"); !strings.Contains(out, args[0]) {
			ts.Fatalf("does not print %q:\n%s", args[0], out)
		}
	}
	testscript.Run(t, p)
}

// TestGuidesNameCommandsThatThereAre parses the commands of the other pages.
func TestGuidesNameCommandsThatThereAre(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"organiser.md", "trustee.md", "voter.md", "auditor.md"} {
		all := steps(t, page)
		require.NotEmpty(t, all, page)
		for _, s := range all {
			words := strings.Fields(s.command)
			require.Equal(t, "veche", words[0], page)
			_, err := newParser(new(commands), new(bytes.Buffer), new(bytes.Buffer)).Parse(words[1:])
			require.NoError(t, err, "%s: %s", page, s.command)
		}
	}
}

// TestGuidesAgreeOnExitCodes compares the table of auditors with veche help exit-codes.
func TestGuidesAgreeOnExitCodes(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "guide", "auditor.md"))
	require.NoError(t, err)
	for line := range strings.Lines(exitCodes) {
		code, meaning, _ := strings.Cut(strings.TrimSpace(line), "  ")
		require.Contains(t, string(b), fmt.Sprintf("| %s | %s |\n", code, meaning))
	}
}
