package mixnet

import (
	"fmt"
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
	Output    *List // nil in a record that was parsed, until a cascade has decoded it
	Proof     []byte
	Signature []byte

	raw  List  // what was parsed in the place of the output, not decoded
	flaw error // why that is no list, once it is known
}

// Bytes returns the record.
func (m *Mix) Bytes() []byte {
	b := wire.AppendUint32(nil, uint32(m.Position))
	b = append(append(b, m.Mixer[:]...), m.Input[:]...)
	b = wire.AppendVector(wire.AppendVector(b, m.output().bytes), m.Proof)
	return append(b, m.Signature...)
}

// output returns the output, or what stands in its place.
func (m *Mix) output() *List {
	if m.Output != nil {
		return m.Output
	}
	return &m.raw
}

// ParseMix decodes the record of a mix of rows of the given form. It is an error if
// the bytes have not the framing of a Mix. Whether the output is a list is left to
// [Cascade.Verify], which decodes it if its mixer has signed it, and keeps it in the
// record or names the mixer. It keeps b, which must not change.
func ParseMix(b []byte, widths []int) (*Mix, error) {
	shape, err := newShape(widths)
	if err != nil {
		return nil, err
	}
	r := wire.NewReader("mix", b)
	m := &Mix{Position: int(r.Uint32())}
	copy(m.Mixer[:], r.Fixed(32))
	copy(m.Input[:], r.Fixed(32))
	m.raw = List{shape: shape, bytes: r.Vector(32 * MaxElements)}
	m.Proof = r.Vector(maxProof)
	m.Signature = r.Fixed(proofs.SignatureSize)
	if err := r.Close(); err != nil {
		return nil, err
	}
	m.raw.root = shape.root(m.raw.bytes)
	return m, nil
}

// decode sees to it that the output is a list with the form of the mix's input. An
// output of another length is refused unread, and none is decoded twice.
func (m *Mix) decode(in *List) error {
	if n := len(m.output().bytes); n != len(in.bytes) {
		return fmt.Errorf("output of %d bytes, the input has %d", n, len(in.bytes))
	}
	if m.Output != nil || m.flaw != nil {
		return m.flaw
	}
	l := &List{shape: in.shape, bytes: m.raw.bytes, root: m.root(in.shape)}
	if err := l.decode(); err != nil {
		m.flaw = fmt.Errorf("the output is no list: %w", err)
		return m.flaw
	}
	m.Output = l
	return nil
}

// root is the hash of the output's bytes as a list of the shape, whether they are
// one or not.
func (m *Mix) root(s shape) [32]byte {
	l := m.output()
	if slices.Equal(l.shape, s) {
		return l.root
	}
	return s.root(l.bytes)
}

// signed returns what a mixer signs: the context, both roots and the whole proof.
func (m *Mix) signed(context []byte, s shape) []byte {
	root := m.root(s)
	b := append(wire.AppendVector(nil, context), m.Input[:]...)
	return wire.AppendVector(append(b, root[:]...), m.Proof)
}
