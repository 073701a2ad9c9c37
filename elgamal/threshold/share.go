package threshold

import (
	"context"
	"slices"

	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
	"veche.example/proofs/transcript"
)

// Share is the decryption share of one trustee, as checked by VerifyShares.
type Share struct {
	index    int
	list     [32]byte
	factors  []group.Affine // D_p
	verified bool           // the equations were decided, and hold
}

// Index returns the trustee's index, 1..n.
func (s *Share) Index() int { return s.index }

// ShareSize returns the length of every share of d, 32·(P + 2W + 1) bytes for P
// positions. It panics if Check returns an error.
func (d *Decryption) ShareSize() int {
	return elementSize * (d.mustPrepare().positions() + 2*d.Keys.Election.Width() + 1)
}

// bind absorbs the whole statement for trustee j, the list by its digest; prover
// and verifier share it.
func (d *Decryption) bind(j int) *transcript.Instance {
	l := d.mustPrepare()
	in := transcript.New("decryption", d.Fingerprint)
	in.Uint64(uint64(j)).Uint64(uint64(d.Keys.Election.Width()))
	in.Fixed(appendElements(nil, d.Keys.verification[j-1]))
	return in.Fixed(l.digest[:]).Uint64(uint64(l.positions()))
}

// prove returns trustee j's share of D's, which factors returned; nonces draws
// t_1 … t_W. Constant time in x and in the nonces. The error is that of ctx.
func (d *Decryption) prove(ctx context.Context, j int, x []group.Scalar, factors []byte, nonces func(*transcript.Prover) []group.Scalar) ([]byte, error) {
	p := d.bind(j).Prove()
	p.Encoded(factors)
	sums, err := d.keySums(ctx, p.Challenge128)
	if err != nil {
		return nil, err
	}
	t := nonces(p)
	half := halved(t)
	commitments := make([]group.Element, len(t)+1)
	for k := range t {
		commitments[k].ScalarBaseMult(&half[k]) // T6
	}
	commitments[len(t)] = *group.MultiScalarMult(half[:len(sums)], sums) // T6
	p.Encoded(group.AppendDoubled(nil, commitments))
	c := p.Challenge() // T7
	for k := range t {
		p.Scalar(new(group.Scalar).MulAdd(c, &x[k], &t[k])) // T8
	}
	return p.Proof(), nil
}

func halved(s []group.Scalar) []group.Scalar {
	half := make([]group.Scalar, len(s))
	for k := range s {
		half[k].Halve(&s[k])
	}
	return half
}

// chunk is how many positions are worked on at a time, some tenths of a second's
// work. The memory that a prover needs beyond its share is that of a chunk. Tests
// lower it.
var chunk = 1 << 14

// chunks calls f on consecutive ranges of the list's ciphertexts, until ctx ends.
func (l *list) chunks(ctx context.Context, f func(lo, hi int)) error {
	step := max(1, chunk/l.width())
	for lo := 0; lo < l.rows; lo += step {
		if err := ctx.Err(); err != nil {
			return err
		}
		f(lo, min(lo+step, l.rows))
	}
	return nil
}

// factors returns the encodings of all D_p = x_l A_β: T4. It tells progress, which
// may be nil, of how many ciphertexts they are done. Constant time.
func (d *Decryption) factors(ctx context.Context, x []group.Scalar, progress func(done, total int)) ([]byte, error) {
	l, half := d.mustPrepare(), halved(x)
	out := make([]byte, 0, l.positions()*elementSize)
	var products []group.Element
	err := l.chunks(ctx, func(lo, hi int) {
		products = slices.Grow(products[:0], (hi-lo)*l.width())[:(hi-lo)*l.width()]
		parallel.For((hi-lo)*l.blocks(), 4, func(first, last int) {
			for k := first; k < last; k++ {
				e, β := k/l.blocks(), k%l.blocks()
				at := products[e*l.width():]
				multiples(at[l.first[β]:l.first[β+1]], half, d.Points[l.a(lo+e, β)].Element())
			}
		})
		out = group.AppendDoubled(out, products)
		if progress != nil {
			progress(hi, l.rows)
		}
	})
	return out, err
}

// tableMin is the number of multiplications of one element from which a table
// for it pays, by measurement.
const tableMin = 7

// multiples sets out[k] = x[k]·a. Constant time.
func multiples(out []group.Element, x []group.Scalar, a *group.Element) {
	if len(out) < tableMin {
		for k := range out {
			out[k].ScalarMult(&x[k], a)
		}
		return
	}
	table := group.NewTable(a)
	for k := range out {
		table.ScalarMult(&out[k], &x[k])
	}
}

// keySums returns Q_l = Σ_{p under key l} ω_p A_{β(p)} for every key that the
// list uses, and draws the weights for it in the order of the positions: T5, T6. All of it is public.
func (d *Decryption) keySums(ctx context.Context, draw func() *group.Scalar) ([]group.Element, error) {
	l, sums := d.mustPrepare(), make([]group.Element, slices.Max(d.Widths))
	for k := range sums {
		sums[k].Set(group.NewElement())
	}
	weights, points := make([][]group.Scalar, len(sums)), make([][]group.Affine, len(sums))
	err := l.chunks(ctx, func(lo, hi int) {
		for k := range sums {
			weights[k], points[k] = weights[k][:0], points[k][:0]
		}
		for b := lo * l.blocks(); b < hi*l.blocks(); b++ {
			e, β := b/l.blocks(), b%l.blocks()
			for k := range d.Widths[β] {
				weights[k] = append(weights[k], *draw())
				points[k] = append(points[k], d.Points[l.a(e, β)])
			}
		}
		for k := range sums {
			sums[k].Add(&sums[k], group.VarTimeMultiScalarMult(weights[k], points[k]))
		}
	})
	return sums, err
}
