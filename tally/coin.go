package tally

import (
	"slices"

	"veche.example/ballot"
	"veche.example/elgamal"
	"veche.example/elgamal/group"
	"veche.example/elgamal/threshold"
	"veche.example/internal/wire"
	"veche.example/tally/count"
)

// The lots of drawn ties come from a coin that the trustees toss when they decrypt: one
// more ciphertext of the contest's list, (K_1, …, K_b; O, …, O) with K_β hashed from the
// closing. Its plaintexts are -x_l K_β: fixed by the closing, and unknown to all but t
// trustees together. What the votes themselves are hidden by would not do, since whoever
// closes the box, or mixes last, can guess small totals and single votes. M. Naor,
// B. Pinkas, O. Reingold: Distributed pseudo-random functions and KDCs (EUROCRYPT 1999).

// draws reports whether a tie in the contest is to be drawn.
func draws(c *ballot.Contest) bool {
	const draw = string(count.Draw)
	return c.Seats != nil && c.Seats.Ties == draw ||
		slices.ContainsFunc(c.Counts, func(r ballot.CountRule) bool { return r.Ties == draw })
}

// addCoin adds the coin to a list.
func addCoin(d *threshold.Decryption) {
	coin := &elgamal.Ciphertext{}
	for β, w := range d.Widths {
		coin.A = append(coin.A, *coinBase(d, β))
		for range w {
			coin.B = append(coin.B, *group.NewElement())
		}
	}
	d.Encoded, _ = coin.AppendBinary(slices.Clip(d.Encoded))
	d.Points = append(slices.Clip(d.Points), group.Affines(append(coin.A, coin.B...))...)
}

// coinBase returns K_β, β from 0: A5.
func coinBase(d *threshold.Decryption, β int) *group.Element {
	msg := append(d.Fingerprint[:], d.Closing[:]...)
	msg = wire.AppendUint32(wire.AppendVector(msg, []byte(d.Contest)), uint32(β+1))
	return group.HashToElement("veche/v1/tie-coin", msg) // A5
}
