package proofs

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/internal/vectors"
	"veche.example/proofs/transcript"
)

// TestBitVectorExample is docs/spec/bit-vector.md.
func TestBitVectorExample(t *testing.T) {
	t.Parallel()
	keys, err := elgamal.NewPublicKey(publicOf(scalarsOf(101, 102)))
	require.NoError(t, err)
	v, err := NewBitVector([32]byte{1}, keys, oneOf(2))
	require.NoError(t, err)
	b := &voted{v: v, keys: keys, context: []byte("ctx"), bits: []byte{0, 1}, r: scalarsOf(11)}
	b.ct = v.Encrypt(b.bits, b.r)
	b.points = decodeAll(t, b.ct)
	proof := b.prove()
	require.NoError(t, b.verify(proof))

	relation := []byte{
		0, 0, 0, 2, // m
		0, 0, 0, 1, 0, 0, 0, 2, // one contest, two positions
		0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, // v_1 = b_1
		0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, // v_2 = b_2
		0, 0, 0, 1, 0, 0, 0, 2, // one constraint, two terms
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1,
		0, 0, 0, 0, 0, 0, 0, 1, // = 1
	}
	digest := transcript.Hash("relation", relation)
	require.Equal(t, digest, v.rel.digest())
	θ, x := weakness{}.run(b, readMoves(t, v, proof), nothing, nothing)

	var e vectors.Example
	e.Add("H_G1_G2", append(append(generator(0).Bytes(), generator(1).Bytes()...), generator(2).Bytes()...))
	e.Add("keys", keys.Bytes())
	e.Add("relation_bytes", relation)
	e.Add("relation", digest[:])
	e.Add("ciphertext", b.ct)
	e.Add("theta", θ.Bytes())
	e.Add("x", x.Bytes())
	e.Add("proof", proof)
	e.Check(t, "../docs/spec/bit-vector.md")
}

// TestSigmaExample is docs/spec/sigma.md.
func TestSigmaExample(t *testing.T) {
	t.Parallel()
	var e vectors.Example
	schnorr := Schnorr{Fingerprint: [32]byte{1}, Protocol: "vector", Context: []byte("ctx"), Y: publicOf(scalarsOf(101, 102))}
	proof := schnorr.proveWith(scalarsOf(101, 102), scalarsOf(11, 12))
	require.NoError(t, alone(nil, schnorr.Verify)(proof))
	e.Add("S1_proof", proof)

	A, D := publicOf(scalarsOf(5, 6)), publicOf(scalarsOf(505, 606))
	dleq := DLEQ{Fingerprint: [32]byte{1}, Context: []byte("ctx"), Pairs: []Pair{{A[0], D[0]}, {A[1], D[1]}}}
	dleq.Y.Set(&publicOf(scalarsOf(101))[0])
	proof = dleq.proveWith(&scalarsOf(101)[0], &scalarsOf(13)[0])
	require.NoError(t, alone(nil, dleq.Verify)(proof))
	e.Add("S2_S3_proof", proof)

	k := newSigningKey(&scalarsOf(101)[0])
	public := k.Public()
	sig := k.signWith(&scalarsOf(14)[0], []byte("message"))
	require.NoError(t, public.Verify("vector", [32]byte{1}, []byte("message"), sig))
	e.Add("S4_key", public[:])
	e.Add("S4_signature", sig)
	e.Check(t, "../docs/spec/sigma.md")
}

// The provers of sigma.md with nonces that are given.

func (st *Schnorr) proveWith(x, t []group.Scalar) []byte {
	p := st.bind().Prove()
	for l := range t {
		p.Element(group.NewElement().ScalarBaseMult(&t[l]))
	}
	c := p.Challenge()
	for l := range t {
		p.Scalar(group.NewScalar().MulAdd(c, &x[l], &t[l]))
	}
	return p.Proof()
}

func (st *DLEQ) proveWith(x, t *group.Scalar) []byte {
	p := st.bind().Prove()
	ω := make([]group.Scalar, len(st.Pairs))
	for k := range ω {
		ω[k].Set(p.Challenge128())
	}
	A, _ := st.weighted(ω)
	p.Element(group.NewElement().ScalarBaseMult(t))
	p.Element(A.ScalarMult(t, A))
	p.Scalar(group.NewScalar().MulAdd(p.Challenge(), x, t))
	return p.Proof()
}

func (k *SigningKey) signWith(t *group.Scalar, msg []byte) []byte {
	p := k.public.bind("vector", [32]byte{1}, msg).Prove()
	p.Element(group.NewElement().ScalarBaseMult(t))
	p.Scalar(group.NewScalar().MulAdd(p.Challenge(), &k.x, t))
	return p.Proof()
}

// TestBatchExample is docs/spec/batch.md.
func TestBatchExample(t *testing.T) {
	t.Parallel()
	filled := func(b byte) (d [32]byte) {
		for k := range d {
			d[k] = b
		}
		return d
	}
	claims := []*Claim{new(Claim), new(Claim)}
	claims[0].Proof("vector", filled(1))
	claims[1].Proof("vector", filled(2))
	claims[1].Proof("vector", filled(3))
	hashed := []byte{3, 0, 0, 0, 0, 0, 0, 0}
	for k := range 3 {
		d := filled(byte(k + 1))
		hashed = append(append(append(hashed, 15, 0, 0, 0), "veche/v1/vector"...), d[:]...)
	}
	root := transcript.Hash("batch", hashed)
	for _, c := range claims {
		c.Equation()
		c.Equation()
	}
	var e vectors.Example
	e.Add("hashed", hashed)
	e.Add("root", root[:])
	names := []string{"w_1", "w_2", "w_3", "w_4"}
	for _, ws := range batchOf(nil, claims).weigh().weights {
		for k := range ws {
			e.Add(names[0], ws[k].Bytes()[:16])
			names = names[1:]
		}
	}
	e.Check(t, "../docs/spec/batch.md")
}
