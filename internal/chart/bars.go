package chart

import (
	"cmp"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Bar is one bar. Note is a few words after the numbers, or empty.
type Bar struct {
	Label string
	Value uint64
	Note  string
}

// Mark is a line across all bars at a value, such as a threshold.
type Mark struct {
	Label string
	Value uint64
}

// barTable is where the columns of a bar chart are.
type barTable struct {
	labelWidth               float64
	barLeft, barWidth        float64
	valueRight, percentRight float64
	noteLeft, noteWidth      float64
	max, sum                 *big.Int
}

var (
	labelStyle   = style{15, 400, ink, "start"}
	valueStyle   = style{15, 600, ink, "end"}
	percentStyle = style{15, 400, ink, "end"}
	noteStyle    = style{13, 400, faint, "start"}
	markStyle    = style{13, 400, ink, "start"}
)

const (
	barHeight = 22
	barGap    = 14
)

// Bars draws horizontal bars with their labels, values and percentages of the sum
// of all values, rounded to a tenth. Marks are drawn as dashed lines. At most 500
// bars. The error names the input that is wrong, or comes from w.
func Bars(w io.Writer, title string, bars []Bar, marks ...Mark) error {
	if err := checkBars(title, bars, marks); err != nil {
		return err
	}
	t := layOut(bars, marks)
	c := &canvas{title: title, desc: t.describe(bars, marks)}
	top := c.heading() + 24
	y := top - barGap
	for _, b := range bars {
		y = c.bar(t, b, y+barGap)
	}
	return c.writeTo(w, c.marks(t, marks, top-10, y)+margin-8)
}

func checkBars(title string, bars []Bar, marks []Mark) error {
	if err := checkText("title", title); err != nil {
		return err
	}
	if err := checkCount("bars", len(bars)); err != nil {
		return err
	}
	if err := checkCount("marks", len(marks)); err != nil {
		return err
	}
	for i, b := range bars {
		if err := checkText(fmt.Sprintf("bars[%d].label", i), b.Label); err != nil {
			return err
		}
		if err := checkText(fmt.Sprintf("bars[%d].note", i), b.Note); err != nil {
			return err
		}
	}
	for i, m := range marks {
		if err := checkText(fmt.Sprintf("marks[%d].label", i), m.Label); err != nil {
			return err
		}
	}
	return nil
}

// layOut gives labels, values and notes the room that they need, within limits,
// and the bars the rest.
func layOut(bars []Bar, marks []Mark) barTable {
	t := barTable{max: new(big.Int), sum: new(big.Int)}
	values := 0.0
	for _, b := range bars {
		t.sum.Add(t.sum, number(b.Value))
		t.reach(b.Value)
		t.labelWidth = max(t.labelWidth, labelStyle.width(b.Label)+1)
		values = max(values, valueStyle.width(thousands(b.Value)))
		t.noteWidth = max(t.noteWidth, noteStyle.width(b.Note))
	}
	for _, m := range marks {
		t.reach(m.Value)
	}
	t.labelWidth, t.noteWidth = min(t.labelWidth, 240), min(t.noteWidth+1, 150)
	t.barLeft = margin + t.labelWidth + 16
	t.noteLeft = pageWidth - margin - t.noteWidth
	t.percentRight = t.noteLeft - 18
	if t.noteWidth <= 1 {
		t.percentRight = pageWidth - margin
	}
	t.valueRight = t.percentRight - percentStyle.width("100.0%") - 10
	t.barWidth = t.valueRight - values - 16 - t.barLeft
	return t
}

// reach makes the scale go up to a value.
func (t *barTable) reach(value uint64) {
	if v := number(value); t.max.Cmp(v) < 0 {
		t.max = v
	}
}

func (t barTable) describe(bars []Bar, marks []Mark) string {
	var parts []string
	for _, b := range bars {
		part := fmt.Sprintf("%s %s (%s)", b.Label, thousands(b.Value), t.percent(b.Value))
		if b.Note != "" {
			part += ", " + b.Note
		}
		parts = append(parts, part)
	}
	for _, m := range marks {
		parts = append(parts, fmt.Sprintf("line at %s: %s", thousands(m.Value), m.Label))
	}
	return "Bar chart: " + strings.Join(parts, "; ") + "."
}

// bar draws one row and returns the y below it.
func (c *canvas) bar(t barTable, b Bar, y float64) float64 {
	lines := wrap(b.Label, labelStyle, t.labelWidth)
	notes := wrap(b.Note, noteStyle, t.noteWidth)
	height := float64(max(barHeight, len(lines)*lineHeight(labelStyle.size), len(notes)*lineHeight(noteStyle.size)))
	middle := y + height/2
	c.barRect(t.barLeft, middle, t.barWidth, track)
	if b.Value > 0 {
		c.barRect(t.barLeft, middle, max(2, t.length(b.Value)), palette[0])
	}
	c.centred(labelStyle, margin, middle, lines...)
	c.centred(valueStyle, t.valueRight, middle, thousands(b.Value))
	c.centred(percentStyle, t.percentRight, middle, t.percent(b.Value))
	if b.Note != "" {
		c.centred(noteStyle, t.noteLeft, middle, notes...)
	}
	return y + height
}

func (c *canvas) barRect(x, middle, width float64, fill string) {
	c.add(`<rect x="%s" y="%s" width="%s" height="%d" rx="3" fill="%s"/>`, px(x), px(middle-barHeight/2), px(width), barHeight, fill)
}

// centred sets lines so that they are centred on middle from top to bottom.
func (c *canvas) centred(s style, x, middle float64, lines ...string) {
	first := middle - float64((len(lines)-1)*lineHeight(s.size))/2 + 0.36*float64(s.size)
	c.text(s, x, first, lines...)
}

// marks draws the lines from top to below bottom, each with its label at its lower
// end, and returns the y below them. The rightmost ends first, so that no line
// runs through a label.
func (c *canvas) marks(t barTable, marks []Mark, top, bottom float64) float64 {
	order := slices.Clone(marks)
	slices.SortStableFunc(order, func(a, b Mark) int { return cmp.Compare(b.Value, a.Value) })
	end := bottom
	for _, m := range order {
		x := t.barLeft + t.length(m.Value)
		lines := wrap(m.Label, markStyle, pageWidth-margin-x-7)
		end += 26
		c.add(`<path d="M %s %s V %s" fill="none" stroke="%s" stroke-width="1.5" stroke-dasharray="5 4"/>`, px(x), px(top), px(end+3), ink)
		c.text(markStyle, x+7, end, lines...)
		end += float64((len(lines) - 1) * lineHeight(markStyle.size))
	}
	return end
}

// length is how long the bar of a value is.
func (t barTable) length(value uint64) float64 {
	if t.max.Sign() == 0 {
		return 0
	}
	part, _ := new(big.Rat).SetFrac(number(value), t.max).Float64()
	return part * t.barWidth
}

// percent is the part of the sum, rounded half up to a tenth.
func (t barTable) percent(value uint64) string {
	if t.sum.Sign() == 0 {
		return "0.0%"
	}
	n := new(big.Int).Mul(number(value), big.NewInt(2000))
	n.Add(n, t.sum)
	tenths := n.Quo(n, new(big.Int).Mul(t.sum, big.NewInt(2))).Uint64()
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

func number(n uint64) *big.Int { return new(big.Int).SetUint64(n) }

// thousands writes a number with commas.
func thousands(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
