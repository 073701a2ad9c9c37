package threshold

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
)

// The worked example of docs/spec/decryption.md, byte for byte.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	c, _ := newCeremony(3, 2, 2)
	secret := func(j, l int) *group.Scalar { return scalar(100*(j-1) + l) } // x_{j,l}
	rows := make([][]group.Element, 3)
	for j := range rows {
		rows[j] = []group.Element{*new(group.Element).ScalarBaseMult(secret(j+1, 1)), *new(group.Element).ScalarBaseMult(secret(j+1, 2))}
	}
	election, err := elgamal.NewPublicKey([]group.Element{*new(group.Element).ScalarBaseMult(secret(0, 1)), *new(group.Element).ScalarBaseMult(secret(0, 2))})
	require.NoError(t, err)

	d := &Decryption{Keys: newKeys(c, [32]byte{}, election, rows), Contest: "mayor"}
	for i := range 32 {
		d.Fingerprint[i], d.Closing[i] = 1, 2
	}
	votes := []group.Element{*baseTimes(3), *baseTimes(1), *baseTimes(2)}
	d.Ciphertexts = []*elgamal.Ciphertext{election.EncryptElements(votes, []group.Scalar{*scalar(11), *scalar(12)})}
	share := func(j int) []byte {
		return d.prove(j, []group.Scalar{*secret(j, 1), *secret(j, 2)}, func(*transcript.Prover) []group.Scalar {
			return []group.Scalar{*scalar(201), *scalar(202)}
		})
	}
	k := variant{}.read(d, 2, share(2))
	digest := d.ListDigest()
	lines := []string{
		line("ciphertext", append(appendElements(nil, d.Ciphertexts[0].A), appendElements(nil, d.Ciphertexts[0].B)...)),
		line("L", digest[:]), line("signed", d.statement()),
		line("omega_1", k.weights[0].Bytes()), line("omega_2", k.weights[1].Bytes()), line("omega_3", k.weights[2].Bytes()),
		line("c", k.c.Bytes()), line("share", share(2)),
	}
	doc, err := os.ReadFile("../../docs/spec/decryption.md")
	require.NoError(t, err)
	_, example, found := strings.Cut(string(doc), "<!-- example")
	require.True(t, found)
	require.Equal(t, strings.Join(lines, "\n"), strings.TrimSpace(strings.Split(example, "```")[1]))

	verified, err := d.VerifyShares([][]byte{share(1), share(2), nil})
	require.NoError(t, err)
	plain, err := d.Combine(verified)
	require.NoError(t, err)
	requireVotes(t, plain, []uint64{3, 1, 2})
}

func line(name string, b []byte) string { return name + " = " + hex.EncodeToString(b) }
