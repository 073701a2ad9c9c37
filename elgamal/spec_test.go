package elgamal

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/internal/vectors"
)

func small(v ...uint64) []group.Scalar {
	s := make([]group.Scalar, len(v))
	for k := range v {
		s[k].SetUint64(v[k])
	}
	return s
}

// TestWorkedExample is docs/spec/elgamal.md.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	x := small(101, 102)
	k, err := NewPublicKey([]group.Element{*multiple(101), *multiple(102)})
	require.NoError(t, err)
	c := k.EncryptElements([]group.Element{*multiple(3), *multiple(1), *multiple(2)}, small(11, 12))
	again := k.Reencrypt(c, small(21, 22))
	a, b := affine(t, c)
	twice := NewCiphertext(3, 2).AddWeighted(2, a, b)

	var e vectors.Example
	e.Add("key", k.Bytes())
	for _, part := range []struct {
		name  string
		c     *Ciphertext
		votes []uint64
	}{
		{"ciphertext", c, []uint64{3, 1, 2}},
		{"reencrypted", again, []uint64{3, 1, 2}},
		{"twice", twice, []uint64{6, 2, 4}},
		{"neutral", NewCiphertext(3, 2), []uint64{0, 0, 0}},
	} {
		requireVotes(t, part.c, x, part.votes)
		raw, err := part.c.AppendBinary(nil)
		require.NoError(t, err)
		e.Add(part.name, raw)
	}
	e.Check(t, "../docs/spec/elgamal.md")
}
