package vault

import (
	"bytes"
	"crypto/rand"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/threshold"
	"veche.example/proofs"
)

const passphrase = "correct horse battery staple"

func init() { scryptWork = 4 }

func newCeremony() (*threshold.Ceremony, *proofs.SigningKey) {
	id := proofs.GenerateSigningKey()
	c := &threshold.Ceremony{Width: 1, Threshold: 1, Trustees: []proofs.VerifyKey{id.Public()}}
	rand.Read(c.Session[:])
	return c, id
}

// sealedTrustee returns the sealed state of a trustee whose ceremony is over.
func sealedTrustee(t testing.TB) (sealed []byte) {
	store := func(s *threshold.State) (err error) {
		sealed, err = Seal(s, passphrase)
		return err
	}
	c, id := newCeremony()
	keyed, m, err := c.Begin(1, id, store)
	require.NoError(t, err)
	committed, m, err := keyed.Commit([][]byte{m})
	require.NoError(t, err)
	dealt, m, err := committed.Deal([][]byte{m})
	require.NoError(t, err)
	confirmed, m, err := dealt.Confirm([][]byte{m})
	require.NoError(t, err)
	_, err = OpenTrustee(sealed, passphrase, threshold.InMemory)
	require.ErrorContains(t, err, "not over")
	_, err = confirmed.Finish([][]byte{m})
	require.NoError(t, err)
	return sealed
}

func TestSealedState(t *testing.T) {
	t.Parallel()
	sealed := sealedTrustee(t)
	_, err := OpenTrustee(sealed, passphrase, threshold.InMemory)
	require.NoError(t, err)
	for _, wrong := range []string{"", "correct horse", passphrase + " "} {
		_, err = OpenTrustee(sealed, wrong, threshold.InMemory)
		require.Error(t, err, wrong)
	}
	for n := range sealed {
		_, err = OpenTrustee(sealed[:n], passphrase, threshold.InMemory)
		require.Error(t, err, "cut to %d", n)
		bad := bytes.Clone(sealed)
		bad[n] ^= 1
		_, err = OpenTrustee(bad, passphrase, threshold.InMemory)
		require.Error(t, err, "byte %d", n)
	}
	_, err = OpenTrustee(append(sealed, 0), passphrase, threshold.InMemory)
	require.Error(t, err)
}

func TestFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "trustee.age")
	c, id := newCeremony()
	keyed, m0, err := c.Begin(1, id, File(path, passphrase))
	require.NoError(t, err)
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())

	_, m, err := c.Begin(1, id, File(path, passphrase))
	require.ErrorContains(t, err, "exists")
	require.Nil(t, m)
	_, _, err = keyed.Commit([][]byte{m0})
	require.NoError(t, err)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NotEqual(t, before, after)
	stage, _, err := Open(after, passphrase, threshold.InMemory)
	require.NoError(t, err)
	require.IsType(t, &threshold.Committed{}, stage)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "no temporary file is left")
}

func TestFileOfAWitness(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "witness.age")
	id := proofs.GenerateSigningKey()
	_, err := threshold.NewWitness(id, File(path, passphrase))
	require.NoError(t, err)
	_, err = threshold.NewWitness(id, File(path, passphrase))
	require.ErrorContains(t, err, "exists", "a witness that has forgotten takes its place")
	sealed, err := os.ReadFile(path)
	require.NoError(t, err)
	_, err = OpenWitness(sealed, passphrase, threshold.InMemory)
	require.NoError(t, err)
	_, err = OpenWitness(sealed, "wrong", threshold.InMemory)
	require.ErrorContains(t, err, "wrong passphrase")
	_, err = OpenTrustee(sealed, passphrase, threshold.InMemory)
	require.ErrorContains(t, err, "not a trustee's state")
	_, err = OpenWitness(sealedTrustee(t), passphrase, threshold.InMemory)
	require.ErrorContains(t, err, "not a witness's state")
}

func TestFileThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	c, id := newCeremony()
	_, m, err := c.Begin(1, id, File(filepath.Join(t.TempDir(), "missing", "x"), passphrase))
	require.Error(t, err)
	require.Nil(t, m)
	_, m, err = c.Begin(1, id, File(filepath.Join(t.TempDir(), "x"), ""))
	require.Error(t, err, "empty passphrase")
	require.Nil(t, m)
}

func FuzzOpen(f *testing.F) {
	sealed := sealedTrustee(f)
	f.Add(sealed)
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := OpenTrustee(b, passphrase, threshold.InMemory); err == nil {
			require.Len(t, b, len(sealed))
		}
	})
}
