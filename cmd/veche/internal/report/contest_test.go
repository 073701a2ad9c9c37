package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/ballot"
	"veche.example/tally"
	"veche.example/tally/count"
)

// rankedContest is a contest with every count, and its result.
func rankedContest(t testing.TB, names ...string) (*ballot.Contest, tally.ContestResult) {
	names = append(names, "Memphis", "Nashville", "Knoxville")
	c := &ballot.Contest{ID: "capital", Title: "Capital", Options: options(names...), Rule: ballot.Rule{Type: ballot.Ranked, Min: pointer(0), Max: pointer(len(names))}}
	ranked := &count.Ranked{}
	for _, o := range c.Options {
		ranked.Candidates = append(ranked.Candidates, o.ID)
	}
	for i, order := range [][][]int{{{0}, {1}, {2}}, {{1}, {0}}, {{2}, {1}}, nil} {
		ranked.Ballots = append(ranked.Ballots, count.RankedBallot{Ranks: order, Count: uint64(40 - 10*i)})
	}
	r := tally.ContestResult{ID: c.ID, Title: c.Title, Ballots: 100, Weight: 100, Ranked: ranked}
	for _, method := range []string{ballot.InstantRunoff, ballot.STVScottish, ballot.STVGregory, ballot.STVMeek, ballot.Schulze, ballot.RankedPairs, ballot.Copeland, ballot.Borda} {
		rule := ballot.CountRule{ID: method, Title: "By " + method, Method: method, Seats: 1, Ties: "report"}
		c.Counts = append(c.Counts, rule)
		o := outcome(t, method, *ranked)
		r.Counts = append(r.Counts, tally.CountResult{ID: rule.ID, Title: rule.Title, Method: method, Seats: 1, Elected: []string{"o1"},
			Working: strings.Split(o.Text(), "\n"), Outcome: o})
	}
	return c, r
}

func outcome(t testing.TB, method string, r count.Ranked) (o tally.Outcome) {
	var err error
	switch method {
	case ballot.InstantRunoff:
		o, err = count.InstantRunoff(r, count.Report, [32]byte{})
	case ballot.Schulze:
		o, err = count.Schulze(r, count.Report, [32]byte{})
	case ballot.RankedPairs:
		o, err = count.RankedPairs(r, count.Report, [32]byte{})
	case ballot.Copeland:
		o, err = count.Copeland(r, count.Report, [32]byte{})
	case ballot.Borda:
		o, err = count.Borda(r, count.Report, [32]byte{})
	default:
		o, err = count.STV(r, count.STVRule(strings.TrimPrefix(method, "stv-")), 1, count.Report, [32]byte{})
	}
	require.NoError(t, err)
	return o
}

// resultPage is the page of a verified record with this one contest.
func resultPage(t testing.TB, m *ballot.Manifest, r tally.ContestResult) (page, text string) {
	page = render(t, withResult(passed(m), r), everything(m))
	requireSelfContained(t, page)
	return page, words(page)
}

func TestListsHaveSeatsAndTheirPicture(t *testing.T) {
	t.Parallel()
	r, extra := town(t)
	page := render(t, r, extra)
	require.Contains(t, page, "Half-circle of 9 seats, from left to right: Red 5; Green 3; Blue 1.")
	require.Equal(t, 3, strings.Count(page, `class="dot"`), "the lists have the colours of the picture")
	require.Contains(t, page, `<td class="n">400</td><td class="n">50.0%</td><td class="n">5</td>`)
	require.Contains(t, page, `<td class="n">50</td><td class="n">6.3%</td><td class="n">–</td>`, "blank has no seats")
	require.Contains(t, page, `<rect width="62.5%"`, "250 of the longest bar's 400")
}

func TestPersonsHaveNoHalfCircle(t *testing.T) {
	t.Parallel()
	c := &ballot.Contest{ID: "chair", Title: "Chair", Options: options("Ann", "Bob"), Rule: ballot.Rule{Type: ballot.Approval},
		Seats: &ballot.SeatRule{Seats: 1, Method: ballot.HighestTotals, Ties: "report"}}
	m := manifest(t, c)
	r := counted(m.Contests[0], 80, []uint64{40, 40}, 0, 0)
	r.Undecided = 1
	page, text := resultPage(t, m, r)
	require.NotContains(t, page, "<figure")
	require.Contains(t, text, "Undecided: 1 seat. The rules leave open who gets it.")
}

func TestPointsAreNoShares(t *testing.T) {
	t.Parallel()
	c := &ballot.Contest{ID: "s", Title: "Scores", Options: options("Ann", "Bob"), Rule: ballot.Rule{Type: ballot.Score, Max: pointer(9)}}
	m := manifest(t, c)
	page, text := resultPage(t, m, counted(m.Contests[0], 80, []uint64{400, 500}))
	require.Contains(t, text, "Each ballot gives each option 0 to 9 points. 80 ballots count.")
	require.Contains(t, page, ">points</th>")
	require.NotContains(t, page, ">share</th>")
}

func TestWeights(t *testing.T) {
	t.Parallel()
	c := council("Red", "Green")
	m := manifest(t, c)
	r := counted(m.Contests[0], 1, []uint64{3000, 0, 0}, 9, 0)
	r.Weight = 3000
	_, text := resultPage(t, m, r)
	require.Contains(t, text, "1 ballot counts, with a weight of 3,000 together.")
	require.Contains(t, text, "100.0%")
}

func TestWithheldContest(t *testing.T) {
	t.Parallel()
	c := council("Red", "Green")
	page, text := resultPage(t, manifest(t, c), tally.ContestResult{ID: c.ID, Title: c.Title, Ballots: 4, Weight: 4, Withheld: true})
	require.Contains(t, text, "Withheld: fewer ballots count than the 10 that the manifest demands")
	require.NotContains(t, page, "<figure")
}

func TestPairsHaveAMatrix(t *testing.T) {
	t.Parallel()
	c := &ballot.Contest{ID: "p", Title: "Pairs", Options: options("Ann", "Bob", "Cy"), Rule: ballot.Rule{Type: ballot.Pairwise}}
	m := manifest(t, c)
	page, text := resultPage(t, m, counted(m.Contests[0], 100, []uint64{60, 70, 80}))
	require.Contains(t, page, "Ann over Bob 60, the other way 40; Ann over Cy 70, the other way 30; Bob over Cy 80, the other way 20.")
	require.Contains(t, text, "Bob over Cy")
}

func TestPicturesThatWouldBeTooLarge(t *testing.T) {
	t.Parallel()
	c := council("Red", "Green")
	c.Seats.Seats = 2001
	m := manifest(t, c)
	page, text := resultPage(t, m, counted(m.Contests[0], 100, []uint64{60, 40, 0}, 1201, 800))
	require.NotContains(t, page, "<figure")
	require.Contains(t, text, "Seats: Town council: too large for a picture.")
	require.Contains(t, text, "1,201")
}

func TestMixedContests(t *testing.T) {
	t.Parallel()
	c := &ballot.Contest{ID: "mayor", Title: "Mayor", Options: options("Ann"), Rule: ballot.Rule{Type: ballot.OneOfMany, WriteIn: 40}}
	m := mixedManifest(t, c)
	r := counted(m.Contests[0], 100, []uint64{60})
	r.WriteIns = []tally.WriteIn{{Text: "Mickey & Minnie", Votes: 30}, {Text: "إيفا", Votes: 3}}
	r.Invalid, r.InvalidReasons = 7, []tally.InvalidVotes{{Reason: "no such option", Votes: 7}}
	page, text := resultPage(t, m, r)
	require.Contains(t, text, "Each ballot chooses one option or writes one that is not listed. 100 ballots count.")
	require.Contains(t, text, "Mickey & Minnie")
	require.Contains(t, page, `<td class="n">30</td><td class="n">30.0%</td>`)
	require.Contains(t, text, "Invalid votes: 7.")
	require.Contains(t, text, "no such option")
	require.Contains(t, text, "mixer mux")
}

func TestCountsOfARankedContest(t *testing.T) {
	t.Parallel()
	c, r := rankedContest(t)
	m := mixedManifest(t, c)
	page, text := resultPage(t, m, r)
	require.Contains(t, text, "Each ballot ranks 0 to 3 options.")
	require.Contains(t, page, `<td class="n">40</td><td class="n">40.0%</td>`, "ranked first")
	require.Equal(t, 8, strings.Count(text, "Elected: Memphis."))
	require.Equal(t, 4, strings.Count(page, "Votes by round: "), "instant runoff and three kinds of transfers")
	require.Equal(t, 2, strings.Count(page, "Pairwise matrix: "), "one for all, and the strongest chains")
	require.Contains(t, page, "elected in round")
	require.Contains(t, page, "out after round 1")
	require.Contains(t, page, ">points</th>")
	for _, k := range r.Counts {
		require.Contains(t, text, methods[k.Method])
		require.Contains(t, text, strings.Join(k.Working, "\n"))
	}
}

func TestCountThatElectsNobody(t *testing.T) {
	t.Parallel()
	c, r := rankedContest(t)
	m := mixedManifest(t, c)
	r.Counts = []tally.CountResult{{ID: "a", Title: "A", Method: ballot.STVMeek, Seats: 2, Undecided: 2, Working: []string{"given up"}}}
	_, text := resultPage(t, m, r)
	require.Contains(t, text, "Undecided: 2 seats. The rules leave open who gets them.")
	require.NotContains(t, text, "Elected:")
	require.Contains(t, text, "given up")
}

// Whatever a manifest accepts is said in words.
func TestEveryRuleInWords(t *testing.T) {
	t.Parallel()
	for want, rule := range map[string]ballot.Rule{
		"chooses one option.":                                        {Type: ballot.OneOfN},
		"chooses 1 to 2 options, or is left blank.":                  {Type: ballot.KOfN, Min: pointer(1), Max: pointer(2), Blank: true},
		"chooses 2 options.":                                         {Type: ballot.KOfN, Min: pointer(2), Max: pointer(2)},
		"approves of any number of options.":                         {Type: ballot.Approval},
		"gives each option 0 to 5 points.":                           {Type: ballot.Score, Max: pointer(5)},
		"shares up to 9 points out among the options, at most 5":     {Type: ballot.Cumulative, Total: pointer(9), PerOption: pointer(5)},
		"shares exactly 9 points out among the options, at most 5":   {Type: ballot.Cumulative, Total: pointer(9), PerOption: pointer(5), Exact: true},
		"n votes for one cost n × n, and all together at most 16.":   {Type: ballot.Quadratic, Budget: pointer(16)},
		"chooses one list and up to 1 of its candidates.":            {Type: ballot.PartyList, Preferences: pointer(1)},
		"ranks all options, the last of which gets 0 points":         {Type: ballot.Borda},
		"ranks all options, which get 5 2 0 points.":                 {Type: ballot.Positional, Points: []int{5, 2, 0}},
		"a>b are the ballots that rank a above b":                    {Type: ballot.Pairwise},
		"ranks 1 to 3 options, of which several may share a rank.":   {Type: ballot.Ranked, Min: pointer(1), Max: pointer(3), Equal: true},
		"chooses one option or writes one that is not listed, or is": {Type: ballot.OneOfMany, Blank: true, WriteIn: 9},
	} {
		c := &ballot.Contest{ID: "c", Title: "C", Options: options("a", "b", "c"), Rule: rule}
		if rule.Type == ballot.PartyList {
			c.Options[0].Candidates = []ballot.Candidate{{ID: "p", Name: "P"}}
		}
		parse := manifest
		if rule.Type == ballot.Ranked || rule.Type == ballot.OneOfMany {
			parse = mixedManifest
		}
		require.Contains(t, ruleInWords(parse(t, c).Contests[0]), want)
	}
}
