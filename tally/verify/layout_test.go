package verify

import (
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
	for _, name := range []string{"README", ".tmp-123", "roll.bin.bak", "tiles", "ok\n  ok    15 result"} {
		r := requireFails(t, town().files.with(name, []byte("x")), Layout)
		require.Contains(t, r.Text(), "remove it")
		require.NotContains(t, r.Text(), "\n  ok    15 result\n", "a name forges no line of the report")
	}
	r := requireFails(t, town().files.with("tiles/000", nil), Layout)
	require.Contains(t, r.Text(), `"tiles"`)
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
