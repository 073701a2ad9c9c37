package ballot

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"veche.example/proofs"
)

func num(n int) *int { return &n }

// makeContest compiles a contest with options o0, o1, …; lists[i] candidates stand on
// option i.
func makeContest(rule Rule, options int, lists ...int) (*Contest, error) {
	c := &Contest{ID: "c", Title: "Contest", Rule: rule}
	for i := range options {
		o := Option{ID: fmt.Sprintf("o%d", i), Name: fmt.Sprintf("Option %d", i)}
		if i < len(lists) {
			for j := range lists[i] {
				o.Candidates = append(o.Candidates, Candidate{fmt.Sprintf("o%d-%d", i, j), "Candidate"})
			}
		}
		c.Options = append(c.Options, o)
	}
	p := &problems{}
	c.check(p, "contest")
	return c, p.err()
}

func mustContest(t testing.TB, rule Rule, options int, lists ...int) *Contest {
	c, err := makeContest(rule, options, lists...)
	require.NoError(t, err)
	return c
}

func relationOf(c *Contest) *proofs.Relation {
	r := &proofs.Relation{}
	c.scheme.build().appendTo(r)
	return r
}

func total(v []uint64) (sum uint64) {
	for _, x := range v {
		sum += x
	}
	return sum
}

// pick is the choice of the options with v_i = 1 and blank at position n.
func pick(c *Contest, v []uint64) Choice {
	n := len(c.Options)
	if len(v) > n && v[n] == 1 {
		return Choice{Blank: true}
	}
	var ch Choice
	for i, o := range c.Options {
		if v[i] == 1 {
			ch.Selected = append(ch.Selected, o.ID)
		}
	}
	return ch
}

func give(c *Contest, v []uint64) Choice {
	ch := Choice{Scores: map[string]uint64{}}
	for i, o := range c.Options {
		ch.Scores[o.ID] = v[i]
	}
	return ch
}

func rankBy(c *Contest, wins []uint64) Choice {
	order := slices.Clone(c.Options)
	index := func(o Option) int { return slices.IndexFunc(c.Options, func(p Option) bool { return p.ID == o.ID }) }
	slices.SortStableFunc(order, func(a, b Option) int { return int(wins[index(b)]) - int(wins[index(a)]) })
	var ch Choice
	for _, o := range order {
		ch.Ranking = append(ch.Ranking, o.ID)
	}
	return ch
}

// wins counts the comparisons that each of n options wins in a pairwise vote.
func wins(n int, v []uint64) []uint64 {
	w := make([]uint64, n)
	at := 0
	for i := range n {
		for j := i + 1; j < n; j++ {
			w[i] += v[at]
			w[j] += 1 - v[at]
			at++
		}
	}
	return w
}

func isPermutation(v []uint64, of ...uint64) bool {
	a, b := slices.Clone(v), slices.Clone(of)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// The cases state independently of the compiler which votes are legal, and which
// choice is meant by one.
var ruleCases = []struct {
	name    string
	rule    Rule
	options int
	lists   []int
	legal   func(v []uint64) bool
	choice  func(c *Contest, v []uint64) Choice
}{
	{"one of 4", Rule{Type: OneOfN}, 4, nil, func(v []uint64) bool { return total(v) == 1 }, pick},
	{"one of 3 or blank", Rule{Type: OneOfN, Blank: true}, 3, nil, func(v []uint64) bool { return total(v) == 1 }, pick},
	{"one of 1 or blank", Rule{Type: OneOfN, Blank: true}, 1, nil, func(v []uint64) bool { return total(v) == 1 }, pick},
	{"1 to 3 of 5", Rule{Type: KOfN, Min: num(1), Max: num(3)}, 5, nil, func(v []uint64) bool { return total(v) >= 1 && total(v) <= 3 }, pick},
	{"0 to 2 of 4", Rule{Type: KOfN, Min: num(0), Max: num(2)}, 4, nil, func(v []uint64) bool { return total(v) <= 2 }, pick},
	{"exactly 2 of 4", Rule{Type: KOfN, Min: num(2), Max: num(2)}, 4, nil, func(v []uint64) bool { return total(v) == 2 }, pick},
	{"0 to 3 of 3", Rule{Type: KOfN, Min: num(0), Max: num(3)}, 3, nil, func([]uint64) bool { return true }, pick},
	{"2 to 4 of 5 or blank", Rule{Type: KOfN, Min: num(2), Max: num(4), Blank: true}, 5, nil,
		func(v []uint64) bool {
			return v[5] == 1 && total(v) == 1 || v[5] == 0 && total(v) >= 2 && total(v) <= 4
		}, pick},
	{"all 3 of 3 or blank", Rule{Type: KOfN, Min: num(3), Max: num(3), Blank: true}, 3, nil,
		func(v []uint64) bool { return v[3] == 1 && total(v) == 1 || v[3] == 0 && total(v) == 3 }, pick},
	{"approval of 4", Rule{Type: Approval}, 4, nil, func([]uint64) bool { return true }, pick},
	{"approval of 1", Rule{Type: Approval}, 1, nil, func([]uint64) bool { return true }, pick},
	{"score 0 to 5", Rule{Type: Score, Max: num(5)}, 3, nil, func([]uint64) bool { return true }, give},
	{"score 0 to 8", Rule{Type: Score, Max: num(8)}, 2, nil, func([]uint64) bool { return true }, give},
	{"score 0 to 1", Rule{Type: Score, Max: num(1)}, 3, nil, func([]uint64) bool { return true }, give},
	{"cumulative, up to 5 points, 3 each", Rule{Type: Cumulative, PerOption: num(3), Total: num(5)}, 3, nil,
		func(v []uint64) bool { return total(v) <= 5 }, give},
	{"cumulative, exactly 4 points, 4 each", Rule{Type: Cumulative, PerOption: num(4), Total: num(4), Exact: true}, 3, nil,
		func(v []uint64) bool { return total(v) == 4 }, give},
	{"quadratic, budget 9", Rule{Type: Quadratic, Budget: num(9)}, 3, nil,
		func(v []uint64) bool { return v[0]*v[0]+v[1]*v[1]+v[2]*v[2] <= 9 }, give},
	{"quadratic, budget 8", Rule{Type: Quadratic, Budget: num(8)}, 3, nil,
		func(v []uint64) bool { return v[0]*v[0]+v[1]*v[1]+v[2]*v[2] <= 8 }, give},
	{"lists of 2 and 3, up to 2 preferences, or blank", Rule{Type: PartyList, Preferences: num(2), Blank: true}, 2, []int{2, 3},
		func(v []uint64) bool {
			a, b := total(v[2:4]), total(v[4:7])
			return total(v[:2])+v[7] == 1 && a <= 2*v[0] && b <= 2*v[1]
		}, pickList},
	{"lists of 0, 1 and 3, up to 3 preferences", Rule{Type: PartyList, Preferences: num(3)}, 3, []int{0, 1, 3},
		func(v []uint64) bool {
			return total(v[:3]) == 1 && v[3] <= v[1] && total(v[4:7]) <= 3*v[2]
		}, pickList},
	{"borda of 4", Rule{Type: Borda}, 4, nil, func(v []uint64) bool { return isPermutation(v, 3, 2, 1, 0) }, rankBy},
	{"borda of 2", Rule{Type: Borda}, 2, nil, func(v []uint64) bool { return isPermutation(v, 1, 0) }, rankBy},
	{"positional 5 2 2", Rule{Type: Positional, Points: []int{5, 2, 2}}, 3, nil,
		func(v []uint64) bool { return isPermutation(v, 5, 2, 2) }, rankBy},
	{"pairwise of 2", Rule{Type: Pairwise}, 2, nil, func([]uint64) bool { return true },
		func(c *Contest, v []uint64) Choice { return rankBy(c, wins(2, v)) }},
	{"pairwise of 3", Rule{Type: Pairwise}, 3, nil, func(v []uint64) bool { return isPermutation(wins(3, v), 2, 1, 0) },
		func(c *Contest, v []uint64) Choice { return rankBy(c, wins(3, v)) }},
	{"pairwise of 4", Rule{Type: Pairwise}, 4, nil, func(v []uint64) bool { return isPermutation(wins(4, v), 3, 2, 1, 0) },
		func(c *Contest, v []uint64) Choice { return rankBy(c, wins(4, v)) }},
}

func pickList(c *Contest, v []uint64) Choice {
	if c.Rule.Blank && v[len(v)-1] == 1 {
		return Choice{Blank: true}
	}
	ch := Choice{}
	at := len(c.Options)
	for i, o := range c.Options {
		if v[i] == 1 {
			ch.List = o.ID
		}
		for _, candidate := range o.Candidates {
			if v[at] == 1 {
				ch.Selected = append(ch.Selected, candidate.ID)
			}
			at++
		}
	}
	return ch
}

// eachBits calls f with every bit string of length m; f must not keep it.
func eachBits(m int, f func(bits []byte)) {
	bits := make([]byte, m)
	for x := range 1 << m {
		for j := range bits {
			bits[j] = byte(x >> j & 1)
		}
		f(bits)
	}
}

// eachVote calls f with every vector within the outputs' maxima.
func eachVote(outputs []Output, f func(v []uint64)) {
	v := make([]uint64, len(outputs))
	for {
		f(v)
		i := 0
		for ; i < len(v) && v[i] == outputs[i].Max; i++ {
			v[i] = 0
		}
		if i == len(v) {
			return
		}
		v[i]++
	}
}

func TestTheConstraintsAdmitExactlyTheLegalVotes(t *testing.T) {
	t.Parallel()
	for _, tc := range ruleCases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := mustContest(t, tc.rule, tc.options, tc.lists...)
			rel := relationOf(c)
			require.LessOrEqual(t, rel.Bits, 18)
			require.Equal(t, c.scheme.bits(), rel.Bits)

			admitted := map[string]bool{}
			eachBits(rel.Bits, func(bits []byte) {
				if rel.Satisfied(bits) == nil {
					admitted[fmt.Sprint(rel.Votes(bits)[0])] = true
				}
			})
			legal := map[string]bool{}
			eachVote(c.Outputs(), func(v []uint64) {
				if tc.legal(v) {
					legal[fmt.Sprint(v)] = true
				}
			})
			require.Equal(t, legal, admitted)
			require.Greater(t, len(legal), 1)
		})
	}
}

func TestEveryLegalVoteHasItsEncoding(t *testing.T) {
	t.Parallel()
	for _, tc := range ruleCases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := mustContest(t, tc.rule, tc.options, tc.lists...)
			rel := relationOf(c)
			eachVote(c.Outputs(), func(v []uint64) {
				bits, err := c.Encode(tc.choice(c, v))
				if !tc.legal(v) {
					if err == nil { // the helper may have turned it into another, legal choice
						require.NotEqual(t, v, rel.Votes(bits)[0])
					}
					return
				}
				require.NoError(t, err)
				require.NoError(t, rel.Satisfied(bits))
				require.Equal(t, v, rel.Votes(bits)[0])
				again, err := c.Encode(c.scheme.decode(c, bits))
				require.NoError(t, err)
				require.Equal(t, bits, again)
			})
		})
	}
}

func TestOutputsNamePositionsAndBoundThem(t *testing.T) {
	t.Parallel()
	c := mustContest(t, Rule{Type: PartyList, Preferences: num(1), Blank: true}, 2, 1, 1)
	require.Equal(t, []Output{
		{"o0", "Option 0", 1}, {"o1", "Option 1", 1}, {"o0-0", "Candidate", 1}, {"o1-0", "Candidate", 1}, {"blank", "Blank", 1},
	}, c.Outputs())
	c = mustContest(t, Rule{Type: Pairwise}, 3)
	require.Equal(t, []Output{
		{"o0>o1", "Option 0 over Option 1", 1}, {"o0>o2", "Option 0 over Option 2", 1}, {"o1>o2", "Option 1 over Option 2", 1},
	}, c.Outputs())
	for _, tc := range ruleCases {
		c := mustContest(t, tc.rule, tc.options, tc.lists...)
		rel := relationOf(c)
		require.Len(t, rel.Contests[0], len(c.Outputs()))
		for i, o := range c.Outputs() {
			require.LessOrEqual(t, o.Max, rel.MaxVote(0, i), tc.name)
		}
	}
}

func TestWeightsReachEveryValueGreedily(t *testing.T) {
	t.Parallel()
	require.Empty(t, weightsFor(0))
	require.Equal(t, weights{1}, weightsFor(1))
	require.Equal(t, weights{1, 1}, weightsFor(2))
	require.Equal(t, weights{1, 2, 2}, weightsFor(5))
	require.Equal(t, weights{1, 2, 4}, weightsFor(7))
	require.Equal(t, weights{1, 2, 4, 1}, weightsFor(8))
	for s := range uint64(300) {
		w := weightsFor(s)
		require.Equal(t, s, total(w))
		for v := range s + 1 {
			bits := make([]byte, len(w))
			w.encode(v, bits)
			require.Equal(t, v, w.decode(bits))
		}
	}
	bits := make([]byte, 4)
	weightsFor(8).encode(1, bits)
	require.Equal(t, []byte{0, 0, 0, 1}, bits, "the last weight is tried first")
}

// TestLargeContests draws big contests and legal choices in them.
func TestLargeContests(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, choice := drawContest(t)
		rel := relationOf(c)
		if err := rel.Check(); err != nil {
			t.Fatal(err)
		}
		bits, err := c.Encode(choice)
		if err != nil {
			t.Fatal(err)
		}
		if err := rel.Satisfied(bits); err != nil {
			t.Fatal(err)
		}
		again, err := c.Encode(c.scheme.decode(c, bits))
		if err != nil || !slices.Equal(bits, again) {
			t.Fatal("decoding and encoding again gives other bits", err)
		}
		for i, v := range rel.Votes(bits)[0] {
			if v > c.Outputs()[i].Max {
				t.Fatalf("position %d: %d votes", i, v)
			}
		}
	})
}

func drawContest(t *rapid.T) (*Contest, Choice) {
	n := rapid.IntRange(2, 23).Draw(t, "options")
	shuffled := rapid.Permutation(slices.Collect(func(yield func(string) bool) {
		for i := range n {
			if !yield(fmt.Sprintf("o%d", i)) {
				return
			}
		}
	})).Draw(t, "ranking")
	number := func(label string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(t, label) }
	rule := Rule{Type: rapid.SampledFrom([]string{KOfN, Score, Cumulative, Quadratic, Borda, Pairwise}).Draw(t, "type")}
	choice := Choice{}
	switch rule.Type {
	case KOfN:
		high := number("max", 1, n)
		low := number("min", 0, min(high, n-1))
		rule.Min, rule.Max = &low, &high
		choice.Selected = shuffled[:number("chosen", low, high)]
	case Score:
		high := number("max", 1, 1000)
		rule.Max = &high
		choice.Scores = map[string]uint64{shuffled[0]: uint64(number("score", 0, high)), shuffled[1]: uint64(high)}
	case Cumulative:
		each := number("each", 1, 50)
		all := number("total", each, n*each)
		rule.PerOption, rule.Total = &each, &all
		choice.Scores = map[string]uint64{}
		left := all
		for _, id := range shuffled {
			choice.Scores[id] = uint64(min(each, left))
			left -= min(each, left)
		}
	case Quadratic:
		budget := number("budget", 1, 400)
		rule.Budget = &budget
		choice.Scores = map[string]uint64{}
		left := budget
		for _, id := range shuffled {
			if v := number("votes", 0, 5); v*v <= left {
				choice.Scores[id] = uint64(v)
				left -= v * v
			}
		}
	default:
		choice.Ranking = shuffled
	}
	c, err := makeContest(rule, n)
	if err != nil {
		t.Fatal(err)
	}
	return c, choice
}
