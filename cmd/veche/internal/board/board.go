// Package board keeps the public messages that trustees, witnesses and mixers hand to each
// other and to the organiser: a folder of text files, one message each, that people share by
// any means. It authenticates nothing; the receiver of a message verifies it.
package board

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"veche.example/cmd/veche/internal/armour"
	"veche.example/cmd/veche/internal/files"
)

// Message is what somebody has to say in one place of an election.
type Message struct {
	Kind    string   // of message, such as "round1"
	ID      string   // of the sender; with a full stop and the contest's if there is one message for each
	Context [32]byte // what it is for: other contexts are other elections
	Data    []byte
	Path    string // of the file that it was read from
}

func (m *Message) block() *armour.Block {
	return &armour.Block{Type: m.Kind, ID: m.ID, Data: append(m.Context[:], m.Data...)}
}

// Text returns the message as it travels.
func (m *Message) Text() []byte { return m.block().Text() }

// Parse reads a message.
func Parse(text []byte) (*Message, error) {
	b, err := armour.Parse(text)
	if err != nil {
		return nil, err
	}
	if len(b.Data) < 32 {
		return nil, fmt.Errorf("%d bytes of data are too few for a message", len(b.Data))
	}
	return &Message{Kind: b.Type, ID: b.ID, Context: [32]byte(b.Data[:32]), Data: b.Data[32:]}, nil
}

// Read reads a message from a file; the error names it.
func Read(path string) (*Message, error) {
	text, err := files.Read(path, armour.MaxText)
	if err != nil {
		return nil, err
	}
	m, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m.Path = path
	return m, nil
}

// Post writes a message into the folder dir, which is made if it is not there, and returns
// the file's name. A file that holds this very message is left as it is; one that holds
// anything else is an error.
func Post(dir string, m *Message) (path string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	path = filepath.Join(dir, m.block().File())
	return path, Write(path, m)
}

// Write is Post into a file of any name.
func Write(path string, m *Message) error {
	err := files.Create(path, m.Text(), 0o644)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if there, readErr := Read(path); readErr == nil && bytes.Equal(there.Text(), m.Text()) {
		return nil
	}
	return fmt.Errorf("%s: holds something else than the message that %s has to send: move it away and run this again", path, m.ID)
}

// TwiceError says that there are two different messages where there may be one.
type TwiceError struct{ First, Second *Message }

// Error names the two files.
func (e *TwiceError) Error() string {
	return fmt.Sprintf("%s and %s are two different messages of %s: find out which it sent and move the other one away, but keep both",
		e.First.Path, e.Second.Path, e.First.ID)
}

// Collect returns the messages of a kind by their ID, of which each may have one: two
// different ones are an error, *TwiceError. It reads what All reads.
func Collect(dir string, more []string, kind string, context [32]byte) (map[string]*Message, error) {
	all, err := All(dir, more, kind, context)
	if err != nil {
		return nil, err
	}
	messages := make(map[string]*Message)
	for _, m := range all {
		if first := messages[m.ID]; first != nil && !bytes.Equal(first.Data, m.Data) {
			return nil, &TwiceError{first, m}
		}
		messages[m.ID] = m
	}
	return messages, nil
}

// All returns the messages of a kind: those on the board in the folder dir, which need not
// exist, and those of more files and folders. Of folders it reads the files whose names
// begin with the kind; a file that is named may hold another kind and is passed over then.
// What cannot be read or is of another context is an error.
func All(dir string, more []string, kind string, context [32]byte) (messages []*Message, err error) {
	paths, err := candidates(dir, more, kind)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		m, err := Read(path)
		switch {
		case err != nil:
			return nil, err
		case m.Kind != kind:
			continue
		case m.Context != context:
			return nil, fmt.Errorf("%s: of another election, or of another attempt to make its key: move it away and ask %s for the right one", path, m.ID)
		}
		messages = append(messages, m)
	}
	return messages, nil
}

// candidates returns the files that may hold messages of a kind.
func candidates(dir string, more []string, kind string) (paths []string, err error) {
	for _, from := range append([]string{dir}, more...) {
		entries, err := os.ReadDir(from)
		switch {
		case from == dir && errors.Is(err, fs.ErrNotExist):
		case err != nil && from != dir && isFile(from):
			paths = append(paths, from)
		case err != nil:
			return nil, err
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), kind+".") {
				paths = append(paths, filepath.Join(from, e.Name()))
			}
		}
	}
	return paths, nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}
