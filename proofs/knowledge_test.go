package proofs

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"veche.example/elgamal/group"
	"veche.example/internal/rejecttest"
	"veche.example/internal/vectors"
	"veche.example/proofs/transcript"
)

// known is a statement of knowledge with everything that its prover has.
type known struct {
	fingerprint [32]byte
	context     []byte
	r           []group.Scalar
	encoded     []byte
	points      []group.Affine
	seed        [32]byte
}

func newKnown(r []group.Scalar) *known {
	k := &known{fingerprint: [32]byte{1}, context: []byte("ctx"), r: r, seed: [32]byte{9}}
	k.setPoints(publicOf(r))
	return k
}

func (k *known) setPoints(A []group.Element) {
	k.encoded = encodeAll(A)
	k.points = group.Affines(A)
}

func encodeAll(A []group.Element) (b []byte) {
	for β := range A {
		b = append(b, A[β].Bytes()...)
	}
	return b
}

func (k *known) prove() []byte {
	return ProveKnowledge(k.fingerprint, k.context, k.encoded, k.r, &k.seed)
}

func (k *known) verify(proof []byte) error {
	return Check(nil, func(c *Claim) error { return k.claim(c, proof) })
}

func (k *known) claim(c *Claim, proof []byte) error {
	return VerifyKnowledge(c, k.fingerprint, k.context, k.encoded, k.points, proof)
}

// other is k with a change, as a verifier.
func (k *known) other(change func(k *known)) func([]byte) error {
	o := *k
	change(&o)
	return o.verify
}

// changed is k with other A's, as a verifier.
func (k *known) changed(change func(A []group.Element) []group.Element) func([]byte) error {
	return k.other(func(k *known) {
		A := make([]group.Element, len(k.points))
		for β := range A {
			A[β].Set(k.points[β].Element())
		}
		k.setPoints(change(A))
	})
}

func TestKnowledgeRefuses(t *testing.T) {
	t.Parallel()
	for _, B := range []int{1, 2, 9} {
		k := newKnown(randomScalars(B))
		others := map[string]func([]byte) error{
			"other fingerprint":       k.other(func(k *known) { k.fingerprint[31]++ }),
			"other context":           k.other(func(k *known) { k.context = []byte("ctx2") }),
			"no context":              k.other(func(k *known) { k.context = nil }),
			"context runs into count": k.other(func(k *known) { k.context = append([]byte("ctx"), byte(B), 0, 0, 0, 0, 0, 0, 0) }),
			"other last A": k.changed(func(A []group.Element) []group.Element {
				A[B-1].Double(&A[B-1])
				return A
			}),
			"negated A": k.changed(func(A []group.Element) []group.Element { A[0].Neg(&A[0]); return A }),
			"A re-encrypted": k.changed(func(A []group.Element) []group.Element {
				A[0].Add(&A[0], group.Generator())
				return A
			}),
			"identity as the last A": k.changed(func(A []group.Element) []group.Element { A[B-1].Set(identity); return A }),
			"A too many":             k.changed(func(A []group.Element) []group.Element { return append(A, A[0]) }),
			"identity too many":      k.changed(func(A []group.Element) []group.Element { return append(A, *group.NewElement()) }),
		}
		if B > 1 {
			others["A's swapped"] = k.changed(func(A []group.Element) []group.Element { slices.Reverse(A); return A })
			others["A missing"] = k.changed(func(A []group.Element) []group.Element { return A[1:] })
			others["first A everywhere"] = k.changed(func(A []group.Element) []group.Element {
				for β := range A {
					A[β].Set(&A[0])
				}
				return A
			})
		}
		rejecttest.Suite{Proof: k.prove(), Verify: k.verify, Err: ErrProof, Others: others}.Run(t)
	}
}

// TestKnowledgeRefusesTheIdentity: 0 is its logarithm, and the equation holds.
func TestKnowledgeRefusesTheIdentity(t *testing.T) {
	t.Parallel()
	for β := range 3 {
		r := randomScalars(3)
		r[β].Set(zero)
		k := newKnown(r)
		proof := k.prove()
		T, c, s := k.moves(t, proof)
		require.True(t, knowledgeHolds(publicOf(r), T, c, s))
		require.ErrorIs(t, k.verify(proof), ErrProof, "block %d", β)
	}
}

func TestKnowledgeRefusesProversWithWrongRandomisers(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(r []group.Scalar) []group.Scalar{
		"one off by one":        func(r []group.Scalar) []group.Scalar { r[1].Add(&r[1], one); return r },
		"errors that cancel":    func(r []group.Scalar) []group.Scalar { r[1].Add(&r[1], one); r[2].Sub(&r[2], one); return r },
		"two swapped":           func(r []group.Scalar) []group.Scalar { return []group.Scalar{r[1], r[0], r[2]} },
		"one unknown":           func(r []group.Scalar) []group.Scalar { r[2].Set(zero); return r },
		"negated":               func(r []group.Scalar) []group.Scalar { r[0].Neg(&r[0]); return r },
		"of another ciphertext": func([]group.Scalar) []group.Scalar { return randomScalars(3) },
	} {
		k := newKnown(randomScalars(3))
		k.r = change(append([]group.Scalar(nil), k.r...))
		require.ErrorIs(t, k.verify(k.prove()), ErrProof, name)
	}
}

func TestKnowledgeWithLengthsThatDoNotAgreePanics(t *testing.T) {
	t.Parallel()
	k := newKnown(randomScalars(2))
	proof := k.prove()
	for name, change := range map[string]func(k *known){
		"no blocks":             func(k *known) { k.r, k.points, k.encoded = nil, nil, nil },
		"no bytes":              func(k *known) { k.encoded = nil },
		"a byte short":          func(k *known) { k.encoded = k.encoded[:63] },
		"a byte long":           func(k *known) { k.encoded = append(bytes.Clone(k.encoded), 0) },
		"a block less in bytes": func(k *known) { k.encoded = k.encoded[:32] },
		"a block less":          func(k *known) { k.r, k.points = k.r[:1], k.points[:1] },
	} {
		o := *k
		change(&o)
		require.Panics(t, func() { o.prove() }, name)
		require.Panics(t, func() { _ = o.claim(new(Claim), proof) }, name)
	}
}

func TestKnowledgeRefusedLeavesTheClaimAlone(t *testing.T) {
	t.Parallel()
	k := newKnown(scalarsOf(5, 0))
	proof, c := k.prove(), new(Claim)
	require.Error(t, k.claim(c, proof), "identity")
	require.Error(t, k.claim(c, proof[:63]), "short")
	require.Error(t, k.claim(c, append(proof, 0)), "long")
	require.Error(t, k.claim(c, make([]byte, KnowledgeSize-1)))
	require.Equal(t, Claim{}, *c)
}

// TestKnowledgeHandsItsDigestOver: statement and response move the batch's weights.
func TestKnowledgeHandsItsDigestOver(t *testing.T) {
	t.Parallel()
	k := newKnown(randomScalars(2))
	digest := func(k *known, proof []byte) [32]byte {
		c := new(Claim)
		require.NoError(t, k.claim(c, proof))
		require.Len(t, c.proofs, 1)
		require.Equal(t, "plaintext-knowledge", c.proofs[0].protocol)
		return c.proofs[0].digest
	}
	proof := k.prove()
	seen := map[[32]byte]bool{digest(k, proof): true}
	changed := bytes.Clone(proof)
	changed[32] ^= 1 // s
	other := *k
	other.context = []byte("ctx2")
	swapped := *k
	swapped.setPoints(publicOf([]group.Scalar{k.r[1], k.r[0]}))
	for _, d := range [][32]byte{digest(k, changed), digest(&other, proof), digest(&swapped, proof)} {
		require.False(t, seen[d])
		seen[d] = true
	}
}

// TestKnowledgePropertyOfHonestProofs: any number of blocks, in a batch with false
// claims, which alone are named; rebuilt byte for byte, and moved by every input.
func TestKnowledgePropertyOfHonestProofs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := make([]group.Scalar, rapid.IntRange(1, 12).Draw(t, "B"))
		for β := range r {
			r[β].SetWideBytes(rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, "r"))
			if r[β].IsZero() {
				r[β].Set(one)
			}
		}
		k := newKnown(r)
		k.context = rapid.SliceOf(rapid.Byte()).Draw(t, "context")
		copy(k.seed[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed"))
		proof := k.prove()
		require.Len(t, proof, KnowledgeSize)
		require.Equal(t, proof, k.prove(), "rebuilt")

		liar := *k
		liar.r = append([]group.Scalar(nil), r...)
		β := rapid.IntRange(0, len(r)-1).Draw(t, "wrong block")
		liar.r[β].Add(&liar.r[β], one)
		claims := []*Claim{new(Claim), new(Claim), new(Claim)}
		require.NoError(t, k.claim(claims[0], proof))
		require.NoError(t, liar.claim(claims[1], liar.prove()))
		require.NoError(t, k.claim(claims[2], proof))
		err := batchOf(nil, claims).Decide()
		require.Equal(t, &BatchError{[]int{1}}, err)

		for name, change := range map[string]func(k *known){
			"seed":        func(k *known) { k.seed[0]++ },
			"context":     func(k *known) { k.context = append(bytes.Clone(k.context), 0) },
			"fingerprint": func(k *known) { k.fingerprint[0]++ },
			"randomisers": func(k *known) { k.r = liar.r },
		} {
			other := *k
			change(&other)
			require.NotEqual(t, proof[:32], other.prove()[:32], "%s does not move the nonce", name)
		}
	})
}

// moves reads T and s of a proof and replays its challenge, following the page
// of docs/spec/knowledge.md.
func (k *known) moves(t testing.TB, proof []byte) (T *group.Element, c, s *group.Scalar) {
	T, err := group.NewElement().SetCanonicalBytes(proof[:32])
	require.NoError(t, err)
	s, err = group.NewScalar().SetCanonicalBytes(proof[32:])
	require.NoError(t, err)
	return T, k.challenge(T), s
}

func (k *known) challenge(T *group.Element) *group.Scalar {
	i := transcript.New("plaintext-knowledge", k.fingerprint).Bytes(k.context).Uint64(uint64(len(k.encoded) / 32))
	p := i.Fixed(k.encoded).Prove()
	p.Element(T)
	return p.Challenge()
}

// TestKnowledgeExample is docs/spec/knowledge.md.
func TestKnowledgeExample(t *testing.T) {
	t.Parallel()
	k := newKnown(scalarsOf(11, 12))
	proof := k.prove()
	require.NoError(t, k.verify(proof))
	T, c, s := k.moves(t, proof)
	require.True(t, knowledgeHolds(publicOf(k.r), T, c, s))
	var e vectors.Example
	e.Add("A", k.encoded)
	e.Add("c", c.Bytes())
	e.Add("proof", proof)
	e.Check(t, "../docs/spec/knowledge.md")
}

func FuzzKnowledgeVerify(f *testing.F) {
	k := newKnown(scalarsOf(3, 5))
	good := k.prove()
	f.Add(good)
	f.Add([]byte{})
	f.Add(make([]byte, KnowledgeSize))
	f.Add(good[:KnowledgeSize-1])
	f.Add(append(bytes.Clone(good), 0))
	f.Fuzz(func(t *testing.T, proof []byte) {
		err := k.verify(proof)
		if bytes.Equal(proof, good) {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, ErrProof)
		}
	})
}

// BenchmarkKnowledge reports the prover's work in fixed-base multiplications, and
// what a batch of proofs takes relative to decoding the same elements and one
// multiplication over them.
func BenchmarkKnowledge(b *testing.B) {
	for _, B := range []int{1, 4, 16} {
		b.Run(fmt.Sprintf("B=%d", B), func(b *testing.B) { benchKnowledge(b, B) })
	}
}

func benchKnowledge(b *testing.B, B int) {
	const ballots = 500
	ks, proofs := make([]*known, ballots), make([][]byte, ballots)
	for i := range ks {
		ks[i] = newKnown(randomScalars(B))
		proofs[i] = ks[i].prove()
	}
	scalars, s := randomScalars(ballots*(B+1)), group.RandomScalar()
	var prove, fixed, full, floor time.Duration
	lap := func(sum *time.Duration, f func()) {
		start := time.Now()
		f()
		*sum += time.Since(start)
	}
	for b.Loop() {
		lap(&prove, func() {
			for i := range ks {
				ks[i].prove()
			}
		})
		lap(&fixed, func() {
			for range ks {
				group.NewElement().ScalarBaseMult(s)
			}
		})
		lap(&full, func() { require.NoError(b, verifyAll(b, ks, proofs)) })
		lap(&floor, func() {
			var points []group.Affine
			for i := range ks {
				points = append(append(points, decodeAll(b, ks[i].encoded)...), decodeAll(b, proofs[i][:32])...)
			}
			group.VarTimeMultiScalarMult(scalars, points)
		})
	}
	b.ReportMetric(float64(prove)/float64(fixed), "fixedmults/proof")
	b.ReportMetric(float64(full)/float64(floor), "x-floor")
}

func verifyAll(b *testing.B, ks []*known, proofs [][]byte) error {
	batch := NewBatch(nil)
	for i, k := range ks {
		c := new(Claim)
		points := decodeAll(b, k.encoded)
		require.NoError(b, VerifyKnowledge(c, k.fingerprint, k.context, k.encoded, points, proofs[i]))
		batch.Add(c)
	}
	return batch.Decide()
}
