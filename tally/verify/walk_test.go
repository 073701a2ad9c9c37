package verify

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot/box"
	"veche.example/internal/parallel"
	"veche.example/tally/record"
)

// TestByteWalk changes every byte of every file of a record, one at a time. None of
// these records verifies, and none brings the verifier down.
func TestByteWalk(t *testing.T) {
	t.Parallel()
	changes := func(i int) []byte { return []byte{1 << (i % 8)} }
	if *long {
		changes = func(int) []byte { return []byte{0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff} }
	}
	var records, panics atomic.Int64
	for name, f := range walked() {
		t.Run(name, func(t *testing.T) {
			good := f[name]
			accepted := make([][]string, len(good))
			parallel.For(len(good), 16, func(lo, hi int) {
				for i := lo; i < hi; i++ {
					for _, change := range changes(i) {
						bad := slices.Clone(good)
						bad[i] ^= change
						records.Add(1)
						if verifiesOrPanics(f.with(name, bad), &panics) {
							accepted[i] = append(accepted[i], fmt.Sprintf("byte %d xor %02x", i, change))
						}
					}
				}
			})
			require.Empty(t, slices.Concat(accepted...), "a changed %s verifies", name)
		})
	}
	require.Zero(t, panics.Load())
	t.Logf("%d changed records, none verifies", records.Load())
}

// walked is the files of the smallest record, and the mix of the smallest one with a mixed
// contest.
func walked() map[string]files {
	all := map[string]files{record.MixFile("r", 1): tinyMixed().files}
	for _, name := range append(record.Files(), checkpointFile, tinyBundle()) {
		all[name] = tiny().files
	}
	return all
}

// tinyMixed has two ballots and one mixer, whose mix is needed.
var tinyMixed = sync.OnceValue(func() *election {
	e := ranked(2)
	e.mixers = e.mixers[:1]
	return e.write(func(w *record.Writer) {
		for k := range 2 {
			must(w.Append(box.Ballot, e.encrypted(k, carrier(1, 2))[1:]))
		}
	})
})

// TestTruncation cuts every file at every length, and lengthens it.
func TestTruncation(t *testing.T) {
	t.Parallel()
	step := 3
	if *long {
		step = 1
	}
	var records, panics atomic.Int64
	for name, f := range walked() {
		good := f[name]
		bads := [][]byte{append(slices.Clone(good), 0), append(slices.Clone(good), '\n'), append(slices.Clone(good), good...)}
		for n := len(good) - 1; n >= 0; n -= step {
			bads = append(bads, good[:n:n])
		}
		accepted := make([]bool, len(bads))
		parallel.For(len(bads), 16, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				records.Add(1)
				accepted[i] = verifiesOrPanics(f.with(name, bads[i]), &panics)
			}
		})
		require.NotContains(t, accepted, true, name)
	}
	require.Zero(t, panics.Load())
	t.Logf("%d cut or lengthened records, none verifies", records.Load())
}

func verifiesOrPanics(f files, panics *atomic.Int64) bool {
	defer func() {
		if recover() != nil {
			panics.Add(1)
		}
	}()
	r, err := Record(context.Background(), f.fs(), nil)
	return err != nil || r.Verified()
}

// TestHugeLength puts 2^32−1, and the lengths around the limits, where lengths stand.
func TestHugeLength(t *testing.T) {
	t.Parallel()
	at := map[string][]int{
		record.RollFile:     {1},
		record.CeremonyFile: {len("veche/v1 ceremony\n"), len("veche/v1 ceremony\n") + 4},
		tinyBundle():        {0, 67, 102},
		record.TallyFile:    {len("veche/v1 tally\n"), len("veche/v1 tally\n") + 4 + 64},
	}
	for name, places := range at {
		for _, i := range places {
			for _, length := range []string{"\xff\xff\xff\xff", "\x7f\xff\xff\xff", "\x80\x00\x00\x00", "\x00\x40\x00\x01", "\x00\x00\x00\x00"} {
				bad := slices.Clone(tiny().files[name])
				copy(bad[i:], length)
				if !slices.Equal(bad, tiny().files[name]) {
					require.False(t, verified(t, tiny().files.with(name, bad)).Verified(), "%s at %d", name, i)
				}
			}
		}
	}
}
