package ballot

import (
	"context"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/proofs"
)

var update = flag.Bool("update", false, "rewrite the examples in docs/spec")

// specManifest is the manifest of the worked example, up to the hash of the roll.
const specManifest = `{
  "version": "veche/v1",
  "id": "tea-or-coffee",
  "title": "Tea or coffee?",
  "width": 1,
  "trustees": [{"id": "t", "name": "Trustee", "key": "%s"}],
  "threshold": 1,
  "box": {
    "key": "%s",
    "log": "veche.example/tea-or-coffee+1299aa86+AUgM99HcJCbjY1vZTzJV9rbkcE2Sm1w0PPjJRnUuf0+M"
  },
  "roll": {"hash": "%x", "voters": 1},
  "contests": [{
    "id": "drink", "title": "Drink",
    "options": [{"id": "tea", "name": "Tea"}, {"id": "coffee", "name": "Coffee"}],
    "rule": {"type": "one-of-n"}
  }]
}
`

// example is the worked example of docs/spec: blocks by name.
type example struct {
	blocks   map[string]string
	election *Election
	draft    *Draft
	voter    *Credential

	mixedElection *Election
}

// hexLines is b in hexadecimal, 32 bytes to a line.
func hexLines(b []byte) string {
	var s strings.Builder
	for ; len(b) > 32; b = b[32:] {
		fmt.Fprintf(&s, "%x\n", b[:32])
	}
	fmt.Fprintf(&s, "%x\n", b)
	return s.String()
}

func makeExample(t testing.TB) *example {
	x := &example{blocks: map[string]string{}, voter: &Credential{secretKey(5)}}
	put := func(name string, b []byte) { x.blocks[name] = hexLines(b) }
	roll, err := NewRoll([]Voter{{x.voter.Key(), 0, 1}})
	require.NoError(t, err)
	text := fmt.Sprintf(specManifest, secretKey(3).Public(), secretKey(4).Public(), roll.Hash())
	m, err := ParseManifest([]byte(text))
	require.NoError(t, err)
	require.NoError(t, m.CheckRoll(roll))
	key, err := elgamal.NewPublicKey([]group.Element{*group.NewElement().ScalarBaseMult(group.NewScalar().SetUint64(6))})
	require.NoError(t, err)
	ceremony := [32]byte([]byte("digest of the worked ceremony ok"))
	x.election, err = NewElection(m, ceremony, key)
	require.NoError(t, err)

	hash, session := m.Hash(), m.Session(1)
	x.blocks["manifest"] = text
	put("roll", roll.Bytes())
	put("manifest-hash", hash[:])
	put("session", session[:])
	put("ceremony", ceremony[:])
	put("key", key.Bytes())
	put("fingerprint", x.election.Fingerprint[:])

	seed := GenerateSeed()
	for i := range seed.secret {
		seed.secret[i] = byte(i)
	}
	put("seed", seed.secret[:])
	h := Header{0, x.voter.Key(), 1, Code{}}
	x.draft, err = x.election.Build(h, Choices{"drink": {Selected: []string{"tea"}}}, seed)
	require.NoError(t, err)
	p := x.election.papers[0]
	put("credential", x.voter.Bytes())
	put("header", h.bytes())
	for β, r := range x.election.randomisers(h.bytes(), p, &x.draft.seed) {
		put(fmt.Sprint("r_", β+1), r.Bytes())
	}
	body := x.draft.Body()
	put("ciphertext", body[headerSize:][:p.vector.CiphertextSize()])
	put("proof", body[headerSize+p.vector.CiphertextSize():])
	code := x.draft.Code()
	put("code", code[:])
	x.blocks["code-text"] = code.String() + "\n"
	o := &Opening{Header: h, Code: code, election: x.election, seed: x.draft.seed, votes: x.draft.votes}
	put("opening", o.Bytes())
	x.encodings(t)
	x.mixed(t, roll)
	return x
}

// encodings adds the examples of docs/spec/rules.md.
func (x *example) encodings(t testing.TB) {
	for name, c := range map[string]struct {
		contest *Contest
		choice  Choice
	}{
		"bits-k-of-n":     {mustContest(t, Rule{Type: KOfN, Min: num(2), Max: num(4), Blank: true}, 5), Choice{Selected: []string{"o1", "o3"}}},
		"bits-cumulative": {mustContest(t, Rule{Type: Cumulative, PerOption: num(4), Total: num(5)}, 3), Choice{Scores: map[string]uint64{"o0": 1, "o2": 3}}},
		"bits-quadratic":  {mustContest(t, Rule{Type: Quadratic, Budget: num(5)}, 2), Choice{Scores: map[string]uint64{"o0": 2}}},
		"bits-party-list": {mustContest(t, Rule{Type: PartyList, Preferences: num(2), Blank: true}, 2, 2, 1), Choice{List: "o0", Selected: []string{"o0-1"}}},
		"bits-borda":      {mustContest(t, Rule{Type: Borda}, 3), Choice{Ranking: []string{"o2", "o0", "o1"}}},
		"bits-pairwise":   {mustContest(t, Rule{Type: Pairwise}, 3), Choice{Ranking: []string{"o2", "o0", "o1"}}},
	} {
		bits, err := c.contest.Encode(c.choice)
		require.NoError(t, err)
		votes := relationOf(c.contest).Votes(bits)[0]
		x.blocks[name] = fmt.Sprintf("b = %s\nv = %s\n", spaced(bits), spaced(votes))
	}
	x.payloads(t)
}

func spaced[T any](v []T) string { return strings.Trim(fmt.Sprint(v), "[]") }

// signed adds what differs from run to run: the ballot's signature, the request and the
// promise.
func (x *example) signed(t testing.TB) {
	at := time.Date(2024, 5, 25, 9, 0, 0, 0, time.UTC)
	promise, err := x.election.SignPromise(secretKey(4), x.draft.Code(), x.voter.Key(), 1, at)
	require.NoError(t, err)
	x.blocks["promise"] = hexLines(promise)
	request, err := x.draft.Request(x.voter)
	require.NoError(t, err)
	x.blocks["request"] = hexLines(request)
	ballot, err := x.draft.Sign(x.voter)
	require.NoError(t, err)
	x.blocks["signature"] = hexLines(ballot[len(ballot)-proofs.SignatureSize:])
}

// specBlocks calls f for the name and the text of every example in a page and returns
// the page with what f returns in their place.
func specBlocks(page string, f func(name, text string) string) string {
	const open = "```example "
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(page, open)
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		name, rest, _ := strings.Cut(rest, "\n")
		text, rest, _ := strings.Cut(rest, "```")
		out.WriteString(open + name + "\n" + f(name, text) + "```")
		page = rest
	}
}

// The examples of docs/spec are what the code computes. With -update they are written.
func TestSpecification(t *testing.T) {
	x := makeExample(t)
	if *update {
		x.signed(t)
	}
	shown := map[string]string{}
	for _, name := range []string{"manifest", "rules", "ballot"} {
		file := "../docs/spec/" + name + ".md"
		page, err := os.ReadFile(file)
		require.NoError(t, err)
		written := specBlocks(string(page), func(name, text string) string {
			shown[name] = text
			if *update {
				return x.blocks[name]
			}
			return text
		})
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(written), 0o644))
		}
	}
	if *update {
		return
	}
	for name, text := range x.blocks {
		require.Equal(t, text, shown[name], "example %q; go test -run TestSpecification -update writes the examples", name)
	}
	require.Len(t, shown, len(x.blocks)+3)
	unhex := func(name string) []byte {
		b, err := hex.DecodeString(strings.ReplaceAll(shown[name], "\n", ""))
		require.NoError(t, err)
		return b
	}
	ballot, err := x.election.verify(append(x.draft.Body(), unhex("signature")...))
	require.NoError(t, err)
	require.Equal(t, x.draft.Code(), ballot.Code())
	requests, errs := x.election.VerifyRequests(context.Background(), [][]byte{unhex("request")})
	require.NoError(t, errs[0])
	require.Equal(t, x.draft.Code(), requests[0].Code())
	require.NoError(t, x.draft.CheckPromise(unhex("promise")))
	for name, e := range map[string]*Election{"opening": x.election, "mixed-opening": x.mixedElection} {
		opening, err := e.ParseOpening(unhex(name))
		require.NoError(t, err)
		_, err = opening.Rebuild()
		require.NoError(t, err)
	}
}

// The pages state the limits and names that the code has.
func TestSpecificationNamesEverything(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		page, err := os.ReadFile("../docs/spec/" + name + ".md")
		require.NoError(t, err)
		return string(page)
	}
	manifest, rules, ballot := read("manifest"), read("rules"), read("ballot")
	for name, rule := range ruleTypes {
		require.Contains(t, rules, "`"+name+"`")
		for field := range strings.FieldsSeq(rule.fields) {
			require.Contains(t, rules, "`"+field+"`")
		}
	}
	for _, n := range []int{MaxManifest, MaxTrustees, MaxContests, MaxOptions, MaxStyles, MaxName, MaxVoters, MaxSeats, maxDenominator, maxJSONKey, maxProblems,
		fewVoters, largeScore, MaxMixers, MaxCounts, MaxBallot, maxRows, maxElements, maxRankings} {
		require.Contains(t, manifest, fmt.Sprint(n))
	}
	for _, n := range []int{maxNumber, MaxBallotBits, maxTerms, MaxBallotPlaintexts, maxRanked, writeIn, maxWriteIn} {
		require.Contains(t, rules, fmt.Sprint(n))
	}
	for _, reason := range []InvalidVote{NoPayload, unpadded, rankGap, sharedRank, tooFewRanked, tooMany, noOption, besideText, badText} {
		require.Contains(t, rules, "| `"+string(reason)+"` |")
	}
	for _, method := range []string{InstantRunoff, STVScottish, STVGregory, STVMeek, Schulze, RankedPairs, Copeland, Borda} {
		require.Contains(t, manifest, "`"+method+"`")
	}
	for _, tag := range []string{"election", "ceremony-session", "manifest", "roll"} {
		require.Contains(t, manifest, "`"+tag+"`")
	}
	for _, tag := range []string{"ballot-randomiser", "tracking-code", "ballot-signature", "promise-request", "ballot-promise"} {
		require.Contains(t, ballot, "`"+tag+"`")
	}
	for _, n := range []int{maxTime, maxStep, maxOpenPromises} {
		require.Contains(t, ballot, fmt.Sprint(n))
	}
}
