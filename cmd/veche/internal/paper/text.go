package paper

import (
	"fmt"
	"strings"

	"veche.example/ballot"
)

// Text writes choices for people, a line for every contest, in their order.
func Text(contests []*ballot.Contest, choices ballot.Choices) string {
	text := new(strings.Builder)
	for _, c := range contests {
		fmt.Fprintf(text, "  %s: %s\n", c.Title, words(c, choices[c.ID]))
	}
	return text.String()
}

func words(c *ballot.Contest, choice ballot.Choice) string {
	named := func(ids []string) []string {
		out := make([]string, len(ids))
		for i, id := range ids {
			out[i] = name(c, id)
		}
		return out
	}
	var parts []string
	switch {
	case choice.Blank:
		return "a blank vote"
	case choice.WriteIn != "":
		return fmt.Sprintf("written: %q", choice.WriteIn)
	case choice.Scores != nil:
		for _, o := range c.Options {
			parts = append(parts, fmt.Sprintf("%s %d", o.Name, choice.Scores[o.ID]))
		}
	case choice.List != "":
		parts = append(named([]string{choice.List}), named(choice.Selected)...)
	case choice.Ranking != nil:
		return strings.Join(named(choice.Ranking), ", then ")
	case choice.Ranks != nil:
		for _, rank := range choice.Ranks {
			parts = append(parts, strings.Join(named(rank), " and "))
		}
		return strings.Join(parts, ", then ")
	default:
		parts = named(choice.Selected)
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// name returns the name of an option or candidate.
func name(c *ballot.Contest, id string) string {
	for _, o := range c.Options {
		if o.ID == id {
			return o.Name
		}
		for _, candidate := range o.Candidates {
			if candidate.ID == id {
				return candidate.Name
			}
		}
	}
	return id
}
