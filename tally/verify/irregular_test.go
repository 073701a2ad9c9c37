//go:build unix

package verify

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/tally/record"
)

// Nothing but a regular file is opened: a link leads elsewhere, a pipe blocks for ever.
func TestIrregularFile(t *testing.T) {
	t.Parallel()
	second := map[string]Number{record.ManifestFile: Manifest, record.RollFile: Roll, record.CeremonyFile: Ceremony,
		record.TallyFile: Shares, record.ResultFile: Result}
	makers := map[string]func(t *testing.T, path string){
		"link to the right file": func(t *testing.T, path string) {
			elsewhere := filepath.Join(t.TempDir(), "file")
			require.NoError(t, os.Rename(path, elsewhere))
			require.NoError(t, os.Symlink(elsewhere, path))
		},
		"pipe": func(t *testing.T, path string) {
			require.NoError(t, os.Remove(path))
			require.NoError(t, syscall.Mkfifo(path, 0o644))
		},
		"device": func(t *testing.T, path string) {
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Symlink("/dev/zero", path))
		},
		"directory": func(t *testing.T, path string) {
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Mkdir(path, 0o755))
		},
	}
	for what, make := range makers {
		for _, name := range record.Files() {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, tiny().files.fs()))
			make(t, filepath.Join(dir, name))
			r, err := Record(context.Background(), os.DirFS(dir), nil)
			require.NoError(t, err, "%s %s", what, name)
			require.Len(t, r.Checks[Layout-1].Findings, 1)
			require.Contains(t, r.Checks[Layout-1].Findings[0].Fault, name+": not a regular file")
			if n, ok := second[name]; ok {
				require.Contains(t, r.Checks[n-1].Findings[0].Fault, "not a regular file")
			}
			require.False(t, r.Verified())
		}
	}
}

// So it is in the log.
func TestIrregularFileOfTheLog(t *testing.T) {
	t.Parallel()
	for _, name := range []string{checkpointFile, tinyBundle()} {
		for what, irregular := range map[string]func(path string){
			"link":      func(path string) { require.NoError(t, os.Symlink("/dev/zero", path)) },
			"pipe":      func(path string) { require.NoError(t, syscall.Mkfifo(path, 0o644)) },
			"directory": func(path string) { require.NoError(t, os.Mkdir(path, 0o755)) },
		} {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, tiny().files.fs()))
			require.NoError(t, os.Remove(filepath.Join(dir, name)))
			irregular(filepath.Join(dir, name))
			r, err := Record(context.Background(), os.DirFS(dir), nil)
			require.NoError(t, err, "%s %s", what, name)
			require.Contains(t, r.Checks[Log-1].Findings[0].Fault, "not a regular file")
			require.False(t, r.Verified())
		}
	}
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, tiny().files.fs()))
	require.NoError(t, os.Rename(filepath.Join(dir, record.LogDir), dir+"-log"))
	require.NoError(t, os.Symlink(dir+"-log", filepath.Join(dir, record.LogDir)))
	r, err := Record(context.Background(), os.DirFS(dir), nil)
	require.NoError(t, err)
	require.Equal(t, "log: not a directory: put the directory itself in its place", r.Checks[Layout-1].Findings[0].Fault)
	require.Equal(t, "not a directory: put the directory itself in its place", r.Checks[Log-1].Findings[0].Fault)
}
