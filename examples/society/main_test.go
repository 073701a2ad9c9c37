package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/proofs"
	"veche.example/tally/count"
	"veche.example/tally/record"
	"veche.example/tally/verify"
)

// TestMain lets the test's own binary be the mixers' processes.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == mixerCommand {
		os.Exit(mixerMain(os.Args[2:]))
	}
	os.Exit(m.Run())
}

func TestSociety(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	dir := filepath.Join(t.TempDir(), "record")
	var out bytes.Buffer
	require.NoError(t, run(context.Background(), &options{record: dir, voters: 60, seed: 5}, &out))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Regexp(t, `^verified: 60 voters, board \w+(, \w+){4}, president \w+, record \S+$`, lines[len(lines)-1])

	for _, want := range []string{
		"organiser: caught: mix-officers-2.bin: mixer museum cheated or failed: proof does not hold",
		"mixer observatory: found mix-officers-2.bin: mixer museum cheated or failed: proof does not hold",
		"organiser: refused and taken out: mix-officers-4.bin: mixer museum has mixed before",
		"organiser: on its own it would be no better: mix-officers-4.bin: proof does not hold",
	} {
		require.Contains(t, lines, want)
	}
	require.NotRegexp(t, `(academy|observatory) cheated`, out.String())
	require.Regexp(t, `Invalid votes: 3 of 60\n +votes +reason\n( +1  .+\n){3}`, out.String())
	for _, name := range []string{"board", "president"} {
		b, err := os.ReadFile(dir + "-" + name + ".svg")
		require.NoError(t, err)
		require.Contains(t, string(b), "</svg>")
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	require.NoError(t, err)
	require.False(t, slices.ContainsFunc(left, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), "society-") }), "the mixers' keys are left behind")

	require.Zero(t, audit(t, dir))
	t.Run("damaged", func(t *testing.T) { damage(t, dir) })
	t.Run("mixers", func(t *testing.T) { misuse(t, dir) })
	require.ErrorContains(t, run(context.Background(), &options{record: dir, voters: 60}, &out), "not empty")
}

// damage changes the files of mixes in a record, one at a time.
func damage(t *testing.T, dir string) {
	flip := func(b []byte) []byte { b[len(b)/2] ^= 1; return b }
	for name, c := range map[string]struct {
		position int
		change   func([]byte) []byte
		check    verify.Number
	}{
		"a bit of a good mix":               {1, flip, verify.Mixes},
		"a bit of the last good mix":        {3, flip, verify.Mixes},
		"a bit of the cheat's mix":          {2, flip, verify.Mixes},
		"a good mix cut short":              {3, func(b []byte) []byte { return b[:len(b)-1] }, verify.Mixes},
		"the cheat's mix is gone":           {2, func([]byte) []byte { return nil }, verify.Layout},
		"a good mix in the cheat's place":   {2, func([]byte) []byte { return read(t, dir, 3) }, verify.Mixes},
		"the cheat's mix in another's name": {2, func(b []byte) []byte { copy(b[17:49], read(t, dir, 3)[17:49]); return b }, verify.Mixes},
	} {
		t.Run(name, func(t *testing.T) {
			path, good := filepath.Join(dir, record.MixFile(contestID, c.position)), read(t, dir, c.position)
			require.NoError(t, os.Remove(path))
			if bad := c.change(bytes.Clone(good)); bad != nil {
				require.NoError(t, os.WriteFile(path, bad, 0o644))
			}
			report, err := verify.Record(context.Background(), os.DirFS(dir), nil)
			require.NoError(t, err)
			require.False(t, report.Verified())
			require.False(t, report.Checks[c.check-1].Passed(), report.Text())
			require.Equal(t, 1, audit(t, dir))
			require.NoError(t, os.WriteFile(path, good, 0o644))
		})
	}
	require.Zero(t, audit(t, dir))
}

func read(t *testing.T, dir string, position int) []byte {
	b, err := os.ReadFile(filepath.Join(dir, record.MixFile(contestID, position)))
	require.NoError(t, err)
	return b
}

// audit runs the auditor's program and returns its exit status.
func audit(t *testing.T, dir string) int {
	t.Helper()
	cmd := exec.Command(auditor(t), dir)
	cmd.Run()
	return cmd.ProcessState.ExitCode()
}

// auditor builds the auditor's program.
func auditor(t *testing.T) string {
	path := filepath.Join(os.TempDir(), "audit")
	if _, err := os.Stat(path); err != nil {
		out, err := exec.Command("go", "build", "-o", path, "../audit").CombinedOutput()
		require.NoError(t, err, string(out))
	}
	return path
}

// misuse starts mixers that have nothing to mix.
func misuse(t *testing.T, dir string) {
	key := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(key, proofs.GenerateSigningKey().Bytes(), 0o600))
	for name, c := range map[string]struct {
		dir, contest, key, behave, fault string
	}{
		"somebody who is no mixer": {dir, contestID, key, "honest", "is not one of the mixers"},
		"another contest":          {dir, "board", key, "honest", `no contest "board"`},
		"no record":                {t.TempDir(), contestID, key, "honest", "manifest.json"},
		"no key":                   {dir, contestID, key + "2", "honest", "key2"},
		"no key in the file":       {dir, contestID, filepath.Join(dir, record.ResultFile), "honest", record.ResultFile},
	} {
		require.ErrorContains(t, mix(context.Background(), c.dir, c.contest, c.key, c.behave), c.fault, name)
	}
	require.Equal(t, 2, mixerMain([]string{"-record", dir, "-contest", contestID, "-key", key, "-behave", "well"}))
	require.Equal(t, 2, mixerMain([]string{"-record", dir, "more"}))
	require.Equal(t, 1, mixerMain([]string{"-record", dir, "-contest", contestID, "-key", key}))
}

func TestSummaryForMachines(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(context.Background(), &options{record: filepath.Join(t.TempDir(), "record"), voters: 50, json: true, seed: 9}, &out))
	var s summary
	require.NoError(t, json.Unmarshal(out.Bytes(), &s))
	require.True(t, s.Verified)
	require.Equal(t, 50, s.Voters)
	require.Len(t, s.Board, 5)
	require.NotEmpty(t, s.President)
	require.EqualValues(t, len(spoiled), s.Invalid)
	require.Equal(t, 2, s.Superseded)
	require.Equal(t, 1, s.Challenged)
}

func TestPlanIsAnElectionWorthCounting(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		p := newPlan(seed, 1000)
		require.Equal(t, p, newPlan(seed, 1000))
		require.NotEqual(t, p, newPlan(seed+1, 1000))
		require.Equal(t, 1000, p.voters())
		last := map[int]uint64{}
		for _, v := range p.visits {
			require.Equal(t, last[v.Voter]+1, v.Sequence)
			last[v.Voter] = v.Sequence
		}
		require.Len(t, last, len(p.votes))
		r := p.ranked()
		require.NoError(t, p.compare(r))
		board, err := count.STV(*r, count.Scottish, 5, count.Draw, [32]byte{})
		require.NoError(t, err)
		require.Greater(t, len(board.Stages), 3, "seed %d", seed)
	}
}

func TestOtherVotesAreNoticed(t *testing.T) {
	t.Parallel()
	p := newPlan(1, 100)
	for name, change := range map[string]func(b []count.RankedBallot) []count.RankedBallot{
		"a vote is lost":         func(b []count.RankedBallot) []count.RankedBallot { return b[1:] },
		"a vote is there twice":  func(b []count.RankedBallot) []count.RankedBallot { return append(b, b[3]) },
		"one for another":        func(b []count.RankedBallot) []count.RankedBallot { return append(b[1:], b[3]) },
		"two candidates swapped": func(b []count.RankedBallot) []count.RankedBallot { slices.Reverse(longest(b).Ranks); return b },
	} {
		r := p.ranked()
		r.Ballots = change(r.Ballots)
		require.Error(t, p.compare(r), name)
	}
}

// ranked is the votes of the plan as they should come out of the mixes.
func (p *plan) ranked() *count.Ranked {
	r := new(count.Ranked)
	for _, c := range candidates {
		r.Candidates = append(r.Candidates, c.ID)
	}
	for voter := len(spoiled); voter < p.voters(); voter++ {
		b := count.RankedBallot{Count: 1}
		for _, c := range p.votes[voter] {
			b.Ranks = append(b.Ranks, []int{c})
		}
		r.Ballots = append(r.Ballots, b)
	}
	return r
}

func longest(b []count.RankedBallot) *count.RankedBallot {
	at := 0
	for i := range b {
		if len(b[i].Ranks) > len(b[at].Ranks) {
			at = i
		}
	}
	return &b[at]
}
