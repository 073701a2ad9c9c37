package ballot

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// oneOfMany is one of n options, or blank, or a written text of up to write bytes.
// Payload: the number of the option from 1, or 0, or writeIn; then the text, padded
// with zeros. Implements C13 and C14 of docs/spec/rules.md.
type oneOfMany struct {
	n, write int
	blank    bool
}

const (
	maxWriteIn = 300
	writeIn    = 65_535
)

const _ = uint(writeIn - 1 - MaxOptions) // no option has its number

func (r *Rule) oneOfMany(p *problems, at string, c *Contest) form {
	n := len(c.Options)
	if r.WriteIn != 0 && p.within(at+".write_in", r.WriteIn, 1, maxWriteIn) && n == 0 {
		return &oneOfMany{0, r.WriteIn, r.Blank}
	}
	if n == 1 && !r.Blank && r.WriteIn == 0 {
		p.add(at, "one option is no choice; add another or allow blank")
	}
	return &oneOfMany{n, r.WriteIn, r.Blank}
}

func (s *oneOfMany) size() int { return 2 + s.write }

func (s *oneOfMany) encode(c *Contest, ch *Choice, payload []byte) error {
	if err := ch.only(c, s.fields()...); err != nil {
		return err
	}
	switch {
	case ch.Blank:
		return ch.checkBlank(c)
	case ch.WriteIn != "":
		return s.encodeText(ch, payload)
	}
	chosen, err := c.options.indices(ch.Selected)
	if err != nil {
		return err
	}
	if len(chosen) != 1 {
		return fmt.Errorf("%d options chosen, the rule wants one", len(chosen))
	}
	binary.BigEndian.PutUint16(payload, uint16(chosen[0]+1))
	return nil
}

// fields are those of a choice.
func (s *oneOfMany) fields() []string {
	if s.write == 0 {
		return []string{"selected"}
	}
	return []string{"selected", "write_in"}
}

func (s *oneOfMany) encodeText(ch *Choice, payload []byte) error {
	switch fault := textFault(ch.WriteIn); {
	case len(ch.Selected) > 0:
		return errors.New("a written text chooses nothing else")
	case len(ch.WriteIn) > s.write:
		return fmt.Errorf("a written text of %d bytes, at most %d are allowed", len(ch.WriteIn), s.write)
	case fault != "":
		return errors.New("the written text " + fault)
	}
	binary.BigEndian.PutUint16(payload, writeIn)
	copy(payload[2:], ch.WriteIn)
	return nil
}

func (s *oneOfMany) decode(c *Contest, payload []byte) (Choice, error) {
	number := int(binary.BigEndian.Uint16(payload))
	text := string(bytes.TrimRight(payload[2:], "\x00"))
	written := number == writeIn && s.write > 0
	switch {
	case !written && number > s.n, number == 0 && !s.blank:
		return Choice{}, noOption
	case !written && text != "":
		return Choice{}, besideText
	case written && (text == "" || textFault(text) != ""):
		return Choice{}, badText
	case written:
		return Choice{WriteIn: text}, nil
	case number == 0:
		return Choice{Blank: true}, nil
	}
	return Choice{Selected: []string{c.options.ids[number-1]}}, nil
}
