package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"veche.example/ballot"
)

const contestForm = "'ID: Title: rule(args): Option, Option…'"

// parseContest reads a contest of the form contestForm. An option is a name, or an id, an
// equals sign and a name.
func parseContest(s string) (*ballot.Contest, error) {
	parts := strings.SplitN(s, ":", 4)
	if len(parts) < 3 {
		return nil, fmt.Errorf("%q: must have the form %s", s, contestForm)
	}
	c := &ballot.Contest{ID: strings.TrimSpace(parts[0]), Title: strings.TrimSpace(parts[1])}
	if err := parseRule(strings.TrimSpace(parts[2]), &c.Rule); err != nil {
		return nil, fmt.Errorf("contest %q: %w", c.ID, err)
	}
	if len(parts) < 4 || strings.TrimSpace(parts[3]) == "" {
		return c, nil // all votes are written, or the manifest's check says what is missing
	}
	for i, text := range strings.Split(parts[3], ",") {
		id, name, ok := strings.Cut(text, "=")
		if !ok {
			id, name = slug(text, fmt.Sprintf("option-%d", i+1)), text
		}
		c.Options = append(c.Options, ballot.Option{ID: strings.TrimSpace(id), Name: strings.TrimSpace(name)})
	}
	return c, nil
}

// parseRule reads a rule such as k-of-n(min=1, max=3, blank) or positional(points=5 3 1):
// the fields of a manifest's rule.
func parseRule(s string, rule *ballot.Rule) error {
	name, args, ok := strings.Cut(s, "(")
	fields := map[string]any{"type": strings.TrimSpace(name)}
	if ok {
		inside, closed := strings.CutSuffix(args, ")")
		if !closed {
			return fmt.Errorf("rule %q: the bracket is not closed", s)
		}
		for _, arg := range strings.Split(inside, ",") {
			key, value, err := parseArg(strings.TrimSpace(arg))
			if err != nil {
				return fmt.Errorf("rule %q: %w", s, err)
			}
			if _, twice := fields[key]; twice {
				return fmt.Errorf("rule %q: %q is stated twice", s, key)
			}
			fields[key] = value
		}
	}
	b, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	if err := d.Decode(rule); err != nil {
		return fmt.Errorf("rule %q: %s", s, strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// parseArg reads a flag, key=number or key=numbers with spaces between them.
func parseArg(arg string) (key string, value any, err error) {
	key, text, ok := strings.Cut(arg, "=")
	key = strings.TrimSpace(key)
	if !ok {
		return key, true, nil
	}
	var numbers []int
	for _, word := range strings.Fields(text) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return key, nil, fmt.Errorf("%s: %q is no number", key, word)
		}
		numbers = append(numbers, n)
	}
	if key == "points" {
		return key, numbers, nil
	}
	if len(numbers) != 1 {
		return key, nil, fmt.Errorf("%s: must be one number", key)
	}
	return key, numbers[0], nil
}

// slug makes an id of a name; what has no letters of a-z and digits gets the fallback.
func slug(name, fallback string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9')
	})
	s := strings.Join(words, "-")
	if s == "" {
		return fallback
	}
	return strings.Trim(s[:min(len(s), 64)], "-")
}
