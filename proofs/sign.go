package proofs

import (
	"encoding/hex"
	"errors"
	"fmt"

	"veche.example/elgamal/group"
	"veche.example/proofs/transcript"
)

// SignatureSize is the length of a signature: R, then s.
const SignatureSize = 64

// SigningKey is a secret Schnorr key.
type SigningKey struct {
	x      group.Scalar
	public VerifyKey
}

// VerifyKey is the encoding of a public Schnorr key X = xG. It can be compared
// and used as a map's key. The zero value is the encoding of the identity and
// is refused everywhere.
type VerifyKey [32]byte

// GenerateSigningKey returns a fresh key.
func GenerateSigningKey() *SigningKey {
	for {
		if x := group.RandomScalar(); !x.IsZero() {
			return newSigningKey(x)
		}
	}
}

func newSigningKey(x *group.Scalar) *SigningKey {
	k := new(SigningKey)
	k.x.Set(x)
	k.public = VerifyKey(group.NewElement().ScalarBaseMult(x).Bytes())
	return k
}

// ParseSigningKey restores what Bytes returned: 32 bytes, canonical, not zero.
func ParseSigningKey(b []byte) (*SigningKey, error) {
	x, err := group.NewScalar().SetCanonicalBytes(b)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	if x.IsZero() {
		return nil, errors.New("signing key: zero is not a key")
	}
	return newSigningKey(x), nil
}

// Bytes returns the secret, 32 bytes.
func (k *SigningKey) Bytes() []byte { return k.x.Bytes() }

// Public returns the key that verifies.
func (k *SigningKey) Public() VerifyKey { return k.public }

// Check refuses anything but the canonical encoding of an element other than
// the identity.
func (k VerifyKey) Check() error {
	_, err := k.decode()
	return err
}

func (k VerifyKey) decode() (*group.Affine, error) {
	var X group.Affine
	if err := X.SetCanonicalBytes(k[:]); err != nil {
		return nil, fmt.Errorf("verification key: %w", err)
	}
	if X.IsIdentity() {
		return nil, errIdentityKey
	}
	return &X, nil
}

var errIdentityKey = errors.New("verification key: the identity is not a key")

// String returns the key in hexadecimal.
func (k VerifyKey) String() string { return hex.EncodeToString(k[:]) }

func (k VerifyKey) bind(protocol string, fingerprint [32]byte, msg []byte) *transcript.Instance {
	return transcript.New(protocol, fingerprint).Fixed(k[:]).Bytes(msg)
}

// Sign returns the signature of msg under a protocol's name, within an election.
// The nonce is hedged (see transcript.Prover.Nonces). Constant time.
func (k *SigningKey) Sign(protocol string, fingerprint [32]byte, msg []byte) []byte {
	p := k.public.bind(protocol, fingerprint, msg).Prove()
	t := p.Nonces(k.x.Bytes(), "signature").Scalar()
	p.Element(group.NewElement().ScalarBaseMult(t)) // R = tG
	c := p.Challenge()
	p.Scalar(group.NewScalar().MulAdd(c, &k.x, t)) // s = t + c x
	return p.Proof()
}

// VerifySignature adds the equation of a signature. It implements
// docs/spec/sigma.md, S4.
func VerifySignature(c *Claim, protocol string, fingerprint [32]byte, key VerifyKey, msg, sig []byte) error {
	if len(sig) != SignatureSize {
		return ErrProof
	}
	v := key.bind(protocol, fingerprint, msg).Verify(sig)
	var s group.Scalar
	R := v.Encoded()
	ch := v.Challenge()
	v.Scalar(&s)
	digest, err := v.Close()
	if err != nil {
		return ErrProof
	}
	points, err := group.DecodeAffines(append(R[:32:32], key[:]...))
	if err != nil {
		return errors.Join(ErrProof, key.Check())
	}
	if points[1].IsIdentity() {
		return errIdentityKey
	}
	c.Equation() // S4: R + c X − s G = O
	c.Add(one, &points[0])
	c.Add(ch, &points[1])
	c.AddShared(BaseG, s.Neg(&s))
	c.Proof(protocol, digest)
	return nil
}

// Verify decides one signature alone.
func (k VerifyKey) Verify(protocol string, fingerprint [32]byte, msg, sig []byte) error {
	return Check(nil, func(c *Claim) error {
		return VerifySignature(c, protocol, fingerprint, k, msg, sig)
	})
}
