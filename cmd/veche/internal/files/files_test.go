package files

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCreateNeverReplaces(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	require.False(t, Exists(path))
	require.NoError(t, Create(path, []byte("one"), 0o600))
	require.True(t, Exists(path))
	err := Create(path, []byte("two"), 0o600)
	require.ErrorIs(t, err, fs.ErrExist)
	require.ErrorContains(t, err, path)
	b, err := Read(path, 3)
	require.NoError(t, err)
	require.Equal(t, "one", string(b))
}

func TestOfManyWhoCreateOneSucceeds(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	var group sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		group.Go(func() { errs[i] = Create(path, []byte{byte(i)}, 0o600) })
	}
	group.Wait()
	b, err := Read(path, 1)
	require.NoError(t, err)
	for i, err := range errs {
		if i == int(b[0]) {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, fs.ErrExist)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := filepath.Join(dir, "long")
	require.NoError(t, os.WriteFile(long, []byte("1234"), 0o600))
	_, err := Read(long, 3)
	require.ErrorContains(t, err, "long: more than 3 bytes")
	_, err = Read(dir, 3)
	require.ErrorContains(t, err, "not a regular file")
	_, err = Read("/dev/null", 3)
	require.ErrorContains(t, err, "not a regular file")
	_, err = Read(filepath.Join(dir, "none"), 3)
	require.ErrorIs(t, err, fs.ErrNotExist)
}
