package report

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable shows characters that nobody can see, or that make text look like another
// one, as their code points. It works on the whole page, so that no text gets past it;
// the page's own text has none of them.
func printable(page []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(page))
	for len(page) > 0 {
		r, n := utf8.DecodeRune(page)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&out, "⟨%02X⟩", page[0])
		case hidden(r):
			fmt.Fprintf(&out, "⟨%U⟩", r)
		default:
			out.Write(page[:n])
		}
		page = page[n:]
	}
	return out.Bytes()
}

// hidden reports controls, line and paragraph separators, and bidirectional controls
// and other format characters, but for the two joiners that scripts need.
func hidden(r rune) bool {
	switch r {
	case '\n', '\t', '\u200c', '\u200d':
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// number writes a number with commas between thousands.
func number[T int | uint64](n T) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// groups cuts hexadecimal digits into groups of eight, which are easier to compare.
func groups(s string) (out []string) {
	for len(s) > 8 {
		out, s = append(out, s[:8]), s[8:]
	}
	return append(out, s)
}

// many writes a number of things. The word has its plural after a bar: "entry|entries".
func many[T int | uint64](n T, word string) string {
	one, more, _ := strings.Cut(word, "|")
	if n == 1 {
		return number(n) + " " + one
	}
	return number(n) + " " + more
}
