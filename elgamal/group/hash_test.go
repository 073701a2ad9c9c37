package group

import (
	"encoding/hex"
	"strings"
	"testing"

	circl "github.com/cloudflare/circl/group"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestHashToElementVOPRF uses the blinded elements of RFC 9497, appendix A.1.1:
// Blind * HashToGroup(Input), where HashToGroup is this suite under another tag.
func TestHashToElementVOPRF(t *testing.T) {
	t.Parallel()
	const dst = "HashToGroup-OPRFV1-\x00-ristretto255-SHA512"
	blind := mustScalar(unhex(t, "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"))
	for input, want := range map[string]string{
		"00":                     "609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c",
		strings.Repeat("5a", 17): "da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418",
	} {
		p := HashToElement(dst, unhex(t, input))
		require.Equal(t, want, hex.EncodeToString(p.ScalarMult(blind, p).Bytes()), input)
	}
}

func TestHashToElementAgainstCircl(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dst := rapid.SliceOfN(rapid.Byte(), 1, 255).Draw(t, "dst")
		msg := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "msg")
		want, err := circl.Ristretto255.HashToElement(msg, dst).MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, want, HashToElement(string(dst), msg).Bytes())
	})
}

func TestHashToElementSeparates(t *testing.T) {
	t.Parallel()
	p := HashToElement("tag", []byte("message"))
	require.False(t, p.Equal(HashToElement("tag2", []byte("message"))))
	require.False(t, p.Equal(HashToElement("tag", []byte("message2"))))
	require.False(t, p.Equal(HashToElement("tagm", []byte("essage"))))
	require.True(t, HashToElement("tag", nil).Equal(HashToElement("tag", []byte{})))
}

func TestHashToElementTag(t *testing.T) {
	t.Parallel()
	require.Panics(t, func() { HashToElement("", nil) })
	require.Panics(t, func() { HashToElement(strings.Repeat("x", 256), nil) })
	require.NotPanics(t, func() { HashToElement(strings.Repeat("x", 255), nil) })
}
