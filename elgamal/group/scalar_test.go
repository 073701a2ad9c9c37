package group

import (
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var bigOrder, _ = new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)

func bigOf(s *Scalar) *big.Int {
	b := s.Bytes()
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

func requireMod(t require.TestingT, want *big.Int, got *Scalar) {
	require.Equal(t, new(big.Int).Mod(want, bigOrder).String(), bigOf(got).String())
}

func TestScalarArithmetic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawScalar(t, "a"), drawScalar(t, "b"), drawScalar(t, "c")
		A, B, C := bigOf(a), bigOf(b), bigOf(c)
		requireMod(t, new(big.Int).Add(A, B), NewScalar().Add(a, b))
		requireMod(t, new(big.Int).Sub(A, B), NewScalar().Sub(a, b))
		requireMod(t, new(big.Int).Neg(A), NewScalar().Neg(a))
		requireMod(t, new(big.Int).Mul(A, B), NewScalar().Mul(a, b))
		requireMod(t, new(big.Int).Add(new(big.Int).Mul(A, B), C), NewScalar().MulAdd(a, b, c))
		require.True(t, NewScalar().Add(NewScalar().Halve(a), NewScalar().Halve(a)).Equal(a))
		require.Equal(t, A.Cmp(B) == 0, a.Equal(b))
		require.Equal(t, A.Sign() == 0, a.IsZero())
		if A.Sign() != 0 {
			requireMod(t, new(big.Int).ModInverse(A, bigOrder), NewScalar().Inv(a))
		}
		decoded, err := NewScalar().SetCanonicalBytes(a.Bytes())
		require.NoError(t, err)
		require.True(t, decoded.Equal(a))
	})
}

func TestScalarAliasing(t *testing.T) {
	t.Parallel()
	binary := map[string]func(s, a, b *Scalar) *Scalar{
		"Add": (*Scalar).Add, "Sub": (*Scalar).Sub, "Mul": (*Scalar).Mul,
	}
	unary := map[string]func(s, a *Scalar) *Scalar{
		"Set": (*Scalar).Set, "Neg": (*Scalar).Neg, "Inv": (*Scalar).Inv, "Halve": (*Scalar).Halve,
	}
	a, b, c := RandomScalar(), RandomScalar(), RandomScalar()
	clone := func(s *Scalar) *Scalar { return NewScalar().Set(s) }
	for name, f := range binary {
		want := f(NewScalar(), a, b)
		x := clone(a)
		require.True(t, f(x, x, b).Equal(want) && x.Equal(want), name)
		x = clone(b)
		require.True(t, f(x, a, x).Equal(want), name)
		x = clone(a)
		require.True(t, f(x, x, x).Equal(f(NewScalar(), a, a)), name)
	}
	for name, f := range unary {
		x := clone(a)
		require.True(t, f(x, x).Equal(f(NewScalar(), a)), name)
	}
	want := NewScalar().MulAdd(a, b, c)
	for i := range 3 {
		x := []*Scalar{clone(a), clone(b), clone(c)}
		require.True(t, x[i].MulAdd(x[0], x[1], x[2]).Equal(want), "MulAdd, argument %d", i)
	}
}

func TestScalarZeroValue(t *testing.T) {
	t.Parallel()
	var s Scalar
	require.True(t, s.IsZero())
	require.Equal(t, make([]byte, 32), s.Bytes())
	require.True(t, s.Inv(&s).IsZero(), "0 has 0 for inverse")
	require.True(t, RandomScalar().SetUint64(0).IsZero())
	require.False(t, RandomScalar().Equal(RandomScalar()))
}

func TestScalarRefuses(t *testing.T) {
	t.Parallel()
	little := func(v *big.Int) []byte {
		b := v.FillBytes(make([]byte, 32))
		slices.Reverse(b)
		return b
	}
	plus := func(k int64) []byte { return little(new(big.Int).Add(bigOrder, big.NewInt(k))) }
	for fault, b := range map[string][]byte{
		"q": plus(0), "q+1": plus(1), "q+2^64": little(new(big.Int).Add(bigOrder, new(big.Int).Lsh(big.NewInt(1), 64))),
		"2q":               little(new(big.Int).Lsh(bigOrder, 1)),
		"2^253":            append(make([]byte, 31), 0x20),
		"2^255":            append(make([]byte, 31), 0x80),
		"all ones":         repeat(0xff, 32),
		"31 bytes":         make([]byte, 31),
		"33 bytes":         make([]byte, 33),
		"empty":            {},
		"nil":              nil,
		"a top byte of 17": append(make([]byte, 31), 0x11),
	} {
		s := scalarOf(7)
		_, err := s.SetCanonicalBytes(b)
		require.ErrorIs(t, err, errScalar, fault)
		require.True(t, s.Equal(scalarOf(7)), "the receiver changed: %s", fault)
	}
	_, err := NewScalar().SetCanonicalBytes(plus(-1))
	require.NoError(t, err, "q-1 is a scalar")
}

func TestScalarWideBytes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 0, 64).Draw(t, "b")
		big := new(big.Int)
		for i := len(b) - 1; i >= 0; i-- {
			big.Lsh(big, 8).Add(big, bigInt(b[i]))
		}
		requireMod(t, big, NewScalar().SetWideBytes(b))
	})
	require.Panics(t, func() { NewScalar().SetWideBytes(make([]byte, 65)) })
	requireMod(t, new(big.Int).SetUint64(1<<64-1), scalarOf(1<<64-1))
}

func bigInt(b byte) *big.Int { return big.NewInt(int64(b)) }

func TestScalarAppendBinary(t *testing.T) {
	t.Parallel()
	s := RandomScalar()
	b, err := s.AppendBinary([]byte("prefix"))
	require.NoError(t, err)
	require.Equal(t, append([]byte("prefix"), s.Bytes()...), b)
}

func TestBatchInvert(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 3, 100} {
		s := randomScalars(n)
		if n > 2 {
			s[0], s[1] = *scalarOf(1), *NewScalar().Neg(scalarOf(1))
		}
		inverses := slices.Clone(s)
		BatchInvert(inverses)
		for i := range s {
			require.True(t, NewScalar().Mul(&s[i], &inverses[i]).Equal(scalarOf(1)))
		}
	}
	s := []Scalar{*scalarOf(2), {}, *scalarOf(3)}
	BatchInvert(s)
	for i := range s {
		require.True(t, s[i].IsZero(), "a zero makes all of them zero")
	}
}
