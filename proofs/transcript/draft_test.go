package transcript

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
)

type operation struct {
	Type   string `json:"type"`
	Data   string `json:"data,omitempty"`
	Length int    `json:"length,omitempty"`
}

type draftVector struct {
	Id, Name, Function, Hash, SessionId, Tag, Input, Output string
	Operations                                              []operation
}

func unhex(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// perform runs the operations and returns what was squeezed.
func perform(t testing.TB, session []byte, ops []operation) (out []byte) {
	s := newSponge([32]byte(session))
	for _, op := range ops {
		switch op.Type {
		case "absorb":
			s.absorb(unhex(t, op.Data))
		case "squeeze":
			piece := make([]byte, op.Length)
			s.squeeze(piece)
			out = append(out, piece...)
		default:
			t.Fatalf("unknown operation %q", op.Type)
		}
	}
	return out
}

// draftVectors reads the test vectors of draft-irtf-cfrg-fiat-shamir-03 from a
// copy of them near the module, which is no part of it. The operations that
// matter are frozen in testdata as well.
func draftVectors(t *testing.T, file string) (vectors []draftVector) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(root, "go.mod"))
	found, err := filepath.Glob(filepath.Join(root, "..", "*", "vectors", "cfrg-fiat-shamir-03", file))
	require.NoError(t, err)
	if len(found) == 0 {
		t.Skip("no copy of the draft's vectors next to the module")
	}
	b, err := os.ReadFile(found[0])
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &vectors))
	return vectors
}

func TestDraftVectors(t *testing.T) {
	t.Parallel()
	for _, v := range draftVectors(t, "fiatShamirShake128Vectors.json") {
		t.Run(v.Name, func(t *testing.T) {
			require.Equal(t, "SHAKE128", v.Hash)
			switch v.Function {
			case "DuplexSponge", "DecodeUint": // of the latter, the 48 bytes before the reduction
				require.Equal(t, v.Output, hex.EncodeToString(perform(t, unhex(t, v.SessionId), v.Operations)))
			case "DeriveSessionID":
				id := deriveSessionID(unhex(t, v.Tag))
				require.Equal(t, v.Output, hex.EncodeToString(id[:]))
			case "Sumcheck":
				if v.Tag != "" {
					id := deriveSessionID(unhex(t, v.Tag))
					require.Equal(t, v.SessionId, hex.EncodeToString(id[:]))
				}
				t.Skip("only the session identifier is checked: there is no sumcheck here")
			default:
				t.Fatalf("unknown function %q", v.Function)
			}
		})
	}
}

func TestDraftCodecVectors(t *testing.T) {
	t.Parallel()
	for _, v := range draftVectors(t, "fiatShamirCodecVectors.json") {
		t.Run(v.Name, func(t *testing.T) {
			if v.Function != "SerializeVarLenString" {
				t.Skipf("%s is of another group or not in use here", v.Function)
			}
			direct, vector := newSponge([32]byte{}), newSponge([32]byte{})
			direct.absorb(unhex(t, v.Output))
			vector.absorbVector(unhex(t, v.Input))
			requireSameState(t, &direct, &vector)
		})
	}
}

// TestDraftSessionIDsOfSigmaProofs checks the other group's proofs as far as
// they are independent of the group.
func TestDraftSessionIDsOfSigmaProofs(t *testing.T) {
	t.Parallel()
	for _, v := range draftVectors(t, "sigma-proofs_Shake128_P256.json") {
		id := deriveSessionID([]byte(v.Tag))
		require.Equal(t, v.SessionId, hex.EncodeToString(id[:]), v.Id)
	}
}

func requireSameState(t testing.TB, a, b *sponge) {
	t.Helper()
	x, y := make([]byte, 64), make([]byte, 64)
	a.squeeze(x)
	b.squeeze(y)
	require.Equal(t, x, y)
}

// TestChallengeIsDecodeUint: 48 bytes, little endian, mod q, as DecodeUint of the
// draft; the wide value is recomputed as Σ b_k 256^k.
func TestChallengeIsDecodeUint(t *testing.T) {
	t.Parallel()
	a, b := newSponge([32]byte{7}), newSponge([32]byte{7})
	wide := make([]byte, 48)
	b.squeeze(wide)
	want, base := group.NewScalar(), group.NewScalar().SetUint64(256)
	for k := len(wide) - 1; k >= 0; k-- {
		want.MulAdd(want, base, group.NewScalar().SetUint64(uint64(wide[k])))
	}
	require.True(t, want.Equal(a.scalar(challengeSize)))
}
