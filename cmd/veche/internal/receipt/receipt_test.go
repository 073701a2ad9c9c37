package receipt

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot/box"
	"veche.example/cmd/veche/internal/armour"
	"veche.example/internal/wire"
	"veche.example/proofs"
)

// signed returns a receipt of what looks like a ballot that its voter has signed.
func signed(proof string) *Receipt {
	key := proofs.GenerateSigningKey()
	r := &Receipt{Election: "club", Fingerprint: [32]byte{1}, LogKey: "log", Promise: []byte("promise"), Proof: []byte(proof)}
	public := key.Public()
	body := append([]byte{1, 0, 0}, public[:]...)
	r.Entry = append(append([]byte{byte(box.Ballot)}, body...), make([]byte, proofs.SignatureSize)...)
	code := r.Code()
	copy(r.Entry[1+len(body):], key.Sign("ballot-signature", r.Fingerprint, code[:]))
	return r
}

func TestReceiptsAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	for _, proof := range []string{"", "proof"} {
		r := signed(proof)
		got, err := Parse(r.Text())
		require.NoError(t, err)
		require.Equal(t, proof != "", got.Confirmed())
		require.Equal(t, r.Text(), got.Text())
		require.Equal(t, r.Code(), got.Code())
		require.False(t, got.Challenged())
		require.Contains(t, got.What(), got.Code().String())
	}
}

func TestReceiptsThatAreNone(t *testing.T) {
	t.Parallel()
	data := func(parts ...string) []byte {
		b := make([]byte, 32)
		for _, p := range parts {
			b = wire.AppendVector(b, []byte(p))
		}
		return b
	}
	entry := "\x05" + strings.Repeat("x", 100)
	for name, c := range map[string]struct {
		kind  string
		data  []byte
		fault string
	}{
		"a verdict":           {"verdict", data("log", "promise", entry, ""), "a verdict, not a receipt"},
		"one byte":            {Type, []byte{1}, "receipt"},
		"nothing after a key": {Type, data("log"), "receipt"},
		"something behind":    {Type, data("log", "promise", entry, "", "more"), "receipt"},
		"a promise":           {Type, data("log", "promise", "\x04"+entry[1:], ""), "of neither a ballot nor a challenge"},
		"no entry":            {Type, data("log", "promise", "", ""), "of neither a ballot nor a challenge"},
		"a key for the eye":   {Type, data("l\x1b[2Jog", "promise", entry, ""), "cannot be printed"},
		"a short entry":       {Type, data("log", "promise", entry[:proofs.SignatureSize], ""), "of neither a ballot nor a challenge"},
		"a long entry":        {Type, data("log", "promise", strings.Repeat("\x05", box.MaxEntry+1), ""), "65536"},
		"a long promise":      {Type, data("log", strings.Repeat("x", maxPart+1), entry, ""), "1048577"},
	} {
		_, err := Parse((&armour.Block{Type: c.kind, ID: "club", Data: c.data}).Text())
		require.ErrorContains(t, err, c.fault, name)
	}
}

func TestBallotsThatNobodySigned(t *testing.T) {
	t.Parallel()
	r := signed("proof")
	_, _, err := r.Verify()
	require.ErrorContains(t, err, "tlog-proof", "signed, but not proven")
	for i := 1; i < len(r.Entry); i++ {
		bad := *r
		bad.Entry = bytes.Clone(r.Entry)
		bad.Entry[i] ^= 1
		_, _, err := bad.Verify()
		require.ErrorContains(t, err, "not signed by its voter for this election", "byte %d", i)
	}
	bad := *r
	bad.Fingerprint[0] ^= 1
	_, _, err = bad.Verify()
	require.ErrorContains(t, err, "not signed by its voter for this election")
	bad = *r
	bad.Entry = r.Entry[:1+proofs.SignatureSize]
	_, _, err = bad.Verify()
	require.ErrorContains(t, err, "too short")
}

func FuzzParse(f *testing.F) {
	f.Add(string(signed("").Text()))
	f.Add(string(signed("proof").Text()))
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse([]byte(text))
		if err != nil {
			return
		}
		again, err := Parse(r.Text())
		require.NoError(t, err)
		require.Equal(t, r, again)
		r.Verify() // whatever it says
	})
}
