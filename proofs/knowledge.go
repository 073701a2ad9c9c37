package proofs

import (
	"fmt"

	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
)

// KnowledgeSize is the length of a proof of knowledge of plaintexts: T, then s.
const KnowledgeSize = 64

const knowledgeProtocol = "plaintext-knowledge"

// ProveKnowledge returns a proof that its maker knows r_β with A_β = r_β G for
// every block β = 1..B, and so the plaintexts of ciphertexts with these A's:
// Schnorr proofs batched with the powers of one challenge (Gennaro, Leigh,
// Sundaram, Yerazunis, ASIACRYPT 2004). encoded is the A's, 32 bytes each, in the
// order of r; B is at least 1. context is everything else that the proof must be
// bound to: who makes it, and the B's of the ciphertexts. All randomness comes from
// the seed and the statement, so that the proof can be rebuilt byte for byte; a
// seed is secret and used for one statement. It panics if the lengths do not
// agree. Constant time. It implements docs/spec/knowledge.md; why it makes
// ciphertexts non-malleable is in docs/math/knowledge.md.
func ProveKnowledge(fingerprint [32]byte, context, encoded []byte, r []group.Scalar, seed *[32]byte) []byte {
	p := bindKnowledge(fingerprint, context, encoded, len(r)).Prove()
	t := p.SeededNonces(seed, appendScalars(nil, r), knowledgeProtocol).Scalar()
	p.Element(group.NewElement().ScalarBaseMult(t)) // T = tG
	c, s := p.Challenge(), group.NewScalar()
	for β := len(r) - 1; β >= 0; β-- {
		s.Mul(c, s.Add(s, &r[β])) // Σ_β c^β r_β by Horner's rule
	}
	p.Scalar(s.Add(s, t)) // N1
	return p.Proof()
}

// VerifyKnowledge adds one equation. points are the elements of encoded, decoded,
// in the same order; the identity is refused as one of them. The error is ErrProof;
// lengths of encoded and points that do not agree are the caller's fault and panic.
func VerifyKnowledge(c *Claim, fingerprint [32]byte, context, encoded []byte, points []group.Affine, proof []byte) error {
	v := bindKnowledge(fingerprint, context, encoded, len(points)).Verify(proof)
	var T group.Affine
	var s group.Scalar
	v.Element(&T)
	ch := v.Challenge()
	v.Scalar(&s)
	digest, err := v.Close()
	if err != nil || anyIdentity(points) {
		return ErrProof
	}
	c.Grow(1+len(points), 1)
	c.Equation() // N2: T + Σ_β c^β A_β − s G = O
	c.Add(one, &T)
	power := group.NewScalar().Set(one)
	for β := range points {
		c.Add(power.Mul(power, ch), &points[β])
	}
	c.AddShared(BaseG, s.Neg(&s))
	c.Proof(knowledgeProtocol, digest)
	return nil
}

func bindKnowledge(fingerprint [32]byte, context, encoded []byte, B int) *transcript.Instance {
	if B == 0 || len(encoded) != 32*B {
		panic(fmt.Sprintf("proofs: %d bytes of elements A for %d blocks", len(encoded), B))
	}
	i := transcript.New(knowledgeProtocol, fingerprint).Bytes(context)
	return i.Uint64(uint64(B)).Fixed(encoded)
}

func anyIdentity(points []group.Affine) bool {
	for k := range points {
		if points[k].IsIdentity() {
			return true
		}
	}
	return false
}
