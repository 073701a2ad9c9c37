package paper

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"veche.example/ballot"
)

// ErrNoAnswer says that whoever was asked has gone away.
var ErrNoAnswer = errors.New("no answer: nothing was cast")

// Asker asks questions.
type Asker struct {
	in  *bufio.Reader
	out io.Writer
}

// NewAsker returns who asks with a writer and reads the answers.
func NewAsker(in io.Reader, out io.Writer) *Asker {
	return &Asker{bufio.NewReader(io.LimitReader(in, 1<<20)), out}
}

// Line returns the answer to a question. The error is ErrNoAnswer.
func (a *Asker) Line(question string) (string, error) {
	fmt.Fprint(a.out, question)
	line, err := a.in.ReadString('\n')
	if err != nil && line == "" {
		fmt.Fprintln(a.out)
		return "", ErrNoAnswer
	}
	return strings.TrimSpace(line), nil
}

// Choices shows every contest and asks for its choice, again as long as it is none.
func (a *Asker) Choices(contests []*ballot.Contest) (ballot.Choices, error) {
	choices := ballot.Choices{}
	for _, c := range contests {
		a.show(c)
		for {
			text, err := a.Line(fmt.Sprintf("%s: ", Form(c)))
			if err != nil {
				return nil, err
			}
			choice, err := Parse(c, byNumber(c, text))
			if err == nil {
				choices[c.ID] = choice
				break
			}
			fmt.Fprintln(a.out, err)
		}
	}
	return choices, nil
}

// show writes the contest, its options numbered.
func (a *Asker) show(c *ballot.Contest) {
	fmt.Fprintf(a.out, "\n%s\n", c.Title)
	for i, id := range numbered(c) {
		fmt.Fprintf(a.out, "  %2d  %-16s %s\n", i+1, id, name(c, id))
	}
}

// numbered returns the IDs of options and candidates in the order in which they are shown.
func numbered(c *ballot.Contest) (ids []string) {
	for _, o := range c.Options {
		ids = append(ids, o.ID)
		for _, candidate := range o.Candidates {
			ids = append(ids, candidate.ID)
		}
	}
	return ids
}

var number = regexp.MustCompile(`(?:^|[,>=])\s*[0-9]+`)

// byNumber puts IDs in the place of the numbers under which they are shown, unless an ID
// could be taken for a number.
func byNumber(c *ballot.Contest, text string) string {
	ids := numbered(c)
	digit := func(id string) bool { return id[0] >= '0' && id[0] <= '9' }
	if strings.HasPrefix(text, write) || slices.ContainsFunc(ids, digit) {
		return text
	}
	points := strings.Contains(forms[c.Rule.Type], "=")
	return number.ReplaceAllStringFunc(text, func(s string) string {
		at := strings.IndexAny(s, "0123456789")
		n, err := strconv.Atoi(s[at:])
		if err != nil || n < 1 || n > len(ids) || points && s[0] == '=' {
			return s
		}
		return s[:at] + ids[n-1]
	})
}
