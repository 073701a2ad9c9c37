package ballot

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// warned is what draftManifest after edit warns of with a roll of these voters.
func warned(t *testing.T, voters []Voter, edit func(m *Manifest)) []string {
	t.Helper()
	draft := draftManifest()
	draft.MinBallots = 10
	r, err := NewRoll(voters)
	require.NoError(t, err)
	hash := r.Hash()
	draft.Roll = RollID{Hash: hex.EncodeToString(hash[:]), Voters: r.Len()}
	edit(draft)
	m, err := ParseManifest(encodeManifest(t, draft))
	require.NoError(t, err)
	require.NoError(t, m.CheckRoll(r))
	return m.Warnings(r)
}

// electorate is n voters of a style and weight, with secret keys from x on.
func electorate(x uint64, n, style int, weight uint32) (out []Voter) {
	for i := range n {
		out = append(out, voter(x+uint64(i), style, weight))
	}
	return out
}

func TestWarningsSeeTheRoll(t *testing.T) {
	t.Parallel()
	ten := electorate(1, 10, 0, 1)
	both := append(electorate(101, 10, 1, 1), ten...)
	same := func(*Manifest) {}
	require.Empty(t, warned(t, both, same))
	for _, tc := range []struct {
		name   string
		voters []Voter
		edit   func(m *Manifest)
		says   []string
	}{
		{"nobody in a style", ten, same, []string{"styles with fewer than 10 voters: whoever knows how the others voted in their contests reads off how these did; merge styles: abroad (0 voters)"}},
		{"one in a style", append(electorate(101, 1, 1, 1), ten...), same, []string{"abroad (1 voter)"}},
		{"nine in a style", append(electorate(101, 9, 1, 1), ten...), same, []string{"abroad (9 voters)"}},
		{"nine in a contest", append(electorate(101, 20, 1, 1), electorate(1, 9, 0, 1)...), func(m *Manifest) { m.MinBallots = 0 },
			[]string{"min_ballots is 1", "home (9 voters)", "contests with fewer than 10 voters: their totals can say how single voters voted; merge contests: chair (9 voters)"}},
		{"too few for min_ballots", append(electorate(101, 5, 1, 1), electorate(1, 11, 0, 1)...), func(m *Manifest) { m.MinBallots = 12 },
			[]string{"abroad (5 voters)", "fewer voters than min_ballots, 12, are never decrypted: chair (11 voters)"}},
		{"two weights that few share", append(append(electorate(301, 1, 0, 7), electorate(401, 9, 1, 3)...), both...), same,
			[]string{"weights that fewer than 10 voters share: their votes may be read off the totals; round weights so that more voters share one: 3 (9 voters), 7 (1 voter)"}},
		{"weights that ten share", append(electorate(301, 10, 0, 7), both...), same, nil},
		{"scores that carry a mark", both, func(m *Manifest) { m.Contests[1].Rule = Rule{Type: Score, Max: num(1024)} },
			[]string{`contest "chair": one ballot can add up to 1024`}},
		{"points that carry a mark", both, func(m *Manifest) { m.Contests[1].Rule = Rule{Type: Positional, Points: []int{5000, 1, 0}} },
			[]string{`contest "chair": one ballot can add up to 5000`}},
		{"scores that carry none", both, func(m *Manifest) { m.Contests[1].Rule = Rule{Type: Score, Max: num(1023)} }, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := warned(t, tc.voters, tc.edit)
			require.Len(t, got, len(tc.says), "%q", got)
			for i := range got {
				require.Contains(t, got[i], tc.says[i])
			}
		})
	}
}

func TestWarningsAreShort(t *testing.T) {
	t.Parallel()
	voters := electorate(1, 10, 0, 1)
	for w := range 30 {
		voters = append(voters, voter(uint64(100+w), 1, uint32(1000+w)))
	}
	got := warned(t, voters, func(*Manifest) {})
	require.Len(t, got, 1)
	require.Contains(t, got[0], "1007 (1 voter) and 22 more")
	require.Equal(t, 8, strings.Count(got[0], "(1 voter)"))
}

func TestWarningsWithoutARoll(t *testing.T) {
	t.Parallel()
	draft := draftManifest()
	draft.Roll.Voters, draft.MinBallots = 10, 10
	warn := func() []string {
		m, err := ParseManifest(encodeManifest(t, draft))
		require.NoError(t, err)
		return m.Warnings(nil)
	}
	require.Empty(t, warn())
	draft.Witnesses = nil
	require.Len(t, warn(), 1)
	require.Contains(t, warn()[0], "name 1 more witnesses")
	draft.Threshold = 1
	require.Len(t, warn(), 2)
	require.Contains(t, warn()[1], "every single trustee")
	draft.Roll.Voters, draft.MinBallots = 9, 9
	require.Len(t, warn(), 4)
	require.Contains(t, warn()[2], "min_ballots is 9")
	require.Contains(t, warn()[3], "the roll has 9 voters")
}

func TestMinBallotsIsOneUnlessStated(t *testing.T) {
	t.Parallel()
	for stated, want := range map[int]int{0: 1, 1: 1, 3: 3} {
		draft := draftManifest()
		draft.MinBallots = stated
		b := encodeManifest(t, draft)
		require.Equal(t, stated > 0, strings.Contains(string(b), "min_ballots"))
		m, err := ParseManifest(b)
		require.NoError(t, err)
		require.Equal(t, want, m.MinBallots)
	}
}
