// Package paper is the ballot paper as text: it reads a voter's choices from arguments and
// from answers, and writes them for people. Only the verb vote and what shows choices need it.
package paper

import (
	"fmt"
	"strconv"
	"strings"

	"veche.example/ballot"
)

const (
	blank = "blank"
	write = "write:"
)

// forms are how the choice in a contest is written, by its rule.
var forms = map[string]string{
	ballot.OneOfN: "OPTION", ballot.KOfN: "OPTION,OPTION…", ballot.Approval: "OPTION,OPTION…",
	ballot.Score: "OPTION=POINTS,…", ballot.Cumulative: "OPTION=POINTS,…", ballot.Quadratic: "OPTION=VOTES,…",
	ballot.PartyList: "LIST,CANDIDATE…",
	ballot.Borda:     "OPTION>OPTION>…", ballot.Positional: "OPTION>OPTION>…", ballot.Pairwise: "OPTION>OPTION>…",
	ballot.Ranked: "OPTION>OPTION>…", ballot.OneOfMany: "OPTION",
}

// Form says how a choice in the contest is written.
func Form(c *ballot.Contest) string {
	form := forms[c.Rule.Type]
	if c.Rule.Equal {
		form = "OPTION>OPTION=OPTION>…"
	}
	if c.Rule.WriteIn > 0 {
		form += ", or " + write + "TEXT"
	}
	if c.Rule.Blank {
		form += ", or " + blank
	}
	return form
}

// Parse reads a choice of the form that Form says, and returns it if the contest's rule
// allows it. Options and candidates are named by their IDs. White space around names is
// nothing, and neither is an empty text, which chooses nothing.
func Parse(c *ballot.Contest, text string) (choice ballot.Choice, err error) {
	if choice, err = parse(c, strings.TrimSpace(text)); err != nil {
		return choice, fmt.Errorf("contest %q: %w: write %s", c.ID, err, Form(c))
	}
	if _, err := c.Encode(choice); err != nil {
		return choice, fmt.Errorf("%w: write %s, of %s", err, Form(c), names(c))
	}
	return choice, nil
}

func parse(c *ballot.Contest, text string) (choice ballot.Choice, err error) {
	written, isText := strings.CutPrefix(text, write)
	switch rule := c.Rule.Type; {
	case text == blank:
		choice.Blank = true
	case isText:
		choice.WriteIn = strings.TrimSpace(written)
	case rule == ballot.Score || rule == ballot.Cumulative || rule == ballot.Quadratic:
		choice.Scores, err = scores(text)
	case rule == ballot.PartyList:
		choice.List, choice.Selected = list(text)
	case rule == ballot.Ranked && c.Rule.Equal:
		for _, rank := range split(text, ">") {
			choice.Ranks = append(choice.Ranks, split(rank, "="))
		}
	case rule == ballot.Ranked || strings.Contains(forms[rule], ">"):
		choice.Ranking = split(text, ">")
	default:
		choice.Selected = split(text, ",")
	}
	return choice, err
}

// split cuts a text into names.
func split(text, separator string) (names []string) {
	if text == "" {
		return nil
	}
	for _, name := range strings.Split(text, separator) {
		names = append(names, strings.TrimSpace(name))
	}
	return names
}

func list(text string) (list string, candidates []string) {
	names := split(text, ",")
	if len(names) == 0 {
		return "", nil
	}
	return names[0], names[1:]
}

func scores(text string) (map[string]uint64, error) {
	scores := map[string]uint64{}
	for _, part := range split(text, ",") {
		name, number, _ := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		n, err := strconv.ParseUint(strings.TrimSpace(number), 10, 32)
		if err != nil {
			return nil, fmt.Errorf("%q is no option, an equals sign and a number", part)
		}
		if _, twice := scores[name]; twice {
			return nil, fmt.Errorf("%q is stated twice", name)
		}
		scores[name] = n
	}
	return scores, nil
}

// names lists what can be named.
func names(c *ballot.Contest) string {
	var ids []string
	for _, o := range c.Options {
		ids = append(ids, o.ID)
		for _, candidate := range o.Candidates {
			ids = append(ids, candidate.ID)
		}
	}
	if len(ids) > 20 {
		ids = append(ids[:20], "…")
	}
	return strings.Join(ids, ", ")
}

// Arguments reads choices that are stated as CONTEST=CHOICE, one for every contest.
func Arguments(contests []*ballot.Contest, arguments []string) (ballot.Choices, error) {
	choices := ballot.Choices{}
	for _, argument := range arguments {
		id, text, ok := strings.Cut(argument, "=")
		if !ok {
			return nil, fmt.Errorf("%q: must have the form CONTEST=CHOICE", argument)
		}
		c := find(contests, strings.TrimSpace(id))
		if c == nil {
			return nil, fmt.Errorf("%q: no such contest is on this ballot, it has %s", id, ids(contests))
		}
		if _, twice := choices[c.ID]; twice {
			return nil, fmt.Errorf("contest %q is stated twice", c.ID)
		}
		choice, err := Parse(c, text)
		if err != nil {
			return nil, err
		}
		choices[c.ID] = choice
	}
	for _, c := range contests {
		if _, ok := choices[c.ID]; !ok {
			return nil, fmt.Errorf("contest %q (%s) has no choice: state %s=%s", c.ID, c.Title, c.ID, Form(c))
		}
	}
	return choices, nil
}

func find(contests []*ballot.Contest, id string) *ballot.Contest {
	for _, c := range contests {
		if c.ID == id {
			return c
		}
	}
	return nil
}

func ids(contests []*ballot.Contest) string {
	var ids []string
	for _, c := range contests {
		ids = append(ids, c.ID)
	}
	return strings.Join(ids, ", ")
}
