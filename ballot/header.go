package ballot

import (
	"veche.example/internal/wire"
	"veche.example/proofs"
)

const (
	ballotVersion = 1
	headerSize    = 1 + 2 + 32 + 8 + 32
)

// Header is what a ballot says in the clear.
type Header struct {
	Style      int              // index of the ballot style
	Credential proofs.VerifyKey // the voter
	Sequence   uint64           // of the voter's ballots the one with the highest counts
	Previous   Code             // of the voter's ballot before this one; zero if none
}

func (h *Header) bytes() []byte {
	b := make([]byte, 0, headerSize)
	b = wire.AppendUint16(append(b, ballotVersion), uint16(h.Style))
	b = append(b, h.Credential[:]...)
	b = wire.AppendUint64(b, h.Sequence)
	return append(b, h.Previous[:]...)
}

// readHeader reads a header and finds what belongs to its style.
func (e *Election) readHeader(r *wire.Reader) (h Header, p *paper) {
	if v := r.Uint8(); v != ballotVersion {
		r.Fail("version %d, must be %d", v, ballotVersion)
	}
	h.Style = int(r.Uint16())
	copy(h.Credential[:], r.Fixed(32))
	h.Sequence = r.Uint64()
	copy(h.Previous[:], r.Fixed(32))
	p, err := e.paper(h.Style)
	if err != nil {
		r.Fail("%w", err)
	}
	return h, p
}
