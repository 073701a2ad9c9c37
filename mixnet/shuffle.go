package mixnet

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
)

// Witness is how a list was shuffled. It is secret: whoever has it links every row
// of the output to one of the input.
type Witness struct {
	π []int          // output row i, from 0, is input row π[i]
	ρ []group.Scalar // B' randomisers for each output row
}

// Shuffle permutes and re-encrypts a list with the system's randomness, for whoever
// wants a proof without a [Cascade]. It is an error if a row needs more keys than
// there are, or if the context ends. progress, unless it is nil, is told the units of
// work done and their total. Precompute the keys' tables before. The arithmetic is
// constant time; which row is read when, a machine's caches may show.
func Shuffle(ctx context.Context, keys *elgamal.PublicKey, in *List, progress func(done, total int)) (*List, *Witness, error) {
	if err := checkWidth(keys, in.shape); err != nil {
		return nil, nil, err
	}
	work := &work{ctx: ctx, progress: progress, total: zerosUnits(in.shape, in.rows) + applyUnits(in)}
	w := randomWitness(in.rows, len(in.shape))
	out, err := w.apply(work, in, w.zeros(work, keys, in.shape))
	if err != nil {
		return nil, nil, err
	}
	return out, w, nil
}

func randomWitness(rows, blocks int) *Witness {
	return &Witness{randomPermutation(rows), draw(group.RandomScalar, rows*blocks)}
}

// zerosUnits is the work of zeros: a unit is about one multiplication.
func zerosUnits(s shape, rows int) int { return rows * s.elements() }

// zeros returns Enc(0; ρ_i) for every row. Constant time.
func (w *Witness) zeros(work *work, keys *elgamal.PublicKey, s shape) []group.Element {
	P := s.elements()
	out := make([]group.Element, len(w.π)*P)
	work.each(len(w.π), 8, P, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := out[i*P : (i+1)*P]
			for p := range row {
				row[p].Set(identity)
			}
			s.addEncryption(keys, row, nil, w.randomisers(i, len(s)))
		}
	})
	return out
}

// applyUnits is the work of apply.
func applyUnits(in *List) int { return len(in.points) }

// apply returns the output, given zeros. It is an error if the context has ended, or
// if an element is the identity, which never happens by chance.
func (w *Witness) apply(work *work, in *List, zeros []group.Element) (*List, error) {
	P := in.shape.elements()
	out := &List{shape: in.shape, rows: in.rows, bytes: make([]byte, 32*len(in.points)), points: make([]group.Affine, len(in.points))}
	work.each(in.rows, 16, P, func(lo, hi int) {
		row := make([]group.Element, (hi-lo)*P)
		for k := range row {
			at := lo*P + k
			row[k].AddAffine(&zeros[at], &in.Row(w.π[at/P])[at%P])
			copy(out.bytes[32*at:], row[k].Bytes())
		}
		copyPoints(out.points[lo*P:], group.Affines(row))
	})
	if err := work.ctx.Err(); err != nil {
		return nil, err
	}
	if err := out.checkIdentities(); err != nil {
		return nil, fmt.Errorf("%w: the prepared material is no encryption of zeros", err)
	}
	out.root = out.shape.root(out.bytes)
	return out, nil
}

func copyPoints(dst, src []group.Affine) {
	for k := range src {
		dst[k].Set(&src[k])
	}
}

// randomisers returns ρ_i for row i, from 0.
func (w *Witness) randomisers(i, blocks int) []group.Scalar { return w.ρ[i*blocks : (i+1)*blocks] }

// bytes returns the whole witness, to hedge nonces with.
func (w *Witness) bytes() []byte {
	b := make([]byte, 0, 8*len(w.π)+32*len(w.ρ))
	for _, i := range w.π {
		b = appendUint64(b, i)
	}
	for k := range w.ρ {
		b = append(b, w.ρ[k].Bytes()...)
	}
	return b
}

// randomPermutation returns a uniform permutation of 0..n-1 (Fisher and Yates).
func randomPermutation(n int) []int {
	π := make([]int, n)
	for i := range π {
		j := uniform(i + 1)
		π[i] = π[j]
		π[j] = i
	}
	return π
}

// uniform returns a uniform number from 0 to n-1.
func uniform(n int) int {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // the system's generator does not fail
	}
	return int(v.Int64())
}
