package threshold

import (
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
			}
		}
	}
	// Without the witnesses in the formula two quorums of 5 + 4 need not meet.
	require.Equal(t, 4, Quorum(5, 3, 0))
	require.Less(t, 2*Quorum(5, 3, 0)-(5+4), 0)
	require.Equal(t, 6, Quorum(5, 3, 4))
}

func TestQuorum(t *testing.T) {
	t.Parallel()
	h := house32() // 3 trustees, t = 2, 2 witnesses: quorum 4
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
	require.NoError(t, d.CheckQuorum(h.signers, all))
	for i := range all {
		require.NoError(t, d.CheckQuorum(h.signers, with(map[int][]byte{i: nil})), "without signer %d", i+1)
	}
	repeated := append([]proofs.VerifyKey(nil), h.signers...)
	repeated[4] = repeated[3]
	asWitness := append([]proofs.VerifyKey(nil), h.signers...)
	asWitness[4] = asWitness[0]
	outsider := append([]proofs.VerifyKey(nil), h.signers...)
	outsider[0] = stranger.Public()
	noKey := append([]proofs.VerifyKey(nil), h.signers...)
	noKey[4] = proofs.VerifyKey{}
	for name, test := range map[string]struct {
		signers    []proofs.VerifyKey
		signatures [][]byte
	}{
		"no signatures":               {h.signers, make([][]byte, 5)},
		"one short":                   {h.signers, with(map[int][]byte{0: nil, 4: nil})},
		"trustees alone":              {h.signers, with(map[int][]byte{3: nil, 4: nil})},
		"one on another list":         {h.signers, with(map[int][]byte{0: nil, 4: other.Sign(h.witnesses[1])})},
		"one of a stranger":           {h.signers, with(map[int][]byte{0: nil, 4: d.Sign(stranger)})},
		"one in the wrong seat":       {h.signers, with(map[int][]byte{0: nil, 4: all[3]})},
		"one cut":                     {h.signers, with(map[int][]byte{0: nil, 4: all[4][:63]})},
		"one empty":                   {h.signers, with(map[int][]byte{0: nil, 4: {}})},
		"one with a flipped bit":      {h.signers, with(map[int][]byte{0: nil, 4: flip(40)(nil, append([]byte(nil), all[4]...))})},
		"witness listed twice":        {repeated, with(map[int][]byte{4: all[3]})},
		"trustee listed as a witness": {asWitness, with(map[int][]byte{4: all[0]})},
		"unlisted trustee":            {outsider, with(map[int][]byte{0: d.Sign(stranger)})},
		"witness without a key":       {noKey, all},
		"trustee missing in the list": {h.signers[1:], all[1:]},
		"too few signers":             {h.signers[:2], all[:2]},
		"no signers":                  {nil, nil},
		"more signatures":             {h.signers, append(all[:5:5], all[0])},
	} {
		require.Error(t, d.CheckQuorum(test.signers, test.signatures), name)
		_, err := h.trustees[2].Decrypt(d, test.signers, test.signatures)
		require.Error(t, err, name)
	}
	require.Error(t, other.CheckQuorum(h.signers, all), "signatures on another list")
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
		other := &Decryption{Keys: d.Keys, Fingerprint: d.Fingerprint, Closing: d.Closing, Contest: d.Contest, Ciphertexts: d.Ciphertexts}
		alter(other)
		require.Error(t, other.CheckQuorum(h.signers, all), name)
	}
}

// The same contest with one ballot more, after a signature, after a share, and
// after a restart from what was stored last.
func TestSecondListIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(3, 2, 2, 2)
	var stored []*State
	trustee := h.trustees[0]
	trustee.store = func(s *State) error { stored = append(stored, s); return nil }

	first := h.list("mayor", []uint64{1, 0})
	second := h.list("mayor", []uint64{1, 0}, []uint64{0, 1})
	later := h.list("mayor", []uint64{1, 0})
	later.Ciphertexts, later.Closing = first.Ciphertexts, [32]byte{9}
	council := h.list("council", []uint64{1, 0})
	refuses := func(s *Trustee) {
		t.Helper()
		for _, d := range []*Decryption{second, later} {
			_, err := s.Sign(d)
			require.ErrorContains(t, err, "refused")
			_, err = s.Decrypt(d, h.signers, h.quorum(d))
			require.ErrorContains(t, err, "refused")
		}
		_, err := s.Sign(first)
		require.NoError(t, err, "the same list again")
	}
	_, err := trustee.Sign(first)
	require.NoError(t, err)
	require.Len(t, stored, 1)
	refuses(trustee)

	_, err = trustee.Decrypt(council, h.signers, h.quorum(council)) // without having signed
	require.NoError(t, err)
	require.Len(t, stored, 2)

	for _, s := range stored {
		restored, err := RestoreTrustee(s.Bytes(), InMemory)
		require.NoError(t, err)
		refuses(restored)
		share, err := restored.Decrypt(first, h.signers, h.quorum(first))
		require.NoError(t, err)
		require.NoError(t, verify(first, 1, share))
	}
	other := h.list("mayor", []uint64{0, 1}) // another election is another matter
	other.Fingerprint = [32]byte{7}
	_, err = trustee.Sign(other)
	require.NoError(t, err)
}

// quorum returns signatures of everybody without asking memories.
func (h *house) quorum(d *Decryption) (signatures [][]byte) {
	for _, id := range h.ids {
		signatures = append(signatures, d.Sign(id))
	}
	for _, w := range h.witnesses {
		signatures = append(signatures, d.Sign(w))
	}
	return signatures
}

// Two groups are shown final lists that differ by one ballot: with honest
// signers one of them at most reaches its quorum.
func TestSplitView(t *testing.T) {
	t.Parallel()
	h := newHouse(5, 3, 1, 4)
	one, two := h.list("split", []uint64{1}), h.list("split", []uint64{1}, []uint64{1})
	a, b := make([][]byte, 9), make([][]byte, 9)
	for i := range 9 { // trustees 1-4 see the first list, trustee 5 and the witnesses the second
		d, to := one, a
		if i >= 4 {
			d, to = two, b
		}
		if i < 5 {
			s, err := h.trustees[i].Sign(d)
			require.NoError(t, err)
			to[i] = s
		} else {
			to[i] = d.Sign(h.witnesses[i-5])
		}
	}
	require.Error(t, one.CheckQuorum(h.signers, a), "4 of 9, which ⌈(n+t)/2⌉ would take")
	require.Error(t, two.CheckQuorum(h.signers, b), "5 of 9")
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
		share, err := h.trustees[0].Decrypt(d, h.signers, h.quorum(d))
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
	h.trustees[0].memory = make([]remembered, maxLists)
	_, err := h.trustees[0].Sign(h.list("one more", []uint64{1}))
	require.ErrorContains(t, err, "refused")
}
