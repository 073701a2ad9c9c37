package mixnet

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/proofs"
)

// mixers is a cascade with the keys of its mixers.
type mixers struct {
	*Cascade
	ids []*proofs.SigningKey
	x   *mix
}

func newCascade(t testing.TB, n, N int, widths ...int) *mixers {
	x := newMix(t, N, 0, widths...)
	c := &mixers{Cascade: &Cascade{Fingerprint: [32]byte{1}, Contest: "mayor", Keys: x.Keys, Least: 1, Input: x.In}, x: x}
	for range n {
		id := proofs.GenerateSigningKey()
		c.ids, c.Mixers = append(c.ids, id), append(c.Mixers, id.Public())
	}
	return c
}

// next is an honest mix by the k-th mixer, from 0.
func (c *mixers) next(t testing.TB, k, position int, in *List) *Mix {
	m, err := c.Mix(t.Context(), c.ids[k], position, in, nil, nil, nil)
	require.NoError(t, err)
	return m
}

// publish signs any output, with the proof that a witness gives.
func (c *mixers) publish(id *proofs.SigningKey, position int, in, out *List, w *Witness) *Mix {
	m := &Mix{Position: position, Mixer: id.Public(), Input: in.Root(), Output: out}
	m.Proof = c.statement(m, in).proof(w)
	return c.signed(id, m, in.shape)
}

// sign lets the k-th mixer sign a record that was changed.
func (c *mixers) sign(k int, m Mix, change func(m *Mix)) *Mix {
	change(&m)
	return c.signed(c.ids[k], &m, c.Input.shape)
}

// chain is an honest cascade of all mixers.
func (c *mixers) chain(t testing.TB) []*Mix {
	var mixes []*Mix
	in := c.Input
	for k := range c.ids {
		mixes = append(mixes, c.next(t, k, k+1, in))
		in = mixes[k].Output
	}
	return mixes
}

// cheat is a mix that replaces a ballot and says nothing about it.
func (c *mixers) cheat(t testing.TB, k, position int, in *List) *Mix {
	out, w := shuffle(t, c.Keys, in)
	rows := rowsOf(out)
	rows[0] = encryptRow(c.Keys, in.shape, make([]uint64, in.shape.plaintexts()))
	return c.publish(c.ids[k], position, in, listOf(t, rows, in.shape), w)
}

func TestCascade(t *testing.T) {
	t.Parallel()
	for _, N := range []int{0, 1, 2, 20} {
		c := newCascade(t, 3, N, 2, 1)
		c.Least = 3
		var mixes []*Mix
		for _, m := range c.chain(t) { // as they are read
			again, err := ParseMix(m.Bytes(), []int{2, 1})
			require.NoError(t, err)
			require.Equal(t, m.Bytes(), again.Bytes())
			mixes = append(mixes, again)
		}
		v, err := c.Verify(mixes)
		require.NoError(t, err)
		require.Equal(t, []int{0, 1, 2}, v.Good)
		require.Equal(t, mixes[2].Output.Root(), v.Output.Root())
		require.Equal(t, plaintexts(c.x, c.Input), plaintexts(c.x, v.Output))
	}
}

// TestBadMixesAreNamedAndLeftOut: the cascade goes on from the last good output.
func TestBadMixesAreNamedAndLeftOut(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 5, 6, 1)
	first := c.next(t, 0, 1, c.Input)
	bad := c.cheat(t, 1, 2, first.Output)
	third := c.next(t, 2, 3, first.Output)
	bad2 := c.cheat(t, 3, 4, third.Output)
	fifth := c.next(t, 4, 5, third.Output)
	v, err := c.Verify([]*Mix{first, bad, third, bad2, fifth})
	require.NoError(t, err)
	require.Equal(t, []int{0, 2, 4}, v.Good)
	require.Equal(t, fifth.Output, v.Output)
	for i, id := range c.ids {
		if i%2 == 0 {
			require.Nil(t, v.Faults[i])
		} else {
			require.ErrorIs(t, v.Faults[i], proofs.ErrProof)
			require.ErrorContains(t, v.Faults[i], id.Public().String())
			require.Equal(t, Fault{i, id.Public(), true, proofs.ErrProof}, *v.Faults[i])
		}
	}
	c.Least = 4
	v, err = c.Verify([]*Mix{first, bad, third, bad2, fifth})
	require.ErrorContains(t, err, "3 good mixes, at least 4")
	require.Len(t, v.Good, 3)
}

// TestMixesOfABadOutput: whoever goes on from the output of a bad mix is left out too.
func TestMixesOfABadOutput(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 3, 4, 1)
	bad := c.cheat(t, 0, 1, c.Input)
	after := c.next(t, 1, 2, bad.Output)
	good := c.next(t, 2, 3, c.Input)
	v, err := c.Verify([]*Mix{bad, after, good})
	require.NoError(t, err)
	require.Equal(t, []int{2}, v.Good)
	require.ErrorIs(t, v.Faults[0], proofs.ErrProof)
	require.ErrorContains(t, v.Faults[1], "not the output of the last good mix")
}

func TestCascadeRefuses(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 3, 5, 1)
	c.Least = 3
	mixes := c.chain(t)
	for name, bad := range map[string][]*Mix{
		"nothing":              nil,
		"one skipped":          {mixes[0], mixes[2]},
		"first missing":        {mixes[1], mixes[2]},
		"last missing":         {mixes[0], mixes[1]},
		"order changed":        {mixes[1], mixes[0], mixes[2]},
		"one twice":            {mixes[0], mixes[0], mixes[1], mixes[2]},
		"one twice at the end": {mixes[0], mixes[1], mixes[1]},
		"one thrice":           {mixes[0], mixes[0], mixes[0]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := c.Verify(bad)
			require.ErrorContains(t, err, "at least 3 are needed")
			require.Less(t, len(v.Good), 3)
			for _, f := range v.Faults {
				require.False(t, f != nil && f.Guilty, "whoever moved or lost records is no mixer: %v", f)
			}
		})
	}
	other := newCascade(t, 3, 5, 1)
	for name, change := range map[string]func(c *Cascade){
		"other election": func(c *Cascade) { c.Fingerprint[0]++ },
		"other contest":  func(c *Cascade) { c.Contest = "judge" },
		"other keys":     func(c *Cascade) { c.Keys = other.Keys },
		"other input":    func(c *Cascade) { c.Input = other.Input },
		"other mixers":   func(c *Cascade) { c.Mixers = other.Mixers },
	} {
		changed := *c.Cascade
		change(&changed)
		_, err := changed.Verify(mixes)
		require.Error(t, err, name)
	}
}

// TestMixersAreDistinct: whoever mixes twice could undo what was done between.
func TestMixersAreDistinct(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 2, 4, 1)
	first := c.next(t, 0, 1, c.Input)
	again := c.next(t, 0, 2, first.Output)
	v, err := c.Verify([]*Mix{first, again})
	require.NoError(t, err)
	require.Equal(t, []int{0}, v.Good)
	require.ErrorContains(t, v.Faults[1], "mixed before")
	bad := c.cheat(t, 0, 1, c.Input)
	v, err = c.Verify([]*Mix{bad, c.next(t, 0, 2, c.Input), c.next(t, 1, 3, c.Input)})
	require.NoError(t, err)
	require.Equal(t, []int{2}, v.Good, "nor does a mixer who cheated get another try")
}

// TestMixesCannotBeStolen: a mixer signs what another one published for the same place,
// output and proof, as its own.
func TestMixesCannotBeStolen(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 2, 4, 1)
	stolen := c.sign(1, *c.next(t, 0, 1, c.Input), func(m *Mix) { m.Mixer = c.Mixers[1] })
	v, err := c.Verify([]*Mix{stolen})
	require.Error(t, err)
	require.ErrorIs(t, v.Faults[0], proofs.ErrProof)
}

// TestOthersCannotSilenceAMixer: records in a mixer's name that it did not sign, or that
// somebody moved, do not count against it.
func TestOthersCannotSilenceAMixer(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 2, 4, 1)
	first := c.next(t, 0, 1, c.Input)
	madeUp := *first
	madeUp.Mixer, madeUp.Position = c.Mixers[1], 2
	moved := c.next(t, 1, 4, first.Output)
	v, err := c.Verify([]*Mix{first, &madeUp, moved, moved})
	require.NoError(t, err)
	require.Equal(t, []int{0, 3}, v.Good)
	require.ErrorContains(t, v.Faults[1], "not to blame")
	require.ErrorContains(t, v.Faults[2], "signed for position 4")
}

func TestCascadesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(c *Cascade){
		"no mix needed":           func(c *Cascade) { c.Least = 0 },
		"more mixes than mixers":  func(c *Cascade) { c.Least = 3 },
		"one mixer listed twice":  func(c *Cascade) { c.Mixers[1] = c.Mixers[0] },
		"a mixer without a key":   func(c *Cascade) { c.Mixers[1] = proofs.VerifyKey{} },
		"no mixers":               func(c *Cascade) { c.Mixers = nil },
		"negative number of them": func(c *Cascade) { c.Least = -1 },
	} {
		c := newCascade(t, 2, 1, 1)
		change(c.Cascade)
		v, err := c.Verify(nil)
		require.Error(t, err, name)
		require.Nil(t, v, name)
	}
}

func TestParseMixRefuses(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 1, 2, 1)
	good := c.chain(t)[0].Bytes()
	at := 4 + 32 + 32
	length := func(b []byte, at int, v byte) []byte {
		b = bytes.Clone(b)
		b[at] = v
		return b
	}
	for name, b := range map[string][]byte{
		"empty":                 nil,
		"a byte more":           append(bytes.Clone(good), 0),
		"a byte less":           good[:len(good)-1],
		"output of 2^31 bytes":  length(good, at, 0x80),
		"output a byte longer":  length(good, at+3, 129),
		"proof of 2^31 bytes":   length(good, at+4+128, 0x80),
		"only the fixed fields": good[:at],
	} {
		_, err := ParseMix(b, []int{1})
		require.Error(t, err, name)
	}
	for n := range good {
		_, err := ParseMix(good[:n], []int{1})
		require.Error(t, err)
	}
}

// BenchmarkCascadeVerify decides five mixes of 1000 rows together.
func BenchmarkCascadeVerify(b *testing.B) {
	c := newCascade(b, 5, 1000, 1)
	c.Keys.Precompute()
	mixes := c.chain(b)
	for b.Loop() {
		_, err := c.Verify(mixes)
		require.NoError(b, err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*5*1000), "ns/ct")
}

func TestCascadeSharesLists(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 2, 3, 1)
	mixes := c.chain(t)
	// One claim may use the middle list as output and the next as input.
	b := proofs.NewBatch(c.Keys)
	bases := []proofs.Base{b.Extend(c.Input.points), b.Extend(mixes[0].Output.points), b.Extend(mixes[1].Output.points)}
	lists := []*List{c.Input, mixes[0].Output, mixes[1].Output}
	for k, m := range mixes {
		claim := new(proofs.Claim)
		require.NoError(t, c.statement(m, lists[k]).Verify(claim, bases[k], bases[k+1], m.Proof))
		b.Add(claim)
	}
	require.NoError(t, b.Decide())
	// With the bases of the wrong lists they fail.
	claim := new(proofs.Claim)
	require.NoError(t, c.statement(mixes[0], c.Input).Verify(claim, bases[1], bases[0], mixes[0].Proof))
	b.Add(claim)
	err := b.Decide()
	require.Equal(t, []int{2}, err.(*proofs.BatchError).Bad)
}
