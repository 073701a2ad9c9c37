package ballot

import (
	"errors"
	"fmt"

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
	votes    votes
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
	return append(b, o.votes.pack()...)
}

// ParseOpening reads an opening. Its bits and payloads must be the encoding of legal
// choices, the greedy one of docs/spec/rules.md; whether they are the ballot's is for Rebuild.
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
	packed := r.Fixed(p.packedSize())
	if packed != nil {
		var err error
		if o.votes, err = p.unpack(packed); err != nil {
			r.Fail("%w", err)
		}
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	return o, nil
}

// Choices returns what the ballot would have been for.
func (o *Opening) Choices() Choices {
	choices, err := o.election.papers[o.Style].decode(o.votes)
	if err != nil {
		panic("ballot: an opening that ParseOpening did not return: " + err.Error())
	}
	return choices
}

// Rebuild builds the ballot's body again and checks that it has the opening's code. An
// error means that the device lied about the seed, the choices or the code. It takes as
// long as building a ballot, and Ledger.Challenge demands that it was done. Implements B7
// of docs/spec/ballot.md.
func (o *Opening) Rebuild() ([]byte, error) {
	e := o.election
	m, err := o.votes.carriers()
	if err != nil {
		return nil, fmt.Errorf("opening: %w", err)
	}
	body := e.body(&o.Header, e.papers[o.Style], o.votes, m, &o.seed)
	if e.code(body) != o.Code { // B7
		return nil, errors.New("opening: the seed and the choices give another ballot than the one with this code")
	}
	o.rebuilt = rebuilt{true, o.Header, o.Code}
	return body, nil
}
