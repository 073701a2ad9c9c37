// Package mixnet shuffles lists of ciphertexts and proves it: a mixer permutes
// and re-encrypts the rows of a list, and shows with the Bayer–Groth argument
// (EUROCRYPT 2012) that nothing else happened to them. Only elections with mixed
// contests need it; whoever tallies homomorphically does not.
//
// It implements docs/spec/shuffle.md; why it is sound and zero-knowledge is in
// docs/math/shuffle.md.
package mixnet

import (
	"fmt"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
)

// Limits of a list.
const (
	MaxRows     = 1 << 20 // rows
	MaxBlocks   = 256     // blocks of a row
	MaxElements = 1 << 22 // elements of all rows together
)

// shape is the form of a row: the number of plaintexts in each of its blocks. A
// row is written A_1, A_2, …, one for each block, then the B's of block 1, 2, ….
type shape []int

func newShape(widths []int) (shape, error) {
	if len(widths) < 1 || len(widths) > MaxBlocks {
		return nil, fmt.Errorf("mixnet: a row of %d blocks, must be 1 to %d", len(widths), MaxBlocks)
	}
	for β, w := range widths {
		if w < 1 || w > elgamal.MaxWidth {
			return nil, fmt.Errorf("mixnet: block %d has %d plaintexts, must be 1 to %d", β+1, w, elgamal.MaxWidth)
		}
	}
	return append(shape(nil), widths...), nil
}

// plaintexts returns c = Σ w_β.
func (s shape) plaintexts() int {
	c := 0
	for _, w := range s {
		c += w
	}
	return c
}

// elements returns P = Σ (1 + w_β).
func (s shape) elements() int { return len(s) + s.plaintexts() }

// component says what one element of a row is made of.
type component struct {
	block     int // β, from 0
	key       int // l, from 0; -1 for an A
	plaintext int // from 0; -1 for an A
}

func (s shape) components() []component {
	p := make([]component, 0, s.elements())
	for β := range s {
		p = append(p, component{β, -1, -1})
	}
	for β, w := range s {
		for l := range w {
			p = append(p, component{β, l, len(p) - len(s)})
		}
	}
	return p
}

// addEncryption adds Enc(v; r) to a row: r_β G to A_β and v_i G + r_β Y_l to B_i.
// A nil v means zeros. Constant time.
func (s shape) addEncryption(keys *elgamal.PublicKey, row []group.Element, v, r []group.Scalar) {
	g := group.GeneratorTable()
	for p, at := range s.components() {
		if at.key < 0 {
			g.AddScalarMult(&row[p], &r[at.block])
			continue
		}
		keys.MulAdd(&row[p], at.key, &r[at.block])
		if v != nil {
			g.AddScalarMult(&row[p], &v[at.plaintext])
		}
	}
}

// layout is the matrix of m rows of n ciphertexts that a list is arranged in, with κ
// rows in each wide row; κ divides m.
type layout struct{ m, n, κ int }

// layouts gives m and κ for lists of up to a number of ciphertexts, by measurement
// (docs/math/shuffle.md).
var layouts = []struct{ upTo, m, κ int }{
	{16, 1, 1}, {512, 8, 4}, {4096, 16, 4}, {32_768, 32, 8}, {MaxRows, 80, 10},
}

// newLayout returns the layout of N ≥ 1 ciphertexts.
func newLayout(N int) layout {
	for _, t := range layouts {
		if N <= t.upTo {
			return layoutOf(N, t.m, t.κ)
		}
	}
	panic("mixnet: the list is too long")
}

func layoutOf(N, m, κ int) layout { return layout{m, max(2, (N+m-1)/m), κ} }

// size returns mn.
func (l layout) size() int { return l.m * l.n }

// wide returns the matrix of the wide rows: m/κ rows of κn.
func (l layout) wide() layout { return layout{l.m / l.κ, l.n * l.κ, 1} }

// cut returns v as m rows of n; they share its memory.
func (l layout) cut(v []group.Scalar) [][]group.Scalar { return cut(v, l.n) }

// cut returns v in pieces of n; they share its memory.
func cut(v []group.Scalar, n int) [][]group.Scalar {
	rows := make([][]group.Scalar, len(v)/n)
	for i := range rows {
		rows[i] = v[i*n : (i+1)*n]
	}
	return rows
}
