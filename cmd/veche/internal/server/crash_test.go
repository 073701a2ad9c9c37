package server

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/cmd/veche/internal/server/trial"
	"veche.example/tally/record"
)

// logged returns how often each ballot is in the log, by its code, and checks the whole
// log on the way.
func logged(t testing.TB, e *trial.Election) map[ballot.Code]int {
	checked, err := Check(context.Background(), e.Dir, nil)
	require.NoError(t, err)
	times, entries := map[ballot.Code]int{}, uint64(0)
	r := box.NewReader(os.DirFS(filepath.Join(e.Dir, record.LogDir)), e.LogKey)
	require.NoError(t, r.Entries(checked.Checkpoint, func(_ uint64, entry []byte) error {
		entries++
		if box.Kind(entry[0]) == box.Ballot {
			o, err := readOutline(e.Election, entry[1:])
			require.NoError(t, err)
			times[o.code]++
		}
		return nil
	}))
	require.Equal(t, checked.Entries, entries)
	return times
}

// requireOnce checks that every acknowledged vote is in the log exactly once, where its
// receipt says, and returns how many ballots the log has.
func requireOnce(t testing.TB, e *trial.Election, votes []trial.Vote, receipts [][]byte) int {
	times := logged(t, e)
	for i, receipt := range receipts {
		if receipt == nil {
			continue
		}
		_, err := e.CheckReceipt(&votes[i], receipt)
		require.NoError(t, err)
		require.Equal(t, 1, times[votes[i].Code])
	}
	for _, n := range times {
		require.Equal(t, 1, n)
	}
	return len(times)
}

func TestTwoHundredClientsAtOnce(t *testing.T) {
	t.Parallel()
	e := newElection(t, 400)
	v := votes(t, e)
	p := newChild(e).run(t)
	f := (&trial.Crowd{URL: p.url, Clients: 200, Promises: true}).Cast(t.Context(), v)
	require.Empty(t, f.Refused)
	p.stop(t)
	require.Equal(t, len(v), requireOnce(t, e, v, f.Receipts))
}

// Clients send while the server is killed, again and again, and send again what was not
// acknowledged.
func TestAcknowledgedBallotsSurviveBeingKilled(t *testing.T) {
	t.Parallel()
	rounds, perRound := 2, 300
	if *long {
		rounds, perRound = 10, 1500
	}
	e := newElection(t, rounds*perRound)
	v := votes(t, e)
	receipts := make([][]byte, len(v))
	for round := range rounds {
		p := newChild(e).run(t)
		// Of the round before, too, all that was not acknowledged is sent again.
		at := max(0, round-1) * perRound
		sent := v[at : (round+1)*perRound]
		ctx, cancel := context.WithCancel(t.Context())
		crowd := &trial.Crowd{URL: p.url, Clients: 100, Promises: round%2 == 0, Watch: func(accepted int) {
			if accepted == (37+101*round)%perRound { // somewhere in the middle
				p.Process.Kill()
				cancel()
			}
		}}
		for i, receipt := range crowd.Cast(ctx, sent).Receipts {
			if receipt != nil {
				receipts[at+i] = receipt
			}
		}
		require.Error(t, p.Wait(), "it was killed")
	}
	p := newChild(e).run(t)
	f := (&trial.Crowd{URL: p.url, Clients: 100}).Cast(t.Context(), v)
	require.Empty(t, f.Refused)
	p.stop(t)
	require.Equal(t, len(v), requireOnce(t, e, v, f.Receipts))
	before := 0
	for i := range v {
		if receipts[i] == nil {
			continue
		}
		before++
		first, err := e.CheckReceipt(&v[i], receipts[i])
		require.NoError(t, err)
		again, err := e.CheckReceipt(&v[i], f.Receipts[i])
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
	t.Logf("%d of %d ballots were acknowledged by servers that were killed", before, len(v))
}

// The system refuses to write files above some length, as a full disk does.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	e := newElection(t, 300)
	v := votes(t, e)
	full := newChild(e)
	full.FileLimit = uint64(120 * len(v[0].Ballot)) // of the bundle of the first 256 entries
	p := full.run(t)
	f := (&trial.Crowd{URL: p.url, Clients: 10}).Cast(t.Context(), v)
	require.NotZero(t, f.Accepted)
	require.NotEmpty(t, f.Refused)
	require.Error(t, p.Wait(), "a box that cannot write must end with an error")
	require.Contains(t, p.complaints.String(), "the log failed")

	full.run(t).kill(t) // reading it is possible all the same
	p = newChild(e).run(t)
	rest := (&trial.Crowd{URL: p.url, Clients: 10}).Cast(t.Context(), v)
	require.Empty(t, rest.Refused)
	p.stop(t)
	require.Equal(t, len(v), requireOnce(t, e, v, rest.Receipts))
	requireOnce(t, e, v, f.Receipts)
}

// A crash leaves unfinished files, whatever is in them.
func TestUnfinishedFilesAreIgnored(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 4, same)
	v := votes(t, f.Election)
	_, err := f.post("/v1/ballot", v[0].Ballot)
	require.NoError(t, err)
	require.NoError(t, f.stop())
	for _, name := range []string{
		"checkpoint1234567890", "tile/entries/000.p/4123456789", "tile/0/000.p/512345678", ".state/treeState99887766",
		"tile/entries/000.p/9", "tile/0/000.p/9", // of a batch that was never finished
	} {
		path := filepath.Join(f.Dir, record.LogDir, name)
		require.NoError(t, os.WriteFile(path, []byte("torn"), 0o644))
	}
	f.start()
	for i := range v {
		receipt, err := f.post("/v1/ballot", v[i].Ballot)
		require.NoError(t, err)
		index, err := f.CheckReceipt(&v[i], receipt)
		require.NoError(t, err)
		require.Equal(t, uint64(3+i), index)
	}
	require.NoError(t, f.stop())
	require.Len(t, logged(t, f.Election), 4)
}

func TestRestartWithManyEntries(t *testing.T) {
	t.Parallel()
	n := 1000
	if *long {
		n = 20_000
	}
	e := newElection(t, n)
	v := votes(t, e)
	f := &fixture{Election: e, t: t, config: configOf(t, e)}
	f.start()
	figures := (&trial.Crowd{URL: f.url, Clients: 200}).Cast(t.Context(), v)
	require.Empty(t, figures.Refused)
	start := time.Now()
	f.restart()
	t.Logf("replayed %d entries in %v", f.box.Size(), time.Since(start))
	require.Equal(t, n, f.box.Accepted())
	receipt, err := f.get("/v1/receipt/" + v[n/2].Code.String())
	require.NoError(t, err)
	_, err = e.CheckReceipt(&v[n/2], receipt)
	require.NoError(t, err)
}

// Sizes at which a bundle has just been filled are as good as any other.
func TestRestartAroundAFullBundle(t *testing.T) {
	t.Parallel()
	e := newElection(t, 256)
	v := votes(t, e)
	f := &fixture{Election: e, t: t, config: configOf(t, e)}
	f.start()
	figures := (&trial.Crowd{URL: f.url, Clients: 100}).Cast(t.Context(), v[:252])
	require.Empty(t, figures.Refused)
	for i, vote := range v[252:] {
		f.restart()
		require.Equal(t, uint64(255+i), f.box.Size())
		receipt, err := f.post("/v1/ballot", vote.Ballot)
		require.NoError(t, err)
		index, err := e.CheckReceipt(&vote, receipt)
		require.NoError(t, err)
		require.Equal(t, uint64(255+i), index)
	}
	f.restart()
}

// The first entries are completed if only some of them were sequenced before a crash.
func TestRestartWithinThePreamble(t *testing.T) {
	t.Parallel()
	e := newElection(t, 1)
	v := votes(t, e)[0]
	for present := range 3 {
		require.NoError(t, os.RemoveAll(filepath.Join(e.Dir, record.LogDir)))
		f := &fixture{Election: e, t: t, config: configOf(t, e)}
		begun(t, f.config, present)
		f.start()
		receipt, err := f.post("/v1/ballot", v.Ballot)
		require.NoError(t, err)
		index, err := e.CheckReceipt(&v, receipt)
		require.NoError(t, err)
		require.Equal(t, uint64(3), index)
		require.NoError(t, f.stop())
	}
}

// begun writes a log of the first entries, so many of the three.
func begun(t testing.TB, c Config, entries int) {
	c.fill()
	election, roll, start, err := readElection(c.Dir)
	require.NoError(t, err)
	l, err := openLog(&c, record.LogSigner(c.Key, origin(election.Manifest)), election.Manifest.Box.Log, func(err error) { t.Error(err) })
	require.NoError(t, err)
	s, err := newState(election, roll)
	require.NoError(t, err)
	l.gate.open(0, s.tree.Root())
	s.grown = l.gate.grown
	for _, kind := range []box.Kind{box.Manifest, box.Ceremony}[:entries] {
		entry, err := s.start(kind, start[kind])
		require.NoError(t, err)
		require.NoError(t, l.append(s.size()-1, [][]byte{entry}))
	}
	require.NoError(t, l.close(context.Background()))
}

// The log of a damaged or outdated directory is not continued.
func TestDamagedLogsAreNotContinued(t *testing.T) {
	t.Parallel()
	copyDir := func(from, to string) { require.NoError(t, os.CopyFS(to, os.DirFS(from))) }
	for name, tc := range map[string]struct {
		want   string
		damage func(log, older string)
	}{
		"an entry was changed": {"entry 3: ballot", func(log, _ string) {
			alter(t, filepath.Join(log, "tile/entries/000.p/7"), 600)
		}},
		"an entry of the preamble was changed": {"entry 0: manifest", func(log, _ string) {
			alter(t, filepath.Join(log, "tile/entries/000.p/7"), 10)
		}},
		"a bundle was cut off": {"", func(log, _ string) {
			require.NoError(t, os.Truncate(filepath.Join(log, "tile/entries/000.p/7"), 2000))
		}},
		"a bundle is missing": {"", func(log, _ string) {
			require.NoError(t, os.Remove(filepath.Join(log, "tile/entries/000.p/7")))
		}},
		"the storage's notes are missing": {".state is not there", func(log, _ string) {
			require.NoError(t, os.RemoveAll(filepath.Join(log, ".state")))
		}},
		"the storage's notes say that there is nothing": {"is not one of the 0 entries", func(log, _ string) {
			require.NoError(t, os.WriteFile(filepath.Join(log, ".state/treeState"), []byte(`{"size":0,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}`), 0o644))
		}},
		"the checkpoint is not the log's": {"checkpoint", func(log, _ string) {
			alter(t, filepath.Join(log, "checkpoint"), 10)
		}},
		"all but the checkpoint is an older copy": {"its checkpoint of 7 entries is not one of the 5", func(log, older string) {
			checkpoint, err := os.ReadFile(filepath.Join(log, "checkpoint"))
			require.NoError(t, err)
			require.NoError(t, os.RemoveAll(log))
			copyDir(older, log)
			require.NoError(t, os.WriteFile(filepath.Join(log, "checkpoint"), checkpoint, 0o644))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, 4, same)
			log, older := filepath.Join(f.Dir, record.LogDir), filepath.Join(t.TempDir(), "older")
			for i, v := range votes(t, f.Election) {
				_, err := f.post("/v1/ballot", v.Ballot)
				require.NoError(t, err)
				if i == 1 {
					require.NoError(t, f.stop())
					copyDir(log, older)
					f.start()
				}
			}
			require.NoError(t, f.stop())
			before, err := os.ReadFile(filepath.Join(log, "checkpoint"))
			require.NoError(t, err)
			tc.damage(log, older)
			_, err = Open(t.Context(), f.config)
			require.ErrorContains(t, err, tc.want)
			_, err = Check(t.Context(), f.Dir, nil)
			if !strings.Contains(name, "notes") { // which nobody reads but the storage
				require.Error(t, err)
			}
			after, err := os.ReadFile(filepath.Join(log, "checkpoint"))
			require.NoError(t, err)
			if !strings.Contains(name, "checkpoint is") {
				require.Equal(t, before, after, "nothing may be signed")
			}
		})
	}
}

// alter flips a bit of a file.
func alter(t testing.TB, path string, at int) {
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Greater(t, len(b), at, path)
	b[at] ^= 4
	require.NoError(t, os.WriteFile(path, b, 0o644))
}

// What the storage has sequenced but not published when it crashes is in the log.
func TestUnpublishedEntriesAreReplayed(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 3, same)
	v := votes(t, f.Election)
	checkpoint := filepath.Join(f.Dir, record.LogDir, "checkpoint")
	_, err := f.post("/v1/ballot", v[0].Ballot)
	require.NoError(t, err)
	older, err := os.ReadFile(checkpoint)
	require.NoError(t, err)
	_, err = f.post("/v1/ballot", v[1].Ballot)
	require.NoError(t, err)
	require.NoError(t, f.stop())
	require.NoError(t, os.WriteFile(checkpoint, older, 0o644)) // as if it had crashed before
	f.start()
	for i := range v {
		receipt, err := f.post("/v1/ballot", v[i].Ballot)
		require.NoError(t, err, fmt.Sprint(i))
		index, err := f.CheckReceipt(&v[i], receipt)
		require.NoError(t, err)
		require.Equal(t, uint64(3+i), index)
	}
}
