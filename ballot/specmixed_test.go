package ballot

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// specMixed is the manifest of the worked example with a mixed contest, up to the hash
// of the roll.
const specMixed = `{
  "version": "veche/v1",
  "id": "colours",
  "title": "Colours",
  "width": 1,
  "trustees": [{"id": "t", "name": "Trustee", "key": "%s"}],
  "threshold": 1,
  "mixers": [{"id": "m", "name": "Mixer", "key": "%s"}],
  "mixes": 1,
  "box": {
    "key": "%s",
    "log": "veche.example/colours+ad75b9bc+AZMLiuYGOFD/zb7zCs2W8fTSIeH3/MNQHr0QhhsZAFUP"
  },
  "roll": {"hash": "%x", "voters": 1},
  "contests": [{
    "id": "colour", "title": "Colour",
    "options": [{"id": "red", "name": "Red"}, {"id": "green", "name": "Green"}, {"id": "blue", "name": "Blue"}],
    "rule": {"type": "ranked", "min": 0, "max": 3},
    "counts": [{"id": "runoff", "title": "Instant runoff", "method": "instant-runoff", "seats": 1, "ties": "report"}]
  }]
}
`

// mixed adds the example with a mixed contest of docs/spec/ballot.md.
func (x *example) mixed(t testing.TB, roll *Roll) {
	put := func(name string, b []byte) { x.blocks["mixed-"+name] = hexLines(b) }
	text := fmt.Sprintf(specMixed, secretKey(3).Public(), secretKey(7).Public(), secretKey(4).Public(), roll.Hash())
	m, err := ParseManifest([]byte(text))
	require.NoError(t, err)
	require.NoError(t, m.CheckRoll(roll))
	e, err := NewElection(m, [32]byte([]byte("digest of the worked ceremony ok")), x.election.Keys)
	require.NoError(t, err)
	x.mixedElection = e
	x.blocks["mixed-manifest"] = text
	put("fingerprint", e.Fingerprint[:])

	seed := GenerateSeed()
	for i := range seed.secret {
		seed.secret[i] = byte(i)
	}
	h := x.draft.header
	d, err := e.Build(h, Choices{"colour": {Ranking: []string{"blue", "red"}}}, seed)
	require.NoError(t, err)
	p := e.papers[0]
	put("r_1", e.randomisers(h.bytes(), p, &d.seed)[0].Bytes())
	put("payload", d.votes.payloads)
	carriers, err := d.votes.carriers()
	require.NoError(t, err)
	put("element", carriers[0].Bytes())
	put("ciphertext", d.body[headerSize:p.encrypted()])
	put("proof", d.body[p.encrypted():])
	code := d.Code()
	put("code", code[:])
	o, err := d.Open()
	require.NoError(t, err)
	put("opening", o.Bytes())
}

// payloads adds the examples of mixed contests of docs/spec/rules.md.
func (x *example) payloads(t testing.TB) {
	for name, c := range map[string]struct {
		contest *Contest
		choice  Choice
	}{
		"payload-ranked": {mustContest(t, Rule{Type: Ranked, Min: num(0), Max: num(3)}, 4), Choice{Ranking: []string{"o3", "o0"}}},
		"payload-equal":  {mustContest(t, Rule{Type: Ranked, Min: num(0), Max: num(3), Equal: true}, 4), Choice{Ranks: [][]string{{"o2"}, {"o3", "o0"}}}},
		"payload-option": {mustContest(t, Rule{Type: OneOfMany, Blank: true, WriteIn: 12}, 3), Choice{Selected: []string{"o2"}}},
		"payload-text":   {mustContest(t, Rule{Type: OneOfMany, Blank: true, WriteIn: 12}, 3), Choice{WriteIn: "Ян"}},
	} {
		payload, err := c.contest.Encode(c.choice)
		require.NoError(t, err)
		x.blocks[name] = fmt.Sprintf("%x\n", payload[:c.contest.form.size()])
	}
}
