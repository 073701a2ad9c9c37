package secret

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/cmd/veche/internal/armour"
	"veche.example/elgamal/threshold"
	"veche.example/proofs"
	"veche.example/tally/record"
)

const work = 4 // of tests alone

func lock(passphrase string) *Lock { return &Lock{passphrase, work} }

// keyText is what a key file holds.
func keyText(role string, secret []byte) []byte {
	return (&armour.Block{Type: keyType(role), ID: "ann", Data: secret}).Text()
}

// passphraseFile makes the passphrase that is asked for that of a file.
func passphraseFile(t *testing.T, content string) {
	path := filepath.Join(t.TempDir(), "pass")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	t.Setenv(PassphraseFile, path)
}

func TestFilesAreForTheirOwnerAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ann.key")
	l := lock("correct horse")
	require.NoError(t, l.Create(path, []byte("one")))
	require.ErrorIs(t, l.Create(path, []byte("two")), fs.ErrExist)
	for _, content := range []string{"one", "two"} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		plain, err := l.open(b)
		require.NoError(t, err)
		require.Equal(t, content, string(plain))
		require.NoError(t, l.Replace(path, []byte("two")))
	}
}

func TestStoreNeverForgetsAWitness(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "press.state")
	id, store := proofs.GenerateSigningKey(), lock("correct horse").Store(path)
	_, err := threshold.NewWitness(id, store)
	require.NoError(t, err)
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	_, err = threshold.NewWitness(id, store)
	require.ErrorIs(t, err, fs.ErrExist)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestKeysAreForOneRole(t *testing.T) {
	passphraseFile(t, "correct horse\r\n")
	path := filepath.Join(t.TempDir(), "ann.key")
	key := proofs.GenerateSigningKey()
	l, err := NewKeyring(work).Choose("ann")
	require.NoError(t, err)
	require.NoError(t, l.CreateKey(path, Trustee, "ann", key))
	k, err := NewKeyring(work).OpenKey(path, Trustee)
	require.NoError(t, err)
	require.Equal(t, key.Bytes(), k.Bytes())
	require.Equal(t, "ann", k.ID)
	for _, role := range []string{Witness, Mixer, Box, ""} {
		_, err = NewKeyring(work).OpenKey(path, role)
		require.ErrorContains(t, err, "ann.key: holds a secret-key-trustee, but the key of a "+role)
	}
	for name, plain := range map[string][]byte{
		"nothing": {}, "no block": []byte("key"),
		"zero": keyText(Trustee, make([]byte, 32)), "short": keyText(Trustee, make([]byte, 31)),
		"not canonical": keyText(Trustee, bytes.Repeat([]byte{0xff}, 32)),
	} {
		require.NoError(t, l.Replace(path, plain))
		_, err = NewKeyring(work).OpenKey(path, Trustee)
		require.ErrorContains(t, err, "ann.key: ", name)
	}
}

func TestPublicKeysThatAreNone(t *testing.T) {
	t.Parallel()
	key := proofs.GenerateSigningKey().Public()
	role, id, got, err := ParsePublic(Public(Mixer, "mia", key))
	require.NoError(t, err)
	require.Equal(t, []any{Mixer, "mia", key}, []any{role, id, got})
	for name, text := range map[string][]byte{
		"nothing":       nil,
		"the identity":  Public(Mixer, "mia", proofs.VerifyKey{}),
		"no element":    Public(Mixer, "mia", proofs.VerifyKey{1}),
		"a long one":    (&armour.Block{Type: Mixer, ID: "mia", Data: make([]byte, 33)}).Text(),
		"a changed one": append([]byte("x"), Public(Mixer, "mia", key)...),
	} {
		_, _, _, err := ParsePublic(text)
		require.Error(t, err, name)
	}
}

func TestPublicKeysOfBoxes(t *testing.T) {
	t.Parallel()
	key := proofs.GenerateSigningKey()
	text := PublicBox("urn", key)
	box, err := ParseBox(text)
	require.NoError(t, err)
	require.Equal(t, key.Public().String(), box.Key)
	origin, _, _ := strings.Cut(box.Log, "+")
	require.Equal(t, record.BoxParty(key, origin), *box)
	require.NotEqual(t, *box, NewBox(key), "another log has another name")
	role, id, public, err := ParsePublic(text)
	require.NoError(t, err)
	require.Equal(t, []any{Box, "urn", key.Public()}, []any{role, id, public})
	_, err = ParseBox(Public(Mixer, "mia", key.Public()))
	require.ErrorContains(t, err, "the public key of a mixer, that of a box is needed")
	_, err = ParseBox((&armour.Block{Type: Box, ID: "urn", Data: make([]byte, 31)}).Text())
	require.Error(t, err)
	_, err = ParseBox(nil)
	require.Error(t, err)
}

func TestKeyringTriesThePassphraseOfTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ann.key")
	require.NoError(t, lock("correct horse").Create(path, []byte("content")))
	for content, fault := range map[string]string{
		"correct horse": "", "correct horse\n": "", "correct horse\r\n": "",
		"wrong\n": "ann.key: wrong passphrase", "correct horse\n\n": "must be one line", "\ncorrect horse": "must be one line",
		"": "must be one line", "\n": "must be one line", string(make([]byte, 2000)): "more than 1024 bytes",
	} {
		passphraseFile(t, content)
		plain, _, err := NewKeyring(work).Open(path)
		if fault == "" {
			require.NoError(t, err, "%q", content)
			require.Equal(t, "content", string(plain))
		} else {
			require.ErrorContains(t, err, fault, "%q", content)
		}
	}
	passphraseFile(t, "correct horse")
	k := NewKeyring(work)
	_, err := k.Choose("bob")
	require.NoError(t, err)
	_, l, err := k.Open(path)
	require.NoError(t, err)
	require.Same(t, k.last, l)
	require.NoError(t, lock("other").Replace(path, nil))
	_, _, err = k.Open(path)
	require.ErrorContains(t, err, "ann.key: wrong passphrase")
	_, _, err = k.Open(path + "x")
	require.ErrorIs(t, err, fs.ErrNotExist)
}
