package mixnet

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/internal/rejecttest"
	"veche.example/proofs"
)

// TestProofRefuses flips every bit of the smallest proofs, and more with -long.
func TestProofRefuses(t *testing.T) {
	t.Parallel()
	all := []family{{1, 1, []int{1}}, {2, 1, []int{1}}}
	if *long {
		all = append(all, family{3, 2, []int{2, 1}}, family{3, 1, []int{3}}, family{5, 3, []int{1, 1}})
	}
	for _, f := range all {
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			x := newMix(t, f.N, f.m, f.widths...)
			rejecttest.Suite{Proof: x.proof(x.w), Verify: x.VerifyAlone, Err: proofs.ErrProof, Others: otherStatements(t, x)}.Run(t)
		})
	}
}

func otherStatements(t *testing.T, x *mix) map[string]func([]byte) error {
	other := func(change func(s *Statement)) func([]byte) error {
		s := x.Statement
		change(&s)
		return s.VerifyAlone
	}
	keys, _ := keyPair(t, x.Keys.Width())
	wider, _ := keyPair(t, x.Keys.Width()+1)
	again, _ := shuffle(t, x.Keys, x.In)
	longer := append(rowsOf(x.In), rowsOf(x.In)[0])
	return map[string]func([]byte) error{
		"other election":              other(func(s *Statement) { s.Fingerprint[31]++ }),
		"other position":              other(func(s *Statement) { s.Context = []byte("ctx2") }),
		"no context":                  other(func(s *Statement) { s.Context = nil }),
		"context with a zero more":    other(func(s *Statement) { s.Context = []byte("ctx\x00") }),
		"other keys":                  other(func(s *Statement) { s.Keys = keys }),
		"a key more":                  other(func(s *Statement) { s.Keys = wider }),
		"lists swapped":               other(func(s *Statement) { s.In, s.Out = s.Out, s.In }),
		"output is the input":         other(func(s *Statement) { s.Out = s.In }),
		"input is the output":         other(func(s *Statement) { s.In = s.Out }),
		"another shuffle's output":    other(func(s *Statement) { s.Out = again }),
		"both lists longer":           other(func(s *Statement) { s.In, s.Out = listOf(t, longer, x.widths), listOf(t, longer, x.widths) }),
		"input longer":                other(func(s *Statement) { s.In = listOf(t, longer, x.widths) }),
		"output longer":               other(func(s *Statement) { s.Out = listOf(t, longer, x.widths) }),
		"input shorter":               other(func(s *Statement) { s.In = listOf(t, rowsOf(x.In)[1:], x.widths) }),
		"both lists empty":            other(func(s *Statement) { s.In, s.Out = listOf(t, nil, x.widths), listOf(t, nil, x.widths) }),
		"other layout":                other(func(s *Statement) { s.m = x.layout().m + 1 }),
		"layout of the specification": other(func(s *Statement) { s.m = 8 }),
	}
}

// TestShapesAreNotConfused reads rows of A A B B as rows of A B B B.
func TestShapesAreNotConfused(t *testing.T) {
	t.Parallel()
	x := newMix(t, 3, 1, 1, 1)
	s := x.Statement
	s.Keys, _ = keyPair(t, 3)
	proof := s.proof(x.w)
	for _, side := range []string{"input", "output", "both"} {
		s.In, s.Out = x.In, x.Out
		if side != "output" {
			s.In = parse(t, x.In.bytes, []int{3})
		}
		if side != "input" {
			s.Out = parse(t, x.Out.bytes, []int{3})
		}
		require.ErrorIs(t, s.VerifyAlone(proof), proofs.ErrProof, side)
	}
}

// TestEveryFieldAndEveryElementCounts changes each element of both lists, and each
// field of the proof, to another valid one.
func TestEveryFieldAndEveryElementCounts(t *testing.T) {
	t.Parallel()
	all := []family{{5, 1, []int{1}}, {5, 2, []int{2, 1}}, {7, 3, []int{1}}, {9, 8, []int{1}}}
	if *long {
		all = append(all, family{20, 0, []int{3, 2}}, family{33, 4, []int{1, 1, 1}}, family{100, 0, []int{1}})
	}
	for _, f := range all {
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			x := newMix(t, f.N, f.m, f.widths...)
			proof := x.proof(x.w)
			for k := range x.In.points {
				for side := range 2 {
					lists := [2]*List{x.In, x.Out}
					raw := bytes.Clone(lists[side].bytes)
					changed := group.NewElement().Add(lists[side].points[k].Element(), group.Generator())
					copy(raw[32*k:], changed.Bytes())
					list, err := ParseList(raw, f.widths)
					require.NoError(t, err)
					lists[side] = list
					s := x.Statement
					s.In, s.Out = lists[0], lists[1]
					require.ErrorIs(t, s.VerifyAlone(proof), proofs.ErrProof, "element %d of list %d", k, side)
				}
			}
			for k := 0; k < len(proof); k += 32 {
				for name, field := range otherFields(t, proof[k:k+32]) {
					changed := append(append(bytes.Clone(proof[:k]), field...), proof[k+32:]...)
					require.ErrorIs(t, x.VerifyAlone(changed), proofs.ErrProof, "field %d %s", k/32, name)
				}
			}
			for k := 32; k < len(proof); k += 32 {
				changed := append(append(append(bytes.Clone(proof[:k-32]), proof[k:k+32]...), proof[k-32:k]...), proof[k+32:]...)
				require.ErrorIs(t, x.VerifyAlone(changed), proofs.ErrProof, "fields %d and %d swapped", k/32-1, k/32)
			}
			for i := range f.N {
				s := x.Statement
				rows := rowsOf(x.Out)
				rows[i], rows[(i+1)%f.N] = rows[(i+1)%f.N], rows[i]
				s.Out = listOf(t, rows, f.widths)
				require.ErrorIs(t, s.VerifyAlone(proof), proofs.ErrProof, "rows %d and %d swapped", i, i+1)
			}
		})
	}
}

func otherFields(t *testing.T, field []byte) map[string][]byte {
	out := map[string][]byte{"zero": make([]byte, 32)}
	if e, err := group.NewElement().SetCanonicalBytes(field); err == nil {
		out["plus G"] = group.NewElement().Add(e, group.Generator()).Bytes()
		out["negated"] = group.NewElement().Neg(e).Bytes()
	}
	if s, err := group.NewScalar().SetCanonicalBytes(field); err == nil {
		out["plus one"] = group.NewScalar().Add(s, one).Bytes()
		out["scalar negated"] = group.NewScalar().Neg(s).Bytes()
	}
	require.Greater(t, len(out), 1)
	for name, b := range out {
		if bytes.Equal(b, field) {
			delete(out, name)
		}
	}
	return out
}

// TestVectorLengthsComeFromTheStatement: each vector of the proof one field longer or
// shorter, and a proof for other lengths.
func TestVectorLengthsComeFromTheStatement(t *testing.T) {
	t.Parallel()
	x := newMix(t, 7, 3, 2, 1)
	proof := x.proof(x.w)
	for k := 0; k <= len(proof); k += 32 {
		for name, p := range map[string][]byte{
			"a field more": append(append(bytes.Clone(proof[:k]), make([]byte, 32)...), proof[k:]...),
			"cut":          proof[:k],
			"a field less": append(bytes.Clone(proof[:max(0, k-32)]), proof[k:]...),
		} {
			if len(p) != len(proof) {
				require.ErrorIs(t, x.VerifyAlone(p), proofs.ErrProof, "%s at %d", name, k/32)
			}
		}
	}
	for _, m := range []int{1, 2, 4, 7} {
		s := x.Statement
		s.m = m
		require.ErrorIs(t, x.VerifyAlone(s.proof(x.w)), proofs.ErrProof, "proof for m = %d", m)
		require.NoError(t, s.VerifyAlone(s.proof(x.w)))
	}
}

func TestProveRefusesAnotherWitness(t *testing.T) {
	t.Parallel()
	x, y := newMix(t, 3, 1, 1), newMix(t, 4, 1, 1)
	require.Panics(t, func() { x.proof(y.w) })
	y = newMix(t, 3, 1, 1, 1)
	require.Panics(t, func() { x.proof(y.w) })
	y = newMix(t, 3, 1, 1)
	require.ErrorIs(t, x.VerifyAlone(x.proof(y.w)), proofs.ErrProof)
}

func TestParseListRefuses(t *testing.T) {
	t.Parallel()
	g := group.Generator().Bytes()
	rep := func(n int) []byte { return bytes.Repeat(g, n) }
	for name, c := range map[string]struct {
		b      []byte
		widths []int
		want   string
	}{
		"half a row":             {rep(3), []int{1}, "list of 96 bytes"},
		"half an element":        {rep(2)[:63], []int{1}, "list of 63 bytes"},
		"one byte more":          {append(rep(2), 0), []int{1}, "list of 65 bytes"},
		"no block":               {rep(2), nil, "0 blocks"},
		"too many blocks":        {rep(2), make([]int, MaxBlocks+1), "257 blocks"},
		"empty block":            {rep(3), []int{1, 0}, "block 2 has 0"},
		"negative block":         {rep(3), []int{-1}, "block 1 has -1"},
		"block too wide":         {rep(3), []int{257}, "block 1 has 257"},
		"identity as A":          {append(rep(2), append(make([]byte, 32), g...)...), []int{1}, "element 1 of row 2"},
		"identity as B":          {append(rep(3), make([]byte, 32)...), []int{1}, "element 2 of row 2"},
		"element not canonical":  {append(rep(3), bytes.Repeat([]byte{0xff}, 32)...), []int{1}, "3"},
		"more than MaxRows rows": {make([]byte, 64*(MaxRows+1)), []int{1}, "at most"},
		"more than MaxElements":  {make([]byte, 32*(MaxElements+257)), []int{256}, "at most"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseList(c.b, c.widths)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestListsTellTheirShapesApart(t *testing.T) {
	t.Parallel()
	raw := bytes.Repeat(group.Generator().Bytes(), 12)
	seen := map[[32]byte]string{}
	for _, widths := range [][]int{{1}, {2}, {1, 1}, {3}, {2, 1, 1, 1, 2}} {
		l, err := ParseList(raw, widths)
		require.NoError(t, err)
		require.Empty(t, seen[l.Root()], "%v", widths)
		seen[l.Root()] = fmt.Sprint(widths)
		require.Equal(t, widths, l.Widths())
		require.Len(t, l.Row(0), l.shape.elements())
	}
}

func TestShuffleRefusesTooFewKeys(t *testing.T) {
	t.Parallel()
	x := newMix(t, 2, 1, 3)
	keys, _ := keyPair(t, 2)
	_, _, err := Shuffle(t.Context(), keys, x.In, nil)
	require.ErrorIs(t, err, proofs.ErrProof)
	s := x.Statement
	s.Keys = keys
	require.ErrorIs(t, s.VerifyAlone(x.proof(x.w)), proofs.ErrProof)
}
