package verify

import (
	"errors"
	"fmt"

	"veche.example/ballot/box"
	"veche.example/elgamal/threshold"
	"veche.example/tally"
	"veche.example/tally/record"
)

// checkContests makes the checks from Mixes to Totals for the recomputed sums and lists,
// contest by contest, so that lists do not stay in memory.
func (v *verifier) checkContests() error {
	if v.closing == nil {
		return errStop // so that nothing can have been mixed, signed or decrypted
	}
	v.check(Mixes)
	published, err := v.readTally()
	if err != nil {
		return err
	}
	complete := published != nil
	for k := range v.manifest.Contests {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		m, err := v.readMixes(k)
		if err != nil {
			return err
		}
		if published == nil {
			v.verifyMixes(k, m)
		} else {
			v.decrypt(k, m, &published[k])
		}
		if m.few != nil {
			v.failFew(k, m)
			complete = false
		}
		v.progress(Contests, uint64(k+1), uint64(len(v.manifest.Contests)))
	}
	if published != nil {
		file, err := record.EncodeTally(v.manifest, published)
		if err != nil {
			return err
		}
		v.compare(record.TallyFile, box.Tally, record.TallyEntry(file))
	}
	if shares, totals := v.check(Shares), v.check(Totals); !complete || shares.Failed+totals.Failed > 0 {
		totals.Reached = complete && shares.Failed == 0
		return errStop
	}
	return nil
}

// readTally begins the checks of what it reads. It returns nil if the file is at fault.
func (v *verifier) readTally() ([]tally.Shares, error) {
	shares, rows := v.check(Shares), make([]int, len(v.manifest.Contests))
	for k := range rows {
		rows[k] = v.aggregate.Rows(k)
	}
	published, err := v.in.Tally(v.manifest, rows)
	if err != nil {
		if err := unreadable(shares, record.TallyFile, err); !errors.Is(err, errStop) {
			return nil, err
		}
		return nil, nil
	}
	v.check(Quorum)
	return published, nil
}

// decrypt checks what is published for the k-th contest and reads its votes.
func (v *verifier) decrypt(k int, m *mixing, published *tally.Shares) {
	shares, totals := v.check(Shares), v.check(Totals)
	place := fmt.Sprintf("%s, contest %q", record.TallyFile, v.manifest.Contests[k].ID)
	d, right, err := v.open(k, m, published.Shares)
	switch {
	case m.few != nil: // nothing follows from the log that could have been decrypted
		return
	case d != nil:
		v.checkQuorum(place, d, published.Signatures)
		shares.Items += present(published.Shares)
	case present(published.Signatures)+present(published.Shares) > 0:
		shares.fail(place, "signatures or shares, but the contest is empty or withheld and needs none")
	}
	var votes *tally.Votes
	if err == nil {
		votes, err = v.aggregate.Open(k, d, right)
	}
	v.votes = append(v.votes, votes)
	totals.Items += v.outputs(k)
	if blame := new(threshold.BlameError); errors.As(err, &blame) {
		v.blame(shares, place, err)
	} else if err != nil {
		totals.fail(place, "%v", err)
	}
}

// outputs is how many totals, or single votes, are decrypted of the k-th contest.
func (v *verifier) outputs(k int) int {
	switch {
	case v.aggregate.Withheld(k):
		return 0
	case v.manifest.Contests[k].Mixed():
		return v.aggregate.Ballots(k)
	}
	return len(v.manifest.Contests[k].Outputs())
}

func present(s [][]byte) (n int) {
	for i := range s {
		if s[i] != nil {
			n++
		}
	}
	return n
}

// checkQuorum demands a quorum and refuses every wrong signature, needed or not.
func (v *verifier) checkQuorum(place string, d *threshold.Decryption, signatures [][]byte) {
	c := v.check(Quorum)
	c.Items += present(signatures)
	if err := d.CheckQuorum(signatures); err != nil {
		c.fail(place, "%v", err)
	}
	if d.Check() != nil {
		return
	}
	for i, signer := range d.Keys.Signers() {
		if s := signatures[i]; s != nil && d.VerifySignature(signer, s) != nil {
			c.fail(place, "signature of %s: not on the list that follows from the log", v.signer(i))
		}
	}
}

func (v *verifier) signer(i int) string {
	if n := len(v.manifest.Trustees); i >= n {
		return "witness " + v.manifest.Witnesses[i-n].ID
	}
	return "trustee " + v.manifest.Trustees[i].ID
}
