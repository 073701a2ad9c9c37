package ballot

import (
	"bytes"
	"errors"
	"fmt"

	"veche.example/elgamal/group"
)

// votes is what a ballot encrypts, contest by contest: bits, and payloads of the mixed
// contests.
type votes struct {
	bits     []byte // each 0 or 1
	payloads []byte
}

// encode returns the votes of all contests.
func (p *paper) encode(choices Choices) (v votes, err error) {
	for _, c := range p.contests {
		choice, ok := choices[c.ID]
		if !ok {
			return votes{}, fmt.Errorf("contest %q: no choice made", c.ID)
		}
		of, err := c.Encode(choice)
		if err != nil {
			return votes{}, err
		}
		if c.Mixed() {
			v.payloads = append(v.payloads, of...)
		} else {
			v.bits = append(v.bits, of...)
		}
	}
	if len(choices) > len(p.contests) {
		return votes{}, errors.New("choices made in contests that are not on this ballot")
	}
	return v, nil
}

// decode is the inverse of encode for bits that satisfy the style's relation.
func (p *paper) decode(v votes) (Choices, error) {
	choices := make(Choices, len(p.contests))
	for k, c := range p.contests {
		if !c.Mixed() {
			choices[c.ID] = c.scheme.decode(c, v.bits[p.bitsAt[k]:p.bitsAt[k+1]])
			continue
		}
		choice, err := c.ReadVote(v.payloads[p.payloadsAt[k]:p.payloadsAt[k+1]])
		if err != nil {
			return nil, fmt.Errorf("contest %q: %w", c.ID, err)
		}
		choices[c.ID] = choice
	}
	return choices, nil
}

// packedSize is the length of packed votes.
func (p *paper) packedSize() int { return (p.relation.Bits+7)/8 + p.payloadsAt[len(p.contests)] }

// pack packs the bits, eight to a byte from the least significant up; bits left over are
// 0. The payloads follow.
func (v votes) pack() []byte {
	packed := make([]byte, (len(v.bits)+7)/8)
	for j, b := range v.bits {
		packed[j/8] |= b << (j % 8)
	}
	return append(packed, v.payloads...)
}

// unpack returns votes that are the encoding of legal choices.
func (p *paper) unpack(packed []byte) (votes, error) {
	v := votes{bits: make([]byte, p.relation.Bits), payloads: bytes.Clone(packed[(p.relation.Bits+7)/8:])}
	for j := range v.bits {
		v.bits[j] = packed[j/8] >> (j % 8) & 1
	}
	if err := p.relation.Satisfied(v.bits); err != nil {
		return votes{}, errors.New("choices that the rules do not allow")
	}
	choices, err := p.decode(v)
	if err != nil {
		return votes{}, err
	}
	again, err := p.encode(choices)
	if err != nil || !bytes.Equal(again.pack(), packed) {
		return votes{}, errors.New("choices that are not canonically encoded")
	}
	return v, nil
}

// carriers returns the elements that carry the payloads. Constant time. There is none
// for one payload in 2^100.
func (v votes) carriers() ([]group.Element, error) {
	m := make([]group.Element, len(v.payloads)/group.PayloadSize)
	for i := range m {
		payload := [group.PayloadSize]byte(v.payloads[i*group.PayloadSize:])
		if _, err := m[i].SetPayload(&payload); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (v votes) clone() votes { return votes{bytes.Clone(v.bits), bytes.Clone(v.payloads)} }

func (v votes) forget() {
	clear(v.bits)
	clear(v.payloads)
}
