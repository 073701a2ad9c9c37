package ballot

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"veche.example/elgamal/group"
)

// hexKey is the public key whose secret is x.
func hexKey(x uint64) string {
	return hex.EncodeToString(group.NewElement().ScalarBaseMult(group.NewScalar().SetUint64(x)).Bytes())
}

// logKey is the public key of a log.
const logKey = "veche.example/tea-or-coffee+1299aa86+AUgM99HcJCbjY1vZTzJV9rbkcE2Sm1w0PPjJRnUuf0+M"

// logKeyOf is a well-formed key of a log with this origin.
func logKeyOf(origin string) string {
	key, err := note.NewEd25519VerifierKey(origin, make([]byte, 32))
	if err != nil {
		panic(err)
	}
	return key
}

// draftManifest is a valid manifest to be changed by tests.
func draftManifest() *Manifest {
	return &Manifest{
		Version:   Version,
		ID:        "council-2024",
		Title:     "Coordination Council",
		Width:     4,
		Trustees:  []Party{{ID: "t1", Name: "Ada", Key: hexKey(101)}, {ID: "t2", Name: "Ben", Key: hexKey(102)}, {ID: "t3", Name: "Cai", Key: hexKey(103)}},
		Threshold: 2,
		Witnesses: []Party{{ID: "w1", Name: "Observers", Key: hexKey(201)}},
		Box:       Box{Key: hexKey(301), Log: logKey},
		Roll:      RollID{Hash: strings.Repeat("0f", 32), Voters: 3},
		Contests: []*Contest{
			{ID: "lists", Title: "Lists", Rule: Rule{Type: OneOfN, Blank: true},
				Options: []Option{{ID: "red", Name: "Red"}, {ID: "blue", Name: "Blue"}},
				Seats: &SeatRule{Seats: 80, Method: LargestRemainder, Quota: "hare", QuotaBase: "all-votes",
					Threshold: &SeatThreshold{3, 100, "valid-votes"}, Ties: "draw"}},
			{ID: "chair", Title: "Chair", Rule: Rule{Type: KOfN, Min: num(1), Max: num(2)},
				Options: []Option{{ID: "ann", Name: "Ann"}, {ID: "bob", Name: "Bob"}, {ID: "cy", Name: "Cy"}}},
		},
		Styles: []Style{{ID: "home", Contests: []string{"lists", "chair"}}, {ID: "abroad", Contests: []string{"lists"}}},
	}
}

func encodeManifest(t testing.TB, m *Manifest) []byte {
	b, err := json.MarshalIndent(m, "", " ")
	require.NoError(t, err)
	return b
}

func TestParseManifest(t *testing.T) {
	t.Parallel()
	b := encodeManifest(t, draftManifest())
	m, err := ParseManifest(b)
	require.NoError(t, err)
	require.Equal(t, b, m.Bytes())
	require.Equal(t, "Red", m.Contests[0].Options[0].Name)
	require.Len(t, m.TrusteeKeys(), 3)
	require.Equal(t, hexKey(102), hex.EncodeToString(m.TrusteeKeys()[1][:]))
	require.Len(t, m.WitnessKeys(), 1)
	require.Equal(t, m.Witnesses[0].VerifyKey(), m.WitnessKeys()[0])
	key := m.BoxKey()
	require.Equal(t, hexKey(301), hex.EncodeToString(key[:]))
	i, err := m.StyleIndex("abroad")
	require.NoError(t, err)
	require.Equal(t, []*Contest{m.Contests[0]}, m.StyleContests(i))
	require.Equal(t, 1, m.Contests[1].Index())
	_, err = m.StyleIndex("nowhere")
	require.ErrorContains(t, err, "nowhere")
}

func TestManifestWithoutStylesHasOne(t *testing.T) {
	t.Parallel()
	draft := draftManifest()
	draft.Styles = nil
	m, err := ParseManifest(encodeManifest(t, draft))
	require.NoError(t, err)
	require.Len(t, m.Styles, 1)
	require.Equal(t, "all", m.Styles[0].ID)
	require.Equal(t, m.Contests, m.StyleContests(0))
}

func TestManifestHashesDependOnEveryByte(t *testing.T) {
	t.Parallel()
	b := encodeManifest(t, draftManifest())
	m, err := ParseManifest(b)
	require.NoError(t, err)
	spaced, err := ParseManifest(append(b, '\n'))
	require.NoError(t, err)
	require.NotEqual(t, m.Hash(), spaced.Hash())
	require.NotEqual(t, m.Session(1), spaced.Session(1))
	require.NotEqual(t, m.Session(1), m.Session(2))
	require.NotEqual(t, m.Session(1), m.Hash())
	b[0] = ' ' // the manifest has a copy
	require.NotEqual(t, b, m.Bytes())
}

func TestManifestFaultsAreNamedByPath(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		edit func(m *Manifest)
		says string
	}{
		{"other version", func(m *Manifest) { m.Version = "veche/v2" }, `version: must be "veche/v1"`},
		{"no id", func(m *Manifest) { m.ID = "" }, `id: "": an id is`},
		{"capital id", func(m *Manifest) { m.ID = "Council" }, `id: "Council"`},
		{"long id", func(m *Manifest) { m.ID = strings.Repeat("a", 65) }, "an id is 1 to 64"},
		{"no title", func(m *Manifest) { m.Title = "" }, "title: missing"},
		{"no width", func(m *Manifest) { m.Width = 0 }, "width: must be stated as a number from 1 to 256"},
		{"negative width", func(m *Manifest) { m.Width = -1 }, "width: "},
		{"width too large", func(m *Manifest) { m.Width = 257 }, "width: "},
		{"no trustees", func(m *Manifest) { m.Trustees = []Party{} }, "trustees: 0 trustees"},
		{"too many trustees", func(m *Manifest) { m.Trustees = make([]Party, 65) }, "trustees: 65 trustees"},
		{"threshold 0", func(m *Manifest) { m.Threshold = 0 }, "threshold: must be stated as a number from 1 to 3"},
		{"threshold above the trustees", func(m *Manifest) { m.Threshold = 4 }, "threshold: "},
		{"unreachable quorum", func(m *Manifest) { m.Threshold = 3 }, "witnesses: with 1 witnesses all trustees together"},
		{"same trustee twice", func(m *Manifest) { m.Trustees[2].ID = "t1" }, "trustees[2].id: \"t1\": duplicate of trustees[0]"},
		{"same key twice", func(m *Manifest) { m.Trustees[2].Key = m.Trustees[1].Key }, "trustees[2].key: duplicate of trustees[1].key"},
		{"trustee as witness", func(m *Manifest) { m.Witnesses[0].Key = m.Trustees[1].Key }, "witnesses[0].key: duplicate of trustees[1].key"},
		{"trustee as box", func(m *Manifest) { m.Box.Key = m.Trustees[0].Key }, "box.key: duplicate of trustees[0].key"},
		{"no box", func(m *Manifest) { m.Box.Key = "" }, "box.key: \"\": must be 64 lower-case"},
		{"short key", func(m *Manifest) { m.Box.Key = m.Box.Key[2:] }, "box.key: "},
		{"capital key", func(m *Manifest) { m.Box.Key = strings.ToUpper(m.Box.Key) }, "box.key: "},
		{"identity as key", func(m *Manifest) { m.Box.Key = strings.Repeat("00", 32) }, "box.key: not a public key"},
		{"negative field element as key", func(m *Manifest) { m.Box.Key = "01" + strings.Repeat("00", 31) }, "box.key: not a public key"},
		{"field element above p as key", func(m *Manifest) { m.Box.Key = "ef" + strings.Repeat("ff", 30) + "7f" }, "box.key: not a public key"},
		{"no log", func(m *Manifest) { m.Box.Log = "" }, `box.log: "": not the public key of a log`},
		{"log without a hash", func(m *Manifest) { m.Box.Log = strings.Replace(logKey, "+1299aa86", "", 1) }, "box.log: "},
		{"log with another hash", func(m *Manifest) { m.Box.Log = strings.Replace(logKey, "+1", "+2", 1) }, "box.log: "},
		{"log with a hash in capitals", func(m *Manifest) { m.Box.Log = strings.Replace(logKey, "aa86", "AA86", 1) }, "box.log: \"" + strings.Replace(logKey, "aa86", "AA86", 1)[:80] + "…\": not written canonically"},
		{"log with a line break in its base64", func(m *Manifest) { m.Box.Log = logKey[:50] + "\n" + logKey[50:] }, "not written canonically"},
		{"log with a key of another type", func(m *Manifest) { m.Box.Log = "x+d3b07384+AkgM99HcJCbjY1vZTzJV9rbkcE2Sm1w0PPjJRnUuf0+M" }, "box.log: "},
		{"log with a space in its origin", func(m *Manifest) { m.Box.Log = logKeyOf("a b") }, "box.log: "},
		{"log with a control character in its origin", func(m *Manifest) { m.Box.Log = logKeyOf("a\x01b") }, "box.log: has a control character"},
		{"log with a long origin", func(m *Manifest) { m.Box.Log = logKeyOf(strings.Repeat("o", 257)) }, "box.log: 257 bytes"},
		{"nameless trustee", func(m *Manifest) { m.Trustees[1].Name = "" }, "trustees[1].name: missing"},
		{"long name", func(m *Manifest) { m.Trustees[1].Name = strings.Repeat("x", 257) }, "trustees[1].name: 257 bytes"},
		{"line break in a name", func(m *Manifest) { m.Trustees[1].Name = "A\nB" }, "trustees[1].name: has a control"},
		{"direction override in a name", func(m *Manifest) { m.Contests[0].Options[0].Name = "A\u202eB" }, "contests[0].options[0].name: has a control"},
		{"direction isolate in a name", func(m *Manifest) { m.Contests[0].Options[0].Name = "A\u2066B" }, "contests[0].options[0].name: "},
		{"paragraph in a title", func(m *Manifest) { m.Contests[0].Title = "A\u2029B" }, "contests[0].title: "},
		{"space before a name", func(m *Manifest) { m.Contests[0].Options[0].Name = " A" }, "contests[0].options[0].name: begins"},
		{"no voters", func(m *Manifest) { m.Roll.Voters = 0 }, "roll.voters: "},
		{"too many voters", func(m *Manifest) { m.Roll.Voters = MaxVoters + 1 }, "roll.voters: "},
		{"no roll", func(m *Manifest) { m.Roll.Hash = "" }, "roll.hash: "},
		{"min_ballots above the voters", func(m *Manifest) { m.MinBallots = 4 }, "min_ballots: must be stated as a number from 1 to 3, not 4"},
		{"negative min_ballots", func(m *Manifest) { m.MinBallots = -1 }, "min_ballots: "},
		{"no contests", func(m *Manifest) { m.Contests, m.Styles = []*Contest{}, nil }, "contests: 0 contests"},
		{"too many contests", func(m *Manifest) { m.Contests = slices.Repeat(m.Contests[:1], 257) }, "contests: 257 contests"},
		{"same contest twice", func(m *Manifest) { m.Contests[1].ID = "lists" }, "contests[1].id: \"lists\": duplicate of contests[0]"},
		{"empty contest", func(m *Manifest) { m.Contests[1].Options = []Option{} }, "contests[1].options: 0 options"},
		{"same option twice", func(m *Manifest) { m.Contests[1].Options[2].ID = "ann" }, "contests[1].options[2].id: \"ann\": duplicate of contests[1].options[0]"},
		{"option called blank", func(m *Manifest) { m.Contests[1].Options[2].ID = "blank" }, "reserved id of a blank vote"},
		{"candidates of a person", func(m *Manifest) { m.Contests[1].Options[0].Candidates = []Candidate{{"x", "X"}} }, "contests[1].options[0].candidates: only the lists"},
		{"too many candidates", func(m *Manifest) {
			m.Contests[1].Rule = Rule{Type: PartyList, Preferences: num(1)}
			for i := range 4094 {
				m.Contests[1].Options[i%2].Candidates = append(m.Contests[1].Options[i%2].Candidates, Candidate{fmt.Sprint(i), "X"})
			}
		}, "contests[1].options: 4097 options and candidates"},
		{"bad rule", func(m *Manifest) { m.Contests[1].Rule.Max = num(4) }, "contests[1].rule.max: 4 of 3"},
		{"style without contests", func(m *Manifest) { m.Styles[1].Contests = []string{} }, "styles[1].contests: 0 contests"},
		{"too many styles", func(m *Manifest) { m.Styles = slices.Repeat(m.Styles[:1], 1025) }, "styles: 1025 styles"},
		{"style with an unknown contest", func(m *Manifest) { m.Styles[1].Contests[0] = "x" }, "styles[1].contests[0]: \"x\": no contest"},
		{"style with a contest twice", func(m *Manifest) { m.Styles[1].Contests = []string{"lists", "lists"} }, "styles[1].contests[1]: \"lists\": stated twice"},
		{"same style twice", func(m *Manifest) { m.Styles[1].ID = "home" }, "styles[1].id: \"home\": duplicate of styles[0]"},
		{"contest in no style", func(m *Manifest) { m.Styles = m.Styles[1:] }, "contests[1]: in no style"},
		{"no seats", func(m *Manifest) { m.Contests[0].Seats.Seats = 0 }, "contests[0].seats.seats: "},
		{"unknown method", func(m *Manifest) { m.Contests[0].Seats.Method = "lot" }, "contests[0].seats.method: must be one of"},
		{"unknown tie rule", func(m *Manifest) { m.Contests[0].Seats.Ties = "age" }, "contests[0].seats.ties: must be one of"},
		{"quota without base", func(m *Manifest) { m.Contests[0].Seats.QuotaBase = "" }, "contests[0].seats.quota_base: must be one of"},
		{"divisor for a quota", func(m *Manifest) { m.Contests[0].Seats.Divisor = "dhondt" }, "contests[0].seats.divisor: has no meaning"},
		{"quota for a divisor", func(m *Manifest) {
			m.Contests[0].Seats = &SeatRule{Seats: 5, Method: HighestAverages, Divisor: "dhondt", Quota: "hare", Ties: "report"}
		}, "contests[0].seats.quota: has no meaning"},
		{"threshold 0 of 100", func(m *Manifest) { m.Contests[0].Seats.Threshold.Numerator = 0 }, "contests[0].seats.threshold: "},
		{"threshold above 1", func(m *Manifest) { m.Contests[0].Seats.Threshold.Numerator = 101 }, "contests[0].seats.threshold: "},
		{"threshold of nothing", func(m *Manifest) { m.Contests[0].Seats.Threshold.Denominator = 0 }, "contests[0].seats.threshold: "},
		{"threshold of huge numbers", func(m *Manifest) { m.Contests[0].Seats.Threshold.Denominator = 1 << 40 }, "contests[0].seats.threshold: "},
		{"threshold without base", func(m *Manifest) { m.Contests[0].Seats.Threshold.Base = "" }, "contests[0].seats.threshold.base: "},
		{"proportional seats for persons", func(m *Manifest) { m.Contests[1].Seats = m.Contests[0].Seats }, "contests[1].seats.method: "},
		{"more seats than persons", func(m *Manifest) {
			m.Contests[1].Seats = &SeatRule{Seats: 4, Method: HighestTotals, Ties: "report"}
		}, "4 seats are too many for 3 options"},
		{"threshold for persons", func(m *Manifest) {
			m.Contests[1].Seats = &SeatRule{Seats: 2, Method: HighestTotals, Ties: "report", Threshold: m.Contests[0].Seats.Threshold}
		}, "contests[1].seats.threshold: has no meaning"},
		{"seats by comparisons", func(m *Manifest) {
			m.Contests[1].Rule = Rule{Type: Pairwise}
			m.Contests[1].Seats = &SeatRule{Seats: 2, Method: HighestTotals, Ties: "report"}
		}, "contests[1].seats: a pairwise contest"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := draftManifest()
			tc.edit(m)
			_, err := ParseManifest(encodeManifest(t, m))
			require.ErrorContains(t, err, tc.says)
			require.ErrorContains(t, err, "manifest: ")
		})
	}
}

func TestAllManifestFaultsAreReportedTogether(t *testing.T) {
	t.Parallel()
	m := draftManifest()
	m.Width = 0
	m.Trustees[0].Key = "?"
	m.Contests[0].Options[0].ID = "Red"
	m.Contests[1].Rule.Max = nil
	_, err := ParseManifest(encodeManifest(t, m))
	for _, says := range []string{"width", "trustees[0].key", "contests[0].options[0].id", "contests[1].rule.max"} {
		require.ErrorContains(t, err, says)
	}
}

func TestManifestsThatAreNotStrictJSONAreRefused(t *testing.T) {
	t.Parallel()
	good := string(encodeManifest(t, draftManifest()))
	for _, tc := range []struct {
		name, old, new, says string
	}{
		{"empty", good, "", "line 1: unexpected EOF"},
		{"cut", good, good[:len(good)/2], "EOF"},
		{"no object", good, "[]", "line 1"},
		{"unknown field", `"width": 4`, `"width": 4, "size": 4`, `unknown field "size"`},
		{"unknown field inside", `"type": "one-of-n"`, `"type": "one-of-n", "bonus": 1`, `unknown field "bonus"`},
		{"field twice", `"width": 4`, `"width": 4, "width": 5`, "line 5: width: stated twice"},
		{"field twice inside", `"id": "blue"`, `"id": "blue", "name": "B"`, "contests[0].options[1].name: stated twice"},
		{"field in capitals", `"width": 4`, `"Width": 4`, `"Width": unknown field`},
		{"field with a long s", `"styles": [`, `"ſtyles": [`, `unknown field`},
		{"escaped duplicate", `"width": 4`, `"width": 4, "\u0077idth": 5`, "width: stated twice"},
		{"null", `"width": 4`, `"width": null`, "line 5: width: null is not allowed"},
		{"null contest", `"contests": [`, `"contests": [null,`, "contests[0]: null is not allowed"},
		{"fraction", `"width": 4`, `"width": 4.5`, "line 5"},
		{"exponent", `"width": 4`, `"width": 4e0`, "line 5"},
		{"huge number", `"width": 4`, `"width": 99999999999999999999`, "line 5"},
		{"number of 21 digits", `"width": 4`, `"width": 999999999999999999999`, "line 5: width: a number of more than 20 digits"},
		{"string for a number", `"width": 4`, `"width": "4"`, "line 5"},
		{"negative threshold", `"numerator": 3`, `"numerator": -3`, "line "},
		{"invalid UTF-8", "Ada", "\xff", "UTF-8"},
		{"lone surrogate", "Ada", `\ud800`, "U+FFFD"},
		{"escaped control character", "Ada", `A\u0000`, "control character"},
		{"second document", good, good + "{}", "data after the end"},
		{"comment", good, good + "// x", "line "},
		{"depth", `"width": 4`, `"width": ` + strings.Repeat("[", 100_000), "nested more than"},
		{"size", good, good + strings.Repeat(" ", MaxManifest), "at most 1048576"},
		{"byte order mark", good, "\ufeff" + good, "line 1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, good, tc.old)
			_, err := ParseManifest([]byte(strings.Replace(good, tc.old, tc.new, 1)))
			require.ErrorContains(t, err, tc.says)
		})
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add(encodeManifest(f, draftManifest()))
	f.Add([]byte(`{"version":"veche/v1","contests":[{"id":"a","options":[{"id":"b"}],"rule":{"type":"borda"}}]}`))
	f.Add([]byte(`{"a":1,"a":[{}]}`))
	draft := draftManifest()
	mixture(draft)
	f.Add(encodeManifest(f, draft))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseManifest(b)
		if err != nil {
			return
		}
		for i := range m.Styles {
			for _, c := range m.StyleContests(i) {
				require.Equal(t, c.Rule.Type == Ranked, len(c.Outputs()) == 0)
				require.NotEmpty(t, c.Widths(m.Width))
			}
		}
		require.Equal(t, b, m.Bytes())
	})
}
