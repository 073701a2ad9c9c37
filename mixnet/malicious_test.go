package mixnet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// lie lets a mixer publish another output than the honest one, with rows in the
// order of the output.
func (x *mix) lie(t *testing.T, change func(rows [][]group.Element)) {
	rows := rowsOf(x.Out)
	change(rows)
	x.Out = listOf(t, rows, x.widths)
}

func copyRow(dst, src []group.Element) {
	for p := range src {
		dst[p].Set(&src[p])
	}
}

// TestMaliciousMixers: every false output, with a proof made for it.
func TestMaliciousMixers(t *testing.T) {
	t.Parallel()
	multiple := func(p *group.Element, k uint64) { p.ScalarMult(group.NewScalar().SetUint64(k), p) }
	for name, cheat := range map[string]func(x *mix, rows [][]group.Element){
		"dropped and duplicated": func(x *mix, rows [][]group.Element) { copyRow(rows[0], rows[1]) },
		"duplicated, re-encrypted": func(x *mix, rows [][]group.Element) {
			copyRow(rows[0], rows[1])
			x.In.shape.addEncryption(x.Keys, rows[0], nil, draw(group.RandomScalar, len(x.widths)))
		},
		"replaced by another vote": func(x *mix, rows [][]group.Element) {
			copyRow(rows[3], encryptRow(x.Keys, x.In.shape, make([]uint64, x.In.shape.plaintexts())))
		},
		"vote raised":         func(_ *mix, rows [][]group.Element) { b := &rows[2][2]; b.Add(b, group.Generator()) },
		"vote moved":          func(_ *mix, rows [][]group.Element) { moveVote(&rows[2][2], &rows[4][2]) },
		"vote moved in a row": func(_ *mix, rows [][]group.Element) { moveVote(&rows[2][2], &rows[2][3]) },
		"re-weighted": func(_ *mix, rows [][]group.Element) {
			for p := range rows[1] {
				multiple(&rows[1][p], 2)
			}
		},
		"re-weighted to cancel": func(_ *mix, rows [][]group.Element) {
			half := group.NewScalar().Halve(one)
			for p := range rows[1] {
				multiple(&rows[1][p], 2)
				rows[2][p].ScalarMult(half, &rows[2][p])
			}
		},
		"components of two rows swapped": func(_ *mix, rows [][]group.Element) { swap(&rows[0][2], &rows[1][2]) },
		"components of a row swapped":    func(_ *mix, rows [][]group.Element) { swap(&rows[0][2], &rows[0][3]) },
		"blocks of two rows swapped": func(_ *mix, rows [][]group.Element) {
			for _, p := range []int{1, 4} { // A_2 and its B: widths are 2, 1
				swap(&rows[0][p], &rows[1][p])
			}
		},
		"A's of a row swapped": func(_ *mix, rows [][]group.Element) { swap(&rows[0][0], &rows[0][1]) },
		"A and B swapped":      func(_ *mix, rows [][]group.Element) { swap(&rows[0][0], &rows[0][2]) },
		"row negated": func(_ *mix, rows [][]group.Element) {
			for p := range rows[5] {
				rows[5][p].Neg(&rows[5][p])
			}
		},
		"randomiser of one component": func(x *mix, rows [][]group.Element) { x.Keys.MulAdd(&rows[0][2], 0, one) },
		"randomiser under another key": func(x *mix, rows [][]group.Element) {
			x.Keys.MulAdd(&rows[0][2], 1, one)
			rows[0][0].Add(&rows[0][0], group.Generator())
		},
		"rows in another order":   func(_ *mix, rows [][]group.Element) { rows[0], rows[6] = rows[6], rows[0] },
		"not re-encrypted at all": func(x *mix, rows [][]group.Element) { copyRow(rows[0], rowsOf(x.In)[x.w.π[0]]) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, m := range []int{1, 3, 4} {
				x := newMix(t, 7, m, 2, 1)
				x.lie(t, func(rows [][]group.Element) { cheat(x, rows) })
				require.ErrorIs(t, x.VerifyAlone(x.proof(x.w)), proofs.ErrProof)
				s := newSession(x).all()
				product, multi := s.accepts()
				require.True(t, product)
				require.False(t, multi)
			}
		})
	}
}

func swap(a, b *group.Element) { *a, *b = *b, *a }

func moveVote(a, b *group.Element) {
	a.Add(a, group.Generator())
	b.Sub(b, group.Generator())
}

// TestMappingsThatAreNoPermutation: the multi-exponentiation holds for the output, and
// only the product argument stands in the way.
func TestMappingsThatAreNoPermutation(t *testing.T) {
	t.Parallel()
	for name, π := range map[string][]int{
		"one row twice":        {0, 0, 2, 3, 4, 5, 6},
		"only one row":         {3, 3, 3, 3, 3, 3, 3},
		"last row lost":        {0, 1, 2, 3, 4, 5, 5},
		"two rows twice":       {0, 0, 1, 1, 4, 5, 6},
		"padding in the place": {7, 1, 2, 3, 4, 5, 6}, // a row of zeros for row 1
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, m := range []int{1, 2, 3, 8} {
				x := newMix(t, 7, m, 1)
				if π[0] >= x.layout().size() {
					continue // no padding in this layout
				}
				x.w.π = π
				rows := make([][]group.Element, 7)
				for i := range rows {
					rows[i] = []group.Element{*group.NewElement(), *group.NewElement()}
					if π[i] < 7 {
						copyRow(rows[i], rowsOf(x.In)[π[i]])
					}
					x.In.shape.addEncryption(x.Keys, rows[i], nil, x.w.randomisers(i, 1))
				}
				x.Out = listOf(t, rows, x.widths)
				require.ErrorIs(t, x.VerifyAlone(x.proof(x.w)), proofs.ErrProof)
				s := newSession(x).all()
				product, multi := s.accepts()
				require.False(t, product, "m = %d", m)
				// Σ u_i E_i = Σ b_i E'_i fails too, unless b is chosen for the true sum.
				require.False(t, multi)
			}
		})
	}
}

// TestStaleProofs: proofs of the same mixer for an earlier output, position or list.
func TestStaleProofs(t *testing.T) {
	t.Parallel()
	x := newMix(t, 6, 2, 1)
	first := x.proof(x.w)
	out, w := shuffle(t, x.Keys, x.In)
	again := x.Statement
	again.Out = out
	require.NoError(t, again.VerifyAlone(again.proof(w)))
	require.ErrorIs(t, again.VerifyAlone(first), proofs.ErrProof)
	require.ErrorIs(t, x.VerifyAlone(again.proof(w)), proofs.ErrProof)
	next := x.Statement
	next.In, next.Out, next.Context = x.Out, out, []byte("position 2")
	require.ErrorIs(t, next.VerifyAlone(first), proofs.ErrProof)
	require.ErrorIs(t, next.VerifyAlone(next.proof(w)), proofs.ErrProof)
}

// TestProofsAreFresh: two proofs of one statement share no field.
func TestProofsAreFresh(t *testing.T) {
	t.Parallel()
	x := newMix(t, 5, 2, 2)
	a, b := x.proof(x.w), x.proof(x.w)
	require.NoError(t, x.VerifyAlone(a))
	require.NoError(t, x.VerifyAlone(b))
	seen := map[string]bool{}
	for _, p := range [][]byte{a, b} {
		for k := 0; k < len(p); k += 32 {
			require.False(t, seen[string(p[k:k+32])], "field %d", k/32)
			seen[string(p[k:k+32])] = true
		}
	}
}
