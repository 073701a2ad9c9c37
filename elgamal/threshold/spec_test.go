package threshold

import (
	"context"
	"encoding/hex"
	"fmt"
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

	d := &Decryption{Keys: newKeys(c, [32]byte{}, election, rows), Contest: "mayor", Widths: []int{2, 1}}
	for i := range 32 {
		d.Fingerprint[i], d.Closing[i] = 1, 2
	}
	votes := [][]uint64{{3, 1, 2}, {0, 1, 4}}
	for e, v := range votes {
		m := []group.Element{*baseTimes(int(v[0])), *baseTimes(int(v[1])), *baseTimes(int(v[2]))}
		add(d, election.EncryptElements(m, []group.Scalar{*scalar(10*e + 11), *scalar(10*e + 12)}))
	}
	share := func(j int) []byte {
		x := []group.Scalar{*secret(j, 1), *secret(j, 2)}
		factors, err := d.factors(context.Background(), x, nil)
		require.NoError(t, err)
		share, err := d.prove(context.Background(), j, x, factors, func(*transcript.Prover) []group.Scalar {
			return []group.Scalar{*scalar(201), *scalar(202)}
		})
		require.NoError(t, err)
		return share
	}
	k := variant{}.read(d, 2, share(2))
	digest := d.ListDigest()
	lines := []string{
		line("ciphertexts", d.Encoded),
		line("L", digest[:]), line("signed", d.statement()),
	}
	for i := range k.weights {
		lines = append(lines, line(fmt.Sprintf("omega_%d", i+1), k.weights[i].Bytes()))
	}
	lines = append(lines, line("c", k.c.Bytes()), line("share", share(2)))
	doc, err := os.ReadFile("../../docs/spec/decryption.md")
	require.NoError(t, err)
	_, example, found := strings.Cut(string(doc), "<!-- example")
	require.True(t, found)
	require.Equal(t, strings.Join(lines, "\n"), strings.TrimSpace(strings.Split(example, "```")[1]))

	verified, err := d.VerifyShares([][]byte{share(1), share(2), nil})
	require.NoError(t, err)
	plain, err := d.Combine(verified)
	require.NoError(t, err)
	requireVotes(t, plain, votes...)
}

func line(name string, b []byte) string { return name + " = " + hex.EncodeToString(b) }
