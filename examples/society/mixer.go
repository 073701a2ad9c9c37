package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"

	"veche.example/ballot"
	"veche.example/internal/progress"
	"veche.example/mixnet"
	"veche.example/proofs"
	"veche.example/tally/record"
	"veche.example/tally/verify"
)

// mixerCommand makes the program a mixer in a process of its own. All that it knows are
// its flags and the files that they name.
const mixerCommand = "mixer"

// mixer is a mixer who has verified the record.
type mixer struct {
	key      *proofs.SigningKey
	contest  *ballot.Contest
	cascade  *mixnet.Cascade
	in       *mixnet.List // what is to be mixed
	position int          // of the record that it makes
}

// behaviours are what a mixer can be told to do, and what it really does then.
var behaviours = map[string]struct {
	make  func(*mixer, context.Context) (*mixnet.Mix, error)
	truth string
}{
	"honest":    {(*mixer).honest, "mixed and proved"},
	"swap":      {(*mixer).swap, "mixed, swapped one for its own, and signed a proof that does not hold"},
	"duplicate": {(*mixer).duplicate, "mixed, doubled one in the place of another, and signed a proof that does not hold"},
}

// mixerMain returns the exit status.
func mixerMain(args []string) int {
	flags := flag.NewFlagSet(mixerCommand, flag.ContinueOnError)
	dir := flags.String("record", "", "`directory` of the record")
	contest := flags.String("contest", "", "`ID` of the contest")
	keyFile := flags.String("key", "", "`file` of the mixer's signing key")
	behave := flags.String("behave", "honest", "honest, swap or duplicate")
	if flags.Parse(args) != nil || flags.NArg() > 0 || behaviours[*behave].make == nil {
		fmt.Fprintln(os.Stderr, "usage: society mixer -record DIR -contest ID -key FILE [-behave honest|swap|duplicate]")
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := mix(ctx, *dir, *contest, *keyFile, *behave); err != nil {
		fmt.Fprintln(os.Stderr, "mixer:", err)
		return 1
	}
	return 0
}

// mix adds a mix of the contest to the record in dir.
func mix(ctx context.Context, dir, contest, keyFile, behave string) error {
	m, err := newMixer(ctx, dir, contest, keyFile)
	if err != nil {
		return err
	}
	made, err := behaviours[behave].make(m, ctx)
	if err != nil {
		return err
	}
	err = record.WriteMix(dir, contest, made)
	if err != nil && behave != "honest" {
		err = writePast(err, dir, contest, made)
	}
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d ballots %s\n", record.MixFile(contest, m.position), m.in.Len(), behaviours[behave].truth)
	return nil
}

// newMixer reads the key, verifies the record, and says who has cheated so far.
func newMixer(ctx context.Context, dir, contest, keyFile string) (*mixer, error) {
	secret, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, err
	}
	m := new(mixer)
	if m.key, err = proofs.ParseSigningKey(secret); err != nil {
		return nil, fmt.Errorf("%s: %w", keyFile, err)
	}
	manifest, err := record.NewReader(os.DirFS(dir)).Manifest()
	if err != nil {
		return nil, err
	}
	k := slices.IndexFunc(manifest.Contests, func(c *ballot.Contest) bool { return c.ID == contest })
	if k < 0 {
		return nil, fmt.Errorf("the manifest has no contest %q", contest)
	}
	closed, err := verifyClosed(ctx, dir)
	if err != nil {
		return nil, err
	}
	for _, note := range closed.Report.Notes {
		fmt.Println("found", note)
	}
	m.contest, m.cascade = manifest.Contests[k], closed.Cascade(k)
	if m.cascade == nil {
		return nil, fmt.Errorf("contest %q is not mixed", contest)
	}
	m.cascade.Keys.Precompute()
	m.in, m.position = closed.NextMix(k)
	return m, nil
}

// verifyClosed verifies the record up to the mixes that are there so far.
func verifyClosed(ctx context.Context, dir string) (*verify.Tally, error) {
	var tasks progress.Phases
	defer tasks.Done()
	return verify.Closed(ctx, os.DirFS(dir), func(phase verify.Phase, done, total uint64) {
		tasks.Set("verifying the "+string(phase), done, total)
	})
}

// honest mixes. In life a mixer has most of it prepared before the box is closed.
func (m *mixer) honest(ctx context.Context) (*mixnet.Mix, error) {
	var tasks progress.Phases
	defer tasks.Done()
	return m.cascade.Mix(ctx, m.key, m.position, m.in, nil, nil, func(done, total int) {
		tasks.Set("mixing", uint64(done), uint64(total))
	})
}
