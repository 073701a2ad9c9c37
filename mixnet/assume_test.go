package mixnet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// TestAssumeShares: one batch decides a cascade and another claim about its output,
// and holds every list once.
func TestAssumeShares(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 3, 6, 2)
	c.Least = 2
	first := c.next(t, 0, 1, c.Input)
	garbage := *first
	garbage.Signature = nil
	third := c.next(t, 2, 3, first.Output)
	for _, ε := range []uint64{0, 1} {
		b := proofs.NewBatch(c.Keys)
		before := b.Extend(group.Affines([]group.Element{*group.Generator()}))
		v, output, err := c.Assume(b, []*Mix{first, &garbage, third})
		require.NoError(t, err)
		require.Equal(t, third.Output, v.Output)
		require.Equal(t, []int{0, 2}, v.Good)
		require.EqualValues(t, 1+3*len(c.Input.points), b.Extend(nil)-before, "each list once")
		require.EqualValues(t, 1+2*len(c.Input.points), output-before)

		claim := new(proofs.Claim) // Σ_k (k+1) P_k is what it is, or not
		sum, s := group.NewElement(), group.NewScalar()
		claim.Equation()
		for k := range v.Output.points {
			s.SetUint64(uint64(k + 1))
			sum.Add(sum, group.NewElement().ScalarMult(s, v.Output.points[k].Element()))
			claim.AddShared(output+proofs.Base(k), s)
		}
		sum.Add(sum, group.NewElement().ScalarBaseMult(s.SetUint64(ε)))
		claim.Add(minusOne, &group.Affines([]group.Element{*sum})[0])
		claim.Proof("test", [32]byte{1})
		b.Add(claim)
		if ε == 0 {
			require.NoError(t, b.Decide())
		} else {
			require.Equal(t, &proofs.BatchError{Bad: []int{1}}, b.Decide())
		}
	}
}

// TestAssumeIsNoVerdict: a false proof shows in the batch alone, and Verify says whose.
func TestAssumeIsNoVerdict(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 2, 4, 1)
	bad := c.cheat(t, 0, 1, c.Input)
	mixes := []*Mix{bad, c.next(t, 1, 2, c.Input)}
	b := proofs.NewBatch(c.Keys)
	v, _, err := c.Assume(b, mixes)
	require.NoError(t, err)
	require.Equal(t, []int{0}, v.Good)
	require.ErrorIs(t, b.Decide(), proofs.ErrProof)
	v, err = c.Verify(mixes)
	require.NoError(t, err)
	require.Equal(t, []int{1}, v.Good)
	require.True(t, v.Faults[0].Guilty)
}

func TestAssumeRefuses(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 2, 4, 1)
	v, _, err := c.Assume(proofs.NewBatch(c.Keys), nil)
	require.ErrorContains(t, err, "0 good mixes, at least 1")
	require.Equal(t, c.Input, v.Output)
	c.Least = 3
	v, _, err = c.Assume(proofs.NewBatch(c.Keys), nil)
	require.ErrorContains(t, err, "3 mixes of 2 mixers")
	require.Nil(t, v)
}

func TestNilRecordsPanic(t *testing.T) {
	t.Parallel()
	c := newCascade(t, 2, 1, 1)
	require.PanicsWithValue(t, "mixnet: record 1 is nil", func() { _, _ = c.Verify([]*Mix{c.next(t, 0, 1, c.Input), nil}) })
}
