package source

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/tally/record"
)

// member of an archive that a test makes: stored, as its header says it.
type part struct {
	zip.FileHeader
	data string
}

func plain(name, data string) part {
	h := zip.FileHeader{Name: name, Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(data)),
		CompressedSize64: uint64(len(data)), UncompressedSize64: uint64(len(data))}
	h.SetMode(0o644)
	return part{h, data}
}

func (p part) with(edit func(*zip.FileHeader)) part {
	edit(&p.FileHeader)
	return p
}

// deflated is so many zero bytes.
func deflated(t *testing.T, name string, size int) part {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	m, err := w.Create(name)
	require.NoError(t, err)
	_, err = m.Write(make([]byte, size))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	raw, err := r.File[0].OpenRaw()
	require.NoError(t, err)
	data, err := io.ReadAll(raw)
	require.NoError(t, err)
	return part{r.File[0].FileHeader, string(data)}
}

func zipOf(t *testing.T, parts ...part) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range parts {
		m, err := w.CreateRaw(&p.FileHeader)
		require.NoError(t, err)
		_, err = io.WriteString(m, p.data)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func openBytes(t *testing.T, archive []byte) (fs.FS, error) {
	path := filepath.Join(t.TempDir(), "record.zip")
	require.NoError(t, os.WriteFile(path, archive, 0o644))
	fsys, done, err := Open(context.Background(), path)
	if err == nil {
		t.Cleanup(func() { require.NoError(t, done()) })
	} else {
		require.ErrorContains(t, err, path)
	}
	return fsys, err
}

func TestArchivesThatAreNotOpened(t *testing.T) {
	t.Parallel()
	good := plain(record.ManifestFile, "{}")
	link := good.with(func(h *zip.FileHeader) { h.SetMode(fs.ModeSymlink | 0o777) })
	whole := zipOf(t, good, plain("roll.bin", "roll"))
	for name, tc := range map[string]struct {
		archive []byte
		want    string
	}{
		"a link":                    {zipOf(t, link), "a link or another special file"},
		"a pipe":                    {zipOf(t, good.with(func(h *zip.FileHeader) { h.SetMode(fs.ModeNamedPipe) })), "a link or another special file"},
		"a device":                  {zipOf(t, good.with(func(h *zip.FileHeader) { h.SetMode(fs.ModeDevice | fs.ModeCharDevice) })), "a link or another special file"},
		"a folder that is a link":   {zipOf(t, plain("log/", "").with(func(h *zip.FileHeader) { h.SetMode(fs.ModeSymlink) })), "a link or another special file"},
		"a path that climbs":        {zipOf(t, good, plain("../roll.bin", "x")), `"../roll.bin": not a path that leads into the archive`},
		"one that climbs inside":    {zipOf(t, good, plain("log/../../roll.bin", "x")), "not a path"},
		"an absolute path":          {zipOf(t, good, plain("/etc/passwd", "x")), "not a path"},
		"a path of Windows":         {zipOf(t, good, plain(`..\roll.bin`, "x")), "not a path"},
		"a drive of Windows":        {zipOf(t, good, plain(`C:\roll.bin`, "x")), "not a path"},
		"no name":                   {zipOf(t, good, plain("", "x")), "not a path"},
		"the folder itself":         {zipOf(t, good, plain("./", "")), "not a path"},
		"an empty part of a path":   {zipOf(t, good, plain("log//checkpoint", "x")), "not a path"},
		"two slashes at the end":    {zipOf(t, good, plain("log//", "")), "not a path"},
		"a name that is not UTF-8":  {zipOf(t, good, plain("roll\xff.bin", "x")), "not a path"},
		"a very long name":          {zipOf(t, good, plain(strings.Repeat("a/", 200)+"b", "x")), "a path of more than 255 bytes"},
		"a name twice":              {zipOf(t, good, plain("roll.bin", "x"), plain("roll.bin", "y")), `"roll.bin": twice in the archive`},
		"a folder twice":            {zipOf(t, good, plain("log/", ""), plain("log/", "")), "twice in the archive"},
		"a file and a folder":       {zipOf(t, good, plain("log", "x"), plain("log/", "")), "a file and a folder at once"},
		"a folder and a file":       {zipOf(t, good, plain("log/", ""), plain("log", "x")), "a file and a folder at once"},
		"a file in a file":          {zipOf(t, good, plain("log", "x"), plain("log/checkpoint", "x")), `in "log", which is a file`},
		"a file around a file":      {zipOf(t, good, plain("log/tile/0", "x"), plain("log", "x")), "a file and a folder at once"},
		"encrypted":                 {zipOf(t, good.with(func(h *zip.FileHeader) { h.Flags |= 1 })), "encrypted"},
		"packed in another way":     {zipOf(t, good.with(func(h *zip.FileHeader) { h.Method = 12 })), "packed by method 12"},
		"a bomb":                    {zipOf(t, good, deflated(t, "roll.bin", 32<<20)), "a bomb"},
		"a bomb in the list":        {zipOf(t, good.with(func(h *zip.FileHeader) { h.Method, h.UncompressedSize64 = zip.Deflate, 1<<30 })), "a bomb"},
		"a file without end":        {zipOf(t, good.with(func(h *zip.FileHeader) { h.UncompressedSize64 = 1 << 40 })), "longer than the archive or than any file"},
		"more packed than there is": {zipOf(t, good.with(func(h *zip.FileHeader) { h.CompressedSize64 = 1 << 20 })), "longer than the archive or than any file"},
		"all together without end":  {zipOf(t, claims(700, 400<<20)...), "more than 274877906944 bytes unpacked"},
		"files that overlap":        {overlapping(t), "overlap"},
		"too many files":            {claiming(whole, 1<<16-1, 1<<40), "1099511627776 files in the archive, at most 131072"},
		"too many names":            {zipOf(t, manyNames(40_000)...), "list of files is longer than"},
		"a list that ends early":    {claiming(whole, 3, 0), "neither a directory nor a whole zip archive"},
		"a list somewhere else":     {claimedAt(whole, 1<<40), "neither a directory nor a whole zip archive"},
		"cut off":                   {whole[:len(whole)-1], "neither a directory nor a whole zip archive"},
		"cut off in the list":       {whole[:len(whole)-30], "neither a directory nor a whole zip archive"},
		"cut off at the start":      {whole[10:], "neither a directory nor a whole zip archive"},
		"an end alone":              {whole[len(whole)-22:], "neither a directory nor a whole zip archive"},
		"the start of an end":       {[]byte("PK\x05\x06"), "neither a directory nor a whole zip archive"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := openBytes(t, tc.archive)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

// claims are files that claim to be long, each without being a bomb alone.
func claims(n int, size uint64) (parts []part) {
	data := strings.Repeat("x", int(size/maxRatio))
	for i := range n {
		p := plain(fmt.Sprint(i), "").with(func(h *zip.FileHeader) { h.UncompressedSize64, h.CompressedSize64 = size, size/maxRatio })
		if i == 0 {
			p.data = data // so that the archive is long enough
		}
		parts = append(parts, p)
	}
	return parts
}

func manyNames(n int) (parts []part) {
	for i := range n {
		parts = append(parts, plain(fmt.Sprint(i), "").with(func(h *zip.FileHeader) { h.Comment = strings.Repeat("c", 1000) }))
	}
	return parts
}

// overlapping lists the first file a second time under another name.
func overlapping(t *testing.T) []byte {
	b := zipOf(t, plain("a.bin", strings.Repeat("a", 100)), plain("b.bin", strings.Repeat("b", 100)))
	list := bytes.Index(b, []byte("PK\x01\x02"))
	second := list + bytes.Index(b[list+4:], []byte("PK\x01\x02")) + 4
	binary.LittleEndian.PutUint32(b[second+42:], 0) // where the file begins
	return b
}

// claiming changes how many files the end of an archive claims; long is the long form of
// it, if it has one.
func claiming(archive []byte, files uint16, long uint64) []byte {
	end := len(archive) - 22
	tail := bytes.Clone(archive[end:])
	binary.LittleEndian.PutUint16(tail[8:], files)
	binary.LittleEndian.PutUint16(tail[10:], files)
	b := bytes.Clone(archive[:end])
	if long > 0 {
		end64 := make([]byte, 56)
		copy(end64, "PK\x06\x06")
		binary.LittleEndian.PutUint64(end64[24:], long)
		binary.LittleEndian.PutUint64(end64[32:], long)
		locator := make([]byte, 20)
		copy(locator, "PK\x06\x07")
		binary.LittleEndian.PutUint64(locator[8:], uint64(end))
		locator[16] = 1
		b = append(append(b, end64...), locator...)
	}
	return append(b, tail...)
}

// claimedAt says that the long form of the end is at another place.
func claimedAt(archive []byte, place uint64) []byte {
	b := claiming(archive, 1<<16-1, 2)
	binary.LittleEndian.PutUint64(b[len(b)-22-20+8:], place)
	return b
}

func TestArchivesThatAreRead(t *testing.T) {
	t.Parallel()
	random := make([]byte, 3<<20)
	for i := range random {
		random[i] = byte(rand.Uint32())
	}
	fsys, err := openBytes(t, zipOf(t, plain(record.ManifestFile, "{}"), plain("log/", "").with(func(h *zip.FileHeader) { h.SetMode(fs.ModeDir | 0o755) }),
		deflated(t, "roll.bin", smallFile), plain("tally.bin", string(random)), plain("result.json", "")))
	require.NoError(t, err)
	all := files(t, fsys)
	require.Equal(t, string(make([]byte, smallFile)), all["roll.bin"], "small files may be as small as they can")
	require.Equal(t, string(random), all["tally.bin"])
	require.Contains(t, all, "result.json")

	for name, parts := range map[string][]part{
		"two folders":             {plain("a/roll.bin", "x"), plain("b/roll.bin", "y")},
		"a folder and a file":     {plain("a/roll.bin", "x"), plain("roll.bin", "y")},
		"a manifest and a folder": {plain(record.ManifestFile, "{}"), plain("log/checkpoint", "y")},
	} {
		fsys, err := openBytes(t, zipOf(t, parts...))
		require.NoError(t, err, name)
		entries, err := fs.ReadDir(fsys, ".")
		require.NoError(t, err, name)
		require.Len(t, entries, 2, name)
	}
	fsys, err = openBytes(t, zipOf(t))
	require.NoError(t, err)
	_, err = fs.ReadFile(fsys, record.ManifestFile)
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// What the list says does not have to be so.
func TestFilesThatAreDamaged(t *testing.T) {
	t.Parallel()
	good := plain("roll.bin", strings.Repeat("roll", 100))
	zeros := deflated(t, "roll.bin", 1000)
	flipped := zipOf(t, good)
	flipped[60] ^= 1
	for name, archive := range map[string][]byte{
		"a bit flipped":         flipped,
		"another checksum":      zipOf(t, good.with(func(h *zip.FileHeader) { h.CRC32 ^= 1 })),
		"longer than promised":  zipOf(t, zeros.with(func(h *zip.FileHeader) { h.UncompressedSize64 -= 1 })),
		"shorter than promised": zipOf(t, zeros.with(func(h *zip.FileHeader) { h.UncompressedSize64 += 1 })),
		"not packed as said":    zipOf(t, good.with(func(h *zip.FileHeader) { h.Method = zip.Deflate })),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fsys, err := openBytes(t, archive)
			require.NoError(t, err)
			b, err := fs.ReadFile(fsys, "roll.bin")
			require.ErrorContains(t, err, "roll.bin: ")
			require.ErrorContains(t, err, "the archive is damaged")
			require.ErrorAs(t, err, new(*fs.PathError))
			require.LessOrEqual(t, len(b), 1000)
		})
	}
}

// Any bytes are an archive that can be walked through, or an error.
func FuzzZip(f *testing.F) {
	t := new(testing.T)
	f.Add(zipOf(t, plain(record.ManifestFile, "{}"), plain("log/checkpoint", "x")))
	f.Add(zipOf(t, plain("a/log/", ""), deflated(t, "a/roll.bin", 1000)))
	f.Add(claiming(zipOf(t, plain("roll.bin", "x")), 1<<16-1, 1))
	f.Add(overlapping(t))
	path := filepath.Join(f.TempDir(), "record.zip")
	f.Fuzz(func(t *testing.T, archive []byte) {
		require.NoError(t, os.WriteFile(path, archive, 0o644))
		fsys, done, err := Open(context.Background(), path)
		if err != nil {
			return
		}
		require.NoError(t, fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			require.NoError(t, err)
			if !d.IsDir() {
				if _, err := fs.ReadFile(fsys, name); err != nil {
					require.ErrorAs(t, err, new(*fs.PathError))
				}
			}
			return nil
		}))
		require.NoError(t, done())
	})
}
