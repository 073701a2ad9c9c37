package chart

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// In a house of any size the dots are all there, lie apart and stand in the upper
// half.
func TestDotsNeverTouch(t *testing.T) {
	t.Parallel()
	sizes := []int{maxSeats - 1, maxSeats}
	for n := range 320 {
		sizes = append(sizes, n)
	}
	for _, n := range sizes {
		dots, radius, ring := seat(n)
		require.Len(t, dots, n)
		require.Positive(t, radius)
		require.Less(t, ring+radius, float64(pageWidth/2-margin+20))
		xs, ys := make([]float64, n), make([]float64, n)
		for i, d := range dots {
			require.True(t, d.den > 0 && d.num >= 0 && d.num <= d.den)
			xs[i], ys[i] = d.at(d.radius)
			require.Greater(t, ys[i], -1e-9)
			require.Less(t, d.radius+radius, ring)
			for j := range i {
				if distance := math.Hypot(xs[i]-xs[j], ys[i]-ys[j]); distance < 2*radius+0.5 {
					t.Fatalf("%d seats: dots of radius %.2f only %.2f apart", n, radius, distance)
				}
			}
		}
	}
}

// Parties sit from left to right: no dot is left of one of an earlier party.
func TestPartiesSitInOrder(t *testing.T) {
	t.Parallel()
	dots, _, _ := seat(80)
	for i := 1; i < len(dots); i++ {
		require.LessOrEqual(t, float64(dots[i-1].num)/float64(dots[i-1].den), float64(dots[i].num)/float64(dots[i].den))
	}
}

func TestHemicycleOfEverySize(t *testing.T) {
	t.Parallel()
	for name, parties := range map[string][]Party{
		"council": council(), "nobody": nil, "no seats": {{"a", 0, ""}}, "one": {{"a", 1, ""}},
		"two":   {{"a", 1, "#aabbcc"}, {"b", 1, "#AABBCC"}},
		"three": {{"a", 1, ""}, {"b", 0, ""}, {"c", 2, ""}}, "four": {{"a", 3, ""}, {"b", 1, ""}},
		"largest": {{"a", 1999, ""}, {"b", 1, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			all := hemicycle(t, name, parties)
			requireInside(t, all)
			total := 0
			for _, p := range parties {
				total += p.Seats
			}
			require.Len(t, pick(all, "circle"), total+len(parties), "one for each seat and each line of the legend")
			require.Equal(t, fmt.Sprint(total), textOfSize(all, "60"))
			word := "seats"
			if total == 1 {
				word = "seat"
			}
			require.Equal(t, word, textOfSize(all, "17"))
		})
	}
}

func textOfSize(all []element, size string) string {
	for _, e := range pick(all, "text") {
		if e.attr["font-size"] == size {
			return e.text
		}
	}
	return ""
}

// Each party's group holds its seats, says so, and has its colour.
func TestHemicycleGroups(t *testing.T) {
	t.Parallel()
	all := hemicycle(t, "Council", council())
	var group int
	dots := map[int]int{}
	for i, e := range all {
		if e.name == "g" {
			group++
			p := council()[group-1]
			require.Equal(t, palette[group-1], e.attr["fill"])
			require.Equal(t, fmt.Sprintf("%s: %d seats", p.Name, p.Seats), all[i+1].text)
		}
		if e.name == "circle" && e.attr["fill"] == "" {
			dots[group]++
		}
	}
	for i, p := range council() {
		require.Equal(t, p.Seats, dots[i+1], p.Name)
	}
}

// The numbers outside the arc and the legend never overlap one another.
func TestNumbersOutsideTheArcLieApart(t *testing.T) {
	t.Parallel()
	for _, parties := range [][]Party{council(), many(16, 50), many(40, 3), many(100, 20)} {
		all := hemicycle(t, "x", parties)
		var labels []element
		for _, e := range pick(all, "text") {
			if e.attr["font-size"] == "16" {
				labels = append(labels, e)
			}
		}
		for i, a := range labels {
			for _, b := range labels[:i] {
				dx, dy := a.number(t, "x")-b.number(t, "x"), a.number(t, "y")-b.number(t, "y")
				require.Greater(t, math.Hypot(dx, dy), 16.0, "%s and %s", a.text, b.text)
			}
		}
	}
}

func many(n, seats int) []Party {
	parties := make([]Party, n)
	for i := range parties {
		parties[i] = Party{Name: "list " + strconv.Itoa(i), Seats: seats}
	}
	return parties
}

func TestBarsAreInProportion(t *testing.T) {
	t.Parallel()
	all := bars(t, "Votes", []Bar{{"a", 400, ""}, {"b", 100, "note"}, {"c", 0, ""}}, Mark{"half", 200})
	requireInside(t, all)
	var widths []float64
	for _, e := range pick(all, "rect") {
		if e.attr["fill"] == palette[0] {
			widths = append(widths, e.number(t, "width"))
		}
	}
	require.Len(t, widths, 2, "a bar of nothing is not drawn")
	require.InDelta(t, widths[0], 4*widths[1], 0.3)
}

func TestBarsOfAnything(t *testing.T) {
	t.Parallel()
	for name, list := range map[string][]Bar{
		"none": nil, "all zero": {{"yes", 0, ""}, {"no", 0, ""}}, "largest": {{"a", math.MaxUint64, ""}, {"b", math.MaxUint64, ""}},
		"one vote": {{"a", math.MaxUint64, ""}, {"b", 1, ""}}, "many": make([]Bar, maxItems),
	} {
		t.Run(name, func(t *testing.T) {
			all := bars(t, name, list, Mark{"none", 0}, Mark{"high", math.MaxUint64})
			requireInside(t, all)
			for _, e := range pick(all, "rect") {
				require.Positive(t, e.number(t, "width"))
			}
		})
	}
}

func TestNumbersOfBars(t *testing.T) {
	t.Parallel()
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1,000", 6723: "6,723", 1234567: "1,234,567", math.MaxUint64: "18,446,744,073,709,551,615"} {
		require.Equal(t, want, thousands(n))
	}
	for _, c := range []struct {
		part, rest uint64
		want       string
	}{
		{0, 0, "0.0%"}, {0, 5, "0.0%"}, {5, 0, "100.0%"}, {1, 2, "33.3%"}, {2, 1, "66.7%"}, {1, 1999, "0.1%"},
		{1, 2001, "0.0%"}, {2358, 4365, "35.1%"}, {math.MaxUint64, math.MaxUint64, "50.0%"},
	} {
		got := layOut([]Bar{{Value: c.part}, {Value: c.rest}}, nil).percent(c.part)
		require.Equal(t, c.want, got, "%d of %d", c.part, c.part+c.rest)
	}
}

// No line of a mark runs through the label of another one.
func TestMarksCrossNoLabel(t *testing.T) {
	t.Parallel()
	list := []Bar{{"a", 100, ""}}
	marks := []Mark{{"three per cent", 3}, {"a half of all the votes", 50}, {"four per cent", 4}, {"all", 100}}
	all := bars(t, "x", list, marks...)
	labels := map[string]element{}
	for _, e := range pick(all, "text") {
		labels[e.text] = e
	}
	for _, line := range pick(all, "path") {
		var x, top, end float64
		_, err := fmt.Sscanf(line.attr["d"], "M %f %f V %f", &x, &top, &end)
		require.NoError(t, err)
		for _, m := range marks {
			label := labels[m.Label]
			left := label.number(t, "x")
			crosses := x > left && x < left+markStyle.width(m.Label) && end > label.number(t, "y")-float64(markStyle.size)
			require.False(t, crosses, "a line at %.0f crosses %q", x, m.Label)
		}
	}
}

func TestPaletteHasNoColourTwice(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, c := range palette {
		require.Regexp(t, hexColor, c)
		require.False(t, known[c], c)
		known[c] = true
	}
}

// Neighbours of the palette stay apart for readers who see no red or no green, as
// simulated by Viénot, Brettel and Mollon (Color Research and Application 24, 1999)
// on linear RGB.
func TestNeighboursStayApartForTheColourBlind(t *testing.T) {
	t.Parallel()
	for name, m := range map[string][3][3]float64{
		"protanopia":   {{0.11238, 0.88762, 0}, {0.11238, 0.88762, 0}, {0.00401, -0.00401, 1}},
		"deuteranopia": {{0.29275, 0.70725, 0}, {0.29275, 0.70725, 0}, {-0.02234, 0.02234, 1}},
	} {
		for i := 1; i < len(palette); i++ {
			a, b := perceived(t, palette[i-1], m), perceived(t, palette[i], m)
			distance := math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
			require.Greater(t, distance, 45.0, "%s: %s and %s", name, palette[i-1], palette[i])
		}
	}
}

// perceived converts a colour to what is seen of it, as sRGB from 0 to 255.
func perceived(t *testing.T, hex string, m [3][3]float64) (out [3]float64) {
	var c [3]float64
	for i := range c {
		v, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		require.NoError(t, err)
		c[i] = math.Pow(float64(v)/255, 2.2)
	}
	for i := range out {
		for j := range c {
			out[i] += m[i][j] * c[j]
		}
		out[i] = 255 * math.Pow(max(0, out[i]), 1/2.2)
	}
	return out
}
