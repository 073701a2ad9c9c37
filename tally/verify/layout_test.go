package verify

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/tally/record"
)

func TestMissingFile(t *testing.T) {
	t.Parallel()
	second := map[string]Number{record.ManifestFile: Manifest, record.RollFile: Roll, record.CeremonyFile: Ceremony,
		record.TallyFile: Shares, record.ResultFile: Result}
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

func TestFilesOfTheLog(t *testing.T) {
	t.Parallel()
	e := town()
	entries := len(e.files.log())
	tile := fmt.Sprintf("log/tile/0/000.p/%d", entries)
	without := func(name string) files {
		f := maps.Clone(e.files)
		require.Contains(t, f, name)
		delete(f, name)
		return f
	}
	for name, tc := range map[string]struct {
		f    files
		want []Number
		text string
	}{
		"no checkpoint":              {without(checkpointFile), []Number{Layout, Log}, "log: checkpoint: missing"},
		"no bundle":                  {without(bundleFile(0, entries)), []Number{Layout, Log, Closing}, "tile/entries/000.p/23: missing"},
		"no tile":                    {without(tile), []Number{Layout}, "log: tile/0/000.p/23: missing"},
		"a short tile":               {e.files.with(tile, make([]byte, 32)), []Number{Layout}, "log: tile/0/000.p/23: 32 bytes, must be 736"},
		"a tile of a greater tree":   {e.files.with("log/tile/0/000.p/24", make([]byte, 24*32)), []Number{Layout}, "the checkpoint does not cover it"},
		"a stray file":               {e.files.with("log/README", nil), []Number{Layout}, "log: \"README\": not a file of a log"},
		"a stray directory":          {e.files.with("log/tile/x/y", nil), []Number{Layout}, "not a directory of a log"},
		"a bundle cut off":           {e.files.with(bundleFile(0, entries), e.files[bundleFile(0, entries)][:2000]), []Number{Log, Closing}, "truncated"},
		"a bundle with a byte more":  {e.files.with(bundleFile(0, entries), append(slices.Clone(e.files[bundleFile(0, entries)]), 0)), []Number{Log, Closing}, "too many"},
		"a bundle with another byte": {e.files.with(bundleFile(0, entries), flipped(e.files[bundleFile(0, entries)], -1)), []Number{Log}, "the entries have the root hash"},
		"an empty checkpoint":        {e.files.with(checkpointFile, nil), []Number{Log}, "log: checkpoint: not signed"},
		"no log":                     {e.files.without(record.LogDir + "/"), []Number{Layout, Log}, "log: missing"},
	} {
		t.Run(name, func(t *testing.T) {
			r := requireFails(t, tc.f, tc.want...)
			require.Contains(t, r.Text(), tc.text)
			_, err := Closed(context.Background(), tc.f.fs(), nil)
			require.Equal(t, slices.Contains(tc.want, Log), err != nil, "who mixes or decrypts needs the entries")
		})
	}
	for name, f := range map[string]files{
		"a tile of a smaller tree":  e.files.with("log/tile/0/000.p/2", nil),
		"the notes of a server":     e.files.with("log/.state/publish", nil),
		"hashes, which nobody read": e.files.with(tile, make([]byte, 32*entries)),
	} {
		require.True(t, verified(t, f).Verified(), name)
	}
}

// without returns a copy without the files whose names begin so.
func (f files) without(prefix string) files {
	c := maps.Clone(f)
	maps.DeleteFunc(c, func(name string, _ []byte) bool { return strings.HasPrefix(name, prefix) })
	return c
}

func TestFileThatDoesNotBelong(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"README", ".tmp-123", "roll.bin.bak", "log.bin", "tiles", "ok\n  ok    15 result"} {
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
		record.TallyFile: {Shares}, record.ResultFile: {Result},
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
		record.TallyFile: {Log, Quorum, Shares}, record.ResultFile: {Result},
	}
	for name, numbers := range want {
		requireFails(t, town().files.with(name, other.files[name]), numbers...)
	}
	town().requireFails(t, town().files.with(record.TallyFile, other.files[record.TallyFile]), Quorum, Shares)
	requireFails(t, town().files.logged(record.LogSigner(other.box, origin), other.files.log()), Log)
	requireFails(t, town().files.logged(record.LogSigner(town().box, origin), other.files.log()), Log, Promises, Ballots, Challenges, Closing, Shares)
}
