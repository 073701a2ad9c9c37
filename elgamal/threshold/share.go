package threshold

import (
	"fmt"

	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// Share is the decryption share of one trustee, as checked by VerifyShares.
type Share struct {
	index    int
	list     [32]byte
	factors  []group.Affine // D_p
	verified bool           // the equations were decided, and hold
}

// Index returns the trustee's index, 1..n.
func (s *Share) Index() int { return s.index }

// ShareSize returns the length of every share of d, 32·(P + 2W + 1) bytes for P
// positions. It panics if Check returns an error.
func (d *Decryption) ShareSize() int {
	return elementSize * (len(d.mustPrepare().pairs) + 2*d.Keys.Election.Width() + 1)
}

// bind absorbs the whole statement for trustee j; prover and verifier share it.
func (d *Decryption) bind(j int) *transcript.Instance {
	l := d.mustPrepare()
	in := transcript.New("decryption", d.Fingerprint)
	in.Uint64(uint64(j)).Uint64(uint64(d.Keys.Election.Width()))
	in.Fixed(appendElements(nil, d.Keys.verification[j-1]))
	in.Fixed(l.digest[:])
	in.Uint64(uint64(len(l.blocks))).Fixed(l.a)
	return in.Uint64(uint64(len(l.pairs)))
}

// prove returns trustee j's share; nonces draws t_1 … t_W. Constant time in x.
func (d *Decryption) prove(j int, x []group.Scalar, nonces func(*transcript.Prover) []group.Scalar) []byte {
	l := d.mustPrepare()
	p := d.bind(j).Prove()
	p.Encoded(d.factors(x)) // T4
	weights := make([]group.Scalar, len(l.pairs))
	for i := range weights {
		weights[i].Set(p.Challenge128()) // T5
	}
	t := nonces(p)
	half := new(group.Scalar)
	commitments := make([]group.Element, len(t)+1)
	for k := range t {
		commitments[k].ScalarBaseMult(half.Halve(&t[k])) // T6
	}
	perBlock := l.perBlock(t, weights)
	for i := range perBlock {
		perBlock[i].Halve(&perBlock[i])
	}
	commitments[len(t)] = *group.MultiScalarMult(perBlock, d.blocks()) // T6
	p.Encoded(group.AppendDoubled(nil, commitments))
	c := p.Challenge() // T7
	for k := range t {
		p.Scalar(new(group.Scalar).MulAdd(c, &x[k], &t[k])) // T8
	}
	return p.Proof()
}

// blocks returns all A_β of the list.
func (d *Decryption) blocks() []group.Element {
	var a []group.Element
	for _, c := range d.Ciphertexts {
		a = append(a, c.A...)
	}
	return a
}

// factors returns the encodings of all D_p = x_l A_β: T4.
func (d *Decryption) factors(x []group.Scalar) []byte {
	l, a := d.mustPrepare(), d.blocks()
	half := make([]group.Scalar, len(x))
	for k := range x {
		half[k].Halve(&x[k])
	}
	out := make([]byte, len(l.pairs)*elementSize)
	parallel.For(len(a), 4, func(lo, hi int) {
		for β := lo; β < hi; β++ {
			first, last := l.first[β], l.first[β+1]
			group.AppendDoubled(out[first*elementSize:first*elementSize], multiples(&a[β], half[:last-first]))
		}
	})
	return out
}

// tableMin is the number of multiplications of one element from which a table
// for it pays, by measurement.
const tableMin = 8

// multiples returns x·a for every x. Constant time.
func multiples(a *group.Element, x []group.Scalar) []group.Element {
	out := make([]group.Element, len(x))
	if len(x) < tableMin {
		for k := range x {
			out[k].ScalarMult(&x[k], a)
		}
		return out
	}
	table := group.NewTable(a)
	for k := range x {
		table.ScalarMult(&out[k], &x[k])
	}
	return out
}

// perBlock returns Σ_{p in β} s_{l(p)} ω_p for every block β.
func (l *list) perBlock(s, weights []group.Scalar) []group.Scalar {
	sums := make([]group.Scalar, len(l.blocks))
	for i, p := range l.pairs {
		sums[p.block].MulAdd(&s[p.key], &weights[i], &sums[p.block])
	}
	return sums
}

// verifyShare adds the equations T9 and T10 of trustee j's share to c and returns
// the share, which is not verified before c is decided. A share that is malformed
// is an error at once.
func (d *Decryption) verifyShare(c *proofs.Claim, j int, share []byte) (*Share, error) {
	l := d.mustPrepare()
	if len(share) != d.ShareSize() {
		return nil, fmt.Errorf("decryption share of trustee %d: %d bytes, must be %d", j, len(share), d.ShareSize())
	}
	s := &Share{index: j, list: l.digest, factors: make([]group.Affine, len(l.pairs))}
	return s, d.verifyProof(c, s, share)
}

func (d *Decryption) verifyProof(c *proofs.Claim, s *Share, proof []byte) error {
	l, width := &d.list, d.Keys.Election.Width()
	v := d.bind(s.index).Verify(proof)
	for i := range s.factors {
		v.Element(&s.factors[i])
	}
	weights := make([]group.Scalar, len(l.pairs))
	for i := range weights {
		weights[i].Set(v.Challenge128()) // T5
	}
	t, responses := make([]group.Affine, width+1), make([]group.Scalar, width)
	for k := range t {
		v.Element(&t[k])
	}
	challenge := v.Challenge() // T7
	for k := range responses {
		v.Scalar(&responses[k])
	}
	digest, err := v.Close()
	if err != nil {
		return proofs.ErrProof
	}
	c.Proof("decryption", digest)
	d.addEquations(c, s, weights, t, challenge, responses)
	return nil
}

// addEquations adds T9 and T10, each by itself: W+1 equations.
func (d *Decryption) addEquations(c *proofs.Claim, s *Share, weights []group.Scalar, t []group.Affine, challenge *group.Scalar, responses []group.Scalar) {
	l := &d.list
	minusOne := new(group.Scalar)
	minusOne.Neg(minusOne.SetUint64(1))
	minusC := new(group.Scalar).Neg(challenge)
	for k := range responses { // T9
		c.Equation()
		c.AddShared(proofs.BaseG, &responses[k])
		c.Add(minusOne, &t[k])
		c.Add(minusC, &d.Keys.affine[s.index-1][k])
	}
	c.Equation() // T10
	perBlock := l.perBlock(responses, weights)
	for b := range perBlock {
		c.Add(&perBlock[b], &l.blocks[b])
	}
	c.Add(minusOne, &t[len(responses)])
	for i := range s.factors {
		c.Add(new(group.Scalar).Mul(minusC, &weights[i]), &s.factors[i])
	}
}

// VerifyShares checks the shares of all trustees, shares[j-1] that of trustee j,
// nil if there is none. It returns the right ones, and a *BlameError that names
// the trustees whose share is wrong, if any is: the right ones still stand.
func (d *Decryption) VerifyShares(shares [][]byte) ([]*Share, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	if len(shares) != d.Keys.Trustees() {
		return nil, fmt.Errorf("decryption: %d shares given, must be %d, nil where there is none", len(shares), d.Keys.Trustees())
	}
	v := verdict{round: "decryption of contest " + d.Contest}
	batch := proofs.NewBatch(d.Keys.Election)
	var claimed []*Share
	for j, share := range shares {
		if share == nil {
			continue
		}
		c := new(proofs.Claim)
		s, err := d.verifyShare(c, j+1, share)
		if err != nil {
			v.add(Guilty, j+1, "%v", err)
			continue
		}
		batch.Add(c)
		claimed = append(claimed, s)
	}
	for _, bad := range failed(batch) {
		v.add(Guilty, claimed[bad].index, "share does not verify")
		claimed[bad] = nil
	}
	return verified(claimed), v.err()
}

// verified marks and returns the shares that are not nil, for use after their
// claims were decided.
func verified(decided []*Share) (out []*Share) {
	for _, s := range decided {
		if s != nil {
			s.verified = true
			out = append(out, s)
		}
	}
	return out
}
