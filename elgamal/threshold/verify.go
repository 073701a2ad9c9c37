package threshold

import (
	"errors"
	"fmt"

	"veche.example/elgamal/group"
	"veche.example/proofs"
)

// ErrOtherClaims is the error of VerifySharesWith for a batch that held a claim
// before which does not hold. Nothing is said about the shares.
var ErrOtherClaims = errors.New("threshold: a claim that the batch held before the shares does not hold, so nothing was decided about the shares")

// VerifyShares checks the shares of all trustees, shares[j-1] that of trustee j,
// nil if there is none. It returns the right ones, and a *BlameError that names
// the trustees whose share is wrong, if any is: the right ones still stand.
// Implements T5 to T10 of docs/spec/decryption.md.
func (d *Decryption) VerifyShares(shares [][]byte) ([]*Share, error) {
	b := proofs.NewBatch(nil)
	return d.VerifySharesWith(b, b.Extend(d.Points), shares)
}

// VerifySharesWith is VerifyShares in a batch that may hold other claims already,
// say a cascade of mixes, and in which at is where Extend put d.Points: one
// multiplication decides all, in which every element of the list occurs once. The
// error is ErrOtherClaims if a claim that the batch held before does not hold.
// Shares too large for one batch's memory are decided in further ones. The batch is
// used up, unless the error is neither ErrOtherClaims nor a *BlameError: then
// nothing was decided.
func (d *Decryption) VerifySharesWith(b *proofs.Batch, at proofs.Base, shares [][]byte) ([]*Share, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	if len(shares) != d.Keys.Trustees() {
		return nil, fmt.Errorf("decryption: %d shares given, must be %d, nil where there is none", len(shares), d.Keys.Trustees())
	}
	v := verdict{round: "decryption of contest " + d.Contest}
	var right []*Share
	step := max(1, batchFactors/d.list.positions())
	for lo := 0; lo < len(shares); lo += step {
		if lo > 0 {
			b = proofs.NewBatch(nil)
			at = b.Extend(d.Points)
		}
		others := b.Len()
		claimed := d.claim(b, at, shares, lo, min(lo+step, len(shares)), &v)
		for _, bad := range failed(b) {
			if bad < others {
				return nil, ErrOtherClaims
			}
			v.add(Guilty, claimed[bad-others].index, "share does not verify")
			claimed[bad-others] = nil
		}
		right = append(right, verified(claimed)...)
	}
	return right, v.err()
}

// batchFactors is how many factors are decided in one multiplication, which takes
// some 300 bytes for each. Tests lower it.
var batchFactors = 1 << 21

// claim adds a claim to the batch for every one of shares[lo:hi] that can be read,
// and returns those in the same order.
func (d *Decryption) claim(b *proofs.Batch, at proofs.Base, shares [][]byte, lo, hi int, v *verdict) (claimed []*Share) {
	for j := lo + 1; j <= hi; j++ {
		if shares[j-1] == nil {
			continue
		}
		c := new(proofs.Claim)
		s, err := d.verifyShare(c, at, j, shares[j-1])
		if err != nil {
			v.add(Guilty, j, "%v", err)
			continue
		}
		b.Add(c)
		claimed = append(claimed, s)
	}
	return claimed
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

// verifyShare adds the equations T9 and T10 of trustee j's share to c and returns
// the share, which is not verified before c is decided. A share that is malformed
// is an error at once.
func (d *Decryption) verifyShare(c *proofs.Claim, at proofs.Base, j int, share []byte) (*Share, error) {
	if len(share) != d.ShareSize() {
		return nil, fmt.Errorf("decryption share of trustee %d: %d bytes, must be %d", j, len(share), d.ShareSize())
	}
	l, width := d.mustPrepare(), d.Keys.Election.Width()
	v := d.bind(j).Verify(share)
	for range l.positions() {
		v.Encoded() // the factors, decoded below
	}
	m := messages{weights: make([]group.Scalar, l.positions()), t: make([]group.Affine, width+1), s: make([]group.Scalar, width)}
	for p := range m.weights {
		m.weights[p] = *v.Challenge128() // T5
	}
	for k := range m.t {
		v.Element(&m.t[k])
	}
	m.c = v.Challenge() // T7
	for k := range m.s {
		v.Scalar(&m.s[k])
	}
	digest, err := v.Close()
	if err != nil {
		return nil, proofs.ErrProof
	}
	s := &Share{index: j, list: l.digest}
	if s.factors, err = group.DecodeAffines(share[:l.positions()*elementSize]); err != nil {
		return nil, proofs.ErrProof
	}
	d.addEquations(c, at, s, &m)
	c.Proof("decryption", digest)
	return s, nil
}

// messages is what a verifier reads of a share behind its factors.
type messages struct {
	weights []group.Scalar // ω_p
	t       []group.Affine // T_1 … T_W, T'
	c       *group.Scalar
	s       []group.Scalar
}

// addEquations adds T9 and T10, each by itself: W+1 equations.
func (d *Decryption) addEquations(c *proofs.Claim, at proofs.Base, s *Share, m *messages) {
	l, width := d.mustPrepare(), len(m.s)
	c.Grow(len(s.factors)+2*width+1, l.rows*l.blocks()+width)
	minusC := new(group.Scalar).Neg(m.c)
	for k := range m.s { // T9
		c.Equation()
		c.AddShared(proofs.BaseG, &m.s[k])
		c.Add(minusOne, &m.t[k])
		c.Add(minusC, &d.Keys.affine[s.index-1][k])
	}
	c.Equation() // T10
	for b := range l.rows * l.blocks() {
		e, β := b/l.blocks(), b%l.blocks()
		ω := m.weights[e*l.width()+l.first[β]:]
		c.AddShared(at+proofs.Base(l.a(e, β)), dot(m.s[:d.Widths[β]], ω))
	}
	c.Add(minusOne, &m.t[width])
	term := new(group.Scalar)
	for p := range s.factors {
		c.Add(term.Mul(minusC, &m.weights[p]), &s.factors[p])
	}
}

var minusOne = func() *group.Scalar {
	one := new(group.Scalar).SetUint64(1)
	return one.Neg(one)
}()

// dot returns Σ_k a[k] b[k] over a.
func dot(a, b []group.Scalar) *group.Scalar {
	sum := new(group.Scalar)
	for k := range a {
		sum.MulAdd(&a[k], &b[k], sum)
	}
	return sum
}
