package threshold

import (
	"bytes"
	"crypto/hpke"
	"fmt"
	"slices"

	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// record is what everybody sees of a ceremony: the rounds that are complete and
// break no rule. It is immutable; with returns a longer one.
type record struct {
	*Ceremony
	messages [][][]byte // signed, as received
	bodies   [][][]byte

	transport []hpke.PublicKey // from round 0
	dealings  []*dealing       // from round 2
}

func newRecord(c *Ceremony) (*record, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	own := *c
	own.Trustees, own.Witnesses = slices.Clone(c.Trustees), slices.Clone(c.Witnesses)
	return &record{Ceremony: &own}, nil
}

// with returns the record with the next of the rounds 0 to 2, or says who broke
// a rule in it.
func (r *record) with(messages [][]byte) (*record, error) {
	round, messages := len(r.bodies), cloneAll(messages)
	v := verdict{round: fmt.Sprintf("round %d", round)}
	bodies, err := r.openRound(&v, round, messages)
	if err != nil {
		return nil, err
	}
	for i, b := range bodies {
		if b != nil && round < 2 && len(b) != r.bodySize(round) {
			v.add(Guilty, i+1, "body of %d bytes, must be %d", len(b), r.bodySize(round))
		}
	}
	next := &record{Ceremony: r.Ceremony, transport: r.transport,
		messages: append(r.messages[:round:round], messages), bodies: append(r.bodies[:round:round], bodies)}
	switch round {
	case 0:
		next.transport = r.checkTransport(&v, bodies)
	case 2:
		next.dealings = r.checkDealings(&v, bodies)
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	return next, nil
}

func cloneAll(b [][]byte) [][]byte {
	c := make([][]byte, len(b))
	for i := range b {
		c[i] = bytes.Clone(b[i])
	}
	return c
}

// checkTransport returns the transport keys of round 0: K3.
func (r *record) checkTransport(v *verdict, bodies [][]byte) []hpke.PublicKey {
	keys := make([]hpke.PublicKey, len(bodies))
	for i, b := range bodies {
		if b == nil || v.has(i+1) {
			continue
		}
		var err error
		if keys[i], err = parseTransport(b[headerSize:]); err != nil { // K3
			v.add(Guilty, i+1, "transport key: %v", err)
		}
	}
	return keys
}

// checkDealings returns the dealings of round 2: K4 to K7.
func (r *record) checkDealings(v *verdict, bodies [][]byte) []*dealing {
	view := r.view()
	dealings := make([]*dealing, len(bodies))
	var batch = proofs.NewBatch(nil)
	var claimed []int
	for i, b := range bodies {
		if b == nil {
			continue
		}
		d, fault, err := r.parseDealing(i+1, b, view)
		if err != nil {
			v.add(fault, i+1, "%v", err)
			continue
		}
		dealings[i] = d
		claim := new(proofs.Claim)
		if err := r.possession(i+1, view, d).Verify(claim, d.possession); err != nil {
			v.add(Guilty, i+1, "proof of possession does not verify")
			continue
		}
		batch.Add(claim)
		claimed = append(claimed, i+1)
	}
	for _, bad := range failed(batch) { // K7
		v.add(Guilty, claimed[bad], "proof of possession does not verify")
	}
	return dealings
}

// view returns the digest of rounds 0 and 1: K5.
func (r *record) view() [32]byte {
	return r.digestOf("ceremony-view", 2)
}

// digest returns the digest of rounds 0 to 2, which all trustees confirm: K10.
func (r *record) digest() [32]byte {
	return r.digestOf("ceremony-record", 3)
}

func (r *record) digestOf(name string, rounds int) [32]byte {
	id := r.id()
	parts := [][]byte{id[:]}
	for _, bodies := range r.bodies[:rounds] {
		parts = append(parts, bytes.Join(bodies, nil))
	}
	return transcript.Hash(name, parts...)
}
