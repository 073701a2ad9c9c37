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

func TestMissingFile(t *testing.T) {
	t.Parallel()
	second := map[string]Number{record.ManifestFile: Manifest, record.RollFile: Roll, record.CeremonyFile: Ceremony,
		record.LogFile: Log, record.ClosingFile: Closing, record.TallyFile: Shares, record.ResultFile: Result}
	for _, name := range record.Files() {
		f := town().files.with(name, nil)
		delete(f, name)
		r := verified(t, f)
		require.False(t, r.Verified(), name)
		require.Len(t, r.Checks[Layout-1].Findings, 1)
		require.Contains(t, r.Checks[Layout-1].Findings[0].Fault, name+": missing")
		require.Positive(t, r.Checks[second[name]-1].Failed, name)
	}
	requireFails(t, files{}, Layout, Manifest)
}

func TestFileThatDoesNotBelong(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"README", ".tmp-123", "roll.bin.bak", "tiles", "ok\n  ok    14 result"} {
		r := requireFails(t, town().files.with(name, []byte("x")), Layout)
		require.Contains(t, r.Text(), "remove it")
		require.NotContains(t, r.Text(), "\n  ok    14 result\n", "a name forges no line of the report")
	}
	r := requireFails(t, town().files.with("tiles/000", nil), Layout)
	require.Contains(t, r.Text(), `"tiles"`)
}

// Nothing but a regular file is opened: a link leads elsewhere, a pipe blocks for ever.
func TestIrregularFile(t *testing.T) {
	t.Parallel()
	second := map[string]Number{record.ManifestFile: Manifest, record.RollFile: Roll, record.CeremonyFile: Ceremony,
		record.ClosingFile: Closing, record.TallyFile: Shares, record.ResultFile: Result}
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

func TestEmptyFile(t *testing.T) {
	t.Parallel()
	want := map[string][]Number{
		record.ManifestFile: {Manifest}, record.RollFile: {Roll}, record.CeremonyFile: {Ceremony},
		record.LogFile: {Log, Closing, Shares}, record.ClosingFile: {Closing}, record.TallyFile: {Shares}, record.ResultFile: {Result},
	}
	for name, numbers := range want {
		requireFails(t, town().files.with(name, nil), numbers...)
	}
}

// A file of another election with the same manifest's text but other keys.
func TestFilesOfTwoElections(t *testing.T) {
	t.Parallel()
	other := newElection(townManifest(), 3, 1, townVoters())
	other.write(other.voteTown, 3)
	want := map[string][]Number{
		record.ManifestFile: {Roll}, record.RollFile: {Roll}, record.CeremonyFile: {Ceremony},
		record.LogFile:     {Log, Promises, Ballots, Challenges, Closing, Shares},
		record.ClosingFile: {Closing, Quorum, Shares}, record.TallyFile: {Quorum, Shares}, record.ResultFile: {Result},
	}
	for name, numbers := range want {
		requireFails(t, town().files.with(name, other.files[name]), numbers...)
	}
}
