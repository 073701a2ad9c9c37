// Package ballot turns a voter's choice into an encrypted, provably valid ballot:
// the manifest of an election, contests and their rules, the roll of credentials,
// building, casting or challenging a ballot, and the rules by which a ballot box
// accepts one. Who only counts or mixes ciphertexts does not need it.
//
// The way of a vote: ParseManifest and NewElection give the Election; GenerateSeed
// and Election.Build give a Draft with its tracking code; the box answers
// Draft.Request with a Promise; then the voter casts (Draft.Sign) or challenges (Draft.Open).
// Election.VerifyBallots decides many ballots at once, and Ledger says which of them
// count.
package ballot
