// Package secret keeps secrets in age files under passphrases (scrypt), and asks for the
// passphrases: of the file that VECHE_PASSPHRASE_FILE names, or of the terminal. Only the
// command's verbs need it.
package secret

import (
	"fmt"

	"veche.example/cmd/veche/internal/files"
	"veche.example/elgamal/threshold"
	"veche.example/internal/agefile"
	"veche.example/internal/durable"
)

// maxSealed bounds what is read: a trustee's state and more than age adds to it.
const maxSealed = threshold.MaxState + 16<<20

// Lock is a passphrase that opened a file or was chosen for new ones.
type Lock struct {
	passphrase string
	work       int
}

// Create seals plain into a new file of mode 0600; see files.Create. It takes about a second.
func (l *Lock) Create(path string, plain []byte) error {
	sealed, err := l.seal(plain)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return files.Create(path, sealed, 0o600)
}

// Replace seals plain into the file at path, which after a crash holds the old content or
// the new one.
func (l *Lock) Replace(path string, plain []byte) error {
	sealed, err := l.seal(plain)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return durable.Replace(path, sealed, 0o600)
}

// Store returns the threshold.Store that keeps states in the file at path.
func (l *Lock) Store(path string) threshold.Store {
	return func(s *threshold.State) error { return l.Keep(path, s, s.Bytes()) }
}

// Keep seals plain, which holds the state s, into the file at path; the first state of a
// ceremony or of a witness never takes the place of another.
func (l *Lock) Keep(path string, s *threshold.State, plain []byte) error {
	if s.First() {
		return l.Create(path, plain)
	}
	return l.Replace(path, plain)
}

func (l *Lock) seal(plain []byte) ([]byte, error) {
	if len(plain) > maxSealed-16<<20 {
		return nil, fmt.Errorf("%d bytes are too many to be read again", len(plain))
	}
	return agefile.Seal(plain, l.passphrase, l.work)
}

// open returns what was sealed.
func (l *Lock) open(sealed []byte) ([]byte, error) {
	return agefile.Open(sealed, l.passphrase, max(l.work, 18))
}
