package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/tally/verify"
)

func TestHelloLeavesARecordThatVerifies(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	main()
	dirs, err := filepath.Glob(filepath.Join(tmp, "veche-hello-*"))
	require.NoError(t, err)
	require.Len(t, dirs, 1)
	report, err := verify.Record(t.Context(), os.DirFS(dirs[0]), nil)
	require.NoError(t, err)
	require.True(t, report.Verified(), report.Text())
	require.EqualValues(t, 2, report.Result.Contests[0].Totals[0].Votes)
}
