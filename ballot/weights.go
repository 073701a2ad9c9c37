package ballot

import (
	"math/bits"

	"veche.example/proofs"
)

// A value from 0 to s is a sum of distinct weights 1, 2, 4, …, the last one clipped
// so that all of them add up to s exactly. The encoding is greedy from the last
// weight down, which makes it unique; a proof accepts any other that adds up.
// Implements C1 of docs/spec/rules.md.
type weights []uint64

func weightsFor(s uint64) weights {
	n := bits.Len64(s)
	w := make(weights, n)
	for k := range w {
		w[k] = 1 << k
	}
	if n > 0 {
		w[n-1] = s - (1<<(n-1) - 1)
	}
	return w
}

// terms is Σ w_k b_(at+k).
func (w weights) terms(at int) []proofs.Term {
	terms := make([]proofs.Term, len(w))
	for k := range w {
		terms[k] = proofs.Term{Bit: at + k, Coef: int64(w[k])}
	}
	return terms
}

// encode sets out, zeroed and len(w) long, for a value that w can hold.
func (w weights) encode(value uint64, out []byte) {
	for k := len(w) - 1; k >= 0; k-- {
		if value >= w[k] {
			out[k], value = 1, value-w[k]
		}
	}
}

func (w weights) decode(in []byte) (value uint64) {
	for k := range w {
		value += w[k] * uint64(in[k])
	}
	return value
}
