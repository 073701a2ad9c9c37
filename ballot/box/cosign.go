package box

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Kinds of keys in c2sp.org/signed-note.
const (
	keyNote     = 1 // signs the note
	keyCosigner = 4 // signs the note with the time, c2sp.org/tlog-cosignature
)

// Cosigned returns how many of the keys have signed the checkpoint, each public key
// counting once and the log itself not at all. The keys are encoded as
// c2sp.org/signed-note says, of the types 1 (Ed25519) or 4 (Ed25519 with a time,
// as witnesses sign; the time is not judged); any other is an error.
func (c *Checkpoint) Cosigned(keys []string) (int, error) {
	signed := map[[ed25519.PublicKeySize]byte]bool{}
	for _, key := range keys {
		v, public, err := parseKey(key)
		if err != nil {
			return 0, fmt.Errorf("checkpoint: cosigner's key %q: %w", key, err)
		}
		if v.Name() == c.Origin {
			continue
		}
		// One at a time: a signature that does not hold spoils nobody else's.
		if _, err := note.Open(c.Note, note.VerifierList(v)); err == nil {
			signed[public] = true
		}
	}
	return len(signed), nil
}

func parseKey(key string) (v note.Verifier, public [ed25519.PublicKeySize]byte, err error) {
	name, rest, _ := strings.Cut(key, "+")
	_, encoded, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(raw) != 1+len(public) {
		return nil, public, fmt.Errorf("must be name+hash+base64 of a type and %d bytes", len(public))
	}
	copy(public[:], raw[1:])
	switch raw[0] {
	case keyNote:
		v, err = note.NewVerifier(key)
		return v, public, err
	case keyCosigner:
		w := cosigner{name, public}
		if w.key() != key {
			return nil, public, fmt.Errorf("wrong hash, must be %08x", w.KeyHash())
		}
		return w, public, nil
	}
	return nil, public, fmt.Errorf("type %d, must be %d or %d", raw[0], keyNote, keyCosigner)
}

// cosigner verifies signatures of a witness, c2sp.org/tlog-cosignature, "Ed25519
// signed message".
type cosigner struct {
	name   string
	public [ed25519.PublicKeySize]byte
}

func (w cosigner) Name() string { return w.name }

func (w cosigner) typed() []byte { return append([]byte{keyCosigner}, w.public[:]...) }

func (w cosigner) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(w.name+"\n"), w.typed()...))
	return binary.BigEndian.Uint32(sum[:])
}

func (w cosigner) key() string {
	return fmt.Sprintf("%s+%08x+%s", w.name, w.KeyHash(), base64.StdEncoding.EncodeToString(w.typed()))
}

func (w cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	return time <= math.MaxInt64 && ed25519.Verify(w.public[:], cosigned(time, text), sig[8:])
}

// cosigned is what a witness signs.
func cosigned(time uint64, text []byte) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", time, text)
}
