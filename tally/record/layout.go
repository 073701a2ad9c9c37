// Package record is the published record of an election: a directory of static
// files from which anyone can verify everything. A [Writer] writes it in the
// order of events, each perhaps by a process of its own; a [Reader] reads it. The
// events themselves are entries of the log that package ballot/box keeps in the
// directory. Whoever only wants a verdict uses package tally/verify.
//
// It implements docs/spec/record.md.
package record

import "veche.example/ballot"

// The files of a record, besides one for each mix (MixFile), and the directory of its
// log. There is nothing else.
const (
	ManifestFile = "manifest.json" // the exact bytes that were hashed
	RollFile     = "roll.bin"
	CeremonyFile = "ceremony.bin"
	LogDir       = "log" // see package ballot/box
	TallyFile    = "tally.bin"
	ResultFile   = "result.json" // follows from the others
)

// Files returns the names of the files that every complete record has beside its log, in
// the order in which they are written.
func Files() []string { return []string{ManifestFile, RollFile, CeremonyFile, TallyFile, ResultFile} }

// The first line of every binary file but the roll, which has its own version.
const (
	ceremonyHead = "veche/v1 ceremony\n"
	mixHead      = "veche/v1 mix\n"
	tallyHead    = "veche/v1 tally\n"
)

// Hard limits on what is read.
const (
	maxRoll    = 5 + ballot.MaxVoters*38
	maxMessage = 2 << 20 // bytes of a trustee's message in one round
	maxNamed   = 1 << 40 // bytes of a file of our own that the log names
)

// shareSize is the length of a decryption share of so many ciphertexts of the contest,
// docs/spec/decryption.md.
func shareSize(m *ballot.Manifest, c *ballot.Contest, rows int) int {
	positions := 0
	for _, w := range c.Widths(m.Width) {
		positions += w
	}
	return 32 * (positions*rows + 2*m.Width + 1)
}
