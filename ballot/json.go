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

// maxJSONDepth is more than any manifest nests.
const maxJSONDepth = 16

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
	if err := s.value("", 0); err != nil {
		return atOffset(b, jsonOffset(s.d, err), err)
	}
	if _, err := s.d.Token(); err != io.EOF {
		return atOffset(b, s.d.InputOffset(), errors.New("data after the end of the document; remove it"))
	}
	return nil
}

type jsonScan struct{ d *json.Decoder }

func (s *jsonScan) value(path string, depth int) error {
	t, err := s.d.Token()
	switch {
	case err == io.EOF:
		return io.ErrUnexpectedEOF
	case err != nil:
		return err
	case depth > maxJSONDepth:
		return fmt.Errorf("%s: nested more than %d deep", path, maxJSONDepth)
	case t == nil:
		return fmt.Errorf("%s: null is not allowed; leave the field out", path)
	case t == json.Delim('{'):
		return s.object(path, depth)
	case t == json.Delim('['):
		return s.array(path, depth)
	}
	return nil
}

func (s *jsonScan) object(path string, depth int) error {
	seen := make(map[string]bool)
	for s.d.More() {
		t, err := s.d.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		field := strings.TrimPrefix(path+"."+key, ".")
		if strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "" {
			return fmt.Errorf("%q: unknown field; field names are lower-case", field)
		}
		if seen[key] {
			return fmt.Errorf("%s: stated twice; keep one", field)
		}
		seen[key] = true
		if err := s.value(field, depth+1); err != nil {
			return err
		}
	}
	_, err := s.d.Token()
	return err
}

func (s *jsonScan) array(path string, depth int) error {
	for i := 0; s.d.More(); i++ {
		if err := s.value(fmt.Sprintf("%s[%d]", path, i), depth+1); err != nil {
			return err
		}
	}
	_, err := s.d.Token()
	return err
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
