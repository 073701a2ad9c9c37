package group

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"testing"

	fp "github.com/cloudflare/circl/math/fp25519"
	"github.com/gtank/ristretto255"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"veche.example/internal/vectors"
)

// payloadOf returns a payload that looks random, the same in every run.
func payloadOf(n uint64) [PayloadSize]byte {
	h := sha256.Sum256(binary.LittleEndian.AppendUint64([]byte("payload"), n))
	return [PayloadSize]byte(h[:])
}

// oracleTry returns the first try from t on that the other implementation decodes,
// or payloadTries.
func oracleTry(payload *[PayloadSize]byte, t int) int {
	for ; t < payloadTries; t++ {
		b := [32]byte{0: byte(2 * t), 31: byte(t >> 7)}
		copy(b[1:31], payload[:])
		if ristretto255.NewElement().Decode(b[:]) == nil {
			break
		}
	}
	return t
}

// requirePayload checks both directions against the other implementation.
func requirePayload(t require.TestingT, payload [PayloadSize]byte) {
	p, err := new(Element).SetPayload(&payload)
	require.NoError(t, err)
	want := payloadEncoding(&payload, oracleTry(&payload, 0))
	require.Equal(t, want[:], p.Bytes())
	var again Element
	_, err = again.SetCanonicalBytes(want[:])
	require.NoError(t, err)
	requireValid(t, &again, p)
	got, ok := p.Payload()
	require.True(t, ok)
	require.Equal(t, payload, got)
}

func filledPayload(b byte) (payload [PayloadSize]byte) {
	copy(payload[:], bytes.Repeat([]byte{b}, PayloadSize))
	return payload
}

func TestPayloadOfEdges(t *testing.T) {
	t.Parallel()
	last := [PayloadSize]byte{PayloadSize - 1: 1}
	for name, payload := range map[string][PayloadSize]byte{
		"zeros": {}, "a one": {1}, "a one at the end": last, "ones": filledPayload(0xff),
		"the top bit of each byte": filledPayload(0x80), "text": [PayloadSize]byte([]byte("thirty bytes of a written name")),
		"D": [PayloadSize]byte(d[1:31]), "sqrt(-1)": [PayloadSize]byte(sqrtM1[1:31]),
	} {
		t.Run(name, func(t *testing.T) { requirePayload(t, payload) })
	}
}

func TestPayloadOfZerosIsTheIdentity(t *testing.T) {
	t.Parallel()
	p, err := new(Element).SetPayload(new([PayloadSize]byte))
	require.NoError(t, err)
	require.True(t, p.IsIdentity())
}

func TestPayloadProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		requirePayload(t, [PayloadSize]byte(rapid.SliceOfN(rapid.Byte(), PayloadSize, PayloadSize).Draw(t, "payload")))
	})
}

// TestPayloadThatNeedsManyTries: the last of a group of lanes, the first of the
// next, and tries far behind.
func TestPayloadThatNeedsManyTries(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{}
	for n := uint64(0); len(seen) < 20; n++ {
		payload := payloadOf(n)
		if try := oracleTry(&payload, 0); !seen[try] {
			seen[try] = true
			requirePayload(t, payload)
		}
	}
	for try := range 10 {
		require.True(t, seen[try], "try %d", try)
	}
}

// TestPayloadRefusesEveryOtherTry: the free bits of an encoding would be a mark
// that survives a mix.
func TestPayloadRefusesEveryOtherTry(t *testing.T) {
	t.Parallel()
	payload, marks := payloadOf(1), 0
	first := oracleTry(&payload, 0)
	for try := oracleTry(&payload, first+1); try < payloadTries; try = oracleTry(&payload, try+1) {
		b := payloadEncoding(&payload, try)
		p, err := new(Element).SetCanonicalBytes(b[:])
		require.NoError(t, err)
		requireNoPayload(t, p, "try %d", try)
		marks++
	}
	require.Greater(t, marks, 40, "what a voter could choose from")
}

func requireNoPayload(t require.TestingT, p *Element, msg ...any) {
	payload, ok := p.Payload()
	require.False(t, ok, msg...)
	require.Zero(t, payload, msg...)
}

func TestPayloadRefusesLastBytesAboveOne(t *testing.T) {
	t.Parallel()
	payload := payloadOf(2)
	for last := byte(2); last < 0x80; last++ {
		b := [32]byte{31: last}
		copy(b[1:31], payload[:])
		p := new(Element)
		for ; b[0] < 254; b[0] += 2 {
			if _, err := p.SetCanonicalBytes(b[:]); err == nil {
				break
			}
		}
		requireNoPayload(t, p, "last byte %d", last)
	}
}

func TestPayloadRefusesOtherElements(t *testing.T) {
	t.Parallel()
	carrier, err := new(Element).SetPayload(new([PayloadSize]byte{1}))
	require.NoError(t, err)
	for name, p := range map[string]*Element{
		"G": Generator(), "-G": new(Element).Neg(Generator()), "2G": new(Element).Double(Generator()),
		"a carrier negated": new(Element).Neg(carrier), "a carrier doubled": new(Element).Double(carrier),
		"a carrier and G": new(Element).Add(carrier, Generator()),
	} {
		requireNoPayload(t, p, name)
	}
}

// requireRead checks Payload on any element: it is read exactly if the encoding b is
// the first that carries what is inside.
func requireRead(t require.TestingT, p *Element, b []byte) {
	payload, ok := p.Payload()
	inside := [PayloadSize]byte(b[1:31])
	first := payloadEncoding(&inside, oracleTry(&inside, 0))
	require.Equal(t, bytes.Equal(first[:], b), ok)
	if ok {
		require.Equal(t, inside, payload)
	}
}

// TestPayloadPropertyOfAnyElement draws elements, of which one in 2^12 carries a
// payload, and encodings of the right shape, of which one in 64 does.
func TestPayloadPropertyOfAnyElement(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawElement(t, "p")
		requireRead(t, p, p.Bytes())
		payload := [PayloadSize]byte(rapid.SliceOfN(rapid.Byte(), PayloadSize, PayloadSize).Draw(t, "payload"))
		b := payloadEncoding(&payload, rapid.IntRange(0, payloadTries-1).Draw(t, "try"))
		if _, err := p.SetCanonicalBytes(b[:]); err == nil {
			requireRead(t, p, b[:])
		}
	})
}

// TestPayloadIsOfTheElement: not of the point that stands for it.
func TestPayloadIsOfTheElement(t *testing.T) {
	t.Parallel()
	payload := payloadOf(3)
	p, err := new(Element).SetPayload(&payload)
	require.NoError(t, err)
	for i, coset := range torsion() {
		got, ok := new(Element).Add(p, &coset).Payload()
		require.True(t, ok && got == payload, "point %d", i)
	}
}

func TestPayloadWithoutAnEncoding(t *testing.T) {
	t.Parallel()
	var payload [PayloadSize]byte
	for n := uint64(0); oracleTry(&payload, 0) < 2*maxLanes; n++ {
		payload = payloadOf(n)
	}
	p := Generator()
	got, err := p.setPayload(&payload, 2*maxLanes)
	require.ErrorIs(t, err, errPayload)
	require.Nil(t, got)
	require.True(t, p.Equal(Generator()), "the receiver is unchanged")
	_, err = p.SetPayload(&payload)
	require.NoError(t, err)
}

func TestPayloadOfAnUninitialisedElementPanics(t *testing.T) {
	t.Parallel()
	require.Panics(t, func() { new(Element).Payload() })
}

// TestDecodesIsDecoding: the way without branches agrees with the usual one on
// bytes of every kind.
func TestDecodesIsDecoding(t *testing.T) {
	t.Parallel()
	seen := [2]int{}
	check := func(b []byte) {
		var c decoding
		if !c.start(b) {
			return
		}
		var a Affine
		want := uint(0)
		if a.SetCanonicalBytes(b) == nil {
			want = 1
		}
		seen[want]++
		var w, root [1]fp.Elt
		c.radicand(&w[0])
		powP58(root[:], w[:])
		require.Equal(t, want, c.decodes(&root[0]), "%x", b)
	}
	for _, s := range generatorMultiples {
		check(unhex(t, s))
	}
	for _, encodings := range badEncodings {
		for _, s := range encodings {
			check(unhex(t, s))
		}
	}
	for n := range uint64(2000) {
		h := sha256.Sum256(binary.LittleEndian.AppendUint64(nil, n))
		h[0] &^= 1
		h[31] &= 0x7f
		check(h[:])
	}
	require.Greater(t, seen[0], 1000)
	require.Greater(t, seen[1], 300)
}

// TestAQuarterOfTheTriesDecode is the figure behind the probability of an error.
// The payloads are fixed, and 5 per cent are eight standard deviations.
func TestAQuarterOfTheTriesDecode(t *testing.T) {
	t.Parallel()
	const payloads = 300
	n := 0
	for k := range uint64(payloads) {
		payload := payloadOf(k)
		for try := range payloadTries {
			b := payloadEncoding(&payload, try)
			if new(Affine).SetCanonicalBytes(b[:]) == nil {
				n++
			}
		}
	}
	require.InEpsilon(t, payloads*payloadTries/4, n, 0.05)
}

// TestPayloadExample is docs/spec/payload.md.
func TestPayloadExample(t *testing.T) {
	t.Parallel()
	payload := [PayloadSize]byte([]byte("thirty bytes of a written name"))
	first := oracleTry(&payload, 0)
	next := payloadEncoding(&payload, oracleTry(&payload, first+1))
	p, err := new(Element).SetPayload(&payload)
	require.NoError(t, err)
	q, err := new(Element).SetCanonicalBytes(next[:])
	require.NoError(t, err)
	requireNoPayload(t, q)
	zeros, err := new(Element).SetPayload(new([PayloadSize]byte))
	require.NoError(t, err)
	var e vectors.Example
	e.Add("payload", payload[:])
	e.Add("t", []byte{byte(first)})
	e.Add("element", p.Bytes())
	e.Add("refused", next[:])
	e.Add("zeros", zeros.Bytes())
	e.Check(t, "../../docs/spec/payload.md")
}

func FuzzSetPayload(f *testing.F) {
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{0xff}, PayloadSize))
	f.Add([]byte("thirty bytes of a written name"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var payload [PayloadSize]byte
		copy(payload[:], b)
		requirePayload(t, payload)
	})
}

func FuzzPayload(f *testing.F) {
	addSeeds(f)
	for n := range uint64(8) {
		payload := payloadOf(n)
		for t := oracleTry(&payload, 0); t < 20; t = oracleTry(&payload, t+1) {
			b := payloadEncoding(&payload, t)
			f.Add(b[:])
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var p Element
		if _, err := p.SetCanonicalBytes(b); err != nil {
			return
		}
		requireRead(t, &p, b)
	})
}

// BenchmarkPayload compares both directions with a fixed-base multiplication.
func BenchmarkPayload(b *testing.B) {
	const n = 16
	payloads, points, s, p := make([][PayloadSize]byte, n), make([]Element, n), RandomScalar(), NewElement()
	for i := range payloads {
		payloads[i] = payloadOf(uint64(i))
		if _, err := points[i].SetPayload(&payloads[i]); err != nil {
			b.Fatal(err)
		}
	}
	each := func(f func(i int)) func() {
		return func() {
			for i := range n {
				f(i)
			}
		}
	}
	w := stopwatch{}
	for range b.N {
		w.time("ScalarBaseMult", each(func(int) { p.ScalarBaseMult(s) }))
		w.time("SetPayload", each(func(i int) { _, _ = p.SetPayload(&payloads[i]) }))
		w.time("Payload", each(func(i int) { points[i].Payload() }))
	}
	w.report(b, n)
	w.ratio(b, "SetPayload", "ScalarBaseMult")
	w.ratio(b, "Payload", "ScalarBaseMult")
}
