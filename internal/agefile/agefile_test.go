package agefile

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

const work = 4 // of tests alone

func TestSealedBytesOpenWithTheirPassphraseAlone(t *testing.T) {
	t.Parallel()
	sealed, err := Seal([]byte("content"), "correct horse", work)
	require.NoError(t, err)
	plain, err := Open(sealed, "correct horse", work)
	require.NoError(t, err)
	require.Equal(t, "content", string(plain))
	for _, wrong := range []string{"correct", "correct horse ", "Correct horse"} {
		_, err = Open(sealed, wrong, work)
		require.ErrorIs(t, err, ErrPassphrase)
	}
	_, err = Open(sealed, "", work)
	require.Error(t, err)
	_, err = Seal(nil, "", work)
	require.Error(t, err)
	_, err = Open(sealed, "correct horse", work-1)
	require.ErrorContains(t, err, "work", "more work than allowed")
	for n := range sealed {
		_, err = Open(sealed[:n], "correct horse", work)
		require.Error(t, err, "cut to %d", n)
		bad := bytes.Clone(sealed)
		bad[n] ^= 1
		_, err = Open(bad, "correct horse", work)
		require.Error(t, err, "byte %d", n)
	}
	_, err = Open(append(sealed, 0), "correct horse", work)
	require.Error(t, err)
}
