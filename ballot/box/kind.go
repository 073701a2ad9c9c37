package box

import (
	"errors"
	"fmt"
	"strings"
)

// MaxEntry is the greatest length of an entry in bytes, its kind included: what the
// uint16 in front of it in a bundle can say.
const MaxEntry = 65_535

// Kind is the first byte of an entry.
type Kind uint8

// The kinds of entries, one for each event of an election.
const (
	Manifest Kind = 1 + iota
	Ceremony
	Opening
	Promise
	Ballot
	Challenge
	Closing
	Mix
	Tally
	Result
)

var kindNames = [...]string{
	Manifest: "manifest", Ceremony: "ceremony", Opening: "opening", Promise: "promise", Ballot: "ballot",
	Challenge: "challenge", Closing: "closing", Mix: "mix", Tally: "tally", Result: "result",
}

// String returns the name of the kind.
func (k Kind) String() string {
	if k < Manifest || k > Result {
		return fmt.Sprintf("kind %d", uint8(k))
	}
	return kindNames[k]
}

var voting = []Kind{Promise, Ballot, Challenge, Closing}

// following says which kinds may follow a kind; 0 stands for the start.
var following = [...][]Kind{
	0:         {Manifest},
	Manifest:  {Ceremony},
	Ceremony:  {Opening},
	Opening:   voting,
	Promise:   voting,
	Ballot:    voting,
	Challenge: voting,
	Closing:   {Mix, Tally},
	Mix:       {Mix, Tally},
	Tally:     {Result},
	Result:    nil,
}

// Grammar is the order of events, section 2 of docs/spec/box.md, which [Log] and
// [Reader] share. The zero value has seen nothing.
type Grammar struct{ last Kind }

// Next takes the next entry, or says why it cannot be the next one and what could;
// then nothing has changed. It looks at the kind and the length, not at the body.
func (g *Grammar) Next(entry []byte) error {
	if len(entry) == 0 {
		return errors.New("empty: an entry starts with its kind")
	}
	if len(entry) > MaxEntry {
		return fmt.Errorf("%d bytes, at most %d are allowed", len(entry), MaxEntry)
	}
	k := Kind(entry[0])
	if k < Manifest || k > Result {
		return fmt.Errorf("unknown %v", k)
	}
	for _, allowed := range following[g.last] {
		if k == allowed {
			g.last = k
			return nil
		}
	}
	return fmt.Errorf("%v is out of order: %s", k, g.expected())
}

func (g *Grammar) expected() string {
	switch g.last {
	case 0:
		return "a log starts with the manifest"
	case Result:
		return "nothing follows the result"
	}
	var names []string
	for _, k := range following[g.last] {
		names = append(names, k.String())
	}
	return fmt.Sprintf("after %v comes %s", g.last, strings.Join(names, " or "))
}

// Closed says whether the ballot box is closed: nothing can be cast any more.
func (g *Grammar) Closed() bool { return g.last >= Closing }

// Complete says whether the result was written, which nothing follows.
func (g *Grammar) Complete() bool { return g.last == Result }
