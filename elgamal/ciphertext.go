package elgamal

import (
	"veche.example/elgamal/group"
)

// Blocks returns the number of blocks, and so of randomisers, of n components
// under W keys: ⌈n/W⌉.
func Blocks(n, width int) int { return (n + width - 1) / width }

// Ciphertext encrypts n components in ⌈n/W⌉ blocks:
//
//	A_β = r_β G    B_i = m_i + r_β Y_l
//
// where the i-th component, counted from 0, is in block ⌊i/W⌋ under key i mod W.
type Ciphertext struct {
	A, B []group.Element
}

// NewCiphertext returns the neutral element of Add for n components: an
// encryption of zeros with randomisers 0.
func NewCiphertext(n, width int) *Ciphertext {
	c := &Ciphertext{make([]group.Element, Blocks(n, width)), make([]group.Element, n)}
	for i := range c.A {
		c.A[i].Set(identity)
	}
	for i := range c.B {
		c.B[i].Set(identity)
	}
	return c
}

var identity = group.NewElement()

// EncryptElements encrypts the elements m with one randomiser per block,
// len(r) = Blocks(len(m), W); randomisers must be uniform and used once.
// Constant time.
func (k *PublicKey) EncryptElements(m []group.Element, r []group.Scalar) *Ciphertext {
	k.checkBlocks(len(m), len(r))
	c := &Ciphertext{make([]group.Element, len(r)), make([]group.Element, len(m))}
	for β := range r {
		c.A[β].ScalarBaseMult(&r[β]) // E1
	}
	for i := range m {
		k.MulAdd(c.B[i].Set(&m[i]), i%len(k.keys), &r[i/len(k.keys)]) // E2
	}
	return c
}

// Encrypt encrypts v in the exponent with fresh randomisers, which it returns
// too. Constant time.
func (k *PublicKey) Encrypt(v []uint64) (*Ciphertext, []group.Scalar) {
	m := make([]group.Element, len(v))
	for i := range v {
		m[i].ScalarBaseMult(group.NewScalar().SetUint64(v[i])) // E3
	}
	r := make([]group.Scalar, Blocks(len(v), len(k.keys)))
	for β := range r {
		r[β].Set(group.RandomScalar())
	}
	return k.EncryptElements(m, r), r
}

// Reencrypt returns c plus an encryption of zeros with the randomisers r (E5).
// Constant time.
func (k *PublicKey) Reencrypt(c *Ciphertext, r []group.Scalar) *Ciphertext {
	k.checkBlocks(len(c.B), len(r))
	out := k.EncryptElements(c.B, r)
	for β := range out.A {
		out.A[β].Add(&out.A[β], &c.A[β])
	}
	return out
}

func (k *PublicKey) checkBlocks(n, r int) {
	if r != Blocks(n, len(k.keys)) {
		panic("elgamal: one randomiser per block is needed")
	}
}

// Add sets c = a + b, component by component, and returns c (E4). All have one shape.
func (c *Ciphertext) Add(a, b *Ciphertext) *Ciphertext {
	for β := range c.A {
		c.A[β].Add(&a.A[β], &b.A[β])
	}
	for i := range c.B {
		c.B[i].Add(&a.B[i], &b.B[i])
	}
	return c
}

// Sub sets c = a - b, component by component, and returns c. All have one shape.
func (c *Ciphertext) Sub(a, b *Ciphertext) *Ciphertext {
	for β := range c.A {
		c.A[β].Sub(&a.A[β], &b.A[β])
	}
	for i := range c.B {
		c.B[i].Sub(&a.B[i], &b.B[i])
	}
	return c
}

// AddWeighted sets c += weight · (a, b) for a decoded ciphertext, its A's and
// B's; a voter's weight is public. Variable time in the weight.
func (c *Ciphertext) AddWeighted(weight uint64, a, b []group.Affine) *Ciphertext {
	for β := range c.A {
		addWeighted(&c.A[β], weight, &a[β])
	}
	for i := range c.B {
		addWeighted(&c.B[i], weight, &b[i])
	}
	return c
}

func addWeighted(dst *group.Element, weight uint64, p *group.Affine) {
	if weight == 1 {
		dst.AddAffine(dst, p)
		return
	}
	w := group.NewScalar().SetUint64(weight)
	dst.Add(dst, group.NewElement().ScalarMult(w, p.Element()))
}

// IsNeutral reports whether all elements are the identity: the sum of nothing.
// Variable time, for public ciphertexts.
func (c *Ciphertext) IsNeutral() bool {
	for _, points := range [][]group.Element{c.A, c.B} {
		for i := range points {
			if !points[i].IsIdentity() {
				return false
			}
		}
	}
	return true
}

// AppendBinary appends the encodings of the A's, then of the B's.
func (c *Ciphertext) AppendBinary(b []byte) ([]byte, error) {
	for β := range c.A {
		b = append(b, c.A[β].Bytes()...)
	}
	for i := range c.B {
		b = append(b, c.B[i].Bytes()...)
	}
	return b, nil
}
