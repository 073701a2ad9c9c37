package ballot

import (
	"veche.example/elgamal"
	"veche.example/elgamal/group"
)

// Mixed reports whether the contest's ballots are shuffled by mixers and then decrypted
// one by one, instead of being added up.
func (c *Contest) Mixed() bool { return c.Rule.Type == Ranked || c.Rule.Type == OneOfMany }

// Plaintexts returns the number of elements that carry a vote of a mixed contest, the
// same for every voter; it is 0 for a contest that is not mixed. Implements C11 of
// docs/spec/rules.md.
func (c *Contest) Plaintexts() int {
	if !c.Mixed() {
		return 0
	}
	return (c.form.size() + group.PayloadSize - 1) / group.PayloadSize
}

// positions is the number of components that the contest has encrypted.
func (c *Contest) positions() int {
	if c.Mixed() {
		return c.Plaintexts()
	}
	return len(c.piece.rows)
}

// Widths returns the number of positions in every block of the contest's ciphertext
// under W keys: W in all but the last.
func (c *Contest) Widths(W int) []int {
	n := c.positions()
	widths := make([]int, elgamal.Blocks(n, W))
	for β := range widths {
		widths[β] = min(W, n-β*W)
	}
	return widths
}

// InvalidVote is why a decrypted vote of a mixed contest is not legal. There are few
// reasons, and none says more than its sentence: a vote that is spoiled in a way of its
// own must not be recognised by it. They are stated in docs/spec/rules.md, section 9.
type InvalidVote string

// NoPayload is the reason if a decrypted element carries no payload, so that there is
// nothing for ReadVote to read.
const NoPayload InvalidVote = "an element without a payload"

// The errors of ReadVote, in the order in which the reasons are looked for.
const (
	unpadded     InvalidVote = "bytes that are not zero behind the vote"
	rankGap      InvalidVote = "ranks with a gap"
	sharedRank   InvalidVote = "several options of one rank"
	tooFewRanked InvalidVote = "too few options ranked"
	tooMany      InvalidVote = "too many options ranked"
	noOption     InvalidVote = "no such option"
	besideText   InvalidVote = "a text beside an option"
	badText      InvalidVote = "a text that may not be written"
)

// Error returns the reason.
func (v InvalidVote) Error() string { return string(v) }

// ReadVote reads the vote that decrypted payloads carry, one behind the other: the
// choice whose Encode they are, options of one rank in the order of the manifest. If
// there is none, the error is an InvalidVote. It panics unless the contest is mixed
// and there are Plaintexts() payloads. Variable time, for votes that are mixed.
func (c *Contest) ReadVote(payloads []byte) (Choice, error) {
	if !c.Mixed() || len(payloads) != c.Plaintexts()*group.PayloadSize {
		panic("ballot: payloads of another contest")
	}
	size := c.form.size()
	for _, b := range payloads[size:] { // C11
		if b != 0 {
			return Choice{}, unpadded
		}
	}
	return c.form.decode(c, payloads[:size])
}
