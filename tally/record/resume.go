package record

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"veche.example/ballot/box"
	"veche.example/proofs"
)

// Resume continues the record in dir with the event after the last one that is in it, so
// that every event can be a process of its own. It reads everything but the mixes' and
// voters' proofs again, and refuses a record whose parts do not fit together, and one that
// has a part too early. Entries after the log's last checkpoint are lost, as after a crash.
// The key is the box's; it is not needed, and may be nil, as long as there is no log.
// A log that a server keeps is refused, see box.Open.
func Resume(dir string, key *proofs.SigningKey) (*Writer, error) {
	w, err := resume(dir, key)
	if err == nil {
		err = w.checkPresent()
	}
	if err != nil {
		return nil, fmt.Errorf("record: resuming %s: %w", dir, err)
	}
	return w, nil
}

func resume(dir string, key *proofs.SigningKey) (*Writer, error) {
	r := NewReader(os.DirFS(dir))
	m, err := r.Manifest()
	if err != nil {
		return nil, err
	}
	roll, err := r.Roll()
	if err == nil {
		err = m.CheckRoll(roll)
	}
	if err != nil {
		return nil, err
	}
	w := newWriter(dir, m, roll)
	c, err := r.Ceremony(len(m.Trustees))
	if errors.Is(err, fs.ErrNotExist) {
		return w, nil
	}
	if err != nil {
		return nil, err
	}
	_, e, err := c.Election(m)
	if err != nil {
		return nil, err
	}
	w.made(e, c.Bytes())
	return w, w.resumeLog(key)
}

// resumeLog opens the log, if there is one, and goes through its entries.
func (w *Writer) resumeLog(key *proofs.SigningKey) error {
	path := filepath.Join(w.dir, LogDir)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if key == nil {
		return errors.New("there is a log: give the key of the ballot box")
	}
	signer, err := signerOf(w.manifest, key)
	if err != nil {
		return err
	}
	r := NewReader(os.DirFS(w.dir))
	log, err := r.Log(w.manifest)
	if err != nil {
		return err
	}
	if w.log, err = box.Open(path, signer); err != nil {
		return err
	}
	c, err := log.Checkpoint()
	if err != nil {
		return err
	}
	p := &replay{Writer: w}
	if err := log.Entries(c, p.take); err != nil {
		return err
	}
	return p.compare(r)
}

// replay follows a log that is resumed.
type replay struct {
	*Writer
	tree   Tree
	behind [][]byte // entries after the closing
}

func (p *replay) take(index uint64, e []byte) (err error) {
	switch k := box.Kind(e[0]); k {
	case box.Manifest, box.Ceremony:
		if !bytes.Equal(e, p.first[index]) {
			err = fmt.Errorf("not the %v that is there", k)
		}
	case box.Opening:
		p.state = open
		p.opened, err = CheckOpening(p.election, e[1:])
	case box.Closing:
		p.state = closed
		err = p.checkClosing(e[1:])
	case box.Mix, box.Tally, box.Result:
		p.behind = append(p.behind, bytes.Clone(e))
	}
	if err != nil {
		return fmt.Errorf("%s, entry %d: %w", LogDir, index, err)
	}
	p.tree.Add(e)
	return nil
}

func (p *replay) checkClosing(body []byte) error {
	c, err := ParseClosing(body)
	if err != nil {
		return err
	}
	if c.Size != p.tree.Size() || c.Root != p.tree.Root() || c.Time < p.opened {
		return errors.New("the closing of another log")
	}
	return c.Verify(p.election)
}

// compare compares the entries after the closing with the files that they name.
func (p *replay) compare(r *Reader) error {
	files, err := mixEntries(r, p.manifest)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		kind box.Kind
		body func([]byte) []byte
	}{{TallyFile, box.Tally, TallyEntry}, {ResultFile, box.Result, ResultEntry}} {
		b, err := r.read(f.name, maxNamed)
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			return err
		}
		files = append(files, entry(f.kind, f.body(b)))
	}
	for i, e := range p.behind {
		k := box.Kind(e[0])
		if i == len(files) || !bytes.Equal(e, files[i]) {
			return fmt.Errorf("%s, entry %d: not the %v that is there", LogDir, p.tree.Size()-uint64(len(p.behind)-i), k)
		}
		switch k {
		case box.Mix:
			p.mixes++
		case box.Tally:
			p.state = tallied
		case box.Result:
			p.state = done
		}
	}
	return nil
}

// latest is for each state the last of the files in their order that may be there already:
// what was written before the log named it.
var latest = [...]string{created: CeremonyFile, keyed: LogDir, open: LogDir, closed: TallyFile, tallied: ResultFile, done: ResultFile}

// checkPresent refuses what does not belong to the record, or not yet.
func (w *Writer) checkPresent() error {
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		place := placeOf(e.Name())
		switch {
		case strings.HasPrefix(e.Name(), ".tmp-"): // a mixer may be at work
		case place < 0:
			return fmt.Errorf("%q: not a file of a record: remove it", e.Name())
		case place > placeOf(latest[w.state]):
			return fmt.Errorf("%s: is there too early: what was written last is %v", e.Name(), w.state)
		}
	}
	return nil
}

// placeOf returns the place of a file in the order in which they are written, -1 for none.
func placeOf(name string) int {
	if _, _, ok := parseMixFile(name); ok {
		name = "mix"
	}
	return slices.Index([]string{ManifestFile, RollFile, CeremonyFile, LogDir, "mix", TallyFile, ResultFile}, name)
}
