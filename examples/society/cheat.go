package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"veche.example/ballot"
	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/internal/wire"
	"veche.example/mixnet"
	"veche.example/tally/record"
)

// swap mixes, and puts a ballot of its own in the place of another.
func (m *mixer) swap(ctx context.Context) (*mixnet.Mix, error) {
	return m.forge(ctx, func(rows [][]byte) ([]byte, error) {
		vote, err := m.contest.Encode(ballot.Choice{Ranking: []string{m.contest.Options[0].ID}})
		if err != nil {
			return nil, err
		}
		payload := [group.PayloadSize]byte(vote)
		carrier, err := group.NewElement().SetPayload(&payload)
		if err != nil {
			return nil, err
		}
		return encrypt(m.cascade.Keys, carrier, randomisers(1))
	})
}

// duplicate mixes, and puts a second copy of a ballot in the place of another. Encrypted
// again, it looks like any other.
func (m *mixer) duplicate(ctx context.Context) (*mixnet.Mix, error) {
	return m.forge(ctx, func(rows [][]byte) ([]byte, error) {
		c := elgamal.NewCiphertext(1, 1)
		for i, e := range []*group.Element{&c.A[0], &c.B[0]} {
			if _, err := e.SetCanonicalBytes(rows[1][32*i:][:32]); err != nil {
				return nil, err
			}
		}
		return m.cascade.Keys.Reencrypt(c, randomisers(1)).AppendBinary(nil)
	})
}

// writePast puts a mix into the record that record.WriteMix refused: whoever can write
// there need not use the library.
func writePast(refusal error, dir, contest string, m *mixnet.Mix) error {
	fmt.Printf("refused, and written past the library: %v\n", refusal)
	b := append([]byte("veche/v1 mix\n"), m.Bytes()...)
	return os.WriteFile(filepath.Join(dir, record.MixFile(contest, m.Position)), b, 0o644)
}

// encrypt returns a row of one element.
func encrypt(keys *elgamal.PublicKey, m *group.Element, r []group.Scalar) ([]byte, error) {
	of := make([]group.Element, 1)
	of[0].Set(m)
	return keys.EncryptElements(of, r).AppendBinary(nil)
}

func randomisers(n int) []group.Scalar {
	r := make([]group.Scalar, n)
	for i := range r {
		r[i].Set(group.RandomScalar())
	}
	return r
}

// forge mixes honestly, then exchanges the first row, and signs the output with a proof
// that is made as well as can be, but does not hold. The library gives a hand with none
// of it: mixnet.Cascade.Mix only mixes.
func (m *mixer) forge(ctx context.Context, row func(rows [][]byte) ([]byte, error)) (*mixnet.Mix, error) {
	out, witness, err := mixnet.Shuffle(ctx, m.cascade.Keys, m.in, nil)
	if err != nil {
		return nil, err
	}
	forged, err := exchangeFirst(out, row)
	if err != nil {
		return nil, err
	}
	mix := &mixnet.Mix{Position: m.position, Mixer: m.key.Public(), Input: m.in.Root(), Output: forged}
	context := append(wire.AppendVector(nil, []byte(m.contest.ID)), mix.Mixer[:]...)
	context = wire.AppendUint32(context, uint32(mix.Position))
	s := &mixnet.Statement{Fingerprint: m.cascade.Fingerprint, Context: context, Keys: m.cascade.Keys, In: m.in, Out: forged}
	if mix.Proof, err = s.Prove(ctx, witness, nil); err != nil {
		return nil, err
	}
	root := forged.Root()
	signed := append(append(wire.AppendVector(nil, context), mix.Input[:]...), root[:]...)
	mix.Signature = m.key.Sign("mix", m.cascade.Fingerprint, wire.AppendVector(signed, mix.Proof))
	return mix, nil
}

// exchangeFirst returns a list whose first row is another one.
func exchangeFirst(l *mixnet.List, row func(rows [][]byte) ([]byte, error)) (*mixnet.List, error) {
	b := bytes.Clone(l.Bytes())
	var rows [][]byte
	for i, size := 0, len(b)/l.Len(); i < len(b); i += size {
		rows = append(rows, b[i:i+size])
	}
	first, err := row(rows)
	if err != nil {
		return nil, err
	}
	copy(rows[0], first)
	return mixnet.ParseList(b, l.Widths())
}
