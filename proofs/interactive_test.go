package proofs

import (
	"veche.example/elgamal/group"
)

// This file is the bit-vector proof as an interactive protocol, with challenges
// that a test chooses, a prover that may lie, and equations written down a second
// time: one group operation after the other, without claims and batches.

// moves is everything that the prover sends.
type moves struct {
	Cb, Ca, D group.Element
	X1, X0    group.Scalar
	f         []group.Scalar // f_1 .. f_{m+B+1}
	zb        group.Scalar
}

func (m *moves) bytes() []byte {
	out := append(m.Cb.Bytes(), m.Ca.Bytes()...)
	out = append(append(out, m.D.Bytes()...), appendScalars(nil, []group.Scalar{*new(group.Scalar).Set(&m.X1), *new(group.Scalar).Set(&m.X0)})...)
	return append(appendScalars(out, m.f), m.zb.Bytes()...)
}

// liar holds what a prover keeps: w need not be bits, and its randomisers need
// not be those of the ciphertext.
type liar struct {
	v      *BitVector
	w, a   []group.Scalar
	ρb, ρa group.Scalar
	m      moves
}

// newLiar commits to w = (values, r, e): the first move.
func newLiar(v *BitVector, values, r []group.Scalar) *liar {
	p := &liar{v: v, w: make([]group.Scalar, v.m+v.B+1), a: randomScalars(v.m + v.B + 1)}
	for j := range values {
		p.w[j].Set(&values[j])
	}
	for β := range r {
		p.w[v.m+β].Set(&r[β])
	}
	p.w[v.m+v.B].Set(group.RandomScalar())
	p.ρb.Set(group.RandomScalar())
	p.ρa.Set(group.RandomScalar())
	p.m.Cb.Set(commitment(p.w, &p.ρb))
	return p
}

// masks answers θ: the second move.
func (p *liar) masks(θ *group.Scalar) {
	powers := p.v.powers(θ)
	p.m.Ca.Set(commitment(p.a, &p.ρa))
	p.m.D.Set(p.v.linkPoint(powers, p.a))
	X1, X0 := p.v.proveX(powers, p.w, p.a)
	p.m.X1.Set(X1)
	p.m.X0.Set(X0)
}

// open answers x: the last move.
func (p *liar) open(x *group.Scalar) {
	p.m.f = make([]group.Scalar, len(p.w))
	for j := range p.w {
		p.m.f[j].MulAdd(&p.w[j], x, &p.a[j])
	}
	p.m.zb.MulAdd(&p.ρb, x, &p.ρa)
}

// commitment is Com(v; ρ) = ρH + Σ v_j G_j.
func commitment(v []group.Scalar, ρ *group.Scalar) *group.Element {
	sum := group.NewElement().ScalarMult(ρ, generator(0))
	for j := range v {
		sum.Add(sum, group.NewElement().ScalarMult(&v[j], generator(j+1)))
	}
	return sum
}

// linkPoint is the right-hand side of V3 for f = u.
func (v *BitVector) linkPoint(θ, u []group.Scalar) *group.Element {
	g, y := group.NewScalar(), group.NewScalar()
	sum := group.NewElement()
	for β := range v.B {
		g.MulAdd(&θ[β+1], &u[v.m+β], g)
	}
	for i := range v.n {
		g.MulAdd(&θ[v.B+i+1], linear(group.NewScalar(), v.rows[i], u), g)
		y.Mul(&θ[v.B+i+1], &u[v.m+v.block[i]])
		sum.Add(sum, group.NewElement().ScalarMult(y, v.keys.Key(v.key[i])))
	}
	return sum.Add(sum, group.NewElement().ScalarMult(g, group.Generator()))
}

// ciphertextSum is Σ_β θ^β A_β + Σ_i θ^{B+i} B_i.
func (v *BitVector) ciphertextSum(θ []group.Scalar, points []group.Affine) *group.Element {
	sum := group.NewElement()
	for β, at := range v.atA {
		sum.Add(sum, group.NewElement().ScalarMult(&θ[β+1], points[at].Element()))
	}
	for i, at := range v.at {
		sum.Add(sum, group.NewElement().ScalarMult(&θ[v.B+i+1], points[at].Element()))
	}
	return sum
}

// rightV2 is the right-hand side of V2.
func (v *BitVector) rightV2(θ []group.Scalar, x *group.Scalar, f []group.Scalar) *group.Scalar {
	sum, t, u := group.NewScalar(), group.NewScalar(), group.NewScalar()
	for j := range v.m { // Σ θ^j f_j (x − f_j)
		t.Mul(&θ[j+1], &f[j])
		sum.Add(sum, t.Mul(t, u.Sub(x, &f[j])))
	}
	for l, k := range v.rel.Constraints { // x Σ θ^{m+l} (Σ K_lj f_j − x k_l)
		row := group.NewScalar()
		for _, term := range k.Terms {
			setInt64(t, term.Coef)
			row.MulAdd(t, &f[term.Bit], row)
		}
		setInt64(t, k.Equals)
		row.Sub(row, t.Mul(t, x))
		sum.MulAdd(t.Mul(x, &θ[v.m+l+1]), row, sum)
	}
	return sum.Add(sum, &f[v.m+v.B]) // f_e
}

// equations says which of V1, V2 and V3 hold under the given challenges.
func (v *BitVector) equations(θ, x *group.Scalar, points []group.Affine, m *moves) (v1, v2, v3 bool) {
	powers := v.powers(θ)
	left := group.NewElement().ScalarMult(x, &m.Cb)
	v1 = left.Add(left, &m.Ca).Equal(commitment(m.f, &m.zb))
	v2 = group.NewScalar().MulAdd(x, &m.X1, &m.X0).Equal(v.rightV2(powers, x, m.f))
	left.ScalarMult(x, v.ciphertextSum(powers, points))
	v3 = left.Add(left, &m.D).Equal(v.linkPoint(powers, m.f))
	return v1, v2, v3
}

func (v *BitVector) accepts(θ, x *group.Scalar, points []group.Affine, m *moves) bool {
	v1, v2, v3 := v.equations(θ, x, points, m)
	return v1 && v2 && v3
}

// solveCa, solveX0 and solveD choose the one value that satisfies V1, V2 or V3.

func (v *BitVector) solveCa(x *group.Scalar, m *moves) {
	m.Ca.Sub(commitment(m.f, &m.zb), group.NewElement().ScalarMult(x, &m.Cb))
}

func (v *BitVector) solveX0(θ, x *group.Scalar, m *moves) {
	m.X0.Sub(v.rightV2(v.powers(θ), x, m.f), group.NewScalar().Mul(x, &m.X1))
}

func (v *BitVector) solveD(θ, x *group.Scalar, points []group.Affine, m *moves) {
	powers := v.powers(θ)
	left := group.NewElement().ScalarMult(x, v.ciphertextSum(powers, points))
	m.D.Sub(v.linkPoint(powers, m.f), left)
}

func scalarsOf(v ...int64) []group.Scalar {
	s := make([]group.Scalar, len(v))
	for k := range v {
		setInt64(&s[k], v[k])
	}
	return s
}
