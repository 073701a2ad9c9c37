package main

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReferendumCatchesTheLyingDevice(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(context.Background(), filepath.Join(t.TempDir(), "record"), &out))
	require.Contains(t, out.String(), "the device was honest: [yes]")
	require.Contains(t, out.String(), "CAUGHT: Viera said yes, the device encrypted [no]")
	require.Regexp(t, `\n +3  Yes\n +1  No\n +1  Blank\nverified: 5 ballots, 2 opened`, out.String())
}
