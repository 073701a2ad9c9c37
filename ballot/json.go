package ballot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// What no manifest exceeds, so that hostile ones are refused early.
const (
	maxJSONDepth = 16
	maxJSONKey   = 64 // bytes
	maxDigits    = 20 // of a number
)

// decodeStrict decodes exactly one JSON document into v. What encoding/json would
// let pass is refused: invalid UTF-8, duplicate keys, keys that differ in case,
// nulls, unknown fields and trailing data.
func decodeStrict(b []byte, v any) error {
	if !utf8.Valid(b) {
		return errors.New("not valid UTF-8; save the file as UTF-8")
	}
	if err := scanJSON(b); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return atOffset(b, jsonOffset(d, err), err)
	}
	return nil
}

// scanJSON checks what the decoder does not.
func scanJSON(b []byte) error {
	s := &jsonScan{d: json.NewDecoder(bytes.NewReader(b))}
	s.d.UseNumber()
	if err := s.value(); err != nil {
		return atOffset(b, jsonOffset(s.d, err), err)
	}
	if _, err := s.d.Token(); err != io.EOF {
		return atOffset(b, s.d.InputOffset(), errors.New("data after the end of the document; remove it"))
	}
	return nil
}

// jsonScan reads a document token by token. The path of the value that it is at becomes
// text for an error alone, so that the work is linear in the input.
type jsonScan struct {
	d    *json.Decoder
	path []jsonStep
}

// jsonStep is a key, or an index if the key is empty.
type jsonStep struct {
	key   string
	index int
}

func (s *jsonScan) value() error {
	t, err := s.d.Token()
	switch {
	case err == io.EOF:
		return io.ErrUnexpectedEOF
	case err != nil:
		return err
	case len(s.path) > maxJSONDepth:
		return fmt.Errorf("%s: nested more than %d deep", s.where(), maxJSONDepth)
	case t == nil:
		return fmt.Errorf("%s: null is not allowed; leave the field out", s.where())
	case t == json.Number("-0"):
		return fmt.Errorf("%s: -0; write 0", s.where())
	case tooLong(t):
		return fmt.Errorf("%s: a number of more than %d digits", s.where(), maxDigits)
	case t == json.Delim('{'):
		return s.object()
	case t == json.Delim('['):
		return s.array()
	}
	return nil
}

func tooLong(t json.Token) bool {
	n, ok := t.(json.Number)
	return ok && len(n) > maxDigits
}

func (s *jsonScan) object() error {
	seen := make(map[string]bool)
	for s.d.More() {
		t, err := s.d.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		s.path = append(s.path, jsonStep{key: key})
		if err := s.key(key, seen); err != nil {
			return err
		}
		if err := s.value(); err != nil {
			return err
		}
		s.path = s.path[:len(s.path)-1]
	}
	_, err := s.d.Token()
	return err
}

// key checks the key of a field, which is the last step of the path.
func (s *jsonScan) key(key string, seen map[string]bool) error {
	switch {
	case len(key) > maxJSONKey:
		return fmt.Errorf("%q: unknown field; no field name is longer than %d bytes", s.where(), maxJSONKey)
	case key == "" || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "":
		return fmt.Errorf("%q: unknown field; field names are lower-case", s.where())
	case seen[key]:
		return fmt.Errorf("%s: stated twice; keep one", s.where())
	}
	seen[key] = true
	return nil
}

func (s *jsonScan) array() error {
	for i := 0; s.d.More(); i++ {
		s.path = append(s.path, jsonStep{index: i})
		if err := s.value(); err != nil {
			return err
		}
		s.path = s.path[:len(s.path)-1]
	}
	_, err := s.d.Token()
	return err
}

// where writes the path out.
func (s *jsonScan) where() string {
	var path strings.Builder
	for _, step := range s.path {
		if step.key == "" {
			fmt.Fprintf(&path, "[%d]", step.index)
		} else {
			path.WriteString("." + shorten(step.key))
		}
	}
	return strings.TrimPrefix(path.String(), ".")
}

func jsonOffset(d *json.Decoder, err error) int64 {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return syntax.Offset
	case errors.As(err, &kind):
		return kind.Offset
	}
	return d.InputOffset()
}

// atOffset adds the line to an error; lines are what an editor shows.
func atOffset(b []byte, offset int64, err error) error {
	offset = max(0, min(offset, int64(len(b))))
	line := 1 + bytes.Count(b[:offset], []byte("\n"))
	return fmt.Errorf("line %d: %s", line, strings.TrimPrefix(err.Error(), "json: "))
}
