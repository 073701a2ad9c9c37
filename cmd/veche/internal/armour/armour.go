// Package armour is the text form in which messages, public keys and tokens travel by any
// channel: mail, a shared folder, paper. Only the command's verbs need it.
package armour

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

const (
	// MaxData is the most bytes that a block carries.
	MaxData = 512 << 20
	// MaxText is above the length of every block's text.
	MaxText = MaxData/3*4 + MaxData/24 + 4<<10

	head    = "veche/v1"
	sumHead = "sum "
	perLine = 48 // bytes of data, 64 characters
	maxPart = 64 // characters of a type and of a part of an id
	sumSize = 16 // bytes of SHA-256
)

// Block is one message, key or other artefact as text: a line "veche/v1 TYPE ID", lines of
// base64 of 64 characters, the last of them 1 to 64, and a line "sum " with the first 16
// bytes of the SHA-256 of the first line, a line feed and the data, in hexadecimal. The sum
// is against accidents; it authenticates nothing.
type Block struct {
	Type string // 1 to 64 of a-z, 0-9 and -
	ID   string // 1 to 3 such parts with full stops between them
	Data []byte // 1 to MaxData bytes
}

// File returns the name of the file that holds the block on a board.
func (b *Block) File() string { return b.Type + "." + b.ID + ".txt" }

func (b *Block) check() error {
	switch parts := strings.Split(b.ID, "."); {
	case !isPart(b.Type):
		return fmt.Errorf("line 1: type %q, must be 1 to %d of a-z, 0-9 and -", shorten(b.Type), maxPart)
	case len(parts) > 3 || len(parts) != countParts(parts):
		return fmt.Errorf("line 1: id %q, must be 1 to 3 parts of a-z, 0-9 and -, with full stops between them", shorten(b.ID))
	case len(b.Data) < 1 || len(b.Data) > MaxData:
		return fmt.Errorf("%d bytes of data, must be 1 to %d", len(b.Data), MaxData)
	}
	return nil
}

// CheckID refuses anything but a single part of an id.
func CheckID(id string) error {
	if !isPart(id) {
		return fmt.Errorf("%q: an id is 1 to %d of a-z, 0-9 and -", shorten(id), maxPart)
	}
	return nil
}

func isPart(s string) bool {
	return s != "" && len(s) <= maxPart && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func countParts(parts []string) (n int) {
	for _, p := range parts {
		if isPart(p) {
			n++
		}
	}
	return n
}

// Text returns the text of the block. It panics if a field breaks its rule.
func (b *Block) Text() []byte {
	if err := b.check(); err != nil {
		panic("armour: " + err.Error())
	}
	var t bytes.Buffer
	first := b.first()
	t.WriteString(first + "\n")
	line := make([]byte, base64.StdEncoding.EncodedLen(perLine))
	for rest := b.Data; len(rest) > 0; {
		n := min(perLine, len(rest))
		base64.StdEncoding.Encode(line, rest[:n])
		t.Write(line[:base64.StdEncoding.EncodedLen(n)])
		t.WriteByte('\n')
		rest = rest[n:]
	}
	t.WriteString(sumHead + sum(first, b.Data) + "\n")
	return t.Bytes()
}

func (b *Block) first() string { return head + " " + b.Type + " " + b.ID }

func sum(first string, data []byte) string {
	h := sha256.New()
	h.Write([]byte(first + "\n"))
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil)[:sumSize])
}

// Is reports whether text begins like a block.
func Is(text []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(text, " \r\n\t"), []byte("\n"))
	return bytes.HasPrefix(line, []byte(head+" ")) && bytes.Count(line, []byte(" ")) == 2
}

// Parse reads the text of one block. Mail may change line ends to CR LF and add white
// space before and after the block; anything else but Text's layout is refused.
func Parse(text []byte) (*Block, error) {
	if len(text) > MaxText {
		return nil, fmt.Errorf("%d bytes, at most %d can be read", len(text), MaxText)
	}
	lines := &lines{rest: bytes.Trim(text, " \r\n\t")}
	first, _ := lines.next()
	b, err := parseFirst(string(first))
	if err != nil {
		return nil, err
	}
	stated, err := b.parseData(lines)
	if err != nil {
		return nil, err
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	if got := sum(b.first(), b.Data); got != stated {
		return nil, fmt.Errorf("line %d: the sum is %q, but that of the lines above is %s: the text was changed on its way, fetch it again",
			lines.number, shorten(stated), got)
	}
	return b, nil
}

func parseFirst(line string) (*Block, error) {
	fields := strings.Split(line, " ")
	if len(fields) != 3 || fields[0] != head {
		return nil, fmt.Errorf("line 1: must be %q, a type and an id", head) // the line may be a secret
	}
	return &Block{Type: fields[1], ID: fields[2]}, nil
}

// parseData reads the lines of base64 and returns the sum that follows them.
func (b *Block) parseData(l *lines) (stated string, err error) {
	b.Data = make([]byte, 0, base64.StdEncoding.DecodedLen(len(l.rest)))
	for last := false; ; {
		line, ok := l.next()
		if !ok {
			return "", fmt.Errorf("truncated after line %d: the line with the sum is missing, fetch the whole text again", l.number)
		}
		if s, ok := strings.CutPrefix(string(line), sumHead); ok {
			if _, more := l.next(); more {
				return "", fmt.Errorf("line %d: text after the sum: one block to a file", l.number)
			}
			return s, nil
		}
		data, err := decodeLine(line, last)
		if err != nil {
			return "", fmt.Errorf("line %d: %w: fetch the text again, as an attachment", l.number, err)
		}
		b.Data, last = append(b.Data, data...), len(data) < perLine
	}
}

// decodeLine returns the data of a line of base64 that does not follow a short one.
func decodeLine(line []byte, last bool) ([]byte, error) {
	if last || len(line) > base64.StdEncoding.EncodedLen(perLine) {
		return nil, errors.New("every line of base64 but the last has 64 characters")
	}
	data := make([]byte, perLine)
	n, err := base64.StdEncoding.Strict().Decode(data, line)
	if err != nil || n == 0 || bytes.ContainsRune(line, '\r') { // Decode passes over a CR
		return nil, errors.New("not base64")
	}
	return data[:n], nil
}

// lines cuts a text into lines that end with LF or CR LF.
type lines struct {
	rest   []byte
	number int // of the line that was cut off last, from 1
	ended  bool
}

func (l *lines) next() (line []byte, ok bool) {
	if l.ended {
		return nil, false
	}
	l.number++
	line, rest, more := bytes.Cut(l.rest, []byte("\n"))
	l.rest, l.ended = rest, !more
	return bytes.TrimSuffix(line, []byte("\r")), true
}

// shorten keeps messages short whatever the input.
func shorten(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}
