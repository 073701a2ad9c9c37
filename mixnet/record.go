package mixnet

import (
	"veche.example/internal/wire"
	"veche.example/proofs"
)

const mixProtocol = "mix"

// maxProof limits the bytes of a proof in a record; what a list needs is less.
const maxProof = 64 << 20

// Mix is what one mixer publishes, in TLS presentation language:
//
//	struct {
//	    uint32 position;                 /* of the record in the cascade, from 1 */
//	    opaque mixer[32];
//	    opaque input[32];                /* root of the list that was mixed */
//	    opaque output<0..2^27>;
//	    opaque proof<0..2^26>;
//	    opaque signature[64];
//	} Mix;
type Mix struct {
	Position  int
	Mixer     proofs.VerifyKey
	Input     [32]byte
	Output    *List
	Proof     []byte
	Signature []byte
}

// Bytes returns the record.
func (m *Mix) Bytes() []byte {
	b := wire.AppendUint32(nil, uint32(m.Position))
	b = append(append(b, m.Mixer[:]...), m.Input[:]...)
	b = wire.AppendVector(wire.AppendVector(b, m.Output.bytes), m.Proof)
	return append(b, m.Signature...)
}

// ParseMix decodes the record of a mix of rows of the given form. Whether it holds
// is decided by Cascade.Verify.
func ParseMix(b []byte, widths []int) (*Mix, error) {
	r := wire.NewReader("mix", b)
	m := &Mix{Position: int(r.Uint32())}
	copy(m.Mixer[:], r.Fixed(32))
	copy(m.Input[:], r.Fixed(32))
	output := r.Vector(32 * MaxElements)
	m.Proof = r.Vector(maxProof)
	m.Signature = r.Fixed(proofs.SignatureSize)
	if err := r.Close(); err != nil {
		return nil, err
	}
	var err error
	if m.Output, err = ParseList(output, widths); err != nil {
		return nil, err
	}
	return m, nil
}

// signed returns what a mixer signs: the context, both roots and the whole proof.
func (m *Mix) signed(context []byte) []byte {
	root := m.Output.Root()
	b := append(wire.AppendVector(nil, context), m.Input[:]...)
	return wire.AppendVector(append(b, root[:]...), m.Proof)
}
