package transcript

import (
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/internal/vectors"
)

// TestWorkedExample is docs/spec/transcript.md.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	var e vectors.Example
	id := deriveSessionID([]byte(Tag("vector")))
	e.Add("session", id[:])
	p, x := frozenProof()
	absorbed := append([]byte{1}, make([]byte, 31)...)
	absorbed = append(absorbed, 2, 1, 0, 0, 0, 0, 0, 0)
	absorbed = append(absorbed, 3, 0, 0, 0, 'a', 'b', 'c', 0)
	absorbed = append(append(absorbed, multiple(2).Bytes()...), p.Proof()...)
	e.Add("absorbed", absorbed)
	for k, name := range []string{"x1", "x2", "x3", "nonce_1", "nonce_2"} {
		e.Add(name, x[k].Bytes())
	}
	e.Add("proof", p.Proof())
	digest, err := readFrozenProof(t, p.Proof(), x)
	require.NoError(t, err)
	e.Add("digest", digest[:])
	h, w := Hash("vector", []byte("one"), []byte("two")), NewWeights("vector", [32]byte{1})
	e.Add("hash_of_one_two", h[:])
	e.Add("weight_1_of_root_0100", w.Next(group.NewScalar()).Bytes()[:16])
	e.Add("weight_2_of_root_0100", w.Next(group.NewScalar()).Bytes()[:16])
	e.Check(t, "../../docs/spec/transcript.md")

	s := newSponge(id) // "absorbed" is all there is
	s.absorb(absorbed)
	var again [32]byte
	s.squeeze(again[:])
	require.Equal(t, digest, again)
}
