package threshold

import (
	"fmt"
	"math/big"
	"slices"

	"veche.example/elgamal/group"
	"veche.example/internal/parallel"
)

// Combine returns the plaintext elements of every ciphertext, position by
// position, from shares of at least t distinct trustees that VerifyShares returned;
// the t lowest indices are used. Fewer, or two of one trustee, or one of another
// list, or one that was not verified, is an error. Implements T11 and T12 of docs/spec/decryption.md.
func (d *Decryption) Combine(shares []*Share) ([][]group.Element, error) {
	l, err := d.prepare()
	if err != nil {
		return nil, err
	}
	used, err := d.choose(shares)
	if err != nil {
		return nil, err
	}
	indices := make([]int, len(used))
	for k, s := range used {
		indices[k] = s.index
	}
	digits := make([][]int8, len(used))
	for k, λ := range lagrange(indices) { // T11
		digits[k] = signedDigits(λ.Neg(&λ))
	}
	flat := make([]group.Element, l.positions())
	parallel.For(len(flat), 16, func(lo, hi int) {
		for p := lo; p < hi; p++ {
			flat[p].Set(weighFactors(digits, used, p)) // T12
		}
	})
	return d.addFactors(flat), nil
}

// signedDigits returns the non-adjacent form of s or of -s, whichever is shorter,
// with the sign in the digits: Σ digits[i] 2^i = s mod q. Lagrange coefficients
// of the indices 1..t are small integers, and their digits few. Variable time.
func signedDigits(s *group.Scalar) []int8 {
	v, other, sign := bigInt(s), bigInt(new(group.Scalar).Neg(s)), int8(1)
	if other.Cmp(v) < 0 {
		v, sign = other, -1
	}
	var digits []int8
	for v.Sign() > 0 {
		d := int8(0)
		if v.Bit(0) == 1 {
			d = 1 - 2*int8(v.Bit(1))
			v.Sub(v, big.NewInt(int64(d)))
		}
		digits = append(digits, sign*d)
		v.Rsh(v, 1)
	}
	return digits
}

func bigInt(s *group.Scalar) *big.Int {
	b := s.Bytes()
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

// weighFactors returns Σ_k weight_k D_{k,p} for weights given by their digits:
// Straus's method with shared doublings. Variable time.
func weighFactors(digits [][]int8, shares []*Share, p int) *group.Element {
	top := 0
	for _, d := range digits {
		top = max(top, len(d))
	}
	sum := group.NewElement()
	for i := top - 1; i >= 0; i-- {
		sum.Double(sum)
		for k, d := range digits {
			switch {
			case i >= len(d) || d[i] == 0:
			case d[i] > 0:
				sum.AddAffine(sum, &shares[k].factors[p])
			default:
				sum.SubAffine(sum, &shares[k].factors[p])
			}
		}
	}
	return sum
}

// addFactors returns B_p + f_p for every position, ciphertext by ciphertext: T12.
func (d *Decryption) addFactors(flat []group.Element) [][]group.Element {
	l := &d.list
	out := make([][]group.Element, l.rows)
	for e := range out {
		out[e], flat = flat[:l.width():l.width()], flat[l.width():]
		for i := range out[e] {
			out[e][i].AddAffine(&out[e][i], &d.Points[l.b(e, i)])
		}
	}
	return out
}

// choose returns the shares with the t lowest indices.
func (d *Decryption) choose(shares []*Share) ([]*Share, error) {
	t := d.Keys.Threshold()
	if len(shares) < t {
		return nil, fmt.Errorf("decryption of contest %q: %d shares, %d needed", d.Contest, len(shares), t)
	}
	sorted := slices.Clone(shares)
	for _, s := range sorted {
		if s == nil || !s.verified {
			return nil, fmt.Errorf("decryption of contest %q: a share was not verified: VerifyShares returns those that are", d.Contest)
		}
		if s.list != d.list.digest {
			return nil, fmt.Errorf("decryption of contest %q: the share of trustee %d belongs to another list", d.Contest, s.index)
		}
	}
	slices.SortFunc(sorted, func(a, b *Share) int { return a.index - b.index })
	for k := 1; k < len(sorted); k++ {
		if sorted[k].index == sorted[k-1].index {
			return nil, fmt.Errorf("decryption of contest %q: two shares of trustee %d", d.Contest, sorted[k].index)
		}
	}
	return sorted[:t], nil
}
