package report

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"math/big"
	"slices"

	"veche.example/ballot"
	"veche.example/internal/chart"
	"veche.example/tally"
)

// contestView is the result of one contest as the page shows it.
type contestView struct {
	*tally.ContestResult
	Anchor   string
	Rule     string // in words; empty without a manifest
	Unit     string // of the totals
	Lines    []line
	HasShare bool
	HasSeats bool
	Least    int // ballots below which a contest is withheld
	Written  []line
	Counted  []countView
	Pictures []picture
}

// line is one total. Over is who is ranked below, if it is that of a pair.
type line struct {
	Name, Over, ID string
	Colour         string // in the picture of seats, if there is one
	Votes          uint64
	Seats          *int
	Part           string // of the longest bar, in percent
	Share          string // of all votes
}

// picture is an image, or says that there is none.
type picture struct {
	Title string
	Fit   bool          // it can be read without its words
	SVG   template.HTML // empty if the picture would be too large
}

// newPicture draws; the only errors are those of pictures that would be too large.
func newPicture(title string, draw func(w io.Writer, title string) error) picture {
	var b bytes.Buffer
	if err := draw(&b, title); err != nil {
		b.Reset()
	}
	return picture{Title: title, SVG: template.HTML(b.String())} // package chart escapes
}

func newContest(i int, r *tally.ContestResult, m *ballot.Manifest) contestView {
	v := contestView{ContestResult: r, Anchor: fmt.Sprintf("contest-%d", i+1), Unit: "votes"}
	var c *ballot.Contest
	if m != nil && i < len(m.Contests) {
		c = m.Contests[i]
		v.Rule, v.Least = ruleInWords(c), m.MinBallots
		v.HasShare = countsBallots(c.Rule.Type)
		if !v.HasShare {
			v.Unit = "points"
		}
	}
	v.addLines()
	v.addWritten()
	v.addCounts(c)
	if c == nil || r.Withheld {
		return v
	}
	if c.Seats != nil && c.Seats.Method != ballot.HighestTotals && v.HasSeats {
		v.addSeats()
	}
	if c.Rule.Type == ballot.Pairwise {
		v.addPairs(c.Options)
	}
	if r.Ranked != nil {
		v.addFirsts(c.Options)
	}
	return v
}

func (v *contestView) addLines() {
	var most uint64
	for _, t := range v.Totals {
		most = max(most, t.Votes)
		v.HasSeats = v.HasSeats || t.Seats != nil
	}
	for _, t := range v.Totals {
		v.Lines = append(v.Lines, line{Name: t.Name, ID: t.ID, Votes: t.Votes, Seats: t.Seats, Part: percent(t.Votes, most), Share: percent(t.Votes, v.Weight)})
	}
}

func (v *contestView) addWritten() {
	var most uint64
	for _, w := range v.WriteIns {
		most = max(most, w.Votes)
	}
	for _, w := range v.WriteIns {
		v.Written = append(v.Written, line{Name: w.Text, Votes: w.Votes, Part: percent(w.Votes, most), Share: percent(w.Votes, v.Weight)})
	}
}

// addSeats draws the seats, in colours that the lines show too.
func (v *contestView) addSeats() {
	var parties []chart.Party
	for i, t := range v.Totals {
		if t.Seats != nil {
			v.Lines[i].Colour = chart.Color(len(parties))
			parties = append(parties, chart.Party{Name: t.Name, Seats: *t.Seats, Color: v.Lines[i].Colour})
		}
	}
	p := newPicture("Seats: "+v.Title, func(w io.Writer, title string) error { return chart.Hemicycle(w, title, parties) })
	p.Fit = true
	v.Pictures = append(v.Pictures, p)
}

// addPairs draws the totals of a pairwise contest, which are those of the pairs i < j:
// all ballots that do not rank i above j rank j above i.
func (v *contestView) addPairs(options []ballot.Option) {
	names, above := make([]string, len(options)), make([][]uint64, len(options))
	for i, o := range options {
		names[i], above[i] = o.Name, make([]uint64, len(options))
	}
	next := v.Lines
	for i := range options {
		for j := i + 1; j < len(options); j++ {
			next[0].Name, next[0].Over = names[i], names[j]
			above[i][j], above[j][i] = next[0].Votes, v.Weight-next[0].Votes
			next = next[1:]
		}
	}
	v.addMatrix(names, above)
}

func (v *contestView) addMatrix(names []string, above [][]uint64) {
	title := v.Title + ": ballots that rank the one in the row above the one in the column"
	v.Pictures = append(v.Pictures, newPicture(title, func(w io.Writer, title string) error {
		return chart.Matrix(w, title, names, above)
	}))
}

// addFirsts lists the options of a ranked contest with how often each was ranked first.
func (v *contestView) addFirsts(options []ballot.Option) {
	v.Unit = "ranked first"
	firsts := make([]uint64, len(options))
	for _, b := range v.Ranked.Ballots {
		if len(b.Ranks) == 0 {
			continue
		}
		for _, c := range b.Ranks[0] {
			firsts[c] += b.Count
		}
	}
	most := slices.Max(firsts)
	for i, o := range options {
		v.Lines = append(v.Lines, line{Name: o.Name, ID: o.ID, Votes: firsts[i], Part: percent(firsts[i], most), Share: percent(firsts[i], v.Weight)})
	}
}

// percent is a part of all, rounded half up to a tenth.
func percent(part, all uint64) string {
	if all == 0 {
		return "0.0%"
	}
	n, d := new(big.Int).SetUint64(part), new(big.Int).SetUint64(all)
	n.Mul(n, big.NewInt(2000)).Add(n, d).Quo(n, d.Mul(d, big.NewInt(2)))
	tenths := n.Uint64()
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}
