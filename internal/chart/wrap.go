package chart

import (
	"strings"
	"unicode"
)

// wrap breaks s into lines of at most width pixels, between words where it can and
// inside words that are too long for a line. It returns at least one line. Fonts
// differ, so widths are estimates on the wide side.
func wrap(s string, st style, width float64) []string {
	limit := width / st.em()
	var lines []string
	current, used := "", 0.0
	flush := func() {
		if current != "" {
			lines = append(lines, current)
		}
		current, used = "", 0
	}
	for _, word := range strings.Fields(s) {
		for _, part := range chop(word, limit) {
			w := textWidth(part)
			if current != "" && used+runeWidth(' ')+w > limit {
				flush()
			}
			if current != "" {
				current, used = current+" ", used+runeWidth(' ')
			}
			current, used = current+part, used+w
		}
	}
	flush()
	if lines == nil {
		return []string{""}
	}
	return lines
}

// chop cuts a word into parts that fit.
func chop(word string, limit float64) []string {
	var parts []string
	start, used := 0, 0.0
	for i, r := range word {
		w := runeWidth(r)
		if i > start && used+w > limit {
			parts = append(parts, word[start:i])
			start, used = i, 0
		}
		used += w
	}
	return append(parts, word[start:])
}

// width estimates the width of s in pixels.
func (st style) width(s string) float64 { return textWidth(s) * st.em() }

// em is the size in pixels, and more for bold letters, which are wider.
func (st style) em() float64 {
	if st.weight >= 600 {
		return 1.13 * float64(st.size)
	}
	return float64(st.size)
}

// textWidth estimates the width of s in ems.
func textWidth(s string) float64 {
	w := 0.0
	for _, r := range s {
		w += runeWidth(r)
	}
	return w
}

// runeWidth estimates the width of a character in ems.
func runeWidth(r rune) float64 {
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0
	case strings.ContainsRune(" .,:;'|!()[]ijlfrtI", r):
		return 0.4
	case strings.ContainsRune("ЖМФШЩЫЮ", unicode.ToUpper(r)):
		return 1.1
	case strings.ContainsRune("mwMW@%—…", r), r < 0x1100 && unicode.IsUpper(r):
		return 0.8
	case r >= 0x1100 && !unicode.Is(unicode.Latin, r) && !unicode.Is(unicode.Greek, r):
		return 1.1
	}
	return 0.62
}
