package ballot

import (
	"errors"
	"fmt"
	"slices"

	"veche.example/elgamal/group"
)

// Choices is a voter's choice in every contest of the ballot, by contest ID.
type Choices map[string]Choice

// Choice is a voter's choice in one contest. A field is used exactly if the rule
// has it:
//
//	one-of-n, k-of-n, approval     Selected, or Blank
//	score, cumulative, quadratic   Scores (options left out have 0)
//	party-list                     List and Selected candidates of it, or Blank
//	borda, positional, pairwise    Ranking, every option, best first
//	ranked                         Ranking, best first, or with equal ranks Ranks; nothing for a blank vote
//	one-of-many                    Selected, or WriteIn, or Blank
//
// It is the voter's secret.
type Choice struct {
	Blank    bool              `json:"blank,omitempty"`
	Selected []string          `json:"selected,omitempty"`
	Scores   map[string]uint64 `json:"scores,omitempty"`
	List     string            `json:"list,omitempty"`
	Ranking  []string          `json:"ranking,omitempty"`
	Ranks    [][]string        `json:"ranks,omitempty"`    // best first, options of one rank in any order
	WriteIn  string            `json:"write_in,omitempty"` // text for somebody who is not an option
}

// Encode returns the bits of a choice, one byte 0 or 1 for each; in a mixed contest it
// returns the payloads that ReadVote reads. The error says what breaks the rule. It
// takes variable time in the choice.
func (c *Contest) Encode(choice Choice) ([]byte, error) {
	var out []byte
	var err error
	if c.Mixed() {
		out = make([]byte, c.Plaintexts()*group.PayloadSize)
		err = c.form.encode(c, &choice, out[:c.form.size()])
	} else {
		out = make([]byte, c.scheme.bits())
		err = c.scheme.encode(c, &choice, out)
	}
	if err != nil {
		return nil, fmt.Errorf("contest %q: %w", c.ID, err)
	}
	return out, nil
}

// only refuses fields, Blank apart, that the rule does not read.
func (ch *Choice) only(c *Contest, read ...string) error {
	for _, f := range []struct {
		name string
		used bool
	}{
		{"selected", len(ch.Selected) > 0},
		{"scores", len(ch.Scores) > 0},
		{"list", ch.List != ""},
		{"ranking", len(ch.Ranking) > 0},
		{"ranks", len(ch.Ranks) > 0},
		{"write_in", ch.WriteIn != ""},
	} {
		if f.used && !slices.Contains(read, f.name) {
			return fmt.Errorf("rule %q takes no %s here", c.Rule.Type, f.name)
		}
	}
	return nil
}

// checkBlank checks a choice that says blank: allowed, and nothing beside it.
func (ch *Choice) checkBlank(c *Contest) error {
	if !c.Rule.Blank {
		return errors.New("a blank vote is not allowed here")
	}
	if len(ch.Selected) > 0 || ch.List != "" || ch.WriteIn != "" {
		return errors.New("a blank vote chooses nothing else")
	}
	return nil
}

// indices finds every ID of a list in which none may occur twice.
func (s *nameSet) indices(ids []string) ([]int, error) {
	out := make([]int, len(ids))
	for k, id := range ids {
		i, ok := s.index[id]
		switch {
		case !ok:
			return nil, fmt.Errorf("%q cannot be chosen here", shorten(id))
		case slices.Contains(out[:k], i):
			return nil, fmt.Errorf("%q is chosen twice", id)
		}
		out[k] = i
	}
	return out, nil
}

// scores returns a value for every option, each at most max, and their sum.
func (s *nameSet) scores(scores map[string]uint64, max uint64) (values []uint64, sum uint64, err error) {
	values = make([]uint64, len(s.ids))
	known := 0
	for i, id := range s.ids {
		v, ok := scores[id]
		if v > max {
			return nil, 0, fmt.Errorf("%q has %d, at most %d are allowed", id, v, max)
		}
		if ok {
			known++
		}
		values[i], sum = v, sum+v
	}
	if known < len(scores) {
		return nil, 0, s.unknown(scores)
	}
	return values, sum, nil
}

// unknown names the first score, by ID, of something that is not an option.
func (s *nameSet) unknown(scores map[string]uint64) error {
	var first string
	for id := range scores {
		if _, ok := s.index[id]; !ok && (first == "" || id < first) {
			first = id
		}
	}
	return fmt.Errorf("%q cannot be chosen here", shorten(first))
}

// marked returns the scores that are not 0.
func (s *nameSet) marked(values func(i int) uint64) map[string]uint64 {
	scores := make(map[string]uint64)
	for i, id := range s.ids {
		if v := values(i); v > 0 {
			scores[id] = v
		}
	}
	return scores
}
