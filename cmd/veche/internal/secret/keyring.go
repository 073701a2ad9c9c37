package secret

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"golang.org/x/term"

	"veche.example/cmd/veche/internal/files"
	"veche.example/internal/agefile"
)

// PassphraseFile is the environment variable that names a file with the passphrase.
const PassphraseFile = "VECHE_PASSPHRASE_FILE"

const maxPassphrase = 1 << 10

var errNoTerminal = errors.New("a passphrase is needed and standard input is no terminal: " +
	"set " + PassphraseFile + " to the name of a file that holds it")

// Keyring asks for passphrases, for each as seldom as possible.
type Keyring struct {
	work int
	last *Lock // that was chosen or that opened a file last
}

// NewKeyring returns a keyring that makes files whose passphrases take 2^work units of
// scrypt to guess once.
func NewKeyring(work int) *Keyring { return &Keyring{work: work} }

// Choose returns the lock for new files, which are named in the question. It asks twice.
func (k *Keyring) Choose(what string) (*Lock, error) {
	if k.last != nil {
		return k.last, nil
	}
	p, fromFile, err := ask("New passphrase for " + what)
	if err != nil {
		return nil, err
	}
	if !fromFile {
		again, _, err := ask("The same passphrase again")
		if err != nil {
			return nil, err
		}
		if again != p {
			return nil, errors.New("the two passphrases differ: start again")
		}
	}
	k.last = &Lock{p, k.work}
	return k.last, nil
}

// Open returns the content of a sealed file and its lock. It asks unless the passphrase
// that was used last opens it.
func (k *Keyring) Open(path string) ([]byte, *Lock, error) {
	sealed, err := files.Read(path, maxSealed)
	if err != nil {
		return nil, nil, err
	}
	if k.last != nil {
		plain, err := k.last.open(sealed)
		if err == nil {
			return plain, k.last, nil
		}
		if !errors.Is(err, agefile.ErrPassphrase) || os.Getenv(PassphraseFile) != "" {
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	p, _, err := ask("Passphrase of " + path)
	if err != nil {
		return nil, nil, err
	}
	lock := &Lock{p, k.work}
	plain, err := lock.open(sealed)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	k.last = lock
	return plain, lock, nil
}

// ask returns the passphrase of the file, or what is typed.
func ask(prompt string) (passphrase string, fromFile bool, err error) {
	if name := os.Getenv(PassphraseFile); name != "" {
		p, err := readPassphrase(name)
		return p, true, err
	}
	stdin := int(os.Stdin.Fd())
	if !term.IsTerminal(stdin) {
		return "", false, errNoTerminal
	}
	defer quitOnInterrupt(stdin)()
	fmt.Fprintf(os.Stderr, "%s: ", prompt)
	b, err := term.ReadPassword(stdin)
	fmt.Fprintln(os.Stderr)
	if err == nil && len(b) == 0 {
		err = errors.New("an empty passphrase protects nothing: start again")
	}
	return string(b), false, err
}

// quitOnInterrupt lets the user go away from a question, with the terminal as it was,
// until the function that it returns is called.
func quitOnInterrupt(terminal int) (done func()) {
	before, err := term.GetState(terminal)
	if err != nil {
		return func() {}
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	go func() {
		if _, interrupted := <-signals; interrupted {
			term.Restore(terminal, before)
			fmt.Fprintln(os.Stderr)
			os.Exit(2)
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
	}
}

// readPassphrase returns the one line of a file.
func readPassphrase(name string) (string, error) {
	b, err := files.Read(name, maxPassphrase)
	if err != nil {
		return "", fmt.Errorf("%s: %w", PassphraseFile, err)
	}
	p := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	if p == "" || strings.ContainsAny(p, "\r\n") {
		return "", fmt.Errorf("%s: %s: must be one line, the passphrase", PassphraseFile, name)
	}
	return p, nil
}
