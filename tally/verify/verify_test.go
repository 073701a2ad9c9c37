package verify

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/tally/record"
)

// long turns on what takes minutes.
var long = flag.Bool("long", false, "run the tests that take minutes")

func TestRecordVerifies(t *testing.T) {
	t.Parallel()
	for _, e := range []*election{town(), tiny()} {
		r := verified(t, e.files)
		require.True(t, r.Verified(), r.Text())
		require.Len(t, r.Checks, int(Result))
		for _, c := range r.Checks {
			require.NotEmpty(t, c.Established)
			require.NotContains(t, c.Established, "%!")
		}
		require.Equal(t, fmt.Sprintf("%x", e.Fingerprint), r.Fingerprint)
	}
}

func TestReportCountsWhatItChecked(t *testing.T) {
	t.Parallel()
	r := verified(t, town().files)
	require.Equal(t, 7, r.Counted)
	require.Equal(t, 2, r.Superseded)
	require.Equal(t, 1, r.Challenged)
	items := map[Number]int{}
	for _, c := range r.Checks {
		items[c.Number] = c.Items
	}
	require.Equal(t, map[Number]int{Layout: 5, Manifest: 2, Roll: 8, Ceremony: 3, Log: 23, Promises: 7, Ballots: 9,
		Acceptance: 16, Challenges: 1, Closing: 1, Mixes: 0, Quorum: 6, Shares: 4, Totals: 9, Result: 2}, items)
	require.Equal(t, 1, r.Undecided)
	require.Equal(t, 8, r.Voters)
	// Voter 2's ballots came in the wrong order, which is evidence and no failure.
	require.Len(t, r.Notes, 1)
	require.Contains(t, r.Notes[0], "entry 13")
	require.NotEmpty(t, r.Warnings)
	require.Equal(t, town().manifest.Warnings(town().roll), r.Warnings)
	require.Contains(t, r.Text(), "  warn  "+r.Warnings[0]+"\n")
}

// The totals are those of a count of the plain choices, which knows no cryptography.
func TestResultIsThePlainCount(t *testing.T) {
	t.Parallel()
	weights := townVoters()
	last := map[int]int{} // voter → index in townVotes
	for i, v := range townVotes {
		if old, ok := last[v.voter]; !ok || townVotes[old].sequence < v.sequence {
			last[v.voter] = i
		}
	}
	want := map[string]uint64{}
	for voter, i := range last {
		for contest, c := range townVotes[i].choices {
			if c.Blank {
				want[contest+"/blank"] += uint64(weights[voter].Weight)
			}
			for _, id := range c.Selected {
				want[contest+"/"+id] += uint64(weights[voter].Weight)
			}
		}
	}
	r := verified(t, town().files).Result
	got := map[string]uint64{}
	seats := map[string]int{}
	for _, c := range r.Contests {
		for _, total := range c.Totals {
			if total.Votes > 0 {
				got[c.ID+"/"+total.ID] = total.Votes
			}
			if total.Seats != nil {
				seats[c.ID+"/"+total.ID] = *total.Seats
			}
		}
	}
	require.Equal(t, want, got)
	// 22 votes for lists, 22/5 to a seat: red 1.4, green 1.6, blue 2.0.
	require.Equal(t, map[string]int{"council/red": 1, "council/green": 2, "council/blue": 2, "council/grey": 0,
		"chair/ann": 1, "chair/bob": 0, "chair/cy": 0}, seats)
	require.Equal(t, []uint64{7, 23, 4, 13}, []uint64{r.Contests[0].Ballots, r.Contests[0].Weight, r.Contests[1].Ballots, r.Contests[1].Weight})
}

func TestElectionWithoutBallots(t *testing.T) {
	t.Parallel()
	e := newElection(townManifest(), 3, 1, townVoters()).write(func(*record.Writer) {})
	r := verified(t, e.files)
	require.True(t, r.Verified(), r.Text())
	require.Zero(t, r.Counted)
	for _, c := range r.Result.Contests {
		require.Zero(t, c.Ballots)
		for _, total := range c.Totals {
			require.Zero(t, total.Votes)
		}
	}
	require.Equal(t, 5, r.Result.Contests[0].Undecided)
	require.Contains(t, r.Text(), "  5 seats are undecided\n")
	require.Equal(t, 1, r.Result.Contests[1].Undecided)
}

// Nobody of style 0 votes: the contest for the chair has no ballots and no shares.
func TestContestWithoutBallots(t *testing.T) {
	t.Parallel()
	e := newElection(townManifest(), 3, 1, townVoters())
	e.write(func(w *record.Writer) {
		must(w.Append(box.Ballot, e.ballot(3, 1, ballot.Code{}, abroad("blue"))[1:]))
	})
	r := verified(t, e.files)
	require.True(t, r.Verified(), r.Text())
	require.EqualValues(t, 5, r.Result.Contests[0].Totals[2].Votes)
	require.Equal(t, 2, r.Checks[Shares-1].Items-1, "three shares of one contest")

	shares, err := record.NewReader(e.files.fs()).Tally(e.manifest, []int{2, 1})
	require.NoError(t, err)
	for name, edit := range map[string]func(){
		"signatures": func() { shares[1].Signatures = shares[0].Signatures },
		"a share":    func() { shares[1].Signatures, shares[1].Shares[2] = nil, shares[0].Shares[2][:32] },
	} {
		edit()
		r := e.requireFails(t, e.files.with(record.TallyFile, e.tallyBytes(shares)), Shares)
		require.Contains(t, r.Text(), `contest "chair": signatures or shares, but`, name)
	}
}

func TestContextEndsTheRun(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := Record(ctx, town().files.fs(), nil)
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, r.Verified())

	ctx, cancel = context.WithCancel(context.Background())
	r, err = Record(ctx, town().files.fs(), func(phase Phase, done, total uint64) { cancel() })
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, r.Verified())
	require.False(t, r.Checks[Log-1].Passed(), "a check that was broken off has no verdict")

	_, err = Closed(ctx, town().files.fs(), nil)
	require.ErrorIs(t, err, context.Canceled)
}

// mapFS is what a fstest.MapFS is, but for its Sub, which leads past a type that embeds it.
type mapFS interface {
	fs.ReadDirFS
	fs.ReadLinkFS
}

// cancelFS ends the context when a file is opened.
type cancelFS struct {
	mapFS
	name   string
	cancel context.CancelFunc
}

func (c cancelFS) Open(name string) (fs.File, error) {
	if name == c.name {
		c.cancel()
	}
	return c.mapFS.Open(name)
}

func TestContextEndsAnywhere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{record.ManifestFile, record.RollFile, record.CeremonyFile, checkpointFile, bundleFile(0, 23), record.TallyFile} {
		// after the result there is nothing left to end
		ctx, cancel := context.WithCancel(context.Background())
		r, err := Record(ctx, cancelFS{town().files.fs(), name, cancel}, nil)
		require.ErrorIs(t, err, context.Canceled, name)
		require.False(t, r.Verified(), name)
	}
}

func TestProgressReachesTheTotal(t *testing.T) {
	t.Parallel()
	last, of := map[Phase]uint64{}, map[Phase]uint64{}
	_, err := Record(context.Background(), town().files.fs(), func(phase Phase, done, total uint64) {
		require.Greater(t, done, last[phase])
		require.False(t, phase == Entries && last[Contests] > 0, "one phase after the other")
		last[phase], of[phase] = done, total
	})
	require.NoError(t, err)
	require.Equal(t, map[Phase]uint64{Entries: 23, Contests: 2}, last)
	require.Equal(t, last, of)
}

func TestNoChecksAreNoVerification(t *testing.T) {
	t.Parallel()
	require.False(t, new(Report).Verified())
	closed, err := Closed(context.Background(), town().files.fs(), nil)
	require.NoError(t, err)
	require.True(t, closed.Report.passed())
	require.False(t, closed.Report.Verified(), "what trustees verify is not the whole record")
}

// brokenFS fails to read one file, as a disk does.
type brokenFS struct {
	mapFS
	name string
}

var errDisk = errors.New("disk on fire")

func (b brokenFS) Open(name string) (fs.File, error) {
	if name == b.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errDisk}
	}
	return b.mapFS.Open(name)
}

func (b brokenFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == b.name {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errDisk}
	}
	return b.mapFS.ReadDir(name)
}

// What cannot be read is no verdict, and never a good one.
func TestUnreadableFileIsNoVerdict(t *testing.T) {
	t.Parallel()
	for _, name := range append(record.Files(), record.LogDir, checkpointFile, bundleFile(0, 23)) {
		r, err := Record(context.Background(), brokenFS{town().files.fs(), name}, nil)
		require.ErrorIs(t, err, errDisk, name)
		require.False(t, r.Verified(), name)
	}
	_, err := Record(context.Background(), brokenFS{town().files.fs(), "."}, nil)
	require.ErrorIs(t, err, errDisk)
}

// twoFacedFS shows another bundle from the second time on.
type twoFacedFS struct {
	mapFS
	second []byte
	opened int
}

func (f *twoFacedFS) Open(name string) (fs.File, error) {
	if name == bundleFile(0, 23) {
		if f.opened++; f.opened > 1 {
			return fstest.MapFS{name: {Data: f.second, Mode: 0o644}}.Open(name)
		}
	}
	return f.mapFS.Open(name)
}

// Ballots that were replaced are read twice. Whoever serves another ballot the
// second time would have it taken out of the sum.
func TestLogThatChangesIsNoVerdict(t *testing.T) {
	t.Parallel()
	e := town()
	entries := e.files.entries()
	replaced := townEntry(e, 1)
	entries[replaced] = e.ballot(1, 1, ballot.Code{}, home("red", "bob"))
	good := e.files[bundleFile(0, 23)]
	for name, second := range map[string][]byte{
		"another ballot": e.relog(entries)[bundleFile(0, 23)],
		"shorter":        good[:len(good)-1],
		"longer":         append(slices.Clone(good), 0),
		"nothing":        nil,
	} {
		r, err := Record(context.Background(), &twoFacedFS{e.files.fs(), second, 0}, nil)
		require.ErrorContains(t, err, "changed while it was read", name)
		require.False(t, r.Verified(), name)
	}
}

// townEntry returns the index in the log of the i-th ballot of townVotes.
func townEntry(e *election, i int) int {
	for at, b := range e.files.entries() {
		if box.Kind(b[0]) == box.Ballot {
			if i == 0 {
				return at
			}
			i--
		}
	}
	panic("no such ballot")
}
