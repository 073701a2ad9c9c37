package verify

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/internal/wire"
	"veche.example/tally/record"
)

// FuzzVerifyLog: no log but the one that was closed verifies, and none brings the
// verifier down, whether the box closed it or not.
func FuzzVerifyLog(f *testing.F) {
	good := tiny().files[record.LogFile]
	entries := tiny().files.entries()
	f.Add(good)
	f.Add([]byte{})
	f.Add([]byte(logHead))
	f.Add(good[:len(good)-1])
	f.Add(append(bytes.Clone(good), 0, 0, 0, 1, 2))
	f.Add(append(bytes.Clone(good), 0xff, 0xff, 0xff, 0xff))
	for _, e := range entries {
		f.Add(wire.AppendFrame([]byte(logHead), e))
		f.Add(wire.AppendFrame(bytes.Clone(good), e))
	}
	f.Fuzz(func(t *testing.T, log []byte) {
		r, err := Record(context.Background(), tiny().files.with(record.LogFile, log).fs(), nil)
		require.NoError(t, err)
		require.Equal(t, bytes.Equal(log, good), r.Verified())
	})
}

// FuzzVerifyEntry: any entry after the opening that the box closes.
func FuzzVerifyEntry(f *testing.F) {
	entries := tiny().files.entries()
	for _, e := range entries {
		f.Add(e)
	}
	f.Add(town().files.entries()[atChallenge])
	f.Fuzz(func(t *testing.T, entry []byte) {
		if len(entry) == 0 {
			return
		}
		r, err := Record(context.Background(), tiny().relog([][]byte{entries[0], entry}).fs(), nil)
		require.NoError(t, err)
		require.False(t, r.Verified(), "the tally is of another log")
	})
}

// FuzzVerifyMix: no mix but the one that its mixer signed is needed and verifies.
func FuzzVerifyMix(f *testing.F) {
	name := record.MixFile("r", 1)
	good := tinyMixed().files[name]
	f.Add(good)
	f.Add([]byte{})
	f.Add(good[:len(good)/2])
	f.Add(append(bytes.Clone(good), 0))
	f.Add(append([]byte("veche/v1 mix\n"), make([]byte, 200)...))
	f.Fuzz(func(t *testing.T, mix []byte) {
		r, err := Record(context.Background(), tinyMixed().files.with(name, mix).fs(), nil)
		require.NoError(t, err)
		require.Equal(t, bytes.Equal(mix, good), r.Verified())
	})
}
