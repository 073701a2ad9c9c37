package count

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestElect(t *testing.T) {
	t.Parallel()
	totals := []Tally{{"ann", 7}, {"ben", 12}, {"cay", 7}, {"dan", 3}, {"eve", 7}, {"fay", 0}}
	for name, c := range map[string]struct {
		seats int
		ties  TieBreak
		want  []string
		open  []string
	}{
		"one seat":                      {1, Report, []string{"ben"}, nil},
		"two of four, tie reported":     {2, Report, []string{"ben"}, []string{"ann", "cay", "eve"}},
		"three of four, tie reported":   {3, Report, []string{"ben"}, []string{"ann", "cay", "eve"}},
		"four seats, equals all in":     {4, Report, []string{"ben", "ann", "cay", "eve"}, nil},
		"more votes cannot break votes": {3, MoreVotes, []string{"ben"}, []string{"ann", "cay", "eve"}},
		"listed order":                  {3, ListedOrder, []string{"ben", "ann", "cay"}, nil},
		"as many seats as options":      {6, Report, []string{"ben", "ann", "cay", "eve", "dan", "fay"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Elect(totals, c.seats, c.ties, [32]byte{})
			require.NoError(t, err)
			require.Equal(t, c.want, r.Elected())
			if c.open == nil {
				require.True(t, r.Tie == nil || len(r.Tie.Open) == 0)
				return
			}
			require.Equal(t, c.open, r.Tie.Open)
			require.Equal(t, c.seats-1, r.Tie.Seats)
		})
	}
}

func TestElectRanks(t *testing.T) {
	t.Parallel()
	r, err := Elect(named(5, 9, 5, 5, 1), 2, Report, [32]byte{})
	require.NoError(t, err)
	require.Equal(t, []Place{{"B", 9, 1, true}, {"A", 5, 2, false}, {"C", 5, 2, false}, {"D", 5, 2, false}, {"E", 1, 5, false}}, r.Places)
}

func TestElectDraws(t *testing.T) {
	t.Parallel()
	outcomes := map[string]bool{}
	for s := range byte(64) {
		r, err := Elect(named(5, 5, 5), 2, Draw, [32]byte{s})
		require.NoError(t, err)
		require.Len(t, r.Elected(), 2)
		require.Empty(t, r.Tie.Open)
		outcomes[r.Elected()[0]+r.Elected()[1]] = true
	}
	require.Len(t, outcomes, 3)
}

func TestReferendumTieIsNeverSilent(t *testing.T) {
	t.Parallel()
	for _, votes := range []uint64{0, 1, 1 << 40} {
		r, err := Elect([]Tally{{"yes", votes}, {"no", votes}}, 1, Report, [32]byte{})
		require.NoError(t, err)
		require.Empty(t, r.Elected())
		require.Equal(t, []string{"yes", "no"}, r.Tie.Open)
		require.Contains(t, r.Text(), "Rule report leaves 1 undecided between yes, no.")
	}
}
