package threshold

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// State is one state of one trustee, secrets included, on its way to a Store.
type State struct {
	stage any // *Keyed, *Committed, *Dealt, *Confirmed or *Trustee
}

// A Store keeps a state so that it survives a restart: State.Seal, then durable
// storage in place of the state before. Every method that makes a message or
// adds to a trustee's memory calls it first and returns nothing if it fails. It
// must not return nil before the state is safe.
type Store func(*State) error

// InMemory is the Store that keeps nothing, for simulations and tests: with it a
// restart may sign two different things, which is proof of fault.
func InMemory(*State) error { return nil }

// scryptWork is the logarithm of age's scrypt work factor, about a second.
var scryptWork = 18

const (
	maxState  = 256 << 20
	sealExtra = 1 << 20 // above age's overhead of 16 bytes in 64 KB
)

// Seal returns the state as an age file for the passphrase (scrypt). It takes
// about a second.
func (s *State) Seal(passphrase string) ([]byte, error) {
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	recipient.SetWorkFactor(scryptWork)
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, recipient)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(s.encode()); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return sealed.Bytes(), nil
}

// unseal returns the plaintext of a sealed state.
func unseal(sealed []byte, passphrase string) ([]byte, error) {
	if len(sealed) > maxState+sealExtra {
		return nil, fmt.Errorf("trustee file: %d bytes are too many", len(sealed))
	}
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	identity.SetMaxWorkFactor(scryptWork)
	r, err := age.Decrypt(bytes.NewReader(sealed), identity)
	if err != nil {
		return nil, fmt.Errorf("trustee file: wrong passphrase or damaged: %w", err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("trustee file: damaged: %w", err)
	}
	return plain, nil
}

// Open restores a state from its sealed form: stage is the *Keyed, *Committed,
// *Dealt, *Confirmed or *Trustee that was stored last, and message the message
// that it sent or was about to send (nil for a Trustee): send it again. Only the
// newest sealed state may be opened, and only once at a time.
func Open(sealed []byte, passphrase string, store Store) (stage any, message []byte, err error) {
	plain, err := unseal(sealed, passphrase)
	if err != nil {
		return nil, nil, err
	}
	return decodeState(plain, store)
}

// OpenTrustee is Open for a trustee whose ceremony is over.
func OpenTrustee(sealed []byte, passphrase string, store Store) (*Trustee, error) {
	stage, _, err := Open(sealed, passphrase, store)
	if err != nil {
		return nil, err
	}
	t, ok := stage.(*Trustee)
	if !ok {
		return nil, errors.New("trustee file: the ceremony is not over: finish it first")
	}
	return t, nil
}

// File returns the Store that seals states into the file at path, replacing it
// as a whole: after a crash it holds the old state or the new one. It starts no
// ceremony over a file that exists.
func File(path, passphrase string) Store {
	return func(s *State) error {
		if _, first := s.stage.(*Keyed); first {
			if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("%s exists: a new ceremony needs a new file", path)
			}
		}
		sealed, err := s.Seal(passphrase)
		if err != nil {
			return err
		}
		return replaceFile(path, sealed)
	}
}

// replaceFile writes a file that is there in full or not at all: a temporary
// file, flushed, takes the place of the old one, and the folder is flushed too.
func replaceFile(path string, data []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".trustee-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already after the rename
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
