package threshold

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/internal/wire"
)

// keeper is a Store that remembers all states.
type keeper struct{ states [][]byte }

func (k *keeper) store(s *State) error {
	k.states = append(k.states, s.Bytes())
	return nil
}

// newest restores the newest state and its message.
func newest[S any](t require.TestingT, k *keeper) (S, []byte) {
	stage, message, err := Restore(k.states[len(k.states)-1], k.store)
	require.NoError(t, err)
	s, ok := stage.(S)
	require.True(t, ok, "%T", stage)
	return s, message
}

// Every trustee forgets everything after every step and goes on from its file.
func TestRestartAtEveryStage(t *testing.T) {
	t.Parallel()
	c, ids := newCeremony(3, 2, 2)
	var rounds [4][][]byte
	keep := make([]keeper, 3)
	for i := range ids {
		_, m, err := c.Begin(i+1, ids[i], keep[i].store)
		require.NoError(t, err)
		rounds[0] = append(rounds[0], m)
	}
	step := func(round int, next func(k *keeper) ([]byte, []byte, error)) {
		for i := range ids {
			sent, m, err := next(&keep[i])
			require.NoError(t, err)
			require.Equal(t, rounds[round-1][i], sent, "the stored message is the one that was sent")
			rounds[round] = append(rounds[round], m)
		}
	}
	step(1, func(k *keeper) ([]byte, []byte, error) {
		s, sent := newest[*Keyed](t, k)
		_, m, err := s.Commit(rounds[0])
		return sent, m, err
	})
	step(2, func(k *keeper) ([]byte, []byte, error) {
		s, sent := newest[*Committed](t, k)
		_, m, err := s.Deal(rounds[1])
		return sent, m, err
	})
	step(3, func(k *keeper) ([]byte, []byte, error) {
		s, sent := newest[*Dealt](t, k)
		_, m, err := s.Confirm(rounds[2])
		return sent, m, err
	})
	keys, err := c.Verify(&rounds)
	require.NoError(t, err)
	for i := range ids {
		s, sent := newest[*Confirmed](t, &keep[i])
		require.Equal(t, rounds[3][i], sent)
		_, err := s.Finish(rounds[3])
		require.NoError(t, err)
		trustee, none := newest[*Trustee](t, &keep[i])
		require.Nil(t, none)
		require.True(t, sameKeys(keys, trustee.Keys()))
		require.Equal(t, i+1, trustee.Index())
		require.Len(t, keep[i].states, 5)
	}
	for stage, state := range keep[0].states[:4] {
		_, err := RestoreTrustee(state, InMemory)
		require.ErrorContains(t, err, "not over", "stage %d", stage)
	}
}

// stages returns one state of each stage.
func stages(t testing.TB) (states []*State) {
	p := newHouse(3, 2, 1, 1)
	_, err := p.trustees[0].Sign(p.list("mayor", []uint64{1}))
	require.NoError(t, err)
	return []*State{{p.keyed[0]}, {p.commit[0]}, {p.dealt[0]}, {p.confirm[0]}, {p.trustees[0]}}
}

func TestStateIsCanonical(t *testing.T) {
	t.Parallel()
	for stage, s := range stages(t) {
		plain := s.encode()
		require.Equal(t, byte(stage), plain[len(stateTag)])
		restored, _, err := decodeState(plain, InMemory)
		require.NoError(t, err)
		require.Equal(t, plain, (&State{restored}).encode())
		for n := range plain {
			_, _, err := decodeState(plain[:n], InMemory)
			require.Error(t, err, "stage %d cut to %d", stage, n)
		}
		_, _, err = decodeState(append(plain[:len(plain):len(plain)], 0), InMemory)
		require.Error(t, err)
		for i := range min(len(plain), 300) {
			bad := bytes.Clone(plain)
			bad[i] ^= 0x40
			if restored, _, err := decodeState(bad, InMemory); err == nil {
				require.Equal(t, bad, (&State{restored}).encode(), "stage %d, byte %d", stage, i)
			}
		}
	}
}

func TestFaultyState(t *testing.T) {
	t.Parallel()
	all := stages(t)
	head := len(stateTag) + 1
	at := head + 32 + 8 + 4*keySize // index
	const entry = 4 + 5 + 32        // of the list
	for name, test := range map[string]struct {
		stage int
		spoil func(b []byte) []byte
	}{
		"other tag":              {0, func(b []byte) []byte { b[0] ^= 1; return b }},
		"stage 5":                {4, func(b []byte) []byte { b[head-1] = 5; return b }},
		"stage of another":       {2, func(b []byte) []byte { b[head-1] = 1; return b }},
		"trustee as a member":    {4, func(b []byte) []byte { b[head-1] = 0; return b }},
		"another session":        {0, func(b []byte) []byte { b[head] ^= 1; return b }},
		"65 trustees":            {0, func(b []byte) []byte { b[head+32+5] = 65; return b }},
		"65 witnesses":           {0, func(b []byte) []byte { b[head+32+7] = 65; return b }},
		"threshold 4 of 3":       {0, func(b []byte) []byte { b[head+32+3] = 4; return b }},
		"threshold 3 of 3":       {0, func(b []byte) []byte { b[head+32+3] = 3; return b }},
		"a witness as trustee":   {0, func(b []byte) []byte { b[head+32+5], b[head+32+7] = 4, 0; return b }},
		"trustee as the witness": {0, func(b []byte) []byte { copy(b[at-keySize:at], b[head+32+8:]); return b }},
		"index of the other":     {0, func(b []byte) []byte { b[at+1] = 2; return b }},
		"index 0":                {0, func(b []byte) []byte { b[at+1] = 0; return b }},
		"another identity":       {0, func(b []byte) []byte { b[at+2] ^= 1; return b }},
		"identity zero":          {0, func(b []byte) []byte { clear(b[at+2 : at+34]); return b }},
		"another transport key":  {0, func(b []byte) []byte { b[at+34] ^= 8; return b }},
		"transport of round 0":   {3, func(b []byte) []byte { b[at+34] ^= 8; return b }},
		"transport not clamped":  {0, func(b []byte) []byte { b[at+34] ^= 1; return b }},
		"polynomial above q":     {1, func(b []byte) []byte { b[at+66+31] = 0xff; return b }},
		"received spoiled":       {1, func(b []byte) []byte { b[len(b)-150] ^= 1; return b }},
		"sent spoiled":           {3, func(b []byte) []byte { b[len(b)-1] ^= 1; return b }},
		"secret of no key":       {4, func(b []byte) []byte { b[at+34+32+4*32] ^= 1; return b }},
		"verification of no key": {4, func(b []byte) []byte { copy(b[at+34+64:], b[at+34+96:at+34+128]); return b }},
		"election key O":         {4, func(b []byte) []byte { clear(b[at+34+32 : at+34+64]); return b }},
		"list without a contest": {4, func(b []byte) []byte { return append(b[:len(b)-entry], append(make([]byte, 4), b[len(b)-32:]...)...) }},
		"contest twice": {4, func(b []byte) []byte {
			b[len(b)-entry-64-1] = 2
			return append(b, b[len(b)-entry:]...)
		}},
		"no list but an election": {4, func(b []byte) []byte { return wire.AppendUint32(b[:len(b)-entry-64-4], 0)[:len(b)-entry] }},
		"lists beyond the limit": {4, func(b []byte) []byte {
			b = append(wire.AppendUint32(b[:len(b)-entry-64-4], maxLists+1), make([]byte, 64)...)
			for i := range maxLists + 1 {
				b = wire.AppendVector(b, wire.AppendUint64(nil, uint64(i)))
				b = append(b, make([]byte, 32)...)
			}
			return b
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stage, _, err := decodeState(test.spoil(all[test.stage].encode()), InMemory)
			require.Error(t, err, "%T", stage)
		})
	}
}

// Every step: a store that fails keeps the message back and the state as it was.
func TestStoreThatFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk full")
	fail := false
	store := func(*State) error {
		if fail {
			return broken
		}
		return nil
	}
	attempt := func(f func() ([]byte, error)) []byte {
		t.Helper()
		fail = true
		m, err := f()
		require.ErrorIs(t, err, broken)
		require.Nil(t, m)
		fail = false
		m, err = f()
		require.NoError(t, err)
		return m
	}
	c, ids := newCeremony(1, 1, 1)
	var keyed *Keyed
	var committed *Committed
	var dealt *Dealt
	var confirmed *Confirmed
	m := attempt(func() (m []byte, err error) { keyed, m, err = c.Begin(1, ids[0], store); return })
	m = attempt(func() (next []byte, err error) { committed, next, err = keyed.Commit([][]byte{m}); return })
	m = attempt(func() (next []byte, err error) { dealt, next, err = committed.Deal([][]byte{m}); return })
	m = attempt(func() (next []byte, err error) { confirmed, next, err = dealt.Confirm([][]byte{m}); return })
	attempt(func() ([]byte, error) { _, err := confirmed.Finish([][]byte{m}); return nil, err })
}
