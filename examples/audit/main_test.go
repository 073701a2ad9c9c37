package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/tally/record"
)

// TestAudit audits a record of examples/hello, whole and damaged.
func TestAudit(t *testing.T) {
	t.Parallel()
	tmp := t.TempDir()
	cmd := exec.Command("go", "run", "../hello")
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
	require.NoError(t, cmd.Run())
	dirs, err := filepath.Glob(filepath.Join(tmp, "veche-hello-*"))
	require.NoError(t, err)
	require.Len(t, dirs, 1)
	dir := dirs[0]

	code, out := audit(dir)
	require.Equal(t, 0, code, out)
	require.Contains(t, out, "verified: 3 ballots count")

	result := filepath.Join(dir, record.ResultFile)
	b, err := os.ReadFile(result)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(result, bytes.Replace(b, []byte(`"votes": 2`), []byte(`"votes": 3`), 1), 0o644))
	code, out = audit(dir)
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "FAIL  15 result")
	require.Contains(t, out, "NOT VERIFIED")

	require.NoError(t, os.Remove(result))
	code, out = audit(dir)
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "result.json: missing")
}

func TestAuditMisused(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"no directory":        {},
		"two directories":     {"a", "b"},
		"a flag":              {"-x"},
		"a missing directory": {filepath.Join(t.TempDir(), "nothing")},
	} {
		var out, errs bytes.Buffer
		require.Equal(t, 2, run(context.Background(), args, &out, &errs), name)
		require.NotEmpty(t, errs.String(), name)
	}
}

func audit(dir string) (int, string) {
	var out, errs bytes.Buffer
	code := run(context.Background(), []string{dir}, &out, &errs)
	return code, out.String()
}
