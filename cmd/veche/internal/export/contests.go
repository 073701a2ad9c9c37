package export

import (
	"fmt"

	"veche.example/ballot"
	"veche.example/tally"
)

// contest is one contest of the report that is being written.
type contest struct {
	*cdf
	of     *ballot.Contest
	result *tally.ContestResult
	id     string
	fields class
}

// contest adds a contest of the manifest, the k-th. What elects nobody is a ballot measure:
// a manifest does not tell questions from people.
func (d *cdf) contest(k int, c *ballot.Contest, r *tally.ContestResult) {
	x := &contest{cdf: d, of: c, result: r}
	if r.Withheld {
		d.note("Contest %q: too few ballots count, so that they were not decrypted.", c.Title)
	}
	if r.Invalid > 0 {
		d.note("Contest %q: %d votes are invalid.", c.Title, r.Invalid)
	}
	switch {
	case c.Rule.Type == ballot.Ranked:
		d.ranked(k, c, r)
		return
	case c.Rule.Type == ballot.PartyList || c.Seats != nil && c.Seats.Method != ballot.HighestTotals:
		x.begin("PartyContest", k, c.Title)
		x.outputs(x.party)
	case c.Seats != nil || c.Rule.WriteIn > 0:
		x.begin("CandidateContest", k, c.Title)
		x.fields["VotesAllowed"] = votesAllowed(c)
		if c.Seats != nil {
			x.fields["NumberElected"] = c.Seats.Seats
		}
		x.outputs(x.candidate)
	default:
		x.begin("BallotMeasureContest", k, c.Title)
		x.fields["Type"] = "ballot-measure"
		x.outputs(x.answer)
	}
	x.variation(variations[c.Rule.Type])
	x.writeIns()
	x.end()
}

// begin begins the contest that has this place among those of the report.
func (x *contest) begin(kind string, k int, name string) {
	x.id = fmt.Sprintf("contest-%d", len(x.contests)+1)
	status := "completed"
	if x.result.Withheld {
		status = "not-processed"
	}
	x.fields = of(kind, class{
		"@id": x.id, "Name": name, "SequenceOrder": k + 1, "ElectionDistrictId": unit, "ExternalIdentifier": identified(x.of.ID),
		"CountStatus": []class{of("CountStatus", class{"Type": "total", "Status": status})},
	})
}

// end adds the contest to the report.
func (x *contest) end() {
	x.contests = append(x.contests, x.fields)
	x.ids[x.of.ID] = append(x.ids[x.of.ID], x.id)
}

// variations are the format's names of the rules. Others are "other".
var variations = map[string]string{
	ballot.OneOfN: "plurality", ballot.OneOfMany: "plurality", ballot.KOfN: "n-of-m", ballot.Approval: "approval", ballot.Score: "range",
	ballot.Cumulative: "cumulative", ballot.PartyList: "proportional", ballot.Borda: "borda",
}

func (x *contest) variation(name string) {
	if x.of.Seats != nil && x.of.Seats.Method != ballot.HighestTotals {
		name = "proportional"
	}
	if name == "" {
		name, x.fields["OtherVoteVariation"] = "other", x.of.Rule.Type
	}
	x.fields["VoteVariation"] = name
}

// votesAllowed is how many votes, or points, a voter has.
func votesAllowed(c *ballot.Contest) int {
	r, n := &c.Rule, len(c.Options)
	switch r.Type {
	case ballot.KOfN, ballot.Ranked:
		return *r.Max
	case ballot.Approval:
		return n
	case ballot.Score:
		return n * *r.Max
	case ballot.Cumulative:
		return *r.Total
	case ballot.Quadratic:
		return *r.Budget
	case ballot.Borda:
		return n * (n - 1) / 2
	case ballot.Positional:
		sum := 0
		for _, p := range r.Points {
			sum += p
		}
		return sum
	}
	return 1
}

// outputs adds what can be voted for, by add, and the votes. Blank votes are undervotes.
func (x *contest) outputs(add func(i int, o ballot.Output, votes []class)) {
	for i, o := range x.of.Outputs() {
		var counts []class
		if !x.result.Withheld {
			t := x.result.Totals[i]
			counts = votes("total", t.Votes)
			if t.Seats != nil && x.fields["@type"] == "ElectionResults.PartyContest" {
				counts = append(counts, votes("seats", *t.Seats)...)
			}
			if o.ID == "blank" {
				x.other("Undervotes", t.Votes)
			}
		}
		if o.ID != "blank" {
			add(i, o, counts)
		}
	}
	if x.result.Undecided > 0 {
		x.note("Contest %q: %d seats are undecided.", x.fields["Name"], x.result.Undecided)
	}
}

// votes is a count of a type.
func votes[N int | uint64](kind string, n N) []class {
	return []class{of("VoteCounts", class{"GpUnitId": unit, "Type": kind, "Count": n})}
}

// other states votes that are for nothing that can be voted for.
func (x *contest) other(name string, votes uint64) {
	counts, ok := x.fields["OtherCounts"].([]class)
	if !ok {
		counts = []class{of("OtherCounts", class{"GpUnitId": unit})}
	}
	counts[0][name] = votes
	x.fields["OtherCounts"] = counts
}

// selection adds something that can be voted for, with its votes.
func (x *contest) selection(kind string, fields class, counts []class) {
	all, _ := x.fields["ContestSelection"].([]class)
	fields["@id"], fields["SequenceOrder"] = fmt.Sprintf("%s-selection-%d", x.id, len(all)+1), len(all)+1
	if len(counts) > 0 {
		fields["VoteCounts"] = counts
	}
	x.fields["ContestSelection"] = append(all, of(kind, fields))
}

// answer adds an answer to a question.
func (x *contest) answer(_ int, o ballot.Output, counts []class) {
	x.selection("BallotMeasureSelection", class{"Selection": text(o.Name), "ExternalIdentifier": identified(o.ID)}, counts)
}

// candidate adds a person, who is elected if there is a seat for the person.
func (x *contest) candidate(i int, o ballot.Output, counts []class) {
	status := ""
	if x.of.Seats != nil && !x.result.Withheld {
		seats := x.result.Totals[i].Seats
		status = elected(seats != nil && *seats > 0, x.result.Undecided)
	}
	id := x.person(o.ID, o.Name, status)
	x.selection("CandidateSelection", class{"CandidateIds": []string{id}}, counts)
}

// elected is the status of a candidate in the end; it is none while seats are undecided.
func elected(won bool, undecided int) string {
	switch {
	case won:
		return "winner"
	case undecided > 0:
		return ""
	}
	return "defeated"
}

// person adds a candidate and returns the identifier.
func (x *contest) person(id, name, status string) string {
	fields := class{"@id": fmt.Sprintf("candidate-%d", len(x.candidates)+1), "BallotName": text(name)}
	if id != "" {
		fields["ExternalIdentifier"] = identified(id)
	}
	if status != "" {
		fields["PostElectionStatus"] = status
	}
	x.candidates = append(x.candidates, of("Candidate", fields))
	return fields["@id"].(string)
}

// party adds a list, or one of its candidates, who come behind all lists.
func (x *contest) party(i int, o ballot.Output, counts []class) {
	if i >= len(x.of.Options) {
		id := x.person(o.ID, o.Name, "")
		x.candidates[len(x.candidates)-1]["PartyId"] = x.list(o.ID)
		x.selection("CandidateSelection", class{"CandidateIds": []string{id}}, counts)
		return
	}
	id := x.partyID(i)
	x.parties = append(x.parties, of("Party", class{"@id": id, "Name": text(o.Name), "ExternalIdentifier": identified(o.ID)}))
	x.selection("PartySelection", class{"PartyIds": []string{id}}, counts)
}

func (x *contest) partyID(i int) string { return fmt.Sprintf("%s-party-%d", x.id, i+1) }

// list returns the party of a candidate.
func (x *contest) list(candidate string) string {
	for i, o := range x.of.Options {
		for _, c := range o.Candidates {
			if c.ID == candidate {
				return x.partyID(i)
			}
		}
	}
	return ""
}

// writeIns adds what voters have written.
func (x *contest) writeIns() {
	if x.of.Rule.WriteIn == 0 || x.result.Withheld {
		return
	}
	sum := uint64(0)
	for _, w := range x.result.WriteIns {
		sum += w.Votes
		x.selection("CandidateSelection", class{"CandidateIds": []string{x.person("", w.Text, "")}, "IsWriteIn": true}, votes("total", w.Votes))
	}
	x.other("WriteIns", sum)
}
