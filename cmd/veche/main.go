package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"

	"github.com/alecthomas/kong"

	"veche.example/cmd/veche/internal/secret"
)

// commands are the verbs, one line each.
type commands struct {
	JSON    bool             `name:"json" help:"Write one JSON object to standard output and nothing else."`
	Version kong.VersionFlag `help:"Print the version and quit."`

	Trustee    trusteeCmd    `cmd:"" help:"Make the election key and decrypt, as a trustee."`
	Key        keyCmd        `cmd:"" help:"Make the keys of witnesses, mixers and the ballot box."`
	Credential credentialCmd `cmd:"" help:"Make voters' credentials."`
	Roll       rollCmd       `cmd:"" help:"Write and check the list of voters."`
	Manifest   manifestCmd   `cmd:"" help:"Write and check the rules of an election."`
	Ceremony   ceremonyCmd   `cmd:"" help:"Publish the trustees' key ceremony."`
	Box        boxCmd        `cmd:"" help:"Keep the ballot box: open it, close it, verify its log."`
	Vote       voteCmd       `cmd:"" help:"Vote: encrypt a ballot, then cast or challenge it."`
	Receipt    receiptCmd    `cmd:"" help:"Check a voter's receipt."`
	Mix        mixCmd        `cmd:"" help:"Shuffle ballots, as a mixer."`
	Witness    witnessCmd    `cmd:"" help:"Sign what is decrypted, as a witness."`
	Tally      tallyCmd      `cmd:"" help:"Count, once the trustees have decrypted."`
	Verify     verifyCmd     `cmd:"" help:"Verify the record of an election."`
	Verdict    verdictCmd    `cmd:"" help:"Check what an auditor has signed."`
	Export     exportCmd     `cmd:"" help:"Write the result in the formats of other programs."`
	Show       showCmd       `cmd:"" help:"Say what a file or an election directory holds."`
	Bench      benchCmd      `cmd:"" help:"Measure this machine."`
	Completion completionCmd `cmd:"" help:"Print a script that completes commands in a shell."`
	Help       helpCmd       `cmd:"" help:"Print help, also on exit codes and files."`
}

const description = `Hold an election that everybody can verify.

A first election: trustee init, credential new, manifest new, trustee join, round1, round2 and
confirm, box serve, vote, box close, trustee decrypt, tally, verify.`

// scryptWork is the logarithm of the work that a guess of a passphrase takes, about a second.
var scryptWork = 18

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// newParser returns the parser of the command line.
func newParser(c *commands, out, stderr io.Writer) *kong.Kong {
	return kong.Must(c, kong.Name("veche"), kong.Description(description), kong.Writers(out, stderr),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.Vars{"version": version()})
}

// run runs a command and returns its exit code.
func run(ctx context.Context, args []string, out, stderr io.Writer) int {
	var c commands
	parser := newParser(&c, out, stderr)
	a := &app{ctx: ctx, out: out, stderr: stderr, parser: parser, keys: secret.NewKeyring(scryptWork)}
	parsed, err := parser.Parse(args)
	a.json = c.JSON || slices.Contains(args, "--json")
	if err != nil {
		return a.fail(usage(parser.Model.Name, err))
	}
	if err := parsed.Run(a); err != nil {
		return a.fail(err)
	}
	return exitFine
}

// usage adds to a fault of the command line how to get help.
func usage(name string, err error) error {
	var fault *kong.ParseError
	command := name
	if errors.As(err, &fault) && fault.Context.Command() != "" {
		command = fault.Context.Selected().FullPath()
	}
	return fmt.Errorf("%w: see %s --help", err, command)
}
