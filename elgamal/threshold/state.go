package threshold

import (
	"bytes"
	"errors"
	"fmt"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/internal/wire"
	"veche.example/proofs"
)

const (
	stateTag     = "veche/v1/trustee-state"
	stageTrustee = 4
	maxLists     = 1 << 12
)

// encode returns the plaintext of a trustee's or witness's file, State and
// WitnessState of docs/spec/ceremony.md.
func (s *State) encode() []byte {
	switch s := s.stage.(type) {
	case *Keyed:
		return s.encode(0, nil)
	case *Committed:
		return s.encode(1, s.polynomials)
	case *Dealt:
		return s.encode(2, nil)
	case *Confirmed:
		return s.encode(3, nil)
	case *Trustee:
		return s.encode()
	case *Witness:
		return s.encode()
	}
	panic("threshold: a State does not come from a Store")
}

func encodeHead(stage byte, c *Ceremony, index int, id *proofs.SigningKey) []byte {
	b := append([]byte(stateTag), stage)
	b = append(b, c.Session[:]...)
	b = append(b, c.sizes()...)
	b = append(b, c.identities()...)
	b = wire.AppendUint16(b, uint16(index))
	return append(b, id.Bytes()...)
}

func (m *member) encode(stage byte, polynomials [][]group.Scalar) []byte {
	b := encodeHead(stage, m.record.Ceremony, m.index, m.identity)
	secret, err := m.transport.Bytes()
	if err != nil {
		panic("threshold: " + err.Error())
	}
	b = append(b, secret...)
	for _, row := range polynomials {
		b = appendScalars(b, row)
	}
	for _, round := range m.record.messages {
		for _, message := range round {
			b = wire.AppendVector(b, message)
		}
	}
	return wire.AppendVector(b, m.sent)
}

func (t *Trustee) encode() []byte {
	b := encodeHead(stageTrustee, t.keys.ceremony, t.index, t.identity)
	b = append(b, t.keys.digest[:]...)
	b = append(b, t.keys.Election.Bytes()...)
	for _, y := range t.keys.verification {
		b = appendElements(b, y)
	}
	b = appendScalars(b, t.secret)
	return t.memory.append(b)
}

// decodeState is the inverse of State.encode. It checks what it reads as
// strictly as if it came from others.
func decodeState(plain []byte, store Store) (any, []byte, error) {
	r := wire.NewReader("trustee file", plain)
	if tag := r.Fixed(len(stateTag)); string(tag) != stateTag {
		r.Fail("not a trustee's state")
	}
	stage := r.Uint8()
	c := decodeCeremony(r)
	index := int(r.Uint16())
	secret := r.Fixed(scalarSize)
	if stage > stageTrustee {
		r.Fail("unknown stage %d", stage)
	}
	if r.Len() == 0 {
		r.Fail("truncated")
	}
	id, err := decodeIdentity(r, c, index, secret)
	if err != nil {
		return nil, nil, err
	}
	if stage == stageTrustee {
		t := &Trustee{signer: signer{identity: id, store: store}, index: index}
		return t, nil, t.decode(r, c)
	}
	m := member{index: index, identity: id, store: store}
	return decodeMember(r, c, &m, int(stage))
}

func decodeCeremony(r *wire.Reader) *Ceremony {
	c := &Ceremony{}
	copy(c.Session[:], r.Fixed(32))
	c.Width, c.Threshold = int(r.Uint16()), int(r.Uint16())
	n, w := int(r.Uint16()), int(r.Uint16())
	if n > MaxTrustees || w > MaxTrustees {
		r.Fail("%d trustees and %d witnesses", n, w)
		return c
	}
	keys := make([]proofs.VerifyKey, n+w)
	for i := range keys {
		copy(keys[i][:], r.Fixed(keySize))
	}
	c.Trustees, c.Witnesses = keys[:n:n], keys[n:]
	return c
}

// decodeIdentity returns the trustee's signing key if it is the one at index.
func decodeIdentity(r *wire.Reader, c *Ceremony, index int, secret []byte) (*proofs.SigningKey, error) {
	if secret == nil {
		return nil, r.Close()
	}
	if err := c.Check(); err != nil {
		return nil, fmt.Errorf("trustee file: %w", err)
	}
	id, err := proofs.ParseSigningKey(secret)
	if err != nil {
		return nil, fmt.Errorf("trustee file: identity key: %w", err)
	}
	if index < 1 || index > len(c.Trustees) || id.Public() != c.Trustees[index-1] {
		return nil, fmt.Errorf("trustee file: the identity key is not that of trustee %d", index)
	}
	return id, nil
}

func decodeMember(r *wire.Reader, c *Ceremony, m *member, stage int) (any, []byte, error) {
	secret := r.Fixed(keySize)
	var coefficients []byte
	if stage == 1 {
		coefficients = r.Fixed(c.Width * c.Threshold * scalarSize)
	}
	rounds := make([][][]byte, stage)
	for round := range rounds {
		for range c.Trustees {
			rounds[round] = append(rounds[round], r.Vector(maxMessage))
		}
	}
	m.sent = bytes.Clone(r.Vector(maxMessage))
	if err := r.Close(); err != nil {
		return nil, nil, err
	}
	if err := m.restore(c, secret, rounds, stage); err != nil {
		return nil, nil, fmt.Errorf("trustee file: %w", err)
	}
	sent := bytes.Clone(m.sent)
	switch stage {
	case 0:
		return &Keyed{*m}, sent, nil
	case 1:
		s := &Committed{member: *m}
		all, err := parseScalars(coefficients, c.Width*c.Threshold)
		if err != nil {
			return nil, nil, fmt.Errorf("trustee file: polynomials: %w", err)
		}
		for l := range c.Width {
			s.polynomials = append(s.polynomials, all[l*c.Threshold:(l+1)*c.Threshold])
		}
		return s, sent, nil
	case 2:
		return &Dealt{*m}, sent, nil
	}
	return &Confirmed{*m}, sent, nil
}

// restore checks the stored rounds again, and that this trustee sent its part.
func (m *member) restore(c *Ceremony, secret []byte, rounds [][][]byte, stage int) (err error) {
	if m.transport, err = parseTransportSecret(secret); err != nil {
		return fmt.Errorf("transport key: %w", err)
	}
	if m.record, err = newRecord(c); err != nil {
		return err
	}
	for _, messages := range rounds {
		if m.record, err = m.record.with(messages); err != nil {
			return err
		}
	}
	body, err := c.open(stage, m.index, m.sent)
	if err != nil {
		return fmt.Errorf("the message to send: %w", err)
	}
	announced := body[headerSize:]
	if stage > 0 {
		announced = m.record.transport[m.index-1].Bytes()
	}
	if !bytes.Equal(announced, m.transport.PublicKey().Bytes()) {
		return errors.New("the transport key is not that of round 0")
	}
	return nil
}

func (t *Trustee) decode(r *wire.Reader, c *Ceremony) error {
	var digest [32]byte
	copy(digest[:], r.Fixed(hashSize))
	n, w := len(c.Trustees), c.Width
	encoded := r.Fixed(w * elementSize)
	verification := r.Fixed(n * w * elementSize)
	secret := r.Fixed(w * scalarSize)
	t.memory.decode(r)
	if err := r.Close(); err != nil {
		return err
	}
	election, err := elgamal.ParsePublicKey(encoded)
	if err != nil {
		return fmt.Errorf("trustee file: %w", err)
	}
	points, err := parseElements(verification, n*w)
	if err != nil {
		return fmt.Errorf("trustee file: verification keys: %w", err)
	}
	if t.secret, err = parseScalars(secret, w); err != nil {
		return fmt.Errorf("trustee file: secret share: %w", err)
	}
	rows := make([][]group.Element, n)
	for j := range rows {
		rows[j] = points[j*w : (j+1)*w]
	}
	t.keys = newKeys(c, digest, election, rows)
	return t.check()
}
