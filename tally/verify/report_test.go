package verify

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/proofs"
	"veche.example/tally"
	"veche.example/tally/record"
)

// Every check is the only one that finds the fault of some record: without it that
// record would be verified.
func TestEveryCheckIsNeeded(t *testing.T) {
	t.Parallel()
	e := town()
	log := e.files.entries()
	late := e.draft(4, 2, e.codes[6], abroad("red"))
	shares := func(edit func(s *tally.Shares)) files {
		s := e.published(e.files)
		edit(&s[0])
		return e.named(e.files.with(record.TallyFile, e.tallyBytes(s)))
	}
	closed := func(entries ...[]byte) files { return e.retally(e.relog(insert(log, -1, entries...)), nil) }
	unsigned := e.promise(late)
	unsigned[len(unsigned)-1] ^= 1
	for number, f := range map[Number]files{
		Layout:     e.files.with("notes.txt", nil),
		Manifest:   e.files.with(record.ManifestFile, append([]byte(" "), e.files[record.ManifestFile][1:]...)),
		Roll:       e.files.with(record.RollFile, tiny().files[record.RollFile]),
		Ceremony:   e.files.with(record.CeremonyFile, flipped(e.files[record.CeremonyFile], 2000)),
		Log:        e.retally(e.relog(insert(log[1:], 0, e.opening(e.Fingerprint, proofs.GenerateSigningKey(), 1))), nil),
		Promises:   closed(unsigned),
		Ballots:    closed(e.resign(log[atBallot], e.voters[0], flipProof)),
		Acceptance: closed(log[atBallot]),
		Challenges: closed(log[atChallenge]),
		Closing:    e.retally(e.reclosed(e.closing(e.box, 20, [32]byte{}, uint64(closesAt.Unix()))), nil),
		Mixes:      club().named(club().files.with(record.MixFile("order", 4), []byte("no mix"))),
		Quorum:     shares(func(s *tally.Shares) { s.Signatures[0] = nil }),
		Shares:     shares(func(s *tally.Shares) { s.Shares[0] = flipped(s.Shares[0], 0) }),
		Totals:     shares(func(s *tally.Shares) { s.Shares[0] = nil }),
		Result:     e.files.with(record.ResultFile, []byte("{}\n")),
	} {
		t.Run(number.String(), func(t *testing.T) { requireFails(t, f, number) })
	}
}

func TestFindingsAreBounded(t *testing.T) {
	t.Parallel()
	r := verified(t, tiny().files)
	for i := range maxFindings + 5 {
		r.Checks[Ballots-1].fail(fmt.Sprint("entry ", i), "bad")
		r.note("strange %d", i)
	}
	require.Len(t, r.Checks[Ballots-1].Findings, maxFindings)
	require.Len(t, r.Notes, maxFindings)
	require.Equal(t, maxFindings+5, r.Checks[Ballots-1].Failed)
	text := r.Text()
	for _, line := range []string{"FAIL  07 ballots           1005 of 1005\n", "entry 999: bad\n           … and 5 more\n", "note  … and 5 more\n"} {
		require.True(t, strings.Contains(text, line), line)
	}
	require.False(t, r.Verified())
}

func TestReportText(t *testing.T) {
	t.Parallel()
	text := requireFails(t, town().files.with(record.RollFile, nil), Roll).Text()
	require.Contains(t, text, "  ok    02 manifest          well-formed, 2 contests")
	require.Contains(t, text, "  FAIL  03 roll              1 of 8\n           roll.bin: roll: at byte 0")
	require.Contains(t, text, "  ----  15 result            not reached\n")

	verdict := verified(t, town().files)
	require.Contains(t, verdict.Text(), "Council (7 ballots)\n         6  The red, 1 seats\n")
	require.NotContains(t, verdict.Text(), "are undecided")
	require.NotContains(t, verdict.Text(), "and 0 more")
	require.NotContains(t, verdict.Text(), "withheld")
	b, err := json.Marshal(verdict)
	require.NoError(t, err)
	var again Report
	require.NoError(t, json.Unmarshal(b, &again))
	require.True(t, again.Verified())
	require.Equal(t, verdict.Text(), again.Text())
}

// Whoever is at fault in the ceremony is named by number and id.
func TestCeremonyNamesTheTrustee(t *testing.T) {
	t.Parallel()
	e := town()
	c := *e.ceremony
	c.Rounds[0] = [][]byte{c.Rounds[0][0], flipped(c.Rounds[0][1], 10), nil}
	f := e.files.with(record.CeremonyFile, ceremonyBytes(&c))
	r := requireFails(t, f, Ceremony)
	require.Len(t, r.Checks[Ceremony-1].Findings, 2)
	require.Equal(t, "ceremony.bin, trustee 2 (t2)", r.Checks[Ceremony-1].Findings[0].Place)
	require.Equal(t, "ceremony.bin, trustee 3 (t3)", r.Checks[Ceremony-1].Findings[1].Place)

	c = *e.ceremony
	c.Attempt = 0
	r = requireFails(t, e.files.with(record.CeremonyFile, ceremonyBytes(&c)), Ceremony)
	require.Contains(t, r.Text(), "numbered from 1")
}

// ceremonyBytes returns the file, docs/spec/record.md.
func ceremonyBytes(c *record.Ceremony) []byte {
	b := []byte("veche/v1 ceremony\n\x00\x00\x00")
	b = append(b, byte(c.Attempt))
	for _, round := range c.Rounds {
		for _, m := range round {
			n := len(m)
			b = append(append(b, byte(n>>24), byte(n>>16), byte(n>>8), byte(n)), m...)
		}
	}
	return b
}

// The table of docs/spec/verify.md has the numbers and names of the code.
func TestSpecification(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../docs/spec/verify.md")
	require.NoError(t, err)
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| ([a-z ]+) \| [^|]+ \| [^|]+ \| [^|]+ \|$`).FindAllStringSubmatch(string(raw), -1)
	require.Len(t, rows, int(Result))
	for n := Layout; n <= Result; n++ {
		require.Equal(t, fmt.Sprint(int(n)), rows[n-1][1])
		require.Equal(t, names[n], rows[n-1][2])
	}
	require.Len(t, names, int(Result))
	require.Contains(t, string(raw), fmt.Sprintf("batches of %d entries or %d MiB", batchEntries, batchBytes>>20))
	require.Contains(t, string(raw), fmt.Sprintf("the first %d faults", maxFindings))
	require.Equal(t, "check 04, key ceremony", Ceremony.String())
}
