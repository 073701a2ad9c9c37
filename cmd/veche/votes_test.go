package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
)

func TestPastOfSeveralElections(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "v1.votes")
	votes, err := readPast(path)
	require.NoError(t, err)
	require.Empty(t, votes)
	want := map[[32]byte]past{
		{1}: {sequence: 1, pending: ballot.Code{2}},
		{2}: {sequence: 1<<64 - 1, previous: ballot.Code{3}},
	}
	for f, p := range want {
		require.NoError(t, storePast(path, f, past{sequence: 7}))
		require.NoError(t, storePast(path, f, p))
	}
	votes, err = readPast(path)
	require.NoError(t, err)
	require.Equal(t, want, votes)
}

func TestPastsThatAreNone(t *testing.T) {
	t.Parallel()
	f := "0100000000000000000000000000000000000000000000000000000000000000"
	path := filepath.Join(t.TempDir(), "v1.votes")
	for text, fault := range map[string]string{
		"":                               `line 1: must be "veche/v1 votes"`,
		"veche/v2 votes\n":               "line 1",
		votesHead + "\n\n":               "line 2: must be a fingerprint, a number and two tracking codes",
		votesHead + "\n" + f + " 1 -\n":  "line 2: must be",
		votesHead + "\n" + f + " 1  - -": "line 2: must be",
		votesHead + "\n" + f + " x - -":  "line 2: ",
		votesHead + "\n" + f + " -1 - -": "line 2: ",
		votesHead + "\n" + f + "0 1 - -": "line 2: no fingerprint",
		votesHead + "\nxx 1 - -":         "line 2: no fingerprint",
		votesHead + "\n" + f + " 1 a -":  "line 2: tracking code",
		votesHead + "\n" + f + " 1 - a":  "line 2: tracking code",
	} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := readPast(path)
		require.ErrorContains(t, err, fault, "%q", text)
		require.ErrorContains(t, err, "v1.votes")
		require.ErrorContains(t, err, "vote with --recover")
		require.Error(t, storePast(path, [32]byte{}, past{}), "%q", text)
	}
}
