package verify

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"veche.example/ballot/box"
	"veche.example/elgamal/group"
	"veche.example/elgamal/threshold"
	"veche.example/mixnet"
	"veche.example/proofs"
	"veche.example/tally/record"
)

// mixing is the mixes of one contest.
type mixing struct {
	cascade *mixnet.Cascade // nil if there is nothing to mix
	mixes   []*mixnet.Mix
	verdict *mixnet.Verdict
	few     error // there are not enough good mixes
}

// readMixes reads the mixes of the k-th contest. A file that is no mix is a fault, and
// takes its place as a mix that nobody signed.
func (v *verifier) readMixes(k int) (*mixing, error) {
	c, contest := v.check(Mixes), v.manifest.Contests[k]
	m, input := &mixing{cascade: v.aggregate.Cascade(k)}, new(mixnet.List)
	if m.cascade != nil {
		input = m.cascade.Input
	}
	for position := 1; contest.Mixed(); position++ {
		if err := v.ctx.Err(); err != nil {
			return nil, err
		}
		name := record.MixFile(contest.ID, position)
		mix, err := v.in.Mix(contest.ID, position, input)
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		c.Items++
		if m.cascade == nil {
			c.fail(name, "the contest is empty or withheld and is not mixed")
			break
		}
		if most := record.MaxMixes(v.manifest); position > most {
			c.fail(name, "a mix too many, there can be %d", most)
			break
		}
		if err != nil {
			if err := unreadable(c, name, err); !errors.Is(err, errStop) {
				return nil, err
			}
			v.compare(name, box.Mix, nil)
			mix = new(mixnet.Mix)
		} else {
			v.compare(name, box.Mix, record.MixEntry(k, position, record.EncodeMix(mix)))
		}
		m.mixes = append(m.mixes, mix)
	}
	return m, nil
}

// verifyMixes decides the mixes of the k-th contest alone, and finds who failed.
func (v *verifier) verifyMixes(k int, m *mixing) {
	if m.cascade == nil {
		return
	}
	m.verdict, m.few = m.cascade.Verify(m.mixes)
	v.reportMixes(k, m)
}

// reportMixes says what is wrong with single mixes. It is a fault of the record only if
// no mixer signed for it.
func (v *verifier) reportMixes(k int, m *mixing) {
	c, contest := v.check(Mixes), v.manifest.Contests[k]
	for i, fault := range m.verdict.Faults {
		name := record.MixFile(contest.ID, i+1)
		switch {
		case fault == nil || m.mixes[i].Signature == nil: // the latter is no mix, as was said
		case fault.Guilty:
			v.report.note("%s: mixer %s cheated or failed: %v", name, v.mixer(fault.Mixer), fault.Err)
		default:
			c.fail(name, "%v", fault.Err)
		}
	}
}

func (v *verifier) mixer(key proofs.VerifyKey) string {
	return v.manifest.Mixers[slices.Index(v.manifest.MixerKeys(), key)].ID
}

// failFew is the finding of a contest that is not mixed often enough to be decrypted.
func (v *verifier) failFew(k int, m *mixing) {
	v.check(Mixes).fail(fmt.Sprintf("contest %q", v.manifest.Contests[k].ID),
		"%d good mixes, at least %d are needed", len(m.verdict.Good), v.manifest.Mixes)
}

// output is the list that is decrypted, nil if there is none.
func (m *mixing) output() *mixnet.List {
	if m.cascade == nil || m.few != nil {
		return nil
	}
	return m.verdict.Output
}

// open decides the mixes and the shares of the k-th contest. If nobody cheated, one
// multiplication decides both; otherwise each is decided alone, to find who did. It
// returns the list, nil if there is none, and the right shares.
func (v *verifier) open(k int, m *mixing, published [][]byte) (d *threshold.Decryption, right []*threshold.Share, err error) {
	if m.cascade != nil {
		if d, right, err = v.openAtOnce(k, m, published); d != nil {
			return d, right, err
		}
		v.verifyMixes(k, m)
	}
	if d = v.decryption(k, m.output()); d != nil {
		right, err = d.VerifyShares(published)
	}
	return d, right, err
}

// openAtOnce returns no list if the mixes are not as good as they seem.
func (v *verifier) openAtOnce(k int, m *mixing, published [][]byte) (*threshold.Decryption, []*threshold.Share, error) {
	b := proofs.NewBatch(v.election.Keys)
	verdict, output, err := m.cascade.Assume(b, m.mixes)
	if err != nil {
		return nil, nil, nil
	}
	d := v.decryption(k, verdict.Output)
	right, err := d.VerifySharesWith(b, extend(b, output, len(verdict.Output.Points()), d.Points), published)
	if blame := new(threshold.BlameError); err != nil && !errors.As(err, &blame) {
		return nil, nil, nil
	}
	m.verdict = verdict
	v.reportMixes(k, m)
	return d, right, err
}

// extend returns where a batch holds all points, of which it holds the first ones at a
// place already. If the others cannot be put right behind them, it holds those twice.
func extend(b *proofs.Batch, at proofs.Base, held int, points []group.Affine) proofs.Base {
	if held == len(points) || b.Extend(points[held:]) == at+proofs.Base(held) {
		return at
	}
	return b.Extend(points)
}

func (v *verifier) decryption(k int, mixed *mixnet.List) *threshold.Decryption {
	return v.aggregate.Decryption(k, v.keys, v.closing.Digest(v.election), mixed)
}

// checkMixes makes the check Mixes for a record that is not decrypted yet. There may be
// fewer mixes than there will be.
func (v *verifier) checkMixes() error {
	if v.closing == nil {
		return errStop
	}
	v.check(Mixes)
	v.mixings = make([]*mixing, len(v.manifest.Contests))
	for k := range v.manifest.Contests {
		m, err := v.readMixes(k)
		if err != nil {
			return err
		}
		v.verifyMixes(k, m)
		v.mixings[k] = m
		v.progress(Contests, uint64(k+1), uint64(len(v.manifest.Contests)))
	}
	if n := &v.named; !n.wrong && len(n.entries) > 0 && box.Kind(n.entries[0][0]) == box.Mix {
		v.check(Log).fail(place(n.first), "names a mix that is not there")
	}
	return nil
}
