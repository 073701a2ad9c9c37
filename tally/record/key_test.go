package record

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"veche.example/ballot/box"
	"veche.example/proofs"
)

// The log's key follows from the box's, and is another one for every origin.
func TestLogSigner(t *testing.T) {
	t.Parallel()
	key, other := proofs.GenerateSigningKey(), proofs.GenerateSigningKey()
	party := BoxParty(key, "example.com/a")
	require.Equal(t, key.Public().String(), party.Key)
	require.Equal(t, party, BoxParty(key, "example.com/a"))
	require.NotEqual(t, party.Log[len("example.com/a+01234567+"):], BoxParty(key, "example.com/b").Log[len("example.com/b+01234567+"):])
	require.NotEqual(t, party.Log, BoxParty(other, "example.com/a").Log)

	signer := LogSigner(key, "example.com/a")
	require.Equal(t, "example.com/a", signer.Name())
	verifier, err := note.NewVerifier(party.Log)
	require.NoError(t, err)
	require.Equal(t, verifier.KeyHash(), signer.KeyHash())
	signed, err := note.Sign(&note.Note{Text: "text\n"}, signer)
	require.NoError(t, err)
	_, err = note.Open(signed, note.VerifierList(verifier))
	require.NoError(t, err)

	log, err := box.Create(t.TempDir(), signer)
	require.NoError(t, err)
	c, err := log.Checkpoint()
	require.NoError(t, err)
	_, err = box.ParseCheckpoint(c.Note, party.Log)
	require.NoError(t, err)
	_, err = box.ParseCheckpoint(c.Note, BoxParty(other, "example.com/a").Log)
	require.Error(t, err)
}
