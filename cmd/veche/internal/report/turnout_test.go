package report

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func at(minutes int) time.Time { return opened.Add(time.Duration(minutes) * time.Minute) }

func TestFewBallotsAreJoinedWithTheirNeighbours(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		counts []Count
		want   map[string]int
	}{
		"all large":       {[]Count{{at(10), 10}, {at(70), 20}, {at(170), 30}}, map[string]int{"2026-03-01 08:00 – 09:00": 10, "2026-03-01 09:00 – 10:00": 20, "2026-03-01 10:00 – 2026-03-02 00:00": 30}},
		"small first":     {[]Count{{at(10), 9}, {at(70), 20}}, map[string]int{"2026-03-01 08:00 – 2026-03-02 00:00": 29}},
		"small in middle": {[]Count{{at(10), 10}, {at(70), 1}, {at(130), 9}}, map[string]int{"2026-03-01 08:00 – 09:00": 10, "2026-03-01 09:00 – 2026-03-02 00:00": 10}},
		"small last":      {[]Count{{at(10), 10}, {at(70), 15}, {at(239), 9}}, map[string]int{"2026-03-01 08:00 – 09:00": 10, "2026-03-01 09:00 – 2026-03-02 00:00": 24}},
		"empty steps":     {[]Count{{at(119), 12}, {at(200), 11}}, map[string]int{"2026-03-01 08:00 – 10:00": 12, "2026-03-01 10:00 – 2026-03-02 00:00": 11}},
		"too early":       {[]Count{{at(-600), 12}, {at(70), 11}}, map[string]int{"2026-03-01 08:00 – 09:00": 12, "2026-03-01 09:00 – 2026-03-02 00:00": 11}},
		"too late":        {[]Count{{at(10), 12}, {at(9999), 11}}, map[string]int{"2026-03-01 08:00 – 09:00": 12, "2026-03-01 09:00 – 2026-03-02 00:00": 11}},
		"one time twice":  {[]Count{{at(10), 5}, {at(10), 5}}, map[string]int{"2026-03-01 08:00 – 2026-03-02 00:00": 10}},
		"too few":         {[]Count{{at(10), 5}, {at(70), 4}}, map[string]int{}},
	} {
		t.Run(name, func(t *testing.T) {
			rows, step := turnout(tc.counts, opened, opened.Add(16*time.Hour))
			require.EqualValues(t, 3600, step)
			got := map[string]int{}
			for _, r := range rows {
				got[r.Label()] = r.Ballots
			}
			require.Equal(t, tc.want, got)
		})
	}
}

// No line is about fewer than ten ballots, none is lost, and time has no holes.
func TestTurnoutOfAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var counts []Count
		sum := 0
		for range rapid.IntRange(0, 60).Draw(t, "counts") {
			c := Count{time.Unix(rapid.Int64Range(0, 253_402_300_799).Draw(t, "at"), 0), rapid.IntRange(0, 25).Draw(t, "ballots")}
			if rapid.Bool().Draw(t, "near") {
				c.At = at(rapid.IntRange(-100, 1000).Draw(t, "minute"))
			}
			counts, sum = append(counts, c), sum+c.Ballots
		}
		var from, to time.Time
		if rapid.Bool().Draw(t, "known") {
			from, to = opened, opened.Add(time.Duration(rapid.Int64Range(-1e5, 1e9).Draw(t, "seconds"))*time.Second)
		}
		rows, step := turnout(counts, from, to)
		require.Equal(t, sum >= fewest, len(rows) > 0)
		require.LessOrEqual(t, len(rows), mostRows)
		require.Positive(t, step)
		for i, r := range rows {
			require.GreaterOrEqual(t, r.Ballots, fewest)
			require.True(t, r.From.Before(r.To))
			if i > 0 {
				require.Equal(t, rows[i-1].To, r.From)
			}
			sum -= r.Ballots
		}
		if len(rows) > 0 {
			require.Zero(t, sum)
		}
	})
}

func TestSteps(t *testing.T) {
	t.Parallel()
	const hour, day = 3600, 24 * 3600
	for want, span := range map[int64]int64{300: 0, 900: 2 * hour, 1800: 6 * hour, hour: 12 * hour, 2 * hour: 30 * hour, 12 * hour: 7 * day, day: 15 * day, 2 * day: 31 * day} {
		require.Equal(t, want, stepFor(20000*day, 20000*day+span), "span %d", span)
	}
	require.LessOrEqual(t, int64(253_402_300_799)/stepFor(0, 253_402_300_799), int64(mostRows))
	require.Positive(t, stepFor(0, math.MaxInt64/2))
	for want, seconds := range map[string]int64{"5 minutes": 300, "1 hour": hour, "12 hours": 12 * hour, "1 day": day, "3 days": 3 * day} {
		require.Equal(t, want, inWords(seconds))
	}
}

func TestTurnoutOnThePage(t *testing.T) {
	t.Parallel()
	r, extra := town(t)
	extra.Turnout = []Count{{at(30), 44}, {at(200), 3}, {at(400), 55}}
	text := words(render(t, r, extra))
	require.Contains(t, text, "in steps of 1 hour. Steps with fewer than 10 ballots are joined with their neighbours")
	require.Contains(t, text, "2026-03-01 08:00 – 09:00")
	require.Contains(t, text, "2026-03-01 09:00 – 20:00")
	extra.Turnout = []Count{{at(30), 9}}
	require.Contains(t, words(render(t, r, extra)), "The box took fewer than 10 ballots, too few to say when.")
}
