package threshold

import (
	"bytes"
	"errors"
	"fmt"

	"veche.example/elgamal/group"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// dealing is the content of a round-2 message.
type dealing struct {
	coefficients [][]group.Element // A_{l,k}, W rows of t
	possession   []byte            // proof of possession
	aad          [32]byte          // digest of the body without its shares
	shares       [][]byte          // for recipients 1..n: enc ‖ sealed
}

// constants returns A_{1,0} … A_{W,0}.
func (d *dealing) constants() []group.Element {
	y := make([]group.Element, len(d.coefficients))
	for l := range y {
		y[l].Set(&d.coefficients[l][0])
	}
	return y
}

// parseDealing returns dealer i's dealing, or what is wrong with it and whose
// fault that is: all rules of round 2 but the proof of possession.
func (r *record) parseDealing(i int, body []byte, view [32]byte) (*dealing, Fault, error) {
	if len(body) != r.bodySize(2) {
		return nil, Guilty, fmt.Errorf("body of %d bytes, must be %d for %d coefficients of each component", len(body), r.bodySize(2), r.Threshold)
	}
	rest := body[headerSize:]
	if !bytes.Equal(rest[:hashSize], view[:]) { // K5
		return nil, Divided, errors.New("dealt on other messages of rounds 0 and 1 than the record's")
	}
	rest = rest[hashSize:]
	size := elementSize * r.Width * r.Threshold
	h := r.commitment(i, rest[:size])
	if !bytes.Equal(r.bodies[1][i-1][headerSize:], h[:]) { // K4
		return nil, Guilty, errors.New("coefficients are not those that round 1 committed to")
	}
	points, err := parseElements(rest[:size], r.Width*r.Threshold)
	if err != nil {
		return nil, Guilty, fmt.Errorf("coefficients: %w", err)
	}
	d := &dealing{possession: rest[size : r.openSize()-headerSize-hashSize], aad: r.aad(body)}
	for l := range r.Width {
		row := points[l*r.Threshold : (l+1)*r.Threshold]
		if row[0].IsIdentity() { // K6
			return nil, Guilty, fmt.Errorf("component %d: constant term is the identity", l+1)
		}
		d.coefficients = append(d.coefficients, row)
	}
	for j := range r.Trustees {
		at := r.openSize() + j*r.shareSize()
		d.shares = append(d.shares, body[at:at+r.shareSize()])
	}
	return d, 0, nil
}

// commitment returns h_i for dealer i's encoded coefficients: K4.
func (c *Ceremony) commitment(i int, coefficients []byte) [32]byte {
	id := c.id()
	return transcript.Hash("ceremony-commitment", id[:], header(1, i)[1:], coefficients)
}

// aad returns the associated data of the shares in a round-2 body: K8.
func (c *Ceremony) aad(body []byte) [32]byte {
	id := c.id()
	return transcript.Hash("ceremony-dealing", id[:], body[:c.openSize()])
}

// possession returns the statement of dealer i's proof of possession: K7.
func (r *record) possession(i int, view [32]byte, d *dealing) *proofs.Schnorr {
	context := append(header(2, i)[1:], view[:]...)
	for _, round := range r.bodies[:2] {
		for _, b := range round {
			context = append(context, b[headerSize:]...)
		}
	}
	for _, row := range d.coefficients {
		context = appendElements(context, row)
	}
	return &proofs.Schnorr{Fingerprint: r.id(), Protocol: "ceremony-possession", Context: context, Y: d.constants()}
}

// failed returns the positions of the claims of a batch that do not hold.
func failed(b *proofs.Batch) []int {
	err := b.Decide()
	if err == nil {
		return nil
	}
	var batch *proofs.BatchError
	if !errors.As(err, &batch) {
		panic("threshold: " + err.Error())
	}
	return batch.Bad
}
