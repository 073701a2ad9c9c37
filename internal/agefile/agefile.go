// Package agefile seals bytes with a passphrase in the format of age (age-encryption.org/v1,
// scrypt). Packages vault and secret keep their files so; nobody else needs it.
package agefile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// Seal returns plain as an age file for the passphrase, which must not be empty. A guess of
// the passphrase takes 2^work units of scrypt; 18 are about a second.
func Seal(plain []byte, passphrase string, work int) ([]byte, error) {
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	recipient.SetWorkFactor(work)
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, recipient)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(plain)
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	return sealed.Bytes(), nil
}

// ErrPassphrase is the one fault that another passphrase may mend.
var ErrPassphrase = errors.New("wrong passphrase, or a damaged file")

// Open returns what Seal has sealed with this passphrase. A file that asks for more work
// than maxWork is refused.
func Open(sealed []byte, passphrase string, maxWork int) ([]byte, error) {
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	identity.SetMaxWorkFactor(maxWork)
	r, err := age.Decrypt(bytes.NewReader(sealed), identity)
	if none := new(age.NoIdentityMatchError); errors.As(err, &none) {
		return nil, ErrPassphrase
	}
	if err != nil {
		return nil, fmt.Errorf("not a file that a passphrase opens (%s)", strings.TrimPrefix(err.Error(), "failed to read header: "))
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("damaged (%w): restore it from your copy", err)
	}
	return plain, nil
}
