package verify

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot/box"
	"veche.example/internal/wire"
	"veche.example/tally/record"
)

// FuzzVerifyBundle: no entries but those that were signed verify, and none bring the
// verifier down.
func FuzzVerifyBundle(f *testing.F) {
	good := tiny().files[tinyBundle()]
	f.Add(good)
	f.Add([]byte{})
	f.Add(good[:len(good)-1])
	f.Add(append(bytes.Clone(good), 0, 1, 2))
	f.Add(append(bytes.Clone(good), 0xff, 0xff))
	for at := 0; at < len(good); at += 100 {
		f.Add(flipped(good, at))
	}
	f.Fuzz(func(t *testing.T, bundle []byte) {
		r, err := Record(context.Background(), tiny().files.with(tinyBundle(), bundle).fs(), nil)
		require.NoError(t, err)
		require.Equal(t, bytes.Equal(bundle, good), r.Verified())
	})
}

// FuzzVerifyEntries: any entries that the log's key signs, cut out of some bytes.
func FuzzVerifyEntries(f *testing.F) {
	good := tiny().files[tinyBundle()]
	f.Add(good)
	f.Add(good[:100])
	f.Add([]byte{0, 1, 1, 0, 0, 0xff, 0xff, 3})
	f.Add(slices.Concat(good[:67], good[67:102], []byte{0, 1, 3, 0, 1, 7, 0, 1, 8}))
	f.Fuzz(func(t *testing.T, b []byte) {
		var entries [][]byte
		for r := wire.NewReader("entries", b); r.Len() >= 2; {
			entries = append(entries, r.Fixed(min(int(r.Uint16()), r.Len())))
		}
		want := slices.EqualFunc(entries, tiny().files.log(), bytes.Equal)
		f := tiny().files.logged(record.LogSigner(tiny().box, origin), entries)
		r, err := Record(context.Background(), f.fs(), nil)
		require.NoError(t, err)
		require.Equal(t, want, r.Verified())
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
		if len(entry) > box.MaxEntry {
			return
		}
		r, err := Record(context.Background(), tiny().relog([][]byte{entries[0], entry}).fs(), nil)
		require.NoError(t, err)
		require.False(t, r.Verified(), "the tally is of another log")
	})
}

// tinyBundle is the file of all entries of the smallest record.
func tinyBundle() string { return bundleFile(0, len(tiny().files.log())) }

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
		r, err := Record(context.Background(), tinyMixed().named(tinyMixed().files.with(name, mix)).fs(), nil)
		require.NoError(t, err)
		require.Equal(t, bytes.Equal(mix, good), r.Verified())
	})
}
