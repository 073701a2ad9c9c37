// Package vectors compares the worked examples of docs/spec with what the code
// computes, and rewrites them when asked to. Only tests use it.
package vectors

import (
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var rewrite = flag.Bool("examples", false, "rewrite the worked examples in docs/spec")

const (
	begin = "<!-- example, checked by a test: one \"name = hex\" a line -->\n```\n"
	end   = "```\n"
)

// Example is a worked example: named byte strings in order.
type Example struct{ lines strings.Builder }

// Add appends one line.
func (e *Example) Add(name string, b []byte) {
	fmt.Fprintf(&e.lines, "%s = %s\n", name, hex.EncodeToString(b))
}

// Check requires that the document's one example is e, byte for byte.
func (e *Example) Check(t *testing.T, path string) {
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(raw), begin)
	require.True(t, found, "%s has no example", path)
	example, after, found := strings.Cut(rest, end)
	require.True(t, found, "the example of %s does not end", path)
	require.NotContains(t, after, begin, "%s has two examples", path)
	if *rewrite {
		require.NoError(t, os.WriteFile(path, []byte(before+begin+e.lines.String()+end+after), 0o644))
		return
	}
	require.Equal(t, example, e.lines.String(), path)
}
