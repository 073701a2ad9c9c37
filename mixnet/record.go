package mixnet

import (
	"slices"

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
	Output    *List // nil if the bytes in its place are no list
	Proof     []byte
	Signature []byte

	noList []byte // what stands in the place of the output if that is nil
	flaw   error  // why it is no list
}

// Bytes returns the record.
func (m *Mix) Bytes() []byte {
	b := wire.AppendUint32(nil, uint32(m.Position))
	b = append(append(b, m.Mixer[:]...), m.Input[:]...)
	b = wire.AppendVector(wire.AppendVector(b, m.output()), m.Proof)
	return append(b, m.Signature...)
}

// output returns the bytes of the output, be they a list or not.
func (m *Mix) output() []byte {
	if m.Output != nil {
		return m.Output.bytes
	}
	return m.noList
}

// ParseMix decodes the record of a mix of rows of the given form. It is an error if
// the bytes have not the framing of a Mix. An output that is no list is none: its
// mixer may have signed it, and is named by Cascade.Verify. It keeps b, which must
// not change.
func ParseMix(b []byte, widths []int) (*Mix, error) {
	r := wire.NewReader("mix", b)
	m := &Mix{Position: int(r.Uint32())}
	copy(m.Mixer[:], r.Fixed(32))
	copy(m.Input[:], r.Fixed(32))
	m.noList = r.Vector(32 * MaxElements)
	m.Proof = r.Vector(maxProof)
	m.Signature = r.Fixed(proofs.SignatureSize)
	if err := r.Close(); err != nil {
		return nil, err
	}
	if _, err := newShape(widths); err != nil {
		return nil, err
	}
	if m.Output, m.flaw = ParseList(m.noList, widths); m.flaw == nil {
		m.noList = nil
	}
	return m, nil
}

// root is the hash of the output's bytes as a list of the shape, whether they are
// one or not.
func (m *Mix) root(s shape) [32]byte {
	if m.Output != nil && slices.Equal(m.Output.shape, s) {
		return m.Output.root
	}
	return s.root(m.output())
}

// signed returns what a mixer signs: the context, both roots and the whole proof.
func (m *Mix) signed(context []byte, s shape) []byte {
	root := m.root(s)
	b := append(wire.AppendVector(nil, context), m.Input[:]...)
	return wire.AppendVector(append(b, root[:]...), m.Proof)
}
