package threshold

import (
	"slices"

	"veche.example/elgamal"
	"veche.example/elgamal/group"
)

// list returns the statement for fresh encryptions of the votes, as many in each.
func (h *house) list(contest string, votes ...[]uint64) *Decryption {
	var ciphertexts []*elgamal.Ciphertext
	for _, v := range votes {
		c, _ := h.keys.Election.Encrypt(v)
		ciphertexts = append(ciphertexts, c)
	}
	n, width := len(votes[0]), h.keys.Election.Width()
	widths := slices.Repeat([]int{width}, elgamal.Blocks(n, width))
	widths[len(widths)-1] = n - width*(len(widths)-1)
	return h.statement(contest, widths, ciphertexts...)
}

func (h *house) statement(contest string, widths []int, ciphertexts ...*elgamal.Ciphertext) *Decryption {
	d := &Decryption{Keys: h.keys, Fingerprint: [32]byte{1}, Closing: [32]byte{2}, Contest: contest, Widths: widths}
	for _, c := range ciphertexts {
		add(d, c)
	}
	return d
}

func add(d *Decryption, c *elgamal.Ciphertext) {
	encoded, _ := c.AppendBinary(nil)
	setEncoded(d, append(slices.Clip(d.Encoded), encoded...))
}

func setEncoded(d *Decryption, encoded []byte) {
	points, err := group.DecodeAffines(encoded)
	if err != nil {
		panic(err)
	}
	d.Encoded, d.Points = encoded, points
}

// copyOf returns a statement with the fields of d, which may be changed.
func copyOf(d *Decryption) *Decryption {
	return &Decryption{Keys: d.Keys, Fingerprint: d.Fingerprint, Closing: d.Closing, Contest: d.Contest,
		Widths: slices.Clone(d.Widths), Encoded: slices.Clone(d.Encoded), Points: slices.Clone(d.Points)}
}

// pick makes the list that of some of its ciphertexts, from 0.
func pick(d *Decryption, rows ...int) {
	size := 32 * d.size()
	var encoded []byte
	for _, e := range rows {
		encoded = append(encoded, d.Encoded[e*size:(e+1)*size]...)
	}
	setEncoded(d, encoded)
}

// encrypt returns a ciphertext of any shape, written from the specification:
// A_β = r_β G and B_i = M_i + r_β Y_l.
func (h *house) encrypt(widths []int, votes ...uint64) *elgamal.Ciphertext {
	c := new(elgamal.Ciphertext)
	for _, w := range widths {
		r := group.RandomScalar()
		c.A = append(c.A, *new(group.Element).ScalarBaseMult(r))
		for l := range w {
			m := baseTimes(int(votes[0]))
			c.B = append(c.B, *m.Add(m, new(group.Element).ScalarMult(r, h.keys.Election.Key(l))))
			votes = votes[1:]
		}
	}
	return c
}

// pair is one position of a list.
type pair struct {
	row, block, key int // from 0
	a, b            *group.Element
}

// pairs lists the positions in their order, written from the specification.
func pairs(d *Decryption) (all []pair) {
	size := d.size()
	for e := range len(d.Points) / size {
		row := d.Points[e*size : (e+1)*size]
		b := row[len(d.Widths):]
		for β, w := range d.Widths {
			for l := range w {
				all = append(all, pair{e, β, l, row[β].Element(), b[0].Element()})
				b = b[1:]
			}
		}
	}
	return all
}
