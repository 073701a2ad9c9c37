package export

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// classes are those classes of NIST SP 1500-100r2 that a report can have here, with all
// their fields, after its JSON schema (NIST_V2_election_results_reporting.json). A class
// with # has an identifier. A field with ! is required; [] is a list, [1] one that is not
// empty; = is a value of an enumeration, @ the identifier of something of a class. Classes
// with ? cannot be there.
const classes = `
BallotCounts: BallotsCast:integer BallotsOutstanding:integer BallotsRejected:integer DeviceClass:? GpUnitId!:@ReportingUnit IsSuppressedForPrivacy:boolean OtherType:string Round:integer Type!:=CountItemType
BallotMeasureContest#: Abbreviation:string BallotSubTitle:InternationalizedText BallotTitle:InternationalizedText ConStatement:InternationalizedText ContestSelection:[]PartySelection|BallotMeasureSelection|CandidateSelection CountStatus:[]CountStatus EffectOfAbstain:InternationalizedText ElectionDistrictId!:@ReportingUnit ExternalIdentifier:[]ExternalIdentifier FullText:InternationalizedText HasRotation:boolean InfoUri:? Name!:string OtherCounts:[]OtherCounts OtherType:string OtherVoteVariation:string PassageThreshold:InternationalizedText ProStatement:InternationalizedText SequenceOrder:integer SubUnitsReported:integer SummaryText:InternationalizedText TotalSubUnits:integer Type:=BallotMeasureType VoteVariation:=VoteVariation
BallotMeasureSelection#: ExternalIdentifier:[]ExternalIdentifier Selection!:InternationalizedText SequenceOrder:integer VoteCounts:[]VoteCounts
BallotStyle: ExternalIdentifier:[]ExternalIdentifier GpUnitIds!:[1]@ReportingUnit ImageUri:? OrderedContent:[]OrderedContest PartyIds:[]@Party
Candidate#: BallotName!:InternationalizedText CampaignSlogan:InternationalizedText ContactInformation:? ExternalIdentifier:[]ExternalIdentifier FileDate:date IsIncumbent:boolean IsTopTicket:boolean PartyId:@Party PersonId:? PostElectionStatus:=CandidatePostElectionStatus PreElectionStatus:?
CandidateContest#: Abbreviation:string BallotSubTitle:InternationalizedText BallotTitle:InternationalizedText ContestSelection:[]PartySelection|BallotMeasureSelection|CandidateSelection CountStatus:[]CountStatus ElectionDistrictId!:@ReportingUnit ExternalIdentifier:[]ExternalIdentifier HasRotation:boolean Name!:string NumberElected:integer NumberRunoff:integer OfficeIds:? OtherCounts:[]OtherCounts OtherVoteVariation:string PrimaryPartyIds:[]@Party SequenceOrder:integer SubUnitsReported:integer TotalSubUnits:integer VoteVariation:=VoteVariation VotesAllowed!:integer
CandidateSelection#: CandidateIds:[]@Candidate EndorsementPartyIds:[]@Party IsWriteIn:boolean SequenceOrder:integer VoteCounts:[]VoteCounts
CountStatus: OtherType:string Status!:=CountItemStatus Type!:=CountItemType
Election: BallotCounts:[]BallotCounts BallotStyle:[]BallotStyle Candidate:[]Candidate ContactInformation:? Contest:[]PartyContest|BallotMeasureContest|CandidateContest CountStatus:[]CountStatus ElectionScopeId!:@ReportingUnit EndDate!:date ExternalIdentifier:[]ExternalIdentifier Name!:InternationalizedText OtherType:string StartDate!:date Type!:=ElectionType
ElectionReport: Election:[]Election ExternalIdentifier:[]ExternalIdentifier Format!:=ReportDetailLevel GeneratedDate!:time GpUnit:[]ReportingUnit Header:? IsTest:boolean Issuer!:string IssuerAbbreviation!:string Notes:string Office:? OfficeGroup:? Party:[]Party Person:? SequenceEnd!:integer SequenceStart!:integer Status!:=ResultsStatus TestType:string VendorApplicationId!:string
ExternalIdentifier: Label:string OtherType:string Type!:=IdentifierType Value!:string
InternationalizedText: Label:string Text!:[1]LanguageString
LanguageString: Content!:string Language!:string
OrderedContest: ContestId!:@PartyContest|BallotMeasureContest|CandidateContest OrderedContestSelectionIds:[]@PartySelection|BallotMeasureSelection|CandidateSelection
OtherCounts: DeviceClass:? GpUnitId!:@ReportingUnit Overvotes:number Undervotes:number WriteIns:integer
Party#: Abbreviation:InternationalizedText Color:string ContactInformation:? ExternalIdentifier:[]ExternalIdentifier IsRecognizedParty:boolean LeaderPersonIds:? LogoUri:? Name!:InternationalizedText PartyScopeGpUnitIds:[]@ReportingUnit Slogan:InternationalizedText
PartyContest#: Abbreviation:string BallotSubTitle:InternationalizedText BallotTitle:InternationalizedText ContestSelection:[]PartySelection|BallotMeasureSelection|CandidateSelection CountStatus:[]CountStatus ElectionDistrictId!:@ReportingUnit ExternalIdentifier:[]ExternalIdentifier HasRotation:boolean Name!:string OtherCounts:[]OtherCounts OtherVoteVariation:string SequenceOrder:integer SubUnitsReported:integer TotalSubUnits:integer VoteVariation:=VoteVariation
PartySelection#: PartyIds!:[1]@Party SequenceOrder:integer VoteCounts:[]VoteCounts
ReportingUnit#: AuthorityIds:? ComposingGpUnitIds:[]@ReportingUnit ContactInformation:? CountStatus:[]CountStatus ElectionAdministration:? ExternalIdentifier:[]ExternalIdentifier IsDistricted:boolean IsMailOnly:boolean Name:InternationalizedText Number:string OtherType:string PartyRegistration:? SpatialDimension:? SubUnitsReported:integer TotalSubUnits:integer Type!:=ReportingUnitType VotersParticipated:integer VotersRegistered:integer
VoteCounts: Count!:number DeviceClass:? GpUnitId!:@ReportingUnit IsSuppressedForPrivacy:boolean OtherType:string Round:integer Type!:=CountItemType
`

// enumerations are those of the classes.
const enumerations = `
BallotMeasureType: ballot-measure initiative other recall referendum
CandidatePostElectionStatus: advanced-to-runoff defeated projected-winner winner withdrawn
CountItemStatus: completed in-process not-processed unknown
CountItemType: absentee absentee-fwab absentee-in-person absentee-mail early election-day other provisional seats total uocava write-in
ElectionType: general other partisan-primary-closed partisan-primary-open primary runoff special
IdentifierType: fips local-level national-level ocd-id other state-level
ReportDetailLevel: precinct-level summary-contest
ReportingUnitType: ballot-batch ballot-style-area borough city city-council combined-precinct congressional country county county-council drop-box judicial municipality other polling-place precinct school special split-precinct state state-house state-senate town township utility village vote-center ward water
ResultsStatus: certified correction pre-election recount unofficial-complete unofficial-partial
VoteVariation: approval borda cumulative majority n-of-m other plurality proportional range rcv super-majority
`

var fieldSyntax = regexp.MustCompile(`^(\w+)(!?):(\[1?\])?(.+)$`)

// schema checks a report.
type schema struct {
	t       require.TestingT
	classes map[string]map[string][]string // class, field: the groups of fieldSyntax
	enums   map[string][]string
	ids     map[string]string // classes of what has an identifier
	refs    [][2]string       // identifiers that are named, and classes that they may have
}

func newSchema(t require.TestingT) *schema {
	s := &schema{t: t, classes: map[string]map[string][]string{}, enums: map[string][]string{}, ids: map[string]string{}}
	for _, line := range strings.Split(strings.TrimSpace(enumerations), "\n") {
		name, values, _ := strings.Cut(line, ": ")
		s.enums[name] = strings.Fields(values)
	}
	for _, line := range strings.Split(strings.TrimSpace(classes), "\n") {
		name, fields, _ := strings.Cut(line, ": ")
		name, hasID := strings.CutSuffix(name, "#")
		s.classes[name] = map[string][]string{"@type": {"", "", "!", "", "string"}}
		if hasID {
			s.classes[name]["@id"] = []string{"", "", "!", "", "string"}
		}
		for _, field := range strings.Fields(fields) {
			m := fieldSyntax.FindStringSubmatch(field)
			require.NotNil(t, m, field)
			s.classes[name][m[1]] = m
		}
	}
	return s
}

// check demands that a text is a report by the schema, whose identifiers are all different
// and name what they may.
func check(t require.TestingT, report []byte) map[string]any {
	s, v := newSchema(t), map[string]any{}
	require.NoError(t, json.Unmarshal(report, &v))
	s.object("report", "ElectionReport", v)
	for _, ref := range s.refs {
		require.Contains(t, strings.Split(ref[1], "|"), s.ids[ref[0]], "%s is named", ref[0])
	}
	return v
}

func (s *schema) object(at, may string, value any) {
	v, ok := value.(map[string]any)
	require.True(s.t, ok, at)
	name, ok := strings.CutPrefix(v["@type"].(string), "ElectionResults.")
	require.True(s.t, ok, at)
	require.Contains(s.t, strings.Split(may, "|"), name, at)
	if id, ok := v["@id"].(string); ok {
		require.Empty(s.t, s.ids[id], "%s: %s is there twice", at, id)
		s.ids[id] = name
	}
	for field, def := range s.classes[name] {
		require.False(s.t, def[2] == "!" && v[field] == nil, "%s: %s lacks %s", at, name, field)
	}
	for field, value := range v {
		def, ok := s.classes[name][field]
		require.True(s.t, ok, "%s: %s has no %s", at, name, field)
		s.field(at+"."+field, def[3], def[4], value)
	}
}

func (s *schema) field(at, list, kind string, value any) {
	if list == "" {
		s.value(at, kind, value)
		return
	}
	items, ok := value.([]any)
	require.True(s.t, ok, at)
	require.NotEmpty(s.t, items, at) // an empty list may be left out
	for _, item := range items {
		s.value(at, kind, item)
	}
}

func (s *schema) value(at, kind string, value any) {
	text, isText := value.(string)
	number, isNumber := value.(float64)
	fine := false
	switch {
	case kind == "string":
		fine = isText
	case kind == "number":
		fine = isNumber
	case kind == "integer":
		fine = isNumber && number == math.Trunc(number)
	case kind == "boolean":
		_, fine = value.(bool)
	case kind == "date":
		_, err := time.Parse(time.DateOnly, text)
		fine = err == nil
	case kind == "time":
		fine = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$`).MatchString(text)
	case kind[0] == '=':
		fine = slices.Contains(s.enums[kind[1:]], text)
	case kind[0] == '@':
		fine = isText
		s.refs = append(s.refs, [2]string{text, kind[1:]})
	case kind != "?":
		s.object(at, kind, value)
		return
	}
	require.True(s.t, fine, "%s: %v is no %s", at, value, kind)
}

// The checks of these tests find faults.
func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	good, err := town(t).CDF()
	require.NoError(t, err)
	check(t, good)
	for fault, edit := range map[string][2]string{
		"a field that the class has not": {`"Count":`, `"Cuont":`},
		"no required field":              {`"Issuer":`, `"Notes":`},
		"a value that is none":           {`"winner"`, `"elected"`},
		"another type":                   {`"SequenceStart": 1`, `"SequenceStart": "1"`},
		"no whole number":                {`"SequenceEnd": 1`, `"SequenceEnd": 1.5`},
		"no such class":                  {`ElectionResults.Party"`, `ElectionResults.Club"`},
		"another class":                  {`ElectionResults.Candidate"`, `ElectionResults.Party"`},
		"an identifier of nothing":       {`"ContestId": "contest-1"`, `"ContestId": "contest-99"`},
		"of something else":              {`"GpUnitId": "unit"`, `"GpUnitId": "contest-1"`},
		"twice":                          {`"@id": "candidate-2"`, `"@id": "candidate-1"`},
		"no date":                        {`"StartDate": "2026-`, `"StartDate": "26-`},
	} {
		bad := strings.Replace(string(good), edit[0], edit[1], 1)
		require.NotEqual(t, string(good), bad, fault)
		require.False(t, passes(bad), fault)
	}
}

// passes says whether a report passes the checks.
func passes(report string) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	check(panics{}, []byte(report))
	return true
}

type panics struct{}

func (panics) Errorf(string, ...any) {}
func (panics) FailNow()              { panic("failed") }
