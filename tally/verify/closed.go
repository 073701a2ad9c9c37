package verify

import (
	"context"
	"fmt"
	"io/fs"

	"veche.example/ballot"
	"veche.example/elgamal/threshold"
	"veche.example/tally"
)

// Tally is what follows from a record whose ballot box is closed and that awaits
// its decryption.
type Tally struct {
	Report *Report
	// Decryptions is what each contest's trustees sign and decrypt, in the order of
	// the manifest; nil for a contest that needs none (see tally.Aggregate.Decryption).
	Decryptions []*threshold.Decryption

	aggregate *tally.Aggregate
	closing   [32]byte
	ledger    *ballot.Ledger
}

// Has reports whether the ballot with this code was cast or challenged. Before
// trustees sign, they ask it for the codes that voters have published: a ballot box
// that has swallowed all ballots but one would otherwise learn that vote. A promise
// does not count, since a box that swallows ballots gives promises too.
func (t *Tally) Has(code ballot.Code) bool { return t.ledger.Decided(code) }

// Closed verifies a record up to its closing, as every trustee and witness does
// before signing or decrypting anything. The error says what is wrong with it.
func Closed(ctx context.Context, fsys fs.FS, progress Progress) (*Tally, error) {
	v := newVerifier(ctx, fsys, progress)
	if err := v.run(v.checkManifest, v.checkRoll, v.checkCeremony, v.readClosing, v.checkLog); err != nil {
		return nil, err
	}
	v.report.Checks = v.report.Checks[Manifest-1 : Closing]
	v.report.finish()
	if !v.report.passed() {
		return nil, fmt.Errorf("the record does not verify up to its closing:\n%s", v.report.Text())
	}
	return v.tally(), nil
}

func (v *verifier) tally() *Tally {
	t := &Tally{Report: v.report, aggregate: v.aggregate, closing: v.closing.Digest(v.election), ledger: v.ledger}
	for k := range v.manifest.Contests {
		t.Decryptions = append(t.Decryptions, v.aggregate.Decryption(k, v.keys, t.closing))
	}
	return t
}

// Result checks the shares of every contest, combines them and counts.
func (t *Tally) Result(contests []tally.Shares) (*tally.Result, error) {
	if len(contests) != len(t.Decryptions) {
		return nil, fmt.Errorf("shares of %d contests, the manifest has %d", len(contests), len(t.Decryptions))
	}
	totals := make([][]uint64, len(t.Decryptions))
	for k, d := range t.Decryptions {
		var err error
		if totals[k], err = t.aggregate.Totals(k, d, contests[k].Shares); err != nil {
			return nil, err
		}
	}
	return t.aggregate.Result(totals, t.closing)
}

// DecryptLocally makes the signatures and shares of every contest in one process
// that holds the trustees' secrets and the witnesses' keys, for tests and
// demonstrations. present[i] is trustee i+1 and witnesses[i] the manifest's i-th
// witness, nil if that one stays away.
func (t *Tally) DecryptLocally(present []*threshold.Trustee, witnesses []*threshold.Witness) ([]tally.Shares, error) {
	out := make([]tally.Shares, len(t.Decryptions))
	for k, d := range t.Decryptions {
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
		if s.Shares[i], err = trustee.Decrypt(d, s.Signatures); err != nil {
			return s, err
		}
	}
	return s, nil
}
