package transcript

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

var update = flag.Bool("update", false, "write testdata anew; old proofs will no longer verify")

const frozenFile = "testdata/transcript.json"

// frozenVector is one step of the transcript with its result; Name says what the
// inputs are, in terms of docs/spec/transcript.md. All strings but Name and Tag
// are hexadecimal.
type frozenVector struct {
	Name       string
	Tag        string      `json:",omitempty"`
	Session    string      `json:",omitempty"`
	Operations []operation `json:",omitempty"`
	Output     string
}

// frozen computes all vectors with this package.
func frozen(t testing.TB) []frozenVector {
	return append(frozenSponge(t), frozenTranscript(t)...)
}

func frozenSponge(t testing.TB) (out []frozenVector) {
	session := make([]byte, 32)
	for k := range session {
		session[k] = byte(k)
	}
	long := hex.EncodeToString(make([]byte, rate))
	for name, ops := range map[string][]operation{ // the draft has all but the last of these cases
		"squeeze":           {{Type: "squeeze", Length: 32}},
		"absorb, squeeze":   {{Type: "absorb", Data: "68656c6c6f20776f726c64"}, {Type: "squeeze", Length: 64}},
		"absorb in pieces":  {{Type: "absorb", Data: "6162"}, {Type: "absorb", Data: "63"}, {Type: "squeeze", Length: 32}},
		"squeeze continues": {{Type: "absorb", Data: "616263"}, {Type: "squeeze", Length: 16}, {Type: "squeeze", Length: 16}},
		"interleaved": {{Type: "absorb", Data: "00010203040506070809"}, {Type: "squeeze", Length: 16},
			{Type: "absorb", Data: "6d6f72652064617461"}, {Type: "squeeze", Length: 16}},
		"absorb a whole block": {{Type: "absorb", Data: long}, {Type: "squeeze", Length: 200}},
	} {
		v := frozenVector{Name: name, Session: hex.EncodeToString(session), Operations: ops}
		v.Output = hex.EncodeToString(perform(t, session, ops))
		out = append(out, v)
	}
	return out
}

func frozenTranscript(t testing.TB) (out []frozenVector) {
	add := func(name string, b []byte) {
		out = append(out, frozenVector{Name: name, Tag: Tag("vector"), Output: hex.EncodeToString(b)})
	}
	id := deriveSessionID([]byte(Tag("vector")))
	add("session identifier", id[:])
	h := Hash("vector")
	add("Hash of nothing", h[:])
	h = Hash("vector", nil)
	add("Hash of the empty string", h[:])
	h = Hash("vector", []byte("one"), []byte("two"))
	add("Hash of one, two", h[:])
	w := NewWeights("vector", [32]byte{1})
	add("first weight under root 01 00…", w.Next(group.NewScalar()).Bytes())
	add("second weight", w.Next(group.NewScalar()).Bytes())

	p, x := frozenProof()
	add("proof: 3G, x1, 4G ‖ 5G, 9", p.Proof())
	add("challenge x1 after 3G", x[0].Bytes())
	add("challenge x2 after 4G ‖ 5G", x[1].Bytes())
	add("challenge x3 of 128 bits after x2", x[2].Bytes())
	add("seeded nonce 1 (seed 02 00…, witness secret, label l) after x3", x[3].Bytes())
	add("seeded nonce 2", x[4].Bytes())
	digest, err := readFrozenProof(t, p.Proof(), x)
	require.NoError(t, err)
	add("digest of the proof", digest[:])
	return out
}

// frozenInstance is fingerprint 01 00…, Uint64 258, Bytes abc, Fixed 00, Element 2G.
func frozenInstance() *Instance {
	return New("vector", [32]byte{1}).Uint64(258).Bytes([]byte("abc")).Fixed([]byte{0}).Element(multiple(2))
}

func multiple(n uint64) *group.Element {
	return group.NewElement().ScalarBaseMult(group.NewScalar().SetUint64(n))
}

func frozenProof() (*Prover, []*group.Scalar) {
	p := frozenInstance().Prove()
	p.Element(multiple(3))
	x := []*group.Scalar{p.Challenge()}
	p.Encoded(append(multiple(4).Bytes(), multiple(5).Bytes()...))
	x = append(x, p.Challenge(), p.Challenge128())
	n := p.SeededNonces(&[32]byte{2}, []byte("secret"), "l")
	x = append(x, n.Scalar(), n.Scalar())
	p.Scalar(group.NewScalar().SetUint64(9))
	return p, x
}

// readFrozenProof is the verifier's side.
func readFrozenProof(t testing.TB, proof []byte, want []*group.Scalar) ([32]byte, error) {
	v := frozenInstance().Verify(proof)
	var a, b, c group.Affine
	var s group.Scalar
	v.Element(&a)
	x1 := v.Challenge()
	v.Element(&b)
	v.Element(&c)
	x2, x3 := v.Challenge(), v.Challenge128()
	v.Scalar(&s)
	digest, err := v.Close()
	if err == nil && want != nil {
		require.True(t, x1.Equal(want[0]) && x2.Equal(want[1]) && x3.Equal(want[2]))
		require.True(t, a.Element().Equal(multiple(3)) && b.Element().Equal(multiple(4)) && c.Element().Equal(multiple(5)))
		require.True(t, s.Equal(group.NewScalar().SetUint64(9)))
	}
	return digest, err
}

func TestFrozenVectors(t *testing.T) {
	t.Parallel()
	got := map[string]frozenVector{}
	for _, v := range frozen(t) {
		got[v.Name] = v
	}
	if *update {
		b, err := json.MarshalIndent(got, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(frozenFile, append(b, '\n'), 0o644))
	}
	b, err := os.ReadFile(frozenFile)
	require.NoError(t, err)
	var want map[string]frozenVector
	require.NoError(t, json.Unmarshal(b, &want))
	require.Equal(t, want, got)
}

// TestFrozenVectorsAgreeWithTheDraft repeats four of the draft's published
// outputs (draft-irtf-cfrg-fiat-shamir-03, duplex sponge with SHAKE128), so that
// they are checked without a copy of its files.
func TestFrozenVectorsAgreeWithTheDraft(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, v := range frozenSponge(t) {
		got[v.Name] = v.Output
	}
	require.Equal(t, "63e1b3543377fab6fb8cf0f7698a9980ca0211d5bc4aba213dd7a6ef7dd63cfa", got["squeeze"])
	require.Equal(t, "a629c32a309dda7605798fd07ce20ab14c76635446868eb46e20b6dfd1dd9e41", got["absorb in pieces"])
	require.Equal(t, got["absorb in pieces"], got["squeeze continues"])
	require.Equal(t, "2da3c7e3a65c6e92901e8b668c43917eb9f02e9988e66d5ce2fbd833a0ecb93e", got["interleaved"])
	id := deriveSessionID([]byte("interop-test-v00"))
	require.Equal(t, "b508aca89eecac56cd33e4a28f817f43f849d035922f354173ae8466628308cf", hex.EncodeToString(id[:]))
}
