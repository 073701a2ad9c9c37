package mixnet

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// FuzzVerify: any bytes are read or refused with the one error, without a panic.
func FuzzVerify(f *testing.F) {
	var statements []*Statement
	for k, m := range []int{1, 2, 4} {
		s, proof := example(f, 3, m)
		require.NoError(f, s.VerifyAlone(proof))
		f.Add(k, proof)
		f.Add(k, make([]byte, len(proof)))
		f.Add(k, bytes.Repeat(group.Generator().Bytes(), len(proof)/32))
		statements = append(statements, s)
	}
	f.Fuzz(func(t *testing.T, k int, proof []byte) {
		if k < 0 || k >= len(statements) {
			return
		}
		if err := statements[k].VerifyAlone(proof); err != nil && err != proofs.ErrProof {
			t.Fatal(err)
		}
	})
}

// FuzzParseList: what is read is canonical, holds no identity, and has its own root.
func FuzzParseList(f *testing.F) {
	g := group.Generator().Bytes()
	f.Add(bytes.Repeat(g, 4), 1, 0)
	f.Add(bytes.Repeat(g, 5), 2, 1)
	f.Add(make([]byte, 64), 1, 0)
	f.Add([]byte{1}, -1, 300)
	f.Fuzz(func(t *testing.T, b []byte, w1, w2 int) {
		widths := []int{w1, w2}
		if w2 == 0 {
			widths = widths[:1]
		}
		l, err := ParseList(b, widths)
		if err != nil {
			return
		}
		var again []byte
		for k := range l.Points() {
			require.False(t, l.Points()[k].IsIdentity())
			again = append(again, l.Points()[k].Element().Bytes()...)
		}
		require.True(t, bytes.Equal(b, again))
		require.Equal(t, len(b), 32*l.Len()*l.shape.elements())
	})
}
