package proofs

import "veche.example/elgamal/group"

// Base names a point that all claims of a batch share, so that its coefficients
// are added up and it enters the multiplication once.
type Base int32

// The generator G and the blinding generator H.
const (
	BaseG Base = iota
	BaseH
	baseKey
	baseGen  Base = 1 << 16
	baseList Base = 1 << 24
)

// BaseKey is the election key Y_(l+1), l from 0.
func BaseKey(l int) Base { return baseKey + Base(l) }

// BaseGen is the commitment generator G_j, j from 1.
func BaseGen(j int) Base { return baseGen + Base(j) }

// Claim is the unit that a batch accepts or blames: the equations, each of the
// form Σ s·P = O, of one or several proofs, for example of a ballot's proof and
// its signature. The zero value is an empty claim, ready for use. All inputs are
// public; variable time.
type Claim struct {
	proofs  []proofID
	scalars []group.Scalar // of the own terms, parallel to points
	points  []group.Affine
	shared  []sharedTerm
	ends    []equationEnd
}

type proofID struct {
	protocol string
	digest   [32]byte
}

type sharedTerm struct {
	base Base
	s    group.Scalar
}

// equationEnd says where an equation's terms end; they begin where those of the
// one before end.
type equationEnd struct{ own, shared int }

// Reset empties the claim and keeps its memory.
func (c *Claim) Reset() {
	c.proofs, c.scalars, c.points = c.proofs[:0], c.scalars[:0], c.points[:0]
	c.shared, c.ends = c.shared[:0], c.ends[:0]
}

// Grow makes room for a number of own and shared terms in a few equations.
func (c *Claim) Grow(own, shared int) {
	if c.ends == nil {
		c.ends, c.proofs = make([]equationEnd, 0, 4), make([]proofID, 0, 2)
	}
	if free := cap(c.points) - len(c.points); free < own {
		c.points = append(make([]group.Affine, 0, len(c.points)+own), c.points...)
		c.scalars = append(make([]group.Scalar, 0, len(c.scalars)+own), c.scalars...)
	}
	if free := cap(c.shared) - len(c.shared); free < shared {
		c.shared = append(make([]sharedTerm, 0, len(c.shared)+shared), c.shared...)
	}
}

// Equation starts a new equation; the terms added next belong to it.
func (c *Claim) Equation() {
	c.ends = append(c.ends, equationEnd{len(c.points), len(c.shared)})
}

// Add adds the term s·p to the current equation; both are copied.
func (c *Claim) Add(s *group.Scalar, p *group.Affine) {
	c.scalars = append(c.scalars, group.Scalar{})
	c.scalars[len(c.scalars)-1].Set(s)
	c.points = append(c.points, group.Affine{})
	c.points[len(c.points)-1].Set(p)
	c.ends[len(c.ends)-1].own++
}

// AddShared adds the term s·b on a shared base; s is copied.
func (c *Claim) AddShared(b Base, s *group.Scalar) {
	c.shared = append(c.shared, sharedTerm{base: b})
	c.shared[len(c.shared)-1].s.Set(s)
	c.ends[len(c.ends)-1].shared++
}

// Proof records that the equations include a proof of the named protocol; the
// digest must commit to its whole instance and its whole proof, responses
// included, since the batch's weights are derived from it.
func (c *Claim) Proof(protocol string, digest [32]byte) {
	c.proofs = append(c.proofs, proofID{protocol, digest})
}
