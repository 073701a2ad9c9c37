package threshold

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

func TestHonestCeremony(t *testing.T) {
	t.Parallel()
	for _, nt := range [][2]int{{1, 1}, {2, 2}, {3, 2}, {5, 3}, {7, 4}} {
		for _, width := range []int{1, 2, 16} {
			t.Run(fmt.Sprintf("%d of %d, width %d", nt[1], nt[0], width), func(t *testing.T) {
				t.Parallel()
				p := finished(t, nt[0], nt[1], width)
				keys := p.trustees[0].Keys()
				require.Equal(t, nt[0], keys.Trustees())
				require.Equal(t, nt[1], keys.Threshold())
				for _, subset := range subsets(nt[0], nt[1]) {
					requireSecret(t, p, keys, subset)
				}
			})
		}
	}
}

// requireSecret checks that the trustees of subset interpolate the secret key.
func requireSecret(t *testing.T, p *play, keys *Keys, subset []int) {
	λ := lagrange(subset)
	for l := range p.c.Width {
		sum := new(group.Scalar)
		for k, j := range subset {
			sum.MulAdd(&λ[k], &p.trustees[j-1].secret[l], sum)
		}
		require.True(t, new(group.Element).ScalarBaseMult(sum).Equal(keys.Election.Key(l)))
	}
}

// subsets returns all subsets of 1..n with k members.
func subsets(n, k int) (out [][]int) {
	for mask := range 1 << n {
		var s []int
		for j := range n {
			if mask>>j&1 == 1 {
				s = append(s, j+1)
			}
		}
		if len(s) == k {
			out = append(out, s)
		}
	}
	return out
}

func TestFewerThanThresholdDoNotReconstruct(t *testing.T) {
	t.Parallel()
	p := finished(t, 5, 3, 2)
	for _, subset := range subsets(5, 2) {
		λ := lagrange(subset)
		sum := new(group.Scalar)
		for k, j := range subset {
			sum.MulAdd(&λ[k], &p.trustees[j-1].secret[0], sum)
		}
		require.False(t, new(group.Element).ScalarBaseMult(sum).Equal(p.trustees[0].Keys().Election.Key(0)))
	}
}

func TestCeremonyCheck(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(c *Ceremony){
		"no trustees":           func(c *Ceremony) { c.Trustees = nil },
		"too many trustees":     func(c *Ceremony) { _, c.Trustees = identities(MaxTrustees + 1) },
		"threshold 0":           func(c *Ceremony) { c.Threshold = 0 },
		"threshold above n":     func(c *Ceremony) { c.Threshold = 4 },
		"width 0":               func(c *Ceremony) { c.Width = 0 },
		"width 257":             func(c *Ceremony) { c.Width = 257 },
		"session of zeros":      func(c *Ceremony) { c.Session = [32]byte{} },
		"identity as a key":     func(c *Ceremony) { c.Trustees[1] = [32]byte{} },
		"key that is no point":  func(c *Ceremony) { c.Trustees[1] = [32]byte{1} },
		"one key for two seats": func(c *Ceremony) { c.Trustees[2] = c.Trustees[0] },
		"trustee as a witness":  func(c *Ceremony) { c.Witnesses = c.Trustees[2:] },
		"identity as a witness": func(c *Ceremony) { c.Witnesses = []proofs.VerifyKey{{}} },
		"witness of no point":   func(c *Ceremony) { c.Witnesses = []proofs.VerifyKey{{1}} },
		"witnesses above n-t":   func(c *Ceremony) { _, c.Witnesses = identities(2) },
		"one witness twice": func(c *Ceremony) {
			_, keys := identities(1)
			c.Threshold, c.Witnesses = 1, append(keys, keys...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, ids := newCeremony(3, 2, 2)
			spoil(c)
			require.Error(t, c.Check())
			_, _, err := c.Begin(1, ids[0], InMemory)
			require.Error(t, err)
			_, err = c.Verify(&[4][][]byte{})
			require.Error(t, err)
			require.Error(t, c.CheckEquivocation(1, nil, nil))
		})
	}
}

func TestBeginRefusesAnotherSeat(t *testing.T) {
	t.Parallel()
	c, ids := newCeremony(3, 2, 1)
	for _, index := range []int{-1, 0, 2, 3, 4, 1 << 40} {
		_, _, err := c.Begin(index, ids[0], InMemory)
		require.Error(t, err, index)
	}
}

func TestStatesAreConsumed(t *testing.T) {
	t.Parallel()
	p := finished(t, 2, 2, 1)
	_, _, err := p.keyed[0].Commit(p.rounds[0])
	require.ErrorIs(t, err, errConsumed)
	_, _, err = p.commit[0].Deal(p.rounds[1])
	require.ErrorIs(t, err, errConsumed)
	_, _, err = p.dealt[0].Confirm(p.rounds[2])
	require.ErrorIs(t, err, errConsumed)
	_, err = p.confirm[0].Finish(p.rounds[3])
	require.ErrorIs(t, err, errConsumed)
}

func TestRoundShape(t *testing.T) {
	t.Parallel()
	p := newPlay(3, 2, 1)
	for i := range 3 {
		p.rounds[0] = append(p.rounds[0], p.step(0, i))
	}
	for name, messages := range map[string][][]byte{
		"no messages":     nil,
		"one too few":     p.rounds[0][:2],
		"one too many":    append(p.rounds[0][:3:3], nil),
		"own one missing": {nil, p.rounds[0][1], p.rounds[0][2]},
		"own one is not":  {p.rounds[0][1], p.rounds[0][1], p.rounds[0][2]},
		"silent":          {p.rounds[0][0], nil, p.rounds[0][2]},
	} {
		_, _, err := p.keyed[0].Commit(messages)
		require.Error(t, err, name)
	}
	twin := p.resign(1, append(header(0, 1), anyKey.PublicKey().Bytes()...))
	_, _, err := p.keyed[0].Commit([][]byte{twin, p.rounds[0][1], p.rounds[0][2]})
	require.ErrorIs(t, err, errOwn, "somebody else speaks with this trustee's key")
	_, _, err = p.keyed[0].Commit(p.rounds[0]) // the late message has come
	require.NoError(t, err)
}

func TestVerifyShape(t *testing.T) {
	t.Parallel()
	p := finished(t, 2, 2, 1)
	for round := range 4 {
		rounds := p.rounds
		for _, messages := range [][][]byte{nil, p.rounds[round][:1], append(p.rounds[round][:2:2], nil)} {
			rounds[round] = messages
			_, err := p.c.Verify(&rounds)
			require.Error(t, err)
			require.False(t, errors.As(err, new(*BlameError)), "nobody is to blame for a wrong call")
		}
	}
}

func TestRunLocally(t *testing.T) {
	t.Parallel()
	c, ids := newCeremony(3, 2, 2)
	trustees, rounds, err := c.RunLocally(ids)
	require.NoError(t, err)
	keys, err := c.Verify(rounds)
	require.NoError(t, err)
	require.Len(t, trustees, 3)
	require.True(t, sameKeys(keys, trustees[2].Keys()))
	_, _, err = c.RunLocally(ids[:2])
	require.Error(t, err)
	_, _, err = c.RunLocally([]*proofs.SigningKey{ids[1], ids[0], ids[2]})
	require.Error(t, err)
}

// A caller that changes the Ceremony or a message afterwards changes nothing.
func TestRecordIsACopy(t *testing.T) {
	t.Parallel()
	p := newPlay(2, 1, 1)
	_, p.c.Witnesses = identities(1)
	p.run(func(p *play, round, i int, m []byte) []byte {
		if round == 2 && i == 2 {
			p.c.Witnesses[0][0] ^= 1
			for _, old := range append(p.rounds[0], p.rounds[1]...) {
				clear(old)
			}
		}
		return m
	})
	for _, err := range p.errs {
		require.NoError(t, err)
	}
}
