package chart

import (
	"fmt"
	"io"
	"strings"
)

const (
	maxMatrix   = 40
	matrixLabel = 200
)

// Matrix draws who beats whom: in the row of one candidate and the column of
// another, on how many ballots the first is above the second. Cells of those who
// beat the other are blue, the deeper the larger their part of the two numbers, and
// bold; the others are grey, and equals are white. Columns bear the number of the
// candidate. Numbers that do not fit are left to the description. At most 40 names,
// and a square of as many numbers, whose diagonal is not read. The error names the
// input that is wrong, or comes from w.
func Matrix(w io.Writer, title string, names []string, above [][]uint64) error {
	if err := checkMatrix(title, names, above); err != nil {
		return err
	}
	c := &canvas{title: title, desc: describeMatrix(names, above)}
	left := float64(margin + matrixLabel)
	cell := min(56, (pageWidth-margin-left)/float64(len(names)))
	y := c.heading() + 30
	for k := range names {
		c.text(headStyle, left+(float64(k)+0.5)*cell, y-6, fmt.Sprint(k+1))
	}
	for x, name := range names {
		lines := wrap(fmt.Sprintf("%d  %s", x+1, name), labelStyle, matrixLabel-12)
		height := max(cell, float64(len(lines)*lineHeight(labelStyle.size)))
		c.centred(labelStyle, margin, y+height/2, lines...)
		for z := range names {
			c.pair(above, x, z, left+float64(z)*cell, y, cell, height)
		}
		y += height
	}
	return c.writeTo(w, y+margin-8)
}

func checkMatrix(title string, names []string, above [][]uint64) error {
	if err := checkText("title", title); err != nil {
		return err
	}
	if len(names) < 1 || len(names) > maxMatrix {
		return fmt.Errorf("chart: names: must be 1 to %d, not %d", maxMatrix, len(names))
	}
	if len(above) != len(names) {
		return fmt.Errorf("chart: above: must be a row for each of %d names, not %d", len(names), len(above))
	}
	for i, name := range names {
		if err := checkText(fmt.Sprintf("names[%d]", i), name); err != nil {
			return err
		}
		if len(above[i]) != len(names) {
			return fmt.Errorf("chart: above[%d]: must be a number for each of %d names, not %d", i, len(names), len(above[i]))
		}
	}
	return nil
}

// pair draws one cell.
func (c *canvas) pair(above [][]uint64, x, z int, left, top, width, height float64) {
	n, m := above[x][z], above[z][x]
	fill, number := "#ffffff", cellStyle
	switch {
	case x == z:
		fill = line
	case n > m:
		var dark bool
		fill, dark = blue(float64(n) / (float64(n) + float64(m)))
		number.weight = 600
		if dark {
			number.fill = "#ffffff"
		}
	case n < m:
		fill = track
	}
	c.add(`<rect x="%s" y="%s" width="%s" height="%s" fill="%s" stroke="#ffffff"/>`, px(left), px(top), px(width), px(height), fill)
	if text := thousands(n); x != z && number.width(text) <= width-2 {
		c.centred(number, left+width/2, top+height/2, text)
	}
}

// blue goes from a light one, for half, to the first of the palette, for all. It
// also says whether white is the better ink on it.
func blue(part float64) (fill string, dark bool) {
	t := 2*part - 1
	mix := func(from, to float64) int { return int(from + (to-from)*t + 0.5) }
	return fmt.Sprintf("#%02x%02x%02x", mix(0xd6, 0x00), mix(0xe9, 0x72), mix(0xf8, 0xb2)), t > 0.75
}

func describeMatrix(names []string, above [][]uint64) string {
	var parts []string
	for x := range names {
		for z := x + 1; z < len(names); z++ {
			parts = append(parts, fmt.Sprintf("%s over %s %s, the other way %s", names[x], names[z], thousands(above[x][z]), thousands(above[z][x])))
		}
	}
	return "Pairwise matrix: " + strings.Join(parts, "; ") + "."
}
