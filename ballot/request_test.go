package ballot

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/proofs"
)

func TestRequests(t *testing.T) {
	t.Parallel()
	f := standard(t)
	d := f.draft(t, f.header(3, 42, Code{}), abroad)
	b, err := d.Request(f.voters[3])
	require.NoError(t, err)
	require.Len(t, b, 137)
	q, err := f.ParseRequest(b)
	require.NoError(t, err)
	require.NoError(t, proofs.Check(nil, q.Verify))
	require.Equal(t, d.Code(), q.Code())
	require.Equal(t, f.voters[3].Key(), q.Credential())
	require.Equal(t, uint64(42), q.Sequence())
	_, err = d.Sign(f.voters[3])
	require.NoError(t, err, "a draft that asked is cast all the same")

	var bad [][]byte
	flipped(b, 1, func(_ int, c []byte) { bad = append(bad, c) })
	bad = append(bad, nil, b[:len(b)-1], append(slices.Clone(b), 0), append(slices.Clone(b[:requestSize-32]), scalarPlusOrder(b[requestSize-32:])...))
	parsed, errs := f.VerifyRequests(context.Background(), append(bad, b))
	for i := range bad {
		require.Error(t, errs[i], i)
		require.Nil(t, parsed[i])
	}
	require.NoError(t, errs[len(bad)])
	require.Equal(t, d.Code(), parsed[len(bad)].Code())
}

// Nobody asks for promises in another voter's name, elsewhere or with another signature.
func TestRequestsAreTheVotersOwn(t *testing.T) {
	t.Parallel()
	f := standard(t)
	d := f.draft(t, f.header(0, 1, Code{}), home)
	_, err := d.Request(f.voters[2])
	require.ErrorContains(t, err, "not the one that the ballot names")
	b, err := d.Request(f.voters[0])
	require.NoError(t, err)
	signed := slices.Clone(b[:requestSize-proofs.SignatureSize])
	for name, sig := range map[string][]byte{
		"another voter's signature":  f.voters[2].key.Sign("promise-request", f.Fingerprint, signed),
		"the box's signature":        f.box.Sign("promise-request", f.Fingerprint, signed),
		"signature of a promise":     f.voters[0].key.Sign("ballot-promise", f.Fingerprint, signed),
		"signature of a ballot":      f.voters[0].key.Sign("ballot-signature", f.Fingerprint, signed),
		"signature of another vote":  f.voters[0].key.Sign("promise-request", [32]byte{}, signed),
		"signature of the code only": f.voters[0].key.Sign("promise-request", f.Fingerprint, signed[1:33]),
	} {
		_, errs := f.VerifyRequests(context.Background(), [][]byte{append(slices.Clone(signed), sig...)})
		require.ErrorIs(t, errs[0], proofs.ErrProof, name)
	}
	renamed := newFixture(t, 6, func(m *Manifest) { m.Title = "Other" })
	_, errs := renamed.VerifyRequests(context.Background(), [][]byte{b})
	require.ErrorIs(t, errs[0], proofs.ErrProof)
}

func FuzzParseRequest(f *testing.F) {
	e := standard(f)
	good, err := e.draft(f, e.header(1, 1, Code{}), abroad).Request(e.voters[1])
	require.NoError(f, err)
	f.Add(good)
	f.Add([]byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		q, err := e.ParseRequest(b)
		if err != nil {
			return
		}
		require.Len(t, b, requestSize)
		code := q.Code()
		require.Equal(t, b[1:33], code[:])
		_ = q.Verify(new(proofs.Claim))
	})
}
