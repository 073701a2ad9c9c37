package ballot

import (
	"veche.example/elgamal"
	"veche.example/proofs"
)

// ballotSize is the length of a signed ballot with these contests under W keys, which is
// Election.BallotSize before there is a key; 0 if there can be none with W of them.
// Implements section 4 of docs/spec/ballot.md.
func ballotSize(contests []*Contest, W int) int {
	if W < 1 || W > elgamal.MaxWidth {
		return 0
	}
	size, bits, knowledge := headerSize+proofs.SignatureSize, 0, 0
	for _, c := range contests {
		n := c.positions()
		blocks := elgamal.Blocks(n, W)
		size += 32 * (n + blocks)
		if c.Mixed() {
			knowledge = proofs.KnowledgeSize
		} else {
			bits += c.piece.bits
			size += 32 * (c.piece.bits + blocks)
		}
	}
	if bits > 0 {
		size += 32 * 7
	}
	return size + knowledge
}
