package chart

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Party is a group of seats that sit together. An empty Color takes the next one
// of the palette; else it is #rrggbb.
type Party struct {
	Name  string
	Seats int
	Color string
}

const (
	innerRadius = 130.0
	outerRadius = 320.0
	maxDot      = 30.0
)

// Hemicycle draws a parliament: seats as dots in rows of a half-circle, the
// parties from left to right in the given order, and a legend with their seats.
// Parties without seats are in the legend only. At most 2,000 seats and 500
// parties. The error names the input that is wrong, or comes from w.
func Hemicycle(w io.Writer, title string, parties []Party) error {
	parties = slices.Clone(parties)
	total, err := checkParties(title, parties)
	if err != nil {
		return err
	}
	c := &canvas{title: title, desc: describeParties(total, parties)}
	dots, radius, ring := seat(total)
	baseline := c.heading() + 20 + ring
	c.seats(parties, dots, radius, ring, baseline)
	c.text(style{60, 600, ink, "middle"}, pageWidth/2, baseline-22, fmt.Sprint(total))
	c.text(style{17, 400, faint, "middle"}, pageWidth/2, baseline+4, strings.TrimLeft(plural(total, "seat"), "0123456789 "))
	return c.writeTo(w, c.legend(parties, baseline+60))
}

// checkParties validates the input, fills in colours and adds up the seats.
func checkParties(title string, parties []Party) (total int, err error) {
	if err := checkText("title", title); err != nil {
		return 0, err
	}
	if err := checkCount("parties", len(parties)); err != nil {
		return 0, err
	}
	for i := range parties {
		p := &parties[i]
		if err := checkText(fmt.Sprintf("parties[%d].name", i), p.Name); err != nil {
			return 0, err
		}
		if p.Color == "" {
			p.Color = Color(i)
		}
		if !hexColor.MatchString(p.Color) {
			return 0, fmt.Errorf("chart: parties[%d].color: must be #rrggbb, not %q", i, p.Color)
		}
		if p.Seats < 0 || p.Seats > maxSeats-total {
			return 0, fmt.Errorf("chart: parties[%d].seats: must be 0 or more and at most %d together, not %d", i, maxSeats, p.Seats)
		}
		total += p.Seats
	}
	return total, nil
}

func describeParties(total int, parties []Party) string {
	names := make([]string, len(parties))
	for i, p := range parties {
		names[i] = fmt.Sprintf("%s %d", p.Name, p.Seats)
	}
	return fmt.Sprintf("Half-circle of %s, from left to right: %s.", plural(total, "seat"), strings.Join(names, "; "))
}

// dot is the place of a seat: its row's radius, and how far along the row it is as
// the fraction num/den, from 0 on the left to 1 on the right.
type dot struct {
	radius   float64
	num, den int
}

// seat places n seats in rows, as few as hold them without crowding, and returns
// them from left to right, with the radius of a dot and of the ring of numbers
// outside all rows.
func seat(n int) (dots []dot, radius, ring float64) {
	rows := 1
	for capacity(rows) < n {
		rows++
	}
	radius = min(maxDot, 0.4*rowGap(rows))
	for k, count := range share(n, rows) {
		r := rowRadius(k, rows)
		for j := range count {
			d := dot{r, j, count - 1}
			if rows == 1 || count == 1 {
				d = dot{r, 2*j + 1, 2 * count}
			}
			dots = append(dots, d)
		}
		if count > 1 && rows > 1 {
			radius = min(radius, 0.42*math.Pi*r/float64(count-1))
		}
	}
	slices.SortStableFunc(dots, func(a, b dot) int { return cmp.Compare(a.num*b.den, b.num*a.den) })
	return dots, radius, rowRadius(rows-1, rows) + radius + 18
}

func rowGap(rows int) float64 { return (outerRadius - innerRadius) / float64(rows) }

func rowRadius(k, rows int) float64 { return innerRadius + (float64(k)+0.5)*rowGap(rows) }

func capacity(rows int) int {
	n := 0
	for k := range rows {
		n += int(math.Pi * rowRadius(k, rows) / rowGap(rows))
	}
	return n
}

// share spreads n seats over the rows in proportion to their length.
func share(n, rows int) []int {
	total := 0.0
	for k := range rows {
		total += rowRadius(k, rows)
	}
	counts := make([]int, rows)
	sum, given := 0.0, 0
	for k := range rows {
		sum += rowRadius(k, rows)
		counts[k] = int(math.Round(sum/total*float64(n))) - given
		given += counts[k]
	}
	return counts
}

// seats draws the dots of every party as one group, and its number of seats
// outside the arc where there is room for it. A house of one row has no numbers
// and gets an arc instead, which holds its few dots together.
func (c *canvas) seats(parties []Party, dots []dot, radius, ring, baseline float64) {
	single := len(dots) <= capacity(1)
	if single {
		r := rowRadius(0, 1)
		c.add(`<path d="M %s %s a %s %s 0 0 1 %s 0" fill="none" stroke="%s" stroke-width="2" stroke-dasharray="2 8" stroke-linecap="round"/>`,
			px(pageWidth/2-r), px(baseline), px(r), px(r), px(2*r), line)
	}
	first := 0
	for _, p := range parties {
		if p.Seats == 0 {
			continue
		}
		c.add(`<g fill="%s" stroke="%s" stroke-opacity="0.35"><title>%s: %s</title>`, p.Color, ink, escape(p.Name), plural(p.Seats, "seat"))
		for _, d := range dots[first : first+p.Seats] {
			x, y := d.at(d.radius)
			c.add(`<circle cx="%s" cy="%s" r="%s"/>`, px(x), px(baseline-y), px(radius))
		}
		c.add(`</g>`)
		if !single {
			c.seatLabel(dots, first, p.Seats, ring, baseline)
		}
		first += p.Seats
	}
}

// at returns the place on an arc of the given radius, y upwards.
func (d dot) at(radius float64) (x, y float64) {
	angle := math.Pi * (1 - float64(d.num)/float64(d.den))
	return pageWidth/2 + radius*math.Cos(angle), radius * math.Sin(angle)
}

// seatLabel writes a party's seats at the middle of its part of the arc, unless
// that part is too short for the number. A part reaches half a seat to each side.
func (c *canvas) seatLabel(dots []dot, first, n int, ring, baseline float64) {
	along := math.Pi * ring * float64(n) / float64(len(dots))
	s := style{16, 600, ink, "middle"}
	label := fmt.Sprint(n)
	if along < s.width(label)+6 {
		return
	}
	middle := dot{den: 2 * len(dots), num: 2*first + n}
	x, y := middle.at(ring)
	outwards := (x - pageWidth/2) / ring
	c.text(s, x+outwards*(s.width(label)/2-4), baseline-y+6, label)
}

// legend lists the parties in columns and returns the height of the picture.
func (c *canvas) legend(parties []Party, y float64) float64 {
	columns := 2
	if len(parties) <= 3 {
		columns = 1
	}
	const gap = 40
	width := (pageWidth - 2*margin - gap) / 2
	left := float64(margin)
	if columns == 1 {
		left = float64(pageWidth-width) / 2
	}
	rows := (len(parties) + columns - 1) / columns
	bottom := y
	for column := range columns {
		at, x := y, left+float64(column*(width+gap))
		for _, p := range parties[min(column*rows, len(parties)):min((column+1)*rows, len(parties))] {
			at = c.legendEntry(p, x, at, width)
		}
		bottom = max(bottom, at)
	}
	return bottom + margin - 30
}

// legendEntry draws one party and returns the y of the next.
func (c *canvas) legendEntry(p Party, x, y float64, width int) float64 {
	s := style{15, 400, ink, "start"}
	lines := wrap(p.Name, s, float64(width-28-50))
	c.add(`<circle cx="%s" cy="%s" r="8" fill="%s" stroke="%s" stroke-opacity="0.35"/>`, px(x+9), px(y-5), p.Color, ink)
	c.text(s, x+28, y, lines...)
	c.text(style{15, 600, ink, "end"}, x+float64(width), y, fmt.Sprint(p.Seats))
	y += float64(len(lines) * lineHeight(s.size))
	c.add(`<path d="M %s %s h %d" stroke="%s"/>`, px(x), px(y-7), width, line)
	return y + 17
}
