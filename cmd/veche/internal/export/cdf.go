package export

import (
	"fmt"
	"strings"
	"time"
)

// unit is the identifier of the only reporting unit: all voters.
const unit = "unit"

// class is an object of the format, by its fields.
type class map[string]any

// of returns an object of a class.
func of(name string, fields class) class {
	fields["@type"] = "ElectionResults." + name
	return fields
}

// text is a text in a language that nobody has stated.
func text(s string) class {
	return of("InternationalizedText", class{"Text": []class{of("LanguageString", class{"Content": s, "Language": "und"})}})
}

// identified is the identifier that the manifest has for something.
func identified(id string) []class {
	return []class{of("ExternalIdentifier", class{"Type": "other", "OtherType": "veche", "Value": id})}
}

// cdf collects the parts of a report.
type cdf struct {
	contests, candidates, parties []class
	ids                           map[string][]string // of the report's contests, by the manifest's
	notes                         []string
}

// note says what the format has no place for.
func (d *cdf) note(format string, args ...any) {
	d.notes = append(d.notes, fmt.Sprintf(format, args...))
}

// CDF returns the result as JSON of the Election Results Common Data Format, version 2
// (NIST SP 1500-100r2, https://doi.org/10.6028/NIST.SP.1500-100r2).
func (e *Election) CDF() ([]byte, error) {
	if e.Opened.IsZero() || e.Closed.IsZero() {
		return nil, fmt.Errorf("the log of the record does not say when the ballot box was opened and closed, which the format wants")
	}
	d := &cdf{ids: map[string][]string{}}
	d.note("%s", e.verified())
	for k, c := range e.Manifest.Contests {
		if e.exports(c) {
			d.contest(k, c, &e.Result.Contests[k])
		}
	}
	return encode(of("ElectionReport", class{
		"Format":              "summary-contest",
		"GeneratedDate":       date(e.Made),
		"Issuer":              e.Manifest.Title,
		"IssuerAbbreviation":  e.Manifest.ID,
		"SequenceStart":       1,
		"SequenceEnd":         1,
		"Status":              "unofficial-complete",
		"VendorApplicationId": e.Program,
		"Notes":               strings.Join(d.notes, "\n"),
		"ExternalIdentifier":  identified(e.Result.Fingerprint),
		"GpUnit":              []class{e.unit()},
		"Party":               d.parties,
		"Election":            []class{e.election(d)},
	}.withoutEmpty()))
}

// withoutEmpty removes lists with nothing in them.
func (c class) withoutEmpty() class {
	for name, value := range c {
		if list, ok := value.([]class); ok && len(list) == 0 {
			delete(c, name)
		}
	}
	return c
}

func (e *Election) verified() string {
	if e.Report == nil {
		return "The record was not verified before this report was made."
	}
	return fmt.Sprintf("The record was verified by %s. Fingerprint of the election: %s.", e.Program, e.Result.Fingerprint)
}

func (e *Election) unit() class {
	u := of("ReportingUnit", class{"@id": unit, "Type": "other", "OtherType": "all voters", "Name": text(e.Manifest.Title), "VotersRegistered": e.Manifest.Roll.Voters})
	if e.Report != nil {
		u["VotersParticipated"] = e.Report.Counted
	}
	return u
}

func (e *Election) election(d *cdf) class {
	c := of("Election", class{
		"Name":               text(e.Manifest.Title),
		"Type":               "other",
		"OtherType":          "online",
		"StartDate":          e.Opened.UTC().Format(time.DateOnly),
		"EndDate":            e.Closed.UTC().Format(time.DateOnly),
		"ElectionScopeId":    unit,
		"ExternalIdentifier": identified(e.Manifest.ID),
		"Contest":            d.contests,
		"Candidate":          d.candidates,
		"BallotStyle":        e.styles(d),
	}.withoutEmpty())
	if e.Report != nil {
		c["BallotCounts"] = []class{of("BallotCounts", class{"GpUnitId": unit, "Type": "total", "BallotsCast": e.Report.Counted})}
	}
	return c
}

// styles are the ballot styles, with all that the report has of their contests.
func (e *Election) styles(d *cdf) (styles []class) {
	for i, s := range e.Manifest.Styles {
		var ordered []class
		for _, c := range e.Manifest.StyleContests(i) {
			for _, id := range d.ids[c.ID] {
				ordered = append(ordered, of("OrderedContest", class{"ContestId": id}))
			}
		}
		styles = append(styles, of("BallotStyle", class{"GpUnitIds": []string{unit}, "ExternalIdentifier": identified(s.ID), "OrderedContent": ordered}.withoutEmpty()))
	}
	return styles
}
