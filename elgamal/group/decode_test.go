package group

import (
	"slices"
	"strconv"
	"testing"

	fp "github.com/cloudflare/circl/math/fp25519"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// requireSameVerdict checks that a hint changes neither the error nor the result.
func requireSameVerdict(t require.TestingT, b, hint []byte, msg ...any) {
	before := Affines([]Element{*Generator()})[0]
	plain, hinted := before, before
	err := plain.SetCanonicalBytes(b)
	require.Equal(t, err, hinted.SetCanonicalBytesHinted(b, hint), msg...)
	require.Equal(t, plain.Element().Bytes(), hinted.Element().Bytes(), msg...)
	if err != nil {
		require.Equal(t, before.yx, hinted.yx, "the receiver changed")
		require.Equal(t, before.dxy, hinted.dxy, "the receiver changed")
	}
}

func TestDecodeHint(t *testing.T) {
	t.Parallel()
	encodings := [][]byte{make([]byte, 32), Generator().Bytes()}
	for range 20 {
		encodings = append(encodings, randomElement().Bytes())
	}
	for _, b := range encodings {
		hint, err := DecodeHint(b)
		require.NoError(t, err)
		var c decoding
		require.True(t, c.start(b))
		root := fp.Elt(hint)
		require.True(t, isCanonical(&root))
		var check, w fp.Elt
		c.radicand(&w)
		fp.Sqr(&check, &root)
		fp.Mul(&check, &check, &w)
		require.EqualValues(t, 1, isEqual(&check, &one), "the hint is the root: otherwise it is of no use")
		requireSameVerdict(t, b, hint[:])
	}
}

func TestWrongHintChangesNothing(t *testing.T) {
	t.Parallel()
	p, q := randomElement(), randomElement()
	b := p.Bytes()
	hint, err := DecodeHint(b)
	require.NoError(t, err)
	other, err := DecodeHint(q.Bytes())
	require.NoError(t, err)

	negative := fp.Elt(hint)
	fp.Neg(&negative, &negative)
	fp.Modp(&negative)
	plusP := hint // hint + p fits into 256 bits and is odd
	carry := 0
	for i, x := range fp.P() {
		carry += int(hint[i]) + int(x)
		plusP[i], carry = byte(carry), carry>>8
	}
	turned := fp.Elt(hint)
	fp.Mul(&turned, &turned, &sqrtM1)
	abs(&turned)
	fp.Modp(&turned)
	for fault, h := range map[string][]byte{
		"nil": nil, "empty": {}, "zero": make([]byte, 32), "all ones": repeat(0xff, 32),
		"one byte short": hint[:31], "one byte long": append(hint[:], 0),
		"of another element": other[:], "the other root": negative[:], "not below p": plusP[:],
		"a root of -1/w": turned[:], "the encoding itself": b,
	} {
		requireSameVerdict(t, b, h, fault)
	}
	for bit := range 256 {
		h := slices.Clone(hint[:])
		h[bit/8] ^= 1 << (bit % 8)
		requireSameVerdict(t, b, h, "bit %d", bit)
	}
}

// TestHintOfBadEncoding feeds true roots for strings that are refused for
// another reason: the hint must not carry them past the other checks.
func TestHintOfBadEncoding(t *testing.T) {
	t.Parallel()
	rooted := 0
	for fault, encodings := range badEncodings {
		for _, s := range encodings {
			b := unhex(t, s)
			hint := rootOf(b)
			if hint != nil {
				rooted++
			}
			requireSameVerdict(t, b, hint, fault)
			require.Error(t, new(Affine).SetCanonicalBytesHinted(b, hint), fault)
		}
	}
	require.GreaterOrEqual(t, rooted, 9, "negative xy and y = 0 have roots")
}

// rootOf returns the canonical root for b whether or not b decodes, if there is one.
func rootOf(b []byte) []byte {
	var c decoding
	if !c.start(b) {
		return nil
	}
	var root, w fp.Elt
	c.radicand(&w)
	if invSqrt(&root, &w) == 0 {
		return nil
	}
	fp.Modp(&root)
	return root[:]
}

func TestHintProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := drawElement(t, "p").Bytes()
		if rapid.Bool().Draw(t, "flip") {
			bit := rapid.IntRange(0, 255).Draw(t, "bit of the encoding")
			b[bit/8] ^= 1 << (bit % 8)
		}
		hint := rootOf(b)
		if hint == nil || rapid.Bool().Draw(t, "random hint") {
			hint = rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "hint")
		}
		requireSameVerdict(t, b, hint)
	})
}

func TestDecodeAffines(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 3, 4, 5, 7, 8, 33, 100} {
		points := randomElements(n)
		var b []byte
		for i := range points {
			b = append(b, points[i].Bytes()...)
		}
		decoded, err := DecodeAffines(b)
		require.NoError(t, err)
		require.Len(t, decoded, n)
		for i := range decoded {
			requireValid(t, &points[i], decoded[i].Element())
		}
		_, err = DecodeAffines(append(b, 0))
		require.ErrorIs(t, err, errElement, "a byte too many")
	}
}

func TestDecodeAffinesNamesTheFirstBadElement(t *testing.T) {
	t.Parallel()
	const n = 70
	points := randomElements(n)
	var good []byte
	for i := range points {
		good = append(good, points[i].Bytes()...)
	}
	for fault, s := range map[string]string{
		"odd": badEncodings["negative"][0], "no root": badEncodings["not a square"][0], "negative xy": badEncodings["negative xy"][0],
	} {
		for _, bad := range [][]int{{0}, {1}, {3}, {4}, {n - 1}, {5, 6}, {6, n - 1}, {20, 50, 60}} {
			b := slices.Clone(good)
			for _, i := range bad {
				copy(b[32*i:], unhex(t, s))
			}
			decoded, err := DecodeAffines(b)
			require.Nil(t, decoded)
			require.ErrorIs(t, err, errElement)
			require.Contains(t, err.Error(), "element "+strconv.Itoa(bad[0])+":", "%s at %v", fault, bad)
		}
	}
	_, err := DecodeAffines(good[:len(good)-1])
	require.ErrorContains(t, err, "element 69:")
}
