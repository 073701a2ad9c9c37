package ballot

import (
	"encoding/base64"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// logKey checks the public key of the ballot box's log, as package ballot/box takes it:
// Ed25519, and written in the one way that there is.
func (p *problems) logKey(path, key string) {
	v, err := note.NewVerifier(key)
	switch {
	case err != nil:
		p.add(path, "%q: not the public key of a log (%v); paste what the ballot box's owner published", shorten(key), err)
	case !canonicalLogKey(v.Name(), key):
		p.add(path, "%q: not written canonically: hash in lower case, base64 with padding", shorten(key))
	default:
		p.text(path, v.Name())
	}
}

// canonicalLogKey writes a key that note.NewVerifier accepts again.
func canonicalLogKey(name, key string) bool {
	_, rest, _ := strings.Cut(key, "+")
	_, encoded, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return false
	}
	again, err := note.NewEd25519VerifierKey(name, raw[1:])
	return err == nil && again == key
}
