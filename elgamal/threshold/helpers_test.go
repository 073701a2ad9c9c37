package threshold

import (
	"crypto/rand"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

func newCeremony(n, t, width int) (*Ceremony, []*proofs.SigningKey) {
	c := &Ceremony{Width: width, Threshold: t}
	rand.Read(c.Session[:])
	ids, keys := identities(n)
	c.Trustees = keys
	return c, ids
}

func identities(n int) (ids []*proofs.SigningKey, keys []proofs.VerifyKey) {
	for range n {
		ids = append(ids, proofs.GenerateSigningKey())
		keys = append(keys, ids[len(ids)-1].Public())
	}
	return ids, keys
}

// change replaces trustee i's message of a round; nil means that it says nothing.
type change func(p *play, round, i int, message []byte) []byte

// play is one run of a ceremony with all trustees in one process.
type play struct {
	c        *Ceremony
	ids      []*proofs.SigningKey
	rounds   [4][][]byte
	keyed    []*Keyed
	commit   []*Committed
	dealt    []*Dealt
	confirm  []*Confirmed
	trustees []*Trustee
	errs     []error // what stopped trustee i
}

func newPlay(n, t, width int) *play {
	c, ids := newCeremony(n, t, width)
	return &play{c: c, ids: ids, keyed: make([]*Keyed, n), commit: make([]*Committed, n), dealt: make([]*Dealt, n),
		confirm: make([]*Confirmed, n), trustees: make([]*Trustee, n), errs: make([]error, n)}
}

// run plays all rounds; ch may be nil. Trustees whose message was changed go on
// as if they had sent the changed one.
func (p *play) run(ch change) *play {
	for round := range 4 {
		p.rounds[round] = make([][]byte, len(p.ids))
		for i := range p.ids {
			m := p.step(round, i)
			if ch != nil {
				m = ch(p, round, i+1, m)
				p.pretend(round, i, m)
			}
			p.rounds[round][i] = m
		}
	}
	for i, s := range p.confirm {
		if p.errs[i] == nil {
			p.trustees[i], p.errs[i] = s.Finish(p.rounds[3])
		}
	}
	return p
}

func (p *play) step(round, i int) (m []byte) {
	if p.errs[i] != nil {
		return nil
	}
	switch round {
	case 0:
		p.keyed[i], m, p.errs[i] = p.c.Begin(i+1, p.ids[i], InMemory)
	case 1:
		p.commit[i], m, p.errs[i] = p.keyed[i].Commit(p.rounds[0])
	case 2:
		p.dealt[i], m, p.errs[i] = p.commit[i].Deal(p.rounds[1])
	case 3:
		p.confirm[i], m, p.errs[i] = p.dealt[i].Confirm(p.rounds[2])
	}
	return m
}

func (p *play) pretend(round, i int, m []byte) {
	if p.errs[i] != nil {
		return
	}
	[]func() *member{
		func() *member { return &p.keyed[i].member },
		func() *member { return &p.commit[i].member },
		func() *member { return &p.dealt[i].member },
		func() *member { return &p.confirm[i].member },
	}[round]().sent = m
}

// resign signs body as trustee i.
func (p *play) resign(i int, body []byte) []byte { return p.c.sign(p.ids[i-1], body) }

// body returns a copy of the message without its signature.
func body(message []byte) []byte {
	return append([]byte(nil), message[:len(message)-signatureSize]...)
}

// requireBlame checks that the public verifier and every trustee that got as far
// blame the same.
func (p *play) requireBlame(t require.TestingT, fault Fault, trustees ...int) *BlameError {
	keys, err := p.c.Verify(&p.rounds)
	require.Nil(t, keys)
	var blame *BlameError
	require.ErrorAs(t, err, &blame)
	require.Equal(t, fault, blame.Fault, blame.Reason)
	require.Equal(t, trustees, blame.Trustees, blame.Reason)
	for i, s := range p.trustees {
		require.Nil(t, s, "trustee %d accepts what the public verifier refuses", i+1)
	}
	for _, err := range p.errs {
		var own *BlameError
		if errors.As(err, &own) {
			require.Equal(t, blame, own)
		}
	}
	return blame
}

func (p *play) requireSuccess(t require.TestingT) *Keys {
	for _, err := range p.errs {
		require.NoError(t, err)
	}
	keys, err := p.c.Verify(&p.rounds)
	require.NoError(t, err)
	for _, s := range p.trustees {
		require.True(t, sameKeys(keys, s.Keys()))
	}
	return keys
}

func sameKeys(a, b *Keys) bool {
	same := slices.Equal(a.Signers(), b.Signers())
	same = same && a.Digest() == b.Digest() && string(a.Election.Bytes()) == string(b.Election.Bytes()) && a.Threshold() == b.Threshold()
	for j := 1; j <= a.Trustees(); j++ {
		same = same && string(appendElements(nil, a.Verification(j))) == string(appendElements(nil, b.Verification(j)))
	}
	return same
}

func finished(t testing.TB, n, threshold, width int) *play {
	p := newPlay(n, threshold, width).run(nil)
	p.requireSuccess(t)
	return p
}

func scalar(v int) *group.Scalar {
	s := new(group.Scalar)
	if v < 0 {
		return s.Neg(s.SetUint64(uint64(-v)))
	}
	return s.SetUint64(uint64(v))
}

func baseTimes(v int) *group.Element { return new(group.Element).ScalarBaseMult(scalar(v)) }
