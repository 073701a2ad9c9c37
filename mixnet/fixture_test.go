package mixnet

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// keyPair returns W keys and their logarithms.
func keyPair(t require.TestingT, W int) (*elgamal.PublicKey, []group.Scalar) {
	x, Y := draw(group.RandomScalar, W), make([]group.Element, W)
	for l := range x {
		Y[l].ScalarBaseMult(&x[l])
	}
	keys, err := elgamal.NewPublicKey(Y)
	require.NoError(t, err)
	keys.Precompute()
	return keys, x
}

// mix is a shuffle with everything that a test may change.
type mix struct {
	Statement
	x      []group.Scalar
	w      *Witness
	widths []int
}

// encryptRow returns an encryption of v_i G.
func encryptRow(keys *elgamal.PublicKey, s shape, v []uint64) []group.Element {
	row, plain := make([]group.Element, s.elements()), make([]group.Scalar, len(v))
	for p := range row {
		row[p].Set(identity)
	}
	for k := range v {
		plain[k].SetUint64(v[k])
	}
	s.addEncryption(keys, row, plain, draw(group.RandomScalar, len(s)))
	return row
}

// idle is work that nobody waits for.
func idle() *work { return &work{ctx: context.Background()} }

func shuffle(t require.TestingT, keys *elgamal.PublicKey, in *List) (*List, *Witness) {
	out, w, err := Shuffle(context.Background(), keys, in, nil)
	require.NoError(t, err)
	return out, w
}

// proof proves what the witness says, true or not.
func (s *Statement) proof(w *Witness) []byte {
	proof, err := s.Prove(context.Background(), w, nil)
	if err != nil {
		panic(err)
	}
	return proof
}

// randomList returns N encryptions of different plaintexts.
func randomList(t require.TestingT, keys *elgamal.PublicKey, N int, widths []int) *List {
	s, err := newShape(widths)
	require.NoError(t, err)
	var rows [][]group.Element
	for i := range N {
		v := make([]uint64, s.plaintexts())
		for k := range v {
			v[k] = uint64(1000*i + k)
		}
		rows = append(rows, encryptRow(keys, s, v))
	}
	return listOf(t, rows, widths)
}

func listOf(t require.TestingT, rows [][]group.Element, widths []int) *List {
	return parse(t, encodeRows(rows), widths)
}

func encodeRows(rows [][]group.Element) []byte {
	var b []byte
	for i := range rows {
		for p := range rows[i] {
			b = append(b, rows[i][p].Bytes()...)
		}
	}
	return b
}

// wideRows is the κ of the tests for each m.
var wideRows = map[int]int{1: 1, 2: 1, 3: 1, 4: 2, 5: 5, 6: 3, 7: 1, 8: 1, 12: 2}

// newMix shuffles N rows; m = 0 is the layout of the specification.
func newMix(t require.TestingT, N, m int, widths ...int) *mix {
	W := 0
	for _, w := range widths {
		W = max(W, w)
	}
	keys, x := keyPair(t, W)
	in := randomList(t, keys, N, widths)
	out, w := shuffle(t, keys, in)
	return &mix{Statement: Statement{[32]byte{1}, []byte("ctx"), keys, in, out, m, wideRows[m]}, x: x, w: w, widths: widths}
}

// rows returns copies of a list's rows.
func rowsOf(l *List) [][]group.Element {
	rows := make([][]group.Element, l.rows)
	for i := range rows {
		for p := range l.Row(i) {
			rows[i] = append(rows[i], *l.Row(i)[p].Element())
		}
	}
	return rows
}

type family struct {
	N, m   int
	widths []int
}

func (f family) String() string { return fmt.Sprintf("N=%d m=%d widths=%v", f.N, f.m, f.widths) }

func families() (all []family) {
	for _, N := range []int{0, 1, 2, 3, 7, 64, 100} {
		for _, m := range []int{1, 2, 3, 4, 5, 6, 8} {
			all = append(all, family{N, m, []int{1}})
		}
	}
	for _, widths := range [][]int{{1, 1}, {3}, {2, 1}} {
		for _, N := range []int{1, 2, 7, 64} {
			all = append(all, family{N, 1, widths}, family{N, 3, widths}, family{N, 6, widths})
		}
	}
	return append(all, family{40, 0, []int{2, 1}}, family{600, 0, []int{1}})
}

func TestShuffleIsProved(t *testing.T) {
	t.Parallel()
	for _, f := range families() {
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			x := newMix(t, f.N, f.m, f.widths...)
			proof := x.proof(x.w)
			require.Len(t, proof, x.ProofSize())
			require.NoError(t, x.VerifyAlone(proof))
			require.Equal(t, plaintexts(x, x.In), plaintexts(x, x.Out))
			if f.N > 0 {
				require.ErrorIs(t, x.VerifyAlone(append(proof, 0)), proofs.ErrProof)
			}
		})
	}
}

// plaintexts counts the decrypted rows of a list.
func plaintexts(x *mix, l *List) map[string]int {
	count := map[string]int{}
	for _, row := range rowsOf(l) {
		var plain string
		for p, at := range l.shape.components() {
			if at.key >= 0 {
				s := group.NewElement().ScalarMult(&x.x[at.key], &row[at.block])
				plain += string(s.Sub(&row[p], s).Bytes())
			}
		}
		count[plain]++
	}
	return count
}
