// Package count turns public totals into seats and shows its working, line by
// line, so that a reader can repeat it with a pencil: largest remainder and
// highest averages for lists, highest totals for options and candidates, and for
// ranked ballots instant runoff, transferable votes and comparisons in pairs. It is
// exact arithmetic on public numbers and knows no cryptography; who only needs the
// totals of an election does not need it.
//
// All functions are pure and deterministic, and take variable time. The rules
// are stated in docs/spec/count.md and docs/spec/ranked.md, whose letters the code
// uses.
package count

import (
	"fmt"
	"math/bits"
	"unicode"
	"unicode/utf8"
)

// Limits on the input, checked before any work.
const (
	MaxSeats = 100_000 // seats in one allocation or contest
	MaxLists = 10_000  // lists, options or candidates
	MaxID    = 255     // bytes in an ID
)

// Tally is one list, option or candidate with its total. IDs are non-empty, at
// most MaxID bytes of printable UTF-8, and distinct within one call.
type Tally struct {
	ID    string
	Votes uint64
}

// sum adds up all votes, and checks the number of seats and the lists, which an
// error calls by the given name.
func sum(seats int, name string, lists []Tally) (uint64, error) {
	if seats < 1 || seats > MaxSeats {
		return 0, fmt.Errorf("seats: must be 1 to %d, not %d", MaxSeats, seats)
	}
	if len(lists) < 1 || len(lists) > MaxLists {
		return 0, fmt.Errorf("%s: must be 1 to %d, not %d", name, MaxLists, len(lists))
	}
	var total uint64
	seen := make(map[string]int, len(lists))
	for i, l := range lists {
		if err := checkID(l.ID); err != nil {
			return 0, fmt.Errorf("%s[%d].id: %w", name, i, err)
		}
		if j, ok := seen[l.ID]; ok {
			return 0, fmt.Errorf("%s[%d].id: %q is the id of number %d already, ids must differ", name, i, l.ID, j)
		}
		seen[l.ID] = i
		var carry uint64
		if total, carry = bits.Add64(total, l.Votes, 0); carry != 0 {
			return 0, fmt.Errorf("%s[%d].votes: the sum of all votes passes 2^64-1", name, i)
		}
	}
	return total, nil
}

func checkID(id string) error {
	switch {
	case id == "":
		return fmt.Errorf("must not be empty")
	case len(id) > MaxID:
		return fmt.Errorf("must be at most %d bytes, not %d", MaxID, len(id))
	case !utf8.ValidString(id):
		return fmt.Errorf("%q is not valid UTF-8", id)
	}
	for _, r := range id {
		if !unicode.IsPrint(r) {
			return fmt.Errorf("%q has a character that cannot be printed", id)
		}
	}
	return nil
}

// mulDiv returns quotient and remainder of a·b divided by d, for a·b < d·2^64.
func mulDiv(a, b, d uint64) (quo, rem uint64) {
	hi, lo := bits.Mul64(a, b)
	return bits.Div64(hi, lo, d)
}

// cut returns the first seats entries of order, best first, in two parts: those
// that are in for certain, and the group of equals that straddles the end, of
// which seats-len(in) may go in. No entry of the group is in; it is empty when
// the end falls between unequal entries.
func cut(order []int, seats int, same func(a, b int) bool) (in, tied []int) {
	if seats >= len(order) {
		return order, nil
	}
	first := order[seats]
	lo, hi := seats, seats
	for lo > 0 && same(order[lo-1], first) {
		lo--
	}
	if lo == seats {
		return order[:seats], nil
	}
	for hi < len(order) && same(order[hi], first) {
		hi++
	}
	return order[:lo], order[lo:hi]
}
