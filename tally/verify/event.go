package verify

import (
	"bytes"

	"veche.example/ballot/box"
	"veche.example/tally/record"
)

// takeEvent takes an entry of the log that no voter has a part in.
func (p *logCheck) takeEvent(e *logEntry, entry []byte) {
	p.last = e.kind
	switch e.kind {
	case box.Manifest:
		p.requireSame(e, record.ManifestEntry(p.manifest, p.roll), record.ManifestFile+" and "+record.RollFile+" as they are")
	case box.Ceremony:
		p.requireSame(e, record.CeremonyEntry(p.ceremony.Bytes()), record.CeremonyFile+" as it is")
	case box.Opening:
		var err error
		if p.opened, err = record.CheckOpening(p.election, e.body); err != nil {
			p.entries.fail(place(e.index), "%v", err)
		}
	case box.Closing:
		p.takeClosing(e)
	default:
		p.named.add(e.index, entry, p.mostNamed())
	}
}

// checkComplete demands that the log ends with the result.
func (v *verifier) checkComplete() error {
	if c := v.check(Log); v.last != box.Result && c.Failed == 0 {
		c.fail(record.LogDir, "not complete: the last event is the %v, and must be the result", v.last)
	}
	return nil
}

func (p *logCheck) requireSame(e *logEntry, want []byte, files string) {
	if !bytes.Equal(e.body, want) { // L1, L2
		p.entries.fail(place(e.index), "%v: does not name %s here", e.kind, files)
	}
}

// takeClosing holds the closing against the entries before it.
func (p *logCheck) takeClosing(e *logEntry) {
	c, at := p.check(Closing), place(e.index)
	closing, err := record.ParseClosing(e.body)
	if err != nil {
		c.fail(at, "%v", err)
		return
	}
	p.closing = closing
	if err := closing.Verify(p.election); err != nil {
		c.fail(at, "%v", err)
	}
	if closing.Size != p.tree.Size() {
		c.fail(at, "closes a log of %d entries, %d are before it", closing.Size, p.tree.Size())
	} else if root := p.tree.Root(); closing.Root != root {
		c.fail(at, "tree hash %x, that of the entries before it is %x", closing.Root, root)
	}
	if closing.Time < p.opened {
		c.fail(at, "closed at %d, before the opening at %d (Unix seconds)", closing.Time, p.opened)
	}
	if closing.Time < p.latest {
		p.report.note("%s: closed at %d, before the promise of entry %d at %d (Unix seconds): the box's clock was wrong, or the promise is",
			at, closing.Time, p.latestAt, p.latest)
	}
}

// naming is the entries behind the closing, which name the mixes, the tally and the result
// in the order in which these are read.
type naming struct {
	first   uint64   // index of entries[0]
	entries [][]byte // those that are not compared yet
	wrong   bool     // one was not as it should be, which was said
}

// longestNamed is more than the length of any of these entries that is right.
const longestNamed = 64

// mostNamed is how many of these entries there can be.
func (v *verifier) mostNamed() int {
	n := 2
	for _, c := range v.manifest.Contests {
		if c.Mixed() {
			n += record.MaxMixes(v.manifest)
		}
	}
	return n
}

// add keeps an entry, and one more than there can be.
func (n *naming) add(index uint64, entry []byte, most int) {
	if len(n.entries) == 0 {
		n.first = index
	}
	if len(n.entries) <= most {
		n.entries = append(n.entries, bytes.Clone(entry[:min(len(entry), longestNamed)]))
	}
}

// compare compares the next entry with that of a file, of which the body is nil if the file
// is not what it should be, which was said. Before the tally, nothing has to be named.
func (v *verifier) compare(name string, k box.Kind, body []byte) {
	n := &v.named
	if n.wrong || len(n.entries) == 0 {
		return
	}
	at, e := n.first, n.entries[0]
	n.first, n.entries = n.first+1, n.entries[1:]
	if body == nil && box.Kind(e[0]) == k {
		return
	}
	if box.Kind(e[0]) != k || !bytes.Equal(e[1:], body) { // L5, L6, L7
		n.wrong = true
		v.check(Log).fail(place(at), "%v: does not name %s as it is here", box.Kind(e[0]), name)
	}
}
