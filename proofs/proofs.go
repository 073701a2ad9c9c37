// Package proofs makes and checks the zero-knowledge proofs of an election:
// knowledge of discrete logarithms, their equality, signatures, and the proof
// that the bits behind a ballot's ciphertexts obey the contest's rules. No proof
// is decided alone: each Verify adds equations to a [Claim], and a [Batch]
// decides many claims with one multi-scalar multiplication. Voting applications
// use packages ballot and tally/verify instead.
package proofs

import "errors"

// ErrProof is the one error of every proof that does not hold or cannot be
// read: which part failed is no one's business but the prover's. Callers add
// whose proof it was.
var ErrProof = errors.New("proof does not hold")
