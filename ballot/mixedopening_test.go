package ballot

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestChallengedMixedBallotsAreRebuilt(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	l, err := NewLedger(f.Election, f.roll)
	require.NoError(t, err)
	for k := range 3 {
		d := f.draft(t, f.header(k, 1, Code{}), mixtureChoices[k])
		require.NoError(t, l.Promise(f.promise(t, d.Code(), k, 1)))
		body := d.Body()
		o := f.open(t, d)
		require.NotContains(t, d.votes.payloads, byte(1), "a draft forgets its votes")
		require.Equal(t, mixtureChoices[k], o.Choices())
		rebuilt, err := o.Rebuild()
		require.NoError(t, err)
		require.Equal(t, body, rebuilt)
		require.NoError(t, l.Challenge(o))
		_, err = l.Cast(f.mustVerify(t, f.sign(body, f.voters[k])))
		require.ErrorContains(t, err, "challenged before")
		_, err = l.Cast(f.mustVerify(t, f.castMixed(t, k)))
		require.NoError(t, err)
	}
}

func TestCastMixedBallotsForgetTheirVotes(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	d := f.draft(t, f.header(0, 1, Code{}), mixtureChoices[0])
	_, err := d.Sign(f.voters[0])
	require.NoError(t, err)
	require.Zero(t, d.seed)
	require.Equal(t, make([]byte, 7*30), d.votes.payloads)
	require.Equal(t, make([]byte, 7), d.votes.bits)
}

func TestOpeningsOfMixedBallotsAreCanonical(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	good := f.open(t, f.draft(t, f.header(0, 1, Code{}), mixtureChoices[0])).Bytes()
	bits := headerSize + 32 + 32
	order, name := bits+1, bits+1+30
	require.Len(t, good, name+6*30)
	require.Equal(t, []byte{2, 0, 3, 0, 1}, good[order:order+5])
	require.Equal(t, "\xff\xffЯкуб Колас\x00", string(good[name:name+2+19+1]))
	for fault, edit := range map[string]func(b []byte) []byte{
		"nothing ranked":           func(b []byte) []byte { clear(b[order : order+5]); return b },
		"shared rank":              func(b []byte) []byte { b[order+1] = 1; return b },
		"gap in the ranks":         func(b []byte) []byte { b[order+4] = 4; return b },
		"too many ranked":          func(b []byte) []byte { copy(b[order:], []byte{1, 2, 3, 4, 5}); return b },
		"padding of the ranking":   func(b []byte) []byte { b[order+5] = 4; return b },
		"last byte of the padding": func(b []byte) []byte { b[name-1] = 1; return b },
		"option out of range":      func(b []byte) []byte { b[name], b[name+1] = 0, 3; clear(b[name+2:]); return b },
		"text beside an option":    func(b []byte) []byte { b[name], b[name+1] = 0, 1; return b },
		"text beside blank":        func(b []byte) []byte { b[name], b[name+1] = 0, 0; return b },
		"empty text":               func(b []byte) []byte { clear(b[name+2:]); return b },
		"text not UTF-8":           func(b []byte) []byte { b[name+2] = 0xff; return b },
		"hole in the text":         func(b []byte) []byte { b[name+10] = 0; return b },
		"text behind its end":      func(b []byte) []byte { b[name+2+19+3] = 'x'; return b },
		"padding of the text":      func(b []byte) []byte { b[name+2+150] = 'x'; return b },
		"last byte":                func(b []byte) []byte { b[len(b)-1] = 1; return b },
		"illegal bits":             func(b []byte) []byte { b[bits] = 0; return b },
		"spare bits":               func(b []byte) []byte { b[bits] |= 0x80; return b },
		"payloads left out":        func(b []byte) []byte { return b[:order] },
		"one payload left out":     func(b []byte) []byte { return b[:name] },
		"one payload more":         func(b []byte) []byte { return append(b, make([]byte, 30)...) },
		"truncated":                func(b []byte) []byte { return b[:len(b)-1] },
		"extended":                 func(b []byte) []byte { return append(b, 0) },
		"payloads in style order":  func(b []byte) []byte { return slices.Concat(b[:order], b[name:], b[order:name]) },
		"another style":            func(b []byte) []byte { b[2] = 2; return b },
	} {
		t.Run(fault, func(t *testing.T) {
			_, err := f.ParseOpening(edit(slices.Clone(good)))
			require.ErrorContains(t, err, "opening: at byte")
		})
	}

	// Another legal vote is parsed, and is not the ballot's.
	for vote, edit := range map[string]func(b []byte){
		"another order":     func(b []byte) { b[order], b[order+4] = 1, 2 },
		"another text":      func(b []byte) { b[name+5]++ },
		"an option instead": func(b []byte) { b[name], b[name+1] = 0, 2; clear(b[name+2:]) },
	} {
		t.Run(vote, func(t *testing.T) {
			lie := slices.Clone(good)
			edit(lie)
			o, err := f.ParseOpening(lie)
			require.NoError(t, err)
			_, err = o.Rebuild()
			require.ErrorContains(t, err, "another ballot")
		})
	}
}
