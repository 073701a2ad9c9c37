package mixnet

import (
	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/internal/wire"
)

// The file of prepared material, in TLS presentation language:
//
//	struct {
//	    uint8 used;                      /* 1: nothing follows */
//	    opaque fingerprint[32];
//	    opaque contest<0..255>;          /* uint32 length */
//	    opaque keys<32..8192>;           /* uint32 length */
//	    uint16 blocks; uint16 widths[blocks];
//	    uint32 rows;
//	    uint32 π[rows];                  /* from 0 */
//	    Scalar ρ[rows * blocks];
//	    Element zeros[rows * P];
//	} Prepared;

// maxContest limits the bytes of a contest's name in it.
const maxContest = 255

func usedState() []byte { return []byte{1} }

// Bytes returns the material for storage. It is secret.
func (p *Prepared) Bytes() []byte {
	if p.used.Load() {
		return usedState()
	}
	b := append([]byte{0}, p.fingerprint[:]...)
	b = wire.AppendVector(wire.AppendVector(b, []byte(p.contest)), p.keys.Bytes())
	b = wire.AppendUint16(b, uint16(len(p.shape)))
	for _, w := range p.shape {
		b = wire.AppendUint16(b, uint16(w))
	}
	b = wire.AppendUint32(b, uint32(len(p.w.π)))
	for _, i := range p.w.π {
		b = wire.AppendUint32(b, uint32(i))
	}
	for k := range p.w.ρ {
		b = append(b, p.w.ρ[k].Bytes()...)
	}
	for k := range p.zeros {
		b = append(b, p.zeros[k].Bytes()...)
	}
	return b
}

// ParsePrepared restores what Bytes returned. Material that was used is an error.
// Restoring one file twice gives two Prepared of which one may be used; that this is
// so is up to the store of [Cascade.Mix].
func ParsePrepared(b []byte) (*Prepared, error) {
	r := wire.NewReader("prepared material", b)
	if used := r.Uint8(); used == 1 && r.Len() == 0 {
		return nil, errUsed
	} else if used != 0 {
		r.Fail("flag %d, must be 0 or 1", used)
	}
	p := &Prepared{w: &Witness{}}
	copy(p.fingerprint[:], r.Fixed(32))
	p.contest = string(r.Vector(maxContest))
	keys := r.Vector(32 * elgamal.MaxWidth)
	widths := make([]int, min(r.Uint16(), MaxBlocks+1))
	for β := range widths {
		widths[β] = int(r.Uint16())
	}
	rows := r.Uint32()
	if p.setHead(r, keys, widths, rows) {
		p.readRows(r, int(rows))
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	return p, nil
}

// setHead checks the head of the file, and that as many bytes follow as it says.
func (p *Prepared) setHead(r *wire.Reader, keys []byte, widths []int, rows uint32) bool {
	var err error
	if p.shape, err = newShape(widths); err != nil {
		r.Fail("%w", err)
		return false
	}
	size := 4 + 32*(len(p.shape)+p.shape.elements())
	if err := checkRows(int(min(rows, MaxRows+1)), p.shape); err != nil {
		r.Fail("%w", err)
	} else if r.Len() != int(rows)*size {
		r.Fail("%d bytes for %d rows of %d", r.Len(), rows, size)
	} else if p.keys, err = elgamal.ParsePublicKey(keys); err != nil {
		r.Fail("%w", err)
	} else if err := checkWidth(p.keys, p.shape); err != nil {
		r.Fail("%w", err)
	} else {
		return true
	}
	return false
}

func (p *Prepared) readRows(r *wire.Reader, rows int) {
	seen := make([]bool, rows)
	for range rows {
		i := r.Uint32()
		if i >= uint32(rows) || seen[i] {
			r.Fail("no permutation")
			return
		}
		seen[i] = true
		p.w.π = append(p.w.π, int(i))
	}
	p.w.ρ = make([]group.Scalar, rows*len(p.shape))
	for k := range p.w.ρ {
		if _, err := p.w.ρ[k].SetCanonicalBytes(r.Fixed(32)); err != nil {
			r.Fail("randomiser %d: %w", k+1, err)
			return
		}
	}
	zeros, err := group.DecodeAffines(r.Fixed(32 * rows * p.shape.elements()))
	if err != nil {
		r.Fail("%w", err)
		return
	}
	p.zeros = make([]group.Element, len(zeros))
	for k := range zeros {
		p.zeros[k].Set(zeros[k].Element())
	}
}
