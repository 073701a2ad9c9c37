package armour

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// The tokens that there are. A token is one word: what it is, a colon, and data with four
// bytes of SHA-256 against mistyping, in hexadecimal.
const (
	// CredentialToken is a voter's secret, and says so to whoever scans for secrets.
	CredentialToken = "veche-secret-credential-1"
	// VoterToken is the public key of a credential.
	VoterToken = "veche-voter-1"
)

// Token returns data as a token of a kind.
func Token(kind string, data []byte) string {
	return kind + ":" + hex.EncodeToString(append(bytes.Clone(data), check(kind, data)...))
}

func check(kind string, data []byte) []byte {
	h := sha256.Sum256(append([]byte(kind+":"), data...))
	return h[:4]
}

// ParseToken returns the size bytes of a token of a kind. The error never quotes the token,
// which may be a secret.
func ParseToken(kind, token string, size int) ([]byte, error) {
	digits, ok := strings.CutPrefix(token, kind+":")
	if !ok {
		return nil, fmt.Errorf("must begin with %q", kind+":")
	}
	b, err := hex.DecodeString(digits)
	switch {
	case err != nil || strings.ToLower(digits) != digits:
		return nil, fmt.Errorf("after %q must stand lower-case hexadecimal digits alone", kind+":")
	case len(b) != size+4:
		return nil, fmt.Errorf("%d digits after %q, must be %d: copy the whole line", len(digits), kind+":", 2*(size+4))
	case !bytes.Equal(b[size:], check(kind, b[:size])):
		return nil, fmt.Errorf("mistyped or damaged: its last 8 digits do not fit the others")
	}
	return b[:size], nil
}
