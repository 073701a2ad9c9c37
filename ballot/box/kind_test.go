package box

import (
	"bytes"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func kinds(ks ...Kind) []Kind { return ks }

func feed(g *Grammar, ks []Kind) error {
	for _, k := range ks {
		if err := g.Next(entry(k, "body")); err != nil {
			return err
		}
	}
	return nil
}

func TestGrammarRefuses(t *testing.T) {
	t.Parallel()
	open := slices.Clip(kinds(Manifest, Ceremony, Opening))
	closed := slices.Clip(append(open, Ballot, Closing))
	done := append(closed, Mix, Tally, Result)
	for name, tc := range map[string]struct {
		before []Kind
		entry  []byte
		text   string
	}{
		"nothing":                         {nil, nil, "empty"},
		"zero bytes":                      {open, []byte{}, "empty"},
		"kind 0":                          {open, []byte{0, 1}, "unknown kind 0"},
		"kind 11":                         {open, []byte{11}, "unknown kind 11"},
		"kind 255":                        {open, []byte{255}, "unknown kind 255"},
		"65,536 bytes":                    {open, append([]byte{byte(Ballot)}, make([]byte, MaxEntry)...), "at most 65535"},
		"a ballot first":                  {nil, entry(Ballot, ""), "ballot is out of order: a log starts with the manifest"},
		"the opening first":               {nil, entry(Opening, ""), "starts with the manifest"},
		"two manifests":                   {kinds(Manifest), entry(Manifest, ""), "after manifest comes ceremony"},
		"an opening without a ceremony":   {kinds(Manifest), entry(Opening, ""), "after manifest comes ceremony"},
		"a second ceremony":               {kinds(Manifest, Ceremony), entry(Ceremony, ""), "after ceremony comes opening"},
		"a ballot before the opening":     {kinds(Manifest, Ceremony), entry(Ballot, ""), "after ceremony comes opening"},
		"a closing before the opening":    {kinds(Manifest, Ceremony), entry(Closing, ""), "after ceremony comes opening"},
		"a second opening":                {open, entry(Opening, ""), "after opening comes promise or ballot or challenge or closing"},
		"a late manifest":                 {append(open, Ballot), entry(Manifest, ""), "after ballot comes"},
		"a late ceremony":                 {append(open, Promise), entry(Ceremony, ""), "after promise comes"},
		"an opening after a challenge":    {append(open, Challenge), entry(Opening, ""), "after challenge comes"},
		"a mix before the closing":        {append(open, Ballot), entry(Mix, ""), "mix is out of order"},
		"a tally before the closing":      {append(open, Ballot), entry(Tally, ""), "tally is out of order"},
		"a result before the closing":     {open, entry(Result, ""), "result is out of order"},
		"a ballot after the closing":      {closed, entry(Ballot, ""), "after closing comes mix or tally"},
		"a promise after the closing":     {closed, entry(Promise, ""), "after closing comes mix or tally"},
		"a challenge after a mix":         {append(closed, Mix), entry(Challenge, ""), "after mix comes mix or tally"},
		"a second closing":                {closed, entry(Closing, ""), "after closing comes mix or tally"},
		"a result without a tally":        {append(closed, Mix), entry(Result, ""), "after mix comes mix or tally"},
		"a mix after the tally":           {append(closed, Tally), entry(Mix, ""), "after tally comes result"},
		"a second tally":                  {append(closed, Tally), entry(Tally, ""), "after tally comes result"},
		"a second result":                 {done, entry(Result, ""), "nothing follows the result"},
		"a ballot after the result":       {done, entry(Ballot, ""), "nothing follows the result"},
		"a new election after the result": {done, entry(Manifest, ""), "nothing follows the result"},
	} {
		var g Grammar
		require.NoError(t, feed(&g, tc.before), name)
		before := g
		require.ErrorContains(t, g.Next(tc.entry), tc.text, name)
		require.Equal(t, before, g, "%s: a refused entry changes nothing", name)
	}
}

func TestGrammarOfAnElection(t *testing.T) {
	t.Parallel()
	var g Grammar
	list := complete()
	for i, e := range list {
		require.False(t, g.Complete())
		require.Equal(t, i > 6, g.Closed(), i)
		require.NoError(t, g.Next(e))
	}
	require.True(t, g.Complete())
	require.True(t, g.Closed())
	require.NoError(t, feed(new(Grammar), kinds(Manifest, Ceremony, Opening, Closing, Tally, Result)), "an election without voters")
	longest := append([]byte{byte(Manifest)}, make([]byte, MaxEntry-1)...)
	require.NoError(t, new(Grammar).Next(longest))
}

// The grammar is that of section 2, written as a regular expression over the kinds.
func TestGrammarIsARegularLanguage(t *testing.T) {
	t.Parallel()
	language := regexp.MustCompile("^(\x01(\x02(\x03[\x04\x05\x06]*(\x07\x08*(\x09(\x0a)?)?)?)?)?)?$")
	rapid.Check(t, func(t *rapid.T) {
		var g Grammar
		var accepted []byte
		for _, k := range rapid.SliceOfN(rapid.ByteRange(0, 11), 0, 60).Draw(t, "kinds") {
			want := language.Match(append(bytes.Clone(accepted), k))
			require.Equal(t, want, g.Next([]byte{k}) == nil, "%d after %v", k, accepted)
			if want {
				accepted = append(accepted, k)
			}
		}
	})
}

func TestKindNames(t *testing.T) {
	t.Parallel()
	require.Equal(t, "manifest", Manifest.String())
	require.Equal(t, "result", Result.String())
	require.EqualValues(t, 10, Result)
	require.Equal(t, "kind 0", Kind(0).String())
	require.Equal(t, "kind 11", Kind(11).String())
}
