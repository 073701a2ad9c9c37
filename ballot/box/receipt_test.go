package box

import (
	"bytes"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
)

func receiptOf(t testing.TB, index uint64) *Receipt {
	r, c := opened(t, log600())
	receipt, err := r.Prove(c, index)
	require.NoError(t, err)
	return receipt
}

func TestReceiptsProve(t *testing.T) {
	t.Parallel()
	list := voted(votes, "vote ")
	r, c := opened(t, log600())
	for _, i := range []uint64{0, 1, 2, 255, 256, 257, 511, 512, 598, 599} {
		receipt, err := r.Prove(c, i)
		require.NoError(t, err)
		again, err := ParseReceipt(receipt.Bytes())
		require.NoError(t, err)
		require.Equal(t, receipt, again)
		proved, err := again.Verify(list[i], key)
		require.NoError(t, err)
		require.Equal(t, c, proved)
	}
	_, dir := store(t, list[:1])
	r, c = opened(t, os.DirFS(dir))
	receipt, err := r.Prove(c, 0)
	require.NoError(t, err)
	require.Empty(t, receipt.Proof, "one entry is the root itself")
	again, err := ParseReceipt(receipt.Bytes())
	require.NoError(t, err)
	_, err = again.Verify(list[0], key)
	require.NoError(t, err)
}

func TestProveRefuses(t *testing.T) {
	t.Parallel()
	r, c := opened(t, log600())
	for _, index := range []uint64{votes, votes + 1, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64} {
		_, err := r.Prove(c, index)
		require.ErrorContains(t, err, "of a log that has 600", index)
	}
	_, err := r.Prove(&Checkpoint{}, 0)
	require.ErrorContains(t, err, "of a log that has 0")
	for name, damage := range damages() {
		m := log600()
		r, c := opened(t, m)
		damage(m)
		_, err := r.Prove(c, 300)
		require.ErrorContains(t, err, "receipt: entry 300: ", name)
	}
	for name, tree := range map[string]tlog.Tree{
		"root changed":     {N: votes, Hash: tlog.Hash{1}},
		"size changed":     {N: 512, Hash: c.Tree.Hash},
		"a greater size":   {N: votes + 1, Hash: c.Tree.Hash},
		"2^40 entries":     {N: MaxSize, Hash: c.Tree.Hash},
		"2^40 - 1 entries": {N: MaxSize - 1, Hash: c.Tree.Hash},
	} {
		_, err := r.Prove(&Checkpoint{Origin: origin, Tree: tree}, 300)
		require.ErrorContains(t, err, "fetch the tiles again", name)
	}
}

func TestReceiptForSomethingElse(t *testing.T) {
	t.Parallel()
	list := voted(votes, "vote ")
	otherSigner, otherKey := keyOf("example.com/other", 8)
	_, sameName := keyOf(origin, 8)
	signedBy := func(c tlog.Tree) []byte { return sign(treeText(origin, c), signer) }
	smaller, branch := kept(t, list[:400]), kept(t, voted(votes, "other "))
	tree := kept(t, list).Tree
	hash := receiptOf(t, 301).Proof[0]
	for name, tc := range map[string]struct {
		change func(r *Receipt)
		entry  []byte
		key    string
		text   string
	}{
		"another entry":               {nil, list[301], key, "not proved"},
		"an entry with a byte more":   {nil, append(bytes.Clone(list[300]), 0), key, "not proved"},
		"an entry with a bit flipped": {nil, append([]byte{list[300][0] ^ 1}, list[300][1:]...), key, "not proved"},
		"no entry":                    {nil, nil, key, "not proved"},
		"an inner node as an entry":   {nil, append(make([]byte, 32), hash[:]...), key, "not proved"},
		"the index before":            {func(r *Receipt) { r.Index-- }, list[300], key, "not proved"},
		"the index after":             {func(r *Receipt) { r.Index++ }, list[300], key, "not proved"},
		"the index of its twin":       {func(r *Receipt) { r.Index ^= 256 }, list[300], key, "not proved"},
		"an index beyond the log":     {func(r *Receipt) { r.Index = votes }, list[300], key, "not proved"},
		"the index 2^63":              {func(r *Receipt) { r.Index |= 1 << 63 }, list[300], key, "not proved"},
		"the index 2^64-1":            {func(r *Receipt) { r.Index = math.MaxUint64 }, list[300], key, "not proved"},
		"another entry's receipt":     {func(r *Receipt) { *r = *receiptOf(t, 301) }, list[300], key, "not proved"},
		"no proof":                    {func(r *Receipt) { r.Proof = nil }, list[300], key, "not proved"},
		"the first hash dropped":      {func(r *Receipt) { r.Proof = r.Proof[1:] }, list[300], key, "not proved"},
		"the last hash dropped":       {func(r *Receipt) { r.Proof = r.Proof[:len(r.Proof)-1] }, list[300], key, "not proved"},
		"a hash doubled":              {func(r *Receipt) { r.Proof = append(r.Proof, r.Proof[9]) }, list[300], key, "not proved"},
		"a hash too many":             {func(r *Receipt) { r.Proof = append(r.Proof, tlog.Hash{}) }, list[300], key, "not proved"},
		"two hashes swapped":          {func(r *Receipt) { r.Proof[0], r.Proof[1] = r.Proof[1], r.Proof[0] }, list[300], key, "not proved"},
		"a bit of the proof flipped":  {func(r *Receipt) { r.Proof[4][7] ^= 4 }, list[300], key, "not proved"},
		"an earlier checkpoint":       {func(r *Receipt) { r.Checkpoint = smaller.Note }, list[300], key, "not proved"},
		"another branch's checkpoint": {func(r *Receipt) { r.Checkpoint = branch.Note }, list[300], key, "not proved"},
		"the root changed":            {func(r *Receipt) { r.Checkpoint = signedBy(tlog.Tree{N: tree.N}) }, list[300], key, "not proved"},
		"one entry more":              {func(r *Receipt) { r.Checkpoint = signedBy(tlog.Tree{N: 2048, Hash: tree.Hash}) }, list[300], key, "not proved"},
		"2^40 entries":                {func(r *Receipt) { r.Checkpoint = signedBy(tlog.Tree{N: MaxSize, Hash: tree.Hash}) }, list[300], key, "not proved"},
		"an empty log":                {func(r *Receipt) { r.Checkpoint = signedBy(tlog.Tree{Hash: new(edge).root()}) }, list[300], key, "not proved"},
		"more entries than allowed":   {func(r *Receipt) { r.Checkpoint = signedBy(tlog.Tree{N: MaxSize + 1}) }, list[300], key, "size"},
		"no checkpoint":               {func(r *Receipt) { r.Checkpoint = nil }, list[300], key, "not signed"},
		"half a checkpoint":           {func(r *Receipt) { r.Checkpoint = r.Checkpoint[:50] }, list[300], key, "not signed"},
		"a forged checkpoint":         {func(r *Receipt) { r.Checkpoint = sign(treeText(origin, tree), otherSigner) }, list[300], key, "not signed"},
		"another log's checkpoint":    {func(r *Receipt) { r.Checkpoint = sign(treeText("example.com/other", tree), otherSigner) }, list[300], key, "not signed"},
		"another log":                 {nil, list[300], otherKey, "not signed"},
		"another key of that name":    {nil, list[300], sameName, "not signed"},
		"no key":                      {nil, list[300], "", "key"},
	} {
		r := receiptOf(t, 300)
		if tc.change != nil {
			tc.change(r)
		}
		_, err := r.Verify(tc.entry, tc.key)
		require.ErrorContains(t, err, "receipt: ", name)
		require.ErrorContains(t, err, tc.text, name)
	}
	_, err := new(Receipt).Verify(list[0], key)
	require.Error(t, err)
}

func TestReceiptTextRefused(t *testing.T) {
	t.Parallel()
	good := string(receiptOf(t, 300).Bytes())
	lines := strings.SplitAfter(good, "\n")
	change := func(line int, text string) string {
		return strings.Join(lines[:line], "") + text + strings.Join(lines[line+1:], "")
	}
	hash := strings.TrimSuffix(lines[2], "\n")
	for name, tc := range map[string]struct{ text, err string }{
		"no bytes":                      {"", "must start with the line"},
		"another version":               {change(0, "c2sp.org/tlog-proof@v2\n"), "must start with the line"},
		"a blank in front":              {" " + good, "must start with the line"},
		"a byte order mark":             {"\ufeff" + good, "must start with the line"},
		"carriage returns":              {strings.ReplaceAll(good, "\n", "\r\n"), "must start with the line"},
		"the head alone":                {lines[0], "index of the entry"},
		"no index":                      {change(1, ""), "index of the entry"},
		"an empty index":                {change(1, "index \n"), "index of the entry"},
		"the index twice":               {change(1, "index 300\nindex 300\n"), "hash number 1"},
		"extra data":                    {change(0, lines[0]+"extra AAAA\n"), "no extra data"},
		"extra data behind":             {change(1, lines[1]+"extra AAAA\n"), "hash number 1"},
		"a negative index":              {change(1, "index -1\n"), "index of the entry"},
		"an index of 2^64":              {change(1, "index 18446744073709551616\n"), "index of the entry"},
		"an index of a thousand digits": {change(1, "index "+strings.Repeat("1", 1000)+"\n"), "index of the entry"},
		"an index with zeros":           {change(1, "index 0300\n"), "index of the entry"},
		"an index with a sign":          {change(1, "index +300\n"), "index of the entry"},
		"an index with two blanks":      {change(1, "index  300\n"), "index of the entry"},
		"an index in hexadecimal":       {change(1, "index 0x12c\n"), "index of the entry"},
		"a hash of 31 bytes":            {change(2, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n"), "hash number 1"},
		"a hash of 33 bytes":            {change(2, strings.Repeat("A", 44)+"\n"), "hash number 1"},
		"a hash in hexadecimal":         {change(2, strings.Repeat("00", 32)+"\n"), "hash number 1"},
		"a hash without padding":        {change(2, hash[:43]+"\n"), "hash number 1"},
		"a hash with unused bits set":   {change(2, strings.Repeat("A", 42)+"B=\n"), "hash number 1"},
		"a hash with a blank":           {change(2, hash+" \n"), "hash number 1"},
		"a hash in the URL alphabet":    {change(2, strings.Repeat("_", 42)+"8=\n"), "hash number 1"},
		"a word for the second hash":    {change(3, "hash\n"), "hash number 2"},
		"41 hashes":                     {change(2, strings.Repeat(lines[2], maxProof+1)), "more than 40 hashes"},
		"too long":                      {good + strings.Repeat("x", maxReceipt), "more than"},
		"no empty line":                 {strings.Replace(good, "\n\n", "\n", 1), "hash number"},
	} {
		_, err := ParseReceipt([]byte(tc.text))
		require.ErrorContains(t, err, "receipt: ", name)
		require.ErrorContains(t, err, tc.err, name)
	}
}

// A receipt of which anything is missing at its end, or a bit is wrong, proves nothing.
func TestReceiptEveryBitAndByte(t *testing.T) {
	t.Parallel()
	good, e := receiptOf(t, 300).Bytes(), voted(votes, "vote ")[300]
	verify := func(b []byte) error {
		r, err := ParseReceipt(b)
		if err == nil {
			_, err = r.Verify(e, key)
		}
		return err
	}
	require.NoError(t, verify(good))
	for n := range good {
		require.Error(t, verify(good[:n]), "the first %d bytes", n)
		for bit := range 8 {
			changed := bytes.Clone(good)
			changed[n] ^= 1 << bit
			require.Error(t, verify(changed), "bit %d of byte %d", bit, n)
		}
	}
}
