package export

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/tally"
	"veche.example/tally/count"
)

// report is what of a report the tests look at.
type report struct {
	Notes    string
	Status   string
	Party    []struct{ ID, Name any }
	GpUnit   []map[string]any
	Election []struct {
		StartDate, EndDate string
		BallotCounts       []map[string]any
		BallotStyle        []struct{ OrderedContent []map[string]string }
		Candidate          []struct {
			ID                 string `json:"@id"`
			BallotName         wording
			PostElectionStatus string
			PartyId            string
		}
		Contest []struct {
			ID               string `json:"@id"`
			Type             string `json:"@type"`
			Name             string
			VoteVariation    string
			CountStatus      []map[string]string
			OtherCounts      []map[string]any
			ContestSelection []struct {
				Selection    wording
				CandidateIds []string
				PartyIds     []string
				IsWriteIn    bool
				VoteCounts   []struct {
					Type  string
					Round int
					Count json.Number
				}
			}
		}
	}
}

type wording struct{ Text []struct{ Content string } }

func reportOf(t testing.TB, e *Election) (r report) {
	b, err := e.CDF()
	require.NoError(t, err)
	check(t, b)
	require.NoError(t, json.Unmarshal(b, &r))
	return r
}

// lines says what is in a contest, a line for each thing that can be voted for.
func (r *report) lines(name string) (out []string) {
	for _, c := range r.Election[0].Contest {
		if c.Name != name {
			continue
		}
		out = append(out, strings.TrimPrefix(c.Type, "ElectionResults.")+" "+c.VoteVariation)
		for _, s := range c.ContestSelection {
			line := ""
			for _, text := range s.Selection.Text {
				line += text.Content
			}
			for _, p := range s.PartyIds {
				line += p
			}
			for _, id := range s.CandidateIds {
				for _, person := range r.Election[0].Candidate {
					if person.ID == id {
						line += strings.TrimSpace(person.BallotName.Text[0].Content + " " + person.PostElectionStatus + person.PartyId)
					}
				}
			}
			if s.IsWriteIn {
				line += " written"
			}
			for _, v := range s.VoteCounts {
				line += fmt.Sprintf(" %s:%d:%s", v.Type, v.Round, v.Count)
			}
			out = append(out, line)
		}
	}
	return out
}

func TestContestsOfReport(t *testing.T) {
	t.Parallel()
	r := reportOf(t, town(t))
	for name, want := range map[string][]string{
		"Shall the fee rise?": {"BallotMeasureContest plurality", "Yes total:0:13", "No total:0:12"},
		"Mayor":               {"CandidateContest plurality", "Ann winner total:0:13", "Bob defeated total:0:12"},
		"Board":               {"CandidateContest n-of-m", "Ann winner total:0:13", "Bob winner total:0:12", "Cy defeated total:0:11"},
		"Council":             {"PartyContest proportional", "contest-4-party-1 total:0:13 seats:0:1", "contest-4-party-2 total:0:12 seats:0:0"},
		"Assembly": {"PartyContest proportional", "contest-5-party-1 total:0:13 seats:0:1", "contest-5-party-2 total:0:12 seats:0:0",
			"Rosa contest-5-party-1 total:0:11", "Rita contest-5-party-1 total:0:10", "Gus contest-5-party-2 total:0:9"},
		"Credits":          {"BallotMeasureContest other", "Road total:0:13", "Park total:0:12"},
		"Name":             {"CandidateContest plurality", "Fox total:0:13", "Owl total:0:12", "Ćmok written total:0:3", "<elk> written total:0:2"},
		"Chair: Runoff":    {"CandidateContest rcv", "Ann winner total:1:20", "Bob defeated total:1:7", "Cy defeated total:1:10"},
		"Chair: Two seats": {"CandidateContest rcv", "Ann winner total:1:20 total:2:13", "Bob winner total:1:7 total:2:14", "Cy defeated total:1:10 total:2:10"},
		"Chair: Schulze":   {"CandidateContest other", "Ann winner", "Bob defeated", "Cy defeated"},
		"Chair: Borda":     {"CandidateContest borda", "Ann defeated other:0:43", "Bob winner other:0:47", "Cy defeated other:0:30"},
		"Chair: Copeland":  {"CandidateContest other", "Ann winner other:0:2", "Bob defeated other:0:1", "Cy defeated other:0:0"},
	} {
		require.Equal(t, want, r.lines(name), name)
	}
	e := r.Election[0]
	require.Equal(t, "2026-05-01 2026-05-08", e.StartDate+" "+e.EndDate)
	require.EqualValues(t, 40, e.BallotCounts[0]["BallotsCast"])
	require.EqualValues(t, 11, e.Contest[0].OtherCounts[0]["Undervotes"], "blank votes")
	require.EqualValues(t, 5, e.Contest[12].OtherCounts[0]["WriteIns"])
	require.EqualValues(t, 3, e.Contest[13].OtherCounts[0]["Undervotes"], "ballots that rank nobody")
	require.Equal(t, "completed", e.Contest[0].CountStatus[0]["Status"])
	require.Len(t, e.BallotStyle[0].OrderedContent, 19)
	require.Len(t, e.BallotStyle[1].OrderedContent, 1)
	require.Equal(t, "contest-19", e.BallotStyle[1].OrderedContent[0]["ContestId"])
	require.Equal(t, 1, strings.Count(r.Notes, `Contest "Chair": 2 votes are invalid.`), r.Notes)
	require.Contains(t, r.Notes, "were not counted")
	require.Equal(t, "unofficial-complete", r.Status)
}

func TestReportOfWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	r := reportOf(t, town(t).withhold(""))
	for _, c := range r.Election[0].Contest {
		require.Equal(t, "not-processed", c.CountStatus[0]["Status"])
		require.Empty(t, c.OtherCounts)
		require.NotEmpty(t, c.ContestSelection)
		for _, s := range c.ContestSelection {
			require.Empty(t, s.VoteCounts)
		}
	}
	for _, c := range r.Election[0].Candidate {
		require.Empty(t, c.PostElectionStatus)
	}
	require.Equal(t, 15, strings.Count(r.Notes, "too few ballots count"))

	e := town(t) // whose result is only what is published
	e.Report = nil
	for k := range e.Result.Contests {
		c := &e.Result.Contests[k]
		c.Ranked, c.Undecided = nil, 1
		for i := range c.Counts {
			c.Counts[i].Outcome, c.Counts[i].Elected, c.Counts[i].Undecided = nil, nil, 1
		}
	}
	r = reportOf(t, e)
	require.Contains(t, r.Notes, "was not verified")
	require.Contains(t, r.Notes, `Contest "Chair: Borda": 1 seats are undecided.`)
	require.Contains(t, r.Notes, `Contest "Board": 1 seats are undecided.`)
	require.Equal(t, []string{"CandidateContest rcv", "Ann", "Bob", "Cy"}, r.lines("Chair: Runoff"), "nobody is defeated")
	require.Equal(t, []string{"CandidateContest plurality", "Ann winner total:0:13", "Bob total:0:12"}, r.lines("Mayor"))
	require.NotContains(t, r.GpUnit[0], "VotersParticipated")
	require.Empty(t, r.Election[0].BallotCounts)

	e.Closed = time.Time{}
	_, err := e.CDF()
	require.ErrorContains(t, err, "does not say when")
}

func TestReportOfOneContest(t *testing.T) {
	t.Parallel()
	e := town(t)
	e.Contest = "wishes"
	r := reportOf(t, e)
	require.Len(t, r.Election[0].Contest, 1)
	require.Len(t, r.Election[0].BallotStyle, 2)
	require.Empty(t, r.Party)
}

func TestVotesAllowed(t *testing.T) {
	t.Parallel()
	want := map[string]int{"fee": 1, "board": 2, "lists": 1, "day": 3, "stars": 10, "points": 4, "credits": 9, "borda": 3, "places": 7, "name": 1, "chair": 3}
	for _, c := range manifest(t, contests()...).Contests {
		if n, ok := want[c.ID]; ok {
			require.Equal(t, n, votesAllowed(c), c.ID)
		}
	}
}

func TestDecimals(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]*big.Rat{"0": new(big.Rat), "100": big.NewRat(100, 1), "0.5": big.NewRat(1, 2), "0.333333333": big.NewRat(1, 3),
		"66.66667": big.NewRat(6666667, 100000), "18446744073709551615": whole(1<<64 - 1)} {
		require.Equal(t, json.Number(want), decimal(n))
	}
	// What passes nine decimals is rounded, not refused.
	r := count.Ranked{Candidates: []string{"a", "b", "c"}, Ballots: []count.RankedBallot{{Ranks: [][]int{{0}, {1}}, Count: 5}, {Ranks: [][]int{{0}, {2}}, Count: 3}, {Ranks: [][]int{{2}}, Count: 2}}}
	o, err := count.STV(r, count.Gregory, 2, count.Report, [32]byte{})
	require.NoError(t, err)
	require.NotEmpty(t, rounds(o, 2))
}

// Any result that passes the check becomes a report that passes the schema.
func FuzzResult(f *testing.F) {
	good := town(f)
	f.Add(good.Result.Bytes())
	f.Add(town(f).withhold("").Result.Bytes())
	f.Add([]byte(`{"election":"town","contests":[]}`))
	f.Fuzz(func(t *testing.T, published []byte) {
		e := *good
		e.Report, e.Result = nil, new(tally.Result)
		if json.Unmarshal(published, e.Result) != nil || e.Check() != nil {
			return
		}
		b, err := e.CDF()
		require.NoError(t, err)
		check(t, b)
		_, err = e.JSON()
		require.NoError(t, err)
		e.Contest = "chair"
		_, err = e.BLT()
		require.Error(t, err)
	})
}
