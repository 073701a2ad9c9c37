package record

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"veche.example/ballot"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// BoxParty returns what a manifest says of the ballot box whose one secret is key. Origin
// is the name of its log, such as "veche.example/" and some random letters: without white
// space and '+', which ParseManifest checks, and not that of any other log.
func BoxParty(key *proofs.SigningKey, origin string) ballot.Box {
	return ballot.Box{Key: key.Public().String(), Log: logSignerOf(key, origin).public}
}

// LogSigner returns the key that signs the checkpoints of the log with this origin,
// Ed25519 of RFC 8032. It follows from the ballot box's key, so that there is one secret
// to keep, and tells nothing about it (L8 of docs/spec/record.md).
func LogSigner(key *proofs.SigningKey, origin string) note.Signer { return logSignerOf(key, origin) }

// logSigner is a note.Signer whose secret was never text.
type logSigner struct {
	name   string
	hash   uint32
	public string // name+hash+base64
	secret ed25519.PrivateKey
}

func logSignerOf(key *proofs.SigningKey, origin string) *logSigner {
	seed := transcript.Hash("log-key", key.Bytes(), []byte(origin)) // L8
	secret := ed25519.NewKeyFromSeed(seed[:])
	typed := append([]byte{1}, secret.Public().(ed25519.PublicKey)...) // c2sp.org/signed-note, type Ed25519
	sum := sha256.Sum256(append([]byte(origin+"\n"), typed...))
	hash := binary.BigEndian.Uint32(sum[:])
	return &logSigner{origin, hash, fmt.Sprintf("%s+%08x+%s", origin, hash, base64.StdEncoding.EncodeToString(typed)), secret}
}

// Name returns the log's origin.
func (s *logSigner) Name() string { return s.name }

// KeyHash returns the short hash of name and public key.
func (s *logSigner) KeyHash() uint32 { return s.hash }

// Sign signs the text of a note.
func (s *logSigner) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.secret, msg), nil }

// signerOf returns the signer of the manifest's log, unless the key is not the box's.
func signerOf(m *ballot.Manifest, key *proofs.SigningKey) (note.Signer, error) {
	origin, _, _ := strings.Cut(m.Box.Log, "+")
	signer := logSignerOf(key, origin)
	if key.Public() != m.BoxKey() || signer.public != m.Box.Log {
		return nil, errors.New("record: the key is not the box's key of the manifest, or that of its log does not follow from it")
	}
	return signer, nil
}
