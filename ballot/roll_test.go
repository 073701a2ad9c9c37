package ballot

import (
	"bytes"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/proofs"
)

func voter(x uint64, style int, weight uint32) Voter {
	return Voter{secretKey(x).Public(), style, weight}
}

func TestRollFindsItsVoters(t *testing.T) {
	t.Parallel()
	voters := []Voter{voter(1, 0, 1), voter(2, 5, 1<<32-1), voter(3, 1023, 7)}
	r, err := NewRoll(voters)
	require.NoError(t, err)
	require.Equal(t, 3, r.Len())
	require.Equal(t, uint64(1<<32+7), r.Weight())
	require.Len(t, r.Bytes(), 5+3*38)
	for _, v := range voters {
		i, ok := r.Find(v.Key)
		require.True(t, ok)
		require.Equal(t, v, r.Voter(i))
	}
	_, ok := r.Find(secretKey(4).Public())
	require.False(t, ok)
	slices.Reverse(voters)
	again, err := NewRoll(voters)
	require.NoError(t, err)
	require.Equal(t, r.Hash(), again.Hash())
	parsed, err := ParseRoll(r.Bytes())
	require.NoError(t, err)
	require.Equal(t, r, parsed)
}

func TestNewRollRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		voters []Voter
		says   string
	}{
		{"nobody", nil, "0 voters"},
		{"one voter twice", []Voter{voter(1, 0, 1), voter(2, 0, 1), voter(1, 1, 1)}, "stated twice"},
		{"weight 0", []Voter{voter(1, 0, 0)}, "weight 0"},
		{"negative style", []Voter{voter(1, -1, 1)}, "style -1"},
		{"style out of range", []Voter{voter(1, 1024, 1)}, "style 1024"},
		{"identity", []Voter{{Weight: 1}}, "identity"},
		{"no element", []Voter{{Key: proofs.VerifyKey{1}, Weight: 1}}, "voter 01"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := NewRoll(tc.voters)
			require.ErrorContains(t, err, tc.says)
		})
	}
}

func TestParseRollRefuses(t *testing.T) {
	t.Parallel()
	r, err := NewRoll([]Voter{voter(1, 0, 1), voter(2, 0, 1), voter(3, 0, 1)})
	require.NoError(t, err)
	good := r.Bytes()
	edit := func(f func(b []byte) []byte) []byte { return f(slices.Clone(good)) }
	for name, bad := range map[string][]byte{
		"nothing":       nil,
		"head only":     good[:5],
		"truncated":     good[:len(good)-1],
		"extended":      append(slices.Clone(good), 0),
		"one more":      append(slices.Clone(good), bytes.Repeat([]byte{0xff}, 38)...),
		"other version": edit(func(b []byte) []byte { b[0] = 2; return b }),
		"fewer stated":  edit(func(b []byte) []byte { b[4] = 2; return b }),
		"nobody":        {1, 0, 0, 0, 0},
		"huge count":    {1, 0xff, 0xff, 0xff, 0xff},
		"above the cap": {1, 0, 0x98, 0x96, 0x81},
		"weight 0":      edit(func(b []byte) []byte { b[5+37] = 0; return b }),
		"one twice":     edit(func(b []byte) []byte { copy(b[5+38:], b[5:5+38]); return b }),
		"out of order": edit(func(b []byte) []byte {
			copy(b[5:], good[5+38:5+76])
			copy(b[5+38:], good[5:5+38])
			return b
		}),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseRoll(bad)
			require.ErrorContains(t, err, "roll: ")
		})
	}
}

func TestCheckRollRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		voters []Voter
		edit   func(m *Manifest)
		says   string
	}{
		{"another roll", []Voter{voter(1, 0, 1)}, func(m *Manifest) { m.Roll.Hash = hexKey(9) }, "hash "},
		{"another number", []Voter{voter(1, 0, 1)}, func(m *Manifest) { m.Roll.Voters = 2 }, "1 voters, the manifest says 2"},
		{"a style too many", []Voter{voter(1, 0, 1), voter(2, 2, 1)}, func(*Manifest) {}, "style 2, the manifest has 2"},
		{"totals out of reach", []Voter{voter(1, 0, 1<<32-1)}, func(m *Manifest) {
			m.Contests[1].Rule = Rule{Type: Score, Max: num(300)}
		}, `totals of contest "chair" can exceed 2^40`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r, err := NewRoll(tc.voters)
			require.NoError(t, err)
			draft := draftManifest()
			hash := r.Hash()
			draft.Roll = RollID{Hash: hex.EncodeToString(hash[:]), Voters: r.Len()}
			good, err := ParseManifest(encodeManifest(t, draft))
			require.NoError(t, err)
			tc.edit(draft)
			bad, err := ParseManifest(encodeManifest(t, draft))
			require.NoError(t, err)
			require.ErrorContains(t, bad.CheckRoll(r), tc.says)
			if tc.name != "a style too many" {
				require.NoError(t, good.CheckRoll(r))
			}
		})
	}
}

// Totals of 2^40 - 256 pass, of 2^40 do not.
func TestTotalsStayBelowTheLimit(t *testing.T) {
	t.Parallel()
	check := func(weight uint32) error {
		draft := draftManifest()
		draft.Contests[1].Rule = Rule{Type: Score, Max: num(256)}
		r, err := NewRoll([]Voter{voter(1, 0, weight), voter(2, 0, 1<<31)})
		require.NoError(t, err)
		hash := r.Hash()
		draft.Roll = RollID{Hash: hex.EncodeToString(hash[:]), Voters: 2}
		m, err := ParseManifest(encodeManifest(t, draft))
		require.NoError(t, err)
		return m.CheckRoll(r)
	}
	require.NoError(t, check(1<<31-1))
	require.Error(t, check(1<<31))
}

func TestCredentialsAreRestored(t *testing.T) {
	t.Parallel()
	c := GenerateCredential()
	back, err := ParseCredential(c.Bytes())
	require.NoError(t, err)
	require.Equal(t, c.Key(), back.Key())
	require.NotEqual(t, c.Key(), GenerateCredential().Key())
	for _, bad := range [][]byte{nil, make([]byte, 32), make([]byte, 31), bytes.Repeat([]byte{0xff}, 32), scalarPlusOrder(c.Bytes())} {
		_, err := ParseCredential(bad)
		require.ErrorContains(t, err, "credential: ")
	}
}

func FuzzParseRoll(f *testing.F) {
	r, err := NewRoll([]Voter{voter(1, 0, 1), voter(2, 3, 9)})
	require.NoError(f, err)
	f.Add(r.Bytes())
	f.Add([]byte{1, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseRoll(b)
		if err != nil {
			return
		}
		require.Equal(t, b, r.Bytes())
		require.LessOrEqual(t, uint64(r.Len()), r.Weight())
		for i := range r.Len() {
			k, ok := r.Find(r.Voter(i).Key)
			require.True(t, ok)
			require.Equal(t, i, k)
		}
	})
}
