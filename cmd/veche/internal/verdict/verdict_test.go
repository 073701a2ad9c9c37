package verdict

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/cmd/veche/internal/armour"
	"veche.example/proofs"
)

func signed() *Verdict {
	v := &Verdict{Election: "club", Auditor: "olga", Fingerprint: [32]byte{1}, Size: 12, Root: [32]byte{2}, Result: [32]byte{3},
		Verified: true, At: time.Unix(1_900_000_000, 0).UTC(), Verifier: "veche v1"}
	v.Sign(proofs.GenerateSigningKey())
	return v
}

func TestVerdictsSayWhatWasSigned(t *testing.T) {
	t.Parallel()
	v := signed()
	got, err := Parse(v.Text())
	require.NoError(t, err)
	require.NoError(t, got.Verify())
	require.Equal(t, v, got)
}

// Whatever is changed in a verdict, it is no verdict or not signed.
func TestChangedVerdicts(t *testing.T) {
	t.Parallel()
	v := signed()
	data := append(v.body(), v.signature...)
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 1
		got, err := Parse((&armour.Block{Type: Type, ID: "club.olga", Data: bad}).Text())
		if err == nil {
			err = got.Verify()
		}
		require.Error(t, err, "byte %d", i)
	}
	for n := 1; n < len(data); n++ {
		_, err := Parse((&armour.Block{Type: Type, ID: "club.olga", Data: data[:n]}).Text())
		require.Error(t, err, "cut to %d", n)
	}
	_, err := Parse((&armour.Block{Type: Type, ID: "club.olga", Data: append(data, 0)}).Text())
	require.Error(t, err)
	_, err = Parse((&armour.Block{Type: Type, ID: "club.igor", Data: data}).Text())
	require.ErrorContains(t, err, `line 1: id "club.igor", but the verdict is "club.olga"`)
	_, err = Parse((&armour.Block{Type: "receipt", ID: "club.olga", Data: data}).Text())
	require.ErrorContains(t, err, "a receipt, not a verdict")
	_, err = Parse(nil)
	require.Error(t, err)
}

func TestVerdictsOfOthers(t *testing.T) {
	t.Parallel()
	v := signed()
	v.Key = proofs.GenerateSigningKey().Public()
	require.Error(t, v.Verify(), "another key")
	v.Key = proofs.VerifyKey{}
	require.Error(t, v.Verify(), "the identity")
	v = signed()
	v.Verifier = "veche\x1b[2J"
	v.Sign(proofs.GenerateSigningKey())
	_, err := Parse(v.Text())
	require.ErrorContains(t, err, "cannot be printed")
	v = signed()
	v.Verified = false
	require.Error(t, v.Verify())
}

func FuzzParse(f *testing.F) {
	f.Add(string(signed().Text()))
	f.Fuzz(func(t *testing.T, text string) {
		if v, err := Parse([]byte(text)); err == nil {
			require.Equal(t, strings.TrimSpace(strings.ReplaceAll(text, "\r", "")), strings.TrimSpace(string(v.Text())))
		}
	})
}
