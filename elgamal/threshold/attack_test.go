package threshold

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

func TestDealersWhoLie(t *testing.T) {
	t.Parallel()
	q := mustHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
	for name, dealt := range map[string]func(p *play, f *forgery){
		"wrong share for one": func(_ *play, f *forgery) { f.shares[0][0] ^= 1 },
		"wrong second component": func(_ *play, f *forgery) {
			f.shares[0][32] ^= 1
		},
		"share for another recipient": func(_ *play, f *forgery) { f.shares[0] = f.shares[2] },
		"W+1 scalars":                 func(_ *play, f *forgery) { f.shares[0] = append(f.shares[0], make([]byte, 32)...) },
		"W-1 scalars":                 func(_ *play, f *forgery) { f.shares[0] = f.shares[0][:32] },
		"no scalars":                  func(_ *play, f *forgery) { f.shares[0] = nil },
		"scalar q":                    func(_ *play, f *forgery) { copy(f.shares[0], q) },
		"scalar + q":                  func(_ *play, f *forgery) { copy(f.shares[0], addLittle(f.shares[0][:32], q)) },
		"t+1 coefficients":            func(_ *play, f *forgery) { f.coefficients = append(f.coefficients, make([]byte, 64)...) },
		"t-1 coefficients":            func(_ *play, f *forgery) { f.coefficients = f.coefficients[:64] },
		"other coefficient":           func(_ *play, f *forgery) { copy(f.coefficients, f.coefficients[64:96]) },
		"wrong top coefficient":       func(_ *play, f *forgery) { copy(f.coefficients[32:], group.Generator().Bytes()) },
		"possession one short":        func(_ *play, f *forgery) { f.possession = f.possession[:96] },
		"possession one long":         func(_ *play, f *forgery) { f.possession = append(f.possession, make([]byte, 32)...) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newPlay(3, 2, 2).run(forge(3, nil, dealt)).requireBlame(t, Guilty, 3)
		})
	}
	t.Run("nothing wrong", func(t *testing.T) {
		t.Parallel()
		newPlay(3, 2, 2).run(forge(3, nil, nil)).requireSuccess(t)
	})
}

// addLittle returns a + b of 32 little-endian bytes.
func addLittle(a, b []byte) []byte {
	out, carry := make([]byte, 32), 0
	for i := range out {
		carry += int(a[i]) + int(b[i])
		out[i] = byte(carry)
		carry >>= 8
	}
	return out
}

func mustHex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

// A polynomial of degree t, committed to honestly and with shares that fit it,
// would raise the threshold; one of degree t-2 would lower the dealer's part.
func TestPolynomialOfAnotherDegree(t *testing.T) {
	t.Parallel()
	for name, resize := range map[string]func([]group.Scalar) []group.Scalar{
		"longer":  func(row []group.Scalar) []group.Scalar { return append(row, *group.RandomScalar()) },
		"shorter": func(row []group.Scalar) []group.Scalar { return row[:1] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newPlay(4, 2, 2).run(forge(2, func(_ *play, rows [][]group.Scalar) {
				for l := range rows {
					rows[l] = resize(rows[l])
				}
			}, nil)).requireBlame(t, Guilty, 2)
		})
	}
}

// Whatever round 1 committed to must be elements.
func TestCoefficientsThatAreNone(t *testing.T) {
	t.Parallel()
	spoilt := func(p *play) []byte {
		b := p.commit[1].coefficients()
		b[2*32+31] |= 0x80
		return b
	}
	p := newPlay(3, 2, 2).run(both(spoil(1, 2, func(p *play, _ []byte) []byte {
		h := p.c.commitment(2, spoilt(p))
		return append(header(1, 2), h[:]...)
	}), forge2(2, func(p *play, f *forgery) { f.coefficients = spoilt(p) })))
	require.Contains(t, p.requireBlame(t, Guilty, 2).Reason, "element 3")
}

func TestIdentityConstantTerm(t *testing.T) {
	t.Parallel()
	for l := range 2 {
		p := newPlay(3, 2, 2).run(forge(1, func(_ *play, rows [][]group.Scalar) { rows[l][0].Set(scalar(0)) }, nil))
		require.Contains(t, p.requireBlame(t, Guilty, 1).Reason, "identity")
	}
	for l := range 2 { // the zero polynomial
		p := newPlay(3, 2, 2).run(forge(1, func(_ *play, rows [][]group.Scalar) { rows[l] = make([]group.Scalar, 2) }, nil))
		p.requireBlame(t, Guilty, 1)
	}
	// Any other coefficient may be zero: the sum over the dealers is uniform.
	newPlay(3, 2, 2).run(forge(1, func(_ *play, rows [][]group.Scalar) { rows[1][1].Set(scalar(0)) }, nil)).requireSuccess(t)
}

// The last dealer chooses A_n = Z - Σ A_i and would own the election key.
func TestRogueKey(t *testing.T) {
	t.Parallel()
	z := group.RandomScalar()
	var rogue *group.Element
	coefficients := func(p *play) []byte {
		rogue = new(group.Element).ScalarBaseMult(z)
		for _, s := range p.commit[:2] {
			rogue.Sub(rogue, &commitTo(s.polynomials)[0][0])
		}
		b := p.commit[2].coefficients()
		copy(b, rogue.Bytes())
		return b
	}
	t.Run("known in time, but not possessed", func(t *testing.T) {
		p := newPlay(3, 2, 2)
		p.run(both(spoil(1, 3, func(p *play, b []byte) []byte {
			h := p.c.commitment(3, coefficients(p))
			return append(header(1, 3), h[:]...)
		}), forge2(3, func(p *play, f *forgery) { copy(f.coefficients, rogue.Bytes()) })))
		require.Contains(t, p.requireBlame(t, Guilty, 3).Reason, "possession")

		sum := new(group.Element).Set(rogue) // a verifier without the proof would have taken the key Z
		for _, s := range p.commit[:2] {
			sum.Add(sum, &commitTo(s.polynomials)[0][0])
		}
		require.True(t, sum.Equal(new(group.Element).ScalarBaseMult(z)))
	})
	t.Run("chosen after the others dealt", func(t *testing.T) {
		p := newPlay(3, 2, 2).run(forge2(3, func(p *play, f *forgery) { copy(f.coefficients, coefficients(p)) }))
		require.Contains(t, p.requireBlame(t, Guilty, 3).Reason, "round 1 committed")
	})
}

// forge2 is forge of round 2 only.
func forge2(dealer int, dealt func(p *play, f *forgery)) change {
	f := forge(dealer, nil, dealt)
	return func(p *play, round, i int, m []byte) []byte {
		if round == 1 {
			return m
		}
		return f(p, round, i, m)
	}
}

// With two keys that differ by a known δG the shared randomiser leaks the
// difference of two votes; the last dealer cannot make such keys.
func TestRelatedKeys(t *testing.T) {
	t.Parallel()
	δ, x, r := scalar(5), group.RandomScalar(), group.RandomScalar()
	y1 := new(group.Element).ScalarBaseMult(x)
	y2 := new(group.Element).Add(y1, baseTimes(5))
	a := new(group.Element).ScalarBaseMult(r)
	b1 := new(group.Element).Add(baseTimes(1), new(group.Element).ScalarMult(r, y1))
	b2 := new(group.Element).Add(baseTimes(0), new(group.Element).ScalarMult(r, y2))
	leak := new(group.Element).Sub(b1, b2)
	leak.Add(leak, new(group.Element).ScalarMult(δ, a))
	require.True(t, leak.Equal(baseTimes(1-0)))

	related := func(p *play) []byte { // A_{3,2,0} such that Y_2 = Y_1 + δG
		sum := baseTimes(5)
		for i, s := range p.commit {
			rows := commitTo(s.polynomials)
			sum.Add(sum, &rows[0][0])
			if i < 2 {
				sum.Sub(sum, &rows[1][0])
			}
		}
		return sum.Bytes()
	}
	late := func(p *play, f *forgery) { copy(f.coefficients[2*32:], related(p)) }
	newPlay(3, 2, 2).run(forge2(3, late)).requireBlame(t, Guilty, 3)
	p := newPlay(3, 2, 2).run(both(spoil(1, 3, func(p *play, _ []byte) []byte {
		b := p.commit[2].coefficients()
		copy(b[2*32:], related(p))
		h := p.c.commitment(3, b)
		return append(header(1, 3), h[:]...)
	}), forge2(3, late)))
	require.Contains(t, p.requireBlame(t, Guilty, 3).Reason, "possession")
}

// One trustee who is all dealers can make equal keys; the result is refused.
func TestEqualKeys(t *testing.T) {
	t.Parallel()
	equal := func(_ *play, rows [][]group.Scalar) { copy(rows[1], rows[0]) }
	newPlay(1, 1, 2).run(forge(1, equal, nil)).requireBlame(t, Guilty, 1)
}

func TestReplayedSession(t *testing.T) {
	t.Parallel()
	old := finished(t, 3, 2, 2)
	for round := range 4 {
		p := newPlay(3, 2, 2)
		p.ids, p.c.Trustees = old.ids, old.c.Trustees // same trustees, new session
		p.run(only(round, 2, func(*play, []byte) []byte { return old.rounds[round][1] })).requireBlame(t, Silent, 2)
	}
}

func TestOtherParameters(t *testing.T) {
	t.Parallel()
	for name, alter := range map[string]func(c *Ceremony){
		"session":   func(c *Ceremony) { rand.Read(c.Session[:]) },
		"threshold": func(c *Ceremony) { c.Threshold-- },
		"width":     func(c *Ceremony) { c.Width++ },
		"order":     func(c *Ceremony) { c.Trustees[0], c.Trustees[2] = c.Trustees[2], c.Trustees[0] },
		"one key":   func(c *Ceremony) { c.Trustees[2] = proofs.GenerateSigningKey().Public() },
		"one less":  func(c *Ceremony) { c.Trustees, c.Witnesses = c.Trustees[:2], nil },

		"other witness":  func(c *Ceremony) { _, c.Witnesses = identities(1) },
		"no witness":     func(c *Ceremony) { c.Witnesses = nil },
		"witness seated": func(c *Ceremony) { c.Trustees, c.Witnesses = append(c.Trustees, c.Witnesses...), nil },
	} {
		p := newPlay(3, 2, 2)
		_, p.c.Witnesses = identities(1)
		p.run(nil).requireSuccess(t)
		other := *p.c
		other.Trustees = slices.Clone(p.c.Trustees)
		alter(&other)
		rounds := p.rounds
		for r := range rounds {
			rounds[r] = append(slices.Clone(rounds[r]), nil)[:len(other.Trustees)]
		}
		_, err := other.Verify(&rounds)
		var blame *BlameError
		require.ErrorAs(t, err, &blame, name)
		require.Equal(t, Silent, blame.Fault)
		require.Len(t, blame.Trustees, len(other.Trustees), name)
	}
}

func TestRogueTransportKey(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{
		"zero":             "0000000000000000000000000000000000000000000000000000000000000000",
		"one":              "0100000000000000000000000000000000000000000000000000000000000000",
		"order 8":          "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
		"order 8, second":  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
		"-1":               "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"p":                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"p+1":              "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"9 + p":            "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"9 with top bit":   "0900000000000000000000000000000000000000000000000000000000000080",
		"all bits set":     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"-1 with top bit":  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"zero, top bit":    "0000000000000000000000000000000000000000000000000000000000000080",
		"order 8, top bit": "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlay(3, 2, 1).run(spoil(0, 2, func(_ *play, b []byte) []byte {
				return append(header(0, 2), mustHex(key)...)
			}))
			require.Contains(t, p.requireBlame(t, Guilty, 2).Reason, "round 0")
		})
	}
}

// A trustee that publishes another's transport key gains nothing: encapsulations
// are not shared, and a share names its recipient.
func TestCopiedTransportKey(t *testing.T) {
	t.Parallel()
	p := newPlay(3, 2, 1).run(spoil(0, 2, func(p *play, _ []byte) []byte {
		return append(header(0, 2), body(p.rounds[0][0])[headerSize:]...)
	}))
	// It blames whoever it likes, but has no key to show.
	p.requireBlame(t, Guilty, 2)

	r := p.publicRecord(3)
	d := r.dealings[2]
	require.NotEqual(t, d.shares[0][:32], d.shares[1][:32])
	d.shares[1] = d.shares[0]
	_, err := r.openShare(3, 2, p.keyed[0].transport, d)
	require.ErrorContains(t, err, "does not open", "a share opens as another recipient's")
}

// A trustee that repeats another's commitment, coefficients and proof deals
// nothing of its own.
func TestCopiedDealing(t *testing.T) {
	t.Parallel()
	copied := func(round int) change {
		return spoil(round, 3, func(p *play, _ []byte) []byte {
			b := body(p.rounds[round][0])
			b[2] = 3
			return b
		})
	}
	p := newPlay(3, 2, 2).run(both(copied(1), copied(2)))
	require.Contains(t, p.requireBlame(t, Guilty, 3).Reason, "round 1 committed")

	p = finished(t, 3, 2, 2)
	r := p.publicRecord(3)
	verifies := func(i int) error {
		return proofs.Check(nil, func(c *proofs.Claim) error {
			return r.possession(i, r.view(), r.dealings[0]).Verify(c, r.dealings[0].possession)
		})
	}
	require.NoError(t, verifies(1))
	require.Error(t, verifies(3), "the proof of possession names its dealer")
}

// A dealer that replaces a share after everybody confirmed changes the digest.
func TestDealingReplacedAfterwards(t *testing.T) {
	t.Parallel()
	p := finished(t, 3, 2, 2)
	p.rounds[2][1] = p.resign(2, flip(-1)(p, body(p.rounds[2][1])))
	_, err := p.c.Verify(&p.rounds)
	require.Equal(t, &BlameError{Divided, []int{1, 2, 3}, err.(*BlameError).Reason}, err)
}

func TestLengthIsRefusedInItsRound(t *testing.T) {
	t.Parallel()
	for round, at := range []string{"round 0", "round 1", "round 2"} {
		for _, resize := range []func(*play, []byte) []byte{
			func(_ *play, b []byte) []byte { return b[:len(b)-1] },
			func(_ *play, b []byte) []byte { return append(b, 0) },
		} {
			blame := newPlay(2, 2, 1).run(spoil(round, 2, resize)).requireBlame(t, Guilty, 2)
			require.Contains(t, blame.Reason, at)
			require.Contains(t, blame.Reason, "bytes, must be")
		}
	}
}
