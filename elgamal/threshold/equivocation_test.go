package threshold

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEquivocation(t *testing.T) {
	t.Parallel()
	p := finished(t, 3, 2, 2)
	second := func(round, i int, change func(*play, []byte) []byte) []byte {
		return p.resign(i, change(p, body(p.rounds[round][i-1])))
	}
	for round := range 4 {
		first := p.rounds[round][1]
		other := second(round, 2, flip(-1))
		require.NoError(t, p.c.CheckEquivocation(2, first, other), "round %d", round)
		require.NoError(t, p.c.CheckEquivocation(2, other, first), "round %d", round)
		for name, pair := range map[string][2][]byte{
			"the same twice":         {first, first},
			"two signatures":         {first, p.resign(2, body(first))},
			"another trustee's":      {first, p.rounds[round][0]},
			"nothing":                {first, nil},
			"nothing at first":       {nil, first},
			"forged by another":      {first, p.resign(3, body(other))},
			"another round":          {first, p.rounds[(round+1)%4][1]},
			"changed without a key":  {first, flip(40)(p, bytes.Clone(other))},
			"cut":                    {first, other[:len(other)-1]},
			"round 4":                {p.resign(2, append([]byte{4}, body(first)[1:]...)), first},
			"too short for a header": {first, p.resign(2, []byte{byte(round), 0})},
		} {
			require.Error(t, p.c.CheckEquivocation(2, pair[0], pair[1]), "round %d: %s", round, name)
		}
		for _, index := range []int{-1, 0, 1, 3, 4} {
			require.Error(t, p.c.CheckEquivocation(index, first, other), "index %d", index)
		}
	}
	// Confirming and blaming at once is two messages as well.
	blame := p.resign(2, verdictBody(2, p.publicRecord(3).digest(), 1, transportSecret(p, 2)))
	require.NoError(t, p.c.CheckEquivocation(2, p.rounds[3][1], blame))
	// Two sessions are two ceremonies.
	q := finished(t, 3, 2, 2)
	require.Error(t, p.c.CheckEquivocation(2, p.rounds[0][1], q.rounds[0][1]))
}

// Trustee 3 shows trustee 1 another message than the rest, in round 0 or 1. The
// record then finds trustee 1 divided, and trustee 1 has the proof against trustee 3.
func TestTwoFaces(t *testing.T) {
	t.Parallel()
	for faced := range 2 {
		p := newPlay(3, 2, 2)
		var honest, face []byte
		shown := func(round, i int) [][]byte {
			messages := slices.Clone(p.rounds[round])
			if round == faced && i == 0 {
				messages[2] = face
			}
			return messages
		}
		for round := range 3 {
			messages := make([][]byte, 3)
			for i := range p.ids {
				switch round {
				case 0:
					messages[i] = p.step(0, i)
				case 1:
					p.commit[i], messages[i], p.errs[i] = p.keyed[i].Commit(shown(0, i))
				case 2:
					p.dealt[i], messages[i], p.errs[i] = p.commit[i].Deal(shown(1, i))
				}
				require.NoError(t, p.errs[i])
			}
			p.rounds[round] = messages
			if round == faced {
				honest = messages[2]
				other := body(honest)
				copy(other[headerSize:], anyKey.PublicKey().Bytes())
				face = p.resign(3, other)
			}
		}
		p.requireBlame(t, Divided, 1)
		_, _, err := p.dealt[1].Confirm(p.rounds[2])
		var blame *BlameError
		require.ErrorAs(t, err, &blame)
		require.Equal(t, []int{1}, blame.Trustees)
		require.NoError(t, p.c.CheckEquivocation(3, honest, face))
	}
}
