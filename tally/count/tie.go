package count

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// Tie is a group of equals with fewer seats than they are. At most one arises in
// an allocation, at its last seats.
type Tie struct {
	Between []string   // who ties, in listed order
	Seats   int        // the seats for all of them
	Rule    TieBreak   // what was to decide
	Context string     // what they are equal in: "remainder", "average" or "votes"
	Lots    [][32]byte // for Draw, aligned with Between
	Won     []string   // who gets a seat, first winner first
	Open    []string   // who is still tied for the other seats; empty if the tie was broken
}

// The contexts of ties; docs/spec/count.md, section 5.
const (
	contextRemainder = "remainder"
	contextAverage   = "average"
	contextVotes     = "votes"
)

type contender struct {
	index int
	Tally
}

// breakTie decides a tie for seats by rule as far as the rule goes. Group is in
// listed order. It also returns the indices of the winners.
func breakTie(rule TieBreak, group []contender, seats int, context string, seed [32]byte) (*Tie, []int) {
	t := &Tie{Between: ids(group), Seats: seats, Rule: rule, Context: context}
	won, open := group[:seats], []contender(nil)
	switch rule {
	case Report:
		won, open = nil, group
	case MoreVotes:
		won, open = byVotes(group, seats)
	case Draw:
		t.Lots = lots(seed, context, t.Between)
		won = byLot(group, t.Lots)[:seats]
	}
	t.Won, t.Open = ids(won), ids(open)
	return t, indices(won)
}

// byVotes returns who has the votes to be in, and who is equal in votes too.
func byVotes(group []contender, seats int) (won, open []contender) {
	order := make([]int, len(group))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return compareVotes(group[i].Tally, group[j].Tally) })
	in, tied := cut(order, seats, func(i, j int) bool { return group[i].Votes == group[j].Votes })
	return pick(group, in), pick(group, tied)
}

func byLot(group []contender, lots [][32]byte) []contender {
	order := make([]int, len(group))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return bytes.Compare(lots[i][:], lots[j][:]) })
	return pick(group, order)
}

// lots hashes one lot per id (equation D1):
// SHA-256(seed ‖ "veche/v1/tie" ‖ LE(len(context),4) ‖ context ‖ LE(len(id),4) ‖ id).
func lots(seed [32]byte, context string, ids []string) [][32]byte {
	out := make([][32]byte, len(ids))
	for i, id := range ids {
		b := append(seed[:], "veche/v1/tie"...)
		for _, s := range []string{context, id} {
			b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
			b = append(b, s...)
		}
		out[i] = sha256.Sum256(b)
	}
	return out
}

func pick(group []contender, order []int) []contender {
	out := make([]contender, len(order))
	for k, i := range order {
		out[k] = group[i]
	}
	return out
}

func ids(group []contender) []string {
	out := make([]string, len(group))
	for k, c := range group {
		out[k] = c.ID
	}
	return out
}

func indices(group []contender) []int {
	out := make([]int, len(group))
	for k, c := range group {
		out[k] = c.index
	}
	return out
}
