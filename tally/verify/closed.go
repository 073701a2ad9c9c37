package verify

import (
	"context"
	"fmt"
	"io/fs"

	"veche.example/elgamal/threshold"
	"veche.example/proofs"
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
}

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
	t := &Tally{Report: v.report, aggregate: v.aggregate, closing: v.closing.Digest(v.election)}
	for k := range v.manifest.Contests {
		t.Decryptions = append(t.Decryptions, v.aggregate.Decryption(k, v.keys, t.closing))
	}
	return t, nil
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
// demonstrations. present[i] is trustee i+1, nil if that one stays away.
func (t *Tally) DecryptLocally(present []*threshold.Trustee, witnesses []*proofs.SigningKey) ([]tally.Shares, error) {
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

func decryptLocally(d *threshold.Decryption, present []*threshold.Trustee, witnesses []*proofs.SigningKey) (tally.Shares, error) {
	n := len(present)
	s := tally.Shares{Signatures: make([][]byte, n+len(witnesses)), Shares: make([][]byte, n)}
	signers := make([]proofs.VerifyKey, n)
	for i, trustee := range present {
		signers[i] = d.Keys.Identity(i + 1)
		if trustee == nil {
			continue
		}
		var err error
		if s.Signatures[i], err = trustee.Sign(d); err != nil {
			return s, err
		}
	}
	for i, w := range witnesses {
		signers = append(signers, w.Public())
		s.Signatures[n+i] = d.Sign(w)
	}
	for i, trustee := range present {
		if trustee == nil {
			continue
		}
		var err error
		if s.Shares[i], err = trustee.Decrypt(d, signers, s.Signatures); err != nil {
			return s, err
		}
	}
	return s, nil
}
