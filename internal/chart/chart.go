// Package chart draws results as SVG text: a half-circle of seats, horizontal bars,
// votes round by round and who beats whom. It is for the pages that examples and the
// auditor's report show; who reads results as numbers does not need it.
//
// A picture is one self-contained svg element on a white ground, the same bytes
// for the same input. Names are shown whole, wrapped where they are long. Colours
// stay apart for colour-blind readers, and nothing is told by colour alone.
package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"hash/crc32"
	"io"
	"regexp"
	"unicode/utf8"
)

// Limits on the input.
const (
	maxItems = 500  // parties, bars or marks
	maxSeats = 2000 // seats in one half-circle
	maxText  = 500  // bytes in a name, label or title
)

// palette begins with the eight colours of Okabe and Ito (Color Universal Design,
// 2008), black and yellow last, and goes on with those of Paul Tol's muted scheme
// (Colour Schemes, SRON 2021) that are far from them.
var palette = []string{
	"#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#332288", "#f0e442",
	"#882255", "#999933", "#44aa99", "#000000", "#ddcc77", "#aa4499", "#117733", "#cc6677",
}

// Color returns the k-th colour that parties get, as #rrggbb; they come again after
// the last. k counts from 0.
func Color(k int) string { return palette[k%len(palette)] }

const (
	ink   = "#1f2328"
	faint = "#59636e"
	line  = "#d1d9e0"
	track = "#f2f4f7"
)

var hexColor = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// canvas collects the elements of a picture of fixed width.
type canvas struct {
	bytes.Buffer
	title, desc string
}

const (
	pageWidth = 860
	margin    = 40
)

func (c *canvas) add(format string, args ...any) {
	fmt.Fprintf(c, format+"\n", args...)
}

// style is how a text looks: size in pixels, weight, fill and the side from which
// it is set (start, middle or end).
type style struct {
	size   int
	weight int
	fill   string
	anchor string
}

// text sets lines below each other, the first with its baseline at y.
func (c *canvas) text(s style, x, y float64, lines ...string) {
	for i, l := range lines {
		c.add(`<text x="%s" y="%s" font-size="%d" font-weight="%d" fill="%s" text-anchor="%s">%s</text>`,
			px(x), px(y+float64(i*lineHeight(s.size))), s.size, s.weight, s.fill, s.anchor, escape(l))
	}
}

func lineHeight(size int) int { return size * 5 / 4 }

// heading sets the title at the top and returns the y below it.
func (c *canvas) heading() float64 {
	s := style{22, 600, ink, "start"}
	lines := wrap(c.title, s, pageWidth-2*margin)
	c.text(s, margin, margin+20, lines...)
	return float64(margin + 20 + (len(lines)-1)*lineHeight(s.size) + 16)
}

// writeTo writes the picture with the given height.
func (c *canvas) writeTo(w io.Writer, height float64) error {
	id := fmt.Sprintf("chart-%08x", crc32.ChecksumIEEE([]byte(c.title+"\n"+c.desc)))
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%s" viewBox="0 0 %d %s" role="img" aria-labelledby="%s-title %s-desc"`,
		pageWidth, px(height), pageWidth, px(height), id, id)
	fmt.Fprintf(&out, ` font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif">`+"\n")
	fmt.Fprintf(&out, "<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n", id, escape(c.title), id, escape(c.desc))
	fmt.Fprintf(&out, `<rect width="%d" height="%s" fill="#ffffff"/>`+"\n", pageWidth, px(height))
	out.Write(c.Bytes())
	out.WriteString("</svg>\n")
	_, err := w.Write(out.Bytes())
	return err
}

// px writes a coordinate with a tenth of a pixel.
func px(v float64) string { return fmt.Sprintf("%.1f", v) }

func escape(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) // cannot fail on a buffer
	return b.String()
}

func checkText(field, s string) error {
	if len(s) > maxText {
		return fmt.Errorf("chart: %s: must be at most %d bytes, not %d", field, maxText, len(s))
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("chart: %s: %q is not valid UTF-8", field, s)
	}
	return nil
}

func checkCount(field string, n int) error {
	if n > maxItems {
		return fmt.Errorf("chart: %s: must be at most %d, not %d", field, maxItems, n)
	}
	return nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
