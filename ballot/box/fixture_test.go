package box

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"veche.example/internal/wire"
)

const origin = "example.com/election"

// keyOf returns the key pair of a name that follows from one byte.
func keyOf(name string, seed byte) (note.Signer, string) {
	secret := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	key, err := note.NewEd25519VerifierKey(name, secret.Public().(ed25519.PublicKey))
	if err != nil {
		panic(err)
	}
	hash := strings.Split(key, "+")[1]
	encoded := base64.StdEncoding.EncodeToString(append([]byte{keyNote}, secret.Seed()...))
	signer, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%s+%s", name, hash, encoded))
	if err != nil {
		panic(err)
	}
	return signer, key
}

var signer, key = keyOf(origin, 7)

func entry(k Kind, body string) []byte { return append([]byte{byte(k)}, body...) }

// voted returns the first n entries of an election that is still open, in the
// branch of the given name: it differs from the fourth entry on.
func voted(n int, branch string) [][]byte {
	list := [][]byte{entry(Manifest, "m"), entry(Ceremony, "c"), entry(Opening, "o")}
	for i := len(list); i < n; i++ {
		list = append(list, entry(Promise+Kind(i%3), fmt.Sprint(branch, i)))
	}
	return list[:n]
}

// complete returns the entries of an election from its start to its end.
func complete() [][]byte {
	return append(voted(6, "vote "), entry(Closing, "l"), entry(Mix, "x"), entry(Mix, "y"), entry(Tally, "t"), entry(Result, "r"))
}

// store fills a new directory with a log whose checkpoint covers the entries.
func store(t testing.TB, list [][]byte) (*Log, string) {
	dir := filepath.Join(t.TempDir(), "log")
	l, err := Create(dir, signer)
	require.NoError(t, err)
	add(t, l, list)
	_, err = l.Checkpoint()
	require.NoError(t, err)
	return l, dir
}

func add(t require.TestingT, l *Log, list [][]byte) {
	for _, e := range list {
		want := l.Size()
		index, err := l.Append(e)
		require.NoError(t, err)
		require.Equal(t, want, index)
	}
}

// load reads a directory into memory.
func load(t testing.TB, dir string) fstest.MapFS {
	m := fstest.MapFS{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		require.NoError(t, err)
		b, err := os.ReadFile(path)
		m[filepath.ToSlash(name)] = &fstest.MapFile{Data: b}
		return err
	}))
	return m
}

const votes = 600

var stored = sync.OnceValue(func() fstest.MapFS {
	m, err := build(voted(votes, "vote "))
	if err != nil {
		panic(err)
	}
	return m
})

// log600 returns a log of 600 entries: two full bundles and a partial one.
func log600() fstest.MapFS {
	m := fstest.MapFS{}
	for name, f := range stored() {
		m[name] = &fstest.MapFile{Data: bytes.Clone(f.Data)}
	}
	return m
}

// build makes the files of a log of any entries, in any order, by the reference
// implementation of the tree.
func build(list [][]byte) (fstest.MapFS, error) {
	var h hashes
	for i, e := range list {
		if err := h.add(int64(i), e); err != nil {
			return nil, err
		}
	}
	size := int64(len(list))
	m := fstest.MapFS{}
	for _, t := range tlog.NewTiles(height, 0, size) {
		b, err := tlog.ReadTileData(t, h)
		if err != nil {
			return nil, err
		}
		m[tilePath(t)] = &fstest.MapFile{Data: b}
		if t.L == 0 {
			t.L = entries
			m[tilePath(t)] = &fstest.MapFile{Data: bundleOf(list[t.N*fullWidth : t.N*fullWidth+int64(t.W)])}
		}
	}
	root, err := tlog.TreeHash(size, h)
	if err != nil {
		return nil, err
	}
	m[checkpointFile] = &fstest.MapFile{Data: sign(treeText(origin, tlog.Tree{N: size, Hash: root}), signer)}
	return m, nil
}

func bundleOf(list [][]byte) (b []byte) {
	for _, e := range list {
		b = append(wire.AppendUint16(b, uint16(len(e))), e...)
	}
	return b
}

func sign(text string, signers ...note.Signer) []byte {
	b, err := note.Sign(&note.Note{Text: text}, signers...)
	if err != nil {
		panic(err)
	}
	return b
}

// hashes is the storage of the reference implementation.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		out[i] = h[at]
	}
	return out, nil
}

func (h *hashes) add(n int64, entry []byte) error {
	more, err := tlog.StoredHashes(n, entry, h)
	*h = append(*h, more...)
	return err
}

// opened returns a reader of the files and its checkpoint.
func opened(t require.TestingT, fsys fs.FS) (*Reader, *Checkpoint) {
	r := NewReader(fsys, key)
	c, err := r.Checkpoint()
	require.NoError(t, err)
	return r, c
}

// all returns the entries that Entries gives.
func all(r *Reader, c *Checkpoint) (list [][]byte, err error) {
	err = r.Entries(c, func(index uint64, e []byte) error {
		if index != uint64(len(list)) {
			return fmt.Errorf("index %d after %d entries", index, len(list))
		}
		list = append(list, bytes.Clone(e))
		return nil
	})
	return list, err
}
