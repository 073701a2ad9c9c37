package proofs

import (
	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
)

// Pair is one A and D of a [DLEQ] statement.
type Pair struct{ A, D group.Element }

// DLEQ states: I know x with Y = xG and D_k = x A_k for every pair (Chaum–Pedersen
// 1992; batched over the pairs with one 128-bit weight for each). The number of
// pairs does not change the proof's size of 96 bytes. It implements
// docs/spec/sigma.md, S2 and S3.
type DLEQ struct {
	Fingerprint [32]byte
	Context     []byte
	Y           group.Element
	Pairs       []Pair
}

func (st *DLEQ) bind() *transcript.Instance {
	i := transcript.New("dleq", st.Fingerprint).Bytes(st.Context).Element(&st.Y)
	i.Uint64(uint64(len(st.Pairs)))
	for k := range st.Pairs {
		i.Element(&st.Pairs[k].A).Element(&st.Pairs[k].D)
	}
	return i
}

// Prove returns the proof: T, T', s. Constant time.
func (st *DLEQ) Prove(x *group.Scalar) []byte {
	p := st.bind().Prove()
	ω := make([]group.Scalar, len(st.Pairs))
	A := make([]group.Element, len(st.Pairs))
	for k := range ω {
		ω[k].Set(p.Challenge128())
		A[k].Set(&st.Pairs[k].A)
	}
	t := p.Nonces(x.Bytes(), "t").Scalar()
	for k := range ω {
		ω[k].Mul(&ω[k], t)
	}
	p.Element(group.NewElement().ScalarBaseMult(t)) // T = tG
	p.Element(group.MultiScalarMult(ω, A))          // T' = t Σ ω_k A_k
	c := p.Challenge()
	p.Scalar(group.NewScalar().MulAdd(c, x, t)) // s = t + c x
	return p.Proof()
}

// Verify adds two equations. The identity is refused as Y and as any A_k.
func (st *DLEQ) Verify(c *Claim, proof []byte) error {
	v := st.bind().Verify(proof)
	ω := make([]group.Scalar, len(st.Pairs))
	for k := range ω {
		ω[k].Set(v.Challenge128())
	}
	var T, T2 group.Affine
	var s group.Scalar
	v.Element(&T)
	v.Element(&T2)
	ch := v.Challenge()
	v.Scalar(&s)
	digest, err := v.Close()
	if err != nil || st.degenerate() {
		return ErrProof
	}
	points := st.affine()
	c.Equation() // S2: T + c Y − s G = O
	c.Add(one, &T)
	c.Add(ch, &points[0])
	c.AddShared(BaseG, group.NewScalar().Neg(&s))
	c.Equation() // S3: T' + c Σ ω_k D_k − s Σ ω_k A_k = O
	c.Add(one, &T2)
	minus, term := group.NewScalar().Neg(&s), group.NewScalar()
	for k := range ω {
		c.Add(term.Mul(minus, &ω[k]), &points[1+2*k])
		c.Add(term.Mul(ch, &ω[k]), &points[2+2*k])
	}
	c.Proof("dleq", digest)
	return nil
}

// affine returns Y, A_1, D_1, A_2, D_2, …
func (st *DLEQ) affine() []group.Affine {
	points := make([]group.Element, 1+2*len(st.Pairs))
	points[0].Set(&st.Y)
	for k := range st.Pairs {
		points[1+2*k].Set(&st.Pairs[k].A)
		points[2+2*k].Set(&st.Pairs[k].D)
	}
	return group.Affines(points)
}

func (st *DLEQ) degenerate() bool {
	for k := range st.Pairs {
		if st.Pairs[k].A.IsIdentity() {
			return true
		}
	}
	return len(st.Pairs) == 0 || st.Y.IsIdentity()
}
