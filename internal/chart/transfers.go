package chart

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Round is one round of a count with transfers. Quota is drawn as a line across
// the bars of the round; 0 is none.
type Round struct {
	Label string
	Quota float64
}

// Course is the votes of one candidate in each round, or the Exhausted ballots,
// which no quota is drawn for. Note is a word or two on how it ended, or empty.
type Course struct {
	Label     string
	Votes     []float64
	Note      string
	Exhausted bool
}

const (
	maxRounds    = 60
	maxVotes     = 1e18
	courseHeight = 56 // of the highest bar
	courseGap    = 22 // for the number above it
	roundsLeft   = margin + 170 + 12
)

// roundGrid is where the bars of a course chart are.
type roundGrid struct {
	step, bar float64 // from round to round, and the width of a bar
	high      float64 // votes of the highest bar
	numbers   bool    // whether there is room for them
}

var (
	cellStyle = style{11, 400, ink, "middle"}
	headStyle = style{12, 600, faint, "middle"}
)

// Transfers draws how the votes of each candidate change from round to round: a
// row of bars for each, in one scale, with the quota as a dashed line. Bars that
// reach it are darker and have bold numbers. Votes are 0 to
// 10^18 and are written rounded to a hundredth. At most 60 rounds and 500 courses, each
// with a number for every round. The error names the input that is wrong, or comes
// from w.
func Transfers(w io.Writer, title string, rounds []Round, courses []Course) error {
	if err := checkTransfers(title, rounds, courses); err != nil {
		return err
	}
	g := layOutRounds(rounds, courses)
	c := &canvas{title: title, desc: describeRounds(rounds, courses)}
	y := c.roundHeads(g, rounds, c.heading()+24)
	for _, course := range courses {
		y = c.course(g, rounds, course, y)
	}
	return c.writeTo(w, c.quotaKey(rounds, y)+margin-8)
}

func checkTransfers(title string, rounds []Round, courses []Course) error {
	if err := checkText("title", title); err != nil {
		return err
	}
	if len(rounds) < 1 || len(rounds) > maxRounds {
		return fmt.Errorf("chart: rounds: must be 1 to %d, not %d", maxRounds, len(rounds))
	}
	if err := checkCount("courses", len(courses)); err != nil {
		return err
	}
	for i, r := range rounds {
		if err := checkText(fmt.Sprintf("rounds[%d].label", i), r.Label); err != nil {
			return err
		}
		if !amount(r.Quota) {
			return fmt.Errorf("chart: rounds[%d].quota: must be 0 to 10^18, not %v", i, r.Quota)
		}
	}
	for i, course := range courses {
		if err := course.check(fmt.Sprintf("courses[%d]", i), len(rounds)); err != nil {
			return err
		}
	}
	return nil
}

func (course Course) check(field string, rounds int) error {
	if len(course.Votes) != rounds {
		return fmt.Errorf("chart: %s.votes: must be one for each of %d rounds, not %d", field, rounds, len(course.Votes))
	}
	for k, v := range course.Votes {
		if !amount(v) {
			return fmt.Errorf("chart: %s.votes[%d]: must be 0 to 10^18, not %v", field, k, v)
		}
	}
	if err := checkText(field+".label", course.Label); err != nil {
		return err
	}
	return checkText(field+".note", course.Note)
}

func amount(v float64) bool { return v >= 0 && v <= maxVotes }

func layOutRounds(rounds []Round, courses []Course) roundGrid {
	g := roundGrid{step: min(90, (pageWidth-margin-roundsLeft)/float64(len(rounds)))}
	g.bar = 0.72 * g.step
	widest := 0.0
	for _, r := range rounds {
		g.high = max(g.high, r.Quota)
	}
	for _, course := range courses {
		for _, v := range course.Votes {
			g.high = max(g.high, v)
			widest = max(widest, style{11, 600, ink, "middle"}.width(hundredths(v)))
		}
	}
	g.numbers = widest <= g.step
	return g
}

// length is how high a bar is.
func (g roundGrid) length(votes float64) float64 {
	if g.high == 0 {
		return 0
	}
	return votes / g.high * courseHeight
}

// middle is the x in the middle of a round.
func (g roundGrid) middle(k int) float64 { return roundsLeft + (float64(k)+0.5)*g.step }

// roundHeads sets the labels of the rounds, where they fit, and returns the y below.
func (c *canvas) roundHeads(g roundGrid, rounds []Round, y float64) float64 {
	lines, style := 1, g.headStyle(rounds)
	for k, r := range rounds {
		label := wrap(r.Label, style, g.step-4)
		lines = max(lines, len(label))
		c.text(style, g.middle(k), y, label...)
	}
	return y + float64(lines*lineHeight(style.size))
}

// headStyle is smaller if a word would be cut, but can still be read.
func (g roundGrid) headStyle(rounds []Round) style {
	widest := 0.0
	for _, r := range rounds {
		for _, word := range strings.Fields(r.Label) {
			widest = max(widest, textWidth(word))
		}
	}
	s := headStyle
	for s.size > 9 && widest*s.em() > g.step-4 {
		s.size--
	}
	return s
}

// course draws one row and returns the y below it.
func (c *canvas) course(g roundGrid, rounds []Round, course Course, y float64) float64 {
	lines := wrap(course.Label, labelStyle, roundsLeft-margin-12)
	var notes []string
	if course.Note != "" {
		notes = wrap(course.Note, noteStyle, roundsLeft-margin-12)
	}
	height := float64(len(lines)*lineHeight(labelStyle.size) + len(notes)*lineHeight(noteStyle.size))
	base := y + max(courseHeight+courseGap, height+8)
	c.text(labelStyle, margin, base-height+float64(labelStyle.size)-2, lines...)
	c.text(noteStyle, margin, base-float64((len(notes)-1)*lineHeight(noteStyle.size))-3, notes...)
	c.add(`<path d="M %s %s H %s" stroke="%s"/>`, px(roundsLeft), px(base), px(roundsLeft+float64(len(rounds))*g.step), line)
	for k, v := range course.Votes {
		quota := rounds[k].Quota
		if course.Exhausted {
			quota = 0
		}
		c.vote(g, quota, v, g.middle(k), base)
	}
	return base
}

// vote draws one bar with the quota across it and its number.
func (c *canvas) vote(g roundGrid, quota, v, x, base float64) {
	reached := quota > 0 && v >= quota
	fill, number := palette[4], cellStyle
	if reached {
		fill, number.weight = palette[0], 600
	}
	top, at := base-max(1, g.length(v)), base-g.length(quota)
	if v > 0 {
		c.add(`<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`, px(x-g.bar/2), px(top), px(g.bar), px(base-top), fill)
	}
	if quota > 0 {
		c.add(`<path d="M %s %s H %s" stroke="%s" stroke-dasharray="3 2"/>`, px(x-g.step/2), px(at), px(x+g.step/2), ink)
	}
	if v > 0 && g.numbers {
		if at < top && at > top-16 { // the line would run through the number
			width := number.width(hundredths(v)) + 4
			c.add(`<rect x="%s" y="%s" width="%s" height="14" fill="#ffffff"/>`, px(x-width/2), px(top-15), px(width))
		}
		c.text(number, x, top-4, hundredths(v))
	}
}

// quotaKey explains the dashed line and returns the y below.
func (c *canvas) quotaKey(rounds []Round, y float64) float64 {
	low, high := math.Inf(1), 0.0
	for _, r := range rounds {
		if r.Quota > 0 {
			low, high = min(low, r.Quota), max(high, r.Quota)
		}
	}
	if high == 0 {
		return y
	}
	text := "quota " + hundredths(high)
	if hundredths(low) != hundredths(high) {
		text += " to " + hundredths(low)
	}
	y += 26
	c.add(`<path d="M %s %s h 24" stroke="%s" stroke-dasharray="3 2"/>`, px(roundsLeft), px(y-4), ink)
	c.text(markStyle, roundsLeft+32, y, text)
	return y
}

func describeRounds(rounds []Round, courses []Course) string {
	var parts []string
	for _, course := range courses {
		part := course.Label
		for k, v := range course.Votes {
			part += fmt.Sprintf(", %s %s", rounds[k].Label, hundredths(v))
		}
		if course.Note != "" {
			part += ", " + course.Note
		}
		parts = append(parts, part)
	}
	return "Votes by round: " + strings.Join(parts, "; ") + "."
}

// hundredths writes votes rounded to a hundredth, without zeros at the end.
func hundredths(v float64) string {
	if v > 0 && v < 0.005 {
		return "<0.01"
	}
	s := strconv.FormatFloat(v, 'f', 2, 64)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
