package proofs

import (
	"fmt"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
)

// bitProtocol is the name of the bit-vector proof.
const bitProtocol = "bit-vector"

// BitVector proves and verifies, for one relation under one election key, that
// ciphertexts encrypt votes v = M b of bits b with K b = k, by masked openings
// of one commitment (Groth–Kohlweiss 2015; Bootle et al. 2015) linked to the
// ciphertexts. A proof is 3 elements and m + B + 4 scalars for m bits and B
// blocks. It implements docs/spec/bit-vector.md; why it is sound and
// zero-knowledge is in docs/math/bit-vector.md. Safe for concurrent use.
type BitVector struct {
	keys   *elgamal.PublicKey
	rel    *Relation
	prefix *transcript.Instance
	m, n   int
	B      int
	block  []int // β(i), from 0, over all contests
	key    []int // l(i), from 0
	at     []int // where B_i stands among a ballot's elements
	atA    []int // where A_β stands
	width  int   // keys in use
	rows   [][]scalarTerm
	cons   [][]scalarTerm
	equals []group.Scalar
}

// scalarTerm is a Term with its coefficient mod q.
type scalarTerm struct {
	bit  int
	unit bool // the coefficient is 1
	coef group.Scalar
}

// NewBitVector prepares the proofs of a relation, which is checked. The
// fingerprint is the election's.
func NewBitVector(fingerprint [32]byte, keys *elgamal.PublicKey, rel *Relation) (*BitVector, error) {
	if err := rel.Check(); err != nil {
		return nil, err
	}
	v := &BitVector{keys: keys, rel: rel, m: rel.Bits}
	v.layout()
	for _, rows := range rel.Contests {
		for _, row := range rows {
			v.rows = append(v.rows, scalarTerms(row))
		}
	}
	v.equals = make([]group.Scalar, len(rel.Constraints))
	for l, k := range rel.Constraints {
		v.cons = append(v.cons, scalarTerms(k.Terms))
		setInt64(&v.equals[l], k.Equals)
	}
	digest := rel.digest()
	v.prefix = transcript.New(bitProtocol, fingerprint).Bytes(keys.Bytes()).Fixed(digest[:])
	return v, nil
}

// layout numbers positions, blocks and keys: blocks never span contests.
func (v *BitVector) layout() {
	W, elements := v.keys.Width(), 0
	for _, rows := range v.rel.Contests {
		blocks := elgamal.Blocks(len(rows), W)
		for β := range blocks {
			v.atA = append(v.atA, elements+β)
		}
		for i := range rows {
			v.block = append(v.block, v.B+i/W)
			v.key = append(v.key, i%W)
			v.at = append(v.at, elements+blocks+i)
		}
		v.width = max(v.width, min(W, len(rows)))
		v.B += blocks
		v.n += len(rows)
		elements += blocks + len(rows)
	}
}

func scalarTerms(row []Term) []scalarTerm {
	terms := make([]scalarTerm, len(row))
	for k, t := range row {
		terms[k].bit, terms[k].unit = t.Bit, t.Coef == 1
		setInt64(&terms[k].coef, t.Coef)
	}
	return terms
}

func setInt64(s *group.Scalar, v int64) {
	s.SetUint64(magnitude(v))
	if v < 0 {
		s.Neg(s)
	}
}

// linear sets sum = Σ coef_j f_j, in constant time, and returns it.
func linear(sum *group.Scalar, row []scalarTerm, f []group.Scalar) *group.Scalar {
	sum.Set(zero)
	for k := range row {
		t := &row[k]
		if t.unit {
			sum.Add(sum, &f[t.bit])
		} else {
			sum.MulAdd(&t.coef, &f[t.bit], sum)
		}
	}
	return sum
}

var zero = group.NewScalar()

// Blocks returns B, the number of randomisers over all contests.
func (v *BitVector) Blocks() int { return v.B }

// Positions returns n, the number of votes over all contests.
func (v *BitVector) Positions() int { return v.n }

// CiphertextSize returns the bytes of a ballot's ciphertexts: for each contest
// in order its A's, then its B's.
func (v *BitVector) CiphertextSize() int { return 32 * (v.n + v.B) }

// ProofSize returns the bytes of a proof.
func (v *BitVector) ProofSize() int { return 32 * (3 + v.m + v.B + 4) }

// bind starts the instance of one ballot: keys and relation are in the prefix.
func (v *BitVector) bind(context, ciphertext []byte) *transcript.Instance {
	return v.prefix.Clone().Bytes(context).Fixed(ciphertext)
}

// powers returns 1, θ, θ², … as far as the equations need.
func (v *BitVector) powers(θ *group.Scalar) []group.Scalar {
	p := make([]group.Scalar, 1+max(v.m+len(v.cons), v.B+v.n))
	p[0].Set(one)
	for k := 1; k < len(p); k++ {
		p[k].Mul(&p[k-1], θ)
	}
	return p
}

// link returns, for a vector u of m bits and B randomisers, masked or not, the
// coefficients of G and of the keys in V3:
// Σ_β θ^β u_{m+β} + Σ_i θ^{B+i} Σ_j M_ij u_j and Σ_{i: l(i)=l} θ^{B+i} u_{m+β(i)}.
func (v *BitVector) link(θ, u []group.Scalar) (g *group.Scalar, y []group.Scalar) {
	g, y = group.NewScalar(), make([]group.Scalar, v.width)
	var vote group.Scalar
	for β := range v.B {
		g.MulAdd(&θ[1+β], &u[v.m+β], g)
	}
	for i := range v.n {
		t := &θ[v.B+1+i]
		g.MulAdd(t, linear(&vote, v.rows[i], u), g)
		l := &y[v.key[i]]
		l.MulAdd(t, &u[v.m+v.block[i]], l)
	}
	return g, y
}

// Verify adds V1 and V3 to the claim and checks V2. points are the elements of
// ciphertext, decoded, in the same order. The error is ErrProof; a slice of the
// wrong length is the caller's fault and panics, except proof, which is refused.
func (v *BitVector) Verify(c *Claim, context, ciphertext []byte, points []group.Affine, proof []byte) error {
	if len(ciphertext) != v.CiphertextSize() || len(points) != v.n+v.B {
		panic(fmt.Sprintf("proofs: ciphertext of %d elements needed", v.n+v.B))
	}
	if len(proof) != v.ProofSize() {
		return ErrProof
	}
	var Cb, Ca, D group.Affine
	var X1, X0, zb group.Scalar
	f := make([]group.Scalar, v.m+v.B+1)
	t := v.bind(context, ciphertext).Verify(proof)
	t.Element(&Cb)
	θ := v.powers(t.Challenge())
	t.Element(&Ca)
	t.Element(&D)
	t.Scalar(&X1)
	t.Scalar(&X0)
	x := t.Challenge()
	for j := range f {
		t.Scalar(&f[j])
	}
	t.Scalar(&zb)
	digest, err := t.Close()
	if err != nil || Cb.IsIdentity() || Ca.IsIdentity() || D.IsIdentity() {
		return ErrProof
	}
	if !v.holdsV2(θ, x, &X1, &X0, f) {
		return ErrProof
	}
	c.Grow(v.n+v.B+3, len(f)+2+v.width)
	v.addV1(c, x, &Cb, &Ca, f, &zb)
	v.addV3(c, θ, x, &D, points, f)
	c.Proof(bitProtocol, digest)
	return nil
}

// addV1 adds V1: x C_b + C_a − z_b H − Σ f_j G_j = O.
func (v *BitVector) addV1(c *Claim, x *group.Scalar, Cb, Ca *group.Affine, f []group.Scalar, zb *group.Scalar) {
	c.Equation()
	c.Add(x, Cb)
	c.Add(one, Ca)
	var neg group.Scalar
	c.AddShared(BaseH, neg.Neg(zb))
	for j := range f {
		c.AddShared(BaseGen(j+1), neg.Neg(&f[j]))
	}
}

// holdsV2 checks V2 exactly: x X1 + X0 = Σ_j θ^j f_j (x − f_j) + x Σ_l θ^{m+l} (Σ_j K_lj f_j − x k_l) + f_e.
func (v *BitVector) holdsV2(θ []group.Scalar, x, X1, X0 *group.Scalar, f []group.Scalar) bool {
	var sum, rows, row, t group.Scalar
	for j := range v.m {
		t.Mul(&f[j], t.Sub(x, &f[j]))
		sum.MulAdd(&θ[1+j], &t, &sum)
	}
	for l := range v.cons {
		t.Sub(linear(&row, v.cons[l], f), t.Mul(x, &v.equals[l]))
		rows.MulAdd(&θ[v.m+1+l], &t, &rows)
	}
	sum.MulAdd(x, &rows, &sum)
	sum.Add(&sum, &f[v.m+v.B])
	return sum.Equal(t.MulAdd(x, X1, X0))
}

// addV3 adds V3: x (Σ_β θ^β A_β + Σ_i θ^{B+i} B_i) + D − g G − Σ_l y_l Y_l = O.
func (v *BitVector) addV3(c *Claim, θ []group.Scalar, x *group.Scalar, D *group.Affine, points []group.Affine, f []group.Scalar) {
	c.Equation()
	var t group.Scalar
	for β, at := range v.atA {
		c.Add(t.Mul(x, &θ[1+β]), &points[at])
	}
	for i, at := range v.at {
		c.Add(t.Mul(x, &θ[v.B+1+i]), &points[at])
	}
	c.Add(one, D)
	g, y := v.link(θ, f)
	c.AddShared(BaseG, t.Neg(g))
	for l := range y {
		c.AddShared(BaseKey(l), t.Neg(&y[l]))
	}
}
