package threshold

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"veche.example/elgamal/group"
	"veche.example/internal/wire"
)

var (
	kem  = hpke.DHKEM(ecdh.X25519())
	kdf  = hpke.HKDFSHA256()
	aead = hpke.ChaCha20Poly1305()
)

// anyKey is an X25519 key of no importance: a key of small order gives zero with
// every key, and Go's ECDH refuses a result of zero.
var anyKey = func() *ecdh.PrivateKey {
	k, err := ecdh.X25519().NewPrivateKey(bytes.Repeat([]byte{9}, keySize))
	if err != nil {
		panic(err)
	}
	return k
}()

// parseTransport returns the transport key b: K3. One that is not canonical
// would be hashed in one form by the sender and in another by the recipient, so
// that an honest share would not open.
func parseTransport(b []byte) (hpke.PublicKey, error) {
	bigEndian := bytes.Clone(b)
	slices.Reverse(bigEndian)
	p := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	if new(big.Int).SetBytes(bigEndian).Cmp(p) >= 0 {
		return nil, errors.New("not canonical: 2^255-19 or more")
	}
	pub, err := ecdh.X25519().NewPublicKey(b)
	if err != nil {
		return nil, err
	}
	if _, err := anyKey.ECDH(pub); err != nil {
		return nil, errors.New("of small order")
	}
	return hpke.NewDHKEMPublicKey(pub)
}

// parseTransportSecret returns the private key b, which must be clamped.
func parseTransportSecret(b []byte) (hpke.PrivateKey, error) {
	k, err := kem.NewPrivateKey(b)
	if err != nil {
		return nil, err
	}
	if clamped, err := k.Bytes(); err != nil || !bytes.Equal(clamped, b) {
		return nil, errors.New("not a clamped X25519 key")
	}
	return k, nil
}

// shareInfo binds a share to the ceremony, its dealer i and its recipient j: K8.
func (c *Ceremony) shareInfo(i, j int) []byte {
	f := c.id()
	info := append([]byte("veche/v1/ceremony-share"), f[:]...)
	return wire.AppendUint16(wire.AppendUint16(info, uint16(i)), uint16(j))
}

// sealShare encrypts dealer i's share for recipient j: K8.
func (c *Ceremony) sealShare(i, j int, to hpke.PublicKey, aad [32]byte, share []group.Scalar) ([]byte, error) {
	enc, sender, err := hpke.NewSender(to, kdf, aead, c.shareInfo(i, j))
	if err != nil {
		return nil, err
	}
	sealed, err := sender.Seal(aad[:], appendScalars(nil, share))
	if err != nil {
		return nil, err
	}
	return append(enc, sealed...), nil
}

// openShare decrypts the share that dealer i sealed for recipient j and checks
// it against the dealing. Constant time in the share: K8, K9.
func (c *Ceremony) openShare(i, j int, key hpke.PrivateKey, d *dealing) ([]group.Scalar, error) {
	sealed := d.shares[j-1]
	recipient, err := hpke.NewRecipient(sealed[:keySize], key, kdf, aead, c.shareInfo(i, j))
	if err != nil {
		return nil, fmt.Errorf("does not open: %w", err)
	}
	plain, err := recipient.Open(d.aad[:], sealed[keySize:]) // K8
	if err != nil {
		return nil, fmt.Errorf("does not open: %w", err)
	}
	share, err := parseScalars(plain, c.Width)
	if err != nil {
		return nil, err
	}
	for l, row := range d.coefficients {
		if !new(group.Element).ScalarBaseMult(&share[l]).Equal(evaluate(row, j)) { // K9
			return nil, fmt.Errorf("component %d is not the value of the polynomial", l+1)
		}
	}
	return share, nil
}
