package mixnet

import (
	"crypto/rand"
	"math/big"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
)

// Witness is how a list was shuffled. It is secret: whoever has it links every row
// of the output to one of the input.
type Witness struct {
	π []int          // output row i, from 0, is input row π[i]
	ρ []group.Scalar // B' randomisers for each output row
}

// Shuffle permutes and re-encrypts a list with the system's randomness. It is an
// error if a row needs more keys than there are. Precompute the keys' tables
// before. The arithmetic is constant time; which row is read when, a machine's
// caches may show.
func Shuffle(keys *elgamal.PublicKey, in *List) (*List, *Witness, error) {
	if err := checkWidth(keys, in.shape); err != nil {
		return nil, nil, err
	}
	w := randomWitness(in.rows, len(in.shape))
	out, err := ParseList(w.apply(in, w.zeros(keys, in.shape)), in.shape)
	return out, w, err
}

func randomWitness(rows, blocks int) *Witness {
	return &Witness{randomPermutation(rows), draw(group.RandomScalar, rows*blocks)}
}

// zeros returns Enc(0; ρ_i) for every row. Constant time.
func (w *Witness) zeros(keys *elgamal.PublicKey, s shape) []group.Element {
	P := s.elements()
	out := make([]group.Element, len(w.π)*P)
	parallel.For(len(w.π), 8, func(lo, hi int) {
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

// apply returns the encodings of the output, given zeros.
func (w *Witness) apply(in *List, zeros []group.Element) []byte {
	P := in.shape.elements()
	out := make([]byte, 32*len(in.points))
	parallel.For(in.rows, 16, func(lo, hi int) {
		e := group.NewElement()
		for k := lo * P; k < hi*P; k++ {
			e.AddAffine(&zeros[k], &in.Row(w.π[k/P])[k%P])
			copy(out[32*k:], e.Bytes())
		}
	})
	return out
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
