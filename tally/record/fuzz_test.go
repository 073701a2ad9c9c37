package record

import (
	"bytes"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"veche.example/internal/wire"
)

// seed adds a file as it is and damaged.
func seed(f *testing.F, good []byte) {
	f.Add(good)
	f.Add([]byte{})
	f.Add(good[:len(good)/2])
	f.Add(append(bytes.Clone(good), 0))
}

func one(name string, b []byte) *Reader {
	return NewReader(fstest.MapFS{name: &fstest.MapFile{Data: b}})
}

// FuzzReadCeremony: what is read has one encoding, and no other ceremony verifies.
func FuzzReadCeremony(f *testing.F) {
	good := complete(f)[CeremonyFile].Data
	seed(f, good)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := one(CeremonyFile, b).Ceremony(2)
		if err != nil {
			return
		}
		require.Equal(t, b, c.Bytes())
		_, _, err = c.Election(standard().manifest)
		require.Equal(t, bytes.Equal(b, good), err == nil)
	})
}

func FuzzReadTally(f *testing.F) {
	seed(f, complete(f)[TallyFile].Data)
	full := []byte(tallyHead)
	for _, n := range []int{64, 0, 64, 160, 3} {
		full = wire.AppendVector(full, make([]byte, n))
	}
	seed(f, full)
	f.Fuzz(func(t *testing.T, b []byte) {
		shares, err := one(TallyFile, b).Tally(standard().manifest, []int{1})
		if err != nil {
			return
		}
		again := []byte(tallyHead)
		for _, s := range append(shares[0].Signatures, shares[0].Shares...) {
			again = wire.AppendVector(again, s)
		}
		require.Equal(t, b, again)
	})
}

func FuzzParseClosing(f *testing.F) {
	good := entries(f, complete(f), standard().manifest)[3][1:]
	seed(f, good)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseClosing(b)
		if err != nil {
			return
		}
		require.Equal(t, b, append(c.signed(), c.Signature...))
		require.Equal(t, bytes.Equal(b, good), c.Verify(standard().Election) == nil)
	})
}

func FuzzCheckOpening(f *testing.F) {
	good := entries(f, complete(f), standard().manifest)[2][1:]
	seed(f, good)
	f.Fuzz(func(t *testing.T, b []byte) {
		_, err := CheckOpening(standard().Election, b)
		require.Equal(t, bytes.Equal(b, good), err == nil)
	})
}
