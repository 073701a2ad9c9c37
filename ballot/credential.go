package ballot

import (
	"fmt"

	"veche.example/proofs"
)

// Credential is a voter's secret: the key that signs the voter's ballots. Whoever
// has it can vote in the voter's place.
type Credential struct{ key *proofs.SigningKey }

// GenerateCredential returns a fresh credential.
func GenerateCredential() *Credential { return &Credential{proofs.GenerateSigningKey()} }

// ParseCredential restores what Bytes returned.
func ParseCredential(b []byte) (*Credential, error) {
	key, err := proofs.ParseSigningKey(b)
	if err != nil {
		return nil, fmt.Errorf("credential: %w", err)
	}
	return &Credential{key}, nil
}

// Bytes returns the secret, 32 bytes.
func (c *Credential) Bytes() []byte { return c.key.Bytes() }

// Key returns the public key that stands on the roll.
func (c *Credential) Key() proofs.VerifyKey { return c.key.Public() }
