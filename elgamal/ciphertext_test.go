package elgamal

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"veche.example/elgamal/group"
)

// open decrypts to elements with the logarithms of the keys.
func open(c *Ciphertext, x []group.Scalar) []group.Element {
	m := make([]group.Element, len(c.B))
	for i := range m {
		s := group.NewElement().ScalarMult(&x[i%len(x)], &c.A[i/len(x)])
		m[i].Sub(&c.B[i], s)
	}
	return m
}

func requireVotes(t require.TestingT, c *Ciphertext, x []group.Scalar, want []uint64) {
	require.Len(t, c.B, len(want))
	for i, m := range open(c, x) {
		require.True(t, m.Equal(multiple(want[i])), "position %d", i)
	}
}

// affine returns the ciphertext as a verifier decodes it.
func affine(t require.TestingT, c *Ciphertext) (a, b []group.Affine) {
	raw, err := c.AppendBinary(nil)
	require.NoError(t, err)
	points := make([]group.Affine, len(raw)/32)
	for k := range points {
		require.NoError(t, points[k].SetCanonicalBytes(raw[32*k:32*k+32]))
	}
	return points[:len(c.A)], points[len(c.A):]
}

func TestBlockLayout(t *testing.T) {
	t.Parallel()
	for _, width := range []int{1, 3, 16} {
		k, x := keyPair(t, width)
		for n := 1; n <= 40; n++ {
			r := scalars(Blocks(n, width))
			m := make([]group.Element, n)
			for i := range m {
				m[i].Set(multiple(uint64(i)))
			}
			c := k.EncryptElements(m, r)
			require.Len(t, c.A, (n+width-1)/width)
			require.Len(t, c.B, n)
			for i := range m { // A_β = r_β G, B_i = m_i + r_β Y_l
				β, l := i/width, i%width
				require.True(t, c.A[β].Equal(group.NewElement().ScalarBaseMult(&r[β])))
				B := group.NewElement().ScalarMult(&r[β], k.Key(l))
				require.True(t, c.B[i].Equal(B.Add(B, &m[i])), "n = %d, W = %d, i = %d", n, width, i)
			}
			raw, err := c.AppendBinary([]byte("x"))
			require.NoError(t, err)
			require.Len(t, raw, 1+32*(n+len(r)))
			require.Equal(t, c.A[0].Bytes(), raw[1:33])
			require.Equal(t, c.B[n-1].Bytes(), raw[len(raw)-32:])
			require.Len(t, open(c, x), n)
		}
	}
	require.Zero(t, Blocks(0, 3))
}

func TestHomomorphic(t *testing.T) {
	t.Parallel()
	for _, width := range []int{1, 3, 16} {
		k, x := keyPair(t, width)
		rapid.Check(t, func(t *rapid.T) {
			n := rapid.IntRange(1, 7).Draw(t, "n")
			draw := func() []uint64 { return rapid.SliceOfN(rapid.Uint64Range(0, 1<<30), n, n).Draw(t, "v") }
			v, u := draw(), draw()
			weight := rapid.Uint64Range(0, 1<<20).Draw(t, "weight")
			sum, weighted := make([]uint64, n), make([]uint64, n)
			for i := range v {
				sum[i], weighted[i] = v[i]+u[i], v[i]+weight*u[i]
			}
			cv, _ := k.Encrypt(v)
			cu, _ := k.Encrypt(u)
			total := NewCiphertext(n, width).Add(cv, cu)
			requireVotes(t, total, x, sum)
			requireVotes(t, total.Sub(total, cu), x, v) // the receiver may be an argument
			a, b := affine(t, cu)
			requireVotes(t, total.AddWeighted(weight, a, b), x, weighted)
		})
	}
}

func TestNewCiphertextIsNeutral(t *testing.T) {
	t.Parallel()
	k, x := keyPair(t, 3)
	zero := NewCiphertext(5, 3)
	require.Len(t, zero.A, 2)
	c, _ := k.Encrypt([]uint64{1, 2, 3, 4, 5})
	requireSame(t, c, NewCiphertext(5, 3).Add(c, zero))
	requireVotes(t, zero, x, make([]uint64, 5))
	a, b := affine(t, c)
	requireSame(t, c, NewCiphertext(5, 3).AddWeighted(1, a, b))
	requireSame(t, zero, NewCiphertext(5, 3).AddWeighted(0, a, b))
}

func requireSame(t *testing.T, a, b *Ciphertext) {
	x, _ := a.AppendBinary(nil)
	y, _ := b.AppendBinary(nil)
	require.Equal(t, x, y)
}

func TestReencryption(t *testing.T) {
	t.Parallel()
	for _, width := range []int{1, 3} {
		k, x := keyPair(t, width)
		v := []uint64{7, 0, 3, 1}
		c, r := k.Encrypt(v)
		s := scalars(len(r))
		again := k.Reencrypt(c, s)
		requireVotes(t, again, x, v)
		for β := range s { // it is the encryption under the sum of the randomisers
			s[β].Add(&s[β], &r[β])
			require.False(t, again.A[β].Equal(&c.A[β]))
		}
		for i := range v {
			require.False(t, again.B[i].Equal(&c.B[i]))
		}
		m := make([]group.Element, len(v))
		for i := range m {
			m[i].Set(multiple(v[i]))
		}
		requireSame(t, k.EncryptElements(m, s), again)
		requireSame(t, c, k.Reencrypt(c, make([]group.Scalar, len(r)))) // a zero randomiser hides nothing
	}
}

func TestEncryptionsOfOneVoteDiffer(t *testing.T) {
	t.Parallel()
	k, _ := keyPair(t, 2)
	a, _ := k.Encrypt([]uint64{1, 1, 1})
	b, _ := k.Encrypt([]uint64{1, 1, 1})
	seen := map[string]bool{}
	for _, c := range []*Ciphertext{a, b} {
		raw, _ := c.AppendBinary(nil)
		for k := 0; k < len(raw); k += 32 {
			require.False(t, seen[string(raw[k:k+32])], "no element repeats")
			seen[string(raw[k:k+32])] = true
		}
	}
}

func TestWrongNumberOfRandomisersPanics(t *testing.T) {
	t.Parallel()
	k, _ := keyPair(t, 2)
	m := []group.Element{*multiple(1), *multiple(2), *multiple(3)}
	for _, n := range []int{0, 1, 3} {
		require.Panics(t, func() { k.EncryptElements(m, scalars(n)) })
		require.Panics(t, func() { k.Reencrypt(&Ciphertext{nil, m}, scalars(n)) })
	}
}

// TestRelatedKeysLeak: under Y_2 = Y_1 + δG with a δ that the adversary knows,
// B_2 − B_1 − δA = (v_2 − v_1)G, without any secret (Bellare–Boldyreva–Staddon
// 2003 demand independent keys). Proofs of possession do not rule it out by
// themselves: whoever deals both keys can prove both. Independent sharings by
// many dealers do.
func TestRelatedKeysLeak(t *testing.T) {
	t.Parallel()
	δ, x := group.RandomScalar(), group.RandomScalar()
	Y := make([]group.Element, 2)
	Y[0].ScalarBaseMult(x)
	Y[1].Add(&Y[0], group.NewElement().ScalarBaseMult(δ))
	related, err := NewPublicKey(Y)
	require.NoError(t, err)
	independent, _ := keyPair(t, 2)
	difference := func(k *PublicKey) *group.Element {
		c, _ := k.Encrypt([]uint64{3, 10})
		d := group.NewElement().Sub(&c.B[1], &c.B[0])
		return d.Sub(d, group.NewElement().ScalarMult(δ, &c.A[0]))
	}
	require.True(t, difference(related).Equal(multiple(7)), "v_2 − v_1 is in the open")
	require.False(t, difference(independent).Equal(multiple(7)))
	Y[1].Set(&Y[0]) // δ = 0 is refused
	_, err = NewPublicKey(Y)
	require.Error(t, err)
}

func TestIsNeutral(t *testing.T) {
	t.Parallel()
	require.True(t, NewCiphertext(3, 2).IsNeutral())
	for name, change := range map[string]func(c *Ciphertext){
		"an A": func(c *Ciphertext) { c.A[1].Set(group.Generator()) },
		"a B":  func(c *Ciphertext) { c.B[2].Set(group.Generator()) },
	} {
		c := NewCiphertext(3, 2)
		change(c)
		require.False(t, c.IsNeutral(), name)
	}
}
