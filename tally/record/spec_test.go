package record

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/elgamal/group"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

func page(t testing.TB, name string) string {
	raw, err := os.ReadFile("../../docs/spec/" + name)
	require.NoError(t, err)
	return string(raw)
}

// block returns an example of the page manifest.md.
func block(t testing.TB, name string) string {
	_, rest, found := strings.Cut(page(t, "manifest.md"), "```example "+name+"\n")
	require.True(t, found, name)
	text, _, _ := strings.Cut(rest, "```")
	return text
}

// The worked example, the limits and the heads of docs/spec/record.md are the code's.
func TestSpecification(t *testing.T) {
	t.Parallel()
	m, err := ballot.ParseManifest([]byte(block(t, "manifest")))
	require.NoError(t, err)
	raw, err := hex.DecodeString(strings.ReplaceAll(block(t, "roll"), "\n", ""))
	require.NoError(t, err)
	roll, err := ballot.ParseRoll(raw)
	require.NoError(t, err)
	key, err := proofs.ParseSigningKey(group.NewScalar().SetUint64(4).Bytes())
	require.NoError(t, err)
	require.Equal(t, m.Box.Key, key.Public().String())
	_, err = signerOf(m, key)
	require.NoError(t, err)

	var lines []string
	line := func(name string, b []byte) { lines = append(lines, name+" = "+hex.EncodeToString(b)) }
	var tree Tree
	first := [][]byte{entry(box.Manifest, ManifestEntry(m, roll)), entry(box.Ceremony, CeremonyEntry([]byte("abc")))}
	for i, name := range []string{"manifest", "ceremony"} {
		line(name, first[i])
		tree.Add(first[i])
	}
	e := &ballot.Election{Manifest: m}
	for i := range e.Fingerprint {
		e.Fingerprint[i] = 1
	}
	root := tree.Root()
	closing, _, err := ClosingEntry(e, key, tree.Size(), root, time.Unix(1_716_638_400, 0))
	require.NoError(t, err)
	digest := closing.Digest(e)
	line("root", root[:])
	line("signed", closing.signed())
	line("closing", digest[:])
	line("mix", entry(box.Mix, MixEntry(1, 2, []byte("abc"))))
	line("tally", entry(box.Tally, TallyEntry([]byte("abc"))))
	line("result", entry(box.Result, ResultEntry([]byte("abc"))))
	seed := transcript.Hash("log-key", key.Bytes(), []byte("veche.example/tea-or-coffee"))
	line("seed", seed[:])
	line("log", []byte(m.Box.Log))

	spec := page(t, "record.md")
	_, example, found := strings.Cut(spec, "<!-- example")
	require.True(t, found)
	require.Equal(t, strings.Join(lines, "\n"), strings.TrimSpace(strings.Split(example, "```")[1]))

	for _, limit := range []int{ballot.MaxManifest, maxRoll, maxMessage, maxTime} {
		require.Contains(t, spec, fmt.Sprint(limit))
	}
	for _, head := range []string{ceremonyHead, mixHead, tallyHead} {
		require.Contains(t, spec, fmt.Sprintf("head[%d] = %q;", len(head), head))
	}
	at := 0
	for _, name := range []string{ManifestFile, RollFile, CeremonyFile, LogDir + "/", TallyFile, ResultFile} {
		i := strings.Index(spec[at:], "| `"+name+"` |")
		require.GreaterOrEqual(t, i, 0, "the table has %s in its place", name)
		at += i
	}
	for k := box.Manifest; k <= box.Result; k++ {
		require.Contains(t, spec, fmt.Sprintf("| %d %v |", k, k))
	}
}
