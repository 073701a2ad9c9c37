package proofs

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

// lineThrough returns slope and value at 0 of the line through (x, f), (x2, f2).
func lineThrough(x, f, x2, f2 *group.Scalar) (w, a *group.Scalar) {
	run := group.NewScalar().Sub(x, x2)
	w = group.NewScalar().Sub(f, f2)
	w.Mul(w, run.Inv(run))
	a = group.NewScalar()
	return w, a.Sub(f, a.Mul(w, x))
}

// TestBitVectorExtractor rewinds a prover that it knows nothing about but its
// moves: for L + 1 challenges θ, three challenges x each. It recovers one
// opening of C_b, and the opening is the witness (docs/math/bit-vector.md).
func TestBitVectorExtractor(t *testing.T) {
	t.Parallel()
	for name, f := range families() {
		t.Run(name, func(t *testing.T) {
			b := vote(t, f.rel, 2, f.bits)
			v, rewinds := b.v, 0
			values := make([]group.Scalar, v.m)
			for j := range values {
				values[j].SetUint64(uint64(b.bits[j]))
			}
			p := newLiar(v, values, b.r)
			var first []group.Scalar
			for range len(v.powers(one)) { // L + 1
				θ := group.RandomScalar()
				p.a, p.ρa = randomScalars(len(p.a)), *group.RandomScalar()
				p.masks(θ)
				w, n := b.extract(t, p, θ)
				rewinds += n
				if first == nil {
					first = w
				}
				for j := range w {
					require.True(t, w[j].Equal(&first[j]), "w_%d depends on θ", j+1)
				}
			}
			b.checkWitness(t, first)
			t.Logf("m = %d, B = %d, n = %d: %d accepting transcripts", v.m, v.B, v.n, rewinds)
		})
	}
}

// extract rewinds to x three times under one θ.
func (b *voted) extract(t *testing.T, p *liar, θ *group.Scalar) (w []group.Scalar, rewinds int) {
	type answer struct {
		x group.Scalar
		moves
	}
	var got [3]answer
	for k := range got {
		got[k].x.Set(group.RandomScalar())
		p.open(&got[k].x)
		require.True(t, b.v.accepts(θ, &got[k].x, b.points, &p.m))
		got[k].f, got[k].zb = p.m.f, *new(group.Scalar).Set(&p.m.zb)
	}
	a := make([]group.Scalar, len(p.m.f))
	w = make([]group.Scalar, len(p.m.f))
	for j := range w {
		wj, aj := lineThrough(&got[0].x, &got[0].f[j], &got[1].x, &got[1].f[j])
		w[j].Set(wj)
		a[j].Set(aj)
		// A third answer off the line would be a second opening of C_b.
		require.True(t, group.NewScalar().MulAdd(wj, &got[2].x, aj).Equal(&got[2].f[j]))
	}
	ρb, ρa := lineThrough(&got[0].x, &got[0].zb, &got[1].x, &got[1].zb)
	require.True(t, commitment(w, ρb).Equal(&p.m.Cb))
	require.True(t, commitment(a, ρa).Equal(&p.m.Ca))
	return w, len(got)
}

// checkWitness demands that w opens the ciphertexts to votes of bits that obey
// the relation.
func (b *voted) checkWitness(t *testing.T, w []group.Scalar) {
	v, bits := b.v, make([]byte, b.v.m)
	for j := range bits {
		isOne := w[j].Equal(one)
		require.True(t, isOne || w[j].IsZero(), "w_%d is no bit", j+1)
		if isOne {
			bits[j] = 1
		}
	}
	require.NoError(t, v.rel.Satisfied(bits))
	require.Equal(t, b.bits, bits)
	require.Equal(t, b.ct, v.Encrypt(bits, w[v.m:v.m+v.B]))
}

// TestBitVectorSoundnessErrorIsTight shows the 2 of the error bound: a prover
// whose bit is 2 prepares X1 and X0 for two challenges of its choice, is accepted
// for both, and for no other.
func TestBitVectorSoundnessErrorIsTight(t *testing.T) {
	t.Parallel()
	v := vote(t, oneOf(2), 1, []byte{1, 0}).v
	b := &voted{v: v, r: randomScalars(v.B)}
	b.points = lyingCiphertext(v, []int64{2, -1}, b.r)
	p := newLiar(v, scalarsOf(2, -1), b.r)
	θ := group.RandomScalar()
	p.masks(θ)
	// V2 fails by excess·x² as long as X1 and X0 are honest.
	p.open(one)
	excess := group.NewScalar().Sub(v.rightV2(v.powers(θ), one, p.m.f), group.NewScalar().Add(&p.m.X1, &p.m.X0))
	require.False(t, excess.IsZero())
	x1, x2, t1 := group.RandomScalar(), group.RandomScalar(), group.NewScalar()
	p.m.X1.MulAdd(excess, t1.Add(x1, x2), &p.m.X1)      // + excess (x1 + x2)
	p.m.X0.Sub(&p.m.X0, t1.Mul(excess, t1.Mul(x1, x2))) // − excess x1 x2
	for _, x := range []*group.Scalar{x1, x2} {
		p.open(x)
		require.True(t, v.accepts(θ, x, b.points, &p.m))
	}
	for range 20 {
		x := group.RandomScalar()
		p.open(x)
		v1, v2, v3 := v.equations(θ, x, b.points, &p.m)
		require.Equal(t, []bool{true, false, true}, []bool{v1, v2, v3})
	}
}

// lyingCiphertext encrypts any integers, one for each position.
func lyingCiphertext(v *BitVector, votes []int64, r []group.Scalar) []group.Affine {
	out := make([]group.Element, v.n+v.B)
	for β, at := range v.atA {
		out[at].ScalarBaseMult(&r[β])
	}
	for i, at := range v.at {
		s := group.NewScalar()
		setInt64(s, votes[i])
		v.keys.MulAdd(out[at].ScalarBaseMult(s), v.key[i], &r[v.block[i]])
	}
	return group.Affines(out)
}

func TestSchnorrExtractor(t *testing.T) {
	t.Parallel()
	x := randomScalars(3)
	Y, nonces := publicOf(x), randomScalars(3)
	T := publicOf(nonces)
	c1, c2 := group.RandomScalar(), group.RandomScalar()
	for l := range x {
		s1 := group.NewScalar().MulAdd(c1, &x[l], &nonces[l])
		s2 := group.NewScalar().MulAdd(c2, &x[l], &nonces[l])
		require.True(t, schnorrHolds(&Y[l], &T[l], c1, s1))
		require.True(t, schnorrHolds(&Y[l], &T[l], c2, s2))
		got, _ := lineThrough(c1, s1, c2, s2)
		require.True(t, group.NewElement().ScalarBaseMult(got).Equal(&Y[l]))
	}
	t.Log("2 accepting transcripts")
}

// schnorrHolds checks s G = T + c Y.
func schnorrHolds(Y, T *group.Element, c, s *group.Scalar) bool {
	right := group.NewElement().ScalarMult(c, Y)
	return right.Add(right, T).Equal(group.NewElement().ScalarBaseMult(s))
}

// dleqHolds checks S2 and S3 under explicit challenges.
func (st *DLEQ) dleqHolds(ω []group.Scalar, T, T2 *group.Element, c, s *group.Scalar) bool {
	A, D := st.weighted(ω)
	right := group.NewElement().ScalarMult(c, D)
	return schnorrHolds(&st.Y, T, c, s) && right.Add(right, T2).Equal(A.ScalarMult(s, A))
}

// weighted returns Σ ω_k A_k and Σ ω_k D_k.
func (st *DLEQ) weighted(ω []group.Scalar) (A, D *group.Element) {
	A, D = group.NewElement(), group.NewElement()
	for k := range ω {
		A.Add(A, group.NewElement().ScalarMult(&ω[k], &st.Pairs[k].A))
		D.Add(D, group.NewElement().ScalarMult(&ω[k], &st.Pairs[k].D))
	}
	return A, D
}

// TestDLEQExtractor takes the secret from two challenges c under one ω, and the
// equality of every single pair from as many independent ω as there are pairs.
func TestDLEQExtractor(t *testing.T) {
	t.Parallel()
	const pairs = 4
	x := group.RandomScalar()
	st, rewinds := dleqStatement(x, pairs), 0
	for range pairs {
		ω, nonce := randomScalars(pairs), group.RandomScalar()
		A, D := st.weighted(ω)
		T := group.NewElement().ScalarBaseMult(nonce)
		T2 := group.NewElement().ScalarMult(nonce, A)
		c1, c2 := group.RandomScalar(), group.RandomScalar()
		s1 := group.NewScalar().MulAdd(c1, x, nonce)
		s2 := group.NewScalar().MulAdd(c2, x, nonce)
		require.True(t, st.dleqHolds(ω, T, T2, c1, s1))
		require.True(t, st.dleqHolds(ω, T, T2, c2, s2))
		rewinds += 2
		got, _ := lineThrough(c1, s1, c2, s2)
		require.True(t, group.NewElement().ScalarBaseMult(got).Equal(&st.Y))
		// Σ ω_k (D_k − x A_k) = O for independent ω leaves only D_k = x A_k.
		require.True(t, D.Equal(A.ScalarMult(got, A)))
	}
	t.Logf("%d pairs: %d accepting transcripts", pairs, rewinds)
}
