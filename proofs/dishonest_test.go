package proofs

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

// TestDishonestWitnessesAreRefused runs the library's own schedule with every sort
// of false witness.
func TestDishonestWitnessesAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		votes, bits []int64
		v2, v3      bool // which equations hold all the same
	}{
		"a bit is 2":                      {[]int64{2, 0, 0, 0}, []int64{2, 0, 0, 0, 0, 1}, false, true},
		"a bit is −1":                     {[]int64{1, -1, 1, 0}, []int64{1, -1, 1, 0, 1, 1}, false, true},
		"none chosen":                     {[]int64{0, 0, 0, 0}, []int64{0, 0, 0, 0, 1, 1}, false, true},
		"slack is missing":                {[]int64{1, 0, 0, 0}, []int64{1, 0, 0, 0, 0, 0}, false, true},
		"slack is negative":               {[]int64{1, 1, 1, 1}, []int64{1, 1, 1, 1, 2, -1}, false, true},
		"ciphertext of another candidate": {[]int64{0, 1, 0, 0}, []int64{1, 0, 0, 0, 1, 1}, true, false},
		"ciphertext of a million":         {[]int64{1000000, 0, 0, 0}, []int64{1, 0, 0, 0, 1, 1}, true, false},
		"ciphertext with +7 and −7":       {[]int64{8, -7, 0, 0}, []int64{1, 0, 0, 0, 1, 1}, true, false},
		"both":                            {[]int64{9, 0, 0, 0}, []int64{2, 0, 0, 0, 0, 1}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := lie(t, ofFour(), c.votes...)
			p := newLiar(b.v, scalarsOf(c.bits...), b.r)
			θ, x := weakness{}.run(b, &p.m, p.masks, p.open)
			v1, v2, v3 := b.v.equations(θ, x, b.points, &p.m)
			require.Equal(t, []bool{true, c.v2, c.v3}, []bool{v1, v2, v3})
			require.ErrorIs(t, b.verify(p.m.bytes()), ErrProof)
		})
	}
}

// TestWrongRandomisersAreRefused covers what the ciphertext is made of besides votes.
func TestWrongRandomisersAreRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(b *voted){
		"other randomiser":    func(b *voted) { b.r[0].Add(&b.r[0], one) },
		"randomisers swapped": func(b *voted) { b.r[0], b.r[1] = *group.NewScalar().Set(&b.r[1]), *group.NewScalar().Set(&b.r[0]) },
		"one for both blocks": func(b *voted) { b.r[1].Set(&b.r[0]) },
		"another block's A":   func(b *voted) { b.swap(0, 1) },
		"B's swapped":         func(b *voted) { b.swap(2, 3) },
		"B's of two blocks":   func(b *voted) { b.swap(2, 5) },
		"A and B swapped":     func(b *voted) { b.swap(0, 2) },
		"A is the identity": func(b *voted) {
			b.points[0] = group.Affines([]group.Element{*group.NewElement()})[0]
			b.setPoints(b.points)
		},
		"B is the identity": func(b *voted) {
			b.points[4] = group.Affines([]group.Element{*group.NewElement()})[0]
			b.setPoints(b.points)
		},
		"everything negated":      func(b *voted) { b.negate() },
		"points of another order": func(b *voted) { b.points[0], b.points[1] = b.points[1], b.points[0] },
	} {
		t.Run(name, func(t *testing.T) {
			b := lie(t, oneOf(4), 0, 0, 1, 0)
			b.bits = []byte{0, 0, 1, 0}
			require.NoError(t, b.verify(b.prove()))
			change(b)
			require.ErrorIs(t, b.verify(b.prove()), ErrProof)
		})
	}
}

func (b *voted) swap(i, j int) {
	b.points[i], b.points[j] = b.points[j], b.points[i]
	b.setPoints(b.points)
}

func (b *voted) negate() {
	for k := range b.points {
		b.points[k].Neg(&b.points[k])
	}
	b.setPoints(b.points)
}

// TestIdentitiesAreRefused: with secrets and masks of zero all equations hold, but
// the first messages hide nothing.
func TestIdentitiesAreRefused(t *testing.T) {
	t.Parallel()
	rel := &Relation{Bits: 2, Contests: [][][]Term{{{{0, 1}}, {{1, 1}}}}}
	for name, zero := range map[string]func(p *liar){
		"C_b": func(p *liar) { p.w, p.ρb = make([]group.Scalar, len(p.w)), *group.NewScalar() },
		"D":   func(p *liar) { p.a = append(make([]group.Scalar, len(p.a)-1), *group.RandomScalar()) },
		"C_a": func(p *liar) { p.a, p.ρa = make([]group.Scalar, len(p.a)), *group.NewScalar() },
	} {
		b := lie(t, rel, 0, 0)
		b.r[0].Set(group.NewScalar())
		b.setPoints(lyingCiphertext(b.v, []int64{0, 0}, b.r))
		p := newLiar(b.v, scalarsOf(0, 0), b.r)
		zero(p)
		p.m.Cb.Set(commitment(p.w, &p.ρb))
		weakness{}.run(b, &p.m, p.masks, p.open)
		require.True(t, weakness{}.accepts(b, &p.m), name)
		require.ErrorIs(t, b.verify(p.m.bytes()), ErrProof, name)
	}
}
