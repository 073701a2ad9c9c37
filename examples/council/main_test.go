package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/tally/count"
)

var long = flag.Bool("long", false, "run the election at its full size")

func TestPublishedFiguresAddUp(t *testing.T) {
	t.Parallel()
	c, err := published()
	require.NoError(t, err)
	votes, seats, first := uint64(0), 0, 0
	for _, l := range c.Lists {
		votes, seats, first = votes+l.Votes, seats+l.Seats, first+l.SeatsFirstAnnounced
	}
	require.EqualValues(t, 6723, votes)
	require.Equal(t, 80, seats)
	require.Equal(t, 80, first)
}

func TestReadingsOfTheRule(t *testing.T) {
	t.Parallel()
	c, err := published()
	require.NoError(t, err)
	var totals []count.Tally
	for _, l := range c.Lists {
		totals = append(totals, count.Tally{ID: l.ID, Votes: l.Votes})
	}
	all, err := c.reading(totals, count.AllVotes)
	require.NoError(t, err)
	require.Equal(t, "28-13-8-8-8-6-6-3", dashed(all))
	qualified, err := c.reading(totals, count.QualifiedVotes)
	require.NoError(t, err)
	require.Equal(t, "30-13-8-8-7-6-5-3", dashed(qualified))
}

func TestPlanAddsUpToTheTotals(t *testing.T) {
	t.Parallel()
	c, err := published()
	require.NoError(t, err)
	counted := make([]uint64, len(c.Lists))
	last := map[int]uint64{}
	for _, v := range c.plan(3) {
		require.Equal(t, last[v.voter]+1, v.sequence)
		last[v.voter] = v.sequence
		if v.last {
			counted[v.list]++
		}
	}
	for i, l := range c.Lists {
		require.Equal(t, l.Votes, counted[i], l.ID)
	}
	require.Equal(t, c.plan(3), c.plan(3))
	require.NotEqual(t, c.plan(3), c.plan(4))
}

func TestCouncilScaledDown(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "record")
	var out bytes.Buffer
	require.NoError(t, run(context.Background(), &options{record: dir, ballots: 220, json: true, seed: 5}, &out))
	var s summary
	require.NoError(t, json.Unmarshal(out.Bytes(), &s))
	require.True(t, s.Verified)
	require.Equal(t, 220, s.Ballots)
	require.Equal(t, 80, s.Seats)
	require.Equal(t, 5, s.Superseded)
	require.Len(t, s.Refused, 9)
	for _, picture := range s.Pictures {
		b, err := os.ReadFile(picture)
		require.NoError(t, err)
		require.Contains(t, string(b), "</svg>")
	}
	err := run(context.Background(), &options{record: dir, ballots: 220}, &out)
	require.ErrorContains(t, err, "not empty")
}

func TestCouncilAtFullSize(t *testing.T) {
	if !*long {
		t.Skip("takes about 15 s: run with -long")
	}
	var out bytes.Buffer
	require.NoError(t, run(context.Background(), &options{seed: 1}, &out))
	require.Contains(t, out.String(), "The published 28-13-8-8-8-6-6-3 is reproduced")
	require.Contains(t, out.String(), "it would be 30-13-8-8-7-6-5-3")
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Regexp(t, `^verified: 6723 ballots, 80 seats, record \S+$`, lines[len(lines)-1])
}
