package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func council() []Party {
	return []Party{
		{"Latushka's Team and the Movement \"For Freedom\"", 28, ""}, {"Prakopyeu-Yahorau block", 13, ""},
		{"Independent Belarusians", 8, ""}, {"European Choice", 8, ""}, {"Youth Offensive", 8, ""},
		{"Our Cause", 6, ""}, {"Volya", 6, ""}, {"Stop Being Afraid", 3, ""},
	}
}

// element is a decoded element of a picture.
type element struct {
	name string
	attr map[string]string
	text string
}

func (e element) number(t *testing.T, name string) float64 {
	v, err := strconv.ParseFloat(e.attr[name], 64)
	require.NoError(t, err, "%s of %s", name, e.name)
	return v
}

// parse reads a picture as strict XML, so that it is known to be well formed.
func parse(t *testing.T, svg []byte) []element {
	var all []element
	var open []int
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attr: map[string]string{}}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			open, all = append(open, len(all)), append(all, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				all[open[len(open)-1]].text += string(token)
			}
		}
	}
}

func pick(all []element, name string) []element {
	var out []element
	for _, e := range all {
		if e.name == name {
			out = append(out, e)
		}
	}
	return out
}

func hemicycle(t *testing.T, title string, parties []Party) []element {
	var b bytes.Buffer
	require.NoError(t, Hemicycle(&b, title, parties))
	return parse(t, b.Bytes())
}

func bars(t *testing.T, title string, list []Bar, marks ...Mark) []element {
	var b bytes.Buffer
	require.NoError(t, Bars(&b, title, list, marks...))
	return parse(t, b.Bytes())
}

// requireInside checks that everything that is drawn lies on the page. Widths of
// texts are the package's own estimates.
func requireInside(t *testing.T, all []element) {
	height := all[0].number(t, "height")
	for _, e := range pick(all, "text") {
		size, err := strconv.Atoi(e.attr["font-size"])
		require.NoError(t, err)
		weight, err := strconv.Atoi(e.attr["font-weight"])
		require.NoError(t, err)
		x, y, w := e.number(t, "x"), e.number(t, "y"), style{size: size, weight: weight}.width(e.text)
		left := x - map[string]float64{"start": 0, "middle": w / 2, "end": w}[e.attr["text-anchor"]]
		require.True(t, left >= 0 && left+w <= pageWidth, "%q is at %.0f to %.0f", e.text, left, left+w)
		require.True(t, y-float64(size) >= 0 && y+4 <= height, "%q is at height %.0f of %.0f", e.text, y, height)
	}
	for _, e := range pick(all, "circle") {
		x, y, r := e.number(t, "cx"), e.number(t, "cy"), e.number(t, "r")
		require.True(t, x-r >= 0 && x+r <= pageWidth && y-r >= 0 && y+r <= height)
	}
	for _, e := range pick(all, "rect") {
		require.LessOrEqual(t, e.number(t, "width"), float64(pageWidth))
	}
}

func TestEveryTitleAndDescription(t *testing.T) {
	t.Parallel()
	all := hemicycle(t, "Seats & more", council())
	require.Equal(t, "svg", all[0].name)
	require.Equal(t, "img", all[0].attr["role"])
	title, desc := pick(all, "title")[0], pick(all, "desc")[0]
	require.Equal(t, "Seats & more", title.text)
	require.Contains(t, desc.text, "Half-circle of 80 seats")
	require.Contains(t, desc.text, "Latushka's Team and the Movement \"For Freedom\" 28; Prakopyeu")
	require.Equal(t, title.attr["id"]+" "+desc.attr["id"], all[0].attr["aria-labelledby"])
}

// Names are data: markup in them stays text, and control characters, which XML
// cannot hold, are replaced.
func TestNamesAreEscaped(t *testing.T) {
	t.Parallel()
	hostile := `<&">'</text><script>alert(1)</script>]]><!--`
	for name, all := range map[string][]element{
		"hemicycle": hemicycle(t, hostile, []Party{{hostile, 3, ""}, {"bell \a", 2, ""}}),
		"bars":      bars(t, hostile, []Bar{{hostile, 3, hostile}}, Mark{hostile, 2}),
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, pick(all, "script"))
			require.Equal(t, hostile, pick(all, "title")[0].text)
			joined := ""
			for _, e := range pick(all, "text") {
				joined += e.text
			}
			require.Contains(t, joined, hostile)
			requireInside(t, all)
		})
	}
}

// A long name is broken into lines but never shortened.
func TestLongNamesAreWhole(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		strings.Repeat("W", maxText), strings.Repeat("i ", maxText/2), strings.Repeat("й", maxText/2),
		strings.Repeat("語", maxText/3), strings.Repeat("Movement for Freedom ", 23), "",
	} {
		for kind, all := range map[string][]element{
			"hemicycle": hemicycle(t, name, []Party{{name, 1, ""}, {name, 2, ""}, {name, 3, ""}, {name, 40, ""}}),
			"bars":      bars(t, name, []Bar{{name, 1, name}, {name, math.MaxUint64, ""}}, Mark{name, math.MaxUint64}, Mark{name, 0}),
		} {
			requireInside(t, all)
			joined := ""
			for _, e := range pick(all, "text") {
				joined += e.text
			}
			bare := strings.ReplaceAll(name, " ", "")
			require.GreaterOrEqual(t, strings.Count(strings.ReplaceAll(joined, " ", ""), bare), 4, kind)
		}
	}
}

func TestSameInputSameBytes(t *testing.T) {
	t.Parallel()
	var a, b bytes.Buffer
	require.NoError(t, Hemicycle(&a, "Council", council()))
	require.NoError(t, Hemicycle(&b, "Council", council()))
	require.Equal(t, a.String(), b.String())
}

func TestHemicycleLeavesItsInputAlone(t *testing.T) {
	t.Parallel()
	parties := council()
	require.NoError(t, Hemicycle(io.Discard, "Council", parties))
	require.Equal(t, council(), parties)
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWriteErrorsAreReturned(t *testing.T) {
	t.Parallel()
	require.ErrorIs(t, Hemicycle(brokenWriter{}, "", nil), io.ErrClosedPipe)
	require.ErrorIs(t, Bars(brokenWriter{}, "", nil), io.ErrClosedPipe)
}

func TestRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", maxText+1)
	h := func(title string, p ...Party) error { return Hemicycle(io.Discard, title, p) }
	b := func(title string, bar Bar, marks ...Mark) error { return Bars(io.Discard, title, []Bar{bar}, marks...) }
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"long title":         {h(long), "title: must be at most 500 bytes, not 501"},
		"title not UTF-8":    {h("\xff"), "title: "},
		"long name":          {h("", Party{}, Party{Name: long}), "parties[1].name: must be at most"},
		"negative seats":     {h("", Party{Seats: -1}), "parties[0].seats: must be 0 or more"},
		"too many seats":     {h("", Party{Seats: 2000}, Party{Seats: 1}), "parties[1].seats: must be 0 or more and at most 2000 together"},
		"seats overflow":     {h("", Party{Seats: 1}, Party{Seats: math.MaxInt}), "parties[1].seats: "},
		"color by name":      {h("", Party{Color: "red"}), `parties[0].color: must be #rrggbb, not "red"`},
		"color with markup":  {h("", Party{Color: `#123456"/>`}), "parties[0].color: "},
		"too many parties":   {h("", make([]Party, maxItems+1)...), "parties: must be at most 500, not 501"},
		"long title of bars": {b(long, Bar{}), "title: "},
		"long label":         {b("", Bar{Label: long}), "bars[0].label: "},
		"long note":          {b("", Bar{Note: long}), "bars[0].note: "},
		"note not UTF-8":     {b("", Bar{Note: "\x80"}), "bars[0].note: "},
		"long mark":          {b("", Bar{}, Mark{Label: long}), "marks[0].label: "},
		"too many marks":     {b("", Bar{}, make([]Mark, maxItems+1)...), "marks: must be"},
		"too many bars":      {Bars(io.Discard, "", make([]Bar, maxItems+1)), "bars: must be"},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, c.err, "chart: ")
			require.ErrorContains(t, c.err, c.want)
		})
	}
}

func ExampleBars() {
	var svg strings.Builder
	if err := Bars(&svg, "Referendum", []Bar{{"Yes", 30, ""}, {"No", 12, ""}}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Split(svg.String(), "\n")[2])
	// Output: <desc id="chart-ae094a73-desc">Bar chart: Yes 30 (71.4%); No 12 (28.6%).</desc>
}

func TestColorsComeAgain(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for k := range palette {
		require.Regexp(t, hexColor, Color(k))
		require.Equal(t, Color(k), Color(k+len(palette)))
		seen[Color(k)] = true
	}
	require.Len(t, seen, len(palette))
}

// The widest letters of Cyrillic take more than an em in common fonts.
func TestWideLettersAreWide(t *testing.T) {
	t.Parallel()
	for _, r := range "ШЩЮЖМФЫшщюжмфы" {
		require.Greater(t, runeWidth(r), 1.0, string(r))
	}
	require.Less(t, runeWidth('г'), 1.0)
}
