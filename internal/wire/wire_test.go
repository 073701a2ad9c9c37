package wire

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReaderReadsWhatWasAppended(t *testing.T) {
	t.Parallel()
	b := AppendUint16([]byte{7}, 0x0102)
	b = AppendUint64(AppendUint32(b, 0x03040506), 0x0708090a0b0c0d0e)
	b = append(AppendVector(b, []byte("abc")), "de"...)
	r := NewReader("thing", b)
	require.EqualValues(t, 7, r.Uint8())
	require.EqualValues(t, 0x0102, r.Uint16())
	require.EqualValues(t, 0x03040506, r.Uint32())
	require.EqualValues(t, uint64(0x0708090a0b0c0d0e), r.Uint64())
	require.Equal(t, "abc", string(r.Vector(3)))
	require.Equal(t, 2, r.Len())
	require.Equal(t, "de", string(r.Fixed(2)))
	require.NoError(t, r.Close())
}

func TestReaderRefuses(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		in   []byte
		read func(*Reader)
		want string
	}{
		"trailing bytes":        {[]byte{1, 2}, func(r *Reader) { r.Uint8() }, "thing: at byte 1: 1 bytes too many"},
		"truncated integer":     {[]byte{1, 2, 3}, func(r *Reader) { r.Uint32() }, "thing: at byte 0: truncated"},
		"truncated vector":      {[]byte{0, 0, 0, 2, 9}, func(r *Reader) { r.Vector(10) }, "at byte 4: truncated"},
		"vector over its limit": {[]byte{0, 0, 0, 2, 9, 9}, func(r *Reader) { r.Vector(1) }, "length 2, at most 1"},
		"vector length 2^32-1":  {[]byte{255, 255, 255, 255}, func(r *Reader) { r.Vector(1 << 30) }, "length 4294967295"},
		"caller's fault":        {[]byte{5}, func(r *Reader) { r.Uint8(); r.Fail("bad %d", 5) }, "at byte 1: bad 5"},
		"first fault wins":      {[]byte{5}, func(r *Reader) { r.Uint16(); r.Fail("later") }, "truncated"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := NewReader("thing", c.in)
			c.read(r)
			require.ErrorContains(t, r.Close(), c.want)
			require.Nil(t, r.Fixed(0))
		})
	}
}
