package mixnet

import (
	"veche.example/elgamal/group"
)

var (
	one      = group.NewScalar().SetUint64(1)
	minusOne = group.NewScalar().Neg(one)
	identity = group.NewElement()
)

// powers returns x^0, …, x^(count-1).
func powers(x *group.Scalar, count int) []group.Scalar {
	p := make([]group.Scalar, count)
	for k := range p {
		if k == 0 {
			p[k].Set(one)
		} else {
			p[k].Mul(&p[k-1], x)
		}
	}
	return p
}

// dot returns Σ v_j w_j.
func dot(v, w []group.Scalar) *group.Scalar {
	sum := group.NewScalar()
	for j := range v {
		sum.MulAdd(&v[j], &w[j], sum)
	}
	return sum
}

// times returns v_j w_j for every j.
func times(v, w []group.Scalar) []group.Scalar {
	out := make([]group.Scalar, len(v))
	for j := range v {
		out[j].Mul(&v[j], &w[j])
	}
	return out
}

// addScaled adds s v to dst.
func addScaled(dst []group.Scalar, s *group.Scalar, v []group.Scalar) {
	for j := range dst {
		dst[j].MulAdd(s, &v[j], &dst[j])
	}
}

// combine returns Σ s_i v_i over vectors of n scalars.
func combine(n int, s []group.Scalar, v [][]group.Scalar) []group.Scalar {
	sum := make([]group.Scalar, n)
	for i := range v {
		addScaled(sum, &s[i], v[i])
	}
	return sum
}

// reversed returns v from back to front.
func reversed(v []group.Scalar) []group.Scalar {
	out := make([]group.Scalar, len(v))
	for i := range v {
		out[i].Set(&v[len(v)-1-i])
	}
	return out
}

// constant returns n times s.
func constant(n int, s *group.Scalar) []group.Scalar {
	out := make([]group.Scalar, n)
	for j := range out {
		out[j].Set(s)
	}
	return out
}

// nonces draws a secret scalar.
type nonces func() *group.Scalar

func draw(from nonces, n int) []group.Scalar {
	out := make([]group.Scalar, n)
	for j := range out {
		out[j].Set(from())
	}
	return out
}
