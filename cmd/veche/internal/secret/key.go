package secret

import (
	"crypto/rand"
	"fmt"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/armour"
	"veche.example/proofs"
	"veche.example/tally/record"
)

// The roles of keys.
const (
	Trustee = "trustee"
	Witness = "witness"
	Mixer   = "mixer"
	Box     = "box"
	Auditor = "auditor"
)

// Whose is a role with its article.
func Whose(role string) string {
	if role == Auditor {
		return "an " + role
	}
	return "a " + role
}

// Key is a party's secret key, opened.
type Key struct {
	*proofs.SigningKey
	Role, ID string
	Lock     *Lock
}

// keyType is the type of the block inside a key file.
func keyType(role string) string { return "secret-key-" + role }

// CreateKey seals a key into the new file at path.
func (l *Lock) CreateKey(path, role, id string, key *proofs.SigningKey) error {
	b := &armour.Block{Type: keyType(role), ID: id, Data: key.Bytes()}
	return l.Create(path, b.Text())
}

// OpenKey opens a key file and refuses a key that was made for another role.
func (k *Keyring) OpenKey(path, role string) (*Key, error) {
	plain, lock, err := k.Open(path)
	if err != nil {
		return nil, err
	}
	b, err := armour.Parse(plain)
	if err != nil {
		return nil, fmt.Errorf("%s: not a key file: %w", path, err)
	}
	if b.Type != keyType(role) {
		return nil, fmt.Errorf("%s: holds a %s, but the key of %s is needed", path, b.Type, Whose(role))
	}
	signing, err := proofs.ParseSigningKey(b.Data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &Key{signing, role, b.ID, lock}, nil
}

// Public returns the text in which the owner of a key publishes it.
func Public(role, id string, key proofs.VerifyKey) []byte {
	return (&armour.Block{Type: role, ID: id, Data: key[:]}).Text()
}

// ParsePublic reads what Public and PublicBox return, for any role.
func ParsePublic(text []byte) (role, id string, key proofs.VerifyKey, err error) {
	b, err := armour.Parse(text)
	if err != nil {
		return "", "", key, err
	}
	if len(b.Data) != len(key) && (b.Type != Box || len(b.Data) < len(key)) {
		return "", "", key, fmt.Errorf("holds a message of type %q, not a public key", b.Type)
	}
	copy(key[:], b.Data)
	return b.Type, b.ID, key, key.Check()
}

// PublicBox is Public for a ballot box, whose log has a key and a name of its own.
func PublicBox(id string, key *proofs.SigningKey) []byte {
	public := key.Public()
	return (&armour.Block{Type: Box, ID: id, Data: append(public[:], NewBox(key).Log...)}).Text()
}

// ParseBox reads what PublicBox returns.
func ParseBox(text []byte) (*ballot.Box, error) {
	role, _, key, err := ParsePublic(text)
	if err == nil && role != Box {
		err = fmt.Errorf("the public key of %s, that of %s is needed", Whose(role), Whose(Box))
	}
	if err != nil {
		return nil, err
	}
	b, err := armour.Parse(text)
	if err != nil {
		return nil, err
	}
	return &ballot.Box{Key: key.String(), Log: string(b.Data[len(key):])}, nil
}

// NewBox returns what a manifest says of the box with this key, with a new name for its log,
// which no other log may have.
func NewBox(key *proofs.SigningKey) ballot.Box {
	name := make([]byte, 8)
	rand.Read(name)
	return record.BoxParty(key, fmt.Sprintf("veche.example/%x", name))
}
