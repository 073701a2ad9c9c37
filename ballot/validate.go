package ballot

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"veche.example/elgamal"
	"veche.example/proofs"
)

// maxProblems is how many problems are reported at once.
const maxProblems = 100

// problems collects what is wrong, each with the path of its field.
type problems struct {
	errs  []error // the first ones
	found int     // all that were met
}

func (p *problems) add(path, format string, args ...any) {
	p.found++
	if !p.full() {
		p.errs = append(p.errs, fmt.Errorf("%s: "+format, append([]any{path}, args...)...))
	}
}

// full reports that there are more problems than are reported, so that the rest need
// not be looked for.
func (p *problems) full() bool { return p.found > maxProblems }

// err returns the problems as one error, or nil.
func (p *problems) err() error {
	if p.full() {
		return errors.Join(append(p.errs, fmt.Errorf("and more: these are the first %d problems; correct them first", maxProblems))...)
	}
	return errors.Join(p.errs...)
}

func (p *problems) within(path string, got, least, most int) bool {
	if got < least || got > most {
		p.add(path, "must be stated as a number from %d to %d, not %d", least, most, got)
		return false
	}
	return true
}

func (p *problems) count(path, what string, got, least, most int) bool {
	if got < least || got > most {
		p.add(path, "%d %s, but there must be %d to %d", got, what, least, most)
		return false
	}
	return true
}

// text checks a name that people read.
func (p *problems) text(path, s string) {
	switch {
	case s == "":
		p.add(path, "missing; it is what people read")
	case len(s) > MaxName:
		p.add(path, "%d bytes, at most %d are allowed", len(s), MaxName)
	case textFault(s) != "":
		p.add(path, "%s; remove it", textFault(s))
	}
}

// textFault says what is wrong with a text, which the end of the sentence is about, or
// is empty. Bytes that are not UTF-8 are taken for U+FFFD.
func textFault(s string) string {
	switch {
	case strings.TrimSpace(s) != s:
		return "begins or ends with a space"
	case strings.ContainsFunc(s, unprintable):
		return "has a control character, a change of writing direction or U+FFFD"
	}
	return ""
}

// unprintable reports characters that make two names look alike or one name look
// like another: controls, line breaks, bidirectional overrides and isolates, and the
// character that encoding/json puts in the place of a lone surrogate.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || r == utf8.RuneError || unicode.In(r, unicode.Zl, unicode.Zp) ||
		unicode.Is(unicode.Bidi_Control, r)
}

// ids checks the grammar of identifiers and that no two of one kind are equal.
type ids struct {
	problems *problems
	seen     map[string]string // id → path
}

func (p *problems) ids() *ids { return &ids{p, make(map[string]string)} }

// add checks the id of the thing at path; the manifest's own path is empty.
func (s *ids) add(path, id string) {
	field := strings.TrimPrefix(path+".id", ".")
	if id == "" || len(id) > 64 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		s.problems.add(field, "%q: an id is 1 to 64 of a-z, 0-9 and -", shorten(id))
		return
	}
	if first, ok := s.seen[id]; ok {
		s.problems.add(field, "%q: duplicate of %s; choose another", id, first)
		return
	}
	s.seen[id] = path
}

// shorten keeps error messages short whatever the input.
func shorten(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}

// unhex sets dst from exactly 64 lower-case hexadecimal digits.
func (p *problems) unhex(path, s string, dst *[32]byte) bool {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(dst) || strings.ToLower(s) != s {
		p.add(path, "%q: must be 64 lower-case hexadecimal digits", shorten(s))
		return false
	}
	copy(dst[:], b)
	return true
}

// keys checks public keys and that each belongs to one party.
type keys struct {
	problems *problems
	seen     map[proofs.VerifyKey]string
}

func (k *keys) add(path, s string, dst *proofs.VerifyKey) {
	if !k.problems.unhex(path, s, (*[32]byte)(dst)) {
		return
	}
	if err := dst.Check(); err != nil {
		k.problems.add(path, "not a public key (%v); paste what the key's owner published", err)
		return
	}
	if first, ok := k.seen[*dst]; ok {
		k.problems.add(path, "duplicate of %s; every party has a key of its own", first)
		return
	}
	k.seen[*dst] = path
}

func (m *Manifest) validate() error {
	p := &problems{}
	m.checkHead(p)
	m.checkParties(p)
	m.checkContests(p)
	if m.Styles == nil {
		m.Styles = []Style{m.styleOfAll()}
	}
	m.checkStyles(p)
	return p.err()
}

func (m *Manifest) checkHead(p *problems) {
	if m.Version != Version {
		p.add("version", "must be %q, not %q", Version, shorten(m.Version))
	}
	p.ids().add("", m.ID)
	p.text("title", m.Title)
	p.within("width", m.Width, 1, elgamal.MaxWidth)
	if m.MinBallots == 0 {
		m.MinBallots = 1
	}
	if p.within("roll.voters", m.Roll.Voters, 1, MaxVoters) {
		p.within("min_ballots", m.MinBallots, 1, m.Roll.Voters)
	}
	p.unhex("roll.hash", m.Roll.Hash, &m.Roll.hash)
}

func (m *Manifest) checkParties(p *problems) {
	k := &keys{p, make(map[proofs.VerifyKey]string)}
	if p.count("trustees", "trustees", len(m.Trustees), 1, MaxTrustees) {
		p.within("threshold", m.Threshold, 1, len(m.Trustees))
		p.parties("trustees", m.Trustees, k)
	}
	most := max(0, len(m.Trustees)-m.Threshold)
	if len(m.Witnesses) > most {
		p.add("witnesses", "with %d witnesses all trustees together would be too few for a quorum; name at most %d (trustees less threshold)",
			len(m.Witnesses), most)
	} else {
		p.parties("witnesses", m.Witnesses, k)
	}
	k.add("box.key", m.Box.Key, &m.Box.key)
	p.logKey("box.log", m.Box.Log)
	m.checkMixers(p, k)
}

// checkMixers checks that there are mixers exactly if they have work.
func (m *Manifest) checkMixers(p *problems, k *keys) {
	if slices.ContainsFunc(m.Contests, (*Contest).Mixed) {
		if p.count("mixers", "mixers", len(m.Mixers), 1, MaxMixers) {
			p.within("mixes", m.Mixes, 1, len(m.Mixers))
			p.parties("mixers", m.Mixers, k)
		}
		return
	}
	if len(m.Mixers) > 0 || m.Mixes != 0 {
		p.add("mixers", "no contest is mixed; leave mixers and mixes out, or use rule %q or %q", Ranked, OneOfMany)
	}
}

func (p *problems) parties(path string, parties []Party, k *keys) {
	seen := p.ids()
	for i := range parties {
		if p.full() {
			return
		}
		at := fmt.Sprintf("%s[%d]", path, i)
		seen.add(at, parties[i].ID)
		p.text(at+".name", parties[i].Name)
		k.add(at+".key", parties[i].Key, &parties[i].key)
	}
}

func (m *Manifest) checkContests(p *problems) {
	if !p.count("contests", "contests", len(m.Contests), 1, MaxContests) {
		return
	}
	seen := p.ids()
	for i, c := range m.Contests {
		if p.full() {
			return
		}
		at := fmt.Sprintf("contests[%d]", i)
		c.index = i
		seen.add(at, c.ID)
		c.check(p, at)
	}
}

func (m *Manifest) styleOfAll() Style {
	s := Style{ID: "all"}
	for _, c := range m.Contests {
		s.Contests = append(s.Contests, c.ID)
	}
	return s
}

func (m *Manifest) checkStyles(p *problems) {
	if !p.count("styles", "styles", len(m.Styles), 1, MaxStyles) {
		return
	}
	byID := make(map[string]*Contest)
	for _, c := range m.Contests {
		byID[c.ID] = c
	}
	used := make(map[string]bool)
	seen := p.ids()
	terms := 0
	for i := range m.Styles {
		if p.full() {
			return
		}
		at := fmt.Sprintf("styles[%d]", i)
		seen.add(at, m.Styles[i].ID)
		terms += m.Styles[i].compile(p, at, byID, used)
		if n := ballotSize(m.Styles[i].contests, m.Width); n > MaxBallot {
			p.add(at+".contests", "make ballots of %d bytes, at most %d fit the ballot box; split the ballot into two elections", n, MaxBallot)
		}
	}
	if terms > maxTerms {
		p.add("styles", "need %d terms together, at most %d are possible; have fewer styles or contests, or hold several elections", terms, maxTerms)
	}
	for i, c := range m.Contests {
		if !used[c.ID] {
			p.add(fmt.Sprintf("contests[%d]", i), "in no style, so that nobody could vote in it; add %q to a style", c.ID)
		}
	}
}

// compile finds the style's contests and returns their terms; those that have problems
// of their own are left out, and so is the check of their bits.
func (s *Style) compile(p *problems, at string, byID map[string]*Contest, used map[string]bool) (terms int) {
	if !p.count(at+".contests", "contests", len(s.Contests), 1, MaxContests) {
		return 0
	}
	plaintexts := 0
	here := make(map[string]bool)
	for i, id := range s.Contests {
		path := fmt.Sprintf("%s.contests[%d]", at, i)
		c := byID[id]
		switch {
		case c == nil:
			p.add(path, "%q: no contest has this id", shorten(id))
		case here[id]:
			p.add(path, "%q: stated twice; keep one", id)
		case c.form != nil:
			plaintexts += c.Plaintexts()
			s.contests = append(s.contests, c)
		case c.piece != nil:
			terms += c.terms()
			s.contests = append(s.contests, c)
		}
		here[id], used[id] = true, true
	}
	if plaintexts > MaxBallotPlaintexts {
		p.add(at+".contests", "need %d elements of mixed contests together, at most %d are possible; split the ballot into two elections", plaintexts, MaxBallotPlaintexts)
	}
	return terms
}
