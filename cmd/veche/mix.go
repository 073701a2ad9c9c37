package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"veche.example/ballot"
	"veche.example/cmd/veche/internal/files"
	"veche.example/cmd/veche/internal/secret"
	"veche.example/internal/durable"
	"veche.example/mixnet"
	"veche.example/tally/record"
	"veche.example/tally/verify"
)

type mixCmd struct {
	Prepare mixPrepareCmd `cmd:"" help:"Do most of the work of a mix before the ballots are there."`
	Run     mixRunCmd     `cmd:"" help:"Verify the record, and mix the ballots."`
}

type mixPrepareCmd struct {
	Dir     string `arg:"" help:"Election directory."`
	Contest string `arg:"" help:"ID of the contest."`
	Key     string `required:"" help:"Secret key of the mixer." placeholder:"FILE"`
	Rows    int    `required:"" help:"The most ballots that the mix can have."`
}

type mixRunCmd struct {
	Dir     string `arg:"" help:"Election directory, whose box is closed."`
	Contest string `arg:"" optional:"" help:"ID of the contest; all that are mixed if there is none."`
	Key     string `required:"" help:"Secret key of the mixer." placeholder:"FILE"`
}

// mixData is what is said of mixing with --json.
type mixData struct {
	Mixer string   `json:"mixer"`
	Files []string `json:"files"`
}

// mixer is a mixer with the key opened.
type mixer struct {
	*app
	*election
	ballots *ballot.Election
	key     *secret.Key
	path    string // of the key
}

func (a *app) openMixer(dir, path string) (*mixer, error) {
	e, err := openElection(dir)
	if err != nil {
		return nil, err
	}
	_, _, ballots, err := e.keys()
	if err != nil {
		return nil, err
	}
	key, err := a.keys.OpenKey(path, secret.Mixer)
	if err != nil {
		return nil, err
	}
	if _, ok := party(e.manifest.Mixers, key.Public()); !ok {
		return nil, fmt.Errorf("%s: its public key is not a mixer's in %s: name another key or another election", path, e.file(record.ManifestFile))
	}
	return &mixer{a, e, ballots, key, path}, nil
}

// contest returns the index of a contest that is mixed.
func (m *mixer) contest(id string) (int, error) {
	k := contestIndex(m.manifest, id)
	if k < 0 || !m.manifest.Contests[k].Mixed() {
		return 0, fmt.Errorf("%s has no contest %q that is mixed, but: %s", m.dir, id, strings.Join(m.mixed(), ", "))
	}
	return k, nil
}

// mixed returns the IDs of all contests that are mixed.
func (m *mixer) mixed() (ids []string) {
	for _, c := range m.manifest.Contests {
		if c.Mixed() {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// materialPath is where prepared material for a contest is, and usedPath what shows that it
// was used.
func (m *mixer) materialPath(contest string) string { return sibling(m.path, "."+contest+".prepared") }
func (m *mixer) usedPath(contest string) string     { return sibling(m.path, "."+contest+".used") }

// Run prepares a mix.
func (c *mixPrepareCmd) Run(a *app) error {
	if c.Rows < 1 || c.Rows > mixnet.MaxRows {
		return fmt.Errorf("--rows: %d, must be 1 to %d: the most ballots that there can be", c.Rows, mixnet.MaxRows)
	}
	m, err := a.openMixer(c.Dir, c.Key)
	if err != nil {
		return err
	}
	k, err := m.contest(c.Contest)
	if err != nil {
		return err
	}
	path := m.materialPath(c.Contest)
	for _, path := range []string{path, m.usedPath(c.Contest)} {
		if files.Exists(path) {
			return fmt.Errorf("%s exists: a mixer mixes a contest once; remove it only if it is of another election", path)
		}
	}
	contest := m.manifest.Contests[k]
	cascade := &mixnet.Cascade{Fingerprint: m.ballots.Fingerprint, Contest: contest.ID, Keys: m.ballots.Keys, Mixers: m.manifest.MixerKeys(), Least: m.manifest.Mixes}
	cascade.Keys.Precompute()
	task := a.task("preparing "+contest.ID, 0)
	defer task.end()
	p, err := cascade.Prepare(a.ctx, contest.Widths(m.manifest.Width), c.Rows, task.report)
	if err != nil {
		return err
	}
	if err := m.key.Lock.Create(path, p.Bytes()); err != nil {
		return err
	}
	task.end()
	return a.done(mixData{m.key.ID, []string{path}}, fmt.Sprintf("prepared a mix of up to %d ballots of %s in %s", c.Rows, contest.ID, path),
		fmt.Sprintf("keep it to yourself and copy it nowhere; when the box is closed: veche mix run %s --key %s", c.Dir, c.Key))
}

// Run mixes.
func (c *mixRunCmd) Run(a *app) error {
	m, err := a.openMixer(c.Dir, c.Key)
	if err != nil {
		return err
	}
	contests := m.mixed()
	if c.Contest != "" {
		contests = []string{c.Contest}
		if _, err := m.contest(c.Contest); err != nil {
			return err
		}
	}
	unlock, err := lockKeys([]string{c.Key})
	if err != nil {
		return err
	}
	defer unlock()
	t, err := a.verifyClosed(m.election)
	if err != nil {
		return err
	}
	data := mixData{Mixer: m.key.ID, Files: []string{}}
	for _, id := range contests {
		path, err := m.mix(t, contestIndex(m.manifest, id))
		if err != nil {
			return err
		}
		if path != "" {
			data.Files = append(data.Files, path)
		}
	}
	return a.done(data, said("mixed", data.Files), fmt.Sprintf("let the next mixer mix, if there is one (%s); when the mixing is over: veche trustee decrypt %s KEY",
		strings.Join(ids(m.manifest.Mixers), ", "), c.Dir))
}

// mix adds a mix of a contest to the record, and returns its file. There is none for a
// contest without ballots, or one that this mixer has mixed before.
func (m *mixer) mix(t *verify.Tally, k int) (path string, err error) {
	cascade, id := t.Cascade(k), m.manifest.Contests[k].ID
	if cascade == nil {
		return "", nil
	}
	if before, err := m.before(id); before || err != nil {
		return "", err
	}
	p, err := m.prepared(id)
	if err != nil {
		return "", err
	}
	in, position := t.NextMix(k)
	cascade.Keys.Precompute()
	task := m.task("mixing "+id, 0)
	defer task.end()
	mix, err := cascade.Mix(m.ctx, m.key.SigningKey, position, in, p, m.use(id), task.report)
	if err != nil {
		return "", fmt.Errorf("contest %q: %w", id, err)
	}
	return m.file(record.MixFile(id, position)), record.WriteMix(m.dir, id, mix)
}

// before says whether this mixer has mixed the contest.
func (m *mixer) before(contest string) (bool, error) {
	for position := 1; ; position++ {
		path := m.file(record.MixFile(contest, position))
		f, err := os.Open(path)
		if errors.Is(err, os.ErrNotExist) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		const at = len("veche/v1 mix\n") + 4 // of the mixer's key, docs/spec/record.md, section 7
		head, key := make([]byte, at+32), m.key.Public()
		_, err = io.ReadFull(f, head)
		if f.Close(); err == nil && bytes.Equal(head[at:], key[:]) {
			return true, nil
		}
	}
}

// prepared returns the material for the contest, nil if there is none.
func (m *mixer) prepared(contest string) (*mixnet.Prepared, error) {
	path := m.materialPath(contest)
	if !files.Exists(path) {
		return nil, nil
	}
	if files.Exists(m.usedPath(contest)) {
		m.warn("%s was used before, for a mix that was lost, and is left alone: remove it", path)
		return nil, nil
	}
	plain, _, err := m.app.keys.Open(path)
	if err != nil {
		return nil, err
	}
	p, err := mixnet.ParsePrepared(plain)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// use returns what records that prepared material is used: whoever makes the file of that
// name first uses it, and nobody ever again. The material itself is removed.
func (m *mixer) use(contest string) func(state []byte) error {
	return func(state []byte) error {
		if err := files.Create(m.usedPath(contest), state, 0o600); err != nil {
			return err
		}
		path := m.materialPath(contest)
		return errors.Join(os.Remove(path), durable.SyncDir(filepath.Dir(path)))
	}
}
