package mixnet

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

// stored is a Store that keeps the last state in memory.
type stored struct{ state []byte }

func (s *stored) put(state []byte) error { s.state = state; return nil }

// cascade is one whose input is x's.
func (x *mix) cascade() *Cascade {
	return &Cascade{Fingerprint: [32]byte{1}, Contest: "mayor", Keys: x.Keys, Least: 1, Input: x.In}
}

func TestPreparedMaterialShuffles(t *testing.T) {
	t.Parallel()
	for _, N := range []int{0, 1, 2, 6, 9} {
		x := newMix(t, N, 0, 2, 1)
		c := x.cascade()
		p, err := c.Prepare(t.Context(), x.widths, 9, nil)
		require.NoError(t, err)
		p, err = ParsePrepared(p.Bytes())
		require.NoError(t, err)
		var s stored
		x.Out, x.w, err = p.shuffle(idle(), c, x.In, s.put)
		require.NoError(t, err)
		require.NoError(t, x.VerifyAlone(x.proof(x.w)))
		require.Equal(t, plaintexts(x, x.In), plaintexts(x, x.Out))
	}
}

func TestPreparedMaterialServesOnce(t *testing.T) {
	t.Parallel()
	x := newMix(t, 3, 0, 1)
	c := x.cascade()
	p, err := c.Prepare(t.Context(), x.widths, 5, nil)
	require.NoError(t, err)
	before := p.Bytes()
	again, err := ParsePrepared(before)
	require.NoError(t, err)
	require.Equal(t, before, again.Bytes())

	s := stored{before}
	_, _, err = p.shuffle(idle(), c, x.In, s.put)
	require.NoError(t, err)
	_, _, err = p.shuffle(idle(), c, x.In, s.put)
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
	c := x.cascade()
	p, err := c.Prepare(t.Context(), x.widths, 3, nil)
	require.NoError(t, err)
	full := errors.New("disk full")
	out, w, err := p.shuffle(idle(), c, x.In, func([]byte) error { return full })
	require.ErrorIs(t, err, full)
	require.Nil(t, out)
	require.Nil(t, w)
	_, _, err = p.shuffle(idle(), c, x.In, new(stored).put)
	require.ErrorIs(t, err, errUsed)
}

// TestListsThatDoNotFitUseNothingUp: prepared material is not lost on them.
func TestListsThatDoNotFitUseNothingUp(t *testing.T) {
	t.Parallel()
	x, long := newMix(t, 3, 0, 1), newMix(t, 4, 0, 1)
	c := x.cascade()
	p, err := c.Prepare(t.Context(), x.widths, 3, nil)
	require.NoError(t, err)
	fail := func([]byte) error { t.Fatal("nothing is to be stored"); return nil }
	_, _, err = p.shuffle(idle(), c, long.In, fail)
	require.ErrorContains(t, err, "at most 3 rows")
	_, _, err = p.shuffle(idle(), c, newMix(t, 2, 0, 1, 1).In, fail)
	require.Error(t, err)
	_, _, err = p.shuffle(idle(), c, x.In, new(stored).put)
	require.NoError(t, err)
}

// TestTwoUsesGiveThePermutationAway is why: the difference of two outputs of one
// prepared shuffle tells which row of the input went where.
func TestTwoUsesGiveThePermutationAway(t *testing.T) {
	t.Parallel()
	x := newMix(t, 5, 0, 1)
	c := x.cascade()
	p, err := c.Prepare(t.Context(), x.widths, 5, nil)
	require.NoError(t, err)
	second := randomList(t, x.Keys, 5, x.widths)
	a, err := p.w.apply(idle(), x.In, p.zeros)
	require.NoError(t, err)
	b, err := p.w.apply(idle(), second, p.zeros)
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

// TestPreparedMaterialIsBound: it was made for one contest of one election under one
// key, also after it was read back, and other cascades do not use it up.
func TestPreparedMaterialIsBound(t *testing.T) {
	t.Parallel()
	x := newMix(t, 3, 0, 1)
	p, err := x.cascade().Prepare(t.Context(), x.widths, 3, nil)
	require.NoError(t, err)
	p, err = ParsePrepared(p.Bytes())
	require.NoError(t, err)
	fail := func([]byte) error { t.Fatal("nothing is to be stored"); return nil }
	for name, change := range map[string]func(c *Cascade){
		"prepared for contest \"mayor\"": func(c *Cascade) { c.Contest = "judge" },
		"of election 0100":               func(c *Cascade) { c.Fingerprint[0]++ },
		"prepared for another election":  func(c *Cascade) { c.Keys, _ = keyPair(t, 1) },
	} {
		c := x.cascade()
		change(c)
		_, _, err := p.shuffle(idle(), c, x.In, fail)
		require.ErrorContains(t, err, name)
	}
	_, _, err = p.shuffle(idle(), x.cascade(), x.In, new(stored).put)
	require.NoError(t, err)
}

// TestOneOfTwoRestored: of two copies of one file in memory a store that compares and
// swaps lets one be used; the other learns it before there is an output.
func TestOneOfTwoRestored(t *testing.T) {
	t.Parallel()
	x := newMix(t, 3, 0, 1)
	c := x.cascade()
	p, err := c.Prepare(t.Context(), x.widths, 3, nil)
	require.NoError(t, err)
	file := p.Bytes()
	var taken atomic.Bool
	store := func([]byte) error {
		if taken.Swap(true) {
			return errors.New("taken")
		}
		return nil
	}
	var wg sync.WaitGroup
	outs := make([]*List, 8)
	for k := range outs {
		p, err := ParsePrepared(file)
		require.NoError(t, err)
		wg.Go(func() { outs[k], _, _ = p.shuffle(idle(), c, x.In, store) })
	}
	wg.Wait()
	require.Len(t, slices.DeleteFunc(outs, func(l *List) bool { return l == nil }), 1)
}

// TestZerosThatAreNone: material whose zeros cancel a row gives no list.
func TestZerosThatAreNone(t *testing.T) {
	t.Parallel()
	x := newMix(t, 1, 0, 1)
	c := x.cascade()
	p, err := c.Prepare(t.Context(), x.widths, 1, nil)
	require.NoError(t, err)
	p.zeros[1].Neg(x.In.Row(0)[1].Element())
	_, _, err = p.shuffle(idle(), c, x.In, new(stored).put)
	require.ErrorContains(t, err, "element 2 of row 1 is the identity")
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
		"more than 32 bits":         {slices.Repeat([]int{255}, 256), 1 << 20},
	} {
		_, err := (&Cascade{Keys: keys}).Prepare(t.Context(), c.widths, c.rows, nil)
		require.Error(t, err, name)
	}
}

func TestParsePreparedRefuses(t *testing.T) {
	t.Parallel()
	keys, _ := keyPair(t, 2)
	p, err := (&Cascade{Contest: "mayor", Keys: keys}).Prepare(t.Context(), []int{2}, 3, nil)
	require.NoError(t, err)
	good := p.Bytes()
	contest := 1 + 32
	key := contest + 4 + 5 + 4
	blocks := key + 64
	π := blocks + 2 + 2 + 4
	with := func(at int, b ...byte) []byte {
		return append(append(bytes.Clone(good[:at]), b...), good[at+len(b):]...)
	}
	high := bytes.Repeat([]byte{0xff}, 32)
	for name, b := range map[string][]byte{
		"empty":                    nil,
		"flag 2":                   with(0, 2),
		"used, with material":      with(0, 1),
		"contest of 256 bytes":     with(contest, 0, 0, 1, 0),
		"keys equal":               with(key+32, good[key:key+32]...),
		"keys of 2^32-1 bytes":     with(key-4, 0xff, 0xff, 0xff, 0xff),
		"no blocks":                with(blocks, 0, 0),
		"65535 blocks":             with(blocks, 0xff, 0xff),
		"block wider than the key": with(blocks+2, 0, 3),
		"2^32-1 rows":              with(π-4, 0xff, 0xff, 0xff, 0xff),
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
	p, err := (&Cascade{Contest: "mayor", Keys: s.Keys}).Prepare(f.Context(), []int{1}, 2, nil)
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
	f.Add((&Mix{Position: 1, raw: List{bytes: make([]byte, 64)}, Signature: make([]byte, 64)}).Bytes())
	f.Add((&Mix{Position: 1, raw: List{bytes: []byte{1}}, Signature: make([]byte, 64)}).Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseMix(b, []int{1})
		if err != nil {
			return
		}
		require.True(t, bytes.Equal(b, m.Bytes()))
		require.Nil(t, m.Output)
		require.Equal(t, shape{1}.root(m.output().bytes), m.root(shape{1}))
	})
}
