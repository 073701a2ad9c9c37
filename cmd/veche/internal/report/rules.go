package report

import (
	"fmt"
	"strings"

	"veche.example/ballot"
)

// countsBallots reports whether the totals of a rule are numbers of ballots, or of
// their weights, so that each is a part of all of them.
func countsBallots(rule string) bool {
	switch rule {
	case ballot.Score, ballot.Cumulative, ballot.Quadratic, ballot.Borda, ballot.Positional:
		return false
	}
	return true
}

// ruleInWords says what a legal ballot of the contest is.
func ruleInWords(c *ballot.Contest) string {
	text := "Each ballot " + what(&c.Rule)
	if c.Rule.Blank {
		text += ", or is left blank"
	}
	return text + "."
}

func what(r *ballot.Rule) string {
	switch r.Type {
	case ballot.OneOfN:
		return "chooses one option"
	case ballot.KOfN:
		return fmt.Sprintf("chooses %s options", between(r.Min, r.Max))
	case ballot.Approval:
		return "approves of any number of options"
	case ballot.Score:
		return fmt.Sprintf("gives each option 0 to %d points", *r.Max)
	case ballot.Cumulative:
		return fmt.Sprintf("shares %s %d points out among the options, at most %d to one", exactly(r.Exact), *r.Total, *r.PerOption)
	case ballot.Quadratic:
		return fmt.Sprintf("buys votes for options: n votes for one cost n × n, and all together at most %d", *r.Budget)
	case ballot.PartyList:
		return fmt.Sprintf("chooses one list and up to %d of its candidates", *r.Preferences)
	case ballot.Borda:
		return "ranks all options, the last of which gets 0 points, and each other one point more than the next"
	case ballot.Positional:
		return fmt.Sprintf("ranks all options, which get %s points", strings.Trim(fmt.Sprint(r.Points), "[]"))
	case ballot.Pairwise:
		return "ranks all options, and every pair is counted: a>b are the ballots that rank a above b"
	case ballot.Ranked:
		return "ranks " + between(r.Min, r.Max) + " options" + equals(r.Equal)
	case ballot.OneOfMany:
		return "chooses one option" + writes(r.WriteIn)
	}
	return "follows the rule " + r.Type
}

func between(least, most *int) string {
	if *least == *most {
		return fmt.Sprint(*least)
	}
	return fmt.Sprintf("%d to %d", *least, *most)
}

func exactly(exact bool) string {
	if exact {
		return "exactly"
	}
	return "up to"
}

func equals(equal bool) string {
	if equal {
		return ", of which several may share a rank"
	}
	return ""
}

func writes(bytes int) string {
	if bytes > 0 {
		return " or writes one that is not listed"
	}
	return ""
}
