package ballot

import (
	"fmt"

	"veche.example/internal/wire"
	"veche.example/proofs"
	"veche.example/proofs/transcript"
)

// Version is the only value of a manifest's version field.
const Version = "veche/v1"

// Hard limits of a manifest.
const (
	MaxManifest = 1 << 20 // bytes
	MaxTrustees = 64
	MaxContests = 256
	MaxOptions  = 4096 // options and candidates of one contest
	MaxStyles   = 1024
	MaxName     = 256 // bytes in a name or title
	MaxVoters   = 10_000_000
	MaxMixers   = 64

	// MaxBallotBits is the most bits that a contest compiles to: a ballot with more is
	// longer than MaxBallot.
	MaxBallotBits = 1 << 11

	// MaxBallotPlaintexts is the most elements that carry the votes of a style's mixed
	// contests: each takes a voter's device a millisecond or more.
	MaxBallotPlaintexts = 1 << 9

	// MaxBallot is the most bytes of a signed ballot, which together with its kind is an
	// entry of the ballot box's log.
	MaxBallot = 65_534

	// maxTerms bounds what all styles together compile to, terms and rows.
	maxTerms = 1 << 22
)

const _ = uint(proofs.MaxBits - MaxBallot/32) // a style fits into a proof, which has 32 bytes for each bit

// Manifest says everything about an election that is fixed before the trustees
// make its key. It is read with ParseManifest and not changed afterwards: it is
// hashed as the exact bytes that were read. Specified in docs/spec/manifest.md.
type Manifest struct {
	Version   string  `json:"version"`
	ID        string  `json:"id"`
	Title     string  `json:"title"`
	Width     int     `json:"width"` // W, keys of the election, 1..256
	Trustees  []Party `json:"trustees"`
	Threshold int     `json:"threshold"` // trustees that decrypt
	Witnesses []Party `json:"witnesses,omitempty"`
	Mixers    []Party `json:"mixers,omitempty"` // exactly if a contest is mixed
	Mixes     int     `json:"mixes,omitempty"`  // of mixed contests, the least number of good mixes, 1..len(Mixers)
	Box       Box     `json:"box"`
	Roll      RollID  `json:"roll"`
	// MinBallots is the least number of counted ballots in a contest for which the
	// trustees decrypt it, 1..Roll.Voters; 1 if the text does not state it.
	MinBallots int        `json:"min_ballots,omitempty"`
	Contests   []*Contest `json:"contests"`
	Styles     []Style    `json:"styles,omitempty"` // never empty once parsed

	raw []byte
}

// Party is a trustee, a witness or a mixer. Trustees are numbered 1, 2, … in the order of
// the manifest.
type Party struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Key  string `json:"key"` // hexadecimal, see VerifyKey

	key proofs.VerifyKey
}

// VerifyKey returns the key that signs for the party.
func (p *Party) VerifyKey() proofs.VerifyKey { return p.key }

// Box is the ballot box, known by the key that signs its promises, and by the one that
// signs its log.
type Box struct {
	Key string `json:"key"` // hexadecimal, see Manifest.BoxKey
	Log string `json:"log"` // origin+hash+base64 of an Ed25519 key, see package ballot/box

	key proofs.VerifyKey
}

// RollID fixes the roll of voters.
type RollID struct {
	Hash   string `json:"hash"`   // hexadecimal, Roll.Hash
	Voters int    `json:"voters"` // entries, 1..MaxVoters

	hash [32]byte
}

// Style is a ballot style: the contests that a voter of this style has, in the
// order in which they stand on the ballot.
type Style struct {
	ID       string   `json:"id"`
	Contests []string `json:"contests"`

	contests []*Contest
}

// ParseManifest reads a manifest and checks all of it. The error lists what is
// wrong in the fields, up to 100 problems, each with its path and a remedy.
func ParseManifest(b []byte) (*Manifest, error) {
	if len(b) > MaxManifest {
		return nil, fmt.Errorf("manifest: %d bytes, at most %d are allowed", len(b), MaxManifest)
	}
	m := &Manifest{raw: append([]byte(nil), b...)}
	if err := decodeStrict(b, m); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	if err := m.validate(); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	return m, nil
}

// Bytes returns a copy of the bytes that were parsed.
func (m *Manifest) Bytes() []byte { return append([]byte(nil), m.raw...) }

// Hash returns the hash of the manifest's exact bytes (M1 of docs/spec/manifest.md).
func (m *Manifest) Hash() [32]byte { return transcript.Hash("manifest", m.raw) }

// Session returns the identifier of the attempt-th key ceremony, counted from 1: a
// void ceremony is repeated under the next number (M2 of docs/spec/manifest.md).
func (m *Manifest) Session(attempt uint32) [32]byte {
	return transcript.Hash("ceremony-session", m.raw, wire.AppendUint32(nil, attempt))
}

// BoxKey returns the key that signs the ballot box's promises.
func (m *Manifest) BoxKey() proofs.VerifyKey { return m.Box.key }

// TrusteeKeys returns the trustees' identity keys in the order of their indices.
func (m *Manifest) TrusteeKeys() []proofs.VerifyKey { return keysOf(m.Trustees) }

// WitnessKeys returns the witnesses' keys.
func (m *Manifest) WitnessKeys() []proofs.VerifyKey { return keysOf(m.Witnesses) }

// MixerKeys returns the mixers' keys, none if no contest is mixed.
func (m *Manifest) MixerKeys() []proofs.VerifyKey { return keysOf(m.Mixers) }

func keysOf(parties []Party) []proofs.VerifyKey {
	keys := make([]proofs.VerifyKey, len(parties))
	for i := range parties {
		keys[i] = parties[i].key
	}
	return keys
}

// StyleContests returns the contests of the style with this index, in ballot order.
// It panics if there is no such style.
func (m *Manifest) StyleContests(style int) []*Contest { return m.Styles[style].contests }

// StyleIndex returns the index of the style with this ID.
func (m *Manifest) StyleIndex(id string) (int, error) {
	for i := range m.Styles {
		if m.Styles[i].ID == id {
			return i, nil
		}
	}
	return 0, fmt.Errorf("ballot: the manifest has no style %q", id)
}
