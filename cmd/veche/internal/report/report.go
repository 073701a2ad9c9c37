// Package report writes the auditor's report: what the verifier found in a record,
// as one self-contained HTML page that explains itself to people who are no experts.
// It has no scripts and fetches nothing. Who reads reports as data uses the JSON of
// verify.Report.
package report

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"time"

	"veche.example/ballot"
	"veche.example/tally/verify"
)

// Extra is what the page says beside the verifier's report. Whatever is zero is left
// out. FromRecord fills in what the record says itself.
type Extra struct {
	By      string    // who ran the verifier
	Version string    // name and version of the program
	Command string    // that repeats the verification
	At      time.Time // of the verification

	Manifest *ballot.Manifest
	Closing  *Closing
	Opened   time.Time // these two are the box's word
	Closed   time.Time
	Turnout  []Count // in any order
}

// Closing is what the box signed when it closed.
type Closing struct {
	Entries uint64
	Root    [32]byte // tree hash of the log
	Digest  [32]byte // what trustees sign and decrypt for
}

// Count is a number of ballots that the box took at one time.
type Count struct {
	At      time.Time
	Ballots int
}

var (
	//go:embed page.html
	pageText string
	//go:embed style.css
	style string
)

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"number": number[int],
	"votes":  number[uint64],
	"many":   many[int],
	"many64": many[uint64],
	"hex":    groups,
	"css":    func() template.CSS { return template.CSS(style) },
}).Parse(pageText))

// HTML writes the page. Every text of the election is taken as hostile: it is escaped,
// and characters that are invisible or change the writing direction are shown as their
// code points. The error comes from w.
func HTML(w io.Writer, r *verify.Report, extra Extra) error {
	var b bytes.Buffer
	if err := page.Execute(&b, newView(r, extra)); err != nil {
		panic(err) // a buffer takes everything, and the template fits the view
	}
	_, err := w.Write(printable(b.Bytes()))
	return err
}
