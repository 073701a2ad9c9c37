package mixnet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
)

// Prepared is the part of a shuffle that needs no ballots: a permutation,
// randomisers and encryptions of zeros for lists of up to a number of rows. It is
// secret, and it serves one list of one contest.
type Prepared struct {
	fingerprint [32]byte
	contest     string
	keys        *elgamal.PublicKey
	shape       shape
	w           *Witness
	zeros       []group.Element // Enc(0; ρ_i)
	used        atomic.Bool
}

// Prepare makes material for one mix of at most so many rows, whose blocks have the
// given numbers of plaintexts; the cascade needs no input yet. Its progress is that of
// [Cascade.Mix].
func (c *Cascade) Prepare(ctx context.Context, widths []int, rows int, progress func(done, total int)) (*Prepared, error) {
	s, err := newShape(widths)
	if err != nil {
		return nil, err
	}
	if err := checkRows(rows, s); err != nil {
		return nil, err
	}
	if err := checkWidth(c.Keys, s); err != nil {
		return nil, err
	}
	if len(c.Contest) > maxContest {
		return nil, fmt.Errorf("mixnet: the name of the contest has %d bytes, at most %d are allowed", len(c.Contest), maxContest)
	}
	p := c.prepare(&work{ctx: ctx, progress: progress, total: zerosUnits(s, rows)}, s, rows)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

func (c *Cascade) prepare(work *work, s shape, rows int) *Prepared {
	w := randomWitness(rows, len(s))
	return &Prepared{fingerprint: c.Fingerprint, contest: c.Contest, keys: c.Keys, shape: s, w: w, zeros: w.zeros(work, c.Keys, s)}
}

func checkRows(rows int, s shape) error {
	if rows < 0 || rows > MaxRows || rows > MaxElements/s.elements() {
		return fmt.Errorf("mixnet: %d rows of %d elements, at most %d rows and %d elements are allowed", rows, s.elements(), MaxRows, MaxElements)
	}
	return nil
}

var (
	errUsed    = errors.New("mixnet: the prepared material was used before: prepare anew, since two outputs of one permutation give it away")
	errNoStore = errors.New("mixnet: prepared material needs a store that records its use")
)

// shuffle permutes and re-encrypts a list, after the use is recorded.
func (p *Prepared) shuffle(work *work, c *Cascade, in *List, store func(state []byte) error) (*List, *Witness, error) {
	if err := p.check(c, in); err != nil {
		return nil, nil, err
	}
	if err := work.ctx.Err(); err != nil {
		return nil, nil, err
	}
	if store == nil {
		return nil, nil, errNoStore
	}
	if p.used.Swap(true) {
		return nil, nil, errUsed
	}
	if err := store(usedState()); err != nil {
		return nil, nil, fmt.Errorf("mixnet: the use of prepared material was not recorded: %w", err)
	}
	w := p.w.restricted(in.rows, len(p.shape))
	out, err := w.apply(work, in, p.zeros)
	if err != nil {
		return nil, nil, err
	}
	return out, w, nil
}

// check refuses what the material was not made for.
func (p *Prepared) check(c *Cascade, in *List) error {
	switch {
	case p.fingerprint != c.Fingerprint || p.contest != c.Contest:
		return fmt.Errorf("mixnet: prepared for contest %q of election %x, the cascade is of %q of %x", p.contest, p.fingerprint, c.Contest, c.Fingerprint)
	case !slices.Equal(p.keys.Bytes(), c.Keys.Bytes()):
		return errors.New("mixnet: prepared for another election key")
	case !slices.Equal(in.shape, p.shape) || in.rows > len(p.w.π):
		return fmt.Errorf("mixnet: prepared for at most %d rows of %v, the list has %d of %v", len(p.w.π), p.shape, in.rows, in.shape)
	}
	return nil
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
