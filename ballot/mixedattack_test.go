package ballot

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/internal/rejecttest"
	"veche.example/proofs"
)

// at is the encoding of an element of a body.
func at(body []byte, element int) []byte { return body[headerSize+32*element:][:32] }

// under returns the body under another voter's header.
func (f *fixture) under(body []byte, k int) []byte {
	h := f.header(k, 1, Code{})
	return append(h.bytes(), body[headerSize:]...)
}

// Bob casts Alice's ciphertexts under his own credential, to find her vote among the
// published ones because it occurs twice. He does not know her randomisers.
func TestRelatedBallotsAreRefused(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	const alice, bob = 2, 5
	p := f.papers[2]
	hers := f.draft(t, f.header(alice, 1, Code{}), mixtureChoices[2]).Body()
	f.mustVerify(t, f.sign(hers, f.voters[alice]))

	// If every r_β grows by r'_β, s grows by Σ c^β r'_β, but he needs another c.
	r := make([]group.Scalar, p.blocks)
	for β := range r {
		r[β].Set(group.RandomScalar())
	}
	again := f.rerandomised(t, hers, r)
	shifted := func(body []byte, c *group.Scalar) []byte {
		body = slices.Clone(body)
		s, err := group.NewScalar().SetCanonicalBytes(body[len(body)-32:])
		require.NoError(t, err)
		power := group.NewScalar().SetUint64(1)
		for β := range r {
			s.MulAdd(power.Mul(power, c), &r[β], s)
		}
		copy(body[len(body)-32:], s.Bytes())
		return body
	}
	prove := func(body []byte, r []group.Scalar) []byte {
		return append(body[:p.encrypted():p.encrypted()],
			proofs.ProveKnowledge(f.Fingerprint, body[:p.encrypted()], p.mixedAs(body), r, &[32]byte{7})...)
	}
	for name, body := range map[string][]byte{
		"her ciphertexts and her proof":                         f.under(hers, bob),
		"her ciphertexts re-randomised and her proof":           f.under(again, bob),
		"her proof moved with them, by a challenge of 1":        shifted(f.under(again, bob), group.NewScalar().SetUint64(1)),
		"her proof moved with them, by a random challenge":      shifted(f.under(again, bob), group.RandomScalar()),
		"a proof for what he added":                             prove(f.under(again, bob), r),
		"a proof of somebody else's randomisers":                prove(f.under(hers, bob), r),
		"re-randomised under her own credential with her proof": again,
	} {
		t.Run(name, func(t *testing.T) {
			f.requireFalse(t, f.sign(body, f.voters[bob]))
			f.requireFalse(t, f.sign(body, f.voters[alice]))
		})
	}

	// Who knows the randomisers knows the votes, and may cast them.
	h := f.header(alice, 1, Code{})
	t.Run("knowing her randomisers", func(t *testing.T) {
		seed := [32]byte{9}
		v, err := p.encode(mixtureChoices[2])
		require.NoError(t, err)
		m, err := v.carriers()
		require.NoError(t, err)
		body := f.body(&h, p, v, m, &seed)
		f.mustVerify(t, f.sign(prove(f.under(body, bob), f.randomisers(h.bytes(), p, &seed)), f.voters[bob]))
	})
}

// rerandomised returns a body of mixed contests alone with r_β G and r_β Y_l added to
// every block.
func (f *fixture) rerandomised(t *testing.T, body []byte, r []group.Scalar) []byte {
	body = slices.Clone(body)
	p := f.papers[2]
	add := func(element int, by *group.Element) {
		e, err := group.NewElement().SetCanonicalBytes(at(body, element))
		require.NoError(t, err)
		copy(at(body, element), e.Add(e, by).Bytes())
	}
	for _, k := range p.mixed {
		s := p.spans[k]
		for β := range s.b - s.a {
			add(s.a+β, group.NewElement().ScalarBaseMult(&r[β]))
		}
		for i := range s.end - s.b {
			add(s.b+i, f.Keys.MulAdd(group.NewElement(), i%f.Keys.Width(), &r[i/f.Keys.Width()]))
		}
		r = r[s.b-s.a:]
	}
	return body
}

// parts returns two ballots of one voter with different votes in all contests.
func (f *fixture) parts(t *testing.T, k int) (p *paper, one, other []byte) {
	h := f.header(k, 1, Code{})
	second := Choices{"order": {Ranking: []string{"dan"}}, "name": {Blank: true}}
	if h.Style == 0 {
		second["lists"], second["chair"] = Choice{Selected: []string{"red"}}, Choice{Selected: []string{"bob"}}
	}
	return f.papers[h.Style], f.draft(t, h, mixtureChoices[h.Style]).Body(), f.draft(t, h, second).Body()
}

// Parts of two ballots of one voter, each with its own good proof, are no ballot.
func TestHalvesOfBallotsCannotBeJoined(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	p, one, other := f.parts(t, 0)
	split, end := headerSize+32*p.summedElements, p.encrypted()
	knowledge := end + p.vectorSize()
	for name, body := range map[string][]byte{
		"summed contests of the other":             slices.Concat(other[:split], one[split:]),
		"mixed contests of the other":              slices.Concat(one[:split], other[split:end], one[end:]),
		"bit-vector proof of the other":            slices.Concat(one[:end], other[end:knowledge], one[knowledge:]),
		"knowledge proof of the other":             slices.Concat(one[:knowledge], other[knowledge:]),
		"both proofs of the other":                 slices.Concat(one[:end], other[end:]),
		"summed contests with their proof":         slices.Concat(other[:split], one[split:end], other[end:knowledge], one[knowledge:]),
		"mixed contests with their proof":          slices.Concat(one[:split], other[split:end], one[end:knowledge], other[knowledge:]),
		"proofs in the other order":                slices.Concat(one[:end], one[knowledge:], one[end:knowledge]),
		"knowledge proof as part of the other":     slices.Concat(one[:end], one[end:knowledge-64], one[knowledge:], one[knowledge-64:knowledge]),
		"proof of knowledge of nothing (T, s = 0)": append(slices.Clone(one[:knowledge]), make([]byte, 64)...),
	} {
		t.Run(name, func(t *testing.T) {
			require.Len(t, body, p.bodySize())
			_, err := f.verify(f.sign(body, f.voters[0]))
			require.ErrorIs(t, err, proofs.ErrProof)
		})
	}
	f.mustVerify(t, f.sign(one, f.voters[0]))
	f.mustVerify(t, f.sign(other, f.voters[0]))
}

// The bit-vector proof alone does not let the mixed contests be exchanged: whoever knows
// the randomisers, as the voter's device does, could else make two ballots of one.
func TestTheBitVectorProofIsBoundToTheMixedContests(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	h, p, seed := f.header(0, 1, Code{}), f.papers[0], [32]byte{3}
	body := func(order string) []byte {
		v, err := p.encode(Choices{"lists": home["lists"], "chair": home["chair"], "name": {Blank: true}, "order": {Ranking: []string{order}}})
		require.NoError(t, err)
		m, err := v.carriers()
		require.NoError(t, err)
		return f.body(&h, p, v, m, &seed)
	}
	ada, bea := body("ada"), body("bea")
	end, knowledge := p.encrypted(), p.encrypted()+p.vectorSize()
	require.Equal(t, ada[:headerSize+32*p.summedElements], bea[:headerSize+32*p.summedElements])
	require.NotEqual(t, ada[end:knowledge], bea[end:knowledge])
	f.requireFalse(t, f.sign(slices.Concat(bea[:end], ada[end:knowledge], bea[knowledge:]), f.voters[0]))
	f.mustVerify(t, f.sign(bea, f.voters[0]))
}

// Ciphertexts in other places, each still with a known randomiser.
func TestBlocksOfMixedContestsStayWhereTheyAre(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	p, body, _ := f.parts(t, 2)
	name, order := p.spans[0], p.spans[1]
	require.Equal(t, span{0, 2, 8}, name)
	require.Equal(t, span{8, 9, 10}, order)
	swap := func(pairs ...[2]int) []byte {
		b := slices.Clone(body)
		for _, of := range pairs {
			copy(at(b, of[0]), at(body, of[1]))
			copy(at(b, of[1]), at(body, of[0]))
		}
		return b
	}
	for name, b := range map[string][]byte{
		"two A's":                  swap([2]int{0, 1}),
		"A's of two contests":      swap([2]int{0, 8}),
		"two B's":                  swap([2]int{2, 3}),
		"B's of two contests":      swap([2]int{2, 9}),
		"first elements of blocks": swap([2]int{0, 1}, [2]int{2, 6}),
		"blocks of two contests":   swap([2]int{1, 8}, [2]int{6, 9}),
		"an A and a B":             swap([2]int{0, 2}),
	} {
		t.Run(name, func(t *testing.T) { f.requireFalse(t, f.sign(b, f.voters[2])) })
	}
}

func TestTheIdentityDoesNotEnterAMix(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	for _, k := range []int{0, 2} {
		p, body, _ := f.parts(t, k)
		for element := range p.elements {
			bad := slices.Clone(body)
			clear(at(bad, element))
			signed := f.sign(bad, f.voters[k])
			_, err := f.ParseBallot(signed)
			isA := slices.ContainsFunc(p.spans, func(s span) bool { return element >= s.a && element < s.b })
			switch {
			case isA:
				require.ErrorContains(t, err, "an A that is the identity or occurs twice")
			case element >= p.summedElements:
				require.ErrorContains(t, err, "the identity in a mixed contest")
			default:
				f.requireFalse(t, signed)
			}
		}
	}

	// With M = −r Y a voter makes one and proves to know r.
	p, seed, h := f.papers[2], [32]byte{1}, f.header(2, 1, Code{})
	v, err := p.encode(mixtureChoices[2])
	require.NoError(t, err)
	m, err := v.carriers()
	require.NoError(t, err)
	f.mustVerify(t, f.sign(f.body(&h, p, v, m, &seed), f.voters[2]))
	m[2].Neg(f.Keys.MulAdd(group.NewElement(), 2, &f.randomisers(h.bytes(), p, &seed)[0]))
	_, err = f.ParseBallot(f.sign(f.body(&h, p, v, m, &seed), f.voters[2]))
	require.ErrorContains(t, err, "element 4: the identity in a mixed contest")
}

func TestPartsAreNotRepeatedAcrossKindsOfContests(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	p, body, _ := f.parts(t, 0)
	var as []int
	for _, s := range p.spans {
		for i := s.a; i < s.b; i++ {
			as = append(as, i)
		}
	}
	require.Len(t, as, p.blocks)
	for i := range as {
		for j := range i {
			bad := slices.Clone(body)
			copy(at(bad, as[i]), at(bad, as[j]))
			_, err := f.ParseBallot(f.sign(bad, f.voters[0]))
			require.ErrorContains(t, err, "occurs twice", "%d and %d", as[j], as[i])
		}
	}
}

// Whoever knows another's randomisers can prove a ballot with one of the other's A's,
// also from a summed contest to a mixed one; it is weeded.
func TestSharedPartsOfMixedContestsAreWeeded(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	l, err := NewLedger(f.Election, f.roll)
	require.NoError(t, err)
	const alice, bob = 2, 5
	p, seed := f.papers[2], [32]byte{4}
	v, err := p.encode(mixtureChoices[2])
	require.NoError(t, err)
	m, err := v.carriers()
	require.NoError(t, err)
	h, his := f.header(alice, 1, Code{}), f.header(bob, 1, Code{})
	hers := f.body(&h, p, v, m, &seed)
	accepted := f.mustVerify(t, f.sign(hers, f.voters[alice]))
	_, err = l.Cast(accepted)
	require.NoError(t, err)

	r := f.randomisers(his.bytes(), p, &seed)
	r[0].Set(&f.randomisers(h.bytes(), p, &seed)[1])
	body := f.encryptMixed(his.bytes(), p, m, r)
	body = append(body, proofs.ProveKnowledge(f.Fingerprint, body, p.mixedAs(body), r, &seed)...)
	copied := f.mustVerify(t, f.sign(body, f.voters[bob]))
	_, err = l.Cast(copied)
	require.ErrorContains(t, err, "has a part of a ballot that was accepted before")
	_, err = l.Cast(f.mustVerify(t, f.castMixed(t, bob)))
	require.NoError(t, err)
}

func TestBatchesNameTheFalseMixedBallots(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	var batch [][]byte
	for k := range 9 {
		batch = append(batch, f.castMixed(t, k))
	}
	broken := map[int]int{2: 64 + 1, 3: 64 + 1, 5: 64 + 33, 8: 1} // bytes from the end: of s, of s, of T, of the signature
	for k, from := range broken {
		batch[k][len(batch[k])-from] ^= 1
	}
	parsed, errs := f.VerifyBallots(context.Background(), batch)
	for k := range batch {
		_, bad := broken[k]
		require.Equal(t, bad, errs[k] != nil, k)
		require.Equal(t, bad, parsed[k] == nil, k)
	}
}

// Every byte of a ballot with all kinds of contests matters.
func TestEveryByteOfAMixedBallotMatters(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	for _, k := range []int{0, 2} {
		good := f.castMixed(t, k)
		var bad [][]byte
		flipped(good, 1, func(_ int, b []byte) { bad = append(bad, b) })
		_, errs := f.VerifyBallots(context.Background(), append(bad, good))
		for i := range bad {
			require.Error(t, errs[i], "byte %d", i)
		}
		require.NoError(t, errs[len(bad)])
		for _, n := range []int{headerSize, len(good) - 64, len(good) - 128, len(good) - 32, len(good) + 32} {
			_, err := f.ParseBallot(append(slices.Clone(good), make([]byte, 64)...)[:n])
			require.ErrorContains(t, err, "ballot: at byte")
		}
	}
}

func TestRejectionSuiteOfMixedBallots(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	signed := f.castMixed(t, 2)
	knowledge := len(signed) - 64 - proofs.KnowledgeSize
	other, _ := newElection(t, f.Manifest, [32]byte{2})
	refused := errors.New("refused")
	verify := func(e *Election, change func(head []byte)) func([]byte) error {
		return func(proof []byte) error {
			head := slices.Clone(signed[:knowledge])
			change(head)
			signer := slices.IndexFunc(f.voters, func(c *Credential) bool { return c.Key() == proofs.VerifyKey(head[3:]) })
			if _, err := e.verify((&fixture{Election: e}).sign(append(head, proof...), f.voters[signer])); err != nil {
				return refused
			}
			return nil
		}
	}
	rejecttest.Suite{
		Proof:  signed[knowledge:][:proofs.KnowledgeSize],
		Verify: verify(f.Election, func([]byte) {}),
		Others: map[string]func([]byte) error{
			"other election":   verify(other, func([]byte) {}),
			"other sequence":   verify(f.Election, func(h []byte) { h[42]++ }),
			"other previous":   verify(f.Election, func(h []byte) { h[43]++ }),
			"other credential": verify(f.Election, func(h []byte) { key := f.voters[5].Key(); copy(h[3:], key[:]) }),
			"other B":          verify(f.Election, func(h []byte) { copy(at(h, 2), at(h, 3)) }),
		},
		Err: refused,
	}.Run(t)
}
