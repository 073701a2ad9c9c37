package verify

import (
	"context"
	"fmt"
	"io/fs"

	"veche.example/ballot"
	"veche.example/elgamal/threshold"
	"veche.example/mixnet"
	"veche.example/tally"
)

// Tally is what follows from a record whose ballot box is closed and that awaits its
// mixes, if it has mixed contests, and its decryption. It is not safe for concurrent use.
type Tally struct {
	Report *Report
	// Decryptions is what each contest's trustees sign and decrypt, in the order of
	// the manifest; nil for a contest that needs none (see tally.Aggregate.Decryption),
	// and for one that still lacks good mixes. A mix that is added later would change
	// what is decrypted: trustees sign after the mixing is declared to be over.
	Decryptions []*threshold.Decryption

	aggregate *tally.Aggregate
	closing   [32]byte
	ledger    *ballot.Ledger
	mixings   []*mixing
}

// Has reports whether the ballot with this code was cast or challenged. Before
// trustees sign, they ask it for the codes that voters have published: a ballot box
// that has swallowed all ballots but one would otherwise learn that vote. A promise
// does not count, since a box that swallows ballots gives promises too.
func (t *Tally) Has(code ballot.Code) bool { return t.ledger.Decided(code) }

// Cascade returns how the k-th contest is mixed, nil if it is not: see
// tally.Aggregate.Cascade.
func (t *Tally) Cascade(k int) *mixnet.Cascade { return t.mixings[k].cascade }

// NextMix returns the list that the next mixer of the k-th contest mixes, and the
// position of that mix, for mixnet.Cascade.Mix and then record.WriteMix. The list is nil
// if the contest is not mixed.
func (t *Tally) NextMix(k int) (in *mixnet.List, position int) {
	m := t.mixings[k]
	if m.cascade == nil {
		return nil, 0
	}
	return m.verdict.Output, len(m.mixes) + 1
}

// Closed verifies a record up to its closing and the mixes that are there so far, as every
// mixer, trustee and witness does before mixing, signing or decrypting anything. The error
// says what is wrong with it. Bad mixes that their mixers have signed are in the report's
// notes.
func Closed(ctx context.Context, fsys fs.FS, progress Progress) (*Tally, error) {
	v := newVerifier(ctx, fsys, progress)
	if err := v.run(v.readManifest, v.readCheckpoint, v.checkManifest, v.checkRoll, v.checkCeremony, v.checkLog, v.checkMixes); err != nil {
		return nil, err
	}
	v.report.Checks = v.report.Checks[Manifest-1 : Mixes]
	v.report.finish()
	if !v.report.passed() {
		return nil, fmt.Errorf("the record does not verify up to its closing:\n%s", v.report.Text())
	}
	return v.tally(), nil
}

func (v *verifier) tally() *Tally {
	t := &Tally{Report: v.report, aggregate: v.aggregate, closing: v.closing.Digest(v.election), ledger: v.ledger, mixings: v.mixings}
	for k, m := range v.mixings {
		t.Decryptions = append(t.Decryptions, v.decryption(k, m.output()))
	}
	return t
}

// Result checks the shares of every contest, combines them and counts.
func (t *Tally) Result(contests []tally.Shares) (*tally.Result, error) {
	if len(contests) != len(t.Decryptions) {
		return nil, fmt.Errorf("shares of %d contests, the manifest has %d", len(contests), len(t.Decryptions))
	}
	votes := make([]*tally.Votes, len(t.Decryptions))
	for k, d := range t.Decryptions {
		var right []*threshold.Share
		var err error
		if d != nil {
			right, err = d.VerifyShares(contests[k].Shares)
		}
		if err == nil {
			votes[k], err = t.aggregate.Open(k, d, right)
		}
		if err != nil {
			return nil, err
		}
	}
	return t.aggregate.Result(votes, t.closing)
}

// DecryptLocally makes the signatures and shares of every contest in one process
// that holds the trustees' secrets and the witnesses' keys, for tests and
// demonstrations. present[i] is trustee i+1 and witnesses[i] the manifest's i-th
// witness, nil if that one stays away. Mixed contests must have been mixed.
func (t *Tally) DecryptLocally(present []*threshold.Trustee, witnesses []*threshold.Witness) ([]tally.Shares, error) {
	out := make([]tally.Shares, len(t.Decryptions))
	for k, d := range t.Decryptions {
		if err := t.mixings[k].few; err != nil {
			return nil, err
		}
		if d == nil {
			continue
		}
		var err error
		if out[k], err = decryptLocally(d, present, witnesses); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func decryptLocally(d *threshold.Decryption, present []*threshold.Trustee, witnesses []*threshold.Witness) (s tally.Shares, err error) {
	n, w := d.Keys.Trustees(), len(d.Keys.Witnesses())
	if len(present) != n || len(witnesses) > w {
		return s, fmt.Errorf("%d trustees and %d witnesses given, the manifest has %d and %d", len(present), len(witnesses), n, w)
	}
	s = tally.Shares{Signatures: make([][]byte, n+w), Shares: make([][]byte, n)}
	for i, trustee := range present {
		if trustee == nil {
			continue
		}
		if s.Signatures[i], err = trustee.Sign(d); err != nil {
			return s, err
		}
	}
	for i, witness := range witnesses {
		if witness == nil {
			continue
		}
		if s.Signatures[n+i], err = witness.Sign(d); err != nil {
			return s, err
		}
	}
	for i, trustee := range present {
		if trustee == nil {
			continue
		}
		if s.Shares[i], err = trustee.Decrypt(context.Background(), d, s.Signatures, nil); err != nil {
			return s, err
		}
	}
	return s, nil
}
