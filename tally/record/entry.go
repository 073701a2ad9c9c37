package record

import (
	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/internal/wire"
	"veche.example/proofs/transcript"
)

// The bodies of the log's entries that name the record's files, for whoever keeps the log
// in another way than [Writer]. The bytes of a file are those that are published.

// ManifestEntry names manifest and roll (L1).
func ManifestEntry(m *ballot.Manifest, roll *ballot.Roll) []byte {
	manifest, voters := m.Hash(), roll.Hash()
	return append(manifest[:], voters[:]...)
}

// CeremonyEntry names ceremony.bin (L2).
func CeremonyEntry(file []byte) []byte { return bytesOf(transcript.Hash("ceremony-file", file)) }

// MixEntry names the file of the mix at a position, from 1, of the contest with this index
// in the manifest (L5).
func MixEntry(contest, position int, file []byte) []byte {
	b := wire.AppendUint32(wire.AppendUint16(nil, uint16(contest)), uint32(position))
	return append(b, bytesOf(transcript.Hash("mix-file", file))...)
}

// TallyEntry names tally.bin (L6).
func TallyEntry(file []byte) []byte { return bytesOf(transcript.Hash("tally-file", file)) }

// ResultEntry names result.json (L7).
func ResultEntry(file []byte) []byte { return bytesOf(transcript.Hash("result-file", file)) }

func bytesOf(h [32]byte) []byte { return h[:] }

// entry returns an entry of the log.
func entry(k box.Kind, body []byte) []byte { return append([]byte{byte(k)}, body...) }
