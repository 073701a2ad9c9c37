package record

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/internal/wire"
)

// The worked example, the limits and the heads of docs/spec/record.md are the code's.
func TestSpecification(t *testing.T) {
	t.Parallel()
	log := []byte(logHead)
	var tree Tree
	for i, body := range []string{"a", "b", "c"} {
		entry := append([]byte{byte(i + 1)}, body...)
		tree.Add(entry)
		log = wire.AppendFrame(log, entry)
	}
	c := &Closing{Size: tree.Size(), Root: tree.Root(), Time: 1_716_638_400}
	e := new(ballot.Election)
	for i := range e.Fingerprint {
		e.Fingerprint[i] = 1
	}
	digest := c.Digest(e)
	line := func(name string, b []byte) string { return name + " = " + hex.EncodeToString(b) }
	root := tree.Root()
	lines := []string{line("log.bin", log), line("root", root[:]), line("signed", c.signed()), line("closing", digest[:])}

	raw, err := os.ReadFile("../../docs/spec/record.md")
	require.NoError(t, err)
	spec := string(raw)
	_, example, found := strings.Cut(spec, "<!-- example")
	require.True(t, found)
	require.Equal(t, strings.Join(lines, "\n"), strings.TrimSpace(strings.Split(example, "```")[1]))

	for _, limit := range []int{ballot.MaxManifest, maxRoll, maxMessage, MaxEntry, maxClosing, maxTime} {
		require.Contains(t, spec, fmt.Sprint(limit))
	}
	for _, head := range []string{ceremonyHead, logHead, closingHead, mixHead, tallyHead} {
		require.Contains(t, spec, fmt.Sprintf("head[%d] = %q;", len(head), head))
	}
	at := 0
	for _, name := range Files() {
		i := strings.Index(spec[at:], "| `"+name+"` |")
		require.GreaterOrEqual(t, i, 0, "the table has %s in its place", name)
		at += i
	}
	for k := Opening; k <= Challenge; k++ {
		require.Contains(t, spec, fmt.Sprintf("| %d %v |", k, k))
	}
}
