package ballot

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/internal/rejecttest"
	"veche.example/proofs"
)

// sign makes a signed ballot of any body, as an attacker with a credential can.
func (f *fixture) sign(body []byte, c *Credential) []byte {
	code := f.code(body)
	return append(slices.Clone(body), c.key.Sign("ballot-signature", f.Fingerprint, code[:])...)
}

func (f *fixture) requireFalse(t *testing.T, signed []byte) {
	t.Helper()
	_, err := f.ParseBallot(signed)
	require.NoError(t, err, "well formed, so that the proof or the signature must refuse it")
	_, err = f.verify(signed)
	require.ErrorIs(t, err, proofs.ErrProof)
}

// Bob submits Alice's ballot as his own, or under her name.
func TestCopiedBallotsAreRefused(t *testing.T) {
	t.Parallel()
	f := standard(t)
	alice, bob := f.voters[0], f.voters[2]
	body := slices.Clone(f.cast(t, 0, 1, Code{})[:f.papers[0].bodySize()])
	f.requireFalse(t, f.sign(body, bob)) // her credential, his signature
	key := bob.Key()
	copy(body[3:], key[:])
	f.requireFalse(t, f.sign(body, bob)) // his credential, her proof
	f.requireFalse(t, f.sign(body, alice))
}

// A proof moved to another sequence number, style or history.
func TestProofsAreBoundToTheHeader(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 4, func(m *Manifest) {
		m.Styles[0].Contests = []string{"lists"}
		m.Styles[1].Contests = []string{"lists"}
		m.Styles = append(m.Styles, Style{ID: "both", Contests: []string{"chair"}})
	})
	body := f.draft(t, f.header(0, 1, Code{}), Choices{"lists": home["lists"]}).Body()
	for name, at := range map[string]int{"style": 2, "sequence": 42, "previous": 43} {
		moved := slices.Clone(body)
		moved[at] ^= 1
		t.Run(name, func(t *testing.T) { f.requireFalse(t, f.sign(moved, f.voters[0])) })
	}
	f.mustVerify(t, f.sign(body, f.voters[0]))
}

// A prover that goes round Encode cannot prove bits that break the rule.
func TestOvervotesCannotBeProved(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1, allRules)
	p, h := f.papers[0], f.header(0, 1, Code{})
	legal := make([]byte, 0, p.relation.Bits)
	for i, tc := range ruleCases {
		c := f.Manifest.Contests[i]
		done := false
		eachVote(c.Outputs(), func(v []uint64) {
			if !done && tc.legal(v) {
				bits, err := c.Encode(tc.choice(c, v))
				require.NoError(t, err)
				legal, done = append(legal, bits...), true
			}
		})
	}
	seed := [32]byte{1}
	f.mustVerify(t, f.sign(f.body(&h, p, votes{bits: legal}, nil, &seed), f.voters[0]))
	for k := range ruleCases {
		bits := slices.Clone(legal)
		here := bits[p.bitsAt[k]:p.bitsAt[k+1]]
		for j := range here {
			here[j] = 1
		}
		if p.relation.Satisfied(bits) == nil {
			continue // any bits are legal here
		}
		f.requireFalse(t, f.sign(f.body(&h, p, votes{bits: bits}, nil, &seed), f.voters[0]))
	}
}

// Ciphertexts of other weights than 0 and 1 beside a proof for legal bits.
func TestOtherWeightsCannotBeProved(t *testing.T) {
	t.Parallel()
	f := standard(t)
	p, h := f.papers[1], f.header(1, 1, Code{})
	v, err := p.encode(abroad)
	require.NoError(t, err)
	bits := v.bits
	seed := [32]byte{2}
	r := f.randomisers(h.bytes(), p, &seed)
	honest := p.vector.Encrypt(bits, r)
	for name, weight := range map[string]*group.Scalar{
		"minus one": group.NewScalar().Neg(group.NewScalar().SetUint64(1)),
		"two":       group.NewScalar().SetUint64(2),
		"2^63":      group.NewScalar().SetUint64(1 << 63),
	} {
		t.Run(name, func(t *testing.T) {
			forged := slices.Clone(honest)
			at := 32 * p.spans[0].b // the first list's B
			B, err := group.NewElement().SetCanonicalBytes(forged[at : at+32])
			require.NoError(t, err)
			B.Add(B, group.NewElement().ScalarBaseMult(weight))
			copy(forged[at:], B.Bytes())
			proof := p.vector.Prove(h.bytes(), forged, bits, r, &seed)
			f.requireFalse(t, f.sign(slices.Concat(h.bytes(), forged, proof), f.voters[1]))
		})
	}
	proof := p.vector.Prove(h.bytes(), honest, bits, r, &seed)
	f.mustVerify(t, f.sign(slices.Concat(h.bytes(), honest, proof), f.voters[1]))
}

// A roll may hold keys that are no keys; nobody can sign with them.
func TestCredentialsThatAreNoKeysCannotVote(t *testing.T) {
	t.Parallel()
	f := standard(t)
	for name, key := range map[string]proofs.VerifyKey{"identity": {}, "not canonical": {1}} {
		t.Run(name, func(t *testing.T) {
			h := Header{Style: 1, Credential: key, Sequence: 1}
			body := f.draft(t, h, abroad).Body()
			_, err := f.verify(f.sign(body, f.voters[1]))
			require.Error(t, err)
			// s = 0 and R = O satisfy R + cX = sG if X is the identity.
			_, err = f.verify(append(body, make([]byte, 64)...))
			require.Error(t, err)
		})
	}
}

// What a seed used twice would reveal, and that it cannot be.
func TestSeedsServeOneBallot(t *testing.T) {
	t.Parallel()
	f := standard(t)
	seed := GenerateSeed()
	secret := seed.secret
	_, err := f.Build(f.header(0, 1, Code{}), home, seed)
	require.NoError(t, err)
	require.Zero(t, seed.secret, "the secret has moved into the draft")
	for _, sequence := range []uint64{1, 2} {
		_, err = f.Build(f.header(0, sequence, Code{}), home, seed)
		require.ErrorIs(t, err, errSeedUsed)
	}

	// One seed under two headers gives unrelated randomisers …
	p := f.papers[0]
	all := map[string]bool{}
	base := f.header(0, 1, Code{})
	other, later, next := base, base, base
	other.Credential, later.Sequence, next.Previous = f.voters[2].Key(), 2, Code{1}
	for _, h := range []Header{base, other, later, next} {
		for _, r := range f.randomisers(h.bytes(), p, &secret) {
			all[string(r.Bytes())] = true
		}
	}
	require.Len(t, all, 4*p.vector.Blocks())

	// … but under one header it reveals the difference of two votes: B - B' = (v - v')G.
	encode := func(list string) []byte {
		v, err := p.encode(Choices{"lists": {Selected: []string{list}}, "chair": home["chair"]})
		require.NoError(t, err)
		return f.body(&base, p, v, nil, &secret)[headerSize:]
	}
	at := 32 * p.spans[0].b
	red, err := group.NewElement().SetCanonicalBytes(encode("red")[at:][:32])
	require.NoError(t, err)
	blue, err := group.NewElement().SetCanonicalBytes(encode("blue")[at:][:32])
	require.NoError(t, err)
	require.True(t, red.Sub(red, blue).Equal(group.Generator()))
}

// Signatures of one code differ, so that their nonces do not
// come from the seed, which may be revealed.
func TestSignatureNoncesAreFresh(t *testing.T) {
	t.Parallel()
	f := standard(t)
	body := f.draft(t, f.header(0, 1, Code{}), home).Body()
	first, second := f.sign(body, f.voters[0]), f.sign(body, f.voters[0])
	require.NotEqual(t, first[len(body):], second[len(body):])
	f.mustVerify(t, first)
	f.mustVerify(t, second)
}

// The suite of every proof of the module, for a ballot's ciphertext, proof and
// signature.
func TestRejectionSuite(t *testing.T) {
	t.Parallel()
	f := standard(t)
	signed := f.cast(t, 1, 1, Code{})
	repeated, _ := newElection(t, f.Manifest, [32]byte{2})
	refused := errors.New("refused")
	verify := func(e *Election, change func(head []byte)) func([]byte) error {
		return func(rest []byte) error {
			head := slices.Clone(signed[:headerSize])
			change(head)
			if _, err := e.verify(append(head, rest...)); err != nil {
				return refused
			}
			return nil
		}
	}
	same := func([]byte) {}
	rejecttest.Suite{
		Proof:  signed[headerSize:],
		Verify: verify(f.Election, same),
		Others: map[string]func([]byte) error{
			"other election":   verify(repeated, same),
			"other version":    verify(f.Election, func(h []byte) { h[0]++ }),
			"other style":      verify(f.Election, func(h []byte) { h[2] ^= 1 }),
			"other credential": verify(f.Election, func(h []byte) { key := f.voters[3].Key(); copy(h[3:], key[:]) }),
			"other sequence":   verify(f.Election, func(h []byte) { h[42]++ }),
			"other previous":   verify(f.Election, func(h []byte) { h[43]++ }),
		},
		Err: refused,
	}.Run(t)
}
