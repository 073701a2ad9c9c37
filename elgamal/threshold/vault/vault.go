// Package vault keeps a trustee's or witness's state in an age-encrypted file: it is apart from
// package threshold so that auditors, who have no secrets, need not read it.
package vault

import (
	"errors"
	"fmt"
	"os"

	"veche.example/elgamal/threshold"
	"veche.example/internal/agefile"
	"veche.example/internal/durable"
)

// scryptWork is the logarithm of age's scrypt work factor, about a second.
var scryptWork = 18

// sealExtra is above age's overhead of 16 bytes in 64 KB.
const sealExtra = 1 << 20

// Seal returns the state as an age file for the passphrase (scrypt), which must
// not be empty. It takes about a second.
func Seal(s *threshold.State, passphrase string) ([]byte, error) {
	return agefile.Seal(s.Bytes(), passphrase, scryptWork)
}

// unseal returns the plaintext of a sealed state.
func unseal(sealed []byte, passphrase string) ([]byte, error) {
	if len(sealed) > threshold.MaxState+sealExtra {
		return nil, fmt.Errorf("trustee file: %d bytes are too many", len(sealed))
	}
	plain, err := agefile.Open(sealed, passphrase, scryptWork)
	if err != nil {
		return nil, fmt.Errorf("trustee file: %w", err)
	}
	return plain, nil
}

// Open restores a state from its sealed form, see threshold.Restore. Only the newest
// sealed state may be opened, and only once at a time.
func Open(sealed []byte, passphrase string, store threshold.Store) (stage any, message []byte, err error) {
	plain, err := unseal(sealed, passphrase)
	if err != nil {
		return nil, nil, err
	}
	return threshold.Restore(plain, store)
}

// OpenTrustee is Open for a trustee whose ceremony is over.
func OpenTrustee(sealed []byte, passphrase string, store threshold.Store) (*threshold.Trustee, error) {
	plain, err := unseal(sealed, passphrase)
	if err != nil {
		return nil, err
	}
	return threshold.RestoreTrustee(plain, store)
}

// OpenWitness is Open for a witness.
func OpenWitness(sealed []byte, passphrase string, store threshold.Store) (*threshold.Witness, error) {
	plain, err := unseal(sealed, passphrase)
	if err != nil {
		return nil, err
	}
	return threshold.RestoreWitness(plain, store)
}

// File returns the Store that seals states into the file at path, replacing it
// as a whole: after a crash it holds the old state or the new one. It starts no
// ceremony and no witness over a file that exists. That an older copy was put in
// place of the file it cannot notice: there must be none.
func File(path, passphrase string) threshold.Store {
	return func(s *threshold.State) error {
		if s.First() {
			if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("%s exists: a new ceremony or witness needs a new file", path)
			}
		}
		sealed, err := Seal(s, passphrase)
		if err != nil {
			return err
		}
		return durable.Replace(path, sealed, 0o600)
	}
}
