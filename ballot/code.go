package ballot

import (
	"encoding/base32"
	"errors"
	"strings"

	"veche.example/proofs/transcript"
)

// Code is the tracking code of a ballot: a hash of its body, which the voter can
// compare and look up. It is public.
type Code [32]byte

var codeAlphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// String returns the code as 13 groups of four of a-z and 2-7.
func (c Code) String() string {
	s := codeAlphabet.EncodeToString(c[:])
	var groups []string
	for ; len(s) > 0; s = s[4:] {
		groups = append(groups, s[:4])
	}
	return strings.Join(groups, "-")
}

// ParseCode reads exactly what String returns.
func ParseCode(s string) (Code, error) {
	var c Code
	b, err := codeAlphabet.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err == nil && len(b) == len(c) {
		copy(c[:], b)
		if c.String() == s {
			return c, nil
		}
	}
	return Code{}, errors.New("tracking code: must be 13 groups of four of a-z and 2-7, joined by -, as it was shown")
}

// code is B2 of docs/spec/ballot.md.
func (e *Election) code(body []byte) Code {
	return transcript.Hash("tracking-code", e.Fingerprint[:], body)
}
