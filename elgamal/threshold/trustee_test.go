package threshold

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/proofs"
)

func TestQuorumNumber(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 12; n++ {
		for threshold := 1; threshold <= n; threshold++ {
			for w := range 12 {
				q := Quorum(n, threshold, w)
				require.GreaterOrEqual(t, 2*q-(n+w), threshold, "two quorums share fewer than t signers")
				require.Less(t, 2*(q-1)-(n+w), threshold, "one less would do")
				require.LessOrEqual(t, q, n+w)
				if w <= n-threshold {
					require.LessOrEqual(t, q, n, "all trustees suffice")
				}
			}
		}
	}
	// Without the witnesses in the formula two quorums of 7 + 4 need not meet.
	require.Equal(t, 5, Quorum(7, 3, 0))
	require.Less(t, 2*Quorum(7, 3, 0)-(7+4), 0)
	require.Equal(t, 7, Quorum(7, 3, 4))
}

func TestQuorum(t *testing.T) {
	t.Parallel()
	h := house32() // 3 trustees, t = 2, 1 witness: quorum 3
	d := h.list("quorum", []uint64{1, 2, 3})
	all := h.sign(t, d)
	other := h.list("quorum", []uint64{1, 2, 3})
	stranger := proofs.GenerateSigningKey()
	with := func(changes map[int][]byte) [][]byte {
		s := append([][]byte(nil), all...)
		for i, b := range changes {
			s[i] = b
		}
		return s
	}
	require.NoError(t, d.CheckQuorum(all))
	for i := range all {
		require.NoError(t, d.CheckQuorum(with(map[int][]byte{i: nil})), "without signer %d", i+1)
	}
	for name, signatures := range map[string][][]byte{
		"no signatures":          make([][]byte, 4),
		"one short":              with(map[int][]byte{0: nil, 3: nil}),
		"one on another list":    with(map[int][]byte{0: nil, 3: other.sign(h.observers[0])}),
		"one of a stranger":      with(map[int][]byte{0: nil, 3: d.sign(stranger)}),
		"one in the wrong seat":  with(map[int][]byte{0: nil, 3: all[2]}),
		"one cut":                with(map[int][]byte{0: nil, 3: all[3][:63]}),
		"one empty":              with(map[int][]byte{0: nil, 3: {}}),
		"one with a flipped bit": with(map[int][]byte{0: nil, 3: flip(40)(nil, append([]byte(nil), all[3]...))}),
		"trustees alone":         all[:3],
		"no seats":               nil,
		"one more":               append(all[:4:4], all[0]),
	} {
		require.Error(t, d.CheckQuorum(signatures), name)
		_, err := h.trustees[2].Decrypt(context.Background(), d, signatures, nil)
		require.Error(t, err, name)
	}
	require.Error(t, other.CheckQuorum(all), "signatures on another list")
}

// Who has a share's list signed by keys of its own is no quorum: the witnesses are
// those of the ceremony, as many as it names.
func TestOwnWitnessesAreNoQuorum(t *testing.T) {
	t.Parallel()
	h := newHouse(3, 2, 1, 1)
	d := h.list("own", []uint64{1})
	h.keys.Witnesses()[0], h.keys.Signers()[0] = proofs.VerifyKey{}, proofs.VerifyKey{} // copies
	require.Equal(t, h.c.Witnesses, h.keys.Witnesses())
	require.Equal(t, append(h.c.Trustees[:3:3], h.c.Witnesses...), h.keys.Signers())
	signatures := make([][]byte, 3)
	for n := range 8 { // n+t = 5 of its own would be a quorum of 3+5
		require.Error(t, d.CheckQuorum(signatures), "%d own witnesses", n)
		_, err := h.trustees[0].Decrypt(context.Background(), d, signatures, nil)
		require.Error(t, err, "%d own witnesses", n)
		signatures = append(signatures, d.sign(proofs.GenerateSigningKey()))
	}
	require.NoError(t, d.CheckQuorum(h.quorum(d)))

	// The same trustees in a ceremony whose witness the attacker is.
	own := newPlay(3, 2, 1)
	own.ids, own.c.Trustees, own.c.Session = h.ids, h.c.Trustees, h.c.Session
	_, own.c.Witnesses = identities(1)
	own.run(nil).requireSuccess(t)
	foreign := h.list("own", []uint64{1})
	foreign.Keys = own.trustees[0].Keys()
	_, err := h.trustees[0].Decrypt(context.Background(), foreign, h.quorum(foreign), nil)
	require.ErrorContains(t, err, "another ceremony")
}

func TestSignatureBindsEverything(t *testing.T) {
	t.Parallel()
	h := house32()
	d := h.list("binding", []uint64{1, 2, 3})
	all := h.sign(t, d)
	for name, alter := range map[string]func(d *Decryption){
		"fingerprint": func(d *Decryption) { d.Fingerprint[0] ^= 1 },
		"closing":     func(d *Decryption) { d.Closing[0] ^= 1 },
		"contest":     func(d *Decryption) { d.Contest = "bindinh" },
	} {
		other := copyOf(d)
		alter(other)
		require.Error(t, other.CheckQuorum(all), name)
	}
}

// The same contest with one ballot more, after a signature, after a share, and
// after a restart from what was stored last.
func TestSecondListIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(3, 2, 2, 1)
	var stored []*State
	trustee := h.trustees[0]
	trustee.store = func(s *State) error { stored = append(stored, s); return nil }

	first := h.list("mayor", []uint64{1, 0})
	second := h.list("mayor", []uint64{1, 0}, []uint64{0, 1})
	later := copyOf(first)
	later.Closing = [32]byte{9}
	council := h.list("council", []uint64{1, 0})
	refuses := func(s *Trustee) {
		t.Helper()
		for _, d := range []*Decryption{second, later} {
			_, err := s.Sign(d)
			require.ErrorContains(t, err, "refused")
			_, err = s.Decrypt(context.Background(), d, h.quorum(d), nil)
			require.ErrorContains(t, err, "refused")
		}
		_, err := s.Sign(first)
		require.NoError(t, err, "the same list again")
	}
	_, err := trustee.Sign(first)
	require.NoError(t, err)
	require.Len(t, stored, 1)
	refuses(trustee)

	_, err = trustee.Decrypt(context.Background(), council, h.quorum(council), nil) // without having signed
	require.NoError(t, err)
	require.Len(t, stored, 2)

	for _, s := range stored {
		restored, err := RestoreTrustee(s.Bytes(), InMemory)
		require.NoError(t, err)
		refuses(restored)
		share, err := restored.Decrypt(context.Background(), first, h.quorum(first), nil)
		require.NoError(t, err)
		require.NoError(t, verify(first, 1, share))
	}
}

// The first list fixes the election and the closing, also of contests that are
// signed or decrypted later, and after a restart.
func TestOneElectionAndClosingForLife(t *testing.T) {
	t.Parallel()
	h := newHouse(3, 2, 2, 1)
	var stored *State
	keep := func(s *State) error { stored = s; return nil }
	h.trustees[0].store, h.trustees[1].store, h.witnesses[0].store = keep, keep, keep
	first := h.list("mayor", []uint64{1, 0})
	election, closing := h.list("council", []uint64{1, 0}), h.list("council", []uint64{1, 0})
	election.Fingerprint[31] ^= 1
	closing.Closing[31] ^= 1
	type signs interface {
		Sign(d *Decryption) ([]byte, error)
	}
	refuses := func(s signs) {
		t.Helper()
		for word, d := range map[string]*Decryption{"election": election, "closing": closing} {
			_, err := s.Sign(d)
			require.ErrorContains(t, err, "refused")
			require.ErrorContains(t, err, "of another "+word)
			if trustee, ok := s.(*Trustee); ok {
				_, err = trustee.Decrypt(context.Background(), d, h.quorum(d), nil)
				require.ErrorContains(t, err, "of another "+word)
			}
		}
	}
	_, err := h.trustees[0].Sign(first)
	require.NoError(t, err)
	refuses(h.trustees[0])
	restored, err := RestoreTrustee(stored.Bytes(), InMemory)
	require.NoError(t, err)
	refuses(restored)

	_, err = h.trustees[1].Decrypt(context.Background(), first, h.quorum(first), nil) // without having signed
	require.NoError(t, err)
	refuses(h.trustees[1])

	_, err = h.witnesses[0].Sign(first)
	require.NoError(t, err)
	refuses(h.witnesses[0])
	witness, err := RestoreWitness(stored.Bytes(), InMemory)
	require.NoError(t, err)
	refuses(witness)

	council := h.list("council", []uint64{1, 0})
	for _, s := range []signs{h.trustees[0], h.trustees[1], h.witnesses[0], restored, witness} {
		_, err := s.Sign(council)
		require.NoError(t, err, "another contest")
	}
}

// quorum returns signatures of everybody without asking memories.
func (h *house) quorum(d *Decryption) (signatures [][]byte) {
	for _, id := range h.ids {
		signatures = append(signatures, d.sign(id))
	}
	for _, id := range h.observers {
		signatures = append(signatures, d.sign(id))
	}
	return signatures
}

// Two groups are shown final lists that differ by one ballot: with honest
// signers one of them at most reaches its quorum.
func TestSplitView(t *testing.T) {
	t.Parallel()
	h := newHouse(7, 3, 1, 4)
	one, two := h.list("split", []uint64{1}), h.list("split", []uint64{1}, []uint64{1})
	a, b := make([][]byte, 11), make([][]byte, 11)
	for i := range 11 { // trustees 1-5 see the first list, 6, 7 and the witnesses the second
		d, to := one, a
		if i >= 5 {
			d, to = two, b
		}
		var err error
		if i < 7 {
			to[i], err = h.trustees[i].Sign(d)
		} else {
			to[i], err = h.witnesses[i-7].Sign(d)
		}
		require.NoError(t, err)
	}
	require.Error(t, one.CheckQuorum(a), "5 of 11, which ⌈(n+t)/2⌉ would take")
	require.Error(t, two.CheckQuorum(b), "6 of 11, which it would take too")
}

func TestNothingLeavesUnstored(t *testing.T) {
	t.Parallel()
	h := newHouse(2, 2, 1, 0)
	d := h.list("unstored", []uint64{1})
	broken := errors.New("disk full")
	h.trustees[0].store = func(*State) error { return broken }
	for range 2 {
		s, err := h.trustees[0].Sign(d)
		require.ErrorIs(t, err, broken)
		require.Nil(t, s)
		share, err := h.trustees[0].Decrypt(context.Background(), d, h.quorum(d), nil)
		require.ErrorIs(t, err, broken)
		require.Nil(t, share)
	}
	h.trustees[0].store = InMemory
	_, err := h.trustees[0].Sign(h.list("unstored", []uint64{2}))
	require.NoError(t, err, "the list that was not stored was not signed either")
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(1, 1, 1, 0)
	d := h.list("one more", []uint64{1})
	h.trustees[0].memory = memory{d.Fingerprint, d.Closing, make([]remembered, maxLists)}
	_, err := h.trustees[0].Sign(d)
	require.ErrorContains(t, err, "no more fit")
}
