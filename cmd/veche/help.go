package main

import (
	"errors"
	"slices"
	"strings"
)

type helpCmd struct {
	Topic []string `arg:"" optional:"" help:"exit-codes, files, or a command."`
}

const helpFiles = `Of everybody:
  NAME.key         secret key of a trustee, witness, mixer or ballot box, under a passphrase
  NAME.state       what the trustee or witness NAME has done so far, under the same passphrase;
                   the newest one alone may be used: keep no copies to go back to
  NAME.lock        empty; keeps two processes from using NAME.state at once
  NAME.trustee, NAME.witness, NAME.mixer, NAME.box, NAME.auditor
                   public keys, for the organiser and for who checks verdicts
  NAME.credential  secret of a voter: whoever has it can vote in the voter's place
  NAME.voter       its public key, for the roll
  NAME.votes       what a credential has cast in which election; no secret
  NAME.receipt     of the ballot that was cast first, NAME.2.receipt of the second, …
  NAME.challenge-CODE.receipt
                   of a ballot that was opened instead of cast
  NAME.CONTEST.prepared
                   secret material of a mixer, under a passphrase, and for one mix;
                   NAME.CONTEST.used says that it was used
  NAME.verdict     what an auditor has signed

Of an election:
  FILE.roll        the voters, a line "VOTER STYLE WEIGHT" for each
  DIR              election directory: the published record, nothing of it is secret
  DIR.board        messages of trustees and others to each other, public
  DIR.box.key      secret key of the ballot box
  DIR.box.url      address of the ballot box, while it is open on this machine
  DIR.close        the order to close it

A passphrase is read from the file that the environment variable VECHE_PASSPHRASE_FILE names,
or asked for on the terminal. It is never an argument.
`

var helpTopics = map[string]string{"exit-codes": exitCodes, "files": helpFiles}

// Run prints a topic, or the help of a command.
func (c *helpCmd) Run(a *app) error {
	if len(c.Topic) == 1 {
		if text, ok := helpTopics[c.Topic[0]]; ok {
			return a.print(map[string]string{"text": text}, text)
		}
	}
	if slices.ContainsFunc(c.Topic, func(word string) bool { return strings.HasPrefix(word, "-") }) {
		return errors.New("help: name a command or a topic")
	}
	_, err := a.parser.Parse(append(slices.Clone(c.Topic), "--help")) // which prints it and ends the process
	return usage(a.parser.Model.Name, err)
}
