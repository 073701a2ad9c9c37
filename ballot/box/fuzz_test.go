package box

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
)

// seed adds bytes as they are and damaged.
func seed(f *testing.F, good []byte) {
	f.Add(good)
	f.Add([]byte{})
	f.Add(good[:len(good)/2])
	f.Add(append(bytes.Clone(good), 0))
}

// FuzzParseCheckpoint: nobody without the key makes a checkpoint of another tree.
func FuzzParseCheckpoint(f *testing.F) {
	w := newWitness("w.example/1", 1, 9)
	seed(f, sign(treeText(origin, tree5), signer))
	seed(f, sign(treeText(origin, tree5), signer, w))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseCheckpoint(b, key)
		if err != nil {
			return
		}
		require.Equal(t, tree5, c.Tree)
		require.Equal(t, origin, c.Origin)
		require.Equal(t, b, c.Note)
		_, err = c.Cosigned([]string{w.key(), key})
		require.NoError(t, err)
	})
}

// FuzzParseTree: a tree has one text.
func FuzzParseTree(f *testing.F) {
	seed(f, []byte(treeText(origin, tree5)))
	seed(f, []byte(treeText("o", tlog.Tree{Hash: new(edge).root()})))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := parseTree(string(b))
		if err != nil {
			return
		}
		require.Equal(t, string(b), treeText(c.Origin, c.Tree))
		require.LessOrEqual(t, c.Tree.N, int64(MaxSize))
	})
}

// FuzzParseReceipt: a receipt has one text, and proves nothing but what it was made for.
func FuzzParseReceipt(f *testing.F) {
	good := receiptOf(f, 300)
	seed(f, good.Bytes())
	seed(f, (&Receipt{Index: 1}).Bytes())
	e := voted(votes, "vote ")[300]
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseReceipt(b)
		if err != nil {
			return
		}
		require.Equal(t, b, r.Bytes())
		if _, err := r.Verify(e, key); err == nil {
			require.Equal(t, good.Index, r.Index)
			require.Equal(t, good.Proof, r.Proof)
		}
	})
}

// FuzzBundle: the entries of a bundle have one encoding.
func FuzzBundle(f *testing.F) {
	for _, n := range []int{1, 3, 256} {
		b := bundleOf(voted(n, "vote "))
		f.Add(b, uint8(n-1))
		f.Add(b[:len(b)-1], uint8(n-1))
		f.Add(append(b, 0, 0), uint8(n-1))
	}
	f.Add([]byte{0xff, 0xff}, uint8(0))
	f.Fuzz(func(t *testing.T, b []byte, less uint8) {
		bundle, err := parseBundle("bundle", b, int(less)+1)
		if err != nil {
			return
		}
		require.Len(t, bundle, int(less)+1)
		require.Equal(t, b, bundleOf(bundle))
	})
}
