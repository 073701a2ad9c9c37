package report

import (
	"encoding/xml"
	"errors"
	"html"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/tally"
	"veche.example/tally/verify"
)

// elements reads the page, which is well-formed apart from tags that HTML leaves open.
func elements(t testing.TB, page string) (out []xml.StartElement) {
	d := xml.NewDecoder(strings.NewReader(page))
	d.AutoClose, d.Entity, d.Strict = xml.HTMLAutoClose, xml.HTMLEntity, false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		require.NoError(t, err)
		if e, ok := token.(xml.StartElement); ok {
			out = append(out, e.Copy())
		}
	}
}

// tags are the elements that a page has.
var tags = strings.Fields(`html head meta title style body header main nav section
	h1 h2 h3 h4 p b strong small br span code pre bdi a ul li dl dt dd div figure
	table caption thead tbody tr th td svg g desc rect circle path text`)

// requireSelfContained demands a page of known elements that runs, loads and sends nothing.
func requireSelfContained(t testing.TB, page string) {
	require.True(t, utf8.ValidString(page))
	ids, links := map[string]bool{}, []string{}
	for _, e := range elements(t, page) {
		require.Contains(t, tags, e.Name.Local)
		for _, a := range e.Attr {
			name := a.Name.Local
			require.False(t, strings.HasPrefix(name, "on"), "<%s %s>", e.Name.Local, name)
			require.NotContains(t, []string{"src", "srcset", "action", "style", "data"}, name)
			switch name {
			case "href":
				require.Regexp(t, `^#[a-z0-9-]+$`, a.Value)
				links = append(links, a.Value[1:])
			case "id":
				require.False(t, ids[a.Value], "id %q twice", a.Value)
				ids[a.Value] = true
			}
		}
	}
	for _, l := range links {
		require.True(t, ids[l], "link to #%s", l)
	}
	require.NotContains(t, style, "url(")
	require.NotContains(t, style, "@import")
}

// words is the text of a page without its tags.
func words(page string) string {
	var b strings.Builder
	_, page, _ = strings.Cut(page, "</style")
	for i, part := range strings.Split(page, "<") {
		if _, text, ok := strings.Cut(part, ">"); ok && i > 0 {
			b.WriteString(text)
		}
	}
	return html.UnescapeString(b.String())
}

func TestPageOfAVerifiedRecord(t *testing.T) {
	t.Parallel()
	r, extra := town(t)
	page := render(t, r, extra)
	requireSelfContained(t, page)
	text := words(page)
	for _, want := range []string{"✓ Verified", "Town & <country>", "town-2026", "All 15 checks were made",
		"Observers of the town", "veche 1.2.3", "veche verify town.zip", "2 March 2026, 04:00 UTC",
		"Each ballot chooses one option, or is left blank. 800 ballots count.", "9 seats by D'Hondt",
		"0102000000", "0304000000", "901 entries", "إيفا", "trustee ann", "witness wit", "ballot box"} {
		require.Contains(t, strings.ReplaceAll(text, "  ", " "), want)
	}
	require.NotContains(t, text, "NOT verified")
	require.NotContains(t, text, "not verified")
	for _, p := range extra.Manifest.Trustees {
		require.Contains(t, text, p.Key)
	}
	require.Equal(t, 10, strings.Count(page[strings.Index(page, `id="glossary"`):], "<dt>"), "terms of the glossary")
}

func TestEveryCheckIsExplained(t *testing.T) {
	t.Parallel()
	require.Len(t, explanations, int(verify.Result))
	r, extra := town(t)
	good := words(render(t, r, extra))
	for n := verify.Layout; n <= verify.Result; n++ {
		fail(r, n, "wrong")
	}
	bad := words(render(t, r, extra))
	for i, c := range r.Checks {
		e := explanations[c.Number]
		for _, text := range []string{e.Means, e.Fails} {
			require.Greater(t, len(text), 40, c.Number)
			require.Contains(t, good, text)
			require.Contains(t, bad, text)
		}
		require.Contains(t, good, "Check "+number(i+1)+": "+c.Name)
		require.Contains(t, good, "Covered: "+many(10*(i+1), e.Items)+".")
		require.Contains(t, bad, "Covered: "+many(10*(i+1), e.Items)+"; 1 fault found.")
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		edit   func(r *verify.Report)
		reason string
	}{
		"one check fails":  {func(r *verify.Report) { fail(r, verify.Ballots, "no") }, "1 of 15 checks found faults."},
		"two checks fail":  {func(r *verify.Report) { fail(r, verify.Log, "no"); fail(r, verify.Roll, "no") }, "2 of 15 checks found faults."},
		"check not made":   {func(r *verify.Report) { r.Checks[14].Reached = false }, "Only 14 of 15 checks could be made."},
		"nothing checked":  {func(r *verify.Report) { clear(r.Checks) }, "Only 0 of 15 checks could be made."},
		"no checks at all": {func(r *verify.Report) { r.Checks = nil }, "Only 0 of 15 checks could be made."},
		"up to the closing": {func(r *verify.Report) { r.Checks = r.Checks[1:verify.Closing] },
			"Only 9 of 15 checks could be made."},
		"fails and ends": {func(r *verify.Report) {
			fail(r, verify.Ceremony, "no")
			for i := range r.Checks[4:] {
				r.Checks[4+i].Reached = false
			}
		}, "1 of 15 checks found faults. 11 could not be made."},
	} {
		t.Run(name, func(t *testing.T) {
			r, extra := town(t)
			tc.edit(r)
			page := render(t, r, extra)
			text := words(page)
			require.Contains(t, text, "✗ NOT verified")
			require.NotContains(t, text, "✓ Verified")
			require.Contains(t, text, tc.reason)
			require.Contains(t, text, "must not be taken for the result")
			require.Contains(t, page, `class="verdict bad"`)
		})
	}
}

func TestFailedChecksComeFirst(t *testing.T) {
	t.Parallel()
	r, extra := town(t)
	fail(r, verify.Result, "result differs")
	fail(r, verify.Ballots, "first fault", "second fault", "third fault", "fourth fault", "fifth fault")
	r.Checks[verify.Quorum-1].Reached = false
	page := render(t, r, extra)
	order := []string{`class="verdict bad"`, `href="#check-7"`, "first fault", "and 4 more", `href="#check-15"`, "result differs", `id="results"`,
		`id="check-7"`, "fifth fault", `id="check-15"`, `id="check-1"`, `id="check-6"`, `id="check-8"`, `id="check-12"`, "not made", `id="check-14"`}
	at := 0
	for _, mark := range order {
		next := strings.Index(page[at:], mark)
		require.GreaterOrEqual(t, next, 0, "%s is not where it should be", mark)
		at += next
	}
	require.Equal(t, 2, strings.Count(page, "first fault"), "at the top and with its check")
	require.Equal(t, 1, strings.Count(page, "second fault"), "with its check")
	fail(r, verify.Log, strings.Repeat("long ", 100))
	top, _, _ := strings.Cut(words(render(t, r, extra)), "Fingerprint")
	require.Contains(t, top, "…")
	require.Less(t, len(top), 1000)
}

func TestFindingsAndNotesThatTheReportLeavesOut(t *testing.T) {
	t.Parallel()
	r, extra := town(t)
	fail(r, verify.Ballots, "no")
	r.Checks[verify.Ballots-1].Failed = 2001
	r.Warnings, r.Notes, r.MoreNotes = []string{"a warning"}, []string{"a note"}, 1234
	text := words(render(t, r, extra))
	require.Contains(t, text, "and 2,000 more")
	require.Contains(t, text, "2,001 ballots; 2,001 faults found")
	require.Contains(t, text, "a warning")
	require.Contains(t, text, "and 1,234 more")
}

var hostile = []string{
	`</script><svg onload=alert(1)>`, `</style><img src=x onerror=alert(1)>`, `"><iframe src="https://elsewhere.example/">`,
	`' onmouseover='alert(1)`, `]]><!--`, `{{.}}`, `javascript:alert(1)`, `&lt;b&gt;`, `--></title></desc></svg><script>alert(1)</script>`,
	strings.Repeat("Ш", 128), strings.Repeat("x", 256), "عربى (جديد) 2026",
}

func TestHostileTextsAreEscaped(t *testing.T) {
	t.Parallel()
	for _, s := range hostile {
		page := hostilePage(t, s)
		requireSelfContained(t, page)
		require.GreaterOrEqual(t, strings.Count(words(page), s), 20)
		require.NotContains(t, page, "https://elsewhere.example/\"")
	}
}

// hostilePage says s wherever a text comes from the election or from whoever verifies.
func hostilePage(t testing.TB, s string) string {
	lists := council(s, "x", "y")
	lists.Title = s
	pair := &ballot.Contest{ID: "pair", Title: s, Options: options(s, "y"), Rule: ballot.Rule{Type: ballot.Pairwise}}
	ranked, counts := rankedContest(t, s)
	m := mixedManifest(t, lists, pair, ranked)
	m.Title = s
	for i := range m.Trustees {
		m.Trustees[i].Name, m.Trustees[i].ID = s, s
	}
	r := withResult(passed(m), counted(m.Contests[0], 800, []uint64{400, 200, 100, 100}, 5, 2, 2), counted(m.Contests[1], 800, []uint64{300}), counts)
	first := &r.Result.Contests[0]
	first.Working, first.Invalid = []string{s}, 1
	first.InvalidReasons, first.WriteIns = []tally.InvalidVotes{{Reason: s, Votes: 1}}, []tally.WriteIn{{Text: s, Votes: 1}}
	r.Election, r.Fingerprint = s, s
	fail(r, verify.Ballots, s)
	r.Checks[0].Name, r.Warnings, r.Notes = s, []string{s}, []string{s}
	extra := everything(m)
	extra.By, extra.Version, extra.Command = s, s, s
	return render(t, r, extra)
}

func TestHiddenCharactersAreShown(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"a\u202egnp.exe": "a⟨U+202E⟩gnp.exe", "\u2066x\u2069": "⟨U+2066⟩x⟨U+2069⟩", "a\x00b": "a�b", "a\rb": "a⟨U+000D⟩b",
		"a\u2028b": "a⟨U+2028⟩b", "\xff\xfe": "⟨FF⟩⟨FE⟩", "a\u00adb\u200bc": "a⟨U+00AD⟩b⟨U+200B⟩c", "می\u200cخواهم": "می\u200cخواهم",
		"\u061c\u200e": "⟨U+061C⟩⟨U+200E⟩", "\x1b[2J": "⟨U+001B⟩[2J",
	} {
		r, extra := town(t)
		fail(r, verify.Ballots, s)
		r.Result.Contests[0].Totals[0].Name = s
		page := render(t, r, extra)
		require.True(t, utf8.ValidString(page))
		require.Contains(t, words(page), "log, entry 7: "+want)
		require.False(t, strings.ContainsFunc(page, hidden), s)
	}
}

func TestPageOfNothing(t *testing.T) {
	t.Parallel()
	page := render(t, new(verify.Report), Extra{})
	requireSelfContained(t, page)
	text := words(page)
	require.Contains(t, text, "NOT verified")
	require.Contains(t, text, "A record without a manifest that can be read")
	require.NotContains(t, page, `id="results"`)
	require.NotContains(t, page, "Over time")
}

// The page of a record without a manifest at hand has the numbers, if not the pictures.
func TestResultWithoutManifest(t *testing.T) {
	t.Parallel()
	r, _ := town(t)
	page := render(t, r, Extra{})
	requireSelfContained(t, page)
	require.Contains(t, words(page), "Green")
	require.NotContains(t, page, "<figure")
}

func TestErrorsOfTheWriter(t *testing.T) {
	t.Parallel()
	r, extra := town(t)
	require.ErrorIs(t, HTML(broken{}, r, extra), io.ErrClosedPipe)
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestNumbers(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"0", "999", "1,000", "12,345,678", "18,446,744,073,709,551,615"},
		[]string{number(0), number(999), number(1000), number(12345678), number[uint64](math.MaxUint64)})
	require.Equal(t, "-1,000", number(-1000))
	require.Equal(t, "1 entry", many(1, "entry|entries"))
	require.Equal(t, "2,000 entries", many(2000, "entry|entries"))
	require.Equal(t, []string{"01234567", "89"}, groups("0123456789"))
	require.Equal(t, []string{"01234567"}, groups("01234567"))
	for want, parts := range map[string][2]uint64{"0.0%": {0, 0}, "33.3%": {1, 3}, "66.7%": {2, 3}, "0.1%": {1, 2000}, "100.0%": {math.MaxUint64, math.MaxUint64}} {
		require.Equal(t, want, percent(parts[0], parts[1]))
	}
	require.True(t, slices.IsSorted(steps))
}
