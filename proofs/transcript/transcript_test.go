package transcript

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"veche.example/elgamal/group"
)

// TestTypesKeepTheOrder: a challenge before the statement is complete, or a
// statement that grows after it, does not compile.
func TestTypesKeepTheOrder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ       reflect.Type
		forbidden []string
	}{
		{reflect.TypeFor[*Instance](), []string{"challenge", "scalar", "squeeze", "nonce", "digest", "close", "proof"}},
		{reflect.TypeFor[*Prover](), []string{"uint64", "bytes", "fixed", "clone", "absorb", "instance"}},
		{reflect.TypeFor[*Verifier](), []string{"uint64", "bytes", "fixed", "clone", "absorb", "instance", "nonce"}},
	} {
		require.NotZero(t, c.typ.NumMethod())
		for k := range c.typ.NumMethod() {
			name := strings.ToLower(c.typ.Method(k).Name)
			for _, f := range c.forbidden {
				require.NotContains(t, name, f, "%v", c.typ)
			}
		}
		for k := range c.typ.Elem().NumField() {
			require.False(t, c.typ.Elem().Field(k).IsExported())
		}
	}
}

// TestChallengesInARowDiffer: with squeezes that restart they would be equal, and
// whatever needs two independent ones would fall.
func TestChallengesInARowDiffer(t *testing.T) {
	t.Parallel()
	p := New("test", [32]byte{}).Prove()
	seen := map[string]bool{}
	for range 20 {
		for _, c := range []*group.Scalar{p.Challenge(), p.Challenge128()} {
			require.False(t, seen[string(c.Bytes())])
			seen[string(c.Bytes())] = true
		}
	}
	restarted := func() *group.Scalar { s := New("test", [32]byte{}).s; return s.scalar(challengeSize) }
	require.True(t, restarted().Equal(restarted()), "the weakened sponge repeats itself")
}

func TestAbsorbIsOneStream(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 0, 400).Draw(t, "bytes")
		whole, pieces := newSponge([32]byte{1}), newSponge([32]byte{1})
		whole.absorb(b)
		for len(b) > 0 {
			n := rapid.IntRange(0, len(b)).Draw(t, "piece")
			pieces.absorb(b[:n])
			b = b[n:]
		}
		one := make([]byte, 100)
		two := make([]byte, 100)
		whole.squeeze(one)
		for at := 0; at < len(two); {
			n := rapid.IntRange(0, len(two)-at).Draw(t, "squeeze")
			pieces.squeeze(two[at : at+n])
			pieces.absorb(nil) // changes nothing
			at += n
		}
		require.Equal(t, one, two)
	})
}

// TestStatementsThatConcatenateAlikeDiffer: the pairs would be one string if they
// were only put one after the other.
func TestStatementsThatConcatenateAlikeDiffer(t *testing.T) {
	t.Parallel()
	i := func() *Instance { return New("test", [32]byte{}) }
	for name, pair := range map[string][2]*Instance{
		"cut elsewhere":             {i().Bytes([]byte("ab")).Bytes([]byte("c")), i().Bytes([]byte("a")).Bytes([]byte("bc"))},
		"one or two strings":        {i().Bytes([]byte("abc")), i().Bytes([]byte("ab")).Bytes([]byte("c"))},
		"an empty string more":      {i().Bytes(nil), i().Bytes(nil).Bytes(nil)},
		"nothing or an empty one":   {i(), i().Bytes(nil)},
		"other protocol":            {i(), New("test2", [32]byte{})},
		"other fingerprint":         {i(), New("test", [32]byte{31: 1})},
		"other integer":             {i().Uint64(1), i().Uint64(1 << 56)},
		"other element":             {i().Element(multiple(1)), i().Element(multiple(2))},
		"string or fixed":           {i().Bytes([]byte("abc")), i().Fixed([]byte("abc"))},
		"trailing zero in a string": {i().Bytes([]byte{1}), i().Bytes([]byte{1, 0})},
	} {
		require.False(t, pair[0].Prove().Challenge().Equal(pair[1].Prove().Challenge()), name)
	}
	require.NotEqual(t, Hash("test", []byte("ab"), []byte("c")), Hash("test", []byte("a"), []byte("bc")))
	require.NotEqual(t, Hash("test"), Hash("test", nil))
	require.NotEqual(t, Hash("test", nil), Hash("test2", nil))
}

func TestCloneIsIndependent(t *testing.T) {
	t.Parallel()
	a := New("test", [32]byte{})
	b := a.Clone().Uint64(1)
	require.False(t, a.Prove().Challenge().Equal(b.Prove().Challenge()))
	require.True(t, b.Prove().Challenge().Equal(a.Uint64(1).Prove().Challenge()))
}

func TestVerifierRefuses(t *testing.T) {
	t.Parallel()
	good := func() []byte { p, _ := frozenProof(); return p.Proof() }
	with := func(at int, field []byte) []byte {
		return append(append(good()[:at:at], field...), good()[at+len(field):]...)
	}
	negative := good()[:32]
	for k := range negative {
		negative[k] = ^negative[k] // odd, and so negative or above p
	}
	q := []byte{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 31: 0x10}
	for name, proof := range map[string][]byte{
		"nothing":                          nil,
		"one byte more":                    append(good(), 0),
		"a field more":                     append(good(), make([]byte, 32)...),
		"element not canonical: p":         with(0, append([]byte{0xed}, append(bytes.Repeat([]byte{0xff}, 30), 0x7f)...)),
		"element not canonical: max":       with(32, bytes.Repeat([]byte{0xff}, 32)),
		"element negative":                 with(64, negative),
		"element with the high bit":        with(63, []byte{0x80}),
		"scalar is q":                      with(96, q),
		"scalar with the high bit":         with(127, []byte{0x80}),
		"scalar and element change places": append(append(append([]byte{}, bytes.Repeat([]byte{0xfe}, 32)...), good()[32:96]...), good()[:32]...),
	} {
		_, err := readFrozenProof(t, proof, nil)
		require.Error(t, err, name)
	}
	for n := range good() {
		_, err := readFrozenProof(t, good()[:n], nil)
		require.Error(t, err, "the first %d bytes", n)
	}
}

func TestVerifierLeavesTheReceiverAloneAfterAFault(t *testing.T) {
	t.Parallel()
	v := New("test", [32]byte{}).Verify(append(bytes.Repeat([]byte{0xff}, 32), multiple(3).Bytes()...))
	e, s := group.Affines([]group.Element{*multiple(7)})[0], group.NewScalar().SetUint64(7)
	v.Scalar(s)
	v.Element(&e) // good in itself, but behind a fault
	require.True(t, e.Element().Equal(multiple(7)) && s.Equal(group.NewScalar().SetUint64(7)))
	_, err := v.Close()
	require.Error(t, err)
}

func TestDigestCoversEveryByte(t *testing.T) {
	t.Parallel()
	p, _ := frozenProof()
	good := p.Proof()
	digest, err := readFrozenProof(t, good, nil)
	require.NoError(t, err)
	seen, parsed := map[[32]byte]bool{digest: true}, map[int]bool{}
	for bit := range 8 * len(good) {
		b := bytes.Clone(good)
		b[bit/8] ^= 1 << (bit % 8)
		if d, err := readFrozenProof(t, b, nil); err == nil {
			require.False(t, seen[d], "bit %d", bit)
			seen[d], parsed[bit/8] = true, true
		}
	}
	require.Greater(t, len(parsed), len(good)*9/10)
	other, err := New("vector", [32]byte{2}).Verify(nil).Close()
	require.NoError(t, err)
	third, err := New("vector", [32]byte{3}).Verify(nil).Close()
	require.NoError(t, err)
	require.NotEqual(t, other, third, "and the instance, even if the proof is empty")
}

func TestNonces(t *testing.T) {
	t.Parallel()
	start := func(fp byte) *Prover { return New("test", [32]byte{fp}).Prove() }
	later := start(0)
	later.Scalar(group.NewScalar())
	seed, zero := [32]byte{1}, [32]byte{}
	streams := map[string]*Nonces{
		"base":            start(0).SeededNonces(&seed, []byte("w"), "l"),
		"other seed":      start(0).SeededNonces(&zero, []byte("w"), "l"),
		"other statement": start(1).SeededNonces(&seed, []byte("w"), "l"),
		"later state":     later.SeededNonces(&seed, []byte("w"), "l"),
		"other witness":   start(0).SeededNonces(&seed, []byte("v"), "l"),
		"other label":     start(0).SeededNonces(&seed, []byte("w"), "m"),
		"moved border":    start(0).SeededNonces(&seed, []byte("wl"), ""),
		"hedged":          start(0).Nonces([]byte("w"), "l"),
		"hedged again":    start(0).Nonces([]byte("w"), "l"),
	}
	seen := map[string]string{}
	for name, n := range streams {
		for range 3 {
			b := string(n.Scalar().Bytes())
			require.Empty(t, seen[b], "%s", name)
			seen[b] = name
		}
	}
	a, b := start(0).SeededNonces(&seed, []byte("w"), "l"), start(0).SeededNonces(&seed, []byte("w"), "l")
	require.True(t, a.Scalar().Equal(b.Scalar()), "seeded nonces are rebuilt")
}

func TestDrawingNoncesDoesNotMoveTheChallenges(t *testing.T) {
	t.Parallel()
	a, b := New("test", [32]byte{}).Prove(), New("test", [32]byte{}).Prove()
	a.Challenge()
	a.Nonces(nil, "l").Scalar()
	b.Challenge()
	require.True(t, a.Challenge().Equal(b.Challenge()))
}

// FuzzVerifierReads: any bytes are read or refused, without a panic, and what is
// accepted is what the prover would write for it.
func FuzzVerifierReads(f *testing.F) {
	p, _ := frozenProof()
	f.Add(p.Proof())
	f.Add([]byte{})
	f.Add(make([]byte, 128))
	f.Add(bytes.Repeat([]byte{0xff}, 129))
	f.Fuzz(func(t *testing.T, proof []byte) {
		v := frozenInstance().Verify(proof)
		e, s := make([]group.Affine, 3), group.NewScalar()
		for k := range e {
			v.Element(&e[k])
			v.Challenge()
		}
		v.Scalar(s)
		if _, err := v.Close(); err != nil {
			return
		}
		var again []byte
		for k := range e {
			again = append(again, e[k].Element().Bytes()...)
		}
		require.Equal(t, proof, append(again, s.Bytes()...))
	})
}
