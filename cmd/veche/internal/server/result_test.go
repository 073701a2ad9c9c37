package server

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot/box"
	"veche.example/tally/record"
)

// What is published after the closing becomes entries of the log, and the box opens again
// with them.
func TestResultBecomesPartOfTheLog(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, same)
	v := votes(t, f.Election)[0]
	_, err := f.post("/v1/ballot", v.Ballot)
	require.NoError(t, err)
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(f.Dir, name), []byte(text), 0o644))
	}
	write(record.TallyFile, "tally")
	require.ErrorContains(t, f.box.Announce(t.Context()), "not closed")
	_, err = f.box.CloseVoting(t.Context())
	require.NoError(t, err)
	require.ErrorIs(t, f.box.Announce(t.Context()), os.ErrNotExist) // there is no result yet
	write(record.ResultFile, "result")
	require.NoError(t, Announced(t.Context(), f.Dir, f.LogKey, 7))
	soon(t, f.box.Complete)
	require.NoError(t, f.box.Announce(t.Context()))
	f.restart()
	require.True(t, f.box.Complete())
	require.NoError(t, f.box.Announce(t.Context()))
	write(record.ResultFile, "another")
	require.ErrorContains(t, f.box.Announce(t.Context()), "names another result")
	receipt, err := f.get("/v1/receipt/" + v.Code.String())
	require.NoError(t, err)
	_, err = f.CheckReceipt(&v, receipt)
	require.NoError(t, err)
	require.NoError(t, f.stop())
	require.ErrorIs(t, Announced(t.Context(), f.Dir, f.LogKey, 8), ErrNobody)
	checked, err := Check(t.Context(), f.Dir, nil)
	require.NoError(t, err)
	require.Equal(t, uint64(7), checked.Entries)
	last, err := os.ReadFile(filepath.Join(f.Dir, record.LogDir, "tile/entries/000.p/7"))
	require.NoError(t, err)
	require.Equal(t, append([]byte{byte(box.Result)}, record.ResultEntry([]byte("result"))...), last[len(last)-33:])
}
