package armour

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTokenIsStable(t *testing.T) {
	t.Parallel()
	token := Token(VoterToken, data(32))
	require.Equal(t, "veche-voter-1:00070e151c232a31383f464d545b626970777e858c939aa1a8afb6bdc4cbd2d9", token[:len(token)-8])
	b, err := ParseToken(VoterToken, token, 32)
	require.NoError(t, err)
	require.Equal(t, data(32), b)
}

func TestParseTokenRefuses(t *testing.T) {
	t.Parallel()
	token := Token(CredentialToken, data(32))
	for name, c := range map[string]struct{ token, fault string }{
		"nothing":          {"", "must begin with"},
		"no kind":          {token[len(CredentialToken)+1:], "must begin with"},
		"another kind":     {Token(VoterToken, data(32)), "must begin with"},
		"a changed kind":   {CredentialToken + Token(VoterToken, data(32))[len(VoterToken):], "mistyped"},
		"a space":          {" " + token, "must begin with"},
		"a line end":       {token + "\n", "lower-case hexadecimal"},
		"capitals":         {CredentialToken + strings.ToUpper(token[len(CredentialToken):]), "lower-case hexadecimal"},
		"a digit less":     {token[:len(token)-1], "lower-case hexadecimal"},
		"two digits less":  {token[:len(token)-2], "70 digits"},
		"two digits more":  {token + "00", "74 digits"},
		"other data":       {Token(CredentialToken, data(31)), "70 digits"},
		"half of it":       {token[:60], "digits after"},
		"another checksum": {token[:len(token)-8] + "00000000", "mistyped"},
	} {
		_, err := ParseToken(CredentialToken, c.token, 32)
		require.ErrorContains(t, err, c.fault, name)
		require.NotContains(t, err.Error(), "00070e15", "an error quotes no secret")
	}
	digits := len(token) - len(CredentialToken) - 1
	for i := range digits {
		bad := []byte(token)
		at := len(token) - 1 - i
		bad[at] = "0123456789abcdef"[(strings.IndexByte("0123456789abcdef", bad[at])+1)%16]
		_, err := ParseToken(CredentialToken, string(bad), 32)
		require.ErrorContains(t, err, "mistyped", "digit %d", at)
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add(Token(VoterToken, data(32)))
	f.Fuzz(func(t *testing.T, token string) {
		if b, err := ParseToken(VoterToken, token, 32); err == nil {
			require.Equal(t, token, Token(VoterToken, b))
		}
	})
}
