package record

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot/box"
	"veche.example/internal/wire"
	"veche.example/proofs"
)

// complete returns the files of a complete record without ballots.
func complete(t testing.TB) fstest.MapFS {
	_, dir := standard().at(t, done)
	return inMemory(t, dir)
}

// inMemory returns a copy of what is in dir.
func inMemory(t testing.TB, dir string) fstest.MapFS {
	m := fstest.MapFS{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			m[name] = &fstest.MapFile{Data: read(t, dir, name), Mode: 0o644}
		}
		return err
	}))
	return m
}

func TestReaderReadsWhatTheWriterWrote(t *testing.T) {
	t.Parallel()
	f := standard()
	r := NewReader(complete(t))
	files, faults, err := r.CheckFiles(f.manifest)
	require.NoError(t, err)
	require.Empty(t, faults)
	require.Equal(t, 5, files)
	m, err := r.Manifest()
	require.NoError(t, err)
	require.Equal(t, f.manifest.Bytes(), m.Bytes())
	roll, err := r.Roll()
	require.NoError(t, err)
	require.Equal(t, f.roll.Bytes(), roll.Bytes())
	c, err := r.Ceremony(2)
	require.NoError(t, err)
	require.Equal(t, f.ceremony, c)
	shares, err := r.Tally(m, []int{1})
	require.NoError(t, err)
	require.Equal(t, [][]byte{nil, nil, nil}, shares[0].Signatures)
	require.Equal(t, [][]byte{nil, nil}, shares[0].Shares)
	want := f.noResult().Bytes()
	result, err := r.Result(len(want))
	require.NoError(t, err)
	require.Equal(t, want, result)
	result, err = r.Result(len(want) - 9)
	require.NoError(t, err)
	require.Equal(t, want[:len(want)-8], result, "one byte too many, which no result of that size has")
	log := entries(t, complete(t), m)
	require.Equal(t, entry(box.Manifest, ManifestEntry(m, roll)), log[0])
	require.Equal(t, entry(box.Ceremony, CeremonyEntry(c.Bytes())), log[1])
	at, err := CheckOpening(f.Election, log[2][1:])
	require.NoError(t, err)
	require.EqualValues(t, opensAt.Unix(), at)
	var tree Tree
	for _, e := range log[:3] {
		tree.Add(e)
	}
	closing, err := ParseClosing(log[3][1:])
	require.NoError(t, err)
	require.NoError(t, closing.Verify(f.Election))
	require.EqualValues(t, opensAt.Unix(), closing.Time)
	require.Equal(t, tree.Root(), closing.Root)
	file, err := EncodeTally(m, shares)
	require.NoError(t, err)
	require.Equal(t, entry(box.Tally, TallyEntry(file)), log[4])
	require.Equal(t, entry(box.Result, ResultEntry(want)), log[5])
}

// A crash, a copy or an editor leaves such files behind.
func TestFilesThatDoNotBelong(t *testing.T) {
	t.Parallel()
	for _, name := range []string{".tmp-12345", "manifest.json~", ".DS_Store", "log.bin", "sub/file"} {
		m := complete(t)
		m[name] = &fstest.MapFile{}
		_, faults, err := NewReader(m).CheckFiles(standard().manifest)
		require.NoError(t, err)
		require.Len(t, faults, 1)
		require.ErrorContains(t, faults[0], "not a file of a record: remove it")
	}
	_, dir := standard().at(t, open)
	_, faults, err := NewReader(os.DirFS(dir)).CheckFiles(standard().manifest)
	require.NoError(t, err)
	require.Len(t, faults, 2)
	require.ErrorContains(t, faults[0], "tally.bin: missing")
	_, _, err = NewReader(os.DirFS(filepath.Join(dir, "none"))).CheckFiles(nil)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestIrregularFilesAreNotOpened(t *testing.T) {
	t.Parallel()
	_, dir := standard().at(t, done)
	for _, name := range Files() {
		require.NoError(t, os.Remove(filepath.Join(dir, name)))
		require.NoError(t, os.Symlink("/dev/zero", filepath.Join(dir, name)))
	}
	r := NewReader(os.DirFS(dir))
	_, faults, err := r.CheckFiles(nil)
	require.NoError(t, err)
	require.Len(t, faults, len(Files()))
	for _, read := range readers(r) {
		require.ErrorContains(t, read(), "not a regular file")
	}
}

// readers are all that a Reader reads, in the order of Files.
func readers(r *Reader) []func() error {
	return []func() error{
		func() error { _, err := r.Manifest(); return err },
		func() error { _, err := r.Roll(); return err },
		func() error { _, err := r.Ceremony(2); return err },
		func() error { _, err := r.Tally(standard().manifest, []int{1}); return err },
		func() error { _, err := r.Result(1 << 10); return err },
	}
}

func TestMalformedFiles(t *testing.T) {
	t.Parallel()
	good := complete(t)
	file := func(name string) []byte { return slices.Clone(good[name].Data) }
	put := func(name string, at int, s string) []byte {
		b := file(name)
		copy(b[at:], s)
		return b
	}
	replace := func(name, old, new string) []byte {
		require.Contains(t, string(file(name)), old)
		return []byte(strings.Replace(string(file(name)), old, new, 1))
	}
	for fault, tc := range map[string]struct {
		file string
		data []byte
		text string
	}{
		"manifest too long":                {ManifestFile, make([]byte, 1<<20+1), "more than 1048576 bytes"},
		"manifest with data after it":      {ManifestFile, append(file(ManifestFile), '{'), "manifest"},
		"roll of another version":          {RollFile, put(RollFile, 0, "\x02"), "version 2"},
		"roll that promises 2^32-1 voters": {RollFile, put(RollFile, 1, "\xff\xff\xff\xff"), "4294967295 voters"},
		"roll cut off":                     {RollFile, file(RollFile)[:40], "truncated"},
		"ceremony with another head":       {CeremonyFile, replace(CeremonyFile, "v1", "v2"), `must start with the line "veche/v1 ceremony"`},
		"ceremony with a carriage return":  {CeremonyFile, replace(CeremonyFile, "\n", "\r"), "must start with"},
		"ceremony with a huge length":      {CeremonyFile, put(CeremonyFile, len(ceremonyHead)+4, "\xff\xff\xff\xff"), "at most 2097152"},
		"ceremony with a byte more":        {CeremonyFile, append(file(CeremonyFile), 0), "1 bytes too many"},
		"ceremony cut off":                 {CeremonyFile, file(CeremonyFile)[:900], "truncated"},
		"ceremony too long":                {CeremonyFile, make([]byte, 17<<20), "more than"},
		"ceremony of nothing":              {CeremonyFile, nil, "must start with"},
		"tally with another head":          {TallyFile, replace(TallyFile, "tally", "total"), "must start with"},
		"tally with a long signature":      {TallyFile, put(TallyFile, len(tallyHead), "\x00\x00\x00\x41"), "length 65, at most 64"},
		"tally with a long share":          {TallyFile, put(TallyFile, len(tallyHead)+12, "\x00\x00\x00\xa1"), "length 161, at most 160"},
		"tally with a contest more":        {TallyFile, append(file(TallyFile), make([]byte, 20)...), "20 bytes too many"},
		"tally with a signer less":         {TallyFile, file(TallyFile)[:len(file(TallyFile))-4], "truncated"},
		"tally too long":                   {TallyFile, make([]byte, 600), "more than"},
	} {
		t.Run(fault, func(t *testing.T) {
			m := fstest.MapFS{tc.file: &fstest.MapFile{Data: tc.data}}
			read := readers(NewReader(m))[slices.Index(Files(), tc.file)]
			require.ErrorContains(t, read(), tc.text)
		})
	}
}

// What is in the place of the log's directory is not looked into.
func TestLogThatIsNoDirectory(t *testing.T) {
	t.Parallel()
	f := standard()
	_, dir := f.at(t, done)
	path := filepath.Join(dir, LogDir)
	require.NoError(t, os.Rename(path, dir+"-log"))
	log, err := NewReader(os.DirFS(dir)).Log(f.manifest)
	require.NoError(t, err)
	_, err = log.Checkpoint()
	require.ErrorIs(t, err, os.ErrNotExist)
	_, faults, err := NewReader(os.DirFS(dir)).CheckFiles(f.manifest)
	require.NoError(t, err)
	require.ErrorContains(t, faults[0], "log: missing")

	require.NoError(t, os.Symlink(dir+"-log", path))
	for range 2 {
		_, err = NewReader(os.DirFS(dir)).Log(f.manifest)
		require.ErrorContains(t, err, "log: not a directory")
		_, faults, err = NewReader(os.DirFS(dir)).CheckFiles(f.manifest)
		require.NoError(t, err)
		require.ErrorContains(t, faults[0], "log: not a directory")
		require.NoError(t, os.Remove(path))
		require.NoError(t, os.WriteFile(path, nil, 0o644))
	}
}

func TestOpeningRefused(t *testing.T) {
	t.Parallel()
	f := standard()
	good, err := OpeningEntry(f.Election, f.box, time.Unix(5, 0))
	require.NoError(t, err)
	_, err = CheckOpening(f.Election, good)
	require.NoError(t, err)
	for n := range good {
		bad := slices.Clone(good)
		bad[n] ^= 1
		_, err := CheckOpening(f.Election, bad)
		require.Error(t, err, "byte %d", n)
		_, err = CheckOpening(f.Election, good[:n])
		require.Error(t, err, "%d bytes", n)
	}
	_, err = CheckOpening(f.Election, append(slices.Clone(good), 0))
	require.ErrorContains(t, err, "1 bytes too many")
	late := wire.AppendUint64(slices.Clone(f.Fingerprint[:]), maxTime+1)
	_, err = CheckOpening(f.Election, append(late, f.box.Sign("opening", f.Fingerprint, late)...))
	require.ErrorContains(t, err, "at most 253402300799")
}

func TestClosingRefused(t *testing.T) {
	t.Parallel()
	f := standard()
	_, good, err := ClosingEntry(f.Election, f.box, 7, [32]byte{1}, time.Unix(5, 0))
	require.NoError(t, err)
	for n := range good {
		_, err := ParseClosing(good[:n])
		require.ErrorContains(t, err, "truncated", "%d bytes", n)
	}
	_, err = ParseClosing(append(slices.Clone(good), 0))
	require.ErrorContains(t, err, "1 bytes too many")
	good[40] = 0xff
	_, err = ParseClosing(good)
	require.ErrorContains(t, err, "at most 253402300799")
	_, _, err = ClosingEntry(f.Election, proofs.GenerateSigningKey(), 7, [32]byte{1}, time.Unix(5, 0))
	require.ErrorContains(t, err, "not the box's key")
	_, _, err = ClosingEntry(f.Election, f.box, 7, [32]byte{1}, time.Unix(maxTime+1, 0))
	require.ErrorContains(t, err, "after 9999")
}

// The signature covers size, hash, time and election; the digest covers the same.
func TestClosingIsBound(t *testing.T) {
	t.Parallel()
	f := standard()
	good, _, err := ClosingEntry(f.Election, f.box, 7, [32]byte{1}, opensAt)
	require.NoError(t, err)
	require.NoError(t, good.Verify(f.Election))
	digests := map[[32]byte]bool{good.Digest(f.Election): true}
	for name, edit := range map[string]func(c *Closing){
		"size": func(c *Closing) { c.Size++ },
		"root": func(c *Closing) { c.Root[31]++ },
		"time": func(c *Closing) { c.Time++ },
	} {
		c := *good
		edit(&c)
		require.Error(t, c.Verify(f.Election), name)
		require.False(t, digests[c.Digest(f.Election)], name)
		digests[c.Digest(f.Election)] = true
	}
	other := *f.Election
	other.Fingerprint[0]++
	require.Error(t, good.Verify(&other))
	require.NotEqual(t, good.Digest(f.Election), good.Digest(&other))
}
