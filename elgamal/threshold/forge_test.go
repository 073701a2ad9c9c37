package threshold

import (
	"crypto/hpke"
	"slices"

	"veche.example/elgamal/group"
)

// forgery is a dealing whose parts a test may spoil before it is signed.
type forgery struct {
	polynomials  [][]group.Scalar // W rows
	coefficients []byte
	possession   []byte
	shares       [][]byte // plaintexts
}

// forge returns a change that has dealer i commit to and deal what the two
// functions leave; either may be nil. dealt runs after everything is made.
func forge(dealer int, chosen func(p *play, polynomials [][]group.Scalar), dealt func(p *play, f *forgery)) change {
	return func(p *play, round, i int, m []byte) []byte {
		if i != dealer || round < 1 || round > 2 {
			return m
		}
		s := p.commit[i-1]
		if round == 1 {
			if chosen != nil {
				chosen(p, s.polynomials)
			}
			h := p.c.commitment(i, s.coefficients())
			return p.resign(i, append(header(1, i), h[:]...))
		}
		return p.resign(i, p.forgeDealing(i, dealt))
	}
}

// publicRecord returns the record of the rounds that are complete.
func (p *play) publicRecord(rounds int) *record {
	r, err := newRecord(p.c)
	for _, messages := range p.rounds[:rounds] {
		if err == nil {
			r, err = r.with(messages)
		}
	}
	if err != nil {
		panic(err)
	}
	return r
}

func (p *play) forgeDealing(i int, dealt func(p *play, f *forgery)) []byte {
	r, s := p.publicRecord(2), p.commit[i-1]
	view := r.view()
	f := &forgery{polynomials: s.polynomials, coefficients: s.coefficients()}
	d := &dealing{coefficients: commitTo(s.polynomials)}
	f.possession = r.possession(i, view, d).Prove(constantsOf(s.polynomials))
	for j := range p.ids {
		f.shares = append(f.shares, appendScalars(nil, shareOf(s.polynomials, j+1)))
	}
	if dealt != nil {
		dealt(p, f)
	}
	body := slices.Concat(header(2, i), view[:], f.coefficients, f.possession)
	aad := [32]byte{}
	if len(body) == p.c.openSize() {
		aad = p.c.aad(body)
	}
	for j, plain := range f.shares {
		body = append(body, p.sealBytes(i, j+1, aad, plain)...)
	}
	return body
}

func commitTo(polynomials [][]group.Scalar) (rows [][]group.Element) {
	for _, row := range polynomials {
		points := make([]group.Element, len(row))
		for k := range row {
			points[k].ScalarBaseMult(&row[k])
		}
		rows = append(rows, points)
	}
	return rows
}

func constantsOf(polynomials [][]group.Scalar) []group.Scalar {
	x := make([]group.Scalar, len(polynomials))
	for l := range x {
		x[l].Set(&polynomials[l][0])
	}
	return x
}

func shareOf(polynomials [][]group.Scalar, j int) []group.Scalar {
	x := make([]group.Scalar, len(polynomials))
	for l := range x {
		x[l].Set(evaluateSecret(polynomials[l], j))
	}
	return x
}

// sealBytes encrypts any plaintext as dealer i's share for j.
func (p *play) sealBytes(i, j int, aad [32]byte, plain []byte) []byte {
	enc, sender, err := hpke.NewSender(p.publicRecord(1).transport[j-1], kdf, aead, p.c.shareInfo(i, j))
	if err != nil {
		panic(err)
	}
	sealed, err := sender.Seal(aad[:], plain)
	if err != nil {
		panic(err)
	}
	return append(enc, sealed...)
}
