package threshold

import (
	"bytes"
	"fmt"

	"veche.example/elgamal"
	"veche.example/internal/wire"
	"veche.example/proofs"
)

const (
	headerSize = 1 + 2
	shareExtra = 32 + 16 // encapsulated key and authentication tag of RFC 9180
	maxMessage = 2 << 20 // above every honest message, bounds the work on others

	kindConfirm = 0
	kindBlame   = 1
)

// A body of every kind fits into maxMessage.
const _ = uint(maxMessage - (headerSize + hashSize + elementSize*elgamal.MaxWidth*(MaxTrustees+2) +
	MaxTrustees*(elgamal.MaxWidth*scalarSize+shareExtra) + signatureSize))

func (c *Ceremony) shareSize() int { return c.Width*scalarSize + shareExtra }

// openSize is the length of a round-2 body without its shares.
func (c *Ceremony) openSize() int {
	return headerSize + hashSize + elementSize*c.Width*c.Threshold + (elementSize+scalarSize)*c.Width
}

// bodySize returns the length of a body of rounds 0 to 2.
func (c *Ceremony) bodySize(round int) int {
	switch round {
	case 0:
		return headerSize + keySize
	case 1:
		return headerSize + hashSize
	case 2:
		return c.openSize() + len(c.Trustees)*c.shareSize()
	}
	panic("threshold: no fixed size for this round")
}

func header(round, index int) []byte {
	return wire.AppendUint16([]byte{byte(round)}, uint16(index))
}

// sign returns body and its signature: the message.
func (c *Ceremony) sign(id *proofs.SigningKey, body []byte) []byte {
	return append(bytes.Clone(body), id.Sign("ceremony-message", c.id(), body)...)
}

// open returns the body of a message if it counts for this round and index: it
// has a header that says so and a signature of that trustee, K2.
func (c *Ceremony) open(round, index int, message []byte) ([]byte, error) {
	n := len(message) - signatureSize
	switch {
	case message == nil:
		return nil, fmt.Errorf("no message")
	case n < headerSize || len(message) > maxMessage:
		return nil, fmt.Errorf("no message: %d bytes cannot be one", len(message))
	case !bytes.Equal(message[:headerSize], header(round, index)):
		return nil, fmt.Errorf("no message: what is in its place is for another round or index")
	}
	body := message[:n:n]
	if err := c.Trustees[index-1].Verify("ceremony-message", c.id(), body, message[n:]); err != nil { // K2
		return nil, fmt.Errorf("no message: what is in its place has no signature of this trustee for this ceremony")
	}
	return body, nil
}

// openRound returns the bodies of a round, nil for whom v then holds silent.
func (c *Ceremony) openRound(v *verdict, round int, messages [][]byte) ([][]byte, error) {
	if len(messages) != len(c.Trustees) {
		return nil, fmt.Errorf("round %d: %d messages given, must be %d, nil where there is none", round, len(messages), len(c.Trustees))
	}
	bodies := make([][]byte, len(messages))
	for i := range messages {
		var err error
		if bodies[i], err = c.open(round, i+1, messages[i]); err != nil {
			v.add(Silent, i+1, "%v", err)
		}
	}
	return bodies, nil
}

// CheckEquivocation returns nil if the two messages prove that trustee index
// (1-based) signed two different ones for the same round of this ceremony, and
// otherwise an error that says why they do not.
func (c *Ceremony) CheckEquivocation(index int, first, second []byte) error {
	if err := c.Check(); err != nil {
		return err
	}
	if index < 1 || index > len(c.Trustees) {
		return fmt.Errorf("equivocation: no trustee %d, must be 1 to %d", index, len(c.Trustees))
	}
	if len(first) == 0 || first[0] > 3 {
		return fmt.Errorf("equivocation: the first message is of no round")
	}
	round := int(first[0])
	a, err := c.open(round, index, first)
	if err != nil {
		return fmt.Errorf("equivocation: first message: %w", err)
	}
	b, err := c.open(round, index, second)
	if err != nil {
		return fmt.Errorf("equivocation: second message: %w", err)
	}
	if bytes.Equal(a, b) {
		return fmt.Errorf("equivocation: both messages say the same")
	}
	return nil
}
