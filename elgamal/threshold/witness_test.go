package threshold

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// A witness is held to one list as a trustee is, also after a restart.
func TestWitnessSignsOneList(t *testing.T) {
	t.Parallel()
	h := newHouse(3, 2, 2, 1)
	var states [][]byte
	keep := func(s *State) error { states = append(states, s.Bytes()); return nil }
	w, err := NewWitness(h.observers[0], keep)
	require.NoError(t, err)
	require.Len(t, states, 1, "stored before it is used")

	first, second := h.list("mayor", []uint64{1, 0}), h.list("mayor", []uint64{1, 0}, []uint64{0, 1})
	signature, err := w.Sign(first)
	require.NoError(t, err)
	require.NoError(t, first.VerifySignature(h.keys.Witnesses()[0], signature))
	require.Len(t, states, 2)
	for range 2 {
		_, err = w.Sign(second)
		require.ErrorContains(t, err, "refused: another list")
		_, err = w.Sign(first)
		require.NoError(t, err, "the same list again")
		require.Len(t, states, 2)
		w, err = RestoreWitness(states[1], keep)
		require.NoError(t, err)
	}
	_, err = w.Sign(h.list("council", []uint64{1}))
	require.NoError(t, err)
	require.Len(t, states, 3)
	_, err = w.Sign(second)
	require.ErrorContains(t, err, "refused")
}

func TestNoWitnessOfThisCeremony(t *testing.T) {
	t.Parallel()
	h := newHouse(3, 2, 2, 1)
	d := h.list("stranger", []uint64{1})
	ids, _ := identities(1)
	for _, id := range append(ids, h.ids...) {
		w, err := NewWitness(id, InMemory)
		require.NoError(t, err)
		_, err = w.Sign(d)
		require.ErrorContains(t, err, "without this one")
	}
}

func TestWitnessThatIsNotStored(t *testing.T) {
	t.Parallel()
	h := newHouse(3, 2, 2, 1)
	broken := errors.New("disk full")
	fail := true
	store := func(*State) error {
		if fail {
			return broken
		}
		return nil
	}
	w, err := NewWitness(h.observers[0], store)
	require.ErrorIs(t, err, broken)
	require.Nil(t, w)
	fail = false
	w, err = NewWitness(h.observers[0], store)
	require.NoError(t, err)
	fail = true
	for range 2 {
		signature, err := w.Sign(h.list("unstored", []uint64{1}))
		require.ErrorIs(t, err, broken)
		require.Nil(t, signature)
	}
	fail = false
	_, err = w.Sign(h.list("unstored", []uint64{2}))
	require.NoError(t, err, "the list that was not stored was not signed either")
}

// witnessStates are those of a witness of none and of two contests.
func witnessStates(t testing.TB) (states [][]byte) {
	h := newHouse(3, 2, 1, 1)
	w, err := NewWitness(h.observers[0], func(s *State) error {
		require.Equal(t, len(states) == 0, s.First())
		states = append(states, s.Bytes())
		return nil
	})
	require.NoError(t, err)
	for _, contest := range []string{"mayor", "council"} {
		_, err = w.Sign(h.list(contest, []uint64{1}))
		require.NoError(t, err)
	}
	return [][]byte{states[0], states[2]}
}

func TestStateOfAWitness(t *testing.T) {
	t.Parallel()
	for _, state := range witnessStates(t) {
		w, err := RestoreWitness(state, InMemory)
		require.NoError(t, err)
		require.Equal(t, state, w.encode())
		for n := range state {
			_, err := RestoreWitness(state[:n], InMemory)
			require.Error(t, err, "cut to %d", n)
			bad := bytes.Clone(state)
			bad[n] ^= 0x40
			if w, err := RestoreWitness(bad, InMemory); err == nil {
				require.Equal(t, bad, w.encode(), "byte %d", n)
			}
		}
		_, err = RestoreWitness(append(state[:len(state):len(state)], 0), InMemory)
		require.Error(t, err)
		_, _, err = Restore(state, InMemory)
		require.ErrorContains(t, err, "not a trustee's state")
	}
	_, err := RestoreWitness(stages(t)[4].Bytes(), InMemory)
	require.ErrorContains(t, err, "not a witness's state")
	_, err = RestoreWitness(append([]byte(witnessTag), make([]byte, 36)...), InMemory)
	require.ErrorContains(t, err, "identity key")
}
