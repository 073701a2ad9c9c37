package mixnet

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

// stored is a Store that keeps the last state in memory.
type stored struct{ state []byte }

func (s *stored) put(state []byte) error { s.state = state; return nil }

func TestPreparedMaterialShuffles(t *testing.T) {
	t.Parallel()
	for _, N := range []int{0, 1, 2, 6, 9} {
		x := newMix(t, N, 0, 2, 1)
		p, err := Prepare(x.Keys, x.widths, 9)
		require.NoError(t, err)
		p, err = ParsePrepared(p.Bytes())
		require.NoError(t, err)
		var s stored
		x.Out, x.w, err = p.Shuffle(x.In, s.put)
		require.NoError(t, err)
		require.NoError(t, x.VerifyAlone(x.Prove(x.w)))
		require.Equal(t, plaintexts(x, x.In), plaintexts(x, x.Out))
	}
}

func TestPreparedMaterialServesOnce(t *testing.T) {
	t.Parallel()
	x := newMix(t, 3, 0, 1)
	p, err := Prepare(x.Keys, x.widths, 5)
	require.NoError(t, err)
	before := p.Bytes()
	again, err := ParsePrepared(before)
	require.NoError(t, err)
	require.Equal(t, before, again.Bytes())

	s := stored{before}
	_, _, err = p.Shuffle(x.In, s.put)
	require.NoError(t, err)
	_, _, err = p.Shuffle(x.In, s.put)
	require.ErrorIs(t, err, errUsed, "in memory")
	_, err = ParsePrepared(s.state)
	require.ErrorIs(t, err, errUsed, "after a restart")
	_, err = ParsePrepared(p.Bytes())
	require.ErrorIs(t, err, errUsed)
	require.Len(t, s.state, 1, "nothing secret is left")
}

// TestUseIsRecordedBeforeTheOutput: if that fails there is none, and no second try.
func TestUseIsRecordedBeforeTheOutput(t *testing.T) {
	t.Parallel()
	x := newMix(t, 3, 0, 1)
	p, err := Prepare(x.Keys, x.widths, 3)
	require.NoError(t, err)
	full := errors.New("disk full")
	out, w, err := p.Shuffle(x.In, func([]byte) error { return full })
	require.ErrorIs(t, err, full)
	require.Nil(t, out)
	require.Nil(t, w)
	_, _, err = p.Shuffle(x.In, new(stored).put)
	require.ErrorIs(t, err, errUsed)
}

// TestListsThatDoNotFitUseNothingUp: prepared material is not lost on them.
func TestListsThatDoNotFitUseNothingUp(t *testing.T) {
	t.Parallel()
	x, long := newMix(t, 3, 0, 1), newMix(t, 4, 0, 1)
	p, err := Prepare(x.Keys, x.widths, 3)
	require.NoError(t, err)
	fail := func([]byte) error { t.Fatal("nothing is to be stored"); return nil }
	_, _, err = p.Shuffle(long.In, fail)
	require.ErrorContains(t, err, "at most 3 rows")
	_, _, err = p.Shuffle(newMix(t, 2, 0, 1, 1).In, fail)
	require.Error(t, err)
	_, _, err = p.Shuffle(x.In, new(stored).put)
	require.NoError(t, err)
}

// TestTwoUsesGiveThePermutationAway is why: the difference of two outputs of one
// prepared shuffle tells which row of the input went where.
func TestTwoUsesGiveThePermutationAway(t *testing.T) {
	t.Parallel()
	x := newMix(t, 5, 0, 1)
	p, err := Prepare(x.Keys, x.widths, 5)
	require.NoError(t, err)
	second := randomList(t, x.Keys, 5, x.widths)
	a, err := ParseList(p.w.apply(x.In, p.zeros), x.widths)
	require.NoError(t, err)
	b, err := ParseList(p.w.apply(second, p.zeros), x.widths)
	require.NoError(t, err)
	difference := func(l, k *List, i, j int) *group.Element {
		return group.NewElement().Sub(l.Row(i)[0].Element(), k.Row(j)[0].Element())
	}
	for i, want := range p.w.π {
		j := slices.IndexFunc([]int{0, 1, 2, 3, 4}, func(j int) bool {
			return difference(a, b, i, i).Equal(difference(x.In, second, j, j))
		})
		require.Equal(t, want, j)
	}
}

func TestPrepareRefuses(t *testing.T) {
	t.Parallel()
	keys, _ := keyPair(t, 2)
	for name, c := range map[string]struct {
		widths []int
		rows   int
	}{
		"more plaintexts than keys": {[]int{3}, 1},
		"no block":                  {nil, 1},
		"too many rows":             {[]int{1}, MaxRows + 1},
		"too many elements":         {[]int{2, 2, 2}, MaxRows},
		"less than none":            {[]int{1}, -1},
	} {
		_, err := Prepare(keys, c.widths, c.rows)
		require.Error(t, err, name)
	}
}

func TestParsePreparedRefuses(t *testing.T) {
	t.Parallel()
	keys, _ := keyPair(t, 2)
	p, err := Prepare(keys, []int{2}, 3)
	require.NoError(t, err)
	good := p.Bytes()
	π := 1 + 4 + 64 + 2 + 2 + 4
	with := func(at int, b ...byte) []byte {
		return append(append(bytes.Clone(good[:at]), b...), good[at+len(b):]...)
	}
	high := bytes.Repeat([]byte{0xff}, 32)
	for name, b := range map[string][]byte{
		"empty":                    nil,
		"flag 2":                   with(0, 2),
		"used, with material":      with(0, 1),
		"keys equal":               with(5+32, good[5:5+32]...),
		"keys of 2^32-1 bytes":     with(1, 0xff, 0xff, 0xff, 0xff),
		"no blocks":                with(69, 0, 0),
		"65535 blocks":             with(69, 0xff, 0xff),
		"block wider than the key": with(71, 0, 3),
		"2^32-1 rows":              with(73, 0xff, 0xff, 0xff, 0xff),
		"row 3 of 0..2":            with(π, 0, 0, 0, 3),
		"a row twice":              with(π, good[π+4:π+8]...),
		"randomiser not canonical": with(π+12, high...),
		"zero not canonical":       with(len(good)-32, high...),
		"a byte more":              append(bytes.Clone(good), 0),
	} {
		q, err := ParsePrepared(b)
		require.Error(t, err, name)
		require.Nil(t, q, name)
	}
	for n := range good {
		_, err := ParsePrepared(good[:n])
		require.Error(t, err)
	}
}

// FuzzParsePrepared: what is read is written back byte for byte.
func FuzzParsePrepared(f *testing.F) {
	s, _ := example(f, 1, 1)
	p, err := Prepare(s.Keys, []int{1}, 2)
	require.NoError(f, err)
	f.Add(p.Bytes())
	f.Add([]byte{1})
	f.Add([]byte{0, 0, 0, 0, 32})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePrepared(b)
		if err != nil {
			require.Nil(t, p)
			return
		}
		require.True(t, bytes.Equal(b, p.Bytes()))
	})
}

// FuzzParseMix: what is read is written back byte for byte.
func FuzzParseMix(f *testing.F) {
	s, proof := example(f, 3, 1)
	good := (&Mix{Position: 1, Input: s.In.root, Output: s.Out, Proof: proof, Signature: make([]byte, 64)}).Bytes()
	f.Add(good)
	f.Add(good[:68])
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := ParseMix(b, []int{1}); err == nil {
			require.True(t, bytes.Equal(b, m.Bytes()))
		}
	})
}
