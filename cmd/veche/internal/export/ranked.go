package export

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"veche.example/ballot"
	"veche.example/tally"
	"veche.example/tally/count"
)

// BLT returns the votes of a ranked contest as a BLT file. Its seats are those of the first
// of the contest's counts, and 1 if it has none.
func (e *Election) BLT() ([]byte, error) {
	c, r, err := e.ranked()
	if err != nil {
		return nil, err
	}
	seats := 1
	if len(c.Counts) > 0 {
		seats = c.Counts[0].Seats
	}
	return (&count.BLT{Title: title(c), Seats: seats, Ranked: *r}).Bytes()
}

// PrefLib returns the votes of a ranked contest as a file of PrefLib: as toc if equal ranks
// are allowed, else as soi.
func (e *Election) PrefLib() ([]byte, error) {
	c, r, err := e.ranked()
	if err != nil {
		return nil, err
	}
	kind := count.SOI
	if c.Rule.Equal {
		kind = count.TOC
	}
	return kind.Write(*r, e.Manifest.ID+"-"+c.ID, title(c))
}

// ranked returns the only ranked contest that is exported, and its votes.
func (e *Election) ranked() (*ballot.Contest, *count.Ranked, error) {
	var found []string
	at := -1
	for k, c := range e.Manifest.Contests {
		if c.Rule.Type == ballot.Ranked && e.exports(c) {
			found, at = append(found, c.ID), k
		}
	}
	switch {
	case at < 0 && e.Contest != "":
		return nil, nil, fmt.Errorf("contest %q: its votes are not ranked, and this format is for ranked ones", e.Contest)
	case at < 0:
		return nil, nil, fmt.Errorf("no contest is ranked, and this format is for ranked votes")
	case len(found) > 1:
		return nil, nil, fmt.Errorf("several contests are ranked, and a file holds one: name one of %s", strings.Join(found, ", "))
	}
	c, r := e.Manifest.Contests[at], &e.Result.Contests[at]
	if r.Ranked == nil {
		return nil, nil, fmt.Errorf("contest %q: %s", c.ID, why(r))
	}
	return c, &count.Ranked{Candidates: names(c), Ballots: r.Ranked.Ballots}, nil
}

// why is the reason for which there are no votes.
func why(r *tally.ContestResult) string {
	if r.Withheld {
		return "too few ballots count, so that the votes were not decrypted"
	}
	return "the votes are not known, only what was published of them"
}

// names are those of the options, or IDs in the place of those that the formats cannot
// hold.
func names(c *ballot.Contest) (out []string) {
	seen := map[string]int{}
	for _, o := range c.Options {
		seen[o.Name]++
		seen[o.ID]++
	}
	for _, o := range c.Options {
		if seen[o.Name] == 1 && plain(o.Name) == o.Name {
			out = append(out, o.Name)
		} else {
			out = append(out, o.ID)
		}
	}
	return out
}

func title(c *ballot.Contest) string { return plain(c.Title) }

// plain makes a text one that the formats can hold.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case !unicode.IsPrint(r):
			return ' '
		}
		return r
	}, s)
	for len(s) > count.MaxID {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}
