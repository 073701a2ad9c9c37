package mixnet

import (
	"math/bits"

	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
	"veche.example/proofs"
)

// com returns Com(v; ρ) = ρH + Σ v_j G_j. Constant time.
func com(v []group.Scalar, ρ *group.Scalar) *group.Element {
	key := proofs.CommitmentKey(len(v))
	scalars, points := make([]group.Scalar, 1+len(v)), make([]group.Element, 1+len(v))
	scalars[0].Set(ρ)
	for j := range key {
		points[j].Set(key[j].Element())
		if j > 0 {
			scalars[j].Set(&v[j-1])
		}
	}
	return group.MultiScalarMult(scalars, points)
}

// comIndices returns Com(v; ρ) for integers below limit, which is public, one
// conditional addition for each bit. Constant time.
func comIndices(v []int, limit int, ρ *group.Scalar) *group.Element {
	key := proofs.CommitmentKey(len(v))
	sums := make([]group.Element, parallel.Parts(len(v), 64))
	parallel.For(len(sums), 1, func(from, to int) {
		for k := from; k < to; k++ {
			lo, hi := k*len(v)/len(sums), (k+1)*len(v)/len(sums)
			addIndices(sums[k].Set(identity), v[lo:hi], limit, key[1+lo:])
		}
	})
	sum := group.NewElement().ScalarMult(ρ, key[0].Element())
	for k := range sums {
		sum.Add(sum, &sums[k])
	}
	return sum
}

// addIndices sets sum, which is the identity, to Σ v_j G_j.
func addIndices(sum *group.Element, v []int, limit int, G []group.Affine) {
	for bit := bits.Len(uint(limit)) - 1; bit >= 0; bit-- {
		sum.Double(sum)
		for j := range v {
			sum.CondAddAffine(sum, &G[j], v[j]>>bit&1)
		}
	}
}

// comAll returns the commitments to several vectors.
func comAll(work *work, v [][]group.Scalar, ρ []group.Scalar) []group.Element {
	return commitments(work, len(v), len(v[0]), func(i int) *group.Element { return com(v[i], &ρ[i]) })
}

// commitments returns com(0), com(1), … of m vectors of n numbers each.
func commitments(work *work, m, n int, com func(i int) *group.Element) []group.Element {
	out := make([]group.Element, m)
	for i := range out {
		out[i].Set(identity)
		work.step(n, func() { out[i].Set(com(i)) })
	}
	return out
}

// form is a commitment that the verifier composes: a sum of published ones, and
// Com(ones, …, ones; 0).
type form struct {
	terms []formTerm
	ones  group.Scalar
}

type formTerm struct {
	s     group.Scalar
	point *group.Affine
}

func published(p *group.Affine) *form { return new(form).plus(one, p) }

// plus adds s·p to f and returns it.
func (f *form) plus(s *group.Scalar, p *group.Affine) *form {
	f.terms = append(f.terms, formTerm{point: p})
	f.terms[len(f.terms)-1].s.Set(s)
	return f
}

// plusForm adds s·g to f and returns it.
func (f *form) plusForm(s *group.Scalar, g *form) *form {
	t := group.NewScalar()
	for k := range g.terms {
		f.plus(t.Mul(s, &g.terms[k].s), g.terms[k].point)
	}
	f.ones.MulAdd(s, &g.ones, &f.ones)
	return f
}

// opens adds the equation f − Com(v; ρ) = O. If f.ones is not 0, v has all n
// coordinates.
func (f *form) opens(c *proofs.Claim, v []group.Scalar, ρ *group.Scalar) {
	c.Grow(len(f.terms), 1+len(v))
	c.Equation()
	for k := range f.terms {
		c.Add(&f.terms[k].s, f.terms[k].point)
	}
	t := group.NewScalar()
	for j := range v {
		c.AddShared(proofs.BaseGen(j+1), t.Sub(&f.ones, &v[j]))
	}
	c.AddShared(proofs.BaseH, t.Neg(ρ))
}
