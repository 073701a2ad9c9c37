package report

import (
	"slices"
	"time"
)

const (
	fewest   = 10 // ballots in one line
	mostRows = 16
)

// row is a line of the turnout: the ballots from one time to another.
type row struct {
	From, To time.Time
	Ballots  int
	Part     string // of the longest bar, in percent
}

// Label is the time of the row.
func (r row) Label() string {
	const day, clock = "2006-01-02", "15:04"
	to := r.To.Format(clock)
	if r.From.Format(day) != r.To.Format(day) {
		to = r.To.Format(day + " " + clock)
	}
	return r.From.Format(day+" "+clock) + " – " + to
}

// steps are the lengths of rows that are tried, in seconds.
var steps = []int64{300, 900, 1800, 3600, 2 * 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600}

// stepFor is the shortest step of which few enough cover the span.
func stepFor(first, last int64) int64 {
	for _, s := range steps {
		if last/s-first/s < mostRows {
			return s
		}
	}
	const day = 24 * 3600
	s := int64(day)
	for last/s-first/s >= mostRows {
		s += day * max(1, (last-first)/day/1000)
	}
	return s
}

// turnout sorts ballots into steps of so many seconds and joins neighbours until no row has fewer
// than ten ballots. It returns no rows if all ballots together are fewer. Times before
// the opening or after the closing count for the first or the last step.
func turnout(counts []Count, opened, closed time.Time) (rows []row, step int64) {
	first, last := span(counts, opened, closed)
	s := stepFor(first, last)
	cells := make([]int, last/s-first/s+1)
	for _, c := range counts {
		at := min(max(c.At.Unix(), first), last)
		cells[at/s-first/s] += c.Ballots
	}
	rows = join(cells, first/s*s, s)
	most := 0
	for _, r := range rows {
		most = max(most, r.Ballots)
	}
	for i := range rows {
		rows[i].Part = percent(uint64(rows[i].Ballots), uint64(most))
	}
	return rows, s
}

// span is from the opening to the closing, or to the first and last ballots where these
// are not known.
func span(counts []Count, opened, closed time.Time) (first, last int64) {
	byTime := func(a, b Count) int { return a.At.Compare(b.At) }
	if len(counts) > 0 {
		first = slices.MinFunc(counts, byTime).At.Unix()
		last = slices.MaxFunc(counts, byTime).At.Unix()
	}
	if !opened.IsZero() {
		first = opened.Unix()
	}
	if !closed.IsZero() {
		last = closed.Unix() - 1 // the last second before it
	}
	first = max(first, 0)
	return first, max(first, last)
}

// join makes rows of cells of s seconds each; what is left at the end goes to the last.
func join(cells []int, start, s int64) (rows []row) {
	from, sum := start, 0
	for i, n := range cells {
		to := start + int64(i+1)*s
		sum += n
		if sum >= fewest {
			rows = append(rows, row{From: time.Unix(from, 0).UTC(), To: time.Unix(to, 0).UTC(), Ballots: sum})
			from, sum = to, 0
		}
	}
	if len(rows) > 0 {
		end := &rows[len(rows)-1]
		end.To, end.Ballots = time.Unix(start+int64(len(cells))*s, 0).UTC(), end.Ballots+sum
	}
	return rows
}
