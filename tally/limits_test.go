package tally

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/elgamal"
	"veche.example/elgamal/threshold"
	"veche.example/mixnet"
	"veche.example/tally/count"
)

// constantOf reads a number of a package that does not export it.
func constantOf(t *testing.T, file, name string) int {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	for _, d := range f.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			continue
		}
		for _, s := range d.Specs {
			if s := s.(*ast.ValueSpec); s.Names[0].Name == name {
				v, err := types.Eval(token.NewFileSet(), nil, token.NoPos, types.ExprString(s.Values[0]))
				require.NoError(t, err)
				n, exact := constant.Int64Val(v.Value)
				require.True(t, exact)
				return int(n)
			}
		}
	}
	t.Fatalf("%s has no constant %s", file, name)
	return 0
}

// Packages that do not import one another repeat some limits. A manifest must not allow
// what a mix, a count or the log refuses when the election has ended.
func TestLimitsThatPackagesShare(t *testing.T) {
	t.Parallel()
	of := func(file, name string) int { return constantOf(t, "../"+file, name) }
	for name, tc := range map[string]struct{ got, want int }{
		"rows of a mix":                  {of("ballot/cohort.go", "maxRows"), mixnet.MaxRows},
		"elements of a mix":              {of("ballot/cohort.go", "maxElements"), mixnet.MaxElements},
		"places of a ranked count":       {of("ballot/cohort.go", "maxRankings"), count.MaxRankings},
		"seats":                          {ballot.MaxSeats, count.MaxSeats},
		"trustees":                       {ballot.MaxTrustees, threshold.MaxTrustees},
		"a ballot and its kind":          {1 + ballot.MaxBallot, box.MaxEntry},
		"messages of the ceremony":       {of("tally/record/layout.go", "maxMessage"), of("elgamal/threshold/message.go", "maxMessage")},
		"times of promises and closings": {of("tally/record/closing.go", "maxTime"), of("ballot/promise.go", "maxTime")},
	} {
		require.Equal(t, tc.want, tc.got, name)
	}
	const id = 64 // bytes, docs/spec/manifest.md
	for name, tc := range map[string]struct{ least, most int }{
		"options of a ranked contest": {of("ballot/rule_ranked.go", "maxRanked"), count.MaxCandidates},
		"options":                     {ballot.MaxOptions, count.MaxLists},
		"an option's id":              {id, count.MaxID},
		"a contest's id in a mix":     {id, of("mixnet/material.go", "maxContest")},
		"a contest's id in a list":    {id, of("elgamal/threshold/decryption.go", "maxContest")},
		"a total":                     {1<<40 - 1, elgamal.MaxLog},
		"all weights":                 {1 << 40, count.MaxWeight},
	} {
		require.LessOrEqual(t, tc.least, tc.most, name)
	}
}
