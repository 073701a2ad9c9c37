package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"veche.example/ballot"
	"veche.example/ballot/box"
	"veche.example/internal/durable"
	"veche.example/internal/wire"
	"veche.example/mixnet"
)

// WriteMix adds a mix of a contest to the record in dir, which a mixer does in a process
// of its own. The mix takes the place that it is made for, right behind those that are
// there; no file is ever replaced. It is an error before the closing, after the tally
// (whoever publishes that sees to it that no mix is added meanwhile), and if the mixer
// has mixed the contest before. Whether the mix is good is for package tally/verify. When WriteMix
// returns nil, the mix is durable.
func WriteMix(dir, contest string, mix *mixnet.Mix) error {
	err := checkNext(dir, contest, mix.Position)
	if err == nil {
		err = checkMixer(dir, contest, mix)
	}
	if err != nil {
		return fmt.Errorf("record: mix %d of contest %q: %w", mix.Position, contest, err)
	}
	return durable.Create(filepath.Join(dir, MixFile(contest, mix.Position)), EncodeMix(mix), 0o644)
}

// EncodeMix returns the bytes of the file of a mix.
func EncodeMix(mix *mixnet.Mix) []byte { return append([]byte(mixHead), mix.Bytes()...) }

// checkNext refuses a mix for any place but the next one.
func checkNext(dir, contest string, position int) error {
	m, err := NewReader(os.DirFS(dir)).Manifest()
	if err != nil {
		return err
	}
	if err := checkMix(m, contest, position); err != nil {
		return err
	}
	if err := checkClosed(dir, m); err != nil {
		return err
	}
	for _, f := range []struct {
		name   string
		wanted bool
		fault  string
	}{
		{TallyFile, false, "the trustees have published the tally"},
		{MixFile(contest, position), false, "this mix is there already: mix its output"},
		{MixFile(contest, position-1), position > 1, "the mix before this one is missing"},
	} {
		_, err := os.Lstat(filepath.Join(dir, f.name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if (err == nil) != f.wanted {
			return errors.New(f.fault)
		}
	}
	return nil
}

// checkClosed refuses a log that has no closing yet.
func checkClosed(dir string, m *ballot.Manifest) error {
	log, err := NewReader(os.DirFS(dir)).Log(m)
	if err != nil {
		return err
	}
	last := box.Kind(0)
	c, err := log.Checkpoint()
	if err == nil {
		err = log.Entries(c, func(_ uint64, entry []byte) error {
			last = box.Kind(entry[0])
			return nil
		})
	}
	if errors.Is(err, fs.ErrNotExist) || err == nil && last < box.Closing {
		return errors.New("the ballot box is not closed yet")
	}
	return err
}

// checkMixer refuses a second mix by one mixer, which would take another's place.
func checkMixer(dir, contest string, mix *mixnet.Mix) error {
	const at = len(mixHead) + 4 // behind the position
	for position := 1; position < mix.Position; position++ {
		f, err := NewReader(os.DirFS(dir)).open(MixFile(contest, position))
		if err != nil {
			return err
		}
		b := make([]byte, at+len(mix.Mixer))
		_, err = io.ReadFull(f, b)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
		if bytes.Equal(b[at:], mix.Mixer[:]) {
			return fmt.Errorf("%s is by the same mixer", MixFile(contest, position))
		}
	}
	return nil
}

// Mix reads a mix of the contest of the given list, the cascade's input; positions count
// from 1. The file may be twice as long as that of a good mix, so that one that its
// mixer has made too long can be told from what is none. The error is fs.ErrNotExist if
// there is none at the position.
func (r *Reader) Mix(contest string, position int, input *mixnet.List) (*mixnet.Mix, error) {
	good := &mixnet.Statement{In: input}
	size := len(mixHead) + 4 + 32 + 32 + 4 + len(input.Bytes()) + 4 + good.ProofSize() + 64
	name := MixFile(contest, position)
	b, err := r.read(name, int64(2*size))
	if err != nil {
		return nil, err
	}
	w := wire.NewReader(name, b)
	readHead(w, mixHead)
	body := w.Fixed(w.Len())
	if err := w.Close(); err != nil {
		return nil, err
	}
	return mixnet.ParseMix(body, input.Widths())
}
