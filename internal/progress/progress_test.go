package progress

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlainLinesAtQuarters(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	task := start(&out, false, "count", 100)
	for range 100 {
		task.Add(1)
	}
	task.Set(100)
	task.Done()
	require.Regexp(t, `^count: 25 %\ncount: 50 %\ncount: 75 %\ncount: done in .*\n$`, out.String())
}

func TestBarOnATerminalReachesItsEnd(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	task := start(&out, true, "count", 0)
	task.Add(3)
	task.Done()
	require.NotContains(t, out.String(), "%!")
}
