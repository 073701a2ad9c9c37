package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"veche.example/mixnet"
	"veche.example/tally/record"
	"veche.example/tally/verify"
)

// turns is who mixes when, and how.
var turns = []struct{ mixer, behave string }{
	{"academy", "honest"},
	{"museum", "swap"},
	{"observatory", "honest"},
	{"museum", "duplicate"},
}

// organiser starts the mixers and verifies what each of them leaves in the record.
type organiser struct {
	dir, keys string // directories
	lines     []string
	notes     int // in the record so far
}

// mix has all mixers mix and returns what they and the organiser say. It is an error if
// a cheat is not caught, or an honest mixer is blamed.
func (e *election) mix(ctx context.Context, dir string) (lines []string, err error) {
	o := &organiser{dir: dir}
	if o.keys, err = os.MkdirTemp("", "society-mixers-"); err != nil {
		return nil, err
	}
	defer os.RemoveAll(o.keys)
	for _, id := range slices.Sorted(maps.Keys(e.mixerKeys)) {
		if err := os.WriteFile(filepath.Join(o.keys, id), e.mixerKeys[id].Bytes(), 0o600); err != nil {
			return nil, err
		}
	}
	for i, turn := range turns {
		if err := o.start(ctx, turn.mixer, turn.behave); err != nil {
			return nil, err
		}
		if err := o.judge(ctx, i+1, turn.mixer, turn.behave != "honest"); err != nil {
			return nil, err
		}
	}
	return o.lines, nil
}

func (o *organiser) say(format string, args ...any) {
	o.lines = append(o.lines, fmt.Sprintf(format, args...))
}

// start runs a mixer's process to its end.
func (o *organiser) start(ctx context.Context, mixer, behave string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, mixerCommand, "-record", o.dir, "-contest", contestID, "-key", filepath.Join(o.keys, mixer), "-behave", behave)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("mixer %s: %w", mixer, err)
	}
	for line := range strings.Lines(out.String()) {
		o.say("mixer %s: %s", mixer, strings.TrimSpace(line))
	}
	return nil
}

// judge verifies the record with the mix at the position, the last one.
func (o *organiser) judge(ctx context.Context, position int, mixer string, cheats bool) error {
	if position > len(mixers) {
		return o.refuse(ctx, position, mixer)
	}
	t, err := verifyClosed(ctx, o.dir)
	if err != nil {
		return err
	}
	found := t.Report.Notes[o.notes:]
	o.notes = len(t.Report.Notes)
	for _, note := range found {
		o.say("organiser: caught: %s", note)
	}
	named := fmt.Sprintf("%s: mixer %s cheated", record.MixFile(contestID, position), mixer)
	caught := len(found) == 1 && strings.HasPrefix(found[0], named)
	switch {
	case cheats && !caught:
		return fmt.Errorf("mixer %s cheated in mix %d and was not caught", mixer, position)
	case !cheats && len(found) > 0:
		return fmt.Errorf("mixer %s was honest in mix %d and was blamed", mixer, position)
	}
	return nil
}

// refuse takes a mix of somebody who has mixed before out of the record, which does not
// verify with it: a mixer's first record stands alone.
func (o *organiser) refuse(ctx context.Context, position int, mixer string) error {
	name := record.MixFile(contestID, position)
	_, fault := verifyClosed(ctx, o.dir)
	if fault == nil || !strings.Contains(fault.Error(), name) || !strings.Contains(fault.Error(), "mixed before") {
		return fmt.Errorf("mixer %s mixed twice and was not caught: %v", mixer, fault)
	}
	if err := os.Rename(filepath.Join(o.dir, name), filepath.Join(o.keys, name)); err != nil {
		return err
	}
	o.say("organiser: refused and taken out: %s: mixer %s has mixed before", name, mixer)
	t, err := verifyClosed(ctx, o.dir)
	if err != nil {
		return err
	}
	return o.alone(t, position)
}

// alone says what is wrong with a mix of somebody who has mixed before, that apart: it
// decides a cascade of this record alone.
func (o *organiser) alone(t *verify.Tally, position int) error {
	cascade := *t.Cascade(0)
	m, err := record.NewReader(os.DirFS(o.keys)).Mix(contestID, position, cascade.Input)
	if err != nil {
		return err
	}
	cascade.Input, _ = t.NextMix(0) // the last good output
	cascade.Least = 1
	records := make([]*mixnet.Mix, position)
	for i := range records {
		records[i] = new(mixnet.Mix) // nobody's
	}
	records[position-1] = m
	verdict, err := cascade.Verify(records)
	if err == nil || verdict == nil {
		return fmt.Errorf("mix %d holds on its own: %v", position, err)
	}
	o.say("organiser: on its own it would be no better: %s: %v", record.MixFile(contestID, position), verdict.Faults[position-1].Err)
	return nil
}
