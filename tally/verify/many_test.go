package verify

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
	"veche.example/tally/record"
)

// many is the record, in a directory, of an election in which n voters choose one of
// some options.
func many(t testing.TB, n, options int) (dir string) {
	m := &ballot.Manifest{ID: "many", Title: "Many", Width: options, Threshold: 1,
		Contests: []*ballot.Contest{{ID: "lists", Title: "Lists", Rule: ballot.Rule{Type: ballot.OneOfN}}}}
	for i := range options {
		m.Contests[0].Options = append(m.Contests[0].Options, ballot.Option{ID: fmt.Sprint("l", i), Name: "List"})
	}
	e := newElection(m, 1, 0, slices.Repeat([]ballot.Voter{{Weight: 1}}, n))
	e.Keys.Precompute()
	group.GeneratorTable()

	dir = filepath.Join(t.TempDir(), "record")
	w := must(record.Create(dir, e.manifest, e.roll))
	must(w.Ceremony(e.ceremony))
	check(w.Open(e.box, opensAt))
	const piece = 10_000
	for at := 0; at < n; at += piece {
		ballots := make([][]byte, min(piece, n-at))
		parallel.For(len(ballots), 1, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				choice := ballot.Choices{"lists": {Selected: []string{fmt.Sprint("l", i%options)}}}
				ballots[i] = e.ballot(at+i, 1, ballot.Code{}, choice)
			}
		})
		for _, b := range ballots {
			must(w.Append(box.Ballot, b[1:]))
		}
	}
	must(w.Close(e.box, closesAt))
	closed, err := Closed(context.Background(), os.DirFS(dir), nil)
	require.NoError(t, err)
	shares := must(closed.DecryptLocally(e.trustees, nil))
	check(w.Tally(shares))
	check(w.Result(must(closed.Result(shares))))
	return dir
}

func heap(collect bool) uint64 {
	if collect {
		runtime.GC()
		runtime.GC() // what a sync.Pool held
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// What stays in memory is what the rules of acceptance need to remember: some 200
// bytes of a ballot, not the ballot. Not parallel, so that it measures itself.
func TestMemoryPerBallot(t *testing.T) {
	const ballots = 2 * batchEntries
	dir := many(t, ballots, 2)
	var after []uint64
	var done []uint64
	r, err := Record(context.Background(), os.DirFS(dir), func(phase Phase, d, total uint64) {
		if phase != Entries {
			return
		}
		require.EqualValues(t, ballots+6, total)
		after, done = append(after, heap(true)), append(done, d)
	})
	require.NoError(t, err)
	require.True(t, r.Verified(), r.Text())
	require.Equal(t, []uint64{1, 2, 3, batchEntries + 3, ballots + 3, ballots + 4, ballots + 5, ballots + 6}, done)
	growth := (float64(after[4]) - float64(after[3])) / batchEntries // while the log is read
	t.Logf("%.0f bytes per ballot", growth)
	require.Greater(t, growth, 50.0, "the rules of acceptance remember something")
	require.Less(t, growth, 250.0)

	// One late ballot in a later batch that is bad is found.
	bundle := filepath.Join(dir, bundleFile(16, ballots+6))
	b := must(os.ReadFile(bundle))
	b[len(b)-(2+1+112)-2*(2+1+32)-100] ^= 1 // before closing, tally and result
	check(os.WriteFile(bundle, b, 0o644))
	r, err = Record(context.Background(), os.DirFS(dir), nil)
	require.NoError(t, err)
	require.False(t, r.Verified())
	require.Equal(t, 1, r.Checks[Ballots-1].Failed)
	require.Equal(t, fmt.Sprintf("log, entry %d", ballots+2), r.Checks[Ballots-1].Findings[0].Place)
	require.Equal(t, ballots-1, r.Counted)
}

// Two hundred thousand ballots of eleven choices in less than 300 MB.
func TestMemoryOfLargeElection(t *testing.T) {
	if !*long {
		t.Skip("takes minutes; run with -long")
	}
	const ballots, limit = 200_000, 300 << 20
	dir := many(t, ballots, 11)
	before := heap(true)
	peak := before
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				peak = max(peak, heap(false))
			}
		}
	}()
	start := time.Now()
	r, err := Record(context.Background(), os.DirFS(dir), nil)
	took := time.Since(start)
	close(stop)
	<-stopped
	require.NoError(t, err)
	require.True(t, r.Verified(), r.Text())
	t.Logf("%.0f ballots a second, the heap grew by %d MB at most", ballots/took.Seconds(), (peak-before)>>20)
	require.Less(t, peak-before, uint64(limit))
}

// A log of long entries is cut into batches by bytes as well.
func TestLongEntriesAreNotKept(t *testing.T) {
	e := tiny()
	entries := e.files.entries()[:1]
	for range 2000 {
		entries = append(entries, append([]byte{byte(box.Ballot)}, make([]byte, box.MaxEntry-1)...))
	}
	f := e.relog(entries)
	before := heap(true)
	var most uint64
	r, err := Record(context.Background(), f.fs(), func(phase Phase, done, total uint64) { most = max(most, heap(true)) })
	require.NoError(t, err)
	require.Equal(t, 2000, r.Checks[Ballots-1].Failed)
	require.Less(t, most-before, uint64(64<<20), "the log has 130 MB")
}

var manyForBench = sync.OnceValue(func() files {
	t := &benchT{}
	dir := many(t, 4096, 11)
	defer os.RemoveAll(filepath.Dir(dir))
	return readFiles(dir)
})

// benchT gives a directory that outlives one run of a benchmark.
type benchT struct{ testing.B }

func (*benchT) TempDir() string { return must(os.MkdirTemp("", "veche-bench-")) }

// BenchmarkVerifyRecord verifies a whole record of 4,096 ballots of eleven choices.
// x/floor is the median of its time relative to the floor: decoding the elements that
// the ballots publish and one multi-scalar multiplication over each batch of them.
func BenchmarkVerifyRecord(b *testing.B) {
	f := manyForBench()
	fsys, ballots := f.fs(), 4096
	verify := func() {
		r, err := Record(context.Background(), fsys, nil)
		require.NoError(b, err)
		require.True(b, r.Verified())
	}
	verify()
	b.ReportAllocs()
	for b.Loop() {
		verify()
	}
	b.ReportMetric(float64(b.N*ballots)/b.Elapsed().Seconds(), "ballots/s")

	elements := f.elements(11)
	scalars := make([]group.Scalar, batchEntries*len(elements)/ballots)
	for i := range scalars {
		scalars[i].Set(group.RandomScalar())
	}
	var ratios []float64
	for range 9 {
		start := time.Now()
		for part := range slices.Chunk(elements, len(scalars)) {
			floor(part, scalars)
		}
		least := time.Since(start)
		start = time.Now()
		verify()
		ratios = append(ratios, float64(time.Since(start))/float64(least))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "x/floor")
}

// elements returns the encodings of all elements of the ballots: credential, the
// ciphertext of one block, three of the proof, one of the signature.
func (f files) elements(options int) (out [][]byte) {
	for _, entry := range f.entries()[1:] {
		b := entry[1:]
		out = append(out, b[3:35], b[len(b)-64:len(b)-32])
		for at := range 1 + options + 3 {
			out = append(out, b[75+32*at:][:32])
		}
	}
	return out
}

func floor(encoded [][]byte, scalars []group.Scalar) *group.Element {
	points := make([]group.Affine, len(encoded))
	parallel.For(len(encoded), 64, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			check(points[i].SetCanonicalBytes(encoded[i]))
		}
	})
	return group.VarTimeMultiScalarMult(scalars[:len(points)], points)
}
