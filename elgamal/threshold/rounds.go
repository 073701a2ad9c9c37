package threshold

import (
	"bytes"
	"crypto/hpke"
	"errors"
	"fmt"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// The states of a trustee between the rounds of a ceremony. Each is consumed by
// its one method when that succeeds; after an error it is as before, so that a
// trustee can wait for a late message and try again. They are not for concurrent
// use.
type (
	// Keyed has sent its transport key (round 0) and waits for the others'.
	Keyed struct{ member }
	// Committed has sent its commitment (round 1) and waits for the others'.
	Committed struct {
		member
		polynomials [][]group.Scalar // W rows of t
	}
	// Dealt has sent its dealing (round 2) and waits for the others'.
	Dealt struct{ member }
	// Confirmed has sent its confirmation or its accusation (round 3) and waits
	// for the others'.
	Confirmed struct{ member }
)

// member is what a trustee has in every round.
type member struct {
	record    *record // rounds received
	index     int
	identity  *proofs.SigningKey
	transport hpke.PrivateKey
	sent      []byte // the message of this round
	store     Store
	consumed  bool
}

var (
	errConsumed = errors.New("threshold: this state was used already: go on with the state that it returned")
	errOwn      = errors.New("threshold: the round does not hold the message that this trustee sent: send it again, as Open returns it")
)

// Begin starts the ceremony as trustee index (1..n) with its identity key and
// returns the message of round 0. The store keeps every state of this trustee
// before its message is returned.
func (c *Ceremony) Begin(index int, id *proofs.SigningKey, store Store) (*Keyed, []byte, error) {
	r, err := newRecord(c)
	if err != nil {
		return nil, nil, err
	}
	if index < 1 || index > len(c.Trustees) || c.Trustees[index-1] != id.Public() {
		return nil, nil, fmt.Errorf("ceremony: this is not the identity key of trustee %d", index)
	}
	key, err := kem.GenerateKey()
	if err != nil {
		return nil, nil, err
	}
	s := &Keyed{member{record: r, index: index, identity: id, transport: key, store: store}}
	s.sent = c.sign(id, append(header(0, index), key.PublicKey().Bytes()...))
	return finishRound(s, &s.member, new(member))
}

// Commit takes the messages of round 0 and returns that of round 1: a commitment
// to fresh polynomials. A fault in them is a *BlameError.
func (s *Keyed) Commit(round0 [][]byte) (*Committed, []byte, error) {
	m, err := s.advance(round0)
	if err != nil {
		return nil, nil, err
	}
	c := m.record.Ceremony
	next := &Committed{member: m, polynomials: make([][]group.Scalar, c.Width)}
	for l := range next.polynomials {
		for range c.Threshold {
			next.polynomials[l] = append(next.polynomials[l], *group.RandomScalar())
		}
	}
	h := c.commitment(m.index, next.coefficients())
	next.sent = c.sign(m.identity, append(header(1, m.index), h[:]...))
	return finishRound(next, &next.member, &s.member)
}

// coefficients returns the encodings of A_{l,k}.
func (s *Committed) coefficients() []byte {
	var points []group.Element
	half := new(group.Scalar)
	for _, row := range s.polynomials {
		for k := range row {
			points = append(points, *new(group.Element).ScalarBaseMult(half.Halve(&row[k])))
		}
	}
	return group.AppendDoubled(nil, points)
}

// Deal takes the messages of round 1 and returns that of round 2: coefficients,
// proof of possession and encrypted shares. A fault in them is a *BlameError.
func (s *Committed) Deal(round1 [][]byte) (*Dealt, []byte, error) {
	m, err := s.advance(round1)
	if err != nil {
		return nil, nil, err
	}
	body, err := s.deal(m.record)
	if err != nil {
		return nil, nil, err
	}
	next := &Dealt{m}
	next.sent = m.record.sign(m.identity, body)
	return finishRound(next, &next.member, &s.member)
}

func (s *Committed) deal(r *record) ([]byte, error) {
	view, coefficients := r.view(), s.coefficients()
	points, err := parseElements(coefficients, r.Width*r.Threshold)
	if err != nil {
		return nil, err
	}
	d := &dealing{}
	constants := make([]group.Scalar, r.Width)
	for l := range constants {
		d.coefficients = append(d.coefficients, points[l*r.Threshold:(l+1)*r.Threshold])
		constants[l].Set(&s.polynomials[l][0])
	}
	body := append(header(2, s.index), view[:]...)
	body = append(body, coefficients...)
	body = append(body, r.possession(s.index, view, d).Prove(constants)...)
	aad := r.aad(body)
	for j, to := range r.transport {
		share := make([]group.Scalar, r.Width)
		for l := range share {
			share[l].Set(evaluateSecret(s.polynomials[l], j+1))
		}
		sealed, err := r.sealShare(s.index, j+1, to, aad, share)
		if err != nil {
			return nil, err
		}
		body = append(body, sealed...)
	}
	return body, nil
}

// Confirm takes the messages of round 2 and returns that of round 3: the
// signature on everything, or the accusation of a dealer whose share is wrong.
// What everybody can see to be wrong without this trustee is a *BlameError.
func (s *Dealt) Confirm(round2 [][]byte) (*Confirmed, []byte, error) {
	m, err := s.advance(round2)
	if err != nil {
		return nil, nil, err
	}
	secret, err := m.transport.Bytes()
	if err != nil {
		return nil, nil, err
	}
	accused := 0
	for i, d := range m.record.dealings {
		if _, err := m.record.openShare(i+1, m.index, m.transport, d); err != nil {
			accused = i + 1
			break
		}
	}
	next := &Confirmed{m}
	next.sent = m.record.sign(m.identity, verdictBody(m.index, m.record.digest(), accused, secret))
	return finishRound(next, &next.member, &s.member)
}

// Finish takes the messages of round 3 and returns the trustee, or the
// *BlameError that voids the ceremony.
func (s *Confirmed) Finish(round3 [][]byte) (*Trustee, error) {
	if err := s.own(round3); err != nil {
		return nil, err
	}
	keys, err := s.record.finish(round3)
	if err != nil {
		return nil, err
	}
	t := &Trustee{signer: signer{identity: s.identity, store: s.store}, index: s.index, keys: keys,
		secret: make([]group.Scalar, s.record.Width)}
	for i, d := range s.record.dealings {
		share, err := s.record.openShare(i+1, s.index, s.transport, d)
		if err != nil {
			return nil, fmt.Errorf("threshold: share of trustee %d: %w", i+1, err)
		}
		for l := range share {
			t.secret[l].Add(&t.secret[l], &share[l]) // K14
		}
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	if err := s.store(&State{t}); err != nil {
		return nil, fmt.Errorf("threshold: trustee not stored: %w", err)
	}
	s.consumed = true
	return t, nil
}

// own returns an error unless m may take these messages.
func (m *member) own(messages [][]byte) error {
	if m.consumed {
		return errConsumed
	}
	if len(messages) >= m.index && !bytes.Equal(messages[m.index-1], m.sent) {
		return errOwn
	}
	return nil
}

// advance returns the next state's member without its message.
func (m *member) advance(messages [][]byte) (member, error) {
	if err := m.own(messages); err != nil {
		return member{}, err
	}
	r, err := m.record.with(messages)
	return member{record: r, index: m.index, identity: m.identity, transport: m.transport, store: m.store}, err
}

// finishRound stores the next state, and only then consumes the one before and
// lets the message go.
func finishRound[S any](next S, m, before *member) (S, []byte, error) {
	if err := m.store(&State{next}); err != nil {
		var none S
		return none, nil, fmt.Errorf("threshold: state not stored, so the message stays here: %w", err)
	}
	before.consumed = true
	return next, bytes.Clone(m.sent), nil
}
