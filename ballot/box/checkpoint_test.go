package box

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var tree5 = tlog.Tree{N: 5, Hash: tlog.RecordHash([]byte("root"))}

func TestCheckpointIsRead(t *testing.T) {
	t.Parallel()
	other, _ := keyOf("example.org/witness", 1)
	b := sign(treeText(origin, tree5), signer, other)
	c, err := ParseCheckpoint(b, key)
	require.NoError(t, err)
	require.Equal(t, origin, c.Origin)
	require.Equal(t, tree5, c.Tree)
	require.Equal(t, b, c.Note)
	clear(b)
	require.NotEqual(t, b, c.Note, "it is a copy")
	for _, size := range []int64{1, MaxSize} {
		_, err = ParseCheckpoint(sign(treeText(origin, tlog.Tree{N: size}), signer), key)
		require.NoError(t, err)
	}
	_, err = ParseCheckpoint(sign(treeText(origin, tlog.Tree{Hash: new(edge).root()}), signer), key)
	require.NoError(t, err, "an empty log")
}

func TestCheckpointRefuses(t *testing.T) {
	t.Parallel()
	good := treeText(origin, tree5)
	root := tree5.Hash.String()
	otherName, _ := keyOf("example.com/other", 7)
	otherKey, _ := keyOf(origin, 8)
	signed := func(text string) []byte { return sign(text, signer) }
	text := func(lines ...string) []byte { return signed(strings.Join(lines, "\n") + "\n") }
	forged := bytes.Replace(signed(good), []byte("\n5\n"), []byte("\n6\n"), 1)
	for name, tc := range map[string]struct {
		b    []byte
		text string
	}{
		"no bytes":                         {nil, "not signed"},
		"no signature":                     {[]byte(good), "not signed"},
		"no signature after the blank":     {[]byte(good + "\n"), "not signed"},
		"another's signature":              {sign(good, otherName), "not signed"},
		"another key of the same name":     {sign(good, otherKey), "not signed"},
		"a changed size":                   {forged, "not signed"},
		"a changed root":                   {bytes.Replace(signed(good), []byte(root[:4]), []byte("AAAA"), 1), "not signed"},
		"a changed origin":                 {bytes.Replace(signed(good), []byte("com/election\n5"), []byte("com/electioN\n5"), 1), "not signed"},
		"a truncated signature":            {signed(good)[:len(signed(good))-5], "not signed"},
		"no last newline":                  {bytes.TrimSuffix(signed(good), []byte("\n")), "not signed"},
		"a byte behind":                    {append(signed(good), 'x'), "not signed"},
		"carriage returns":                 {bytes.ReplaceAll(signed(good), []byte("\n"), []byte("\r\n")), "not signed"},
		"more than 131,072 bytes":          {append(signed(good), bytes.Repeat([]byte("— a AAAAAAA=\n"), 1e4)...), "more than 131072 bytes"},
		"more than a hundred signatures":   {append(signed(good), bytes.Repeat([]byte("— a AAAAAAA=\n"), 100)...), "not signed"},
		"the origin of another log":        {text("example.com/other", "5", root), "a log signs under its own name"},
		"no origin":                        {text("", "5", root), "a log signs under its own name"},
		"an extension line":                {text(origin, "5", root, "extension"), "must be 3"},
		"two lines":                        {text(origin, "5"), "must be 3"},
		"one line":                         {text(origin), "must be 3"},
		"an empty line":                    {text(origin, "5", root, ""), "must be 3"},
		"no size":                          {text(origin, "", root), "size"},
		"a negative size":                  {text(origin, "-1", root), "size"},
		"a size of 2^40 + 1":               {text(origin, fmt.Sprint(int64(MaxSize)+1), root), "size"},
		"a size of 2^63 - 1":               {text(origin, fmt.Sprint(int64(math.MaxInt64)), root), "size"},
		"a size of 2^64":                   {text(origin, "18446744073709551616", root), "size"},
		"a size of a thousand digits":      {text(origin, strings.Repeat("9", 1000), root), "size"},
		"a size in hexadecimal":            {text(origin, "0x5", root), "size"},
		"a size with a zero in front":      {text(origin, "05", root), "not written canonically"},
		"a size with a sign":               {text(origin, "+5", root), "not written canonically"},
		"a size with a space":              {text(origin, "5 ", root), "size"},
		"a root of 31 bytes":               {text(origin, "5", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="), "root hash"},
		"a root in hexadecimal":            {text(origin, "5", strings.Repeat("00", 32)), "root hash"},
		"a root without padding":           {text(origin, "5", root[:43]), "root hash"},
		"a root with unused bits set":      {text(origin, "5", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB="), "not written canonically"},
		"an empty log with another's root": {text(origin, "0", root), "must be the hash of nothing"},
		"no log":                           {signed("text\n"), "must be 3"},
	} {
		_, err := ParseCheckpoint(tc.b, key)
		require.ErrorContains(t, err, tc.text, name)
		require.ErrorContains(t, err, "checkpoint: ", name)
	}
	for _, bad := range []string{"", origin, "a+b+c", key + "x", key[:len(key)-4], strings.Replace(key, "c7", "c8", 1)} {
		_, err := ParseCheckpoint(signed(good), bad)
		require.ErrorContains(t, err, "checkpoint: key", bad)
	}
}

// Whoever flips a bit of the text or of the signature is found out.
func TestCheckpointEveryBit(t *testing.T) {
	t.Parallel()
	b := sign(treeText(origin, tree5), signer)
	for k := range 8 * len(b) {
		changed := bytes.Clone(b)
		changed[k/8] ^= 1 << (k % 8)
		_, err := ParseCheckpoint(changed, key)
		require.Error(t, err, "bit %d of byte %d", k%8, k/8)
	}
}

// witness signs as c2sp.org/tlog-cosignature says.
type witness struct {
	cosigner
	secret ed25519.PrivateKey
	time   uint64
}

func newWitness(name string, seed byte, time uint64) witness {
	secret := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	return witness{cosigner{name, [32]byte(secret.Public().(ed25519.PublicKey))}, secret, time}
}

func (w witness) Sign(text []byte) ([]byte, error) {
	return append(binary.BigEndian.AppendUint64(nil, w.time), ed25519.Sign(w.secret, cosigned(w.time, text))...), nil
}

// liar signs what it was not asked to.
type liar struct {
	note.Signer
	f func(sig []byte) []byte
}

func (l liar) Sign(text []byte) ([]byte, error) {
	sig, err := l.Signer.Sign(text)
	return l.f(sig), err
}

func TestCosigned(t *testing.T) {
	t.Parallel()
	one, two := newWitness("w.example/1", 1, 1_700_000_000), newWitness("w.example/2", 2, math.MaxInt64)
	plain, plainKey := keyOf("w.example/3", 3)
	absent := newWitness("w.example/4", 4, 0)
	renamed := newWitness("w.example/5", 1, 1_700_000_000) // the key of one
	late := newWitness("w.example/6", 6, math.MaxInt64+1)
	short := newWitness("w.example/7", 7, 1)
	flipped := newWitness("w.example/8", 8, 1)
	c, err := ParseCheckpoint(sign(treeText(origin, tree5), signer, one, two, plain, renamed, late,
		liar{short, func(sig []byte) []byte { return sig[:71] }},
		liar{flipped, func(sig []byte) []byte { sig[20] ^= 1; return sig }}), key)
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		keys []string
		want int
	}{
		"nobody asked":                        {nil, 0},
		"two witnesses":                       {[]string{one.key(), two.key()}, 2},
		"a witness and a plain signature":     {[]string{one.key(), plainKey}, 2},
		"one who has not signed":              {[]string{one.key(), absent.key()}, 1},
		"one listed twice":                    {[]string{one.key(), one.key()}, 1},
		"one under two names":                 {[]string{one.key(), renamed.key()}, 1},
		"the log itself":                      {[]string{key}, 0},
		"a time beyond 2^63":                  {[]string{late.key()}, 0},
		"a signature of 71 bytes":             {[]string{short.key()}, 0},
		"a signature with a bit flipped":      {[]string{flipped.key(), two.key()}, 1},
		"all, good ones and bad ones at once": {[]string{flipped.key(), one.key(), late.key(), two.key(), plainKey, key}, 3},
	} {
		n, err := c.Cosigned(tc.keys)
		require.NoError(t, err, name)
		require.Equal(t, tc.want, n, name)
	}
	for name, bad := range map[string]string{
		"nothing":          "",
		"no hash":          "w.example/1",
		"another hash":     strings.Replace(one.key(), "+", "+0", 1),
		"another's hash":   "x" + one.key(),
		"another type":     "n+00000000+BgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"a short key":      "n+00000000+BAAA",
		"a bad plain key":  "x" + plainKey,
		"a trailing field": one.key() + "+",
	} {
		_, err := c.Cosigned([]string{one.key(), bad})
		require.ErrorContains(t, err, "cosigner's key", name)
	}
}

// The example of c2sp.org/tlog-cosignature gives the key's hash of no key, so that
// the message is compared with its text.
func TestCosignedMessage(t *testing.T) {
	t.Parallel()
	want := "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
	root, err := tlog.ParseHash("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
	require.NoError(t, err)
	text := treeText("example.com/behind-the-sofa", tlog.Tree{N: 20852163, Hash: root})
	require.Equal(t, want, string(cosigned(1679315147, []byte(text))))
}

// What github.com/transparency-dev/formats signs as a witness counts.
func TestCosignedByAnotherImplementation(t *testing.T) {
	t.Parallel()
	const other = "w.example/1+e49b0a06+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
	line := "— w.example/1 5JsKBgAAAABrBd2BwqSCmsBM6iQjEWd92dMSyACEbUgs3VHkpfhM5n8fiT023vYAyTorbmKZE5mRJpRSoWsgqP1Zk94m0rFTGeOlCw==\n"
	b := sign(treeText(origin, tlog.Tree{Hash: new(edge).root()}), signer)
	c, err := ParseCheckpoint(append(b, line...), key)
	require.NoError(t, err)
	n, err := c.Cosigned([]string{other})
	require.NoError(t, err)
	require.Equal(t, 1, n)
}
