// Package threshold is the trustees' part of an election: the ceremony in which
// n of them make a key that any t can use, and the decryption of one list of
// ciphertexts with shares that anybody can check. Who only encrypts, votes or
// counts does not need it.
//
// A ceremony has four rounds of one message per trustee, and its states are
// types: Begin, Commit, Deal, Confirm and Finish each take the messages of the
// round before, consume their state and return the next one with the message to
// publish.
//
//	keyed, m0, err := ceremony.Begin(index, identity, vault.File(path, passphrase))
//	committed, m1, err := keyed.Commit(round0)
//	dealt, m2, err := committed.Deal(round1)
//	confirmed, m3, err := dealt.Confirm(round2)
//	trustee, err := confirmed.Finish(round3)
//
// Slices of messages have n entries, trustee i at position i-1, nil where none
// came. Everybody else gives the four rounds to Ceremony.Verify and has the keys.
//
// Two different messages of one trustee for one round prove its fault, and so do
// signatures on two lists for one contest. Every state therefore hands itself to
// a Store before its message is returned, and Restore brings it back with the
// message as it was. Package vault encrypts it into a file. Nobody notices if an
// older file takes the place of the newest: keep no copies to go back to.
//
// The first list that a Trustee or a Witness signs or decrypts fixes the election
// and the closing that it serves, for ever; of each contest it takes one list.
//
// A Decryption is what trustees sign and open, and what others check their shares
// against: VerifyShares, or VerifySharesWith in one batch with the mixes of the list.
//
// Secret operations are constant time; checks of public messages are not. The
// normative text is docs/spec/ceremony.md (equations K1-K14) and
// docs/spec/decryption.md (T1-T12), the reasons are in docs/math/decryption.md.
// The ceremony is Pedersen's distributed key generation (EUROCRYPT 1991) with a
// commit round and proofs of possession, in the family of Komlo and Goldberg's
// FROST (SAC 2020).
package threshold
