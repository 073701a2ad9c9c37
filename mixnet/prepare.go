package mixnet

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/internal/wire"
)

// Prepared is the part of a shuffle that needs no ballots: a permutation,
// randomisers and encryptions of zeros for lists of up to a number of rows. It is
// secret, and it serves one list.
type Prepared struct {
	keys  *elgamal.PublicKey
	shape shape
	w     *Witness
	zeros []group.Element // Enc(0; ρ_i)
	used  atomic.Bool
}

// Prepare makes material for one list of at most so many rows of the given form.
func Prepare(keys *elgamal.PublicKey, widths []int, rows int) (*Prepared, error) {
	s, err := newShape(widths)
	if err != nil {
		return nil, err
	}
	if err := checkRows(rows, s); err != nil {
		return nil, err
	}
	if err := checkWidth(keys, s); err != nil {
		return nil, err
	}
	w := randomWitness(rows, len(s))
	return &Prepared{keys: keys, shape: s, w: w, zeros: w.zeros(keys, s)}, nil
}

func checkRows(rows int, s shape) error {
	if rows < 0 || rows > MaxRows || rows*s.elements() > MaxElements {
		return fmt.Errorf("mixnet: %d rows of %d elements, at most %d rows and %d elements are allowed", rows, s.elements(), MaxRows, MaxElements)
	}
	return nil
}

var errUsed = errors.New("mixnet: the prepared material was used before: prepare anew, since two outputs of one permutation give it away")

// Shuffle permutes and re-encrypts a list of at most the prepared number of rows.
// It records the use first: store must put state durably in the place of what
// Bytes returned, and not return nil before that; it holds nothing secret. If it
// fails, or the machine stops after it, the material is lost. A second use is an
// error.
func (p *Prepared) Shuffle(in *List, store func(state []byte) error) (*List, *Witness, error) {
	if !slices.Equal(in.shape, p.shape) || in.rows > len(p.w.π) {
		return nil, nil, fmt.Errorf("mixnet: prepared for at most %d rows of %v, the list has %d of %v", len(p.w.π), p.shape, in.rows, in.shape)
	}
	if p.used.Swap(true) {
		return nil, nil, errUsed
	}
	if err := store(usedState()); err != nil {
		return nil, nil, fmt.Errorf("mixnet: the use of prepared material was not recorded: %w", err)
	}
	w := p.w.restricted(in.rows, len(p.shape))
	out, err := ParseList(w.apply(in, p.zeros), p.shape)
	return out, w, err
}

// restricted returns a witness for fewer rows: the permutation without the larger
// numbers, in the same order, which is uniform if the whole is.
func (w *Witness) restricted(rows, blocks int) *Witness {
	r := &Witness{make([]int, 0, rows), w.ρ[:rows*blocks]}
	for _, i := range w.π {
		if i < rows {
			r.π = append(r.π, i)
		}
	}
	return r
}

// The file of prepared material, in TLS presentation language:
//
//	struct {
//	    uint8 used;                      /* 1: nothing follows */
//	    opaque keys<32..8192>;
//	    uint16 blocks; uint16 widths[blocks];
//	    uint32 rows;
//	    uint32 π[rows];                  /* from 0 */
//	    Scalar ρ[rows * blocks];
//	    Element zeros[rows * P];
//	} Prepared;

func usedState() []byte { return []byte{1} }

// Bytes returns the material for storage. It is secret.
func (p *Prepared) Bytes() []byte {
	if p.used.Load() {
		return usedState()
	}
	b := wire.AppendVector([]byte{0}, p.keys.Bytes())
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
func ParsePrepared(b []byte) (*Prepared, error) {
	r := wire.NewReader("prepared material", b)
	if used := r.Uint8(); used == 1 && r.Len() == 0 {
		return nil, errUsed
	} else if used != 0 {
		r.Fail("flag %d, must be 0 or 1", used)
	}
	keys := r.Vector(32 * elgamal.MaxWidth)
	widths := make([]int, min(r.Uint16(), MaxBlocks+1))
	for β := range widths {
		widths[β] = int(r.Uint16())
	}
	rows := int(r.Uint32())
	p, err := newPrepared(r, keys, widths, rows)
	if err != nil {
		return nil, err
	}
	if err := p.readRows(r, rows); err != nil {
		return nil, err
	}
	return p, nil
}

// newPrepared checks the head of the file, and that as many bytes follow as it says.
func newPrepared(r *wire.Reader, keys []byte, widths []int, rows int) (p *Prepared, err error) {
	p = &Prepared{w: &Witness{}}
	if p.shape, err = newShape(widths); err != nil {
		r.Fail("%w", err)
		return nil, r.Close()
	}
	size := 4 + 32*(len(p.shape)+p.shape.elements())
	if err := checkRows(rows, p.shape); err != nil {
		r.Fail("%w", err)
	} else if r.Len() != rows*size {
		r.Fail("%d bytes for %d rows of %d", r.Len(), rows, size)
	} else if p.keys, err = elgamal.ParsePublicKey(keys); err != nil {
		r.Fail("%w", err)
	} else if err := checkWidth(p.keys, p.shape); err != nil {
		r.Fail("%w", err)
	} else {
		return p, nil
	}
	return nil, r.Close()
}

func (p *Prepared) readRows(r *wire.Reader, rows int) error {
	seen := make([]bool, rows)
	for range rows {
		i := int(r.Uint32())
		if i >= rows || seen[i] {
			r.Fail("no permutation")
			return r.Close()
		}
		seen[i] = true
		p.w.π = append(p.w.π, i)
	}
	p.w.ρ = make([]group.Scalar, rows*len(p.shape))
	for k := range p.w.ρ {
		if _, err := p.w.ρ[k].SetCanonicalBytes(r.Fixed(32)); err != nil {
			r.Fail("randomiser %d: %w", k+1, err)
			return r.Close()
		}
	}
	zeros, err := group.DecodeAffines(r.Fixed(32 * rows * p.shape.elements()))
	if err != nil {
		r.Fail("%w", err)
		return r.Close()
	}
	p.zeros = make([]group.Element, len(zeros))
	for k := range zeros {
		p.zeros[k].Set(zeros[k].Element())
	}
	return r.Close()
}
