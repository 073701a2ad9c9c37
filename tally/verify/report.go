package verify

import (
	"fmt"
	"strings"

	"veche.example/tally"
)

// maxFindings bounds the findings that are kept of one check; all are counted.
const maxFindings = 1000

// Number identifies a check; numbers are never reused (docs/spec/verify.md).
type Number int

// The checks, in the order in which they are made.
const (
	Layout     Number = 1 + iota // exactly the files of a record
	Manifest                     // well-formed, every rule compiles
	Roll                         // the one that the manifest fixes
	Ceremony                     // key ceremony, keys recomputed
	Log                          // framing, grammar, signed opening
	Promises                     // signed by the box
	Ballots                      // signature and proof of every ballot
	Acceptance                   // roll, style, sequence, weeding, promise, in log order
	Challenges                   // seed and choices rebuild the code
	Closing                      // signed; size and tree hash recomputed
	Mixes                        // signed and proven, enough of them
	Quorum                       // signatures of the recomputed list digests
	Shares                       // every decryption share
	Totals                       // enough shares; totals found within their bounds, votes read
	Result                       // seats recounted; result.json byte for byte
)

var names = map[Number]string{
	Layout: "layout", Manifest: "manifest", Roll: "roll", Ceremony: "key ceremony", Log: "log",
	Promises: "promises", Ballots: "ballots", Acceptance: "acceptance", Challenges: "challenges",
	Closing: "closing", Mixes: "mixes", Quorum: "quorum", Shares: "decryption shares", Totals: "totals", Result: "result",
}

// String returns the number with the name of the check.
func (n Number) String() string { return fmt.Sprintf("check %02d, %s", int(n), names[n]) }

// Check is the outcome of one check.
type Check struct {
	Number      Number    `json:"number"`
	Name        string    `json:"name"`
	Established string    `json:"established"` // what holds; empty unless the check passed
	Items       int       `json:"items"`       // how many things were checked
	Failed      int       `json:"failed"`
	Findings    []Finding `json:"findings,omitempty"` // the first 1,000
	Reached     bool      `json:"reached"`            // false if an earlier failure left nothing to check
}

// Passed reports whether the check was made and found nothing.
func (c *Check) Passed() bool { return c.Reached && c.Failed == 0 }

// Finding is one fault and its place.
type Finding struct {
	Place string `json:"place"`
	Fault string `json:"fault"`
}

// String returns the place and the fault.
func (f Finding) String() string { return f.Place + ": " + f.Fault }

func (c *Check) fail(place string, format string, args ...any) {
	c.Failed++
	if len(c.Findings) < maxFindings {
		c.Findings = append(c.Findings, Finding{place, fmt.Sprintf(format, args...)})
	}
}

// Report is the verifier's answer.
type Report struct {
	Election    string        `json:"election,omitempty"`
	Title       string        `json:"title,omitempty"`
	Fingerprint string        `json:"fingerprint,omitempty"`
	Checks      []Check       `json:"checks"`
	Warnings    []string      `json:"warnings,omitempty"` // about what the manifest and the roll allow
	Notes       []string      `json:"notes,omitempty"`    // evidence that is no failure, the first 1,000
	MoreNotes   int           `json:"more_notes,omitempty"`
	Counted     int           `json:"counted"`          // ballots that count
	Superseded  int           `json:"superseded"`       // accepted ballots that a later one replaced
	Challenged  int           `json:"challenged"`       // ballots opened instead of cast
	Undecided   int           `json:"undecided"`        // promises that were neither cast nor challenged
	Voters      int           `json:"voters"`           // on the roll
	Result      *tally.Result `json:"result,omitempty"` // as recomputed
}

// Verified reports whether all checks were made and passed. A report of fewer
// checks, as of [Closed], is not that of a verified record.
func (r *Report) Verified() bool { return len(r.Checks) == int(Result) && r.passed() }

// passed reports whether the checks of the report passed.
func (r *Report) passed() bool {
	for i := range r.Checks {
		if !r.Checks[i].Passed() {
			return false
		}
	}
	return true
}

func (r *Report) note(format string, args ...any) {
	if len(r.Notes) < maxFindings {
		r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
	} else {
		r.MoreNotes++
	}
}

// finish writes what the checks that passed have established.
func (r *Report) finish() {
	established := map[Number]string{
		Layout:     "exactly the %d files of a record, and those of its log",
		Manifest:   "well-formed, %d contests, every rule compiles",
		Roll:       "the %d voters that the manifest fixes",
		Ceremony:   "%d trustees made the key together; all proofs and confirmations hold",
		Log:        "%d entries in order, signed with the key of the log, about these files",
		Promises:   "%d promises signed by the box",
		Ballots:    "%d ballots signed by their voters; all proofs hold",
		Acceptance: "%d ballots and promises: on the roll, once, uncopied",
		Challenges: "%d challenged ballots rebuilt from their seeds, none of them cast",
		Closing:    "%d closing signed by the box over the recomputed tree hash",
		Mixes:      "%d mixes by mixers of the manifest; every mixed contest has enough that are proven right",
		Quorum:     "%d signatures of one list per contest; each list has its quorum",
		Shares:     "%d decryption shares proven right",
		Totals:     "%d totals and votes decrypted from the recomputed sums and lists",
		Result:     "%d contests recounted; the published result is the recomputed one",
	}
	for i := range r.Checks {
		if c := &r.Checks[i]; c.Passed() {
			c.Established = fmt.Sprintf(established[c.Number], c.Items)
		}
	}
}

// Text returns the report for people, one line for each check and each finding.
func (r *Report) Text() string {
	var b strings.Builder
	if r.Election != "" {
		fmt.Fprintf(&b, "election %s: %s\n", r.Election, r.Title)
	}
	if r.Fingerprint != "" {
		fmt.Fprintf(&b, "fingerprint %s\n", r.Fingerprint)
	}
	for i := range r.Checks {
		c := &r.Checks[i]
		switch {
		case c.Passed():
			fmt.Fprintf(&b, "  ok    %02d %-17s %s\n", c.Number, c.Name, c.Established)
		case !c.Reached:
			fmt.Fprintf(&b, "  ----  %02d %-17s not reached\n", c.Number, c.Name)
		default:
			fmt.Fprintf(&b, "  FAIL  %02d %-17s %d of %d\n", c.Number, c.Name, c.Failed, max(c.Items, c.Failed))
			for _, f := range c.Findings {
				fmt.Fprintf(&b, "           %s\n", f)
			}
			if more := c.Failed - len(c.Findings); more > 0 {
				fmt.Fprintf(&b, "           … and %d more\n", more)
			}
		}
	}
	for _, w := range r.Warnings {
		fmt.Fprintf(&b, "  warn  %s\n", w)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "  note  %s\n", n)
	}
	if r.MoreNotes > 0 {
		fmt.Fprintf(&b, "  note  … and %d more\n", r.MoreNotes)
	}
	fmt.Fprintf(&b, "%d of %d voters; %d earlier ballots replaced, %d opened, %d promised but not decided\n",
		r.Counted, r.Voters, r.Superseded, r.Challenged, r.Undecided)
	if r.Result != nil {
		writeResult(&b, r.Result)
	}
	return b.String()
}

// maxTexts bounds the written texts that are shown of a contest.
const maxTexts = 20

// writeResult writes the recomputed result.
func writeResult(b *strings.Builder, r *tally.Result) {
	for i := range r.Contests {
		c := &r.Contests[i]
		fmt.Fprintf(b, "%s (%d ballots)\n", c.Title, c.Ballots)
		for _, t := range c.Totals {
			fmt.Fprintf(b, "  %8d  %s", t.Votes, t.Name)
			if t.Seats != nil {
				fmt.Fprintf(b, ", %d seats", *t.Seats)
			}
			b.WriteByte('\n')
		}
		writeMixed(b, c)
		if c.Withheld {
			b.WriteString("  withheld: fewer ballots than the manifest's min_ballots\n")
		}
		if c.Undecided > 0 {
			fmt.Fprintf(b, "  %d seats are undecided\n", c.Undecided)
		}
	}
}

// writeMixed writes what only mixed contests have.
func writeMixed(b *strings.Builder, c *tally.ContestResult) {
	for i, w := range c.WriteIns {
		if i == maxTexts {
			fmt.Fprintf(b, "  … and %d more written texts\n", len(c.WriteIns)-maxTexts)
			break
		}
		fmt.Fprintf(b, "  %8d  written: %s\n", w.Votes, w.Text)
	}
	for _, v := range c.InvalidReasons {
		fmt.Fprintf(b, "  %8d  invalid: %s\n", v.Votes, v.Reason)
	}
	for _, n := range c.Counts {
		elected := "nobody"
		if len(n.Elected) > 0 {
			elected = strings.Join(n.Elected, ", ")
		}
		fmt.Fprintf(b, "  %s (%s): elected %s", n.Title, n.Method, elected)
		if n.Undecided > 0 {
			fmt.Fprintf(b, "; %d of %d seats undecided", n.Undecided, n.Seats)
		}
		b.WriteByte('\n')
	}
}
