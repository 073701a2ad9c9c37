package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const output = "goos: linux\ncpu: Some CPU\n" +
	"BenchmarkA/n=1-2   \t       1\t  1000 ns/op\t        49.07 x/floor\t 7 B/op\t 1 allocs/op\n" +
	"BenchmarkB   \t       5\t  20 ns/op\nPASS\n"

func TestUpdateReplacesWhatIsBetweenTheMarkers(t *testing.T) {
	t.Parallel()
	readme := filepath.Join(t.TempDir(), "README.md")
	require.NoError(t, os.WriteFile(readme, []byte("before\n"+begin+"old\n"+end+"after\n"), 0o600))
	require.NoError(t, update(readme, strings.NewReader(output)))
	b, err := os.ReadFile(readme)
	require.NoError(t, err)
	require.Equal(t, "before\n"+begin+"\n| benchmark | cores | measured |\n|---|---|---|\n"+
		"| A/n=1 | 2 | 49.07 x/floor |\n| B | 1 | 20 ns/op |\n\n"+
		"Machine: Some CPU, virtual. Ratios travel; times do not.\n"+end+"after\n", string(b))
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	readme := filepath.Join(t.TempDir(), "README.md")
	require.NoError(t, os.WriteFile(readme, []byte("no markers\n"), 0o600))
	require.ErrorContains(t, update(readme, strings.NewReader(output)), "no markers")
	require.ErrorContains(t, update(readme, strings.NewReader("PASS\n")), "no benchmark lines")
	require.Error(t, update(filepath.Join(t.TempDir(), "absent"), strings.NewReader(output)))
}
