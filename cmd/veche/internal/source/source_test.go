package source

import (
	"archive/zip"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/proofs"
	"veche.example/tally/record"
)

// logKey is the secret and the public key of the log.
var logKey = sync.OnceValues(func() (secret, public string) {
	secret, public, err := note.GenerateKey(rand.Reader, "veche.example/club")
	if err != nil {
		panic(err)
	}
	return secret, public
})

// manifest has a contest whose votes are mixed, by two mixers.
var manifest = sync.OnceValue(func() []byte {
	_, logKey := logKey()
	none, all := 0, 2
	party := func(id string) ballot.Party {
		return ballot.Party{ID: id, Name: id, Key: proofs.GenerateSigningKey().Public().String()}
	}
	b, err := json.Marshal(ballot.Manifest{
		Version: ballot.Version, ID: "club", Title: "Club", Width: 1, Threshold: 1, Mixes: 1,
		Trustees: []ballot.Party{party("ann")}, Mixers: []ballot.Party{party("mia"), party("max")},
		Box:  ballot.Box{Key: proofs.GenerateSigningKey().Public().String(), Log: logKey},
		Roll: ballot.RollID{Hash: fmt.Sprintf("%064x", 1), Voters: 3},
		Contests: []*ballot.Contest{
			{ID: "fee", Title: "Fee", Rule: ballot.Rule{Type: ballot.OneOfN}, Options: []ballot.Option{{ID: "yes", Name: "Yes"}, {ID: "no", Name: "No"}}},
			{ID: "chair", Title: "Chair", Rule: ballot.Rule{Type: ballot.Ranked, Min: &none, Max: &all}, Options: []ballot.Option{{ID: "a", Name: "A"}, {ID: "b", Name: "B"}}},
		},
	})
	if err != nil {
		panic(err)
	}
	if _, err := ballot.ParseManifest(b); err != nil {
		panic(err)
	}
	return b
})

// newRecord is a directory with the files of a record, one of them empty, and a log of so
// many entries.
func newRecord(t testing.TB, entries int) string {
	dir := t.TempDir()
	write(t, dir, record.ManifestFile, manifest())
	write(t, dir, record.RollFile, nil)
	write(t, dir, record.ResultFile, []byte("{}"))
	write(t, dir, "mix-chair-1.bin", []byte("first"))
	write(t, dir, "mix-chair-2.bin", []byte("second"))
	secret, _ := logKey()
	signer, err := note.NewSigner(secret)
	require.NoError(t, err)
	l, err := box.Create(filepath.Join(dir, "log"), signer)
	require.NoError(t, err)
	for i := range entries {
		kind := box.Promise
		if i < 3 {
			kind = box.Manifest + box.Kind(i)
		}
		_, err := l.Append([]byte{byte(kind), byte(i)})
		require.NoError(t, err)
	}
	_, err = l.Checkpoint()
	require.NoError(t, err)
	return dir
}

func write(t testing.TB, dir, name string, b []byte) {
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o644))
}

// pack makes an archive of a directory, with a folder around it if one is named.
func pack(t testing.TB, dir, folder string) string {
	path := filepath.Join(t.TempDir(), "record.zip")
	f, err := os.Create(path)
	require.NoError(t, err)
	w := zip.NewWriter(f)
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		m, err := w.Create(folder + name)
		require.NoError(t, err)
		_, err = m.Write(b)
		return err
	}))
	require.NoError(t, w.Close())
	require.NoError(t, f.Close())
	return path
}

func serve(t testing.TB, h http.Handler) string {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func open(t testing.TB, where string) fs.FS {
	fsys, done, err := Open(context.Background(), where)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, done()) })
	return fsys
}

// files are the contents of all files.
func files(t testing.TB, fsys fs.FS) map[string]string {
	all := map[string]string{}
	require.NoError(t, fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		require.True(t, d.Type().IsRegular())
		b, err := fs.ReadFile(fsys, name)
		all[name] = string(b)
		return err
	}))
	return all
}

func TestOneRecordWhereverItIs(t *testing.T) {
	t.Parallel()
	for _, entries := range []int{0, 3, 256, 600} {
		dir := newRecord(t, entries)
		want := files(t, open(t, dir))
		require.Contains(t, want, "log/checkpoint")
		require.Contains(t, want, record.RollFile)
		places := map[string]string{
			"archive":                  pack(t, dir, ""),
			"archive with a folder":    pack(t, dir, "club-2026/"),
			"static files":             serve(t, http.FileServerFS(os.DirFS(dir))),
			"static files in a folder": serve(t, http.StripPrefix("/a/b", http.FileServerFS(os.DirFS(dir)))) + "/a/b/",
		}
		for name, place := range places {
			fsys := open(t, place)
			require.Equal(t, want, files(t, fsys), name)
			var all []string
			for file := range want {
				all = append(all, file)
			}
			require.NoError(t, fstest.TestFS(fsys, all...), name)
			_, err := fs.Stat(fsys, "none.bin")
			require.ErrorIs(t, err, fs.ErrNotExist, name)
			_, err = fs.ReadDir(fsys, "log/tile/7")
			require.ErrorIs(t, err, fs.ErrNotExist, name)
			_, faults, err := record.NewReader(fsys).CheckFiles(nil)
			require.NoError(t, err, name)
			require.NotEmpty(t, faults, "it is no whole record")
		}
	}
}

// Whether a record is there is not known before the manifest is, whether it is whole not
// before it is verified.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "text", []byte("a text\n"))
	write(t, dir, "empty", nil)
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	for name, tc := range map[string]struct{ place, want string }{
		"nothing there":       {filepath.Join(dir, "none"), "name a directory, a zip archive, or a URL"},
		"no archive":          {filepath.Join(dir, "text"), "text: neither a directory nor a whole zip archive"},
		"a file of 0 bytes":   {filepath.Join(dir, "empty"), "empty: neither a directory nor a whole zip archive"},
		"a pipe":              {filepath.Join(dir, "pipe"), "pipe: neither a directory nor a zip archive"},
		"another protocol":    {"ftp://example.com/record", "must begin with http:// or https://"},
		"no server":           {"http:///record", "must be a server and the path"},
		"a password":          {"https://ann:secret@example.com/", "without a password"},
		"a query":             {"https://example.com/?record=1", "a question mark"},
		"no URL":              {"http://exa mple.com/", "not a URL"},
		"a place on the page": {"https://example.com/#record", "a number sign"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := Open(context.Background(), tc.place)
			require.ErrorContains(t, err, tc.want)
			require.ErrorContains(t, err, tc.place)
		})
	}
}

func TestLinksDoNotLeadOut(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	write(t, outside, "secret", []byte("secret"))
	dir := t.TempDir()
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret"), filepath.Join(dir, record.RollFile)))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "log")))
	fsys := open(t, dir)
	for _, name := range []string{record.RollFile, "log/secret", "../" + filepath.Base(outside) + "/secret"} {
		_, err := fs.ReadFile(fsys, name)
		require.Error(t, err, name)
	}
	_, err := record.NewReader(fsys).Roll()
	require.ErrorContains(t, err, "not a regular file")
}

func TestFileInPlaceOfFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, record.ManifestFile, manifest())
	write(t, dir, "log", []byte("a file"))
	for name, place := range map[string]string{"directory": dir, "archive": pack(t, dir, "")} {
		_, err := fs.ReadFile(open(t, place), "log/checkpoint")
		require.Error(t, err, name)
	}
	// Behind a URL the log is there when its checkpoint is.
	_, err := fs.ReadDir(open(t, serve(t, http.FileServerFS(os.DirFS(dir)))), "log")
	require.ErrorIs(t, err, fs.ErrNotExist)
}
