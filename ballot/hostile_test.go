package ballot

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// upTo is parts 0, 1, … of about size bytes together.
func upTo(size int, part func(i int) string) string {
	var s strings.Builder
	for i := 0; s.Len() < size; i++ {
		s.WriteString(part(i))
	}
	return s.String()
}

func repeated(part string) func(int) string { return func(int) string { return part } }

// word is the i-th of distinct words of letters.
func word(i int) string {
	var s []byte
	for ; i > 0 || s == nil; i /= 26 {
		s = append(s, byte('a'+i%26))
	}
	return string(s)
}

// Shapes of manifests that are made to take long, of about size bytes.
var hostile = map[string]func(size int) string{
	"arrays in arrays":   func(size int) string { return `{"width":` + upTo(size, repeated("[")) },
	"objects in objects": func(size int) string { return upTo(size, repeated(`{"a":`)) },
	"many keys": func(size int) string {
		return "{" + upTo(size, func(i int) string { return `"` + word(i) + `":0,` }) + `"width":4}`
	},
	"one long key":        func(size int) string { return `{"` + upTo(size, repeated("a")) + `":0}` },
	"long keys":           func(size int) string { return upTo(size, repeated(`{"`+strings.Repeat("a", size/12)+`":`)) },
	"long string":         func(size int) string { return `{"id":"` + upTo(size, repeated("a")) + `"}` },
	"long number":         func(size int) string { return `{"width":` + upTo(size, repeated("9")) + `}` },
	"array of numbers":    func(size int) string { return `{"points":[` + upTo(size, repeated("0,")) + `0]}` },
	"array of strings":    func(size int) string { return `{"styles":[{"contests":[` + upTo(size, repeated(`"",`)) + `""]}]}` },
	"array of contests":   func(size int) string { return `{"contests":[` + upTo(size, repeated("{},")) + `{}]}` },
	"array of trustees":   func(size int) string { return `{"trustees":[` + upTo(size, repeated("{},")) + `{}]}` },
	"array of witnesses":  func(size int) string { return `{"witnesses":[` + upTo(size, repeated("{},")) + `{}]}` },
	"array of options":    func(size int) string { return `{"contests":[{"options":[` + upTo(size, repeated("{},")) + `{}]}]}` },
	"arrays of an option": func(size int) string { return `{"contests":[` + upTo(size, repeated(`{"options":[{}]},`)) + `{}]}` },
	"arrays below long keys": func(size int) string {
		const depth = maxJSONDepth - 2
		key := `{"` + strings.Repeat("a", maxJSONKey) + `":`
		return strings.Repeat(key, depth) + "[" + upTo(size, repeated("0,")) + "0]" + strings.Repeat("}", depth)
	},
	"an array below a very long key": func(size int) string {
		return `{"` + upTo(size/2, repeated("a")) + `":[` + upTo(size/2, repeated("0,")) + "0]}"
	},
}

// The work is measured by what is allocated, which is proportional: one path for every
// element would be quadratic. Not parallel, so that nothing else allocates.
func TestHostileManifestsTakeLinearWork(t *testing.T) {
	work := func(b string) float64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := ParseManifest([]byte(b))
		runtime.ReadMemStats(&after)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "at most 1048576", "too long to be parsed at all")
		require.Less(t, len(err.Error()), 32<<10)
		return float64(after.TotalAlloc - before.TotalAlloc)
	}
	for name, shape := range hostile {
		t.Run(name, func(t *testing.T) {
			half, full := work(shape(500_000)), work(shape(1_000_000))
			t.Logf("%.1f MB, %.1f MB", half/1e6, full/1e6)
			require.Less(t, full, 3*half+1e6)
			require.Less(t, full, 400e6)
		})
	}
}

func TestKeysHaveALimit(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("a", 64)
	_, err := ParseManifest([]byte(`{"` + key + `":0}`))
	require.ErrorContains(t, err, `unknown field "`+key+`"`)
	_, err = ParseManifest([]byte("{\n" + `"contests":[{"` + key + `b":0}]}`))
	require.ErrorContains(t, err, `line 2: "contests[0].aaaa`)
	require.ErrorContains(t, err, "no field name is longer than 64 bytes")
	_, err = ParseManifest([]byte(`{"":0}`))
	require.ErrorContains(t, err, "unknown field")
}

func TestOneHundredProblemsAreReported(t *testing.T) {
	t.Parallel()
	parse := func(faults int) string {
		m := draftManifest()
		m.Contests[1].Rule = Rule{Type: Approval}
		for i := range faults {
			m.Contests[1].Options = append(m.Contests[1].Options, Option{ID: fmt.Sprint("o", i), Name: " x"})
		}
		m.Contests[1].Options = append(m.Contests[1].Options, Option{ID: "x", Name: "X"})
		_, err := ParseManifest(encodeManifest(t, m))
		require.Error(t, err)
		return err.Error()
	}
	require.NotContains(t, parse(100), "and more")
	require.Equal(t, 100, strings.Count(parse(100), "begins or ends"))
	for _, faults := range []int{101, 4000} {
		require.Equal(t, 100, strings.Count(parse(faults), "\n"))
		require.Contains(t, parse(faults), "and more: these are the first 100 problems")
	}
}

// A contest that is wrong is not compiled, even if its problem is not listed any more.
func TestProblemsBeyondTheLimitAreProblems(t *testing.T) {
	t.Parallel()
	p := &problems{}
	for range 100 {
		p.add("x", "wrong")
	}
	c := &Contest{ID: "c", Title: "C", Rule: Rule{Type: "lot"}, Options: []Option{{ID: "a", Name: "A"}}}
	c.check(p, "contest")
	require.Nil(t, c.piece)
	require.Len(t, p.errs, 100)
	require.ErrorContains(t, p.err(), "and more")
	require.ErrorContains(t, errors.Join(p.errs...), "x: wrong")
}

// ballotsOf edits a manifest to have contests of a rule, and styles with all of them.
func ballotsOf(m *Manifest, rule Rule, options, contests, styles int) {
	m.Contests, m.Styles = nil, nil
	var all []string
	for i := range contests {
		c := &Contest{ID: word(i), Title: "C", Rule: rule}
		for j := range options {
			c.Options = append(c.Options, Option{ID: word(j), Name: "O"})
		}
		m.Contests, all = append(m.Contests, c), append(all, c.ID)
	}
	for i := range styles {
		m.Styles = append(m.Styles, Style{ID: word(i), Contests: all})
	}
}

func TestSizesOfStyles(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name                      string
		rule                      Rule
		options, contests, styles int
		says                      string
	}{
		{"as many bits as a contest can have", Rule{Type: Score, Max: num(255)}, 256, 1, 1, "styles[0].contests: make ballots of 78187 bytes, at most 65534 fit"},
		{"more bits", Rule{Type: Score, Max: num(255)}, 257, 1, 1, "contests[0].rule: needs 2056 bits, at most 2048"},
		{"as long as a ballot can be", Rule{Type: Score, Max: num(255)}, 214, 1, 1, ""},
		{"a score more", Rule{Type: Score, Max: num(255)}, 215, 1, 1, "styles[0].contests: make ballots of 65739 bytes, at most 65534 fit the ballot box"},
		{"as long as a ballot of two contests can be", Rule{Type: Score, Max: num(255)}, 107, 2, 1, ""},
		{"a score more in two contests", Rule{Type: Score, Max: num(255)}, 108, 2, 1, "styles[0].contests: make ballots of 66027 bytes, at most 65534"},
		{"many styles with small contests", Rule{Type: OneOfN}, 4, 100, 1024, ""},
		{"many styles with long ballots", Rule{Type: Borda}, 30, 2, 800, "styles: need 4416000 terms together, at most 4194304"},
		{"as many elements of mixed contests as possible", Rule{Type: OneOfMany, WriteIn: 28}, 1, 256, 1, ""},
		{"some in two contests", Rule{Type: OneOfMany, WriteIn: 298}, 1, 51, 100, ""},
		{"more elements of mixed contests", Rule{Type: OneOfMany, WriteIn: 300}, 1, 47, 1, "styles[0].contests: need 517 elements of mixed contests together, at most 512"},
		{"many mixed contests in many styles", Rule{Type: Ranked, Min: num(0), Max: num(1)}, 2, 200, 200, ""},
		{"as many options of many as possible", Rule{Type: OneOfMany}, 4096, 1, 1, ""},
		{"an option of many too many", Rule{Type: OneOfMany}, 4097, 1, 1, "contests[0].options: 4097 options"},
		{"as many contests of the most terms as possible", Rule{Type: Pairwise}, 23, 256, 1, "styles[0].contests: make ballots of 19702123 bytes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := draftManifest()
			ballotsOf(m, tc.rule, tc.options, tc.contests, tc.styles)
			if m.Contests[0].Mixed() {
				m.Mixers, m.Mixes = []Party{{ID: "m", Name: "M", Key: hexKey(401)}}, 1
			}
			b, err := json.Marshal(m)
			require.NoError(t, err)
			parsed, err := ParseManifest(b)
			if tc.says != "" {
				require.ErrorContains(t, err, tc.says)
				return
			}
			require.NoError(t, err)
			e, _ := newElection(t, parsed, [32]byte{})
			require.Len(t, e.papers, tc.styles)
		})
	}
}

// The manifest is refused for a length that ballots really have.
func TestBallotSizeBeforeThereIsAKey(t *testing.T) {
	t.Parallel()
	for _, width := range []int{1, 2, 3, 7, 256} {
		for name, edit := range map[string]func(m *Manifest){
			"summed":       func(m *Manifest) {},
			"mixed too":    mixture,
			"mixed only":   func(m *Manifest) { mixture(m); m.Contests, m.Styles = mixedOf(m), nil },
			"many outputs": func(m *Manifest) { ballotsOf(m, Rule{Type: Approval}, 30, 3, 2) },
		} {
			m := draftManifest()
			edit(m)
			m.Width = width
			parsed, err := ParseManifest(encodeManifest(t, m))
			require.NoError(t, err)
			e, _ := newElection(t, parsed, [32]byte{})
			for style := range parsed.Styles {
				require.Equal(t, e.BallotSize(style), ballotSize(parsed.StyleContests(style), width), "%s, width %d", name, width)
			}
		}
	}
}

// mixedOf returns the mixed contests.
func mixedOf(m *Manifest) (out []*Contest) {
	for _, c := range m.Contests {
		if c.Mixed() {
			out = append(out, c)
		}
	}
	return out
}

// A bound of the terms bounds the bits.
func TestEveryBitIsInATerm(t *testing.T) {
	t.Parallel()
	for _, tc := range ruleCases {
		c := mustContest(t, tc.rule, tc.options, tc.lists...)
		met := make([]bool, c.piece.bits)
		terms := len(c.piece.rows) + len(c.piece.constraints)
		for _, row := range c.piece.rows {
			terms += len(row)
			for _, term := range row {
				met[term.Bit] = true
			}
		}
		for _, k := range c.piece.constraints {
			terms += len(k.Terms)
			for _, term := range k.Terms {
				met[term.Bit] = true
			}
		}
		require.NotContains(t, met, false, tc.name)
		require.Equal(t, terms, c.terms(), tc.name)
	}
}

// Styles share what a contest compiles to, and do not change it.
func TestStylesShareTheirContests(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 2, func(m *Manifest) {
		m.Styles[0].Contests = []string{"chair", "lists"}
		m.Styles[1].Contests = []string{"lists", "chair"}
	})
	for _, p := range f.papers {
		for k, c := range p.contests {
			require.Equal(t, c.scheme.build(), c.piece)
			require.Len(t, p.relation.Contests[k], len(c.piece.rows))
		}
		require.NoError(t, p.relation.Check())
	}
	first := f.papers[0].contests[0].piece
	require.Same(t, &first.rows[0][0], &f.papers[0].relation.Contests[0][0][0])
	require.NotSame(t, &first.rows[0][0], &f.papers[1].relation.Contests[1][0][0])
	require.Equal(t, first.rows[0][0].Bit+f.papers[1].bitsAt[1], f.papers[1].relation.Contests[1][0][0].Bit)
}
