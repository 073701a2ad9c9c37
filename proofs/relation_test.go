package proofs

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func oneRow(terms ...Term) *Relation {
	return &Relation{Bits: 4, Contests: [][][]Term{{terms}}}
}

func oneConstraint(equals int64, terms ...Term) *Relation {
	r := oneRow(Term{0, 1})
	r.Constraints = []Constraint{{terms, equals}}
	return r
}

func many(n int) *Relation {
	r := &Relation{Bits: MaxBits, Contests: [][][]Term{make([][]Term, n)}}
	for i := range n {
		r.Contests[0][i] = []Term{{i % MaxBits, 1}}
	}
	return r
}

func TestRelationCheckRefuses(t *testing.T) {
	t.Parallel()
	full := make([]Term, MaxBits)
	for j := range full {
		full[j] = Term{j, 1}
	}
	dense := many(1)
	for range maxTerms/MaxBits + 1 {
		dense.Constraints = append(dense.Constraints, Constraint{full, 1})
	}
	for name, r := range map[string]*Relation{
		"no bits":                               {Contests: [][][]Term{{{}}}},
		"negative bits":                         {Bits: -1, Contests: [][][]Term{{{}}}},
		"too many bits":                         {Bits: MaxBits + 1, Contests: [][][]Term{{{}}}},
		"no contests":                           {Bits: 1},
		"a contest without positions":           {Bits: 1, Contests: [][][]Term{{{{0, 1}}}, {}}},
		"too many positions":                    many(MaxPositions + 1),
		"too many terms":                        dense,
		"too many empty rows":                   {Bits: 1, Contests: [][][]Term{{{}}}, Constraints: make([]Constraint, maxTerms)},
		"unknown bit":                           oneRow(Term{4, 1}),
		"negative bit":                          oneRow(Term{-1, 1}),
		"bit twice":                             oneRow(Term{1, 1}, Term{1, 1}),
		"bits descend":                          oneRow(Term{2, 1}, Term{1, 1}),
		"vote's coefficient is zero":            oneRow(Term{0, 0}),
		"vote's coefficient is negative":        oneRow(Term{0, -1}),
		"vote's coefficient is the least int":   oneRow(Term{0, math.MinInt64}),
		"vote's coefficient is 2^40":            oneRow(Term{0, 1 << 40}),
		"votes add up to 2^40":                  oneRow(Term{0, 1 << 39}, Term{1, 1 << 39}),
		"votes overflow":                        oneRow(Term{0, math.MaxInt64}, Term{1, math.MaxInt64}, Term{2, 2}),
		"constraint of an unknown bit":          oneConstraint(0, Term{4, 1}),
		"constraint with a bit twice":           oneConstraint(0, Term{1, 1}, Term{1, -1}),
		"constraint with a zero":                oneConstraint(0, Term{1, 0}),
		"constraint of 2^62":                    oneConstraint(0, Term{0, 1 << 62}),
		"constraint of −2^62":                   oneConstraint(0, Term{0, -1 << 62}),
		"constraint of the least int":           oneConstraint(0, Term{0, math.MinInt64}),
		"constant of the least int":             oneConstraint(math.MinInt64, Term{0, 1}),
		"constant of 2^62":                      oneConstraint(1<<62, Term{0, 1}),
		"row and constant add up to 2^62":       oneConstraint(1<<61, Term{0, 1 << 61}),
		"cancelling row adds up to 2^62":        oneConstraint(0, Term{0, 1 << 61}, Term{1, -1 << 61}),
		"four coefficients wrap to a small sum": oneConstraint(0, Term{0, math.MaxInt64}, Term{1, math.MaxInt64}, Term{2, math.MaxInt64}, Term{3, math.MaxInt64}),
	} {
		require.Error(t, r.Check(), name)
		keys, _ := testKeys(t, 1)
		_, err := NewBitVector([32]byte{}, keys, r)
		require.Error(t, err, name)
	}
}

func TestRelationCheckAccepts(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]*Relation{
		"the largest":                     many(MaxPositions),
		"votes up to 2^40 − 1":            oneRow(Term{0, 1 << 39}, Term{1, 1<<39 - 1}),
		"constraint below 2^62":           oneConstraint(1<<61, Term{0, 1<<61 - 1}),
		"constraint without bits":         oneConstraint(0),
		"constraint that nobody can meet": oneConstraint(5),
		"row without bits":                oneRow(),
	} {
		require.NoError(t, r.Check(), name)
	}
	for name, f := range families() {
		require.NoError(t, f.rel.Check(), name)
		require.NoError(t, f.rel.Satisfied(f.bits), name)
	}
}

func TestSatisfiedRefuses(t *testing.T) {
	t.Parallel()
	for name, bits := range map[string][]byte{
		"none chosen":     {0, 0, 0, 0, 1, 1},
		"slack too small": {1, 0, 0, 0, 0, 0},
		"slack too large": {1, 1, 1, 1, 1, 0},
		"a two":           {2, 0, 0, 0, 0, 1},
		"too few bits":    {1, 0, 0, 0, 1},
		"too many bits":   {1, 0, 0, 0, 1, 1, 0},
		"no bits":         nil,
	} {
		require.Error(t, ofFour().Satisfied(bits), name)
	}
}

func TestVotesAndMaxVote(t *testing.T) {
	t.Parallel()
	r := &Relation{Bits: 3, Contests: [][][]Term{{{{0, 1}, {1, 2}}, {}}, {{{2, 7}}}}}
	require.Equal(t, [][]uint64{{3, 0}, {0}}, r.Votes([]byte{1, 1, 0}))
	require.Equal(t, [][]uint64{{2, 0}, {7}}, r.Votes([]byte{0, 1, 1}))
	require.EqualValues(t, 3, r.MaxVote(0, 0))
	require.EqualValues(t, 0, r.MaxVote(0, 1))
	require.EqualValues(t, 7, r.MaxVote(1, 0))
	require.Equal(t, 3, r.Positions())
}

// TestRelationDigestCoversEverything: relations that differ in one number, or
// only in where a row belongs, have different digests.
func TestRelationDigestCoversEverything(t *testing.T) {
	t.Parallel()
	row := []Term{{0, 1}}
	seen := map[[32]byte]string{}
	for name, r := range map[string]*Relation{
		"plain":                  {2, [][][]Term{{row, row}}, nil},
		"two contests":           {2, [][][]Term{{row}, {row}}, nil},
		"more bits":              {3, [][][]Term{{row, row}}, nil},
		"a position more":        {2, [][][]Term{{row, row, nil}}, nil},
		"other bit":              {2, [][][]Term{{row, {{1, 1}}}}, nil},
		"other coefficient":      {2, [][][]Term{{row, {{0, 2}}}}, nil},
		"two terms":              {2, [][][]Term{{row, {{0, 1}, {1, 1}}}}, nil},
		"a constraint":           {2, [][][]Term{{row, row}}, []Constraint{{row, 1}}},
		"other constant":         {2, [][][]Term{{row, row}}, []Constraint{{row, 0}}},
		"negative constant":      {2, [][][]Term{{row, row}}, []Constraint{{row, -1}}},
		"constraint for a row":   {2, [][][]Term{{row}}, []Constraint{{row, 0}}},
		"constraint twice":       {2, [][][]Term{{row, row}}, []Constraint{{row, 1}, {row, 1}}},
		"constraint of no terms": {2, [][][]Term{{row, row}}, []Constraint{{nil, 1}}},
	} {
		d := r.digest()
		require.Empty(t, seen[d], "%s", name)
		seen[d] = name
	}
}
