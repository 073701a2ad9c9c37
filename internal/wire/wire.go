// Package wire is the strict codec of every binary artefact: fixed-width
// big-endian integers, fixed-size strings and length-prefixed vectors, with no
// second way to write a value. Users of the library do not need it.
package wire

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
)

// Reader reads one byte string from front to back. The first fault sticks: what
// is read after it is zero, and Close reports it with its place.
type Reader struct {
	what string
	size int
	rest cryptobyte.String
	err  error
}

// NewReader returns a Reader of b; what names the artefact in errors.
func NewReader(what string, b []byte) *Reader {
	return &Reader{what: what, size: len(b), rest: b}
}

// Fail records a fault that the caller found in what was read; the first one wins.
func (r *Reader) Fail(format string, args ...any) {
	if r.err == nil {
		at := r.size - len(r.rest)
		r.err = fmt.Errorf("%s: at byte %d: %w", r.what, at, fmt.Errorf(format, args...))
	}
}

// Len returns the number of bytes left.
func (r *Reader) Len() int { return len(r.rest) }

// Fixed reads n bytes; they alias the input. It returns nil after a fault.
func (r *Reader) Fixed(n int) []byte {
	var out []byte
	if r.err == nil && !r.rest.ReadBytes(&out, n) {
		r.Fail("truncated: %d bytes wanted, %d left", n, len(r.rest))
	}
	if r.err != nil {
		return nil
	}
	return out
}

// Vector reads a uint32 length of at most max and as many bytes.
func (r *Reader) Vector(max int) []byte {
	n := r.Uint32()
	if r.err == nil && uint64(n) > uint64(max) {
		r.Fail("length %d, at most %d allowed", n, max)
	}
	return r.Fixed(int(min(n, 1<<31-1)))
}

// Uint8 reads one byte.
func (r *Reader) Uint8() uint8 { return uint8(r.uint(1)) }

// Uint16 reads a big-endian 16-bit integer.
func (r *Reader) Uint16() uint16 { return uint16(r.uint(2)) }

// Uint32 reads a big-endian 32-bit integer.
func (r *Reader) Uint32() uint32 { return uint32(r.uint(4)) }

// Uint64 reads a big-endian 64-bit integer.
func (r *Reader) Uint64() uint64 { return r.uint(8) }

func (r *Reader) uint(n int) uint64 {
	var v uint64
	for _, b := range r.Fixed(n) {
		v = v<<8 | uint64(b)
	}
	return v
}

// Close returns the first fault, or one if bytes are left over.
func (r *Reader) Close() error {
	if len(r.rest) > 0 {
		r.Fail("%d bytes too many", len(r.rest))
	}
	return r.err
}

// AppendUint16 appends v in two bytes, big endian.
func AppendUint16(b []byte, v uint16) []byte { return binary.BigEndian.AppendUint16(b, v) }

// AppendUint32 appends v in four bytes, big endian.
func AppendUint32(b []byte, v uint32) []byte { return binary.BigEndian.AppendUint32(b, v) }

// AppendUint64 appends v in eight bytes, big endian.
func AppendUint64(b []byte, v uint64) []byte { return binary.BigEndian.AppendUint64(b, v) }

// AppendVector appends the length of data as a uint32, then data.
func AppendVector(b, data []byte) []byte {
	return append(AppendUint32(b, uint32(len(data))), data...)
}
