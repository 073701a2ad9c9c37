package ballot

import (
	"bytes"
	"errors"

	"veche.example/internal/wire"
)

// Opening reveals a challenged ballot: from its seed and choices anybody rebuilds the
// body and sees whether the device encrypted what it was told. It shows the choices to
// whoever has it; the ballot is never cast. It is not safe for concurrent use.
type Opening struct {
	Header
	Code Code

	election *Election
	seed     [32]byte
	bits     []byte
	rebuilt  rebuilt
}

// rebuilt is for what Rebuild succeeded.
type rebuilt struct {
	done   bool
	header Header
	code   Code
}

// Bytes returns the opening as ParseOpening reads it.
func (o *Opening) Bytes() []byte {
	b := append(o.Header.bytes(), o.Code[:]...)
	b = append(b, o.seed[:]...)
	return append(b, packBits(o.bits)...)
}

// ParseOpening reads an opening. Its bits must be the encoding of legal choices, the
// greedy one of docs/spec/rules.md; whether they are the ballot's is for Rebuild.
// Implements section 7 of docs/spec/ballot.md.
func (e *Election) ParseOpening(b []byte) (*Opening, error) {
	o := &Opening{election: e}
	r := wire.NewReader("opening", b)
	var p *paper
	o.Header, p = e.readHeader(r)
	if p == nil {
		return nil, r.Close()
	}
	copy(o.Code[:], r.Fixed(32))
	copy(o.seed[:], r.Fixed(32))
	packed := r.Fixed((p.relation.Bits + 7) / 8)
	if packed != nil {
		var err error
		if o.bits, err = p.unpack(packed); err != nil {
			r.Fail("%w", err)
		}
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	return o, nil
}

// unpack returns bits that are the encoding of legal choices.
func (p *paper) unpack(packed []byte) ([]byte, error) {
	bits := make([]byte, p.relation.Bits)
	for j := range bits {
		bits[j] = packed[j/8] >> (j % 8) & 1
	}
	if err := p.relation.Satisfied(bits); err != nil {
		return nil, errors.New("choices that the rules do not allow")
	}
	again, err := p.encode(p.decode(bits))
	if err != nil || !bytes.Equal(again, bits) || !bytes.Equal(packBits(bits), packed) {
		return nil, errors.New("choices that are not canonically encoded")
	}
	return bits, nil
}

// packBits packs bits, eight to a byte from the least significant up; bits left over
// are 0.
func packBits(bits []byte) []byte {
	packed := make([]byte, (len(bits)+7)/8)
	for j, b := range bits {
		packed[j/8] |= b << (j % 8)
	}
	return packed
}

// Choices returns what the ballot would have been for.
func (o *Opening) Choices() Choices { return o.election.papers[o.Style].decode(o.bits) }

// Rebuild builds the ballot's body again and checks that it has the opening's code. An
// error means that the device lied about the seed, the choices or the code. It takes as
// long as building a ballot, and Ledger.Challenge demands that it was done. Implements B7
// of docs/spec/ballot.md.
func (o *Opening) Rebuild() ([]byte, error) {
	e := o.election
	body := e.body(&o.Header, e.papers[o.Style], o.bits, &o.seed)
	if e.code(body) != o.Code { // B7
		return nil, errors.New("opening: the seed and the choices give another ballot than the one with this code")
	}
	o.rebuilt = rebuilt{true, o.Header, o.Code}
	return body, nil
}
