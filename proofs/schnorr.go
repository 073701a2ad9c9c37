package proofs

import (
	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
)

// Schnorr states: I know x_l with Y_l = x_l G, for every l. It is one proof of
// knowledge with one challenge (Schnorr 1991, in parallel), used as proof of
// possession of keys. It implements docs/spec/sigma.md, S1.
type Schnorr struct {
	Fingerprint [32]byte // of the election or the session
	Protocol    string   // distinguishes uses
	Context     []byte   // whatever else the proof must be bound to, the prover's name above all
	Y           []group.Element
}

func (st *Schnorr) bind() *transcript.Instance {
	i := transcript.New(st.Protocol, st.Fingerprint).Bytes(st.Context).Uint64(uint64(len(st.Y)))
	for l := range st.Y {
		i.Element(&st.Y[l])
	}
	return i
}

// Prove returns the proof, 64 bytes for each secret: all T_l, then all s_l.
// Constant time.
func (st *Schnorr) Prove(x []group.Scalar) []byte {
	if len(x) != len(st.Y) {
		panic("proofs: one secret for each public element is needed")
	}
	p := st.bind().Prove()
	nonces := p.Nonces(appendScalars(nil, x), "t")
	t := make([]*group.Scalar, len(x))
	for l := range x {
		t[l] = nonces.Scalar()
		p.Element(group.NewElement().ScalarBaseMult(t[l])) // T_l = t_l G
	}
	c := p.Challenge()
	for l := range x {
		p.Scalar(group.NewScalar().MulAdd(c, &x[l], t[l])) // s_l = t_l + c x_l
	}
	return p.Proof()
}

// Verify adds one equation for each Y_l. The identity is refused as a Y_l.
func (st *Schnorr) Verify(c *Claim, proof []byte) error {
	v := st.bind().Verify(proof)
	T := make([]group.Affine, len(st.Y))
	s := make([]group.Scalar, len(st.Y))
	for l := range T {
		v.Element(&T[l])
	}
	ch := v.Challenge()
	for l := range s {
		v.Scalar(&s[l])
	}
	digest, err := v.Close()
	if err != nil || st.degenerate() {
		return ErrProof
	}
	Y := group.Affines(st.Y)
	for l := range Y {
		c.Equation() // S1: T_l + c Y_l − s_l G = O
		c.Add(one, &T[l])
		c.Add(ch, &Y[l])
		c.AddShared(BaseG, s[l].Neg(&s[l]))
	}
	c.Proof(st.Protocol, digest)
	return nil
}

func (st *Schnorr) degenerate() bool {
	for l := range st.Y {
		if st.Y[l].IsIdentity() {
			return true
		}
	}
	return false
}

var one = group.NewScalar().SetUint64(1)

func appendScalars(b []byte, s []group.Scalar) []byte {
	for i := range s {
		b = append(b, s[i].Bytes()...)
	}
	return b
}
