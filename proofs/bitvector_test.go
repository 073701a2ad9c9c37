package proofs

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/internal/rejecttest"
)

// oneOf is the relation of a contest with n options of which one is chosen.
func oneOf(n int) *Relation {
	r := &Relation{Bits: n, Contests: [][][]Term{make([][]Term, n)}, Constraints: []Constraint{{Equals: 1}}}
	for j := range n {
		r.Contests[0][j] = []Term{{j, 1}}
		r.Constraints[0].Terms = append(r.Constraints[0].Terms, Term{j, 1})
	}
	return r
}

// ofFour is the relation of a contest with four options of which one to four are
// chosen: Σ b + slack = 4 with slack = b_5 + 2 b_6 at most 3.
func ofFour() *Relation {
	r := oneOf(4)
	r.Bits = 6
	r.Constraints = []Constraint{{Terms: []Term{{0, 1}, {1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 2}}, Equals: 4}}
	return r
}

// family is one sort of rule with bits that obey it.
type family struct {
	rel  *Relation
	bits []byte
}

func families() map[string]family {
	return map[string]family{
		"one of eleven": {oneOf(11), []byte{0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}},
		"one of one":    {oneOf(1), []byte{1}},
		"two of four":   {ofFour(), []byte{1, 0, 1, 0, 0, 1}},
		"approval, no constraint": {
			&Relation{Bits: 3, Contests: [][][]Term{{{{0, 1}}, {{1, 1}}, {{2, 1}}}}}, []byte{1, 1, 0}},
		"scores 0 to 5 of two candidates": {
			&Relation{Bits: 6, Contests: [][][]Term{{{{0, 1}, {1, 2}, {2, 2}}, {{3, 1}, {4, 2}, {5, 2}}}}}, []byte{1, 1, 1, 0, 0, 1}},
		"two contests with a rule across": {
			&Relation{Bits: 4, Contests: [][][]Term{{{{0, 1}}, {{1, 1}}, {{2, 1}}}, {{{3, 7}}}},
				Constraints: []Constraint{{[]Term{{0, 1}, {1, 1}, {2, 1}}, 1}, {[]Term{{2, 1}, {3, -1}}, 0}}}, []byte{0, 0, 1, 1}},
		"a bit in two rows, a row without bits, a bit in none": {
			&Relation{Bits: 3, Contests: [][][]Term{{{{0, 1}}, {{0, 3}, {1, 1}}, {}}}}, []byte{1, 0, 1}},
		"large coefficients": {
			&Relation{Bits: 2, Contests: [][][]Term{{{{0, 1 << 38}}, {{1, 1<<39 - 1}}}},
				Constraints: []Constraint{{[]Term{{0, 1 << 60}, {1, -(1 << 60)}}, 0}, {[]Term{{0, -5}}, -5}}}, []byte{1, 1}},
	}
}

// voted is a ballot's part that the proof is about, with its secrets.
type voted struct {
	v       *BitVector
	keys    *elgamal.PublicKey
	x       []group.Scalar // the logarithms of the keys
	bits    []byte
	r       []group.Scalar
	context []byte
	ct      []byte
	points  []group.Affine
}

func vote(t testing.TB, rel *Relation, width int, bits []byte) *voted {
	keys, x := testKeys(t, width)
	v, err := NewBitVector([32]byte{1}, keys, rel)
	require.NoError(t, err)
	b := &voted{v: v, keys: keys, x: x, bits: bits, r: randomScalars(v.Blocks()), context: []byte("ctx")}
	b.ct = v.Encrypt(bits, b.r)
	b.points = decodeAll(t, b.ct)
	return b
}

func (b *voted) prove() []byte { return b.v.Prove(b.context, b.ct, b.bits, b.r, &[32]byte{9}) }

func (b *voted) verify(proof []byte) error {
	return Check(b.keys, func(c *Claim) error { return b.v.Verify(c, b.context, b.ct, b.points, proof) })
}

func testKeys(t testing.TB, width int) (*elgamal.PublicKey, []group.Scalar) {
	x := randomScalars(width)
	pk, err := elgamal.NewPublicKey(publicOf(x))
	require.NoError(t, err)
	return pk, x
}

func randomScalars(n int) []group.Scalar {
	s := make([]group.Scalar, n)
	for k := range s {
		s[k].Set(group.RandomScalar())
	}
	return s
}

func decodeAll(t testing.TB, b []byte) []group.Affine {
	points := make([]group.Affine, len(b)/32)
	for k := range points {
		require.NoError(t, points[k].SetCanonicalBytes(b[32*k:32*k+32]))
	}
	return points
}

func TestBitVectorAcceptsEveryRuleFamilyAndRefusesTheRest(t *testing.T) {
	t.Parallel()
	for name, f := range families() {
		for _, width := range []int{1, 2, 3, 16} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := vote(t, f.rel, width, f.bits)
				proof := b.prove()
				require.Len(t, b.ct, b.v.CiphertextSize())
				require.Len(t, proof, b.v.ProofSize())
				if width == 3 { // every bit of every proof
					b.suite(t, proof).Run(t)
				} else {
					require.NoError(t, b.verify(proof))
				}
			})
		}
	}
}

func TestBitVectorUnderTheLargestKey(t *testing.T) {
	t.Parallel()
	bits := make([]byte, 260) // two blocks
	bits[258] = 1
	b := vote(t, oneOf(260), elgamal.MaxWidth, bits)
	proof := b.prove()
	require.Equal(t, 2, b.v.Blocks())
	require.Equal(t, 260, b.v.Positions())
	require.NoError(t, b.verify(proof))
	proof[len(proof)-32] ^= 1
	require.ErrorIs(t, b.verify(proof), ErrProof)
}

// suite collects the statements that a proof must not be valid for.
func (b *voted) suite(t *testing.T, proof []byte) rejecttest.Suite {
	other := func(fingerprint [32]byte, keys *elgamal.PublicKey, rel *Relation, context string) func([]byte) error {
		v, err := NewBitVector(fingerprint, keys, rel)
		require.NoError(t, err)
		return func(proof []byte) error {
			return Check(keys, func(c *Claim) error { return v.Verify(c, []byte(context), b.ct, b.points, proof) })
		}
	}
	rel, ctx := b.v.rel, string(b.context)
	otherKeys, _ := testKeys(t, b.keys.Width())
	looser := &Relation{rel.Bits, rel.Contests, append([]Constraint{{[]Term{{0, 1}}, int64(b.bits[0])}}, rel.Constraints...)}
	return rejecttest.Suite{
		Proof: proof, Verify: b.verify, Err: ErrProof,
		Others: map[string]func([]byte) error{
			"other fingerprint":           other([32]byte{2}, b.keys, rel, ctx),
			"other keys":                  other([32]byte{1}, otherKeys, rel, ctx),
			"other context":               other([32]byte{1}, b.keys, rel, "cty"),
			"longer context":              other([32]byte{1}, b.keys, rel, ctx+"\x00"),
			"a row more, though it holds": other([32]byte{1}, b.keys, looser, ctx),
			"ciphertext of another vote":  b.otherCiphertexts(t, b.v.Encrypt(b.bits, randomScalars(b.v.B))),
		},
	}
}

func (b *voted) otherCiphertexts(t *testing.T, ct []byte) func([]byte) error {
	points := decodeAll(t, ct)
	return func(proof []byte) error {
		return Check(b.keys, func(c *Claim) error { return b.v.Verify(c, b.context, ct, points, proof) })
	}
}

func TestBitVectorIsRebuiltFromItsSeedWithAndWithoutTables(t *testing.T) {
	t.Parallel()
	b := vote(t, oneOf(5), 3, []byte{0, 0, 1, 0, 0})
	proof, ct := b.prove(), b.ct
	require.Equal(t, proof, b.prove())
	b.keys.Precompute()
	require.Equal(t, ct, b.v.Encrypt(b.bits, b.r))
	require.Equal(t, proof, b.prove())
	require.NotEqual(t, proof, b.v.Prove(b.context, ct, b.bits, b.r, &[32]byte{8}))
	b.context = []byte("other")
	other := b.prove()
	for k := 0; k < len(proof)-32; k += 32 { // no nonce is used under two contexts
		require.NotEqual(t, proof[k:k+32], other[k:k+32], "field %d", k/32)
	}
}

// TestBitVectorProverWithWrongInputs: the library's prover is no oracle for
// statements that are false, and refuses what has the wrong shape.
func TestBitVectorProverWithWrongInputs(t *testing.T) {
	t.Parallel()
	for name, bits := range map[string][]byte{
		"none": {0, 0, 0}, "two": {1, 1, 0}, "a two": {2, 0, 0}, "a 255": {255, 1, 1}, "a two and a one": {2, 1, 0},
	} {
		b := vote(t, oneOf(3), 2, bits)
		require.ErrorIs(t, b.verify(b.prove()), ErrProof, name)
	}
	b := vote(t, oneOf(3), 2, []byte{0, 1, 0})
	for _, bits := range [][]byte{nil, {0, 1}, {0, 1, 0, 0}} {
		require.Panics(t, func() { b.v.Encrypt(bits, b.r) })
		require.Panics(t, func() { b.v.Prove(b.context, b.ct, bits, b.r, &[32]byte{}) })
	}
	require.Panics(t, func() { b.v.Encrypt(b.bits, b.r[1:]) })
	require.Panics(t, func() { b.v.Verify(new(Claim), nil, b.ct[32:], b.points[1:], nil) })
	require.Panics(t, func() { (&Schnorr{Y: publicOf(b.x)}).Prove(b.x[1:]) })
}

func TestBitVectorEncryptsTheVotes(t *testing.T) {
	t.Parallel()
	for name, f := range families() {
		b := vote(t, f.rel, 2, f.bits)
		at := 0
		for _, row := range f.rel.Votes(f.bits) {
			blocks := elgamal.Blocks(len(row), 2)
			for i, vote := range row {
				m := b.points[at+blocks+i].Element()
				m.Sub(m, group.NewElement().ScalarMult(&b.x[i%2], b.points[at+i/2].Element()))
				require.True(t, m.Equal(group.NewElement().ScalarBaseMult(group.NewScalar().SetUint64(vote))), "%s: position %d", name, i)
			}
			at += blocks + len(row)
		}
		require.Equal(t, at, len(b.points))
	}
}

func TestBitVectorPropertyOfRandomRelations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		rel, bits := drawRelation(rt)
		b := vote(t, rel, rapid.IntRange(1, 5).Draw(rt, "width"), bits)
		require.NoError(rt, b.verify(b.prove()))
		// The same bits break the same rules once one constant is changed.
		if n := len(rel.Constraints); n > 0 {
			rel.Constraints[rapid.IntRange(0, n-1).Draw(rt, "row")].Equals++
			v, err := NewBitVector([32]byte{1}, b.keys, rel)
			require.NoError(rt, err)
			b.v = v
			require.ErrorIs(rt, b.verify(b.prove()), ErrProof)
		}
	})
}

// drawRelation draws a relation and bits that satisfy it.
func drawRelation(t *rapid.T) (*Relation, []byte) {
	rel := &Relation{Bits: rapid.IntRange(1, 8).Draw(t, "bits")}
	bits := make([]byte, rel.Bits)
	for j := range bits {
		bits[j] = byte(rapid.IntRange(0, 1).Draw(t, "bit"))
	}
	row := func(least int64) (terms []Term) {
		for j := range bits {
			if c := rapid.Int64Range(least, 9).Draw(t, "coefficient"); c != 0 {
				terms = append(terms, Term{j, c})
			}
		}
		return terms
	}
	for range rapid.IntRange(1, 3).Draw(t, "contests") {
		rows := make([][]Term, rapid.IntRange(1, 4).Draw(t, "positions"))
		for i := range rows {
			rows[i] = row(0)
		}
		rel.Contests = append(rel.Contests, rows)
	}
	for range rapid.IntRange(0, 3).Draw(t, "constraints") {
		terms := row(-9)
		rel.Constraints = append(rel.Constraints, Constraint{terms, dot(terms, bits)})
	}
	return rel, bits
}

// TestBitVectorBeyondTheTables has more bits than there are fixed-base tables.
func TestBitVectorBeyondTheTables(t *testing.T) {
	t.Parallel()
	const n = maxTables + 40
	rel := &Relation{Bits: n, Contests: [][][]Term{{nil}}}
	for j := range n {
		rel.Contests[0][0] = append(rel.Contests[0][0], Term{j, 1})
	}
	pk, _ := testKeys(t, 1)
	v, err := NewBitVector([32]byte{1}, pk, rel)
	require.NoError(t, err)
	b := make([]byte, n)
	b[1], b[n-1] = 1, 1
	r := randomScalars(1)
	ct := v.Encrypt(b, r)
	proof := v.Prove(nil, ct, b, r, &[32]byte{9})
	require.NoError(t, Check(pk, func(c *Claim) error { return v.Verify(c, nil, ct, decodeAll(t, ct), proof) }))
	b[n-1] = 0
	wrong := v.Prove(nil, ct, b, r, &[32]byte{9})
	require.Error(t, Check(pk, func(c *Claim) error { return v.Verify(c, nil, ct, decodeAll(t, ct), wrong) }))
}
