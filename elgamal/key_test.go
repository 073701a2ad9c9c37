package elgamal

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

func multiple(n uint64) *group.Element {
	return group.NewElement().ScalarBaseMult(group.NewScalar().SetUint64(n))
}

// keyPair returns a key of the given width and its logarithms.
func keyPair(t testing.TB, width int) (*PublicKey, []group.Scalar) {
	x := scalars(width)
	Y := make([]group.Element, width)
	for l := range Y {
		Y[l].ScalarBaseMult(&x[l])
	}
	k, err := NewPublicKey(Y)
	require.NoError(t, err)
	return k, x
}

func scalars(n int) []group.Scalar {
	s := make([]group.Scalar, n)
	for k := range s {
		s[k].Set(group.RandomScalar())
	}
	return s
}

func TestNewPublicKeyRefuses(t *testing.T) {
	t.Parallel()
	elements := func(multiples ...uint64) []group.Element {
		out := make([]group.Element, len(multiples))
		for l, n := range multiples {
			out[l].Set(multiple(n))
		}
		return out
	}
	tooMany := make([]uint64, MaxWidth+1)
	for l := range tooMany {
		tooMany[l] = uint64(l + 1)
	}
	for name, keys := range map[string][]group.Element{
		"no key":                nil,
		"257 keys":              elements(tooMany...),
		"identity":              elements(0),
		"identity among others": elements(5, 0, 7),
		"two are equal":         elements(5, 6, 5),
		"neighbours are equal":  elements(9, 9),
	} {
		_, err := NewPublicKey(keys)
		require.Error(t, err, name)
		var b []byte
		for l := range keys {
			b = append(b, keys[l].Bytes()...)
		}
		_, err = ParsePublicKey(b)
		require.Error(t, err, name)
	}
	k, err := NewPublicKey(elements(tooMany[:MaxWidth]...))
	require.NoError(t, err)
	require.Equal(t, MaxWidth, k.Width())
}

func TestParsePublicKeyRefuses(t *testing.T) {
	t.Parallel()
	k, _ := keyPair(t, 3)
	good := k.Bytes()
	again, err := ParsePublicKey(good)
	require.NoError(t, err)
	require.Equal(t, good, again.Bytes())
	with := func(at int, c byte) []byte { b := bytes.Clone(good); b[at] ^= c; return b }
	for name, b := range map[string][]byte{
		"empty": nil, "a byte short": good[:95], "a byte long": append(bytes.Clone(good), 0),
		"negative": with(0, 1), "high bit": with(95, 0x80), "all ones": bytes.Repeat([]byte{0xff}, 96),
		"half a key": good[:80], "a million keys": make([]byte, 32<<20),
	} {
		_, err := ParsePublicKey(b)
		require.Error(t, err, name)
	}
}

func TestPublicKeyCopiesWhatItIsGiven(t *testing.T) {
	t.Parallel()
	Y := make([]group.Element, 1)
	Y[0].Set(multiple(5))
	k, err := NewPublicKey(Y)
	require.NoError(t, err)
	Y[0].Set(multiple(6))
	k.Bytes()[0] ^= 1
	require.True(t, k.Key(0).Equal(multiple(5)))
	require.True(t, k.Affine(0).Element().Equal(multiple(5)))
	require.Equal(t, multiple(5).Bytes(), k.Bytes())
}

func TestTablesChangeNothing(t *testing.T) {
	t.Parallel()
	plain, _ := keyPair(t, 5)
	fast, err := ParsePublicKey(plain.Bytes())
	require.NoError(t, err)
	fast.Precompute()
	for n := range 6 {
		s := scalars(n)
		require.True(t, plain.MulSum(s).Equal(fast.MulSum(s)), "%d", n)
	}
	for l := range 5 {
		s := group.RandomScalar()
		want := group.NewElement().Add(multiple(3), group.NewElement().ScalarMult(s, plain.Key(l)))
		require.True(t, plain.MulAdd(multiple(3), l, s).Equal(want))
		require.True(t, fast.MulAdd(multiple(3), l, s).Equal(want))
	}
}
