package count

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// MaxBLT is the size of a BLT file in bytes that ParseBLT reads.
const MaxBLT = 32 << 20

// BLT is a contest as a BLT file holds it, the format of Hill, Wichmann and
// Woodall. Withdrawn candidates are still among the candidates and on the ballots;
// Contest takes them out.
type BLT struct {
	Title     string // printable, may be empty
	Seats     int
	Withdrawn []int // indices, ascending
	Ranked
}

// Contest is the contest without the withdrawn candidates.
func (b *BLT) Contest() (Ranked, error) {
	return b.Without(b.Withdrawn)
}

// Check reports the first thing that is wrong, by its place.
func (b *BLT) Check() error {
	if b.Seats < 1 || b.Seats > len(b.Candidates) {
		return fmt.Errorf("seats: must be 1 to %d, the number of candidates, not %d", len(b.Candidates), b.Seats)
	}
	last := -1
	for k, c := range b.Withdrawn {
		if c <= last || c >= len(b.Candidates) {
			return fmt.Errorf("withdrawn[%d]: must be indices of candidates in ascending order, not %d", k, c)
		}
		last = c
	}
	if b.Title != "" {
		if err := checkQuoted(b.Title); err != nil {
			return fmt.Errorf("title: %w", err)
		}
	}
	for i, name := range b.Candidates {
		if err := checkQuoted(name); err != nil {
			return fmt.Errorf("candidates[%d]: %w", i, err)
		}
	}
	return b.Ranked.Check()
}

// checkQuoted checks a text that the file has in quotes, for which it knows no
// escape.
func checkQuoted(text string) error {
	if strings.Contains(text, `"`) {
		return fmt.Errorf("%q has a quote, which the format cannot hold", text)
	}
	return checkID(text)
}

// Bytes writes the file, one line for each ballot in its order.
func (b *BLT) Bytes() ([]byte, error) {
	if err := b.Check(); err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%d %d\n", len(b.Candidates), b.Seats)
	for k, c := range b.Withdrawn {
		fmt.Fprintf(&out, "%s-%d", strings.Repeat(" ", min(k, 1)), c+1)
	}
	if b.Withdrawn != nil {
		out.WriteByte('\n')
	}
	for _, ballot := range b.Ballots {
		fmt.Fprintf(&out, "%d", ballot.Count)
		for _, group := range ballot.Ranks {
			out.WriteString(" " + joinIndices(group, "="))
		}
		out.WriteString(" 0\n")
	}
	out.WriteString("0\n")
	for _, name := range append(b.Candidates[:len(b.Candidates):len(b.Candidates)], b.Title) {
		fmt.Fprintf(&out, "\"%s\"\n", name)
	}
	return out.Bytes(), nil
}

// joinIndices writes indices counted from 1.
func joinIndices(group []int, separator string) string {
	parts := make([]string, len(group))
	for k, c := range group {
		parts[k] = strconv.Itoa(c + 1)
	}
	return strings.Join(parts, separator)
}

// bltReader goes through a file line by line.
type bltReader struct {
	rest   []byte
	number int // of the line last read
}

// ParseBLT reads a BLT file. It is strict: one ballot a line, closed with 0;
// candidates joined with = are ranked equally; weights are whole numbers; what
// follows # outside of quotes is a comment, and empty lines are left out. Skipped
// ranks, ballot ids and anything after the title are errors. An error names the
// line. Limits are those of Ranked and MaxBLT. Implements docs/spec/ranked.md,
// section 10.
func ParseBLT(data []byte) (*BLT, error) {
	if len(data) > MaxBLT {
		return nil, fmt.Errorf("count: blt: must be at most %d bytes, not %d", MaxBLT, len(data))
	}
	r := &bltReader{rest: bytes.TrimPrefix(data, []byte("\ufeff"))}
	b, err := r.file()
	if err != nil {
		return nil, fmt.Errorf("count: blt: line %d: %w", r.number, err)
	}
	if err := b.Check(); err != nil {
		return nil, fmt.Errorf("count: blt: %w", err)
	}
	return b, nil
}

// line is the next line that is not empty, without its comment; empty at the end.
func (r *bltReader) line() string {
	for len(r.rest) > 0 {
		line, rest, _ := bytes.Cut(r.rest, []byte("\n"))
		r.rest = rest
		r.number++
		if text := strings.TrimSpace(withoutComment(string(line))); text != "" {
			return text
		}
	}
	return ""
}

func withoutComment(line string) string {
	quoted := false
	for i := range len(line) {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case line[i] == '#' && !quoted:
			return line[:i]
		}
	}
	return line
}

func (r *bltReader) file() (*BLT, error) {
	b := &BLT{}
	candidates, err := r.head(b)
	if err != nil {
		return nil, err
	}
	line := r.line()
	if strings.HasPrefix(line, "-") {
		if b.Withdrawn, err = withdrawn(line, candidates); err != nil {
			return nil, err
		}
		line = r.line()
	}
	if err := r.ballots(b, line, candidates); err != nil {
		return nil, err
	}
	for range candidates {
		name, err := r.quoted()
		if err != nil {
			return nil, fmt.Errorf("candidate %d: %w", len(b.Candidates)+1, err)
		}
		b.Candidates = append(b.Candidates, name)
	}
	if b.Title, err = r.quoted(); err != nil {
		return nil, fmt.Errorf("title: %w", err)
	}
	if extra := r.line(); extra != "" {
		return nil, fmt.Errorf("the title must be last, not followed by %.40q", extra)
	}
	return b, nil
}

// head reads the numbers of candidates and seats.
func (r *bltReader) head(b *BLT) (candidates int, err error) {
	fields := strings.Fields(r.line())
	if len(fields) != 2 {
		return 0, fmt.Errorf("must be the numbers of candidates and of seats")
	}
	if candidates, err = whole(fields[0], MaxCandidates); err != nil {
		return 0, fmt.Errorf("number of candidates: %w", err)
	}
	if b.Seats, err = whole(fields[1], uint64(candidates)); err != nil {
		return 0, fmt.Errorf("number of seats: %w", err)
	}
	return candidates, nil
}

// withdrawn reads the candidates that are out, each with a minus sign.
func withdrawn(line string, candidates int) ([]int, error) {
	var out []int
	for _, field := range strings.Fields(line) {
		digits, minus := strings.CutPrefix(field, "-")
		c, err := whole(digits, uint64(candidates))
		if !minus || err != nil {
			return nil, fmt.Errorf("withdrawn: must be candidates as -1 to -%d, not %.40q", candidates, field)
		}
		if len(out) > 0 && c-1 <= out[len(out)-1] {
			return nil, fmt.Errorf("withdrawn: must be in ascending order, not -%d after -%d", c, out[len(out)-1]+1)
		}
		out = append(out, c-1)
	}
	return out, nil
}

// ballots reads the ballots and the 0 after them.
func (r *bltReader) ballots(b *BLT, line string, candidates int) error {
	used, weight := 0, uint64(0)
	for ; line != "0"; line = r.line() {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[len(fields)-1] != "0" {
			return fmt.Errorf("must be a ballot that ends with 0, or a 0 alone after the last one, not %.40q", line)
		}
		count, err := strconv.ParseUint(fields[0], 10, 64)
		if err != nil || fields[0][0] == '0' || fields[0][0] == '+' {
			return fmt.Errorf("weight: must be a whole number from 1, not %.40q", fields[0])
		}
		ballot := RankedBallot{Count: count}
		for _, field := range fields[1 : len(fields)-1] {
			group, err := equals(field, candidates)
			if err != nil {
				return err
			}
			ballot.Ranks = append(ballot.Ranks, group)
		}
		if err := checkWeight(&weight, count); err != nil {
			return fmt.Errorf("weight: %w", err)
		}
		if err := ballot.check(candidates, &used); err != nil {
			return fmt.Errorf("ballot%w", err)
		}
		b.Ballots = append(b.Ballots, ballot)
	}
	return nil
}

// equals reads candidates of one rank.
func equals(field string, candidates int) ([]int, error) {
	var group []int
	for _, part := range strings.Split(field, "=") {
		c, err := whole(part, uint64(candidates))
		if err != nil {
			return nil, fmt.Errorf("ballot: candidate in %.40q: %w", field, err)
		}
		group = append(group, c-1)
	}
	return group, nil
}

// quoted reads a line that is one text in quotes.
func (r *bltReader) quoted() (string, error) {
	line := r.line()
	if len(line) < 2 || line[0] != '"' || line[len(line)-1] != '"' || strings.Count(line, `"`) != 2 {
		return "", fmt.Errorf("must be a text in quotes, without quotes inside, not %.40q", line)
	}
	return line[1 : len(line)-1], nil
}

// whole reads a number from 1 to limit without sign or leading zero.
func whole(s string, limit uint64) (int, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || n < 1 || n > limit || s[0] == '0' || s[0] == '+' {
		return 0, fmt.Errorf("must be a number from 1 to %d, not %.40q", limit, s)
	}
	return int(n), nil
}
