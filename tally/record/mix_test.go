package record

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"veche.example/ballot/box"
	"veche.example/elgamal/group"
	"veche.example/mixnet"
	"veche.example/proofs"
	"veche.example/tally"
)

// list is the input of a cascade of three ballots.
func (f *fixture) list() *mixnet.List {
	var b []byte
	for i := range 6 {
		b = append(b, group.HashToElement("test", []byte{byte(i)}).Bytes()...)
	}
	return must(mixnet.ParseList(b, []int{1}))
}

func (f *fixture) cascade() *mixnet.Cascade {
	return &mixnet.Cascade{Fingerprint: f.Fingerprint, Contest: "m-1", Keys: f.Keys, Mixers: f.manifest.MixerKeys(), Least: 1, Input: f.list()}
}

// mixes is an honest cascade of both mixers.
func (f *fixture) mixes(t testing.TB) (out []*mixnet.Mix) {
	c := f.cascade()
	in := c.Input
	for k, id := range f.mixers {
		m, err := c.Mix(t.Context(), id, k+1, in, nil, nil, nil)
		require.NoError(t, err)
		out, in = append(out, m), m.Output
	}
	return out
}

// Each mixer writes its mix in a process of its own, and reads those before.
func TestMixersWriteOneAfterTheOther(t *testing.T) {
	t.Parallel()
	f := mixed()
	w, dir := f.at(t, closed)
	r := NewReader(os.DirFS(dir))
	for k, m := range f.mixes(t) {
		_, err := r.Mix("m-1", k+1, f.list())
		require.ErrorIs(t, err, fs.ErrNotExist)
		require.NoError(t, WriteMix(dir, "m-1", m))
		got, err := r.Mix("m-1", k+1, f.list())
		require.NoError(t, err)
		require.Equal(t, m.Bytes(), got.Bytes())
		info, err := os.Stat(filepath.Join(dir, MixFile("m-1", k+1)))
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o644), info.Mode())
	}
	require.NoError(t, w.Tally(f.noShares()))
	require.NoError(t, w.Result(f.noResult()))
	files, faults, err := r.CheckFiles(f.manifest)
	require.NoError(t, err)
	require.Empty(t, faults, "no temporary file is left")
	require.Equal(t, 7, files)
	require.Equal(t, []box.Kind{box.Manifest, box.Ceremony, box.Opening, box.Closing, box.Mix, box.Mix, box.Tally, box.Result},
		kinds(entries(t, os.DirFS(dir), f.manifest)))
	_, faults, err = r.CheckFiles(nil)
	require.NoError(t, err)
	require.Empty(t, faults, "without a manifest all mixes belong")
}

func TestWriteMixRefuses(t *testing.T) {
	t.Parallel()
	f := mixed()
	for name, tc := range map[string]struct {
		state    state
		there    int // mixes that are there
		contest  string
		position int
		text     string
	}{
		"before the box is open":        {keyed, 0, "m-1", 1, "not closed yet"},
		"while the box is open":         {open, 0, "m-1", 1, "not closed yet"},
		"after the tally":               {tallied, 0, "m-1", 1, "published the tally"},
		"after the result":              {done, 0, "m-1", 1, "published the tally"},
		"a mix that is there":           {closed, 1, "m-1", 1, "there already: mix its output"},
		"the first of two that are":     {closed, 2, "m-1", 1, "there already"},
		"a gap":                         {closed, 0, "m-1", 2, "the mix before this one is missing"},
		"a gap after one":               {closed, 1, "m-1", 3, "the mix before this one is missing"},
		"a mixer who has mixed":         {closed, 2, "m-1", 3, "mix-m-1-2.bin is by the same mixer"},
		"no position":                   {closed, 0, "m-1", 0, "there can be 1 to 4"},
		"a negative position":           {closed, 0, "m-1", -1, "there can be 1 to 4"},
		"more than two of each mixer":   {closed, 4, "m-1", 5, "there can be 1 to 4"},
		"a contest that is added up":    {closed, 0, "q", 1, "none that is mixed"},
		"no contest":                    {closed, 0, "m", 1, "none that is mixed"},
		"a contest in another place":    {closed, 0, "../m-1", 1, "none that is mixed"},
		"a record without its manifest": {-1, 0, "m-1", 1, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if tc.state >= 0 {
				_, dir = f.at(t, tc.state)
			}
			for k := range tc.there {
				require.NoError(t, WriteMix(dir, "m-1", &mixnet.Mix{Position: k + 1, Mixer: proofs.VerifyKey{byte(k)}}))
			}
			before, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.ErrorContains(t, WriteMix(dir, tc.contest, &mixnet.Mix{Position: tc.position, Mixer: proofs.VerifyKey{1}}), tc.text)
			after, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Len(t, after, len(before), "nothing was written")
		})
	}
	_, dir := standard().at(t, closed)
	require.ErrorContains(t, WriteMix(dir, "q", &mixnet.Mix{Position: 1}), "none that is mixed")
}

// Two mixers who start from the same output: one of them comes too late.
func TestWriteMixAtOnce(t *testing.T) {
	t.Parallel()
	_, dir := mixed().at(t, closed)
	var wg sync.WaitGroup
	var won atomic.Int32
	for i := range byte(8) {
		wg.Go(func() {
			m := &mixnet.Mix{Position: 1, Proof: bytes.Repeat([]byte{i}, 100_000), Signature: make([]byte, 64)}
			if WriteMix(dir, "m-1", m) == nil {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, won.Load())
	b := read(t, dir, "mix-m-1-1.bin")
	proof := b[len(b)-64-100_000 : len(b)-64]
	require.Equal(t, bytes.Repeat(proof[:1], 100_000), proof)
	_, faults, err := NewReader(os.DirFS(dir)).CheckFiles(mixed().manifest)
	require.NoError(t, err)
	require.Len(t, faults, 2, "tally and result are missing, and no temporary file is left")
}

func TestMixFilesThatDoNotBelong(t *testing.T) {
	t.Parallel()
	f := mixed()
	_, dir := f.at(t, done)
	complete := func(more ...string) fstest.MapFS {
		m := fstest.MapFS{}
		for _, name := range append(append(Files(), LogDir+"/checkpoint"), more...) {
			m[name] = &fstest.MapFile{}
		}
		return m
	}
	for name, tc := range map[string]struct {
		more  []string
		fault string
	}{
		"a contest that is added up":   {[]string{"mix-q-1.bin"}, `"mix-q-1.bin": not a file`},
		"no contest":                   {[]string{"mix-m-1.bin"}, `"mix-m-1.bin": not a file`},
		"no position":                  {[]string{"mix-m-1-.bin"}, "not a file"},
		"position 0":                   {[]string{"mix-m-1-0.bin"}, "not a file"},
		"a zero in front":              {[]string{"mix-m-1-01.bin"}, "not a file"},
		"a plus":                       {[]string{"mix-m-1-+1.bin"}, "not a file"},
		"too many":                     {[]string{"mix-m-1-1.bin", "mix-m-1-2.bin", "mix-m-1-3.bin", "mix-m-1-4.bin", "mix-m-1-5.bin"}, "-5.bin"},
		"a position of many digits":    {[]string{"mix-m-1-99999999999999999999.bin"}, "not a file"},
		"another ending":               {[]string{"mix-m-1-1.bin.bak"}, "not a file"},
		"another beginning":            {[]string{"Mix-m-1-1.bin"}, "not a file"},
		"a gap":                        {[]string{"mix-m-1-1.bin", "mix-m-1-3.bin"}, "mix-m-1-2.bin: missing"},
		"the first one missing":        {[]string{"mix-m-1-2.bin"}, "mix-m-1-1.bin: missing"},
		"a directory in a mix's place": {[]string{"mix-m-1-1.bin/x"}, "mix-m-1-1.bin: not a regular file"},
	} {
		t.Run(name, func(t *testing.T) {
			_, faults, err := NewReader(complete(tc.more...)).CheckFiles(f.manifest)
			require.NoError(t, err)
			require.Len(t, faults, 1)
			require.ErrorContains(t, faults[0], tc.fault)
		})
	}
	require.NoError(t, os.Symlink("/dev/zero", filepath.Join(dir, "mix-m-1-1.bin")))
	r := NewReader(os.DirFS(dir))
	_, faults, err := r.CheckFiles(f.manifest)
	require.NoError(t, err)
	require.ErrorContains(t, faults[0], "not a regular file")
	_, err = r.Mix("m-1", 1, f.list())
	require.ErrorContains(t, err, "not a regular file")
}

func TestMixFileNames(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`[a-z0-9-]{1,64}`).Draw(t, "id")
		position := rapid.IntRange(1, 128).Draw(t, "position")
		contest, at, ok := parseMixFile(MixFile(id, position))
		require.True(t, ok)
		require.Equal(t, id, contest)
		require.Equal(t, position, at)
	})
	for _, name := range []string{"", "mix-", "mix--1.bin", "mix-1.bin", "mix-a-1", "a-1.bin", "mix-a--.bin", "mix-a-1.bin\n"} {
		_, _, ok := parseMixFile(name)
		require.False(t, ok, name)
	}
}

func TestMalformedMixes(t *testing.T) {
	t.Parallel()
	f := mixed()
	good := append([]byte(mixHead), f.mixes(t)[0].Bytes()...)
	at := len(mixHead) + 4 + 32 + 32 // the length of the output
	edit := func(i int, b ...byte) []byte {
		out := bytes.Clone(good)
		copy(out[i:], b)
		return out
	}
	read := func(b []byte) (*mixnet.Mix, error) { return one("mix-m-1-1.bin", b).Mix("m-1", 1, f.list()) }
	_, err := read(good)
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		data []byte
		text string
	}{
		"nothing":                 {nil, "must start with"},
		"another head":            {[]byte(strings.Replace(string(good), "mix", "mux", 1)), `must start with the line "veche/v1 mix"`},
		"only a head":             {[]byte(mixHead), "truncated"},
		"a byte more":             {append(bytes.Clone(good), 0), "1 bytes too many"},
		"a byte less":             {good[:len(good)-1], "truncated"},
		"a huge output":           {edit(at, 0xff, 0xff, 0xff, 0xff), "length 4294967295"},
		"an output cut off":       {edit(at, 0x01), "truncated"},
		"more than twice as long": {append(bytes.Clone(good), make([]byte, len(good)+1)...), "more than"},
	} {
		_, err := read(tc.data)
		require.ErrorContains(t, err, tc.text, name)
	}

	// What a mixer signed that is no list is for the cascade to judge.
	for name, output := range map[string][]byte{
		"the identity": make([]byte, 192), "a row less": good[at+4:][:128], "a row more": append(good[at+4:][:192:192], good[at+4:][:64]...),
		"not canonical": bytes.Repeat([]byte{0xff}, 192), "nothing": {},
	} {
		m := &mixnet.Mix{Position: 1, Signature: make([]byte, 64)}
		b := append([]byte(mixHead), m.Bytes()[:4+64]...)
		b = append(append(b, 0, 0, 0, byte(len(output))), output...)
		b = append(b, make([]byte, 4+64)...)
		if len(output) > 255 {
			b[at+2], b[at+3] = byte(len(output)>>8), byte(len(output))
		}
		got, err := read(b)
		require.NoError(t, err, name)
		require.Equal(t, b, EncodeMix(got), name)
	}
}

// tally.bin holds as many shares of rows as there are ballots, and no more.
func TestTallyOfMixedContest(t *testing.T) {
	t.Parallel()
	f := mixed()
	w, dir := f.at(t, closed)
	size := 32 * (3 + 2 + 1)
	want := []tally.Shares{{Signatures: make([][]byte, 3), Shares: make([][]byte, 2)},
		{Signatures: make([][]byte, 3), Shares: [][]byte{bytes.Repeat([]byte{1}, size), nil}}}
	require.NoError(t, w.Tally(want))
	r := NewReader(os.DirFS(dir))
	got, err := r.Tally(f.manifest, []int{1, 3})
	require.NoError(t, err)
	require.Equal(t, want, got)
	for _, rows := range []int{0, 1, 2} {
		_, err := r.Tally(f.manifest, []int{1, rows})
		require.ErrorContains(t, err, fmt.Sprintf("length 192, at most %d", 32*(rows+3)))
	}
}
