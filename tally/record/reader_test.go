package record

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"veche.example/internal/wire"
)

// complete returns the files of a complete record without ballots.
func complete(t testing.TB) fstest.MapFS {
	_, dir := standard().at(t, done)
	m := fstest.MapFS{}
	for _, name := range names(t, dir) {
		m[name] = &fstest.MapFile{Data: read(t, dir, name)}
	}
	return m
}

func TestReaderReadsWhatTheWriterWrote(t *testing.T) {
	t.Parallel()
	f := standard()
	r := NewReader(complete(t))
	files, faults, err := r.CheckFiles(f.manifest)
	require.NoError(t, err)
	require.Empty(t, faults)
	require.Equal(t, 7, files)
	m, err := r.Manifest()
	require.NoError(t, err)
	require.Equal(t, f.manifest.Bytes(), m.Bytes())
	roll, err := r.Roll()
	require.NoError(t, err)
	require.Equal(t, f.roll.Bytes(), roll.Bytes())
	c, err := r.Ceremony(2)
	require.NoError(t, err)
	require.Equal(t, f.ceremony, c)
	closing, err := r.Closing()
	require.NoError(t, err)
	require.NoError(t, closing.Verify(f.Election))
	require.EqualValues(t, opensAt.Unix(), closing.Time)
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
	tree, err := r.Log(func(e Entry) error {
		at, err := CheckOpening(f.Election, e.Body)
		require.EqualValues(t, opensAt.Unix(), at)
		return err
	})
	require.NoError(t, err)
	require.Equal(t, closing.Root, tree.Root())
}

// A crash, a copy or an editor leaves such files behind.
func TestFilesThatDoNotBelong(t *testing.T) {
	t.Parallel()
	for _, name := range []string{".tmp-12345", "manifest.json~", ".DS_Store", "log.bin.gz", "sub/file"} {
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
	require.Len(t, faults, 3)
	require.ErrorContains(t, faults[0], "closing.bin: missing")
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
		func() error { _, err := r.Log(func(Entry) error { return nil }); return err },
		func() error { _, err := r.Closing(); return err },
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
	frame := len(logHead)
	for fault, tc := range map[string]struct {
		file string
		data []byte
		text string
	}{
		"manifest too long":                 {ManifestFile, make([]byte, 1<<20+1), "more than 1048576 bytes"},
		"manifest with data after it":       {ManifestFile, append(file(ManifestFile), '{'), "manifest"},
		"roll of another version":           {RollFile, put(RollFile, 0, "\x02"), "version 2"},
		"roll that promises 2^32-1 voters":  {RollFile, put(RollFile, 1, "\xff\xff\xff\xff"), "4294967295 voters"},
		"roll cut off":                      {RollFile, file(RollFile)[:40], "truncated"},
		"ceremony with another head":        {CeremonyFile, replace(CeremonyFile, "v1", "v2"), `must start with the line "veche/v1 ceremony"`},
		"ceremony with a carriage return":   {CeremonyFile, replace(CeremonyFile, "\n", "\r"), "must start with"},
		"ceremony with a huge length":       {CeremonyFile, put(CeremonyFile, len(ceremonyHead)+4, "\xff\xff\xff\xff"), "at most 2097152"},
		"ceremony with a byte more":         {CeremonyFile, append(file(CeremonyFile), 0), "1 bytes too many"},
		"ceremony cut off":                  {CeremonyFile, file(CeremonyFile)[:900], "truncated"},
		"ceremony too long":                 {CeremonyFile, make([]byte, 17<<20), "more than"},
		"ceremony of nothing":               {CeremonyFile, nil, "must start with"},
		"log with another head":             {LogFile, replace(LogFile, "log", "lag"), `must start with the line "veche/v1 log"`},
		"log that ends in its head":         {LogFile, []byte(logHead[:5]), "must start with"},
		"log with an empty entry":           {LogFile, append(file(LogFile), 0, 0, 0, 0), "entry 1: frame length 0"},
		"log with a huge entry":             {LogFile, put(LogFile, frame, "\xff\xff\xff\xff"), "entry 0: frame length 4294967295, must be 1 to 4194304"},
		"log with an entry above the limit": {LogFile, put(LogFile, frame, "\x00\x40\x00\x01"), "frame length 4194305"},
		"log with an entry that ends early": {LogFile, file(LogFile)[:frame+20], "truncated"},
		"log with a length that ends early": {LogFile, append(file(LogFile), 0, 0), "frame length: truncated"},
		"log with an unknown kind":          {LogFile, wire.AppendFrame(file(LogFile), []byte{9}), "entry 1: unknown kind 9"},
		"log that opens twice":              {LogFile, append(file(LogFile), file(LogFile)[frame:]...), "entry 1: opening out of order"},
		"log that does not open":            {LogFile, wire.AppendFrame([]byte(logHead), []byte{byte(Ballot)}), "entry 0: ballot out of order"},
		"closing with another head":         {ClosingFile, replace(ClosingFile, "c", "k"), "must start with"},
		"closing with a byte more":          {ClosingFile, append(file(ClosingFile), 0), "1 bytes too many"},
		"closing with a byte less":          {ClosingFile, file(ClosingFile)[:len(file(ClosingFile))-1], "truncated"},
		"closing in the year 10000":         {ClosingFile, put(ClosingFile, len(closingHead)+40, "\xff"), "at most 253402300799"},
		"closing too long":                  {ClosingFile, make([]byte, 2000), "more than 1024 bytes"},
		"tally with another head":           {TallyFile, replace(TallyFile, "tally", "total"), "must start with"},
		"tally with a long signature":       {TallyFile, put(TallyFile, len(tallyHead), "\x00\x00\x00\x41"), "length 65, at most 64"},
		"tally with a long share":           {TallyFile, put(TallyFile, len(tallyHead)+12, "\x00\x00\x00\xa1"), "length 161, at most 160"},
		"tally with a contest more":         {TallyFile, append(file(TallyFile), make([]byte, 20)...), "20 bytes too many"},
		"tally with a signer less":          {TallyFile, file(TallyFile)[:len(file(TallyFile))-4], "truncated"},
		"tally too long":                    {TallyFile, make([]byte, 600), "more than"},
	} {
		t.Run(fault, func(t *testing.T) {
			m := fstest.MapFS{tc.file: &fstest.MapFile{Data: tc.data}}
			read := readers(NewReader(m))[slices.Index(Files(), tc.file)]
			require.ErrorContains(t, read(), tc.text)
		})
	}
}

func TestOpeningRefused(t *testing.T) {
	t.Parallel()
	f := standard()
	good := openingEntry(f.Election, f.box, 5)
	_, err := CheckOpening(f.Election, good)
	require.NoError(t, err)
	for n := range good {
		bad := slices.Clone(good)
		bad[n] ^= 1
		_, err := CheckOpening(f.Election, bad)
		require.Error(t, err, "byte %d", n)
		_, err = CheckOpening(f.Election, good[:n])
		require.Error(t, err, "%d bytes", n)
	}
	_, err = CheckOpening(f.Election, openingEntry(f.Election, f.box, maxTime+1))
	require.ErrorContains(t, err, "at most 253402300799")
}

// The signature covers size, hash, time and election; the digest covers the same.
func TestClosingIsBound(t *testing.T) {
	t.Parallel()
	f := standard()
	m := complete(t)
	good, err := NewReader(m).Closing()
	require.NoError(t, err)
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

// Log stops at the caller's error and gives the tree of what was read.
func TestLogStops(t *testing.T) {
	t.Parallel()
	m := complete(t)
	for range 3 {
		m[LogFile].Data = wire.AppendFrame(m[LogFile].Data, []byte{byte(Promise), 1})
	}
	enough := errors.New("enough")
	tree, err := NewReader(m).Log(func(e Entry) error {
		if e.Index == 2 {
			return enough
		}
		return nil
	})
	require.ErrorIs(t, err, enough)
	require.EqualValues(t, 3, tree.Size())
}
